/**
 * The user's own commands: each value of gv.check in git's configuration, a line of sh that is run at the repository's
 * top. Never from a file of the project: what a stranger wrote is not run because somebody commits. Git's configuration
 * is the user's own, for one repository (--local) or all (--global): a clone brings none along.
 */
import type { Machine } from "../../doctor/machine.ts";
import { printableLine } from "../../errors.ts";
import { git, projectTop, stageEnvironment } from "../facts.ts";
import { runGroup } from "../group.ts";
import type { Stage } from "../stage.ts";

/** A stage for each, in git's order: own-1, own-2, ... */
export async function ownStages(machine: Machine): Promise<readonly Stage[]> {
  const commands = ((await git(machine, "config", "-z", "--get-all", "gv.check")) ?? "").split("\0");
  return commands
    .filter((command) => command.trim() !== "")
    .map((command, i) => stage(`own-${i + 1}`, command));
}

function stage(id: string, command: string): Stage {
  const line = printableLine(command);
  return {
    id,
    title: `your own command ends well: ${line}`,
    limit: 600,
    skips: () => undefined,
    async run(machine, signal) {
      const cwd = await projectTop(machine);
      // With git's variables: it may look at what is committed.
      const env = await stageEnvironment(machine, { git: true });
      const { code, output } = await runGroup("/bin/sh", ["-c", command], { cwd, env, signal });
      if (code === 0) return { kind: "ok", said: line };
      return { kind: "failed", why: `${line} ended with ${code ?? "a signal"}`, output, fix: line };
    },
  };
}
