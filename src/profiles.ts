/**
 * The changes to start-up files that put gv on PATH, and those that take it off again.
 *
 * Guarantees: only files that the user's shells read are touched, and of an existing text only gv's own line.
 * $GV_ROOT/profiles lists the files that have it, written before the first of them is: the undo finds them even
 * where the settings that led there (ZDOTDIR, ENV) are gone.
 */
import { existsSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

import { type Change, lineChange, type Refusal } from "./changes.ts";
import type { Context } from "./context.ts";
import { removeFile, writeAtomically } from "./files.ts";
import { hasLine, withLine, withoutLine } from "./owned-line.ts";
import { textOf } from "./read.ts";
import { type Home, type OtherShell, otherShellsInUse, type Sourced, shells, shellsInUse } from "./shells.ts";

/**
 * gv's line in the files of the shells in use; of those that are named, too. `hook`: whether it is that of the hook;
 * where nobody says so (undefined), as it is now.
 */
export function profileChanges(
  ctx: Context,
  named: readonly string[],
  hook: boolean | undefined,
): (Change | Refusal)[] {
  const home = homeOf(ctx);
  const what = sourcedHere(ctx, hook);
  const changes = new Map<string, Change | Refusal>();
  for (const shell of shellsInUse(home, [...ownShells(ctx), ...named]))
    for (const path of shell.files(home)) {
      const line = shell.line(ctx.root.path, home.path, what);
      const edit = (before: Buffer | undefined): Buffer => withLine(before, line, shell.instead?.(path));
      // Two names may lead to one file: .bash_profile to .bashrc.
      changes.set(realPath(path), lineChange(path, edit, `put this line into ${path}: ${line}`));
    }
  return [...changes.values()];
}

/** What gv's line sources. */
export function sourcedHere(ctx: Context, hook: boolean | undefined): Sourced {
  return (hook ?? isHooked(ctx)) ? "hook" : "env";
}

/** Whether the line in a file that has one is that of the hook. */
function isHooked(ctx: Context): boolean {
  const lines = shells.map((shell) => shell.line(ctx.root.path, homeOf(ctx).path, "hook"));
  return possible(ctx).some((path) => {
    const text = Buffer.from(textOf(path) ?? "");
    return lines.some((line) => hasLine(text, line));
  });
}

/** What takes gv's line out of every file that has it. */
export function profileUndo(ctx: Context): (Change | Refusal)[] {
  const files = new Map(possible(ctx).map((path) => [realPath(path), path]));
  return [...files.values()].map((path) =>
    lineChange(path, (before) => before && withoutLine(before), `take gv's line out of ${path}`),
  );
}

/** Files that may have gv's line: those of every shell, and those that are recorded, as far as they are files. */
function possible(ctx: Context): string[] {
  const home = homeOf(ctx);
  const files = shells.flatMap((shell) => shell.files(home));
  return [...new Set([...files, ...recorded(ctx)])].filter(isFile);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Notes which files are about to have gv's line. */
export function recordProfiles(ctx: Context, files: readonly { readonly path: string }[]): void {
  const paths = [...new Set([...recorded(ctx), ...files.map(({ path }) => path)])];
  const text = paths.map((path) => `${path}\n`).join("");
  if (text !== (textOf(recordPath(ctx)) ?? "")) writeAtomically(recordPath(ctx), text);
}

/** When they have it no more. */
export function forgetProfiles(ctx: Context): void {
  removeFile(recordPath(ctx));
}

/** Whether files are noted: true still where an undo was killed behind its last change. */
export function hasRecord(ctx: Context): boolean {
  return recorded(ctx).length > 0;
}

function recorded(ctx: Context): string[] {
  return (textOf(recordPath(ctx)) ?? "").split("\n").filter((path) => path !== "");
}

function recordPath(ctx: Context): string {
  return join(ctx.root.path, "profiles");
}

/** Shells in use whose files are left to the person; `isOwn`: it is the one that a new terminal has. */
export function leftToPerson(
  ctx: Context,
  named: readonly string[],
): { file: string; line: string; shell: OtherShell; isOwn: boolean }[] {
  const home = homeOf(ctx);
  const own = otherShellsInUse({ ...home, has: () => false }, ownShells(ctx));
  return otherShellsInUse(home, [...ownShells(ctx), ...named]).map((shell) => ({
    shell,
    isOwn: own.includes(shell),
    file: shell.file(home),
    line: shell.line(ctx.root.path),
  }));
}

/** The user's shell: SHELL as the login set it, else what the system would start. */
export function ownShells({ env, loginShell }: Context): string[] {
  return [env["SHELL"] || loginShell].filter((shell) => shell !== undefined);
}

function homeOf(ctx: Context): Home {
  const { env, platform } = ctx;
  return { path: ctx.home.replace(/(?<=.)\/+$/, ""), env, os: platform.os, has: existsSync };
}
