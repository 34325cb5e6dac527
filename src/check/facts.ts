/**
 * What stages of `gv check` share: the repository, the Go that applies, the modules, and the environment of what is
 * started. Each is found out once; the only program that is started is git.
 */
import { join } from "node:path";

import type { Environment } from "../context.ts";
import type { Machine } from "../doctor/machine.ts";
import { moduleFileHere, modulesBelow } from "../doctor/project.ts";
import { findTool, whichTool } from "../find-tool.ts";
import { parseGoMod, usesIn } from "../go-mod.ts";
import { realPath, textOf, upwards } from "../read.ts";
import { noVersion, type Resolution } from "../resolve.ts";
import { environment } from "../tool-environment.ts";

/** What git prints; undefined where it fails, or there is none. In a hook it sees the index that is committed. */
export async function git(machine: Machine, ...words: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await machine.run("git", words, { cwd: machine.ctx.cwd, limit: 10_000 });
  return code === 0 ? stdout : undefined;
}

/** The top folder of the working tree; undefined outside of one. */
export function repositoryTop(machine: Machine): Promise<string | undefined> {
  return machine.once("top of the repository", async () => {
    const top = await git(machine, "rev-parse", "--show-toplevel");
    return top?.replace(/\n$/, "") || undefined;
  });
}

/** The repository's top, else the current folder. */
export async function projectTop(machine: Machine): Promise<string> {
  return (await repositoryTop(machine)) ?? machine.ctx.cwd;
}

/** The Go that applies here. Throws NOT_INSTALLED, BAD_SPEC, NO_SYSTEM_GO. */
export async function goHere(
  machine: Machine,
): Promise<{ chosen: Extract<Resolution, { kind: "version" | "system" }>; program: string }> {
  const chosen = await machine.here;
  if (chosen.kind === "missing" || chosen.kind === "refused") throw noVersion(chosen);
  return { chosen, program: findTool(machine.ctx, "go", chosen).path };
}

/** What git sets for a hook (`git rev-parse --local-env-vars`), and what names the repository alone. */
const gitVariables =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE|CONFIG\w*|ALTERNATE_OBJECT_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|IMPLICIT_WORK_TREE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|QUARANTINE_PATH)$/;

/**
 * The environment of what stages start: as `gv exec` gives it. `git: false` leaves out what a hook's git has set: those
 * name the repository from its top only, and another repository's git (the go command's, a test's) would take this one
 * for its own (githooks(5)).
 */
export async function stageEnvironment(machine: Machine, options: { git: boolean }): Promise<Environment> {
  const chosen = await machine.here;
  const isThere = chosen.kind === "version" || chosen.kind === "system";
  const env = isThere ? environment(machine.ctx, chosen, {}) : machine.ctx.env;
  if (options.git) return env;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !gitVariables.test(name)));
}

/**
 * The folders of the modules that are checked: those of go.work that lie in the repository; without a go.work the
 * current module; where the current folder is in none, all modules below it.
 */
export async function modulesHere(machine: Machine): Promise<readonly string[]> {
  const { ctx } = machine;
  const top = await projectTop(machine);
  const file = moduleFileHere(machine.ctx)?.path;
  const folder = file?.slice(0, file.lastIndexOf("/")) || "/";
  // Git tells the physical path; the current folder may be told by a link.
  const isInside = (path: string): boolean => `${realPath(path)}/`.startsWith(`${realPath(top)}/`);
  if (file === undefined || !isInside(folder)) return modulesBelow(ctx, ctx.cwd);
  if (!file.endsWith("/go.work")) return [folder];
  const uses = usesIn(textOf(file) ?? "").map((use) => (use.startsWith("/") ? use : join(folder, use)));
  return uses.map((use) => use.replace(/(?<=.)\/$/, "")).filter(isInside);
}

/** Whether a module is asked for its packages of tools (`go tool`), and one of them ends so. */
export function hasToolLine(module: string, ending: string): boolean {
  return parseGoMod(textOf(join(module, "go.mod")) ?? "").tools.some((path) => path.endsWith(ending));
}

/** The program that a tool's shim runs here; undefined where there is none. */
export async function toolHere(machine: Machine, name: string): Promise<string | undefined> {
  const chosen = await machine.here;
  if (chosen.kind !== "version" && chosen.kind !== "system") return undefined;
  const answer = whichTool(machine.ctx, name, chosen);
  return answer.kind === "found" ? answer.path : undefined;
}

const lintFiles = [".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"] as const;

/** golangci-lint's configuration for a module, in its folder or above, as far up as `top`. */
export function lintConfig(module: string, top: string): string | undefined {
  for (const folder of upwards(module)) {
    const found = lintFiles.map((name) => `${folder}/${name}`).find((path) => textOf(path) !== undefined);
    if (found !== undefined) return found;
    if (realPath(folder) === realPath(top)) return undefined;
  }
  return undefined;
}
