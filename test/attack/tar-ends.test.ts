/** A tar.gz that ends too early, at any byte, or too late: with garbage, or one more stream or archive behind it. */
import { expect, it } from "vitest";

import { countAttacks } from "../support/attack.ts";
import { sandbox, type Sandbox } from "../support/sandbox.ts";
import { gzip, makeTar, stored, type TarEntry } from "../support/tar.ts";
import { attack, nothingOutside, pieces, refusedTarball, unpacked } from "../support/tar-attack.ts";

const entries: TarEntry[] = [{ name: "go/" }, { name: "go/VERSION", data: "go1.22.5" }];
const tar = makeTar(entries, { gzip: false });
const good = gzip(tar);
const more = makeTar([{ name: "go/more", data: "more" }], { gzip: false });
const empty = gzip(Buffer.alloc(0));
const behind = /something follows its gzip stream/;

/** Cut at each of these places it must be refused for that. */
async function cutAt(
  box: Sandbox,
  lengths: readonly number[],
  bytes: Buffer,
  pack = (part: Buffer): Buffer => part,
): Promise<void> {
  await nothingOutside(box, async () => {
    for (const length of lengths) {
      const result = await unpacked(box, pack(bytes.subarray(0, length)));
      expect(result, `${length} bytes`).toMatchObject({ code: "BAD_ARCHIVE", exitCode: 4 });
      expect((result as Error).message, `${length} bytes`).toMatch(/cut short/);
    }
  });
  expect(await attack(box, pack(bytes))).not.toBeInstanceOf(Error);
}

const lengthsOf = ({ length }: Buffer): number[] => Array.from({ length }, (_, i) => i);

it("cut short at any byte, it is refused", async (test) => {
  const lengths = lengthsOf(good);
  await cutAt(sandbox(), lengths, good);
  countAttacks(test, lengths.length);
});

it("with the tar in it cut short at the borders of its blocks, and all over them, it is refused", async (test) => {
  const lengths = lengthsOf(tar).filter((at) => at % 8 === 0 || [1, 511].includes(at % 512));
  await cutAt(sandbox(), lengths, tar, stored);
  countAttacks(test, lengths.length);
});

const { length } = good;
it.each<[string, Buffer, RegExp]>([
  ["a zero", Buffer.concat([good, Buffer.alloc(1)]), behind],
  ["a block of zeros", Buffer.concat([good, Buffer.alloc(512)]), behind],
  ["a newline", Buffer.concat([good, Buffer.from("\n")]), behind],
  ["garbage", Buffer.concat([good, Buffer.from("garbage".repeat(100))]), behind],
  ["its own end once more", Buffer.concat([good, good.subarray(-8)]), behind],
  ["a second stream", Buffer.concat([good, gzip(more)]), behind],
  ["an empty second stream", Buffer.concat([good, empty]), behind],
  ["itself", Buffer.concat([good, good]), behind],
  ["half of a second stream", Buffer.concat([good, good.subarray(0, length / 2)]), behind],
  ["zeros and a second stream", Buffer.concat([good, Buffer.alloc(100), gzip(more)]), behind],
  ["a start of a gzip stream", Buffer.concat([good, good.subarray(0, 10)]), behind],
  ["an empty stream before it", Buffer.concat([empty, good]), behind],
  [
    "a tar that two streams share",
    Buffer.concat([gzip(tar.subarray(0, 512)), gzip(tar.subarray(512))]),
    behind,
  ],
])("with %s behind it, it is refused", async (_, bytes, reason) => {
  const box = sandbox();
  for (const size of [1, 7, length, 64 * 1024])
    expect(await refusedTarball(box, bytes, { data: pieces(bytes, size) })).toMatch(reason);
});

it.each<[string, Buffer, RegExp]>([
  ["a byte", Buffer.concat([tar, Buffer.from("x")]), /cut short/],
  ["a zero", Buffer.concat([tar, Buffer.alloc(1)]), /cut short/],
  ["a block", Buffer.concat([tar, Buffer.alloc(512, "x")]), /something follows its end/],
  ["one more file", Buffer.concat([tar, more]), /something follows its end/],
  ["zeros and one more file", Buffer.concat([tar, Buffer.alloc(4096), more]), /something follows its end/],
  ["more zeros than fill a record", Buffer.concat([tar, Buffer.alloc(10_240)]), /doesn't end as a tar does/],
  [
    "a gzip stream",
    Buffer.concat([tar, Buffer.concat([good, Buffer.alloc(512)]).subarray(0, 512)]),
    /something follows its end/,
  ],
  [
    "one block of zeros in the middle",
    Buffer.concat([tar.subarray(0, -1024), Buffer.alloc(512), more]),
    /something follows its end/,
  ],
  ["one block of zeros at the end", tar.subarray(0, -512), /cut short/],
  ["none", tar.subarray(0, -1024), /cut short/],
])("whose tar has %s behind its end, it is refused", async (_, bytes, reason) => {
  expect(await refusedTarball(sandbox(), gzip(bytes))).toMatch(reason);
});

it.each<[string, Buffer, RegExp]>([
  ["nothing", Buffer.alloc(0), /cut short/],
  ["a tar", tar, /doesn't start as a gzip stream/],
  ["a web page", Buffer.from("<!doctype html><title>Sign in</title>"), /doesn't start as a gzip stream/],
  ["a zip", Buffer.from("PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0"), /doesn't start as a gzip stream/],
  ["zstd", Buffer.from("28b52ffd0458010000ffff00", "hex"), /doesn't start as a gzip stream/],
  ["a stream of nothing", empty, /cut short/],
  [
    "a stream with a name",
    Buffer.concat([Buffer.from("1f8b0808000000000203", "hex"), Buffer.from("go.tar\0"), good.subarray(10)]),
    /doesn't start as a gzip stream/,
  ],
  [
    "a stream with a comment",
    Buffer.concat([Buffer.from("1f8b0810000000000203", "hex"), Buffer.from("go\0"), good.subarray(10)]),
    /doesn't start as a gzip stream/,
  ],
  [
    "a stream with more of a header",
    Buffer.concat([Buffer.from("1f8b0804000000000203", "hex"), Buffer.from("\x02\0xx"), good.subarray(10)]),
    /doesn't start as a gzip stream/,
  ],
  ["a gzip stream in another", gzip(good), /cut short|unknown kind/],
  [
    "a gzip stream in another, as a block",
    gzip(Buffer.concat([good, Buffer.alloc(1024)]).subarray(0, 1024)),
    /unknown kind/,
  ],
  [
    "another checksum",
    Buffer.concat([good.subarray(0, -8), Buffer.alloc(4), good.subarray(-4)]),
    /its checksum is not/,
  ],
  ["another length", Buffer.concat([good.subarray(0, -4), Buffer.alloc(4)]), /its checksum is not/],
])("%s is refused", async (_, bytes, reason) => {
  expect(await refusedTarball(sandbox(), bytes)).toMatch(reason);
});
