/**
 * A tile with one bit changed, of each tile that a proof uses: of a small log, of two heads of it, and of the
 * public log as it is. A lookup of each is made, with nothing kept but the older head.
 *
 * A full tile has 65,536 bits: one of each byte is changed, each time the next, and every one of the record's own
 * hash. Every bit of a hash is as good as another to SHA-256; what may be missed is a hash or a part of it.
 */
import { expect, it } from "vitest";

import { lookup } from "../../src/sumdb/client.ts";
import { defaultDatabase } from "../../src/sumdb/database.ts";
import { countAttacks, flippedBits } from "../support/attack.ts";
import { ChecksumDatabase, MemoryLog, publicVectors } from "../support/checksum-database.ts";
import { refusal, toolInLog } from "../support/lookup.ts";

const hashBits = 256;

/** Changes a tile in the bits that `isMeant` says, and counts the lookups, each of which must be refused. */
async function attack(
  log: MemoryLog,
  ask: () => Promise<unknown>,
  path: string,
  isMeant: (bit: number) => boolean,
): Promise<number> {
  const [kept, answer] = [new Map(log.files), log.tamper];
  const tile = answer(path, log.database.serve(path)) ?? Buffer.alloc(0);
  let attacks = 0;
  for (const { bit, flipped } of flippedBits(tile)) {
    if (!isMeant(bit)) continue;
    log.tamper = (asked, bytes) => (asked === path ? flipped : answer(asked, bytes));
    await refusal(ask(), `${path}, bit ${bit}`);
    attacks++;
  }
  log.tamper = answer;
  expect(log.files).toEqual(kept);
  return attacks;
}

/** The tiles that a lookup fetches. Of what it keeps, only the head stays as it was. */
async function tilesOf(log: MemoryLog, ask: () => Promise<unknown>): Promise<string[]> {
  const head = log.files.get("latest");
  log.fetched.length = 0;
  expect(await ask()).toBeDefined();
  log.files.clear();
  if (head) log.files.set("latest", head);
  return log.fetched.filter((path) => path.startsWith("tile/"));
}

const aBitOfEachByte = (bit: number): boolean => bit % 8 === Math.floor(bit / 8) % 8;
const bitsOfHash = (n: number) => (bit: number) => Math.floor(bit / hashBits) === n;
const everyBit = (): boolean => true;

it("each bit of the partial tiles at the right edge, of two levels", async (test) => {
  const { log, ask } = toolInLog({ id: 270, size: 276 });
  const tiles = await tilesOf(log, ask);
  expect(tiles).toEqual(["tile/8/0/001.p/20", "tile/8/1/000.p/1"]);
  for (const path of tiles) countAttacks(test, await attack(log, ask, path, everyBit));
});

it("a bit of each byte of the full tile that holds the record, and each bit of its hash", async (test) => {
  const { log, ask } = toolInLog({ id: 100, size: 276 });
  const [path = ""] = (await tilesOf(log, ask)).filter((each) => !each.includes(".p/"));
  expect(path).toBe("tile/8/0/000");
  countAttacks(test, await attack(log, ask, path, aBitOfEachByte));
  countAttacks(test, await attack(log, ask, path, bitsOfHash(100)));
});

it("a bit of each hash of the tiles that prove an older head alone", async (test) => {
  const { log, server, ask } = toolInLog({ id: 520, size: 530 });
  log.files.set("latest", server.head(300));
  const tiles = await tilesOf(log, ask);
  expect(tiles).toEqual(["tile/8/0/002.p/18", "tile/8/1/000.p/2", "tile/8/0/001"]);
  for (const path of tiles)
    countAttacks(
      test,
      await attack(log, ask, path, (bit) => bit % hashBits === Math.floor(bit / hashBits) % hashBits),
    );
});

it(
  "a bit of each hash of each tile of the public log, with an older head kept",
  { timeout: 120_000 },
  async (test) => {
    const { modules, tiles: vectors, latest } = publicVectors();
    const vector = modules.find(({ version }) => version === "v0.0.1-go1.22.5.linux-amd64");
    if (!vector) throw new Error("there is no such vector");
    const older = Buffer.from(vector.lookup.slice(vector.lookup.indexOf("go.sum database tree")));
    const log = new MemoryLog(new ChecksumDatabase());
    const newer = vector.lookup.replace(older.toString(), latest);
    log.tamper = (path) =>
      path === vector.lookupPath.slice(1) ? Buffer.from(newer) : Buffer.from(vectors[path] ?? "", "base64");
    log.files.set("latest", older);
    const ask = () => lookup(defaultDatabase, log, vector.module, vector.version);
    const tiles = await tilesOf(log, ask);
    expect(tiles.toSorted()).toEqual(vector.consistency.tiles.toSorted());
    for (const path of tiles)
      countAttacks(
        test,
        await attack(log, ask, path, (bit) => bit % hashBits === Math.floor(bit / hashBits) % hashBits),
      );
  },
);
