/** Files that share bytes, lie inside one another, and bytes that no file has: two readers see two releases. */
import { expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { refusal, remade } from "../support/unzip.ts";
import { makeZip, type ZipEntry } from "../support/zip.ts";

const file = (name: string, more: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  data: "content",
  method: 0,
  ...more,
});
const [a, b, c] = [file("a"), file("b"), file("c")];
/** Bytes of one such file in the zip: header, name, time, data, descriptor. */
const bytes = 30 + 1 + 9 + 7 + 16;
const inner = makeZip([file("x", { data: "hidden" })]);
const at = (offset: number) => ({ central: { offset } });
const sized = (size: number) => ({ compressedSize: size, size });

it.each<[string, Buffer, RegExp]>([
  ["two names for the same bytes", makeZip([a, file("b", at(0))]), /overlaps/],
  ["one file's data for two", makeZip([a, { ...a, name: "b", only: "central", ...at(0) }]), /overlaps/],
  ["a file that begins in another's data", makeZip([a, file("b", at(bytes - 20))]), /overlaps/],
  ["a file that begins a byte too early", makeZip([a, file("b", at(bytes - 1))]), /overlaps/],
  ["a file that begins a byte too late", makeZip([a, file("b", at(bytes + 1))]), /nobody's/],
  ["data that reaches into the next file", makeZip([file("a", { central: sized(8) }), b]), /overlaps/],
  ["data that takes in the next file", makeZip([file("a", { central: sized(7 + bytes) }), b]), /overlaps/],
  ["data that reaches into the directory", makeZip([file("a", { central: sized(24) })]), /overlaps/],
  ["data of 4 GiB", makeZip([file("a", { central: sized(0xfffffffe) })]), /overlaps|nobody's/],
  ["a file behind the directory", makeZip([file("a", at(999))]), /nobody's/],
  [
    "files in another order than the directory",
    makeZip([file("a", at(bytes)), file("b", at(0))]),
    /nobody's/,
  ],
  ["bytes before the first file", makeZip([a], { before: Buffer.alloc(1) }), /nobody's/],
  ["a program before the first file", makeZip([a], { before: Buffer.from("#!/bin/sh\n") }), /nobody's/],
  ["a zip before the first file", makeZip([a], { before: inner }), /nobody's/],
  ["the first file left out", makeZip([{ ...a, only: "local" }, b]), /nobody's/],
  ["a file left out in the middle", makeZip([a, { ...b, only: "local" }, c]), /nobody's/],
  ["the last file left out", makeZip([a, { ...b, only: "local" }]), /nobody's/],
  ["a file of the directory alone", makeZip([a, { ...b, only: "central" }]), /overlaps/],
  [
    "a byte between two files",
    makeZip([file("a", { raw: Buffer.from("content!"), central: sized(7) }), b]),
    /nobody's/,
  ],
  [
    "less data than it says",
    makeZip([file("a", { raw: Buffer.from("conten"), central: sized(7) }), b]),
    /overlaps/,
  ],
  ["two descriptors", makeZip([file("a", { descriptor: Buffer.alloc(32) }), b]), /nobody's/],
  ["a zip as the comment", makeZip([a], { comment: inner }), /isn't where|nobody's/],
  ["a directory that begins earlier", makeZip([a, b], { end: { offset: bytes } }), /isn't where/],
  ["a directory that begins later", makeZip([a], { end: { offset: bytes + 3 } }), /isn't where/],
  ["a directory that is longer than it is", makeZip([a], { end: { size: 99 } }), /isn't where/],
  ["more files than the directory has", makeZip([a], { end: { entries: 2 } }), /directory is damaged/],
  ["fewer files than the directory has", makeZip([a, b], { end: { entries: 1 } }), /longer than it says/],
  ["something behind its end", Buffer.concat([makeZip([a]), Buffer.alloc(1)]), /doesn't end as a zip does/],
  ["another zip behind its end", Buffer.concat([makeZip([a]), inner]), /isn't where/],
])("%s: refused", async (_, zip, reason) => {
  expect(await refusal(zip)).toMatch(reason);
});

it.each<[string, (honest: readonly ZipEntry[]) => readonly ZipEntry[]]>([
  [
    "a program for another reader before its files",
    ([first, ...rest]) => (first ? [{ ...first, only: "local" }, first, ...rest] : []),
  ],
  [
    "a program that two readers read from two places",
    (honest) => [...honest, { name: "evil", data: "x", only: "local" }],
  ],
])("a release with %s is not installed", async (_, change) => {
  const asked = tinyToolchain("1.22.5", host);
  const proxy = await localProxy({ toolchains: [await remade(asked, change)] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toContain("bytes of nobody's");
});
