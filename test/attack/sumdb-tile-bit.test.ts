/**
 * A tile with one bit changed, of each tile that a proof uses: of a small log, of two heads of it, and of the
 * public log as it is. Every bit is tried on the check of tiles itself; and a bit of each hash by a lookup, with
 * nothing kept but the older head, for a check that no lookup makes is none.
 */
import { expect, it, vi } from "vitest";

import { GvError } from "../../src/errors.ts";
import { lookup } from "../../src/sumdb/client.ts";
import { defaultDatabase } from "../../src/sumdb/database.ts";
import { AuthenticatedTiles, tilePath, tilesToProve } from "../../src/sumdb/tile.ts";
import { countAttacks, flippedBits } from "../support/attack.ts";
import { ChecksumDatabase, MemoryLog, publicVectors } from "../support/checksum-database.ts";
import { refusal, toolInLog } from "../support/lookup.ts";

/**
 * The nodes of the trees as they are, with their hashes, by a few bytes of what they are made of. A flipped bit
 * changes eight of the 255 nodes of a full tile, and only those are hashed: the rest are compared, byte for byte.
 */
const nodes = vi.hoisted(() => ({
  isLearning: false,
  known: new Map<number, { left: Buffer; right: Buffer; hash: Buffer }>(),
}));

vi.mock(import("../../src/sumdb/tlog.ts"), async (original) => {
  const real = await original();
  const { hashSize } = real;
  // In a loop it is faster than by Buffer.equals.
  const same = (a: Buffer, b: Buffer): boolean => {
    for (let i = 0; i < hashSize; i++) if (a[i] !== b[i]) return false;
    return true;
  };
  const nodeHash = (left: Buffer, right: Buffer): Buffer => {
    const key = left.readUInt16LE(0) * 0x10000 + right.readUInt16LE(0);
    const node = nodes.known.get(key);
    if (node && same(node.left, left) && same(node.right, right)) return node.hash;
    const hash = real.nodeHash(left, right);
    if (nodes.isLearning) nodes.known.set(key, { left: Buffer.from(left), right: Buffer.from(right), hash });
    return hash;
  };
  return { ...real, nodeHash: nodeHash as typeof real.nodeHash };
});

/** Does what is right, and remembers the nodes that it came across. */
async function learning<T>(act: () => T | Promise<T>): Promise<T> {
  nodes.isLearning = true;
  const result = await act();
  nodes.isLearning = false;
  return result;
}

const hashBits = 256;
/** In each hash the next one. */
const aBitOfEachHash = (bit: number): boolean => bit % hashBits === Math.floor(bit / hashBits) % hashBits;

it.for<[string, number, string[]]>([
  ["a full tile", 256, ["tile/8/0/000"]],
  ["the partial tiles of two levels", 276, ["tile/8/0/001.p/20", "tile/8/1/000.p/1"]],
])("each bit of %s, refused by the check of tiles", { timeout: 120_000 }, async ([, size, flipped], test) => {
  const server = new ChecksumDatabase();
  server.pad(size);
  const tree = { size, hash: server.treeHash() };
  const tiles = tilesToProve(size, [100]);
  const right = new Map(tiles.map(tilePath).map((path) => [path, server.serve(path) ?? Buffer.alloc(0)]));
  const proven = await learning(() => new AuthenticatedTiles(tree, tiles, right));
  expect(() => proven.checkRecord(100, server.record(100))).not.toThrow();
  for (const path of flipped) {
    const tile = right.get(path) ?? Buffer.alloc(0);
    const accepted: number[] = [];
    for (const change of flippedBits(tile))
      try {
        void new AuthenticatedTiles(tree, tiles, new Map(right).set(path, change.flipped));
        accepted.push(change.bit);
      } catch (error) {
        if (!(error instanceof GvError) || error.code !== "NOT_PROVEN") throw error;
      }
    expect(accepted, path).toEqual([]);
    expect(tile.length).toBeGreaterThan(0);
    countAttacks(test, tile.length * 8);
  }
});

/** Looks up with each of these bits of a tile changed, and counts the lookups, each of which must be refused. */
async function attack(
  log: MemoryLog,
  ask: () => Promise<unknown>,
  path: string,
  isMeant: (bit: number) => boolean = aBitOfEachHash,
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
  expect(await learning(ask)).toBeDefined();
  log.files.clear();
  if (head) log.files.set("latest", head);
  return log.fetched.filter((path) => path.startsWith("tile/"));
}

it("a bit of each hash of the partial tiles at the right edge, of two levels", async (test) => {
  const { log, ask } = toolInLog({ id: 270, size: 276 });
  const tiles = await tilesOf(log, ask);
  expect(tiles).toEqual(["tile/8/0/001.p/20", "tile/8/1/000.p/1"]);
  for (const path of tiles) countAttacks(test, await attack(log, ask, path));
});

it("a bit of each hash of the full tile that holds the record, and each bit of the record's own", async (test) => {
  const { log, ask } = toolInLog({ id: 100, size: 276 });
  const [path = ""] = (await tilesOf(log, ask)).filter((each) => !each.includes(".p/"));
  expect(path).toBe("tile/8/0/000");
  countAttacks(test, await attack(log, ask, path));
  countAttacks(test, await attack(log, ask, path, (bit) => Math.floor(bit / hashBits) === 100));
});

it("a bit of each hash of the tiles that prove an older head alone", async (test) => {
  const { log, server, ask } = toolInLog({ id: 520, size: 530 });
  log.files.set("latest", server.head(300));
  const tiles = await tilesOf(log, ask);
  expect(tiles).toEqual(["tile/8/0/002.p/18", "tile/8/1/000.p/2", "tile/8/0/001"]);
  for (const path of tiles) countAttacks(test, await attack(log, ask, path));
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
    for (const path of tiles) countAttacks(test, await attack(log, ask, path));
  },
);
