/**
 * Locks: one gv at a time does a thing, as far as a lock can tell.
 *
 * They save work and carry no correctness, for a lock can be lost (a stopped process, a clock that jumps): everything is
 * right without them, but for which receipt a version has that is put back in that moment (aside.ts).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Context } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";
import { diskError } from "./disk-error.ts";
import { type Platform, platformFolder } from "./platform.ts";

/**
 * In ms. A dead holder's lock is taken over when it was not renewed for `stale` and up to `spread` more: each
 * who waits draws its own, so that they rarely do it at once.
 */
const lockTimes = { stale: 5_000, spread: 2_000, update: 1_000, poll: 25, limit: 900_000 } as const;

/** The lock of whoever adds, removes or puts back a version. */
export function versionLock(platform: Platform, name: string): string {
  return `version-${platformFolder(platform)}-${name}`;
}

/**
 * Runs `work` while no other gv runs the work of that name, as far as a lock can tell. `onWait` is
 * called once when another holds it. A dead holder's lock is taken over after 5 to 7 s. Throws BUSY after
 * 15 minutes, INTERRUPTED when the context's signal fires.
 */
export async function withLock<T>(
  ctx: Context,
  name: string,
  work: () => Promise<T>,
  onWait: () => void = () => undefined,
): Promise<T> {
  const stale = lockTimes.stale + Math.random() * lockTimes.spread;
  const started = ctx.now();
  for (let waited = false; ; waited = true) {
    ctx.signal.throwIfAborted();
    const release = await take(ctx, name, stale);
    if (release === undefined) {
      if (!waited) onWait();
      if (ctx.now() - started > lockTimes.limit)
        throw new GvError("BUSY", `another gv has held ${lockPath(ctx, name)} for 15 minutes`, {
          hint: `if none is running: rm -r '${lockPath(ctx, name)}'`,
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

/** Runs `work` where no other gv is at the work of that name now, or was until a moment ago; else undefined. */
export async function ifFree<T>(ctx: Context, name: string, work: () => T): Promise<T | undefined> {
  const release = await take(ctx, name, lockTimes.stale);
  if (release === undefined) return undefined;
  try {
    return work();
  } finally {
    await release().catch(() => undefined);
  }
}

/** Takes a lock, and gives what releases it; undefined where another holds it, or is just taking it over. */
async function take(ctx: Context, name: string, stale: number): Promise<(() => Promise<void>) | undefined> {
  const { default: lockfile } = await import("proper-lockfile");
  const lockfilePath = lockPath(ctx, name);
  try {
    // A lock that is lost (onCompromised) costs double work, nothing else.
    // The first argument tells locks apart, and a relative one fails in a directory that was deleted.
    return await lockfile.lock(lockfilePath, {
      lockfilePath,
      realpath: false,
      stale,
      update: lockTimes.update,
      onCompromised: () => undefined,
    });
  } catch (error) {
    // ENOENT where the folder is there: of several who saw that the holder is dead, another was quicker.
    const isTaken =
      systemCode(error) === "ELOCKED" || (systemCode(error) === "ENOENT" && existsSync(ctx.root.staging));
    if (!isTaken) throw diskError(error, lockfilePath);
    return undefined;
  }
}

function lockPath(ctx: Context, name: string): string {
  return join(ctx.root.staging, `${name}.lock`);
}
