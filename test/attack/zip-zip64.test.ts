/** Numbers of 64 bits beside those of 32 (APPNOTE.TXT 4.3.14 to 4.3.16, 4.5.3): the one that isn't read may lie. */
import { expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { refusal, remade } from "../support/unzip.ts";
import { makeZip, type ZipEntry, type ZipHeader } from "../support/zip.ts";

const file = (lie: ZipHeader): ZipEntry => ({ name: "m/a", data: "content", central: lie, local: lie });
/** The extra field 1: size, packed size and offset. */
const sizes = Buffer.from([1, 0, 24, 0, ...Array.from({ length: 24 }, () => 7)]);
const unsaid = 0xffffffff;

it.each<[string, Buffer, RegExp]>([
  ["an end of 64 bits", makeZip([file({})], { zip64: true }), /zip64/],
  ["its count alone", makeZip([file({})], { end: { entries: 0xffff } }), /zip64/],
  ["its place alone", makeZip([file({})], { end: { offset: unsaid } }), /zip64/],
  ["its length alone", makeZip([file({})], { end: { size: unsaid } }), /isn't where/],
  ["sizes of both kinds", makeZip([file({ extra: sizes })]), /extra field/],
  ["a size of 64 bits", makeZip([file({ extra: sizes, size: unsaid })]), /extra field/],
  ["a packed size of 64 bits", makeZip([file({ extra: sizes, compressedSize: unsaid })]), /extra field/],
  ["an offset of 64 bits", makeZip([file({ extra: sizes, offset: unsaid })]), /extra field/],
  ["a size of 64 bits nowhere", makeZip([file({ size: unsaid })]), /would unpack to 4294967295/],
  ["a disk of 32 bits", makeZip([file({ disk: 0xffff })]), /fields that Go doesn't write/],
  ["the version that has them", makeZip([file({ version: 45 })]), /fields that Go doesn't write/],
])("%s: refused", async (_, zip, reason) => {
  expect(await refusal(zip)).toMatch(reason);
});

it("a release with an end of 64 bits is not installed", async () => {
  const asked = tinyToolchain("1.22.5", host);
  const proxy = await localProxy({ toolchains: [await remade(asked, (honest) => honest, { zip64: true })] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toContain("zip64");
});
