/**
 * Whether gv may write to its root, asked before the first write of a command.
 *
 * Guarantees: gv writes only under a root that is absolute, the user's own and not world-writable. Another user's
 * serves as it is (docs/install-gv.md, "One root for many users").
 */
import { existsSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { diskError } from "./disk-error.ts";
import { makeFolder } from "./files.ts";
import { statOf } from "./read.ts";

/**
 * Makes the root if need be, and refuses one that gv must not write to: relative, another user's (sudo),
 * or world-writable. Throws ROOT_UNSAFE, NOT_WRITABLE or NO_SPACE.
 */
export function prepareRoot(ctx: Context): void {
  const { path } = ctx.root;
  checkRootPath(path);
  const there = existsSync(path);
  const stats = statsOf(there ? path : nearestFolder(path));
  const sudo = ctx.uid === 0 && ctx.env["SUDO_UID"] === String(stats.uid);
  if (ctx.uid !== undefined && stats.uid !== ctx.uid && (there || sudo))
    throw new GvError("ROOT_UNSAFE", `${path} belongs to user ${stats.uid}, and gv runs as user ${ctx.uid}`, {
      hint: isShared(ctx)
        ? `what is there runs, and whoever it belongs to can change it\nfor a root of your own:  GV_ROOT="$HOME/.gv" gv setup   and in a new terminal the same again`
        : "run gv without sudo; each user has a root of their own",
    });
  if (there && stats.mode & 0o002)
    throw new GvError(
      "ROOT_UNSAFE",
      `${path} can be written by everyone: anyone could change the Go that you run`,
      {
        hint: `chmod o-w ${path}`,
      },
    );
  for (const folder of [path, ctx.root.staging]) makeFolder(folder);
}

/** True for a root of another user's that this one runs Go from. Root itself is told to be who it belongs to. */
export function isShared({ root, uid }: Context): boolean {
  const owner = statOf(root.path)?.uid;
  return uid !== undefined && uid !== 0 && owner !== undefined && owner !== uid;
}

/** As prepareRoot, for what only looks, and writes by the way: false where that throws. */
export function mayWriteRoot(ctx: Context): boolean {
  try {
    prepareRoot(ctx);
    return true;
  } catch (error) {
    if (error instanceof GvError) return false;
    throw error;
  }
}

/** Refuses a root whose shims could not be on PATH: ROOT_UNSAFE. Reads nothing. */
export function checkRootPath(path: string): void {
  if (!isAbsolute(path))
    throw new GvError(
      "ROOT_UNSAFE",
      `GV_ROOT is "${path}", a relative path: it would be another folder in each directory`,
      {
        hint: `export GV_ROOT="$HOME/.gv"`,
      },
    );
  if (/[:\n]/.test(path))
    throw new GvError(
      "ROOT_UNSAFE",
      `GV_ROOT is ${JSON.stringify(path)}, which PATH can't hold: no colon, no newline`,
      {
        hint: `export GV_ROOT="$HOME/.gv"`,
      },
    );
}

function nearestFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

function statsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw diskError(error, path);
  }
}
