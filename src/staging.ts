/**
 * Private folders under staging/, where everything is made and unmade that has no name yet, or no longer.
 *
 * Guarantees: a folder is gone when its owner is done; what a dead process left is swept by the next gv that
 * makes one of its own; a live one's is never taken half away. What was set aside for a successor that never came is
 * put back (aside.ts).
 */
import { basename, join } from "node:path";

import { asideIn, type Named, putBack } from "./aside.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { makeFolder, move, removeTree, setMode } from "./files.ts";
import { ifFree, versionLock } from "./lock.ts";
import { isAbandoned, ownName } from "./owner.ts";
import { samePlatform } from "./platform.ts";
import { isOlder, namesIn } from "./read.ts";

/**
 * Runs `work` with a private folder under staging/, which is gone afterwards whatever happens, unless
 * `work` moved it away. Sweeps first what processes that are dead left there, as sweepStaging does.
 */
export async function withStaging<T>(
  ctx: Context,
  work: (folder: string) => Promise<T>,
  held?: Named,
): Promise<T> {
  await sweepStaging(ctx, held);
  const folder = privateName(ctx);
  makeFolder(folder);
  setMode(folder, 0o700); // Nobody else opens a file that is still to be proven, to write it behind that.
  try {
    return await work(folder);
  } finally {
    await removeOwn(folder);
  }
}

/**
 * Takes away what dead processes left in staging/, and puts back what they had set aside. `held` is the version whose
 * lock the caller holds.
 *
 * A folder's owner is alive while its process is; of another machine's (or container's) it is a day. A lock
 * that nobody has renewed for a minute goes, too (lock.ts), and a shim's folder of an hour (shims/rehash.sh).
 */
export async function sweepStaging(ctx: Context, held?: Named): Promise<void> {
  for (const path of leftOvers(ctx)) {
    if (!isLeftOver(ctx, basename(path))) continue; // Someone took a dead one's lock over meanwhile.
    try {
      const aside = asideIn(path);
      const isFree = !aside || (aside.name === held?.name && samePlatform(aside.platform, held.platform));
      // Where another gv is at that version, or was until a moment ago, it is left for the next.
      const own = isFree
        ? takeOver(ctx, path)
        : await ifFree(ctx, versionLock(aside.platform, aside.name), () => takeOver(ctx, path));
      await removeOwn(own);
    } catch (error) {
      if (!(error instanceof GvError)) throw error; // What can't be removed is no reason to do nothing else.
    }
  }
}

/**
 * Makes a dead one's folder this process's, and puts back what is set aside there. Moved before anything is done with
 * it: nobody else is at it then, and if its owner does live, it loses all of it or nothing. Undefined where another was
 * first.
 */
function takeOver(ctx: Context, path: string): string | undefined {
  const own = privateName(ctx);
  if (move(path, own) !== "moved") return undefined;
  putBack(ctx, own);
  return own;
}

/** What could be neither replaced nor put back waits there for the next gv. */
async function removeOwn(folder: string | undefined): Promise<void> {
  if (folder !== undefined && asideIn(folder) === undefined) await removeTree(folder);
}

/** What dead processes left in staging/: paths. */
export function leftOvers(ctx: Context): string[] {
  const { staging } = ctx.root;
  return namesIn(staging)
    .filter((name) => isLeftOver(ctx, name))
    .map((name) => join(staging, name));
}

function isLeftOver(ctx: Context, name: string): boolean {
  const path = join(ctx.root.staging, name);
  const [minute, hour] = [60_000, 3_600_000]; // ms
  const isDead = isAbandoned(path, name, ctx.now());
  if (isDead !== undefined) return isDead;
  if (name.endsWith(".lock")) return isOlder(path, minute, ctx.now());
  return name.startsWith("rehash-") && isOlder(path, hour, ctx.now());
}

/** A name in staging/ that tells whose it is. */
function privateName(ctx: Context): string {
  return join(ctx.root.staging, ownName());
}
