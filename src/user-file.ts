/**
 * The door for changing files of the user's own: profiles, settings, version files, what a CI job reads,
 * what a person wants written.
 *
 * Guarantees: such a file is the old one or the new one, never half of one and never somebody else's version of it; its
 * links, mode and owner stay; where one of these can't be kept, it isn't changed.
 */
import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";

import { type Whose, writing } from "./disk-error.ts";
import { GvError, systemCode } from "./errors.ts";
import { beside, makeFolder, putNew, putWhole, unlink, writeWhole } from "./files.ts";

/** Adds lines to a file's end, or makes it. Their writers share it, so it is not replaced. */
export function appendLines(path: string, lines: readonly string[]): void {
  writing(path, () => appendFileSync(path, lines.map((line) => `${line}\n`).join("")), "user");
}

/**
 * Changes a file of the user's from `before` (undefined: none) to `after` (undefined: none), as a whole. A link
 * stays one: the file that it leads to is changed. Mode and owner stay. Throws NOT_WRITABLE (also for one that its
 * owner made read-only, or that has other names, which a rename would cut off), NO_SPACE, and BUSY where it isn't
 * what it was any more.
 */
export function changeFile(
  path: string,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
): void {
  writing(path, () => (before === undefined ? makeFile(path, after) : rewrite(path, before, after)), "user");
}

/**
 * Makes a file of the user's, or replaces it as changeFile does, whatever it said: of two at once the last one wins.
 * Whoever may write it may do so: of a file that a group shares it is theirs then, as git does it. Throws NOT_WRITABLE
 * also for what is no regular file.
 */
export function replaceFile(path: string, data: Uint8Array, whose: Whose = "user"): void {
  writing(
    path,
    () => {
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) putWhole(path, data);
      else rewrite(path, undefined, data);
    },
    whose,
  );
}

/**
 * Writes what a person wants at a path: a file as replaceFile does, but into what is no regular file (a device, a pipe),
 * which never gives way to one.
 */
export function writeOutput(path: string, data: string): void {
  writing(
    path,
    () => {
      const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
      if (isFile) return replaceFile(path, Buffer.from(data));
      const fd = openSync(path, constants.O_WRONLY);
      try {
        writeWhole(fd, Buffer.from(data));
      } finally {
        closeSync(fd);
      }
    },
    "user",
  );
}

function makeFile(path: string, data: Uint8Array | undefined): void {
  if (data === undefined) return;
  makeFolder(dirname(path));
  if (existsSync(path) || !putNew(path, data)) throw changedMeanwhile(path);
}

/** `before` undefined: whatever it says. */
function rewrite(path: string, before: Uint8Array | undefined, after: Uint8Array | undefined): void {
  const isLink = lstatSync(path).isSymbolicLink();
  const real = isLink ? realpathSync(path) : path; // Of a folder whose path Node can't tell this one leads there.
  const temporary = beside(real); // First: of who was killed the file may have another name.
  const stats = statSync(real);
  const { mode, uid, gid, nlink } = stats;
  if (!stats.isFile())
    throw new GvError("NOT_WRITABLE", `${path} can't be written (it is no regular file)`, {
      hint: "it was left as it is; move it away",
    });
  if (nlink > 1)
    throw new GvError(
      "NOT_WRITABLE",
      `${path} has ${nlink} names (hard links), which one change would part`,
      {
        hint: "change it by hand; it is as it was",
      },
    );
  if (!(mode & 0o200))
    throw new GvError("NOT_WRITABLE", `${path} is read-only`, { hint: `chmod u+w '${path}'` });
  accessSync(real, constants.W_OK);
  // Behind a link the file stays, empty: the link is somebody else's.
  if (after === undefined && !isLink) return remove(real, path, before);
  try {
    const fd = openSync(temporary, "wx", 0o600);
    try {
      if (after !== undefined) writeWhole(fd, after);
      const made = fstatSync(fd);
      if (made.uid !== uid || made.gid !== gid) keepOwner(fd, path, uid, gid, before !== undefined);
      fchmodSync(fd, mode & 0o7777);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    checkIsStill(real, path, before);
    renameSync(temporary, real);
  } finally {
    unlink(temporary);
  }
  syncFolder(dirname(real));
}

function remove(real: string, path: string, before: Uint8Array | undefined): void {
  checkIsStill(real, path, before);
  unlink(real);
  syncFolder(dirname(real));
}

function checkIsStill(real: string, path: string, before: Uint8Array | undefined): void {
  if (before !== undefined && !readFileSync(real).equals(before)) throw changedMeanwhile(path);
}

function keepOwner(fd: number, path: string, uid: number, gid: number, mustBeKept: boolean): void {
  let cause: unknown;
  for (const user of mustBeKept ? [uid] : [uid, fstatSync(fd).uid])
    try {
      fchownSync(fd, user, gid);
      return;
    } catch (error) {
      cause = error;
    }
  throw new GvError(
    "NOT_WRITABLE",
    `${path} belongs to user ${uid} and group ${gid}, which a new file can't be given`,
    { hint: "change it by hand; it is as it was", cause },
  );
}

/** What a rename did is on disk; where a file system can't say so, it is as sure as that one is. */
function syncFolder(path: string): void {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } catch (error) {
    if (systemCode(error) !== "EINVAL" && systemCode(error) !== "ENOTSUP") throw error;
  } finally {
    closeSync(fd);
  }
}

function changedMeanwhile(path: string): GvError {
  return new GvError("BUSY", `another program has just written ${path}`, {
    hint: "it was left as that one left it; type it again",
  });
}
