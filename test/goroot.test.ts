/** src/goroot.ts: files of any size are hashed whole, links are not followed, what can't be read is told. */
import { createHash } from "node:crypto";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { crc32 } from "node:zlib";

import { expect, it } from "vitest";

import { crcOfFile, hashTree, releaseOf } from "../src/goroot.ts";
import { sandbox } from "./support/sandbox.ts";

const piece = 4 * 2 ** 20;

it("hashes files of every size", async () => {
  const box = sandbox();
  const sizes = [0, 1, piece - 1, piece, piece + 1, 2 * piece, 2 * piece + 7];
  const contents = sizes.map((size) => Buffer.alloc(size, `size ${size} `));
  for (const [i, content] of contents.entries()) box.write(`go/a/${i}`, content);
  const files = await hashTree(box.context(), join(box.project, "go"));
  expect(files.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual(
    contents.map((content, i) => ({
      path: `a/${i}`,
      size: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
  );
  for (const [i, content] of contents.entries())
    expect(crcOfFile(join(box.project, "go/a", String(i)))).toBe(crc32(content));
});

it("tells a link as what is no file, and doesn't follow it", async () => {
  const box = sandbox();
  const file = box.write("elsewhere/file", "secret");
  const goroot = dirname(box.write("go/VERSION", "go1.22.5"));
  symlinkSync(file, join(goroot, "file"));
  symlinkSync(dirname(file), join(goroot, "folder"));
  const links = (await hashTree(box.context(), goroot)).filter(({ path }) => path !== "VERSION");
  expect(links.map(({ path }) => path).toSorted()).toEqual(["file", "folder"]);
  expect(links.map(({ sha256 }) => sha256)).toEqual([undefined, undefined]);
});

it("counts a name that isn't UTF-8 as no file, and stops when it is interrupted", async () => {
  const box = sandbox();
  const goroot = dirname(box.write("go/VERSION", "go1.22.5"));
  writeFileSync(Buffer.concat([Buffer.from(`${goroot}/bad`), Buffer.of(0xff)]), "");
  const files = await hashTree(box.context(), goroot);
  expect(files.find(({ path }) => path.startsWith("bad"))).toMatchObject({ sha256: undefined });
  const signal = AbortSignal.abort(new Error("stop"));
  await expect(hashTree(box.context({ signal }), goroot)).rejects.toThrow("stop");
});

it.skipIf(process.getuid?.() === 0)("says which file can't be read", async () => {
  const box = sandbox();
  const goroot = dirname(box.write("go/VERSION", "go1.22.5"));
  chmodSync(join(goroot, "VERSION"), 0);
  await expect(hashTree(box.context(), goroot)).rejects.toMatchObject({ code: "NOT_READABLE" });
});

it.each([
  ["go1.22.5\ntime 2024-06-27T20:11:12Z\n", { major: 1, minor: 22, patch: 5 }],
  ["go1.20", { major: 1, minor: 20, patch: 0 }],
  ["go1.4.3", { major: 1, minor: 4, patch: 3 }],
])("takes VERSION's %j for a release", (text, version) => {
  const box = sandbox();
  const goroot = dirname(box.write("go/VERSION", text));
  box.write("go/pkg/tool/linux_amd64/compile", "");
  expect(releaseOf(goroot)).toEqual({ version, platform: { os: "linux", arch: "amd64" } });
});

it.each([
  ["go1.20.0", 'says "go1.20.0"'],
  ["1.22.5", 'says "1.22.5"'],
  ["", 'says ""'],
  ["go1.22.5 X:boringcrypto", "says"],
])("takes VERSION's %j for none", (text, reason) => {
  const box = sandbox();
  expect(releaseOf(dirname(box.write("go/VERSION", text)))).toContain(reason);
});

it("can't tell the platform of a tree with the tools of two", () => {
  const box = sandbox();
  const goroot = dirname(box.write("go/VERSION", "go1.4.3"));
  for (const os of ["linux", "plan9"]) box.write(`go/pkg/tool/${os}_amd64/compile`, "");
  expect(releaseOf(goroot)).toContain("which platform");
});
