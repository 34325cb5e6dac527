/** Links, devices, folders, programs that change their user: by the modes that a zip can give to a file. */
import { expect, it } from "vitest";

import { countAttacks, refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { refusal, remade, unzip } from "../support/unzip.ts";
import { makeZip } from "../support/zip.ts";

const kindOrMaker = /is a link, a device or a folder, or made by another system/;

/** A zip of one file, and where the directory tells who made it, and its attributes. */
function zipOf(name: string): { zip: Buffer; maker: number; attributes: number } {
  const zip = makeZip([{ name, data: "", method: 0 }]);
  const directory = zip.readUInt32LE(zip.length - 6);
  return { zip, maker: directory + 4, attributes: directory + 38 };
}

it("every mode but two", async (test) => {
  const { zip, attributes } = zipOf("m@v/bin/go");
  const taken: number[] = [];
  for (let mode = 0; mode < 0x10000; mode++) {
    zip.writeUInt16LE(mode, attributes + 2);
    await unzip(zip).then(
      () => taken.push(mode),
      (error: unknown) => expect(String(error)).toMatch(kindOrMaker),
    );
  }
  expect(taken).toEqual([0o100644, 0o100755]);
  countAttacks(test, 0x10000 - taken.length);
});

it("in an archive, everything but files and folders, and what changes the user", async (test) => {
  let attacks = 0;
  for (const [name, type] of [
    ["go/bin/go", 0o100000],
    ["go/bin/", 0o040000],
  ] as const) {
    const { zip, attributes } = zipOf(name);
    for (let mode = 0; mode < 0x10000; mode += 0o111) {
      zip.writeUInt16LE(mode, attributes + 2);
      if ((mode & 0o177000) === type) await unzip(zip, "archive");
      else expect(await refusal(zip, "archive")).toMatch(kindOrMaker);
      if ((mode & 0o177000) !== type) attacks++;
    }
  }
  countAttacks(test, attacks);
});

it("attributes of MS-DOS", async (test) => {
  const { zip, attributes } = zipOf("m@v/bin/go");
  for (let low = 1; low < 0x10000; low += 1 + (low >> 4)) {
    zip.writeUInt16LE(low, attributes);
    expect(await refusal(zip)).toMatch(kindOrMaker);
    countAttacks(test, 1);
  }
});

it("every system but a Unix and FAT, with attributes and without", async (test) => {
  const { zip, maker, attributes } = zipOf("m@v/bin/go");
  for (const external of [zip.readUInt32LE(attributes), 0])
    for (let system = 0; system < 256; system++) {
      if (system === (external ? 3 : 0)) continue;
      zip.writeUInt8(system, maker + 1);
      zip.writeUInt32LE(external, attributes);
      expect(await refusal(zip)).toMatch(kindOrMaker);
    }
  countAttacks(test, 2 * 255);
});

it.each([
  ["a symbolic link", 0o120777],
  ["a folder", 0o040755],
  ["a device", 0o020666],
  ["a socket", 0o140755],
  ["a program of root's", 0o104755],
])("a release with %s is not installed", async (_, mode) => {
  const asked = tinyToolchain("1.22.5", host);
  const evil = { name: `golang.org/toolchain@${asked.version}/evil`, data: "../../../..", mode };
  const proxy = await localProxy({ toolchains: [await remade(asked, (honest) => [...honest, evil])] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toMatch(kindOrMaker);
});
