/** go vet, in each module. */
import { causesIn } from "../../doctor/log-index.ts";
import type { Machine } from "../../doctor/machine.ts";
import { relativeFolder } from "../../doctor/project.ts";
import { quote } from "../../shim-conf.ts";
import { goHere, modulesHere, stageEnvironment } from "../facts.ts";
import { runGroup } from "../group.ts";
import type { Stage } from "../stage.ts";

export const vet: Stage = {
  id: "vet",
  title: "go vet finds nothing",
  limit: 600,
  skips: noModules,
  async run(machine, signal) {
    const { program } = await goHere(machine);
    const env = await stageEnvironment(machine, { git: false });
    const modules = await modulesHere(machine);
    for (const cwd of modules) {
      const { code, output } = await runGroup(program, ["vet", "./..."], { cwd, env, signal });
      if (code !== 0 && !/^no packages to vet$/m.test(output))
        return {
          kind: "failed",
          why: `go vet ended with ${code ?? "a signal"}`,
          output,
          fix: fixFor(output, inFolder(machine, cwd, "go vet ./...")),
        };
    }
    return { kind: "ok", ...(modules.length > 1 ? { said: `${modules.length} modules` } : {}) };
  },
};

/** Why a stage that looks at modules doesn't apply. */
export async function noModules(machine: Machine): Promise<string | undefined> {
  return (await modulesHere(machine)).length === 0 ? "there is no go.mod here" : undefined;
}

/** The line that mends what the go command itself says in the output, where gv knows it (`gv doctor --log`). */
export function fixFor(output: string, otherwise: string): string {
  const said = output.split("\n").filter((line) => line.startsWith("go: "));
  return causesIn(said.join("\n"))[0]?.cause.fix ?? otherwise;
}

/** The line that does it in that folder, from the current one. */
export function inFolder({ ctx }: Machine, folder: string, line: string): string {
  return folder === ctx.cwd ? line : `(cd ${quote(relativeFolder(folder, ctx.cwd))} && ${line})`;
}
