/**
 * Changes to the user's own files: what there is and what should be, shown as a diff, done whole.
 *
 * Guarantees: a file is the old one or the new one, never less; a link stays one, mode and owner stay; what was there
 * is kept as a copy first; a file that somebody else wrote meanwhile is left as that left it.
 */
import { lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Context } from "./context.ts";
import { GvError, printable, systemCode } from "./errors.ts";
import { makeFolder, removeFile, writeAtomically } from "./files.ts";
import { changeFile } from "./user-file.ts";

/** One file as setup finds it and as it should be. */
export interface Change {
  readonly path: string;
  /** line: gv's line among the user's own text. own: what gv keeps for its undo. Else the whole file, or a setting. */
  readonly kind?: "line" | "own";
  /** What is there; undefined: no such file. */
  readonly before: Buffer | undefined;
  /** What should be; undefined: the file goes away. */
  readonly after: Buffer | undefined;
  /** Said to the person with this change: what must be restarted, how long it holds. */
  readonly note?: string;
  /** What to do by hand, where gv can't. */
  readonly byHand?: string;
}

/** A file that can't be read, and so not changed. */
export interface Refusal extends Pick<Change, "path" | "kind" | "byHand"> {
  readonly error: GvError;
}

/** gv's line in a file, or out of it. */
export function lineChange(
  path: string,
  edit: (before: Buffer | undefined) => Buffer | undefined,
  byHand: string,
): Change | Refusal {
  const kind = "line";
  try {
    const before = bytesAt(path);
    return { path, kind, before, after: edit(before), byHand };
  } catch (error) {
    if (error instanceof GvError) return { path, kind, error, byHand };
    throw error;
  }
}

/** The bytes of a file; undefined where there is none. Throws NOT_READABLE, also for what is no regular file. */
export function bytesAt(path: string): Buffer | undefined {
  try {
    if (!statSync(path).isFile()) throw unreadable(path, "it is no regular file");
    return readFileSync(path);
  } catch (error) {
    if (error instanceof GvError) throw error;
    if (systemCode(error) === "ENOENT" && !isLink(path)) return undefined;
    throw unreadable(path, isLink(path) ? "it is a link that leads nowhere" : systemCode(error), error);
  }
}

function unreadable(path: string, reason = "no reason given", cause?: unknown): GvError {
  return new GvError("NOT_READABLE", `${path} can't be read (${reason})`, {
    hint: "it was left as it is",
    cause,
  });
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Whether there is anything to do. */
export function isChange({ before, after }: Change): boolean {
  return before === undefined || after === undefined ? before !== after : !before.equals(after);
}

/**
 * The change as a unified diff, as `diff -u` prints it. Of a line, without what stands around it; elsewhere without
 * the passwords that an address may have.
 */
export async function diffOf({ path, kind, before, after }: Change): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  return createTwoFilesPatch(
    before === undefined ? "/dev/null" : path,
    after === undefined ? "/dev/null" : path,
    printed(before),
    printed(after),
    undefined,
    undefined,
    { headerOptions: FILE_HEADERS_ONLY, context: kind === "line" ? 0 : 3 },
  );
}

function printed(bytes: Buffer | undefined): string {
  return printable(bytes?.toString("utf8") ?? "")
    .replaceAll(/([a-z][a-z+.-]*:\/+)[^\s,|]*@/gi, "$1")
    .replaceAll(/([=,|])[^\s,|:/]*:[^\s,|/]*@/g, "$1");
}

/**
 * Makes the change and gives the path of the copy of what was there; `time` (ms since 1970) names the copies of one
 * command. gv's own files, for their owner alone, need no copy. Throws NOT_WRITABLE, NO_SPACE, and BUSY where somebody
 * else wrote the file since it was read.
 */
export function apply(ctx: Context, change: Change, time: number): string | undefined {
  const { path, kind, before, after } = change;
  if (kind === "own") {
    if (after === undefined) removeFile(path);
    else writeAtomically(path, after, 0o600);
    return undefined;
  }
  const copy = before === undefined ? undefined : keepCopy(ctx, path, before, time);
  changeFile(path, before, after);
  return copy;
}

/** A copy of what a file was, below backups/, by the time and its own path; for its owner alone. */
function keepCopy(ctx: Context, path: string, bytes: Buffer, time: number): string {
  const folder = join(ctx.root.backups, new Date(time).toISOString().replaceAll(":", "-"));
  const copy = join(folder, path);
  makeFolder(dirname(copy));
  writeAtomically(copy, bytes, 0o600, folder);
  return copy;
}
