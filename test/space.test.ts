/** Room on the disk is asked for before a release is fetched. */
import { chmodSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { GvError } from "../src/errors.ts";
import { checkRoom, checkRoomForArchive, freeIn, megabytes, sizeOnDisk } from "../src/space.ts";
import { noMounts, tmpfs } from "./support/mount.ts";
import { sandbox } from "./support/sandbox.ts";
import { failedWith, holdZip, largeToolchain, scene, start } from "./support/scene.ts";

it.skipIf(noMounts !== undefined)(
  "a release that is larger than the disk is refused with both figures, before it is fetched",
  async () => {
    const toolchain = largeToolchain("1.22.5");
    const there = await scene([], { toolchains: [toolchain] });
    tmpfs(there.box.root, "4m");
    chmodSync(there.box.root, 0o755);
    holdZip(there.proxy, toolchain); // No more than half of it ever comes.
    const ran = await start(there, ["install", "1.22.5"]).ended;
    const { fact, hint } = failedWith(1, ran);
    expect(fact).toMatch(/^it needs [\d.]+ MB on disk, and .*\/root has (?:3\.\d|4\.\d) MB left$/);
    expect(hint).toContain("gv prune --dry-run");
    expect(hint).toContain("GV_ROOT");
    expect(readdirSync(join(there.box.root, "staging"))).toEqual([]);
  },
);

const box = (): ReturnType<ReturnType<typeof sandbox>["context"]> => {
  const made = sandbox();
  mkdirSync(made.root);
  return made.context();
};

const refused = (act: () => void): string => {
  try {
    act();
    return "";
  } catch (error) {
    return error instanceof GvError ? `${error.code}: ${error.message}` : String(error);
  }
};

/** Each in a folder of its own. */
const files = (count: number, size: number): { name: string; size: number }[] =>
  Array.from({ length: count }, (_, i) => ({ name: `folder${i}/file`, size }));

describe("checkRoom", () => {
  it.skipIf(noMounts !== undefined)("counts whole blocks, and folders", () => {
    const ctx = box();
    tmpfs(ctx.root.path, "1m");
    const room = (freeIn(ctx.root.path) ?? 0) / 4096;
    expect(refused(() => checkRoom(ctx, files(Math.floor(room / 2), 1)))).toBe("");
    expect(refused(() => checkRoom(ctx, files(Math.floor(room / 2) + 1, 1)))).toMatch(
      /^NO_SPACE: it needs 1\.\d MB/,
    );
  });

  it.skipIf(noMounts !== undefined)("says of an archive that it is an estimate", () => {
    const ctx = box();
    tmpfs(ctx.root.path, "1m");
    expect(refused(() => checkRoomForArchive(ctx, 200_000))).toBe("");
    expect(refused(() => checkRoomForArchive(ctx, 300_000))).toMatch(/^NO_SPACE: it needs about 1\.3 MB/);
    expect(refused(() => checkRoomForArchive(ctx, undefined))).toBe("");
  });

  it.skipIf(process.platform !== "linux")(
    "refuses nothing where the system doesn't tell what is free",
    () => {
      expect(statfsSync("/proc").blocks).toBe(0);
      expect(freeIn("/proc")).toBeUndefined();
      expect(freeIn("/nowhere")).toBeUndefined();
    },
  );
});

it("a file with several names is counted once for all of them", () => {
  const made = sandbox();
  const path = made.write("tree/file", Buffer.alloc(40_960, 1));
  const one = sizeOnDisk(join(path, ".."));
  writeFileSync(join(path, "..", "small"), "x");
  expect(sizeOnDisk(join(path, ".."))).toBe(one + 4096);
  expect(sizeOnDisk(join(path, "absent"))).toBe(0);
  expect(megabytes(263_400_000)).toBe("263 MB");
  expect(megabytes(1_250_000)).toBe("1.3 MB");
});
