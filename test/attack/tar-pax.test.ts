/** A tar whose extended headers say of a file what its own header doesn't. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { countAttacks } from "../support/attack.ts";
import { sandbox } from "../support/sandbox.ts";
import { gnu, gnuLong, makeTar, pax, type TarEntry } from "../support/tar.ts";
import { attack, refusedTarball, target } from "../support/tar-attack.ts";

const file: TarEntry = { name: "go/VERSION", data: "go1.22.5" };
const says = /it holds an extended header that says/;

it.each([
  "size",
  "linkpath",
  "uid",
  "gid",
  "uname",
  "gname",
  "mode",
  "type",
  "charset",
  "hdrcharset",
  "comment",
  "realtime.any",
  "SCHILY.dev",
  "SCHILY.ino",
  "SCHILY.nlink",
  "SCHILY.xattr.user.x",
  "LIBARCHIVE.xattr.user.x",
  "SUN.devmajor",
  "GNU.volume.label",
  "Path",
  "path ",
  " path",
  "__proto__",
  "constructor",
])("a pax header that says %s is refused", async (key) => {
  expect(await refusedTarball(sandbox(), makeTar([pax({ [key]: "8" }), file]))).toMatch(says);
  expect(await refusedTarball(sandbox(), makeTar([pax({ path: "go/x", [key]: "8" }), file]))).toMatch(says);
});

it.each<[string, string]>([
  ["no record", "go/VERSION"],
  ["an empty record", "3 =\n"],
  ["a record without a value", "8 path=\n"],
  ["a record without a key", "9 =go/x\n"],
  ["a record without =", "12 pathgo/x\n"],
  ["a length that is too small", "13 path=go/xy\n"],
  ["a length that is too large", "15 path=go/xy\n"],
  ["a length that leads into the next one", "26 path=go/x\n13 mtime=1.0\n"],
  ["a length of zero", "0 path=go/x\n"],
  ["a negative length", "-13 path=go/x\n"],
  ["a length in another base", "0xd path=go/x\n"],
  ["a length with zeros before it", "014 path=go/x\n"],
  ["a space before the length", " 13 path=go/x\n"],
  ["a record without an end", "12 path=go/x"],
  ["a record and half of one", "13 path=go/x\n13 path=go"],
  ["a newline between records", "13 path=go/x\n\n14 mtime=1.25\n"],
  ["zeros behind a record", "13 path=go/x\n\0\0"],
  ["a name with a NUL", "17 path=go/x\0/..\n"],
  ["a name of two lines", "17 path=go/x\n/..\n"],
  ["two names", "13 path=go/x\n13 path=go/y\n"],
])("a pax header of %s is refused", async (_, text) => {
  expect(await refusedTarball(sandbox(), makeTar([pax(text), file]))).toMatch(says);
});

it.each<[string, readonly TarEntry[], RegExp]>([
  ["for all files", [pax({ comment: "c01fe0f4b5d1ae2f" }, "g"), file], /no file \(type "g"\)/],
  ["for all files, with a name", [pax({ path: "go/x" }, "g"), file], /no file \(type "g"\)/],
  ["for all files, with a size", [pax({ size: "1" }, "g"), file], /no file \(type "g"\)/],
  ["for all files, at the end", [file, pax({ path: "go/x" }, "g")], /no file \(type "g"\)/],
  ["of Solaris", [pax({ path: "go/x" }, "X"), file], /no file \(type "X"\)/],
  ["without content", [pax(""), file], /an extended header of 0 bytes/],
  ["of two blocks", [pax({ path: `go/${"é".repeat(260)}` }), file], /an extended header of 53\d bytes/],
  ["twice", [pax({ path: "go/x" }), pax({ path: "go/y" }), file], /two extended headers/],
  ["and a GNU one", [pax({ path: "go/x" }), gnuLong("go/y"), file], /two extended headers/],
  ["behind a GNU one", [gnuLong("go/y"), pax({ path: "go/x" }), file], /two extended headers/],
  ["for nothing", [file, pax({ path: "go/x" })], /doesn't end as a tar does/],
  [
    "whose checksum is wrong",
    [{ ...pax({ path: "go/x" }), fields: { checksum: "0000000" } }, file],
    /checksum failure/,
  ],
  [
    "whose size is in base 256",
    [{ ...pax({ path: "go/x" }), fields: { size: Buffer.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13) } }, file],
    /no number/,
  ],
])("a pax header %s is refused", async (_, entries, reason) => {
  expect(await refusedTarball(sandbox(), makeTar(entries))).toMatch(reason);
});

it.each([pax({ path: "go/x" }), gnuLong("go/x")])(
  "an extended header with more behind it is refused",
  async (entry) => {
    const padding = Buffer.from("\0path=go/y\n");
    expect(await refusedTarball(sandbox(), makeTar([{ ...entry, padding }, file]))).toMatch(says);
  },
);

it("a pax header with no UTF-8 is refused", async () => {
  const data = Buffer.from("13 path=go/\xe9\n", "latin1");
  expect(await refusedTarball(sandbox(), makeTar([{ ...pax(""), data }, file]))).toMatch(says);
});

it.each<[string, readonly TarEntry[], RegExp]>([
  ["without content", [{ ...gnuLong(""), data: "" }, file], /an extended header of 0 bytes/],
  ["of a NUL", [gnuLong(""), file], says],
  ["of a name with a NUL", [gnuLong("go/x\0/../canary"), file], says],
  ["twice", [gnuLong("go/x"), gnuLong("go/y"), file], /two extended headers/],
  ["for nothing", [file, gnuLong("go/x")], /doesn't end as a tar does/],
  ["for a link's target", [gnuLong("go/x", "K"), file], /no file \(type "K"\)/],
  [
    "that claims a block which isn't its own",
    [{ ...gnuLong("go/x"), fields: { format: gnu, size: "00000001001" } }, file],
    /an extended header of 513 bytes/,
  ],
])("a GNU header %s is refused", async (_, entries, reason) => {
  expect(await refusedTarball(sandbox(), makeTar(entries))).toMatch(reason);
});

it("a GNU header whose size takes in the zeros behind the name is one of that name", async (test) => {
  const box = sandbox();
  const padded: TarEntry = { ...gnuLong("go/x"), fields: { format: gnu, size: "00000001000" } };
  expect(await attack(box, makeTar([padded, file]))).toMatchObject({ files: [{ name: "go/x" }] });
  expect(readdirSync(target(box))).toEqual(["x"]);
  countAttacks(test, 0);
});

it("a name of an extended header is the one that is hashed and written, and for one file only", async (test) => {
  const box = sandbox();
  const entries = [
    pax({ path: "go/é" }),
    file,
    { name: "go/next", data: "next" },
    gnuLong("go/long"),
    { ...file, name: "go/short" },
  ];
  const result = await attack(box, makeTar(entries));
  expect(result).toMatchObject({ files: [{ name: "go/é" }, { name: "go/next" }, { name: "go/long" }] });
  for (const [name, is] of Object.entries({ é: true, next: true, long: true, VERSION: false, short: false }))
    expect(existsSync(join(target(box), name)), name).toBe(is);
  countAttacks(test, 0);
});
