/**
 * The only door for changing the disk: whole files by rename, private staging folders, locks.
 *
 * Guarantees: a file is either the old one or the new one, never half of one (temporary file, fsync,
 * rename in the same folder); a folder is published by one rename that never replaces another; gv writes
 * only under a root that is absolute, the user's own and not world-writable; a lock saves work and never
 * carries correctness, for it can be lost (a stopped process, a clock that jumps).
 */
import {
  constants,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  promises,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

import { type Context, isRunning } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";

/** Says what a failed write means for a person: NO_SPACE, ROOT_NOT_WRITABLE, or the error as it was. */
export function diskError(error: unknown, path: string): unknown {
  switch (systemCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new GvError("NO_SPACE", `no space left to write ${path}`, {
        hint: "a Go release needs about 300 MB: free some, or put the root elsewhere with GV_ROOT. Nothing half-made was kept.",
        cause: error,
      });
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return new GvError("ROOT_NOT_WRITABLE", `${path} can't be written (${systemCode(error)})`, {
        hint: "make it yours (ls -ld shows whose it is), or choose another root with GV_ROOT",
        cause: error,
      });
    default:
      return error;
  }
}

function writing<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw diskError(error, path);
  }
}

/**
 * Makes the root if need be, and refuses one that gv must not write to: relative, another user's (sudo),
 * or world-writable. Throws ROOT_UNSAFE, ROOT_NOT_WRITABLE or NO_SPACE.
 */
export function prepareRoot(ctx: Context): void {
  const { path } = ctx.root;
  if (!isAbsolute(path))
    throw new GvError(
      "ROOT_UNSAFE",
      `GV_ROOT is "${path}", a relative path: it would be another folder in each directory`,
      {
        hint: `export GV_ROOT="$HOME/.gv"`,
      },
    );
  const there = existsSync(path);
  const stats = writing(path, () => statSync(there ? path : nearestFolder(path)));
  const sudo = ctx.uid === 0 && ctx.env["SUDO_UID"] === String(stats.uid);
  if (ctx.uid !== undefined && stats.uid !== ctx.uid && (there || sudo))
    throw new GvError("ROOT_UNSAFE", `${path} belongs to user ${stats.uid}, and gv runs as user ${ctx.uid}`, {
      hint: "run gv without sudo; each user has a root of their own",
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

function nearestFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

/** The names in a folder; none where it isn't there or can't be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The text of a small file; undefined where it isn't there, can't be read, or is no regular file. */
export function textOf(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a folder and its parents; fine when it is there. */
export function makeFolder(path: string): void {
  writing(path, () => mkdirSync(path, { recursive: true }));
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
    const temporary = join(dirname(path), `.gv-${unique()}`);
    try {
      const fd = openSync(temporary, "wx", mode);
      try {
        const bytes = typeof data === "string" ? Buffer.from(data) : data;
        for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Makes a small file as a whole unless it is there. False when it is, and when another was first. */
export function writeIfAbsent(path: string, data: string): boolean {
  if (existsSync(path)) return false;
  const temporary = join(dirname(path), `.gv-${unique()}`);
  return writing(path, () => {
    try {
      writeAtomically(temporary, data);
      linkSync(temporary, path);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      // A filesystem without hard links: the last of two first ones wins.
      if (systemCode(error) === "EPERM" || systemCode(error) === "ENOTSUP") {
        writeAtomically(path, data);
        return true;
      }
      throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
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
  const temporary = join(dirname(to), `.gv-${unique()}`);
  try {
    await promises.copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await promises.chmod(temporary, 0o755);
    renameSync(temporary, to);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw diskError(error, to);
  }
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

/**
 * Runs `work` with a private folder under staging/, which is gone afterwards whatever happens, unless
 * `work` moved it away. Sweeps first what processes that are dead left there.
 */
export async function withStaging<T>(ctx: Context, work: (folder: string) => Promise<T>): Promise<T> {
  await sweepStaging(ctx);
  const folder = join(ctx.root.staging, `${machineTag()}-${ctx.pid}-${unique()}`);
  makeFolder(folder);
  try {
    return await work(folder);
  } finally {
    await removeTree(folder);
  }
}

/** A folder's owner is alive while its process is; of another machine's (or container's) it is a day. */
async function sweepStaging(ctx: Context): Promise<void> {
  const { staging } = ctx.root;
  for (const name of namesIn(staging)) {
    const match = /^([A-Za-z0-9]+)-(\d+)-[0-9a-f-]{36}$/.exec(name);
    if (!match || !isLeftOver(ctx, join(staging, name), match[1] === machineTag(), Number(match[2])))
      continue;
    // Renamed before it is emptied: if its owner does live, it loses all of it or nothing.
    const doomed = join(staging, `${machineTag()}-${ctx.pid}-${unique()}`);
    try {
      renameSync(join(staging, name), doomed);
    } catch {
      continue; // Its owner or another sweeper was first.
    }
    await removeTree(doomed);
  }
}

function isLeftOver(ctx: Context, folder: string, sameMachine: boolean, pid: number): boolean {
  if (sameMachine) return !isRunning(pid);
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats !== undefined && ctx.now() - stats.mtimeMs > 86_400_000;
}

/** Moves a finished folder to its name. False when that name is taken: someone else was first. */
export function publish(from: string, to: string): boolean {
  makeFolder(dirname(to));
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOTEMPTY" || systemCode(error) === "EEXIST") return false;
    throw diskError(error, to);
  }
}

/** Takes a folder out of sight in one step, then removes it. False when it was not there. */
export async function removeFolder(ctx: Context, path: string): Promise<boolean> {
  return withStaging(ctx, async (staging) => {
    try {
      renameSync(path, join(staging, "removed"));
    } catch (error) {
      if (systemCode(error) === "ENOENT") return false;
      throw diskError(error, path);
    }
    await removeTree(join(staging, "removed"));
    return true;
  });
}

const lockTimes = { stale: 5_000, update: 1_000, poll: 100, limit: 900_000 } as const; // ms

/**
 * Runs `work` while no other gv runs the work of that name, as far as a lock can tell. `onWait` is
 * called once when another holds it. A dead holder's lock is taken over after 5 s. Throws BUSY after
 * 15 minutes, INTERRUPTED when the context's signal fires.
 */
export async function withLock<T>(
  ctx: Context,
  name: string,
  work: () => Promise<T>,
  onWait: () => void = () => undefined,
): Promise<T> {
  const lockfilePath = join(ctx.root.staging, `${name}.lock`);
  const { default: lockfile } = await import("proper-lockfile");
  const { stale, update } = lockTimes;
  const started = ctx.now();
  for (let waited = false; ; waited = true) {
    ctx.signal.throwIfAborted();
    let release: () => Promise<void>;
    try {
      // A lock that is lost (onCompromised) costs double work, nothing else.
      release = await lockfile.lock(name, {
        lockfilePath,
        realpath: false,
        stale,
        update,
        onCompromised: () => undefined,
      });
    } catch (error) {
      if (systemCode(error) !== "ELOCKED") throw diskError(error, lockfilePath);
      if (!waited) onWait();
      if (ctx.now() - started > lockTimes.limit)
        throw new GvError("BUSY", `another gv has held ${lockfilePath} for 15 minutes`, {
          hint: `if none is running: rm -r '${lockfilePath}'`,
        });
      await new Promise((resolve) => setTimeout(resolve, lockTimes.poll));
      continue;
    }
    try {
      return await work();
    } finally {
      await release().catch(() => undefined);
    }
  }
}

/** Tells this machine's process ids from another's that sees the same root (container, NFS). */
function machineTag(): string {
  let namespace = "";
  try {
    namespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Not Linux: the host's name alone.
  }
  return `${hostname()}${namespace}`.replaceAll(/[^A-Za-z0-9]/g, "");
}

function unique(): string {
  return crypto.randomUUID();
}
