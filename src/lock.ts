/**
 * Locks: one gv at a time does a thing, as far as a lock can tell.
 *
 * They save work and never carry correctness, for a lock can be lost (a stopped process, a clock that jumps):
 * everything is right without them.
 */
import { join } from "node:path";

import type { Context } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";
import { diskError } from "./files.ts";

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
      // The first argument tells locks apart, and a relative one fails in a directory that was deleted.
      release = await lockfile.lock(lockfilePath, {
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
