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
import { changeFile, makeFolder, writeAtomically } from "./files.ts";

/** What should become of one file. */
export interface Edit {
  readonly path: string;
  /** From what is there to what should be; undefined: no such file. */
  readonly edit: (before: Buffer | undefined) => Buffer | undefined;
  /** Said to the person with it: what must be restarted, how long it holds. */
  readonly note?: string;
  /** What to put into the file by hand, where gv can't. */
  readonly byHand?: string;
}

/** One file as it is and as it should be. */
export interface Change {
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
}

/** What the edit does to the file as it is now. Throws NOT_READABLE. */
export function changeOf({ path, edit }: Edit): Change {
  const before = bytesAt(path);
  return { path, before, after: edit(before) };
}

/** The bytes of a file; undefined where there is none. */
function bytesAt(path: string): Buffer | undefined {
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

/** The change as a unified diff, as `diff -u` prints it. */
export async function diffOf({ path, before, after }: Change): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  return createTwoFilesPatch(
    before === undefined ? "/dev/null" : path,
    after === undefined ? "/dev/null" : path,
    before?.toString("utf8") ?? "",
    after?.toString("utf8") ?? "",
    undefined,
    undefined,
    { headerOptions: FILE_HEADERS_ONLY },
  );
}

/**
 * Makes the change and gives the path of the copy of what was there; `time` (ms since 1970) names the copies of one
 * command. Throws NOT_WRITABLE, NO_SPACE, and BUSY where
 * somebody else wrote the file since it was read.
 */
export function apply(ctx: Context, { path, before, after }: Change, time: number): string | undefined {
  const copy = before === undefined ? undefined : keepCopy(ctx, path, before, time);
  changeFile(path, before, after);
  return copy;
}

/** A copy of what a file was, below backups/, by the time and its own path; for its owner alone. */
function keepCopy(ctx: Context, path: string, bytes: Buffer, time: number): string {
  const copy = join(ctx.root.backups, new Date(time).toISOString().replaceAll(":", "-"), path);
  makeFolder(dirname(copy));
  writeAtomically(copy, bytes, 0o600);
  return copy;
}
