/**
 * The programs that this machine's Go work is done with, each file once: the go commands in force, and the tools on PATH,
 * in GOBIN or GOPATH/bin, and in gv's tools/. Scripts, as shims are, aren't among them.
 */
import { realpathSync } from "node:fs";
import { join } from "node:path";

import { goBinFolder } from "../goenv.ts";
import { allOnPath, isProgram } from "../on-path.ts";
import { type Executable, readExecutable } from "../program/executable.ts";
import { toolCopies } from "../tools/copies.ts";
import { knownTools } from "../tools/known.ts";
import type { Machine } from "./machine.ts";

export interface Program {
  /** `go`, `gopls`, ... */
  readonly name: string;
  readonly path: string;
  readonly executable: Executable;
}

/** The go command that runs here by the rule, and those on PATH that come before the shim, or in its place. */
export function gosInForce(machine: Machine): Promise<readonly Program[]> {
  return machine.once("go commands in force", async () => {
    const here = await machine.here;
    const chosen =
      here.kind === "version" ? join(here.dir, "bin", "go") : here.kind === "system" ? here.path : undefined;
    const shim = machine.gos.findIndex(({ isShim }) => isShim);
    const before = shim < 0 ? machine.gos.slice(0, 1) : machine.gos.slice(0, shim);
    return described([...before.map(({ path }) => path), ...(chosen === undefined ? [] : [chosen])], "go");
  });
}

/** The tools, by any of these names; of each name in the order in which they are found. */
export function toolsHere(machine: Machine): readonly Program[] {
  return machine.once("tools", () => {
    const { ctx } = machine;
    const own = toolCopies(ctx, ctx.platform);
    return knownTools.flatMap(({ name }) =>
      described(
        [
          ...allOnPath(ctx, name),
          join(goBinFolder(ctx), name),
          ...own.filter((copy) => copy.name === name).map(({ path }) => path),
        ],
        name,
      ),
    );
  });
}

function described(paths: readonly string[], name: string): Program[] {
  const files = new Map(paths.filter(isProgram).map((path) => [realpathSync(path), path]));
  return [...files].flatMap(([real, path]) => {
    const executable = readExecutable(real);
    return executable ? [{ name, path, executable }] : [];
  });
}
