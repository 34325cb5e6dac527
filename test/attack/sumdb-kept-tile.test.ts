/**
 * A full tile that was kept and has changed on disk since: it is noticed, fetched anew and kept right, and what
 * is answered is what the log says. Where the log's own tile is forged as well, nothing is answered.
 */
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { countAttacks, flippedBits } from "../support/attack.ts";
import { keptFolder, logOnDisk, refusal, tool, toolInLog } from "../support/lookup.ts";
import { sandbox, type Sandbox } from "../support/sandbox.ts";
import { localProxy, settingsFor } from "../support/scene.ts";

const path = "tile/8/0/000";
const isOfHash = (n: number, bit: number): boolean => Math.floor(bit / 256) === n;

it("a bit of each hash, and each bit of the record's own", async (test) => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  const right = await ask();
  const tile = Buffer.from(server.serve(path) ?? []);
  expect(log.files.get(path)).toEqual(tile);
  let attacks = 0;
  for (const { bit, flipped } of flippedBits(tile)) {
    if (bit % 256 !== Math.floor(bit / 256) && !isOfHash(100, bit)) continue;
    log.files.set(path, Buffer.from(flipped));
    log.fetched.length = 0;
    expect(await ask(), `bit ${bit}`).toEqual({ ...right, keptHead: "kept" });
    expect(log.fetched).toContain(path);
    expect(tile.equals(log.files.get(path) ?? Buffer.alloc(0)), `bit ${bit}`).toBe(true);
    // As the one who changed the disk may sit at the server, too.
    log.files.set(path, Buffer.from(flipped));
    log.tamper = (each, bytes) => (each === path ? flipped : bytes);
    await refusal(ask(), `bit ${bit}`);
    log.tamper = (_, bytes) => bytes;
    attacks += 2;
  }
  countAttacks(test, attacks);
});

/** A client that has kept a tile on disk, and a log that counts how often it is asked for it. */
async function keptOnDisk(): Promise<{
  box: Sandbox;
  file: string;
  right: Buffer;
  asked: () => number;
}> {
  const { server } = toolInLog({ id: 100, size: 300 });
  const proxy = await localProxy({ database: server });
  const box = sandbox(settingsFor(proxy));
  expect(await logOnDisk(box).ask()).toMatchObject({ id: 100 });
  const file = join(keptFolder(box, server), path);
  const right = Buffer.from(server.serve(path) ?? []);
  expect(readFileSync(file)).toEqual(right);
  const asked = () => proxy.requests.filter((request) => request.path.endsWith(path)).length;
  return { box, file, right, asked };
}

it.each<[string, (file: string, right: Buffer) => void]>([
  [
    "has a flipped bit",
    (file, right) => writeFileSync(file, Buffer.from(right).fill(right.readUInt8(9) ^ 4, 9, 10)),
  ],
  ["is empty", (file) => truncateSync(file, 0)],
  ["is cut short", (file) => truncateSync(file, 8191)],
  ["is longer", (file) => truncateSync(file, 8193)],
  ["is a partial one", (file) => truncateSync(file, 44 * 32)],
  ["is of zeros", (file) => writeFileSync(file, Buffer.alloc(8192))],
  [
    "is another tile",
    (file) => writeFileSync(file, toolInLog({ id: 100, size: 600 }).server.serve("tile/8/0/001") ?? ""),
  ],
])("one on disk that %s", async (_, damage) => {
  const { box, file, right, asked } = await keptOnDisk();
  damage(file, right);
  expect(readFileSync(file)).not.toEqual(right);
  expect(asked()).toBe(1);
  expect(await logOnDisk(box).ask()).toMatchObject({ id: 100, h1: tool.h1, keptHead: "kept" });
  expect(asked()).toBe(2);
  expect(readFileSync(file)).toEqual(right);
  expect(await logOnDisk(box).ask()).toMatchObject({ id: 100, h1: tool.h1 });
  expect(asked()).toBe(2);
});
