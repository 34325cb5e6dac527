/**
 * Bits of a small release flipped, before and after it was compressed: refused, or its SHA-256 is another one than
 * Go published, which whoever unpacked it compares. What was unpacked then has the name that is hashed, and the
 * same one but where the bit is in a pax header, which no checksum covers.
 */
import { expect, it } from "vitest";

import type { UnpackedTarball } from "../../src/archive/tarball.ts";
import { parsePlatform } from "../../src/platform.ts";
import { parseVersion } from "../../src/version.ts";
import { proveArchive } from "../../src/verify.ts";
import { countAttacks, flippedBits } from "../support/attack.ts";
import { listTree, sandbox, type Sandbox } from "../support/sandbox.ts";
import { gzip, makeTar, pax, stored } from "../support/tar.ts";
import { attack, nothingOutside, target, unpacked } from "../support/tar-attack.ts";

const data = "package é";
const tar = makeTar([pax({ path: "go/é" }), { name: "go/x", data, mode: 0o755 }], { gzip: false });

const version = parseVersion("1.20.5");
if (!version) throw new Error("that is a version");
const release = { version, platform: parsePlatform("linux/amd64") };

/** As an install does when an archive is unpacked: throws where it is another one. */
async function compare(box: Sandbox, good: UnpackedTarball, arrived: UnpackedTarball): Promise<void> {
  const sum = { by: "table in gv", archive: "go.tar.gz", sha256: good.sha256 } as const;
  await proveArchive(box.context(), release, { sum }, { ...arrived, content: unread }, "a mirror");
}

function unread(): never {
  throw new Error("no signature is asked for");
}

/** Flips the bits that `isMeant` says; gives how many were refused, and the places of those that were unpacked. */
async function flipAll(
  box: Sandbox,
  bytes: Buffer,
  isPacked: boolean,
  isMeant: (bit: number) => boolean = () => true,
): Promise<{ refused: number; passed: number[] }> {
  const good = (await attack(box, isPacked ? bytes : stored(bytes))) as UnpackedTarball;
  await compare(box, good, good);
  const passed: number[] = [];
  let refused = 0;
  for (const { bit, flipped } of flippedBits(bytes)) {
    if (!isMeant(bit)) continue;
    const what = `bit ${bit}`;
    const result = await unpacked(box, isPacked ? Buffer.from(flipped) : stored(flipped));
    if (result instanceof Error) {
      expect(result, what).toMatchObject({ code: "BAD_ARCHIVE" });
      refused++;
      continue;
    }
    passed.push(bit);
    await expect(compare(box, good, result), what).rejects.toMatchObject({ code: "NOT_PROVEN" });
    refused++;
    const names = result.files.map(({ name }) => name);
    const written = listTree(target(box)).map((path) => `go/${path}`);
    expect(written, what).toEqual(names);
    if (isPacked) expect(result.files, what).toEqual(good.files);
    else if (bit < 512 * 8 || bit >= 1024 * 8) expect(names, what).toEqual(["go/é"]);
  }
  return { refused, passed };
}

/** All bits of the headers and of what they hold; of the zeros behind that, one of each byte, each time the next. */
const contentEnd = (3 * 512 + Buffer.byteLength(data)) * 8;
const isMeant = (bit: number): boolean => bit < contentEnd || bit % 8 === Math.floor(bit / 8) % 8;

it("in the tar", async (test) => {
  const box = sandbox();
  const { refused, passed } = await nothingOutside(box, () => flipAll(box, tar, false, isMeant));
  expect(refused).toBe(contentEnd + (tar.length - contentEnd / 8));
  const places = new Set(passed.map((bit) => Math.floor(bit / 8)).map((at) => Math.floor(at / 512)));
  // Of the headers: how a checksum ends. Else padding, and the content, which has a hash of its own.
  expect([...places]).toEqual([0, 1, 2, 3]);
  countAttacks(test, refused);
}, 300_000);

it("in the stream", async (test) => {
  const box = sandbox();
  const bytes = gzip(tar);
  const { refused, passed } = await nothingOutside(box, () => flipAll(box, bytes, true));
  expect(refused).toBe(bytes.length * 8);
  // The header's time, system and how well it was packed, and codes that the compressed data has no use for.
  expect(passed.filter((bit) => bit < 80)).toHaveLength(6 * 8);
  // None of the CRC and the length at its end.
  expect(passed.filter((bit) => bit >= (bytes.length - 8) * 8)).toEqual([]);
  countAttacks(test, refused);
}, 120_000);
