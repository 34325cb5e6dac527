/** Headers of a file that disagree with each other, field by field, or agree on what Go doesn't write. */
import { describe, expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { refusal, remade } from "../support/unzip.ts";
import { makeZip, type ZipDescriptor, type ZipEntry, type ZipHeader } from "../support/zip.ts";

const ownHeader = /its own header disagrees/;
const nobodys = /bytes of nobody's/;
const overlaps = /overlaps/;

function zipWith(lie: Partial<ZipEntry>, dataDescriptor = true): Buffer {
  return makeZip(
    [
      { name: "m/a", data: "content", method: 0, ...lie },
      { name: "m/b", data: "more" },
    ],
    {
      dataDescriptor,
    },
  );
}

const extra = (...bytes: number[]): { extra: Buffer } => ({ extra: Buffer.from(bytes) });
const goTime = [0x55, 0x54, 5, 0, 1, 0, 0, 0, 0];
/** The time as Go writes it, but for one byte. */
const time = (at: number, byte: number) => extra(...goTime.with(at, byte));

describe("a local header with another", () => {
  it.each<[string, ZipHeader]>([
    ["version", { version: 10 }],
    ["system of the version", { version: 0x0314 }],
    ["place of the sizes: before the data", { flags: 0 }],
    ["encoding of the name", { flags: 0x808 }],
    ["encryption", { flags: 9 }],
    ["method", { method: 8 }],
    ["method that isn't any", { method: 12 }],
    ["time", { time: 1 }],
    ["date", { date: 1 }],
    ["CRC where it should be 0", { crc: 1 }],
    ["packed size where it should be 0", { compressedSize: 7 }],
    ["size where it should be 0", { size: 7 }],
    ["name", { name: "m/c" }],
    ["name in another case", { name: "m/A" }],
    ["name above the folder", { name: "../" }],
    ["time of change", time(5, 1)],
  ])("%s", async (_, local) => {
    expect(await refusal(zipWith({ local }))).toMatch(ownHeader);
  });

  it.each<[string, ZipHeader, RegExp]>([
    ["name, longer", { name: "m/aa" }, nobodys],
    ["name, shorter", { name: "m/" }, overlaps],
    ["name that begins with a byte order mark", { name: "\ufeffm/a" }, nobodys],
    ["extra field: none", extra(), overlaps],
    ["extra field: one more", extra(...goTime, 0, 0, 0, 0), nobodys],
  ])("%s", async (_, local, reason) => {
    expect(await refusal(zipWith({ local }))).toMatch(reason);
  });

  it.each<[string, ZipHeader]>([
    ["CRC", { crc: 1 }],
    ["packed size", { compressedSize: 8 }],
    ["size", { size: 8 }],
    ["place of the sizes: behind the data", { flags: 8 }],
  ])("%s, before the data", async (_, local) => {
    expect(await refusal(zipWith({ local }, false))).toMatch(ownHeader);
  });
});

describe("a data descriptor with", () => {
  it.each<[string, ZipDescriptor | Uint8Array, RegExp]>([
    ["another signature", { signature: 0x04034b50 }, /what follows its data/],
    ["another CRC", { crc: 0 }, /what follows its data/],
    ["another packed size", { compressedSize: 8 }, /what follows its data/],
    ["another size", { size: 8 }, /what follows its data/],
    ["no signature", Buffer.alloc(12), overlaps],
    ["sizes of eight bytes", Buffer.alloc(24), nobodys],
    ["nothing in it", Buffer.alloc(0), overlaps],
  ])("%s", async (_, descriptor, reason) => {
    expect(await refusal(zipWith({ descriptor }))).toMatch(reason);
  });
});

describe("a directory that is told by the content to have another", () => {
  it.each<[string, Partial<ZipEntry>, RegExp]>([
    ["CRC", { central: { crc: 1 }, descriptor: { crc: 1 } }, /CRC-32/],
    ["size", { method: 8, central: { size: 6 }, descriptor: { size: 6 } }, /longer than the directory says/],
    ["larger size", { method: 8, central: { size: 8 }, descriptor: { size: 8 } }, /shorter than/],
    ["size where it is stored", { central: { size: 8 }, descriptor: { size: 8 } }, /lies about its size/],
    ["method: it is stored", { method: 8, raw: Buffer.from("content") }, /damaged at m\/a/],
  ])("%s", async (_, lie, reason) => {
    expect(await refusal(zipWith(lie))).toMatch(reason);
  });
});

describe("both headers with", () => {
  it.each<[string, ZipHeader, RegExp]>([
    ["version 4.5", { version: 45 }, /fields that Go doesn't write/],
    ["version 1.0", { version: 10 }, /fields that Go doesn't write/],
    ["encryption", { flags: 9 }, /has flags 9/],
    ["strong encryption", { flags: 0x48 }, /has flags/],
    ["patched data", { flags: 0x28 }, /has flags/],
    ["hidden headers", { flags: 0x2008 }, /has flags/],
    ["a level of deflate", { flags: 0xa }, /has flags/],
    ["a method that isn't any", { method: 12 }, /packed by method 12/],
    ["deflate64", { method: 9 }, /packed by method 9/],
    ["sizes of eight bytes", extra(1, 0, 0, 0), /extra field/],
    ["a name in Unicode beside the name", extra(0x75, 0x70, 5, 0, 1, 0, 0, 0, 0), /extra field/],
    ["an owner", extra(0x75, 0x78, 5, 0, 1, 0, 0, 0, 0), /extra field/],
    ["times that aren't changes", time(4, 3), /extra field/],
    ["a time cut short", extra(0x55, 0x54, 5, 0, 1), /extra field/],
    ["a time and a byte", extra(...goTime, 0), /extra field/],
    ["three times", extra(...goTime, ...goTime, ...goTime), /extra field/],
    ["a time a hundred times", extra(...Array.from({ length: 100 }, () => goTime).flat()), /extra field/],
  ])("%s", async (_, lie, reason) => {
    expect(await refusal(zipWith({ local: lie, central: lie }))).toMatch(reason);
  });
});

describe("a directory with", () => {
  it.each<[string, ZipHeader, RegExp]>([
    ["a comment", { comment: "hello" }, /fields that Go doesn't write/],
    ["a comment that is a directory entry", { comment: "PK\x01\x02" }, /fields that Go doesn't write/],
    ["another disk", { disk: 1 }, /fields that Go doesn't write/],
    ["text, it says", { internalAttributes: 1 }, /fields that Go doesn't write/],
    ["another version of the system that made it", { creator: 0x031e }, /another system/],
  ])("%s", async (_, central, reason) => {
    expect(await refusal(zipWith({ central }))).toMatch(reason);
  });
});

const asked = tinyToolchain("1.22.5", host);
const name = `golang.org/toolchain@${asked.version}/evil`;

it.each<[string, Partial<ZipEntry>, RegExp]>([
  ["another name before its data", { local: { name: "evil".padStart(name.length, "../") } }, ownHeader],
  ["another size behind its data", { descriptor: { size: 1 } }, /what follows its data/],
  ["another CRC in all headers", { central: { crc: 1 }, descriptor: { crc: 1 } }, /CRC-32/],
])("a release with a file with %s is not installed", async (_, lie, reason) => {
  const evil = { name, data: "#!/bin/sh\n", ...lie };
  const proxy = await localProxy({ toolchains: [await remade(asked, (honest) => [...honest, evil])] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toMatch(reason);
});
