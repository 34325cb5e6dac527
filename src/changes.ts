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
import { charactersOf, fileOf } from "./latin1.ts";
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
  return !isSame(before, after);
}

/** Whether a file has the same content, or is not there, both times. */
export function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

/**
 * Two changes of one file, both made of what it is now, as one; undefined where they change the same lines in different
 * ways, or one of them was made of something else.
 */
export async function composed(first: Change, second: Change): Promise<Change | undefined> {
  if (isSame(first.after, second.after) && isSame(first.before, second.before)) return first;
  const { before } = first;
  if (!before || !first.after || !second.after || !isSame(before, second.before)) return undefined;
  const { diffArrays } = await import("diff");
  const lines = linesOf(before);
  const edits = [first.after, second.after].flatMap((after) => editsOf(diffArrays(lines, linesOf(after))));
  const merged = edits
    .filter((edit, i) => edits.findIndex((other) => JSON.stringify(other) === JSON.stringify(edit)) === i)
    .toSorted((a, b) => a.at - b.at || a.take - b.take);
  if (merged.some(({ at, take }, i) => take > 0 && at + take > (merged[i + 1]?.at ?? Infinity)))
    return undefined;
  const after = [...lines];
  for (const { at, take, put } of merged.toReversed()) after.splice(at, take, ...put);
  return { ...first, after: fileOf(after.join("")) };
}

/** Lines of a text: from which one on, how many go, and what comes in their place. */
interface Edit {
  readonly at: number;
  take: number;
  readonly put: string[];
}

function editsOf(
  parts: readonly { readonly value: string[]; readonly added?: boolean; readonly removed?: boolean }[],
): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let isOpen = false;
  for (const { value, added, removed } of parts) {
    const isEdit = added === true || removed === true;
    if (isEdit && !isOpen) edits.push({ at, take: 0, put: [] });
    isOpen = isEdit;
    const edit = edits.at(-1);
    if (added) edit?.put.push(...value);
    else at += value.length;
    if (removed && edit) edit.take += value.length;
  }
  return edits;
}

function linesOf(bytes: Buffer): string[] {
  return charactersOf(bytes).split(/(?<=\n)/);
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

/** Where a command of that time (ms since 1970) keeps the copy of a file. */
export function copyOf(ctx: Context, path: string, time: number): string {
  return join(folderOf(ctx, time), path);
}

function folderOf(ctx: Context, time: number): string {
  return join(ctx.root.backups, new Date(time).toISOString().replaceAll(":", "-"));
}

/** A copy of what a file was, below backups/, by the time and its own path; for its owner alone. */
function keepCopy(ctx: Context, path: string, bytes: Buffer, time: number): string {
  const copy = copyOf(ctx, path, time);
  makeFolder(dirname(copy));
  writeAtomically(copy, bytes, 0o600, folderOf(ctx, time));
  return copy;
}
