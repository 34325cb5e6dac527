/**
 * golangci-lint, in each module that it is configured for. A module whose go.mod has it as a tool runs that one (`go
 * tool`), else it is the copy that the shim runs.
 */
import type { Machine } from "../../doctor/machine.ts";
import {
  goHere,
  hasToolLine,
  lintConfig,
  modulesHere,
  projectTop,
  stageEnvironment,
  toolHere,
} from "../facts.ts";
import { runGroup } from "../group.ts";
import type { Stage } from "../stage.ts";
import { inFolder } from "./vet.ts";

const words = ["run", "--allow-parallel-runners"]; // An editor's run of it is no reason to fail.

export const lint: Stage = {
  id: "lint",
  title: "golangci-lint finds nothing, where it is configured",
  limit: 600,
  async skips(machine) {
    const modules = await lintedModules(machine);
    if (modules.length === 0) return "no .golangci.yml here";
    const isThere = modules.every(hasLintTool) || (await toolHere(machine, "golangci-lint")) !== undefined;
    return isThere ? undefined : "golangci-lint isn't here: gv tools install golangci-lint";
  },
  async run(machine, signal) {
    const { program } = await goHere(machine);
    const linter = (await toolHere(machine, "golangci-lint")) ?? program;
    const env = await stageEnvironment(machine, { git: false });
    for (const cwd of await lintedModules(machine)) {
      const isTool = hasLintTool(cwd);
      const ran = isTool
        ? await runGroup(program, ["tool", "golangci-lint", ...words], { cwd, env, signal })
        : await runGroup(linter, words, { cwd, env, signal });
      if (ran.code !== 0)
        return {
          kind: "failed",
          why: `golangci-lint ended with ${ran.code ?? "a signal"}`,
          output: ran.output,
          fix: inFolder(machine, cwd, isTool ? "go tool golangci-lint run" : "golangci-lint run"),
        };
    }
    return { kind: "ok" };
  },
};

/** The modules that a file configures it for. */
export async function lintedModules(machine: Machine): Promise<readonly string[]> {
  const top = await projectTop(machine);
  return (await modulesHere(machine)).filter((module) => lintConfig(module, top) !== undefined);
}

/** Whether `go tool golangci-lint` is the module's own. */
export function hasLintTool(module: string): boolean {
  return hasToolLine(module, "/cmd/golangci-lint");
}
