/**
 * Room on a disk: what is free, what files need, what a tree takes. An estimate, made before anything is fetched; what
 * the system says at the write itself (NO_SPACE there, too: full since, a quota) is the last word.
 */
import { existsSync, lstatSync, readdirSync, type StatsFs, statfsSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";

/** What a file takes is a multiple of this, in bytes; also where a network file system names its transfer size instead. */
const block = 4096;

/**
 * What an archive of a release takes once it is unpacked, over its own length: of go1.26.8.linux-amd64.tar.gz 282 MB
 * for 67.7. Others differ by some percent: it is an estimate, and says so.
 */
const archiveRatio = 4.2;

/**
 * Throws NO_SPACE where the root's file system has less room than these files need; `name` is from the folder that
 * they go to, `size` in bytes. Where the system doesn't tell what is free, nothing is thrown.
 */
export function checkRoom(
  ctx: Context,
  files: readonly { readonly name: string; readonly size: number }[],
): void {
  const folders = new Set(files.map(({ name }) => dirname(name)));
  const contents = files.reduce((sum, { size }) => sum + Math.ceil(size / block) * block, 0);
  demand(ctx, contents + folders.size * block, "");
}

/** The same for an archive that is read from its start, by its length in bytes; undefined: the server doesn't say. */
export function checkRoomForArchive(ctx: Context, length: number | undefined): void {
  if (length !== undefined) demand(ctx, length * archiveRatio, "about ");
}

/** The same for files that go to another folder than the root, by their bytes; it needn't be there yet. */
export function checkRoomIn(folder: string, needed: number): void {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  const free = freeIn(there);
  if (free === undefined || free >= needed) return;
  throw new GvError(
    "NO_SPACE",
    `it needs ${megabytes(needed)} on disk, and ${there} has ${megabytes(free)} left`,
    { hint: "free some, or name a folder on another disk. Nothing was fetched." },
  );
}

function demand(ctx: Context, needed: number, about: string): void {
  const free = freeIn(ctx.root.path);
  if (free === undefined || free >= needed) return;
  throw new GvError(
    "NO_SPACE",
    `it needs ${about}${megabytes(needed)} on disk, and ${ctx.root.path} has ${megabytes(free)} left`,
    {
      hint: "gv prune --dry-run   shows which versions nothing needs\nor put gv's root elsewhere with GV_ROOT. Nothing was installed.",
    },
  );
}

/**
 * Bytes that this user may still write there; undefined where the system doesn't tell: some network and FUSE file
 * systems say that they have no blocks at all.
 */
export function freeIn(folder: string): number | undefined {
  try {
    return freeOf(statfsSync(folder));
  } catch {
    return undefined;
  }
}

/** The same, of what the system said of a file system. */
export function freeOf({ bsize, blocks, bavail }: StatsFs): number | undefined {
  return blocks > 0 ? bavail * bsize : undefined;
}

/**
 * Bytes that a file or tree takes on disk. Of a file with several names each name has its part; a link is not followed.
 * What can't be read counts as nothing.
 */
export function sizeOnDisk(path: string): number {
  try {
    const stats = lstatSync(path);
    const own = (stats.blocks * 512) / Math.max(1, stats.isDirectory() ? 1 : stats.nlink);
    if (!stats.isDirectory()) return own;
    return readdirSync(path).reduce((sum, name) => sum + sizeOnDisk(join(path, name)), own);
  } catch {
    return 0;
  }
}

/** As `df -H` counts: 263 MB is 263,000,000 bytes. */
export function megabytes(bytes: number): string {
  return `${bytes < 9_950_000 ? (bytes / 1e6).toFixed(1) : Math.round(bytes / 1e6)} MB`;
}
