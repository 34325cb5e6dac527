/** A tar whose names lead out of the folder, or are no names. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { sandbox } from "../support/sandbox.ts";
import { gnu, gnuLong, makeTar, pax, type TarEntry } from "../support/tar.ts";
import { refusedTarball, target } from "../support/tar-attack.ts";

const outside = /names a place outside the folder, or a folder/;
const noName = /is no name for a file/;
const elsewhere = /is not in go\//;

const names: [string, RegExp][] = [
  ["go/../canary", outside],
  ["go/../../canary", outside],
  ["go/bin/../../../canary", outside],
  ["go/..", outside],
  ["../canary", elsewhere],
  ["..", elsewhere],
  [".", elsewhere],
  ["./go/VERSION", elsewhere],
  ["/go/VERSION", elsewhere],
  ["/", elsewhere],
  ["//go/VERSION", elsewhere],
  ["go", elsewhere],
  ["Go/VERSION", elsewhere],
  ["go1.22.5/VERSION", elsewhere],
  ["src/VERSION", elsewhere],
  ["pax_global_header", elsewhere],
  ["go/./VERSION", outside],
  ["go/bin/.", outside],
  ["go//VERSION", outside],
  ["go/bin//go", outside],
  ["go\\VERSION", noName],
  ["go/..\\..\\canary", noName],
  ["go/C:canary", noName],
  ["C:/canary", noName],
  ["C:\\canary", noName],
  ["go/VERSION:stream", noName],
  ["go/a\nb", noName],
  ["go/a\rb", noName],
  ["go/a\tb", noName],
  ["go/\u001b[2J", noName],
  ["go/a\u007f", noName],
];

it.each(names)("%j is refused as a file", async (name, reason) => {
  const box = sandbox();
  expect(await refusedTarball(box, makeTar([{ name, data: "x", type: "0" }]))).toMatch(reason);
});

it.each(names.filter(([name]) => name !== "go"))("%j is refused as a folder", async (name, reason) => {
  const box = sandbox();
  expect(await refusedTarball(box, makeTar([{ name: `${name}/`, type: "5" }]))).toMatch(reason);
});

it.each(names.filter(([name]) => !name.includes("\n")))(
  "%j is refused in a pax header",
  async (name, reason) => {
    const box = sandbox();
    expect(
      await refusedTarball(box, makeTar([pax({ path: name }), { name: "go/VERSION", data: "x" }])),
    ).toMatch(reason);
  },
);

it.each(names)("%j is refused in a GNU header", async (name, reason) => {
  const box = sandbox();
  const file = { name: "go/VERSION", data: "x", fields: { format: gnu } };
  expect(await refusedTarball(box, makeTar([gnuLong(name), file]))).toMatch(reason);
});

it.each<[string, (box: { home: string }) => string]>([
  ["an absolute name", ({ home }) => join(home, "canary")],
  ["an absolute name behind go/", ({ home }) => `go/${join(home, "canary")}`],
])("%s is refused, however it is given", async (_, nameIn) => {
  const box = sandbox();
  const name = nameIn(box);
  const file = { name: "go/VERSION", data: "x" };
  for (const entries of [[{ name, data: "x" }], [pax({ path: name }), file], [gnuLong(name), file]])
    expect(await refusedTarball(box, makeTar(entries))).toMatch(/is not in go|names a place outside/);
});

it.each<[string, TarEntry, RegExp]>([
  ["a name with a NUL in it", { name: "go/VERSION\0.txt" }, /goes on behind its end/],
  ["a name with a NUL and a way out", { name: "go/VERSION\0/../../canary" }, /goes on behind its end/],
  ["a name that is only a NUL and more", { name: "\0go/VERSION" }, /goes on behind its end/],
  ["no name", { name: "" }, /path is required/],
  ["a prefix with a NUL in it", { name: "VERSION", fields: { prefix: "go\0/.." } }, /goes on behind its end/],
  ["a prefix that leads out", { name: "canary", fields: { prefix: "go/.." } }, outside],
  ["a prefix that is elsewhere", { name: "go/VERSION", fields: { prefix: "/tmp" } }, elsewhere],
  ["a prefix that is only a slash", { name: "go/VERSION", fields: { prefix: "/" } }, elsewhere],
  ["a prefix where the name is in go/", { name: "../../canary", fields: { prefix: "go" } }, outside],
  ["a prefix without a name", { name: "", fields: { prefix: "go/bin" } }, /may also be read as/],
  ["a folder's prefix without a name", { name: "", type: "5", fields: { prefix: "go/bin" } }, /may also be/],
  ["bytes that are no UTF-8", { name: Buffer.from("go/\xff", "latin1") }, noName],
  ["half of a character", { name: Buffer.from("go/\xc3", "latin1") }, noName],
  ["a slash in too many bytes", { name: Buffer.from("go/..\xc0\xafcanary", "latin1") }, noName],
  ["a replacement character", { name: "go/\ufffd" }, noName],
  ["a file whose name ends in a slash", { name: "go/bin/", type: "0" }, outside],
  ["an old file whose name ends in a slash", { name: "go/bin/", type: "\0" }, outside],
  ["a folder whose name doesn't", { name: "go/bin", type: "5" }, /both a file and a folder/],
  ["a folder with two slashes", { name: "go/bin//", type: "5" }, outside],
])("%s is refused", async (_, entry, reason) => {
  expect(await refusedTarball(sandbox(), makeTar([entry]))).toMatch(reason);
});

it.each<[string, TarEntry]>([
  ["pax", pax({ path: `go/${"x/".repeat(2500)}x` })],
  ["GNU", gnuLong(`go/${"x/".repeat(2500)}x`)],
])("a name of 5,000 bytes is refused in a %s header", async (_, long) => {
  expect(await refusedTarball(sandbox(), makeTar([long, { name: "go/x", data: "x" }]))).toMatch(
    /is an extended header of 50\d\d bytes/,
  );
});

it("a name that is too long for a file system is refused", async () => {
  const name = `go/${"x".repeat(300)}`;
  expect(await refusedTarball(sandbox(), makeTar([pax({ path: name }), { name: "go/x" }]))).toContain(
    "ENAMETOOLONG",
  );
});

it("what came before a refused name is in the folder, what comes after it isn't", async () => {
  const box = sandbox();
  const entries = ["go/before", "../canary", "go/after"].map((name) => ({ name, data: name }));
  await refusedTarball(box, makeTar(entries));
  expect(existsSync(join(target(box), "before"))).toBe(true);
  expect(existsSync(join(target(box), "after"))).toBe(false);
});
