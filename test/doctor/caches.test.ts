/** What a sudo has left in a user's caches: asked as that user, who is another one than the tests'. */
import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { diagnose } from "../../src/doctor/diagnose.ts";
import { healthy } from "../support/doctor.ts";

const user = 12_345;

it("is silent, and soon, where mount hangs at a dead server", async () => {
  const scene = await healthy();
  scene.program("mount", "sleep 100");
  for (const id of ["cache-full", "cache-network"]) {
    const { outcome, ms } = await scene.ask(id);
    expect(outcome).toBe("ok");
    expect(ms).toBeLessThan(2000);
  }
});

it.skipIf(process.getuid?.() !== 0)("finds what belongs to root in a user's cache", async () => {
  const scene = await healthy();
  const cache = join(scene.home, ".cache/go-build");
  for (const folder of [cache, join(cache, "0a"), join(cache, "0b"), join(scene.home, "go/pkg/mod")]) {
    mkdirSync(folder, { recursive: true });
    chownSync(folder, user, user);
  }
  const ask = async (): Promise<string[]> => {
    const choice = { ids: ["cache-of-another-user"], offline: true, deep: false };
    const [answer] = await diagnose(scene.context({ uid: user }), choice);
    return (answer?.findings ?? []).map(({ fact }) => fact);
  };
  expect(await ask()).toEqual([]);
  chownSync(join(cache, "0b"), 0, 0);
  expect(await ask()).toEqual([`GOCACHE, ${cache}: ${join(cache, "0b")} belongs to user 0`]);
});
