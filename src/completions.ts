/**
 * What the scripts in completions/ need of gv: their names, and a list of the releases that gv last saw.
 * They start nothing at a TAB: versions and tools are names of folders, the list is a file of lines.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Context } from "./context.ts";
import { GvError, setUpAgain } from "./errors.ts";
import { makeFolder, writeAtomically } from "./files.ts";
import { type Platform, platformFolder } from "./platform.ts";
import { textOf } from "./read.ts";
import { prepareRoot } from "./root.ts";
import { compareVersions, formatVersion, type Version } from "./version.ts";

/** The shells that a person may complete in, and what each script is called: zsh and fish find theirs by its name. */
export const completionScripts = { bash: "gv.bash", zsh: "_gv", fish: "gv.fish" } as const;

export type CompletionShell = keyof typeof completionScripts;

/** The script for a shell, as it is in the package. */
export function completionScript(ctx: Context, shell: CompletionShell): string {
  const path = join(ctx.program, "completions", completionScripts[shell]);
  const text = textOf(path);
  if (text === undefined) throw new GvError("NOT_READABLE", `${path} can't be read`, { hint: setUpAgain });
  return text;
}

/**
 * Leaves the releases of a platform that a proxy listed to completion, in a root that is there: a version a line, the
 * newest first, pre-releases last. Nothing else reads it, least of all to choose a version. A list that can't be
 * written is none: no command fails for it.
 */
export function keepForCompletion(ctx: Context, platform: Platform, listed: readonly Version[]): void {
  const newestFirst = listed.toSorted((a, b) => compareVersions(b, a));
  const ordered = [false, true].flatMap((isPre) =>
    newestFirst.filter(({ pre }) => (pre !== undefined) === isPre),
  );
  const text = ordered.map((version) => `${formatVersion(version)}\n`).join("");
  const path = join(ctx.root.cache, `releases-${platformFolder(platform)}`);
  if (listed.length === 0 || !existsSync(ctx.root.path) || textOf(path) === text) return;
  try {
    prepareRoot(ctx);
    makeFolder(ctx.root.cache);
    writeAtomically(path, text);
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
  }
}
