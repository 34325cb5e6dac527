/** Zips that would fill the disk, the memory, or the day: by the count of files, their sizes, or lies about them. */
import { deflateRawSync } from "node:zlib";

import { expect, it } from "vitest";

import { unpackEntry } from "../../src/archive/inflate.ts";
import { readZipDirectory, zipLimits } from "../../src/archive/zip.ts";
import { refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { refusal, remade } from "../support/unzip.ts";
import { makeZip, type ZipEntry } from "../support/zip.ts";

const asked = tinyToolchain("1.22.5", host);
const prefix = `golang.org/toolchain@${asked.version}/`;
const many = Array.from({ length: zipLimits.entries + 1 }, (_, i) => ({
  name: `${prefix}${i}`,
  data: "",
  method: 0 as const,
}));
/** 8 KB that inflate to 8 MB, and to zeros. */
const zeros = deflateRawSync(Buffer.alloc(8 * 2 ** 20), { level: 9 });

/** A file that says it has this size. */
function claims(name: string, size: number, raw = zeros): ZipEntry {
  const sizes = { compressedSize: raw.length, size };
  return { name, data: "", raw, central: sizes, descriptor: sizes };
}

it.each<[string, Buffer, RegExp]>([
  ["40,001 files", makeZip(many), /holds 40001 files/],
  ["40,001 files by its end alone", makeZip([], { end: { entries: zipLimits.entries + 1 } }), /40001 files/],
  ["1000 MiB and a byte", makeZip([claims("a", zipLimits.unpacked + 1)]), /would unpack to 1048576001 bytes/],
  ["4 GiB", makeZip([claims("a", 0xffffffff)]), /would unpack to/],
  [
    "1000 MiB and a byte in five files",
    makeZip(["a", "b", "c", "d", "e"].map((name) => claims(name, zipLimits.unpacked / 5 + 1))),
    /would unpack to 1048576005 bytes/,
  ],
])("%s: refused before any data is read", async (_, zip, reason) => {
  expect(await refusal(zip)).toMatch(reason);
  let first = zip.length;
  const reading = readZipDirectory(zip.length, (offset, length) => {
    first = Math.min(first, offset);
    return Promise.resolve(zip.subarray(offset, offset + length));
  });
  await expect(reading).rejects.toMatchObject({ code: "BAD_ARCHIVE" });
  expect(first).toBeGreaterThanOrEqual(zip.readUInt32LE(zip.length - 6)); // Where the directory starts.
});

it("a zip of 500 MiB and a byte is refused unread", async () => {
  const reading = readZipDirectory(zipLimits.zip + 1, () => Promise.reject(new Error("it was read")));
  await expect(reading).rejects.toMatchObject({ code: "BAD_ARCHIVE" });
});

it.each([0, 1, 1000])("a directory of 500 MiB for %i files is refused unread", async (entries) => {
  const length = zipLimits.zip - 22;
  const end = makeZip([], { end: { entries, size: length, offset: 0 } });
  const read: number[] = [];
  const reading = readZipDirectory(zipLimits.zip, (_, size) => {
    read.push(size);
    return Promise.resolve(end.subarray(-size));
  });
  await expect(reading).rejects.toMatchObject({
    code: "BAD_ARCHIVE",
    message: expect.stringContaining("its directory is longer than it can be"),
  });
  expect(read).toEqual([end.length]);
});

it.each([0, 1, 1000, 2 ** 20])(
  "a file of %i bytes that inflates to 8 MB: none beyond its size",
  async (size) => {
    const zip = makeZip([claims("a", size)]);
    const { entries, start } = await readZipDirectory(zip.length, (offset, length) =>
      Promise.resolve(zip.subarray(offset, offset + length)),
    );
    let given = 0;
    for (const entry of entries)
      expect(() => unpackEntry(entry, zip.subarray(0, start), (part) => (given += part.length))).toThrow(
        /longer than the directory says/,
      );
    expect(given).toBeLessThanOrEqual(size);
  },
);

it.each<[string, Partial<ZipEntry>[], RegExp]>([
  ["40,001 files", many, /holds \d+ files/],
  ["a file of 1000 MiB", [claims("big", zipLimits.unpacked)], /would unpack to/],
  ["a file that inflates beyond its size", [claims("small", 10)], /longer than the directory says/],
])("a release with %s is not installed", async (_, more, reason) => {
  const evil = more.map((entry, i) => ({ data: "", ...entry, name: `${prefix}evil${i}` }));
  const proxy = await localProxy({ toolchains: [await remade(asked, (honest) => [...honest, ...evil])] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toMatch(reason);
});
