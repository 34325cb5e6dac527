/**
 * Private folders under staging/, where everything is made and unmade that has no name yet, or no longer.
 *
 * Guarantees: a folder is gone when its owner is done; what a dead process left is swept by the next gv that
 * makes one of its own; a live one's is never taken half away. What was set aside for a successor that never came is
 * put back, whole.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { makeFolder, move, removeTree } from "./files.ts";
import { ownerOf, ownName } from "./owner.ts";
import { namesIn } from "./read.ts";

/**
 * Runs `work` with a private folder under staging/, which is gone afterwards whatever happens, unless
 * `work` moved it away. Sweeps first what processes that are dead left there.
 */
export async function withStaging<T>(ctx: Context, work: (folder: string) => Promise<T>): Promise<T> {
  await sweepStaging(ctx);
  const folder = privateName(ctx);
  makeFolder(folder);
  try {
    return await work(folder);
  } finally {
    // What could be neither replaced nor put back waits there for the next gv.
    if (!existsSync(asideIn(folder))) await removeTree(folder);
  }
}

/**
 * Takes away what dead processes left in staging/, and puts back what they had set aside.
 *
 * A folder's owner is alive while its process is; of another machine's (or container's) it is a day. A lock
 * that nobody has renewed for a minute goes, too (lock.ts), and a shim's folder of an hour (shims/rehash.sh).
 */
export async function sweepStaging(ctx: Context): Promise<void> {
  for (const path of leftOvers(ctx)) {
    // Moved before it is emptied: if its owner does live, it loses all of it or nothing.
    const doomed = privateName(ctx);
    try {
      if (move(path, doomed) !== "moved") continue;
      putBack(ctx, doomed);
      await removeTree(doomed);
    } catch (error) {
      if (!(error instanceof GvError)) throw error; // What can't be removed is no reason to do nothing else.
    }
  }
}

/**
 * Moves what has a name below the root, and what is told of it, into a private folder, for a successor that is to take
 * the name: no rename replaces a folder. The next gv puts it back where the owner of that folder dies before `settle`.
 */
export function setAside(ctx: Context, folder: string, path: string, told: string): void {
  const inside = (one: string): string => join(asideIn(folder), relative(ctx.root.path, one));
  for (const one of [path, told]) makeFolder(dirname(inside(one)));
  if (move(path, inside(path)) === "moved") move(told, inside(told));
}

/** The successor has its name: what was set aside has none any more. */
export function settle(folder: string): void {
  move(asideIn(folder), join(folder, "replaced"));
}

/** Puts back what was set aside and has no successor: what has the name first, then what is told of it. */
export function putBack(ctx: Context, folder: string): void {
  const aside = asideIn(folder);
  const paths = ["versions", "receipts"].flatMap((top) =>
    namesIn(join(aside, top)).flatMap((platform) =>
      namesIn(join(aside, top, platform)).map((name) => join(top, platform, name)),
    ),
  );
  for (const path of paths) {
    makeFolder(dirname(join(ctx.root.path, path)));
    if (move(join(aside, path), join(ctx.root.path, path)) === "taken") break;
  }
  settle(folder);
}

function asideIn(folder: string): string {
  return join(folder, "aside");
}

/** What dead processes left in staging/: paths. */
export function leftOvers(ctx: Context): string[] {
  const { staging } = ctx.root;
  return namesIn(staging)
    .filter((name) => isLeftOver(ctx, name))
    .map((name) => join(staging, name));
}

function isLeftOver(ctx: Context, name: string): boolean {
  const owner = ownerOf(name);
  if (owner === "alive" || owner === "dead") return owner === "dead";
  const isLock = name.endsWith(".lock");
  const [minute, hour] = [60_000, 3_600_000]; // ms
  const ofNobody = isLock ? minute : name.startsWith("rehash-") ? hour : Number.POSITIVE_INFINITY;
  const limit = owner === undefined ? ofNobody : 24 * hour;
  const stats = statSync(join(ctx.root.staging, name), { throwIfNoEntry: false });
  return stats !== undefined && ctx.now() - stats.mtimeMs > limit;
}

/** A name in staging/ that tells whose it is. */
function privateName(ctx: Context): string {
  return join(ctx.root.staging, ownName());
}
