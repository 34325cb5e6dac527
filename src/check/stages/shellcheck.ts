/**
 * shellcheck, on the scripts that git tracks: those named .sh or .bash, and programs whose first line names a shell that
 * it knows. Not what lies in vendor/ and node_modules/: that is somebody else's.
 */
import { closeSync, openSync, readSync } from "node:fs";

import type { Machine } from "../../doctor/machine.ts";
import { onPath } from "../../on-path.ts";
import { statOf } from "../../read.ts";
import { git, repositoryTop, stageEnvironment } from "../facts.ts";
import { runGroup } from "../group.ts";
import type { Stage } from "../stage.ts";

/** How many files one shellcheck gets: a command line has an end. */
const atOnce = 200;

export const shellcheck: Stage = {
  id: "shellcheck",
  title: "shellcheck finds nothing in the scripts that git tracks",
  limit: 120,
  async skips(machine) {
    if (onPath(machine.ctx, "shellcheck") === undefined) return "there is no shellcheck on PATH";
    if ((await repositoryTop(machine)) === undefined) return "this is no working tree of git";
    return (await scripts(machine)).length === 0 ? "git tracks no script" : undefined;
  },
  async run(machine, signal) {
    const files = await scripts(machine);
    const cwd = (await repositoryTop(machine)) ?? machine.ctx.cwd;
    const env = await stageEnvironment(machine, { git: false });
    const program = onPath(machine.ctx, "shellcheck") ?? "shellcheck";
    let output = "";
    let last: number | undefined = 0;
    for (let at = 0; at < files.length && !signal.aborted; at += atOnce) {
      const ran = await runGroup(program, ["--", ...files.slice(at, at + atOnce)], { cwd, env, signal });
      output += ran.output;
      if (ran.code !== 0) last = ran.code;
    }
    if (last === 0 && !signal.aborted) return { kind: "ok", said: count(files.length) };
    return {
      kind: "failed",
      why: `shellcheck ended with ${last ?? "a signal"} (${count(files.length)})`,
      output,
      fix: "gv check shellcheck",
    };
  },
};

function count(number: number): string {
  return number === 1 ? "1 script" : `${number} scripts`;
}

/** Paths below the repository's top. */
function scripts(machine: Machine): Promise<readonly string[]> {
  return machine.once("scripts that git tracks", async () => {
    const top = await repositoryTop(machine);
    if (top === undefined) return [];
    const listed = (await git(machine, "-C", top, "ls-files", "--stage", "-z")) ?? "";
    return [...new Set(listed.split("\0"))].flatMap((row) => {
      // 100644 and 100755 are files; links and submodules have other modes.
      const [, mode, path] = /^100(\d+) [^\t]*\t(.+)$/s.exec(row) ?? [];
      return path !== undefined && isScript(top, path, mode === "755") ? [path] : [];
    });
  });
}

function isScript(top: string, path: string, isProgram: boolean): boolean {
  const isNamed = /\.(?:sh|bash)$/.test(path);
  if (/(?:^|\/)(?:vendor|node_modules)\//.test(path)) return false;
  if (!isNamed && !isProgram && /\.[^/]*$/.test(path.slice(1))) return false;
  const shell = shellOf(`${top}/${path}`);
  return shell === undefined ? false : shell === "" ? isNamed : /^(?:sh|bash|dash|ksh|ash)$/.test(shell);
}

/** The program in a file's first line; empty where that names none, undefined where the file can't be read. */
function shellOf(path: string): string | undefined {
  if (statOf(path)?.isFile() !== true) return undefined;
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(128);
      const [line = ""] = bytes.toString("latin1", 0, readSync(file, bytes)).split("\n");
      const [, shell = ""] = /^#!\s*(?:\/\S*\/env\s+(?:-S\s+)?)?(?:\/\S*\/)?(\w+)/.exec(line) ?? [];
      return shell;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
