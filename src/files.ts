/**
 * The only door for changing the disk.
 *
 * Guarantees: a file is either the old one or the new one, never half of one (temporary file, fsync,
 * rename in the same folder); a folder is moved by one rename that never replaces another that holds
 * something.
 */
import {
  accessSync,
  appendFileSync,
  constants,
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  promises,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { GvError, systemCode } from "./errors.ts";

/** What else can be done where a file can't be written: in gv's root, and among the user's own. */
const remedies = {
  root: {
    full: "a release of Go needs about 300 MB: free some, or put gv's root elsewhere with GV_ROOT. Nothing half-made was kept.",
    refused: "gv's own root can be put elsewhere with GV_ROOT",
  },
  user: { full: "free some; the file is as it was", refused: "the file is as it was" },
} as const;

/**
 * Says what a failed change of the disk means for a person: NO_SPACE, or NOT_WRITABLE with the system's code
 * and its reason. What is no error of the system stays as it is.
 */
export function diskError(error: unknown, path: string, whose: keyof typeof remedies = "root"): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const { full, refused } = remedies[whose];
  if (code === "ENOSPC" || code === "EDQUOT")
    return new GvError("NO_SPACE", `no space left to write ${path}`, { hint: full, cause: error });
  return new GvError("NOT_WRITABLE", `${path} can't be written (${code})`, {
    hint: `${writeReasons[code] ?? "the system refuses it"}; ${refused}`,
    cause: error,
  });
}

const writeReasons: Readonly<Record<string, string>> = {
  EROFS: "it is on a file system that is read-only",
  EACCES: "it isn't yours to write: ls -ld shows whose it is",
  EPERM: "it isn't yours to write: ls -ld shows whose it is",
  EEXIST: "a file is where a folder should be, or the other way round: move it away",
  ENOTDIR: "a file is where a folder should be, or the other way round: move it away",
  EISDIR: "a file is where a folder should be, or the other way round: move it away",
  ENOENT: "its folder was deleted, or a link on the way leads nowhere",
  ELOOP: "links on the way lead to one another",
  EXDEV: "it is on another file system than staging/ beside it: one root, one file system",
};

function writing<T>(path: string, act: () => T, whose: keyof typeof remedies = "root"): T {
  try {
    return act();
  } catch (error) {
    throw diskError(error, path, whose);
  }
}

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
  return { write: (data) => writing(path, () => writeWhole(fd, data)), close: () => closeSync(fd) };
}

function writeWhole(fd: number, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += writeSync(fd, data, at);
}

/** Replaces (or makes) a small file as a whole, on disk before the name points to it. */
export function writeAtomically(path: string, data: string | Uint8Array, mode = 0o644): void {
  writing(path, () => {
    const temporary = beside(path);
    try {
      writeNew(temporary, Buffer.from(data), mode);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
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

/** Adds lines to a file's end, or makes it. Their writers share it, so it is not replaced. */
export function appendLines(path: string, lines: readonly string[]): void {
  writing(path, () => appendFileSync(path, lines.map((line) => `${line}\n`).join("")), "user");
}

/** Makes a small file as a whole unless it is there. False when it is, and when another was first. */
export function writeIfAbsent(path: string, data: string): boolean {
  return !existsSync(path) && writing(path, () => putNew(path, Buffer.from(data)));
}

function putNew(path: string, data: Uint8Array): boolean {
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
    rmSync(whole, { force: true });
  }
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

function makeFile(path: string, data: Uint8Array | undefined): void {
  if (data === undefined) return;
  makeFolders(dirname(path), 0);
  if (existsSync(path) || !putNew(path, data)) throw changedMeanwhile(path);
}

function rewrite(path: string, before: Uint8Array, after: Uint8Array | undefined): void {
  const real = realpathSync(path);
  const { mode, uid, gid, nlink } = statSync(real);
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
  const temporary = beside(real);
  try {
    const fd = openSync(temporary, "wx", 0o600);
    try {
      if (after !== undefined) writeWhole(fd, after);
      const made = fstatSync(fd);
      if (made.uid !== uid || made.gid !== gid) keepOwner(fd, path, uid, gid);
      fchmodSync(fd, mode & 0o7777);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (!readFileSync(real).equals(before)) throw changedMeanwhile(path);
    // Behind a link the file stays, empty: the link is somebody else's.
    if (after === undefined && !lstatSync(path).isSymbolicLink()) rmSync(real);
    else renameSync(temporary, real);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(real));
}

function keepOwner(fd: number, path: string, uid: number, gid: number): void {
  try {
    fchownSync(fd, uid, gid);
  } catch (error) {
    throw new GvError(
      "NOT_WRITABLE",
      `${path} belongs to user ${uid} and group ${gid}, which a new file can't be given`,
      {
        hint: "change it by hand; it is as it was",
        cause: error,
      },
    );
  }
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
  writing(path, () => rmSync(path, { force: true }));
}

/** Copies a program: by a clone where the filesystem has it; whole or not at all. */
export async function copyProgram(from: string, to: string): Promise<void> {
  const temporary = beside(to);
  try {
    await promises.copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await promises.chmod(temporary, 0o755);
    renameSync(temporary, to);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw diskError(error, to);
  }
}

/** Moves a file to a name, in place of the one that has it, in one step. */
export function replace(from: string, to: string): void {
  writing(to, () => renameSync(from, to));
}

/** Removes a tree, read-only folders too (the go command writes its module cache read-only). */
export async function removeTree(path: string): Promise<void> {
  try {
    await promises.rm(path, { recursive: true, force: true });
  } catch (error) {
    if (systemCode(error) !== "EACCES") throw diskError(error, path);
    await makeFoldersWritable(path);
    await promises.rm(path, { recursive: true, force: true });
  }
}

async function makeFoldersWritable(path: string): Promise<void> {
  await promises.chmod(path, 0o755);
  for (const entry of await promises.readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await makeFoldersWritable(join(path, entry.name));
}

/** A temporary name in the same folder, so that a rename to `path` is one step. */
function beside(path: string): string {
  return join(dirname(path), `.gv-${unique()}`);
}

/** A word that no other file has in its name. */
export function unique(): string {
  return crypto.randomUUID();
}

/** Moves a file or folder to a name that is free, in one step. "taken" and "missing" are no errors. */
export function move(from: string, to: string): "moved" | "taken" | "missing" {
  try {
    renameSync(from, to);
    return "moved";
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOTEMPTY" || code === "EEXIST") return "taken";
    if (code === "ENOENT") return "missing";
    throw diskError(error, to);
  }
}
