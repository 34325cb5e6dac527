/**
 * Killed anywhere, and told anywhere that the disk is full, broken or forbidden: what gv promises holds after each.
 * A sample; GV_SWEEP=whole (npm run test:crash) takes every point, or says how many runs of each operation.
 * GV_SWEEP_ONLY names operations, GV_SWEEP_WITH what is done to them.
 */
import { chmodSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { afterAll, describe, expect, it, onTestFinished } from "vitest";

import { startGoproxy } from "../support/goproxy.ts";
import { noMounts, resize, tmpfs } from "../support/mount.ts";
import { isRequired } from "../support/required.ts";
import { scene } from "../support/scene.ts";
import { goThatInstalls, operations } from "./operations.ts";
import { brokenIn, leftovers, type Stage, stageOf, trial, ungraceful } from "./sweep.ts";
import { type Injection, noStrace } from "./trace.ts";

/** How many runs of each operation. */
const runs = process.env["GV_SWEEP"] === "whole" ? Infinity : Number(process.env["GV_SWEEP"] ?? 4);
const only = process.env["GV_SWEEP_ONLY"]?.split(",");
const injections = (process.env["GV_SWEEP_WITH"] ?? "SIGKILL,ENOSPC,EIO,EACCES").split(",") as Injection[];
const counts: Record<string, number> = {};

afterAll(() => {
  const told = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  console.log(`crash sweep: ${told.join(", ")}`);
});

it.skipIf(noStrace === undefined || !isRequired("strace"))("needs strace", () => expect.fail(noStrace));

describe.skipIf(noStrace !== undefined)("at each call that changes the disk", () => {
  it.each(operations.filter(({ name }) => only === undefined || only.includes(name)))(
    "$name",
    async (operation) => {
      const proxy = await startGoproxy({ toolchains: ["1.22.5", "1.22.6"].map(goThatInstalls) });
      onTestFinished(() => proxy.close());
      const slots = Array.from({ length: runs === Infinity ? availableParallelism() : 1 });
      const stages = await Promise.all(slots.map(() => stageOf(operation, proxy)));
      const points = stages[0]?.points ?? [];
      const work = sampleOf(
        injections.flatMap((what) => points.map((point) => ({ point, what }))),
        runs,
      );
      const wrong: string[] = [];
      const one = async (stage: Stage): Promise<void> => {
        for (let next = work.shift(); next; next = work.shift()) {
          const { point, what } = next;
          const found = (await trial(stage, operation, point, what)) ??
            (await trial(stage, operation, point, what)) ?? ["it was never reached"];
          counts[what] = (counts[what] ?? 0) + 1;
          if (found.length === 0) continue;
          wrong.push(`${what} at ${point.call} ${point.path} (${point.nth}):\n  ${found.join("\n  ")}`);
          console.error(wrong.at(-1)); // A whole sweep takes long: now, and not at its end alone.
        }
      };
      await Promise.all(stages.map(one));
      expect(wrong.join("\n")).toBe("");
    },
    7_200_000,
  );
});

describe.skipIf(noMounts !== undefined)("a disk that is full", () => {
  // What a first install needs is between these: 64 KB more each time.
  const sizes = Array.from({ length: 64 }, (_, i) => 64 * (i + 1));

  it("after so many KB", async () => {
    const there = await scene([], { toolchains: [goThatInstalls("1.22.5")] });
    const { root } = there.box;
    tmpfs(root, "64k");
    chmodSync(root, 0o755);
    let full = 0;
    for (const size of sampleOf(sizes, runs)) {
      for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true });
      resize(root, `${size}k`);
      const ran = await there.gv("install", "1.22.5");
      const wrong = [...ungraceful(ran), ...(await brokenIn(there.box))];
      expect(wrong, `${size} KB`).toEqual([]);
      if (ran.code !== 0) full++;
      if (ran.code !== 0) expect(ran.stderr).toMatch(/^gv: no space left to write/);
      resize(root, "64m");
      expect(await there.gv("install", "1.22.5")).toMatchObject({ code: 0, stderr: "" });
      expect([...(await brokenIn(there.box)), ...leftovers(there.box)], `${size} KB`).toEqual([]);
    }
    counts["disks full"] = full;
    expect(full).toBeGreaterThan(1);
  }, 3_600_000);
});

/** So many of them: evenly, and at another place in each part. Others each time would make a failure hard to repeat. */
function sampleOf<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  const step = all.length / most;
  const places = Array.from({ length: most }, (_, i) => Math.floor((i + (i + 1) / (most + 1)) * step));
  return all.filter((_, i) => places.includes(i));
}
