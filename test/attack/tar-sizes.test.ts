/** A tar whose headers hold sizes that are not those of the data, or no sizes; and checksums that are wrong. */
import { expect, it } from "vitest";

import { countAttacks } from "../support/attack.ts";
import { sandbox } from "../support/sandbox.ts";
import { base256, makeTar, type TarEntry } from "../support/tar.ts";
import { refusedTarball } from "../support/tar-attack.ts";

const after: TarEntry = { name: "go/after", data: "after" };
const file: TarEntry = { name: "go/file", data: "x".repeat(600) };
const withSize = (size: string | Uint8Array): TarEntry[] => [{ ...file, fields: { size } }, after];

it.each<[string, string | Uint8Array, RegExp]>([
  ["none", "", /no number/],
  ["spaces", "            ", /no number/],
  ["a word", "size", /no number/],
  ["digits and garbage", "0000000113x", /no number/],
  ["a digit that isn't octal", "00000001180", /no number/],
  ["digits, a NUL and digits", "00113\u00000000", /no number/],
  ["digits, a space and digits", "00113 00000", /no number/],
  ["a sign", "-0000001130", /no number/],
  ["a plus", "+0000001130", /no number/],
  ["a fraction", "00001130.50", /no number/],
  ["hexadecimal", "0x000000258", /no number/],
  ["a negative number in base 256", base256(-1n), /no number/],
  ["a large negative number in base 256", base256(-(2n ** 62n)), /no number/],
  ["the right number in base 256", base256(600n), /no number/],
  ["a huge number in base 256", base256(2n ** 80n), /no number/],
  ["8 GiB", "77777777777", /would unpack to/],
  ["8 GiB in twelve digits", "777777777777", /would unpack to/],
  ["one block more", "00000002130", /checksum|cut short|unknown kind/],
  ["all the rest of the archive", "00000010000", /cut short/],
  ["one byte more than the archive", "00000020000", /cut short/],
  ["one block less", "00000000130", /unknown kind/],
  ["nothing", "00000000000", /unknown kind/],
])("a size of %s is refused", async (_, size, reason) => {
  expect(await refusedTarball(sandbox(), makeTar(withSize(size)))).toMatch(reason);
});

it.each<[string, string | Uint8Array]>([
  ["none", ""],
  ["garbage", "rwxr-xr"],
  ["digits and garbage", "000644x"],
  ["in base 256", base256(0o644n, 8)],
  ["negative", base256(-1n, 8)],
])("a mode that is %s is refused", async (_, mode) => {
  expect(await refusedTarball(sandbox(), makeTar([{ ...file, fields: { mode } }, after]))).toMatch(
    /no number/,
  );
});

it.each(["uid", "gid", "mtime"] as const)("a huge %s is refused", async (field) => {
  const bytes = Buffer.alloc(field === "mtime" ? 12 : 8, 0xaa);
  expect(await refusedTarball(sandbox(), makeTar([{ ...file, fields: { [field]: bytes } }]))).toMatch(
    /base256/,
  );
});

it("a folder with content is refused", async () => {
  const folder: TarEntry = { name: "go/bin/", data: "x" };
  expect(await refusedTarball(sandbox(), makeTar([folder, after]))).toMatch(/a folder with content/);
  expect(
    await refusedTarball(
      sandbox(),
      makeTar([{ ...folder, data: "", fields: { size: "00000001000" } }, after]),
    ),
  ).toMatch(/a folder with content/);
});

it.each<[string, string]>([
  ["none", ""],
  ["zero", "000000\0 "],
  ["garbage", "checksum"],
  ["base 256", "\x80\0\0\0\0\0\0\0"],
  ["a large number", "777777\0 "],
  ["a negative number", "-00001\0 "],
])("a checksum of %s is refused", async (_, checksum) => {
  for (const entries of [
    [{ ...file, fields: { checksum } }, after],
    [after, { ...file, fields: { checksum } }],
  ])
    expect(await refusedTarball(sandbox(), makeTar(entries))).toMatch(/checksum failure|base256/);
});

it("every wrong checksum near the right one is refused", async (test) => {
  const box = sandbox();
  const tar = makeTar([file], { gzip: false });
  const right = Number.parseInt(tar.toString("latin1", 148, 154), 8);
  for (let off = -40; off <= 40; off++) {
    if (off === 0) continue;
    const checksum = `${(right + off).toString(8).padStart(6, "0")}\0 `;
    expect(await refusedTarball(box, makeTar([{ ...file, fields: { checksum } }]))).toMatch(
      /checksum failure/,
    );
  }
  countAttacks(test, 80);
});
