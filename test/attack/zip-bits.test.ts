/** A bit that flipped on its way, or was flipped: every one of a zip is noticed, in each shape that Go's zips have. */
import { deflateRawSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { countAttacks, flippedBits, refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { refusal, unzip } from "../support/unzip.ts";
import { makeZip, moduleShape, type ZipEntry, type ZipOptions } from "../support/zip.ts";

const files: ZipEntry[] = [
  { name: "m@v/VERSION", data: "go1.22.5\n" },
  { name: "m@v/bin/go", data: "#!/bin/sh\necho $0\n", mode: 0o100755 },
  { name: "m@v/empty", data: "" },
  { name: "m@v/logo.png", data: "PNG", method: 0 },
];

const deflatedByZlib = files.map((file) =>
  file.method === 0 ? file : { ...file, raw: deflateRawSync(file.data) },
);

const shapes: [string, ZipOptions, ZipEntry[]?][] = [
  ["a release since 1.21", {}],
  ["a release since 1.27", { ending: "fixed" }],
  ["a release before 1.21", { fat: true }],
  ["a module made again by golang.org/x/mod/zip", moduleShape],
  ["sizes before the data", { dataDescriptor: false }],
  ["deflated by another program", {}, deflatedByZlib],
];

describe.each(shapes)("%s", (_, options, entries = files) => {
  const zip = makeZip(entries, options);

  it("is taken as it is, and refused with any bit flipped", async (test) => {
    const contents = files.map(({ name, data }) => ({ name, data: Buffer.from(data) }));
    expect(await unzip(zip)).toEqual(contents);
    for (const { bit, flipped } of flippedBits(zip))
      expect(await refusal(flipped).catch(String), `bit ${bit % 8} of byte ${bit >> 3}`).toMatch(
        /^the zip is/,
      );
    countAttacks(test, zip.length * 8);
  });
});

it("a release is not installed with any of these bits flipped", async (test) => {
  const asked = tinyToolchain("1.22.5", host);
  const samples = 6;
  for (let i = 0; i < samples; i++) {
    const zip = Buffer.from(asked.zip);
    const bit = Math.floor(((i + 0.5) * zip.length * 8) / samples);
    zip.writeUInt8(zip.readUInt8(bit >> 3) ^ (1 << (bit % 8)), bit >> 3);
    const proxy = await localProxy({ toolchains: [{ ...asked, zip }] });
    await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  }
  countAttacks(test, samples);
});
