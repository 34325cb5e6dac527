/**
 * What the scripts in completions/ need of gv: where each belongs, and a list of the releases that gv last saw.
 * They start nothing at a TAB: versions and tools are names of folders, the list is a file of lines.
 */
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { makeFolder, writeAtomically } from "./files.ts";
import { type Platform, platformFolder } from "./platform.ts";
import { textOf } from "./read.ts";
import { prepareRoot } from "./root.ts";
import { compareVersions, formatVersion, type Version } from "./version.ts";

interface Script {
  /** Its name in completions/. */
  readonly file: string;
  /** The user's own place for it, an absolute path. */
  readonly place: (where: Pick<Context, "home" | "env">) => string;
  /** Who loads it from there, and when. */
  readonly loading: string;
}

/** The shells that a person may complete in. */
export const completionScripts = {
  /** https://github.com/scop/bash-completion, README: "completions subdir of $BASH_COMPLETION_USER_DIR". */
  bash: {
    file: "gv.bash",
    place: ({ home, env }) => {
      // Newer ones take a list.
      const [first = ""] = (env["BASH_COMPLETION_USER_DIR"] ?? "").split(":");
      return join(first || join(dataFolder(home, env), "bash-completion"), "completions", "gv");
    },
    loading: "the package bash-completion, where it is installed, at the first TAB behind gv",
  },
  /**
   * zsh has no folder of the user's own on fpath: this is site-functions of a prefix ~/.local. Its own functions have a
   * _gv already, for Ghostview's gv: of two the one whose folder comes first counts.
   */
  zsh: {
    file: "_gv",
    place: ({ home, env }) => join(dataFolder(home, env), "zsh", "site-functions", "_gv"),
    loading: "zsh, at the first TAB behind gv, where its folder is first on fpath before compinit",
  },
  /** https://fishshell.com/docs/current/completions.html#where-to-put-completions */
  fish: {
    file: "gv.fish",
    place: ({ home, env }) =>
      join(absolute(env["XDG_CONFIG_HOME"]) ?? join(home, ".config"), "fish", "completions", "gv.fish"),
    loading: "fish, at the first TAB behind gv",
  },
} as const satisfies Readonly<Record<string, Script>>;

export type CompletionShell = keyof typeof completionScripts;

function dataFolder(home: string, env: Context["env"]): string {
  return absolute(env["XDG_DATA_HOME"]) ?? join(home, ".local", "share");
}

/** "If an implementation encounters a relative path in any of these variables it should [...] ignore it" (XDG). */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** The script for a shell, as it is in the package. */
export function completionScript(ctx: Context, shell: CompletionShell): string {
  const path = join(ctx.program, "completions", completionScripts[shell].file);
  const text = textOf(path);
  if (text === undefined)
    throw new GvError("NOT_READABLE", `${path} can't be read`, { hint: "to set gv up again: npx gv setup" });
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
