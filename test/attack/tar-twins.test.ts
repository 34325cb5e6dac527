/** A tar that holds a name twice: in the same way or another, as a file and as a folder, in another case. */
import { expect, it } from "vitest";

import { sandbox } from "../support/sandbox.ts";
import { gnuLong, makeTar, pax, type TarEntry } from "../support/tar.ts";
import { refusedTarball } from "../support/tar-attack.ts";

const file = (name: string): TarEntry => ({ name, data: name });

it.each<[string, readonly TarEntry[], RegExp]>([
  ["a file", [file("go/a"), file("go/a")], /in it twice/],
  ["a file, with another between", [file("go/a"), file("go/b"), file("go/a")], /in it twice/],
  ["a folder", [{ name: "go/a/" }, { name: "go/a/" }], /in it twice/],
  ["the top folder", [{ name: "go/" }, file("go/a"), { name: "go/" }], /in it twice/],
  ["a file, by prefix", [file("go/src/a"), { name: "a", fields: { prefix: "go/src" } }], /in it twice/],
  ["a file, by pax", [file("go/a"), pax({ path: "go/a" }), file("go/b")], /in it twice/],
  ["a file, by GNU", [file("go/a"), gnuLong("go/a"), file("go/b")], /in it twice/],
  ["an old file", [file("go/a"), { ...file("go/a"), type: "\0" }], /in it twice/],
  ["a file in another case", [file("go/README"), file("go/readme")], /one name in some places/],
  ["a file in another case than ASCII's", [file("go/É"), file("go/é")], /one name in some places/],
  ["a folder in another case", [{ name: "go/bin/" }, { name: "go/Bin/" }], /one name in some places/],
  ["a file's folder in another case", [file("go/bin/a"), file("go/Bin/b")], /one name in some places/],
  ["a folder far up in another case", [file("go/x/y/z/a"), file("go/X/y/z/b")], /one name in some places/],
  ["a file, then a folder", [file("go/a"), { name: "go/a/" }], /both a file and a folder/],
  ["a folder, then a file", [{ name: "go/a/" }, file("go/a")], /both a file and a folder/],
  ["a file, then one in it", [file("go/a"), file("go/a/b")], /both a file and a folder/],
  ["a file, then one in it in another case", [file("go/a"), file("go/A/b")], /both a file and a folder/],
  ["a file, then one far in it", [file("go/a"), file("go/a/b/c/d")], /both a file and a folder/],
  ["one in a folder, then a file", [file("go/a/b"), file("go/a")], /both a file and a folder/],
])("%s: refused", async (_, entries, reason) => {
  expect(await refusedTarball(sandbox(), makeTar(entries))).toMatch(reason);
});
