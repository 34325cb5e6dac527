/** src/sumdb/record.ts and inclusion proofs: what a receipt keeps proves its record with the key alone. */
import { describe, expect, it } from "vitest";

import { GvError } from "../../src/errors.ts";
import { defaultDatabase } from "../../src/sumdb/database.ts";
import { checkRecordProof, type RecordProof } from "../../src/sumdb/record.ts";
import { AuthenticatedTiles, tilePath, tilesToProve } from "../../src/sumdb/tile.ts";
import { checkInclusion } from "../../src/sumdb/tlog.ts";
import { ChecksumDatabase, publicVectors } from "../support/checksum-database.ts";
import { tool, toolInLog } from "../support/lookup.ts";

const vectors = publicVectors();
const notProven = expect.objectContaining({ code: "NOT_PROVEN" }) as GvError;

/** Tiles of a tree that prove a record, from wherever `read` gets them. */
function tilesOf(
  tree: { size: number; hash: Buffer },
  id: number,
  read: (path: string) => Buffer | undefined,
): AuthenticatedTiles {
  const tiles = tilesToProve(tree.size, [id]);
  return new AuthenticatedTiles(
    tree,
    tiles,
    new Map(tiles.map((tile) => [tilePath(tile), read(tilePath(tile)) ?? Buffer.alloc(0)])),
  );
}

describe("an inclusion proof", () => {
  it("leads from every record to every root of a small log, and from no other record", () => {
    const log = new ChecksumDatabase();
    log.pad(70);
    for (let size = 1; size <= 70; size++) {
      const tree = { size, hash: log.treeHash(size) };
      for (let id = 0; id < size; id++) {
        const proof = tilesOf(tree, id, (path) => log.serve(path)).inclusionProof(id);
        checkInclusion(tree, id, log.record(id), proof);
        const other = (id + 1) % size;
        if (size > 1) expect(() => checkInclusion(tree, other, log.record(id), proof)).toThrow(notProven);
      }
    }
  });

  it.each([255, 256, 257, 65_535, 65_536, 65_537, 66_000])("crosses the tiles of %i records", (size) => {
    const log = new ChecksumDatabase();
    log.pad(size);
    const tree = { size, hash: log.treeHash(size) };
    for (const id of [0, 1, 255, 256, Math.floor(size / 2), size - 2, size - 1].filter((one) => one < size))
      checkInclusion(
        tree,
        id,
        log.record(id),
        tilesOf(tree, id, (path) => log.serve(path)).inclusionProof(id),
      );
  });

  it.each(vectors.modules)("of the public log: $module $version", (vector) => {
    for (const { n, hash } of [vector.lookupTree, vector.latestTree]) {
      const tree = { size: n, hash: Buffer.from(hash, "base64") };
      const tiles = tilesOf(tree, vector.recordId, (path) =>
        Buffer.from(vectors.tiles[path] ?? "", "base64"),
      );
      const proof = tiles.inclusionProof(vector.recordId);
      expect(proof.length).toBeGreaterThan(20);
      checkInclusion(tree, vector.recordId, vector.recordText, proof);
      for (const wrong of [
        proof.slice(1),
        proof.slice(0, -1),
        [...proof, Buffer.alloc(32)],
        proof.toReversed(),
      ])
        expect(() => checkInclusion(tree, vector.recordId, vector.recordText, wrong)).toThrow(notProven);
    }
  });
});

describe("what a receipt keeps", () => {
  it("proves the record with the key alone", async () => {
    const { database, ask } = toolInLog();
    const proof = (await ask())?.proof;
    if (!proof) throw new Error("no record");
    const read = JSON.parse(JSON.stringify(proof)) as RecordProof;
    expect(checkRecordProof(database, read, tool.module, tool.version)).toMatchObject({
      h1: tool.h1,
      goModH1: tool.goModH1,
    });
    expect(() => checkRecordProof(database, read, tool.module, "v1.0.1")).toThrow(notProven);
    expect(() => checkRecordProof(defaultDatabase, read, tool.module, tool.version)).toThrow(notProven);
    expect(() =>
      checkRecordProof(database, { ...read, treeSize: read.treeSize + 1 }, tool.module, tool.version),
    ).toThrow(notProven);
  });
});
