/**
 * Changes to the user's own files: what there is and what should be, shown as a diff, done whole.
 *
 * Guarantees: a file is the old one or the new one, never less; a link stays one, mode and owner stay; what was there
 * is kept as a copy first; a file that somebody else wrote meanwhile is left as that left it.
 */
import { lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Context } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";
import { changeFile, makeFolder, removeFile, writeAtomically } from "./files.ts";
import { withoutCredentials } from "./goproxy.ts";

/** One file as setup finds it and as it should be. */
export interface Change {
  readonly path: string;
  /** What is there; undefined: no such file. */
  readonly before: Buffer | undefined;
  /** What should be; undefined: the file goes away. */
  readonly after: Buffer | undefined;
  /** Said to the person with this change: what must be restarted, how long it holds. */
  readonly note?: string;
  /** Of a change that is gv's line and no more: what to do by hand, where gv can't. */
  readonly byHand?: string;
}

/** A file that can't be read, and so not changed. */
export interface Refusal extends Pick<Change, "path" | "byHand"> {
  readonly error: GvError;
}

/** The change that an edit means for a file as it is now. */
export function planned(
  path: string,
  edit: (before: Buffer | undefined) => Buffer | undefined,
  byHand?: string,
): Change | Refusal {
  const line = byHand === undefined ? {} : { byHand };
  try {
    const before = bytesAt(path);
    return { path, before, after: edit(before), ...line };
  } catch (error) {
    if (error instanceof GvError) return { path, error, ...line };
    throw error;
  }
}

/** The bytes of a file; undefined where there is none. Throws NOT_READABLE. */
export function bytesAt(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT" && !isDanglingLink(path)) return undefined;
    const reason = isDanglingLink(path) ? "it is a link that leads nowhere" : systemCode(error);
    throw new GvError("NOT_READABLE", `${path} can't be read (${reason ?? "no reason given"})`, {
      hint: "it was left as it is",
      cause: error,
    });
  }
}

function isDanglingLink(path: string): boolean {
  return (
    lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
    !statSync(path, { throwIfNoEntry: false })
  );
}

/** Whether there is anything to do. */
export function isChange({ before, after }: Change): boolean {
  return before === undefined || after === undefined ? before !== after : !before.equals(after);
}

/** The change as a unified diff, as `diff -u` prints it; without passwords that an address may have. */
export async function diffOf({ path, before, after }: Change): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  return createTwoFilesPatch(
    before === undefined ? "/dev/null" : path,
    after === undefined ? "/dev/null" : path,
    printed(before),
    printed(after),
    undefined,
    undefined,
    { headerOptions: FILE_HEADERS_ONLY },
  );
}

function printed(bytes: Buffer | undefined): string {
  return (bytes?.toString("utf8") ?? "").replace(/^GOPROXY=.*$/gm, withoutCredentials);
}

/**
 * Makes the change and gives the path of the copy of what was there; `time` (ms since 1970) names the copies of one
 * command. gv's own files, for their owner alone, need no copy. Throws NOT_WRITABLE, NO_SPACE, and BUSY where somebody
 * else wrote the file since it was read.
 */
export function apply(ctx: Context, { path, before, after }: Change, time: number): string | undefined {
  if (isOwn(ctx, path)) {
    if (after === undefined) removeFile(path);
    else writeAtomically(path, after, 0o600);
    return undefined;
  }
  const copy = before === undefined ? undefined : keepCopy(ctx, path, before, time);
  changeFile(path, before, after);
  return copy;
}

/** Whether it is a file of gv's root: what is kept there for the undo. */
export function isOwn(ctx: Context, path: string): boolean {
  return path.startsWith(`${ctx.root.path}/`);
}

/** A copy of what a file was, below backups/, by the time and its own path; for its owner alone. */
function keepCopy(ctx: Context, path: string, bytes: Buffer, time: number): string {
  const copy = join(ctx.root.backups, new Date(time).toISOString().replaceAll(":", "-"), path);
  makeFolder(dirname(copy));
  writeAtomically(copy, bytes, 0o600);
  return copy;
}
