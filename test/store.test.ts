/** The store as others find it: a version that was damaged, a receipt that isn't its, an interrupted first install. */
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Context } from "../src/context.ts";
import { ownName } from "../src/owner.ts";
import { setAside, settle, sweepStaging } from "../src/staging.ts";
import { host, hostFolder, scene } from "./support/scene.ts";
import { listTree } from "./support/sandbox.ts";
import { goScript, tinyToolchain } from "./support/goproxy.ts";

interface Row {
  readonly name: string;
  readonly proven: boolean;
}

async function rows({ gv }: Awaited<ReturnType<typeof scene>>): Promise<Row[]> {
  return JSON.parse((await gv("list", "--json")).stdout) as Row[];
}

it("a folder that is no whole Go is replaced by install, and a tampered file doesn't stay under a new receipt", async () => {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  const goroot = there.goroot("1.22.5");
  rmSync(join(there.box.root, "receipts"), { recursive: true });
  writeFileSync(join(goroot, "src/fmt/print.go"), "package fmt // tampered\n");
  chmodSync(join(goroot, "bin/go"), 0o644);
  expect((await there.gv("install", "1.22.5")).stdout).toContain("is installed and proven");
  expect(readFileSync(join(goroot, "src/fmt/print.go"), "utf8")).not.toContain("tampered");
  expect(await rows(there)).toMatchObject([{ name: "1.22.5", proven: true }]);
  expect(readdirSync(join(there.box.root, "staging"))).toEqual([]);
});

it("a folder that is no whole Go can be uninstalled by its name", async () => {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  rmSync(join(there.goroot("1.22.5"), "bin"), { recursive: true });
  expect(await there.gv("uninstall", "1.22.5")).toMatchObject({ code: 0 });
  expect(existsSync(there.goroot("1.22.5"))).toBe(false);
  expect(await there.gv("uninstall", "1.22.5")).toMatchObject({ code: 3 });
});

it("a whole version keeps its receipt, or the lack of one, when it is asked for again", async () => {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  rmSync(join(there.box.root, "receipts"), { recursive: true });
  await there.install("1.22.5");
  expect(await rows(there)).toMatchObject([{ name: "1.22.5", proven: false }]);
});

it("the first version becomes the global one, also when the gv that installed it was killed before that", async () => {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  rmSync(join(there.box.root, "version"));
  expect((await there.gv("install", "1.22.5")).stdout).toContain("the global version from now on");
  expect(readFileSync(join(there.box.root, "version"), "utf8")).toBe("1.22.5\n");
});

it("the trial run writes nothing into the home", async () => {
  const there = await scene([]);
  const nosy = goScript("go1.22.5", host).replace("\n", '\nmkdir -p "$HOME/.config/go/telemetry"\n');
  there.proxy.add(tinyToolchain("1.22.5", host, { files: { "bin/go": nosy } }));
  await there.install("1.22.5");
  expect(listTree(there.box.home)).toEqual([]);
});

it.each([
  ["another version", goScript("go1.22.4", host), 'calls itself "go version go1.22.4'],
  ["another platform", goScript("go1.22.5", { os: "plan9", arch: "386" }), "plan9/386"],
  [
    "another GOROOT",
    goScript("go1.22.5", host).replace(/^GOROOT=.*$/m, "GOROOT=/"),
    "takes / for its GOROOT",
  ],
  ["nothing", "#!/bin/sh\nexit 1\n", "doesn't run here"],
])("a proven toolchain whose bin/go says %s is not published", async (_, script, reason) => {
  const there = await scene([]);
  there.proxy.add(tinyToolchain("1.22.5", host, { files: { "bin/go": script } }));
  const ran = await there.gv("install", "1.22.5");
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toContain(reason);
  expect(listTree(join(there.box.root, "versions"))).toEqual([]);
});

it("a shim that goes through Node counts its hops, and keeps GV_ROOT out of the program's environment", async () => {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  const other = there.box.write("other/go", '#!/bin/sh\necho "hops $GV_HOPS root ${GV_ROOT-unset}"\n', 0o755);
  there.box.write(".tool-versions", "golang ^9 system\n");
  const PATH = `${join(other, "..")}:/usr/bin:/bin`;
  const ran = (GV_HOPS: string) =>
    there.inRoot("shims/go", [], { env: { PATH, GV_ROOT: undefined, GV_HOPS } });
  expect((await ran("3")).stdout).toBe("hops 4 root unset\n");
  expect(await ran("19")).toMatchObject({ code: 127, stdout: "" });
});

it("a kept tree head that is damaged is told, and kept anew", async () => {
  const there = await scene(["1.22.5", "1.22.6"]);
  await there.install("1.22.5");
  const [folder = ""] = readdirSync(join(there.box.root, "sumdb"));
  const latest = join(there.box.root, "sumdb", folder, "latest");
  writeFileSync(latest, "junk");
  const { code, stderr } = await there.gv("install", "1.22.6");
  expect([code, stderr]).toEqual([0, expect.stringContaining("is damaged")]);
  expect(readFileSync(latest, "utf8")).toContain("go.sum database tree");
});

it("stderr is empty where nothing is wrong", async () => {
  const there = await scene(["1.22.5"]);
  expect((await there.gv("install", "1.22.5")).stderr).toBe("");
  expect(existsSync(join(there.box.root, "versions", hostFolder, "1.22.5"))).toBe(true);
});

it("install --force puts a proven tree in the place of one that is damaged, and a new receipt", async () => {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  const file = join(there.goroot("1.22.5"), "src/fmt/print.go");
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, "package fmt // mine\n");
  const downloads = there.proxy.zipDownloads;
  expect((await there.gv("install", "1.22.5")).stdout).toContain("is installed already");
  expect((await there.gv("install", "--force", "1.22.5")).stdout).toContain("is installed and proven");
  expect(there.proxy.zipDownloads).toBe(downloads + 1);
  expect(readFileSync(file, "utf8")).toBe(whole);
  expect(readdirSync(join(there.box.root, "staging"))).toEqual([]);
});

it("install --force keeps what is there where the new one isn't proven", async () => {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  const receipt = join(there.box.root, "receipts", hostFolder, "1.22.5.json");
  const before = readFileSync(receipt, "utf8");
  there.proxy.add(
    tinyToolchain("1.22.5", host, { served: { "src/fmt/print.go": "package fmt // other\n" } }),
  );
  expect(await there.gv("install", "--force", "1.22.5")).toMatchObject({ code: 4 });
  expect((await there.inRoot("shims/go", ["version"])).stdout).toContain("go1.22.5");
  expect(readFileSync(receipt, "utf8")).toBe(before);
});

describe("what a gv set aside that was killed before the new tree had the name", () => {
  it("is put back by the next one, which needs no network for it", async () => {
    const there = await scene(["1.22.5"]);
    await there.install("1.22.5");
    const before = listTree(there.box.root);
    const ctx = there.box.context();
    setAside(ctx, staged(ctx), there.goroot("1.22.5"), receiptOf(ctx));
    expect(await rows(there)).toEqual([]);
    expect(await there.box.gv(["install", "1.22.5"], { env: { GOPROXY: "off" } })).toMatchObject({ code: 0 });
    expect(await rows(there)).toMatchObject([{ name: "1.22.5", proven: true }]);
    expect(listTree(there.box.root)).toEqual(before);
  });

  it("stays away where another has the name by now, with the other's receipt", async () => {
    const there = await scene(["1.22.5"]);
    await there.install("1.22.5");
    const ctx = there.box.context();
    const folder = staged(ctx);
    setAside(ctx, folder, there.goroot("1.22.5"), receiptOf(ctx));
    writeFileSync(join(folder, "aside/receipts", hostFolder, "1.22.5.json"), "the old one");
    renameSync(folder, join(there.box.root, "kept"));
    await there.install("1.22.5");
    renameSync(join(there.box.root, "kept"), folder);
    await sweepStaging(ctx);
    expect(await rows(there)).toMatchObject([{ name: "1.22.5", proven: true }]);
    expect(readdirSync(ctx.root.staging)).toEqual([]);
  });

  it("is no version any more once it is replaced, even where its files are still being removed", async () => {
    const there = await scene(["1.22.5"]);
    await there.install("1.22.5");
    const ctx = there.box.context();
    const folder = staged(ctx);
    setAside(ctx, folder, there.goroot("1.22.5"), receiptOf(ctx));
    settle(folder);
    await sweepStaging(ctx);
    expect(await rows(there)).toEqual([]);
    expect(readdirSync(ctx.root.staging)).toEqual([]);
  });
});

/** A private folder of a process that isn't there: its number is larger than any. */
function staged(ctx: Context): string {
  return join(ctx.root.staging, ownName().replace(/-\d+-/, "-999999999-"));
}

function receiptOf(ctx: Context): string {
  return join(ctx.root.receipts(host), "1.22.5.json");
}
