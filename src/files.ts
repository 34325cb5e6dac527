/**
 * The door for changing the disk; user-file.ts is the one for files of the user's own.
 *
 * Guarantees: a file is either the old one or the new one, never half of one (temporary file, fsync,
 * rename in the same folder); a folder is moved by one rename that never replaces another that holds
 * something.
 */
import {
  constants,
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  promises,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { diskError, writing } from "./disk-error.ts";
import { systemCode } from "./errors.ts";
import { isAbandoned, ownName } from "./owner.ts";
import { namesIn } from "./read.ts";

/** Makes a folder and its parents; fine when it is there. New ones can be read by all, whatever a `umask` says. */
export function makeFolder(path: string, umask = 0): void {
  writing(path, () => makeFolders(path, umask));
}

/**
 * One by one: Node's own `recursive` says ENOENT for EROFS among others, and never ends below /proc. Others may
 * make the same ones meanwhile (the threads that unpack do).
 */
function makeFolders(path: string, umask: number): void {
  if (isMade(path, umask)) return;
  makeFolders(dirname(path), umask);
  if (!isMade(path, umask)) mkdirSync(path); // No folder can be made there: the system says why.
}

/** True once the folder is there; false where what it should be in isn't. */
function isMade(path: string, umask: number): boolean {
  try {
    mkdirSync(path, 0o755);
    if (0o755 & umask) chmodSync(path, 0o755);
    return true;
  } catch (error) {
    if (isFolder(path)) return true;
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A file that is being written from its start. */
export interface NewFile {
  write(data: Uint8Array): void;
  close(): void;
}

/**
 * Makes one new file, which gets `mode` whatever the process's umask is. Throws where something of that
 * name is: the folder is private to the caller.
 */
export function newFile(path: string, mode: number, umask: number): NewFile {
  const fd = writing(path, () => openSync(path, "wx", mode));
  if (mode & umask) writing(path, () => fchmodSync(fd, mode));
  return {
    write: (data) => writing(path, () => writeWhole(fd, data)),
    close: () => writing(path, () => closeSync(fd)), // Where NFS says that the disk is full.
  };
}

/** Writes all of `data`; a call may take less. */
export function writeWhole(fd: number, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += writeSync(fd, data, at);
}

/**
 * Replaces (or makes) a small file as a whole, on disk before the name points to it. The temporary file is beside
 * `near`, on the same file system: a place that somebody writes to again.
 */
export function writeAtomically(
  path: string,
  data: string | Uint8Array,
  mode = 0o644,
  near: string = path,
): void {
  writing(path, () => putWhole(path, Buffer.from(data), mode, near));
}

/** The same, with the system's own error. */
export function putWhole(path: string, data: Uint8Array, mode = 0o644, near: string = path): void {
  const temporary = beside(near);
  try {
    writeNew(temporary, data, mode);
    renameSync(temporary, path);
  } catch (error) {
    unlink(temporary);
    throw error;
  }
}

function writeNew(path: string, data: Uint8Array, mode: number): void {
  const fd = openSync(path, "wx", mode);
  try {
    writeWhole(fd, data);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes a small file as a whole unless it is there. False when it is, and when another was first. */
export function writeIfAbsent(path: string, data: string): boolean {
  sweepBeside(path); // Who was killed when the file was there already left its other name.
  return !existsSync(path) && writing(path, () => putNew(path, Buffer.from(data)));
}

/** Makes a file as a whole where nothing has that name; false where something has. */
export function putNew(path: string, data: Uint8Array): boolean {
  const whole = beside(path);
  try {
    writeNew(whole, data, 0o644);
    linkSync(whole, path);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    // A file system without hard links: of two first ones the last wins.
    if (systemCode(error) !== "EPERM" && systemCode(error) !== "ENOTSUP") throw error;
    renameSync(whole, path);
    return true;
  } finally {
    unlink(whole);
  }
}

/** Makes a symbolic link, and the folder it is in. False where something of that name is. */
export function makeLink(target: string, path: string): boolean {
  makeFolder(dirname(path));
  return writing(path, () => {
    try {
      symlinkSync(target, path);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
  });
}

/** Removes a file; fine when it is not there. */
export function removeFile(path: string): void {
  writing(path, () => unlink(path));
}

/** The same, with the system's own error: rmSync hides its code from Node 24 on (EROFS). */
export function unlink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return; // A read-only disk refuses that, too.
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/**
 * Gives a file that is there one more name, for two trees: "clone" is a file of its own that shares its blocks until
 * one of them is changed, "link" is the same file. False where the file system can't do that, undefined where it is
 * that file that can't be had; another user's is never linked, for they could change it. `to` is free, in a folder that
 * is private to the caller.
 */
export function shareFile(how: "clone" | "link", from: string, to: string): boolean | undefined {
  try {
    if (how === "clone") {
      copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
      makeOwn(to);
    } else {
      linkSync(from, to);
      // Asked of what is linked: `from` may lead to another file by now.
      const linked = lstatSync(to);
      if (linked.isFile() && linked.uid === ownerIn(to).uid) return true;
      unlinkSync(to);
      return undefined;
    }
  } catch (error) {
    if (cannotShare.has(systemCode(error) ?? "")) return false;
    if (ofThatFile.has(systemCode(error) ?? "")) return undefined;
    throw diskError(error, to);
  }
  return true;
}

/**
 * Copies a file to a name that is free, in a folder that is private to the caller, and gives it a mode. False where that
 * file can't be had.
 */
export function copyFile(from: string, to: string, mode: number): boolean {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    makeOwn(to);
    chmodSync(to, mode);
  } catch (error) {
    if (ofThatFile.has(systemCode(error) ?? "")) return false;
    throw diskError(error, to);
  }
  return true;
}

/**
 * Makes a copy this user's. libuv gives it since 1.52 (Node 26) to whom the original belongs, where it may, as root: they
 * could change then what root runs.
 */
function makeOwn(copy: string): void {
  const { uid, gid } = ownerIn(copy);
  if (statSync(copy).uid !== uid) chownSync(copy, uid, gid);
}

/** Whose a file in a folder of gv's should be: the folder tells whose gv is. */
function ownerIn(path: string): { uid: number; gid: number } {
  return statSync(dirname(path));
}

/** What it says of a file that has just been taken away, or can't be read. */
const ofThatFile: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "EIO", "ESTALE"]);

/**
 * Copies a file to a name that is free, by a clone where the file system has those. The copy keeps who may execute it,
 * and may be written by its owner.
 */
export function copyWritable(from: string, to: string): void {
  writing(to, () => {
    copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    makeOwn(to);
    const { mode } = statSync(to);
    if (!(mode & 0o200)) chmodSync(to, (mode & 0o777) | 0o200);
  });
}

/** Gives a file another mode. */
export function setMode(path: string, mode: number): void {
  writing(path, () => chmodSync(path, mode));
}

/** What a file system says that has no clones, or no (more) links, or not from there. */
const cannotShare: ReadonlySet<string> = new Set(
  "ENOTSUP EOPNOTSUPP ENOSYS ENOTTY EINVAL EXDEV EMLINK EPERM".split(" "),
);

/** Copies a program: by a clone where the filesystem has it; whole or not at all. */
export async function copyProgram(from: string, to: string): Promise<void> {
  const temporary = beside(to);
  try {
    await promises.copyFile(from, temporary, constants.COPYFILE_FICLONE);
    makeOwn(temporary);
    await promises.chmod(temporary, 0o755);
    renameSync(temporary, to);
  } catch (error) {
    unlink(temporary);
    throw diskError(error, to);
  }
}

/** Moves a file to a name, in place of the one that has it, in one step. */
export function replace(from: string, to: string): void {
  writing(to, () => renameSync(from, to));
}

/** The same for one that was written piece by piece: it is on disk, and can be read by all, before it has that name. */
export function publishFile(from: string, to: string): void {
  writing(to, () => {
    const fd = openSync(from, "r+");
    try {
      fchmodSync(fd, 0o644);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(from, to);
  });
}

/** Removes a tree, read-only folders too (the go command writes its module cache read-only). */
export async function removeTree(path: string): Promise<void> {
  try {
    await promises.rm(path, { recursive: true, force: true });
  } catch (error) {
    if (systemCode(error) !== "EACCES") throw diskError(error, path);
    try {
      await makeFoldersWritable(path);
      await promises.rm(path, { recursive: true, force: true });
    } catch (again) {
      throw diskError(again, path);
    }
  }
}

/** Folders that are gone meanwhile are fine: a removal that failed somewhere still goes on elsewhere. */
async function makeFoldersWritable(path: string): Promise<void> {
  try {
    await promises.chmod(path, 0o755);
    for (const entry of await promises.readdir(path, { withFileTypes: true }))
      if (entry.isDirectory()) await makeFoldersWritable(join(path, entry.name));
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/** True where a folder of this user's own was read-only, and isn't any more. */
function makeWritable(path: string): boolean {
  try {
    const stats = lstatSync(path);
    if (!stats.isDirectory() || stats.mode & 0o200) return false;
    chmodSync(path, 0o755);
    return true;
  } catch {
    return false;
  }
}

const temporaryPrefix = ".gv-";

/**
 * A temporary name in the same folder, so that a rename to `path` is one step. What is left over there
 * goes first, for this is where it would stay for good.
 */
export function beside(path: string): string {
  sweepBeside(path);
  return join(dirname(path), temporaryPrefix + ownName());
}

/** Removes the temporary files in the folder of `path` that nobody is at any more; fine where it can't. */
export function sweepBeside(path: string): void {
  const folder = dirname(path);
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    if (isLeftOver(file, Date.now())) tryToRemove(file);
  }
}

/** Whether a file has a name that `beside` gave, and nobody is at it any more (`now` in ms since 1970). */
export function isLeftOver(path: string, now: number): boolean {
  const name = basename(path);
  if (!name.startsWith(temporaryPrefix)) return false;
  return isAbandoned(path, name.slice(temporaryPrefix.length), now) === true;
}

function tryToRemove(path: string): void {
  try {
    unlink(path);
  } catch {
    // It is in nobody's way.
  }
}

/**
 * Moves a file or folder to a name that is free, in one step. "taken" and "missing" are no errors. A read-only folder
 * is made writable first where the system asks for that: it holds the name of the folder above (rename(2), EACCES).
 */
export function move(from: string, to: string): "moved" | "taken" | "missing" {
  try {
    renameSync(from, to);
    return "moved";
  } catch (error) {
    const code = systemCode(error);
    if (code === "EACCES" && makeWritable(from)) return move(from, to);
    if (code === "ENOTEMPTY" || code === "EEXIST") return "taken";
    if (code === "ENOENT") return "missing";
    throw diskError(error, to);
  }
}
