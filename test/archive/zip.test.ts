/** src/archive/zip.ts and src/archive/inflate.ts: the zips that Go publishes are read. What is refused: test/attack/zip-*. */
import { deflateRawSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { packedData, readZipDirectory, type ZipDirectory } from "../../src/archive/zip.ts";
import { refusal, unzip } from "../support/unzip.ts";
import { goDeflate, makeZip, moduleShape, type ZipEntry, type ZipOptions } from "../support/zip.ts";

function read(zip: Buffer): Promise<ZipDirectory> {
  return readZipDirectory(zip.length, (offset, length) =>
    Promise.resolve(zip.subarray(offset, offset + length)),
  );
}

const text = "package fmt // ".repeat(99);
const file = (name: string, more: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  data: "content",
  method: 0,
  ...more,
});

describe("what Go publishes", () => {
  it.each<[string, ZipOptions]>([
    ["a release since 1.21: modes of a Unix", {}],
    ["a release since 1.27: another end of what is deflated", { ending: "fixed" }],
    ["a release before 1.21: made by FAT, without modes", { fat: true }],
    ["a module made by golang.org/x/mod/zip", moduleShape],
    ["the time twice, as where signed programs were put in", { extra: Buffer.concat([time(), time()]) }],
    ["sizes before the data", { dataDescriptor: false }],
  ])("%s", async (_, options) => {
    const files = [
      file("m@v/bin/go", { mode: 0o100755 }),
      file("m@v/src/é.go", { data: text, method: 8 }),
      file("m@v/empty", { data: "", method: 8 }),
    ];
    const zip = makeZip(files, options);
    const { entries, start } = await read(zip);
    expect(entries).toMatchObject([
      { name: "m@v/bin/go", offset: 0, method: "stored", size: 7, compressedSize: 7 },
      { name: "m@v/src/é.go", method: "deflated", size: text.length },
      { name: "m@v/empty", method: "deflated", size: 0 },
    ]);
    expect(entries.every((entry) => entry.hasDescriptor === (options.dataDescriptor ?? true))).toBe(true);
    expect(zip.readUInt32LE(start)).toBe(0x02014b50);
    expect((await unzip(zip)).map(({ data }) => data.toString())).toEqual(["content", text, ""]);
  });

  it.each([
    ["an empty zip", []],
    ["a name of 1024 bytes", [file(`${"x/".repeat(511)}é`)]],
    ["dots within names", [file("..a/b../...")]],
    ["names that begin alike", [file("ab"), file("a/b"), file("a.b")]],
    ["a byte order mark, which is a part of the name", [file("\ufeffa"), file("a")]],
  ])("%s", async (_, entries) => {
    expect((await unzip(makeZip(entries))).map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
  });
});

function time(): Buffer {
  return Buffer.from([0x55, 0x54, 5, 0, 1, 0x36, 0xb5, 0x91, 0x6a]);
}

describe("an archive for windows", () => {
  const files: ZipEntry[] = [
    { name: "go/", data: "" },
    { name: "go/VERSION", data: "go1.20.14", mode: 0o100666 },
    { name: "go/bin/", data: "", mode: 0o040777 },
    { name: "go/bin/go.exe", data: text, mode: 0o100777 },
    { name: "go/doc/gopher.png", data: "PNG", method: 0, mode: 0o100444 },
  ];
  const zip = makeZip(files);

  it("may hold folders, and any permissions", async () => {
    expect((await unzip(zip, "archive")).map(({ name, data }) => [name, data.toString()])).toEqual(
      files.map(({ name, data }) => [name, data]),
    );
  });

  it("may hold neither where it is a module", async () => {
    for (const [i, entry] of files.entries())
      expect(await refusal(makeZip([entry])), `file ${i}`).toMatch(/a folder/);
  });

  it.each<[string, ZipEntry[], RegExp]>([
    ["a folder by its name alone", [{ name: "go/", data: "", mode: 0o100755 }], /is a link, a device/],
    ["a folder by its mode alone", [{ name: "go", data: "", mode: 0o040755 }], /is a link, a device/],
    ["a folder with data", [{ name: "go/", data: "x" }], /lies about its size/],
    ["a folder twice", [file("go/", { data: "" }), file("go/", { data: "" })], /in it twice/],
    ["a folder in another case", [file("go/", { data: "" }), file("GO/", { data: "" })], /one name in some/],
    ["a folder that is a file, too", [file("go/", { data: "" }), file("go")], /both a file and a folder/],
    ["a folder above", [file("go/../", { data: "" })], /outside/],
    ["the root", [file("/", { data: "" })], /outside/],
    ["a link", [file("go/x", { mode: 0o120777 })], /is a link, a device/],
  ])("may not hold %s", async (_, entries, reason) => {
    expect(await refusal(makeZip(entries), "archive")).toMatch(reason);
  });
});

/** The stream with the last bit of its last byte set. */
function ended(stream: Buffer): Buffer {
  const end = Buffer.from(stream);
  end.writeUInt8(end.readUInt8(end.length - 1) | 0x80, end.length - 1);
  return end;
}

describe("what is deflated", () => {
  const data = Buffer.from(text);
  const [stored, fixed, other] = [goDeflate(data), goDeflate(data, "fixed"), deflateRawSync(data)];

  it.each([
    ["with Go's stored block at its end", stored],
    ["with Go's block of fixed codes at its end", fixed],
    ["by another program", other],
    ["and stored within it", deflateRawSync(data, { level: 0 })],
  ])("%s is read", async (_, raw) => {
    const [unzipped] = await unzip(makeZip([{ name: "a", data, raw }]));
    expect(unzipped?.data).toEqual(data);
  });

  it.each([
    ["without its end", fixed.subarray(0, -2)],
    ["without its last block", stored.subarray(0, -5)],
    ["twice", Buffer.concat([stored, stored])],
    ["and a byte more", Buffer.concat([other, Buffer.alloc(1)])],
    ["and another's end", Buffer.concat([fixed, Buffer.from([1, 0, 0, 0xff, 0xff])])],
    ["with a last block that isn't the last", Buffer.concat([Buffer.alloc(3), Buffer.from([0xff, 0xff])])],
    ["with a bit behind its end", ended(fixed)],
    ["with a bit behind another's end", ended(other)],
    ["and none of it", Buffer.alloc(0)],
  ])("%s is refused", async (_, raw) => {
    expect(await refusal(makeZip([{ name: "a", data, raw }]))).toMatch(/^the zip is damaged at a: /);
  });
});

it("a header that is no whole one, or elsewhere, is refused", async () => {
  const zip = makeZip([file("a")]);
  const [entry] = (await read(zip)).entries;
  if (!entry) throw new Error("no entry");
  for (const region of [Buffer.alloc(0), Buffer.alloc(29), zip.subarray(1), zip.subarray(0, 30)])
    expect(() => packedData(entry, region)).toThrow(/own header disagrees/);
  expect(() => packedData(entry, zip.subarray(0, 41))).toThrow(/what follows its data/);
  expect(() => packedData(entry, zip)).toThrow(/what follows its data/);
});
