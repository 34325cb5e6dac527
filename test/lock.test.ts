/** Locks: a dead holder's is taken over, however many see at once that it is dead. */
import { existsSync, mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { withLock } from "../src/lock.ts";
import { sandbox } from "./support/sandbox.ts";

it("is taken over by many at once, all of whom do their work", async () => {
  const ctx = sandbox().context();
  const lock = join(ctx.root.staging, "version.lock");
  const longAgo = new Date(Date.now() - 60_000);
  for (let round = 0; round < 30; round++) {
    mkdirSync(lock, { recursive: true });
    utimesSync(lock, longAgo, longAgo);
    let done = 0;
    const work = (): Promise<void> => Promise.resolve(void done++);
    await Promise.all(Array.from({ length: 16 }, () => withLock(ctx, "version", work)));
    expect(done).toBe(16);
    expect(existsSync(lock)).toBe(false);
  }
});

it("says what is wrong where there is no folder for it", async () => {
  const ctx = sandbox().context();
  await expect(withLock(ctx, "version", () => Promise.resolve())).rejects.toMatchObject({
    code: "NOT_WRITABLE",
  });
});
