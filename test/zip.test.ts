/** src/zip.ts: the zips that Go publishes are read, and every other kind is refused for its own reason. */
import { describe, expect, it } from "vitest";

import { packedData, readZipDirectory, type ZipDirectory, zipLimits } from "../src/zip.ts";
import { makeZip, type ZipEntry, type ZipHeader, type ZipOptions } from "./support/zip.ts";

function read(zip: Buffer): Promise<ZipDirectory> {
  return readZipDirectory(zip.length, (offset, length) =>
    Promise.resolve(zip.subarray(offset, offset + length)),
  );
}

/** The bytes from each entry's local header to what comes next, unpacked where they lie. */
async function packed(zip: Buffer): Promise<Buffer[]> {
  const { entries, start } = await read(zip);
  return entries.map((entry, i) =>
    packedData(entry, zip.subarray(entry.offset, entries[i + 1]?.offset ?? start)),
  );
}

const file = (name: string | Uint8Array, more: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  data: "content",
  method: 0,
  ...more,
});
const named = (...names: (string | Uint8Array)[]): Buffer => makeZip(names.map((name) => file(name)));
const good = makeZip([file("m@v/a"), file("m@v/b/c", { data: "more", method: 8 })]);

/** The zip with one byte, counted from its end, set. */
function patched(at: number, byte: number, zip = good): Buffer {
  const copy = Buffer.from(zip);
  copy[copy.length - at] = byte;
  return copy;
}

/** A file that says it has more bytes than there are until the next one. */
const greedy = file("a", { central: { compressedSize: 24, size: 24 } });
const huge = { method: 8, central: { size: zipLimits.unpacked / 4 + 1 } } as const;

/** A file with bytes of nobody's behind its data. */
function gap(bytes: number, options: ZipOptions = {}): Buffer {
  const raw = Buffer.concat([Buffer.from("content"), Buffer.alloc(bytes)]);
  return makeZip([file("a", { raw, local: { compressedSize: 7 }, central: { compressedSize: 7 } })], options);
}

describe("what Go publishes", () => {
  it.each<[string, ZipOptions]>([
    ["sizes behind the data, modes of a Unix", {}],
    ["sizes before the data", { dataDescriptor: false }],
    ["a conversion: made by FAT, without modes", { fat: true }],
    ["a conversion with sizes before the data", { fat: true, dataDescriptor: false }],
  ])("%s", async (_, options) => {
    const zip = makeZip(
      [file("m@v/bin/go", { mode: 0o100755 }), file("m@v/src/é.go", { data: "x".repeat(99), method: 8 })],
      options,
    );
    const { entries, start } = await read(zip);
    expect(entries).toMatchObject([
      { name: "m@v/bin/go", offset: 0, method: "stored", size: 7, compressedSize: 7 },
      { name: "m@v/src/é.go", method: "deflated", size: 99 },
    ]);
    expect(entries.map((entry) => entry.hasDescriptor)).toEqual(
      options.dataDescriptor === false ? [false, false] : [true, true],
    );
    expect(zip.readUInt32LE(start)).toBe(0x02014b50);
    const [stored, deflated] = await packed(zip);
    expect(stored?.toString()).toBe("content");
    expect(deflated).toHaveLength(entries[1]?.compressedSize ?? 0);
  });

  it.each([
    ["an empty zip", []],
    ["an empty file", [file("a", { data: "" })]],
    ["a mode without a type", [file("a", { central: { externalAttributes: 0o644 << 16 } })]],
    [
      "an extra field",
      [file("a", { local: { extra: Buffer.alloc(9) }, central: { extra: Buffer.alloc(5) } })],
    ],
    ["a name of 1024 bytes", [file(`${"x/".repeat(511)}é`)]],
    ["dots within names", [file("..a/b../...")]],
    ["names that begin alike", [file("ab"), file("a/b"), file("a.b")]],
  ])("%s", async (_, entries) => {
    expect((await read(makeZip(entries))).entries).toHaveLength(entries.length);
  });

  it("gives the files in the order of their data, whatever the directory's", async () => {
    const [a, b] = [file("a"), file("b")];
    const size = 30 + 1 + 7 + 16;
    const zip = makeZip([
      { ...a, central: { name: "b", offset: size } },
      { ...b, central: { name: "a", offset: 0 } },
    ]);
    expect((await read(zip)).entries.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it.each([12, 16, 20, 24])("a data descriptor of %i bytes", async (bytes) => {
    const [entry] = (await read(makeZip([file("a")]))).entries;
    if (!entry) throw new Error("no entry");
    const region = Buffer.concat([makeZip([file("a")]).subarray(0, 38), Buffer.alloc(bytes)]);
    expect(packedData(entry, region).toString()).toBe("content");
    expect(() => packedData(entry, Buffer.concat([region, Buffer.alloc(1)]))).toThrow(/doesn't end/);
  });
});

describe("refused", () => {
  it.each<[string, Buffer, RegExp]>([
    ["nothing", Buffer.alloc(0), /0 bytes long/],
    ["less than an end", Buffer.alloc(21), /21 bytes long/],
    ["no zip", Buffer.alloc(100), /cut short, or no zip/],
    ["cut short", good.subarray(0, -1), /cut short, or no zip/],
    ["something behind it", Buffer.concat([good, Buffer.alloc(1)]), /cut short, or no zip/],
    ["a comment", makeZip([file("a")], { comment: Buffer.from("hello") }), /cut short, or no zip/],
    [
      "a comment that looks like an end",
      makeZip([file("a")], { comment: good.subarray(-22) }),
      /isn't where/,
    ],
    ["a comment that isn't there", patched(2, 1), /isn't where/],
    ["a zip64", makeZip([file("a")], { zip64: true }), /zip64/],
    ["one of several: its number", patched(18, 1), /one part of several/],
    ["one of several: its directory's", patched(16, 1), /one part of several/],
    ["one of several: its count", patched(14, 1), /one part of several/],
    ["a directory elsewhere", makeZip([file("a")], { end: { offset: 3 } }), /isn't where/],
    ["a directory that is longer than it is", makeZip([file("a")], { end: { size: 99 } }), /isn't where/],
    ["more entries than it holds", makeZip([file("a")], { end: { entries: 2 } }), /directory is damaged/],
    ["fewer entries than it holds", makeZip([file("a"), file("b")], { end: { entries: 1 } }), /longer/],
    ["too many entries", makeZip([], { end: { entries: zipLimits.entries + 1 } }), /holds 40001 files/],
    ["a directory entry without its signature", patched(22 + 46 + 1, 0, named("a")), /directory is damaged/],
    ["a name beyond the directory", patched(22 + 1 + 18, 9, named("a")), /directory is damaged/],
    ["too much to unpack", makeZip(["a", "b", "c", "d"].map((name) => file(name, huge))), /would unpack to/],

    ["encrypted", makeZip([file("a", { central: { flags: 9 } })]), /flags 9/],
    ["strongly encrypted", makeZip([file("a", { central: { flags: 1 << 6 } })]), /flags 64/],
    ["another method", makeZip([file("a", { central: { method: 12 } })]), /method 12/],
    ["a link", makeZip([file("a", { mode: 0o120777 })]), /a link, a folder or a device/],
    ["a device", makeZip([file("a", { mode: 0o020644 })]), /a link, a folder or a device/],
    ["a pipe", makeZip([file("a", { mode: 0o010644 })]), /a link, a folder or a device/],
    ["a folder by its mode", makeZip([file("a", { mode: 0o040755 })]), /a link, a folder or a device/],

    ["a name that is ..", named(".."), /outside the folder/],
    ["a name that is .", named("."), /outside the folder/],
    ["a name with ..", named("m/../../x"), /outside the folder/],
    ["a name that ends in ..", named("m/.."), /outside the folder/],
    ["a name with .", named("m/./x"), /outside the folder/],
    ["an absolute name", named("/etc/passwd"), /outside the folder/],
    ["an empty part", named("m//x"), /outside the folder/],
    ["an empty name", named(""), /outside the folder/],
    ["a folder", named("m/"), /outside the folder, or a folder/],
    ["a backslash", named("m\\x"), /no name for a file/],
    ["a drive letter", named("C:x"), /no name for a file/],
    ["a stream of a file", named("m/x:y"), /no name for a file/],
    ["a NUL", named("m/x\0y"), /no name for a file/],
    ["a newline", named("m/x\ny"), /no name for a file/],
    ["an escape", named("m/\u001b[2J"), /no name for a file/],
    ["a DEL", named("m/\u007f"), /no name for a file/],
    ["over 1024 bytes", named("é".repeat(513)), /no name for a file/],
    ["no UTF-8", named(Buffer.from("m/\xe9", "latin1")), /not UTF-8/],
    ["UTF-8 in more bytes than it needs", named(Buffer.from([0x6d, 0xc0, 0xaf])), /not UTF-8/],

    ["twins", named("m/x", "m/x"), /in it twice/],
    ["twins but for their case", named("m/x", "M/X"), /in it twice/],
    ["twins but for the case of é", named("m/é", "m/É"), /in it twice/],
    ["a file that is a folder, too", named("m/x", "m/x/y"), /both a file and a folder/],
    ["a folder that is a file, too", named("m/x/y/z", "m/x"), /both a file and a folder/],
    ["the same in another case", named("m/x/y", "m/X"), /both a file and a folder/],

    ["bytes before the first file", makeZip([file("a")], { before: Buffer.alloc(1) }), /nobody's/],
    ["the first file left out", makeZip([file("a", { only: "local" }), file("b")]), /nobody's/],
    ["two names for the same bytes", makeZip([file("a"), file("b", { central: { offset: 0 } })]), /overlaps/],
    ["data that reaches into the next file", makeZip([greedy, file("b")]), /overlaps/],
    ["data that reaches into the directory", makeZip([greedy]), /overlaps/],
    ["a file behind the directory", makeZip([file("a", { central: { offset: 999 } })]), /nobody's/],
    ["stored in another size", makeZip([file("a", { central: { size: 8 } })]), /lies about its size/],
  ])("%s", async (_, zip, reason) => {
    const error: unknown = await read(zip).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "BAD_ARCHIVE", exitCode: 4 });
    expect(String(error)).toMatch(reason);
  });

  it("a zip over the limit, unread", async () => {
    const reading = readZipDirectory(zipLimits.zip + 1, () => Promise.reject(new Error("it was read")));
    await expect(reading).rejects.toMatchObject({ code: "BAD_ARCHIVE" });
  });

  it.each([
    ["a byte between two files", { dataDescriptor: false }, 1],
    ["a whole hidden file's header", { dataDescriptor: false }, 31],
    ["a byte more than a descriptor", {}, 1],
    ["two descriptors", {}, 16],
  ])("%s", async (_, options, bytes) => {
    await expect(packed(gap(bytes, options))).rejects.toMatchObject({ code: "BAD_ARCHIVE" });
    await expect(packed(gap(0, options))).resolves.toHaveLength(1);
  });

  it("a hidden file between two others, and one before the directory", async () => {
    const between = makeZip([file("a"), file("b", { only: "local" }), file("c")]);
    await expect(packed(between)).rejects.toThrow(/data of a doesn't end/);
    const last = makeZip([file("a"), file("b", { only: "local" })]);
    await expect(packed(last)).rejects.toThrow(/data of a doesn't end/);
  });
});

describe("a file's own header that disagrees with the directory", () => {
  it.each<[string, ZipHeader, ZipOptions?]>([
    ["another name", { name: "b" }],
    ["a longer name", { name: "aa" }],
    ["the name with a byte order mark", { name: "\uFEFFa" }],
    ["deflated", { method: 8 }],
    ["a method that isn't any", { method: 12 }],
    ["sizes before the data", { flags: 0x800 }],
    ["sizes behind the data", { flags: 0x808 }, { dataDescriptor: false }],
    ["encrypted", { flags: 0x809 }],
    ["another size", { size: 8 }, { dataDescriptor: false }],
    ["another packed size", { compressedSize: 8 }, { dataDescriptor: false }],
  ])("%s", async (_, local, options) => {
    await expect(packed(makeZip([file("a", { local })], options))).rejects.toThrow(/own header disagrees/);
  });

  it("no header at all", async () => {
    const zip = makeZip([file("a")]);
    zip.writeUInt32LE(0x02014b50, 0);
    await expect(packed(zip)).rejects.toThrow(/not where the directory says/);
    const [entry] = (await read(makeZip([file("a")]))).entries;
    if (!entry) throw new Error("no entry");
    expect(() => packedData(entry, Buffer.alloc(29))).toThrow(/not where the directory says/);
  });

  it("an extra field that pushes the data away", async () => {
    const zip = makeZip([file("a", { local: { extra: Buffer.alloc(4) } })]);
    zip.writeUInt16LE(3, 28);
    await expect(packed(zip)).rejects.toThrow(/doesn't end where/);
  });

  it("a byte order mark is a part of the name in the directory, too", async () => {
    const { entries } = await read(named("\uFEFFa", "a"));
    expect(entries.map(({ name }) => name)).toEqual(["\uFEFFa", "a"]);
  });
});
