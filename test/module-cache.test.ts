/** The go command's module cache as a source: its zip and its part of the checksum database, proven like any other. */
import { dirname, join } from "node:path";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";

import { expect, it } from "vitest";

import { tinyToolchain } from "./support/goproxy.ts";
import { listTree } from "./support/sandbox.ts";
import { host, type Scene, scene } from "./support/scene.ts";

const toolchain = tinyToolchain("1.22.5", host);

/** What the go command keeps of a download: the zip, the lookup, the tiles that it read. */
function fillCache({ proxy, box }: Scene, zip = toolchain.zip): string {
  const cache = join(box.home, "go/pkg/mod/cache/download");
  const put = (path: string, bytes: Buffer | undefined): void => {
    if (!bytes) throw new Error(`the database has no ${path}`);
    mkdirSync(dirname(join(cache, path)), { recursive: true });
    writeFileSync(join(cache, path), bytes);
  };
  put(`golang.org/toolchain/@v/${toolchain.version}.zip`, zip);
  const { database } = proxy;
  const tiles = ["tile/8/0/000", `tile/8/0/001.p/${database.size - 256}`, "tile/8/1/000.p/1"];
  for (const path of [`lookup/golang.org/toolchain@${toolchain.version}`, ...tiles])
    put(`sumdb/${database.name}/${path}`, database.serve(path));
  return join(cache, `golang.org/toolchain/@v/${toolchain.version}.zip`);
}

it("serves an install without any network", async () => {
  const made = await scene();
  const zip = fillCache(made);
  const ran = await made.box.gv(["install", "1.22.5"], { env: { GOPROXY: "off" } });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(made.proxy.requests).toEqual([]);
  expect((await made.gv("list", "--json")).stdout).toContain('"proven": true');
  expect(listTree(join(made.box.root, "receipts"))).toHaveLength(2);
  expect((await made.gv("verify", "--json")).stdout).toContain(JSON.stringify(zip));
});

it.each([
  ["changed", tinyToolchain("1.22.5", host, { served: { "go.env": "evil\n" } }).zip, "is not the"],
  ["damaged", toolchain.zip.subarray(0, -9), "the zip is not one that Go publishes"],
  ["empty", Buffer.alloc(0), "0 bytes long"],
])("a %s file there is passed over with a warning, and stays", async (_, zip, reason) => {
  const made = await scene();
  const path = fillCache(made, zip);
  const before = listTree(made.box.home);
  const ran = await made.gv("install", "1.22.5");
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain(reason);
  expect(ran.stderr).toContain(path);
  expect(made.proxy.zipDownloads).toBe(1);
  expect(listTree(made.box.home)).toEqual(before);
  expect(await made.gv("verify")).toMatchObject({ code: 0 });
});

it("a poisoned lookup there is not the end", async () => {
  const made = await scene();
  fillCache(made);
  const { database } = made.proxy;
  const lookup = `go/pkg/mod/cache/download/sumdb/${database.name}/lookup/golang.org/toolchain@${toolchain.version}`;
  writeFileSync(join(made.box.home, lookup), "junk");
  const ran = await made.gv("install", "1.22.5");
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stderr).toContain("gave no record");
});

it("a changed file there is no reason for --unproven to take it: the proxy's is proven", async () => {
  const made = await scene();
  fillCache(made, tinyToolchain("1.22.5", host, { served: { "go.env": "evil\n" } }).zip);
  expect(await made.gv("install", "--unproven", "1.22.5")).toMatchObject({ code: 0 });
  expect((await made.gv("list", "--json")).stdout).toContain('"proven": true');
});

it("a good file there isn't blamed where no log can be asked", async () => {
  const made = await scene();
  const { database } = made.proxy;
  const path = fillCache(made);
  rmSync(join(made.box.home, "go/pkg/mod/cache/download/sumdb", database.name), { recursive: true });
  await made.proxy.close();
  const ran = await made.gv("install", "1.22.5");
  expect(ran).toMatchObject({ code: 5, stderr: expect.stringContaining("can't be reached") as string });
  expect(ran.stderr).not.toContain(path);
});

it("its unpacked folder is never used", async () => {
  const made = await scene([]);
  made.box.write(`../home/go/pkg/mod/golang.org/toolchain@${toolchain.version}/VERSION`, "go1.22.5\n");
  expect((await made.gv("install", "1.22.5")).code).not.toBe(0);
});
