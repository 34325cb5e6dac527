import { describe, expect, it } from "vitest";

import { AuthenticatedTiles, tilePath, tilesToProve } from "../../src/sumdb/tile.ts";
import { emptyTree, nodeHash, parseTree, recordHash, type Tree } from "../../src/sumdb/tlog.ts";
import { ChecksumDatabase, publicVectors } from "../support/checksum-database.ts";

const vectors = publicVectors();
const notProven = expect.objectContaining({ code: "NOT_PROVEN" });

function treeOf({ n, hash }: { n: number; hash: string }): Tree {
  return { size: n, hash: Buffer.from(hash, "base64") };
}

function pathsToProve(size: number, id: number, older: number): string[] {
  return tilesToProve(size, [id], [older]).map(tilePath).toSorted();
}

/** Authenticates what the proof needs, with tiles from `tile`. */
function authenticate(tree: Tree, id: number, older: number, tile: (path: string) => Buffer | undefined) {
  const tiles = tilesToProve(tree.size, [id], [older]);
  const data = tiles.map((each) => [tilePath(each), tile(tilePath(each)) ?? Buffer.alloc(0)] as const);
  return new AuthenticatedTiles(tree, tiles, new Map(data));
}

const realTile = (path: string) => Buffer.from(vectors.tiles[path] ?? "", "base64");

describe.each(vectors.modules)("the public log: $module $version", (vector) => {
  const { recordId, recordText, lookupTree, latestTree, inclusion, consistency } = vector;

  it("hashes the record", () => {
    expect(recordHash(Buffer.from(recordText)).toString("base64")).toBe(vector.leafHash);
  });

  it("needs exactly these tiles", () => {
    expect(pathsToProve(lookupTree.n, recordId, 0)).toEqual(inclusion.inLookupTreeTiles.toSorted());
    expect(pathsToProve(latestTree.n, recordId, 0)).toEqual(inclusion.inLatestTreeTiles.toSorted());
    expect(pathsToProve(latestTree.n, recordId, lookupTree.n)).toEqual(consistency.tiles.toSorted());
  });

  it("has the record in the tree of its lookup and in the latest one", () => {
    for (const tree of [lookupTree, latestTree])
      authenticate(treeOf(tree), recordId, 0, realTile).checkRecord(recordId, recordText);
  });

  it("has the tree of the lookup as a prefix of the latest one", () => {
    const tiles = authenticate(treeOf(latestTree), recordId, lookupTree.n, realTile);
    expect(tiles.treeHash(lookupTree.n).toString("base64")).toBe(lookupTree.hash);
  });

  it("refuses another record and another id", () => {
    const tiles = authenticate(treeOf(latestTree), recordId, 0, realTile);
    const neighbour = recordId % 256 === 0 ? recordId + 1 : recordId - 1;
    expect(() => tiles.checkRecord(recordId, recordText.replace("h1:", "h1:A"))).toThrow(notProven);
    expect(() => tiles.checkRecord(neighbour, recordText)).toThrow(notProven);
    expect(() => tilesToProve(latestTree.n, [latestTree.n])).toThrow(notProven);
  });

  it.each([...new Set(consistency.tiles)])("refuses any bit flip in %s (sampled)", (damaged) => {
    const bits = realTile(damaged).length * 8;
    for (const bit of [0, Math.floor(bits / 3), Math.floor(bits / 2), bits - 1]) {
      const flipped = (path: string) => {
        const bytes = realTile(path);
        if (path === damaged) bytes[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
        return bytes;
      };
      expect(() => authenticate(treeOf(latestTree), recordId, lookupTree.n, flipped)).toThrow(notProven);
    }
  });

  it("refuses a head of another size or hash", () => {
    const tree = treeOf(latestTree);
    const other = Buffer.from(tree.hash);
    other[31]! ^= 1;
    expect(() => authenticate({ ...tree, hash: other }, recordId, 0, realTile)).toThrow(notProven);
    expect(() => authenticate({ ...tree, size: tree.size - 1 }, recordId, 0, realTile)).toThrow(notProven);
  });
});

describe("parseTree", () => {
  const hash = "O0jlIxwRb2vZYS1na726XLlaDCtCqKUVLld+AY32AGA=";

  it("reads a head and ignores further lines", () => {
    const tree = { size: 71769961, hash: Buffer.from(hash, "base64") };
    expect(parseTree(`go.sum database tree\n71769961\n${hash}\n`)).toEqual(tree);
    expect(parseTree(`go.sum database tree\n71769961\n${hash}\nmore\n`)).toEqual(tree);
  });

  const bad: [string, string][] = [
    ["nothing", ""],
    ["another title", `go.sum database tree v2\n1\n${hash}\n`],
    ["no last newline", `go.sum database tree\n1\n${hash}`],
    ["a leading zero", `go.sum database tree\n01\n${hash}\n`],
    ["a sign", `go.sum database tree\n-1\n${hash}\n`],
    ["a size that is not exact", `go.sum database tree\n9007199254740993\n${hash}\n`],
    ["a short hash", `go.sum database tree\n1\n${hash.slice(4)}\n`],
    ["no base64", `go.sum database tree\n1\n${hash.replace("+", "-")}\n`],
  ];
  it.each(bad)("refuses %s", (_, text) => {
    expect(() => parseTree(text)).toThrow(notProven);
  });
});

/** The same with shifts on integers of any size. */
function pathsByShift(size: bigint, id: bigint): string[] {
  const paths = new Set<string>();
  const add = (level: bigint, n: bigint, width: bigint) =>
    paths.add(tilePath({ level: Number(level), n: Number(n), width: Number(width) }));
  let climbing = true;
  for (let level = 0n; size >> (8n * level) > 0n; level++) {
    const there = size >> (8n * level);
    if ((there & 255n) > 0n) add(level, there >> 8n, there & 255n);
    const n = id >> (8n * level + 8n);
    climbing &&= n < there >> 8n;
    if (climbing) add(level, n, 256n);
  }
  return [...paths].toSorted();
}

describe("tiles", () => {
  it.each([
    [0, 0, 256, "tile/8/0/000"],
    [0, 66399, 1, "tile/8/0/x066/399.p/1"],
    [1, 1000, 256, "tile/8/1/x001/000"],
    [2, 123456789, 255, "tile/8/2/x123/x456/789.p/255"],
    [0, 5_000_000_000_123, 256, "tile/8/0/x005/x000/x000/x000/123"],
    [0, 2 ** 40 / 256, 256, "tile/8/0/x004/x294/x967/296"],
  ])("level %i, tile %i, width %i is %s", (level, n, width, path) => {
    expect(tilePath({ level, n, width })).toBe(path);
  });

  it("are the right ones for sizes past 2^31 and 2^32 (compared with integers and shifts)", () => {
    for (const size of [2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 + 257, 2 ** 40 + 12345, 2 ** 52 - 1])
      for (const id of [0, 255, 2 ** 31 - 2, Math.floor(size * 0.7), size - 1])
        expect(pathsToProve(size, id, 0), `${id} in ${size}`).toEqual(pathsByShift(BigInt(size), BigInt(id)));
  });
});

describe("a log of 1 to 600 records", () => {
  const database = new ChecksumDatabase();
  database.pad(600);
  const tile = (path: string) => database.serve(path);
  const head = (size: number): Tree => ({ size, hash: database.treeHash(size) });

  it.each([1, 101, 201, 301, 401, 501])(
    "proves records and older heads against 100 heads from %i on",
    (from) => {
      for (let size = from; size < from + 100; size++) {
        for (const part of [0, 0.37, 0.81, 1]) {
          const id = Math.floor((size - 1) * part);
          const older = Math.floor((size * (id + 7)) / (size + 7));
          const tiles = authenticate(head(size), id, older, tile);
          tiles.checkRecord(id, database.record(id));
          expect(tiles.treeHash(older)).toEqual(database.treeHash(older));
        }
      }
    },
  );

  it.each([1, 255, 256, 257, 511, 512, 513, 600])("proves each older head against the one of %i", (size) => {
    for (let older = 0; older <= size; older++) {
      const tiles = authenticate(head(size), size - 1, older, tile);
      expect(tiles.treeHash(older)).toEqual(database.treeHash(older));
    }
  });

  it("refuses every record that is not the one with the id", () => {
    const tiles = authenticate(head(300), 42, 0, tile);
    for (let id = 0; id < 256; id++) {
      const check = () => tiles.checkRecord(42, database.record(id));
      if (id === 42) check();
      else expect(check).toThrow(notProven);
    }
  });

  it("refuses a tile that is missing, short, long or another one", () => {
    const wrong: ((path: string) => Buffer | undefined)[] = [
      (path) => (path === "tile/8/0/000" ? database.serve("tile/8/0/001") : tile(path)),
      (path) => tile(path)?.subarray(32),
      (path) => Buffer.concat([tile(path) ?? Buffer.alloc(0), Buffer.alloc(32)]),
      () => undefined,
    ];
    for (const each of wrong) expect(() => authenticate(head(600), 1, 0, each)).toThrow(notProven);
  });

  it("gives no hash of a tile that was not asked for", () => {
    const tiles = authenticate(head(600), 1, 0, tile);
    expect(() => tiles.hash(0, 300)).toThrow(/not among the authenticated tiles/);
  });

  it("takes the hash of nothing for the tree without records", () => {
    expect(authenticate(head(3), 0, 0, tile).treeHash(0)).toEqual(emptyTree.hash);
    expect(emptyTree.hash.toString("hex")).toMatch(/^e3b0c442/);
  });

  it("does not take an inner node for a record", () => {
    const [left, right] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(nodeHash(left, right)).not.toEqual(recordHash(Buffer.concat([left, right])));
  });
});
