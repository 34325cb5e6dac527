/**
 * Each bit of a small release flipped, before and after it was compressed: refused, or the SHA-256 of the whole
 * is another one, which the caller compares. What was unpacked then has the name that is hashed, and the same one
 * but where the bit is in a pax header, which no checksum covers.
 */
import { expect, it } from "vitest";

import type { UnpackedTarball } from "../../src/archive/tarball.ts";
import { countAttacks, flippedBits } from "../support/attack.ts";
import { listTree, sandbox, type Sandbox } from "../support/sandbox.ts";
import { gzip, makeTar, pax, stored } from "../support/tar.ts";
import { attack, nothingOutside, target, unpacked } from "../support/tar-attack.ts";

const tar = makeTar([pax({ path: "go/é" }), { name: "go/x", data: "package é", mode: 0o755 }], {
  gzip: false,
});

/** Flips each bit of `bytes`; gives the places of those that were not refused. */
async function flipAll(
  box: Sandbox,
  bytes: Buffer,
  good: UnpackedTarball,
  isPacked: boolean,
): Promise<{ bits: number; passed: number[] }> {
  const passed: number[] = [];
  for (const { bit, flipped } of flippedBits(bytes)) {
    const result = await unpacked(box, isPacked ? Buffer.from(flipped) : stored(flipped));
    if (result instanceof Error) {
      expect(result, `bit ${bit}`).toMatchObject({ code: "BAD_ARCHIVE" });
      continue;
    }
    passed.push(bit);
    expect(result.sha256, `bit ${bit}`).not.toBe(good.sha256);
    const names = result.files.map(({ name }) => name);
    expect(
      listTree(target(box)).map((path) => `go/${path}`),
      `bit ${bit}`,
    ).toEqual(names);
    if (isPacked) expect(result.files, `bit ${bit}`).toEqual(good.files);
    else if (bit < 512 * 8 || bit >= 1024 * 8) expect(names, `bit ${bit}`).toEqual(["go/é"]);
  }
  return { bits: bytes.length * 8, passed };
}

it("in the tar", async (test) => {
  const box = sandbox();
  const good = (await attack(box, stored(tar))) as UnpackedTarball;
  const { bits, passed } = await nothingOutside(box, () => flipAll(box, tar, good, false));
  const places = new Set(passed.map((bit) => Math.floor(bit / 8)).map((at) => Math.floor(at / 512)));
  // Of the headers: how a checksum ends. Else padding, and the content, which has a hash of its own.
  expect([...places]).toEqual([0, 1, 2, 3]);
  countAttacks(test, bits);
}, 300_000);

it("in the stream", async (test) => {
  const box = sandbox();
  const bytes = gzip(tar);
  const good = (await attack(box, bytes)) as UnpackedTarball;
  const { bits, passed } = await nothingOutside(box, () => flipAll(box, bytes, good, true));
  // The header's time, system and how well it was packed, and codes that the compressed data has no use for.
  expect(passed.filter((bit) => bit < 80)).toHaveLength(6 * 8);
  expect(passed.filter((bit) => bit >= bytes.length - 64)).not.toContain(bytes.length * 8 - 1);
  countAttacks(test, bits);
}, 120_000);
