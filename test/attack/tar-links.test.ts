/** A tar with links, symbolic and hard, in and out of the folder, and with files that go through them. */
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { sandbox } from "../support/sandbox.ts";
import { gnuLong, makeTar, pax, type TarEntry } from "../support/tar.ts";
import { refusedTarball, target, unpacked } from "../support/tar-attack.ts";

const file: TarEntry = { name: "go/VERSION", data: "go1.22.5" };
const reason = /is a link, a device or something else that is no file/;
const targets = [
  "VERSION",
  "go/VERSION",
  "go",
  ".",
  "..",
  "../../canary",
  "/etc/passwd",
  "go/../../../home",
  "x/".repeat(49),
];

it.each(targets)("a symbolic link to %s is refused", async (link) => {
  expect(await refusedTarball(sandbox(), makeTar([file, { name: "go/link", type: "2", link }]))).toMatch(
    reason,
  );
});

it.each(targets)("a hard link to %s is refused", async (link) => {
  expect(await refusedTarball(sandbox(), makeTar([file, { name: "go/link", type: "1", link }]))).toMatch(
    reason,
  );
});

it.each<[string, readonly TarEntry[]]>([
  [
    "a link to a folder, and a file through it",
    [
      { name: "go/out", type: "2", link: "../.." },
      { name: "go/out/canary", data: "x" },
    ],
  ],
  [
    "a link, and a file in its place",
    [
      { name: "go/out", type: "2", link: "../../canary" },
      { name: "go/out", data: "x" },
    ],
  ],
  [
    "a folder, and a link in its place",
    [{ name: "go/bin/" }, { name: "go/bin", type: "2", link: ".." }, { name: "go/bin/go", data: "x" }],
  ],
  ["a link for the top folder", [{ name: "go", type: "2", link: ".." }, file]],
  [
    "a hard link with data, as pax allows",
    [file, { name: "go/link", type: "1", link: "go/VERSION", data: "changed" }],
  ],
  ["a hard link to itself", [{ name: "go/link", type: "1", link: "go/link" }]],
  ["a link without a target", [{ name: "go/link", type: "2" }]],
  [
    "a link whose target is in a pax header",
    [pax({ linkpath: "../.." }), { name: "go/link", type: "2", link: "VERSION" }],
  ],
  [
    "a link whose target is in a GNU header",
    [gnuLong("../..", "K"), { name: "go/link", type: "2", link: "VERSION" }],
  ],
  ["a link that a pax header names", [pax({ path: "go/link" }), { name: "go/x", type: "2", link: ".." }]],
])("%s: refused", async (_, entries) => {
  expect(await refusedTarball(sandbox(), makeTar(entries))).toMatch(
    /is a link, a device|extended header that says/,
  );
});

it.each<[string, readonly TarEntry[], RegExp]>([
  ["in its header", [{ ...file, link: "../../canary" }], /linkpath forbidden/],
  ["in a pax header", [pax({ linkpath: "../../canary" }), file], /extended header that says/],
  ["in a GNU header", [gnuLong("../../canary", "K"), file], reason],
])("a file with a link's target %s is refused", async (_, entries, why) => {
  expect(await refusedTarball(sandbox(), makeTar(entries))).toMatch(why);
});

it("a link that someone else puts in a file's place is not followed", async () => {
  const box = sandbox();
  const canary = box.write("canary", "as it was");
  const place = (name: string) => {
    if (name === "go/VERSION") symlinkSync(canary, join(target(box), "VERSION"));
    return { path: name.slice(3), mode: 0o644 };
  };
  expect((await unpacked(box, makeTar([file]), { place })) as Error).toMatchObject({ code: "BAD_ARCHIVE" });
  expect(readFileSync(canary, "utf8")).toBe("as it was");
});

it("a file is never written over another one", async () => {
  const box = sandbox();
  const place = (name: string) => {
    mkdirSync(join(target(box), "dir"), { recursive: true });
    return { path: name.includes("VERSION") ? "dir" : "same", mode: 0o644 };
  };
  const two = ["go/a", "go/b"].map((name) => ({ name, data: name }));
  expect(await refusedTarball(box, makeTar(two), { place })).toContain("EEXIST");
  expect(await refusedTarball(box, makeTar([file]), { place })).toContain("EEXIST");
});
