/** The store as others find it: a version that was damaged, a receipt that isn't its, an interrupted first install. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { asideIn, placeOf, setAside, settle } from "../src/aside.ts";
import { versionLock, withLock } from "../src/lock.ts";
import { sweepStaging } from "../src/staging.ts";
import { folderOfDead } from "./support/dead.ts";
import { host, hostFolder, scene } from "./support/scene.ts";
import { listTree, type Sandbox } from "./support/sandbox.ts";
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
  // Each state that a publish, or who puts back, may be killed in: what has the name, and what is set aside.
  it.each([
    { killed: "before anything is moved", tree: "old", told: "old", asideTold: "none" },
    { killed: "behind the old tree", aside: "old", told: "old", asideTold: "none" },
    { killed: "behind the old receipt", aside: "old", asideTold: "old" },
    { killed: "behind the new receipt", aside: "old", asideTold: "old", told: "new" },
    { killed: "behind the old tree that nothing proves", aside: "old", proven: false },
    { killed: "behind a new receipt for one that had none", aside: "old", told: "new", proven: false },
    { killed: "where an old go wrote into its GOROOT since", aside: "old", asideTold: "old", tree: "husk" },
    { killed: "behind the new tree", tree: "new", told: "new", aside: "old", asideTold: "old", now: "new" },
    {
      killed: "behind the new tree, the old one without a receipt",
      tree: "new",
      told: "new",
      aside: "old",
      now: "new",
    },
  ])("killed $killed", async ({ tree, told, aside, asideTold, proven = true, now = "old" }) => {
    const { ctx, gv, there, folder, receipt, list } = await stoppedInstall({ tree, told, aside, asideTold });
    expect(await gv(["install", "1.22.5"], { env: { GOPROXY: "off" } })).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await list()).toMatchObject([{ name: "1.22.5", proven }]);
    expect(readFileSync(join(there, "which"), "utf8")).toBe(now);
    if (proven) expect(readFileSync(receipt, "utf8")).toContain(`"from":"${now}"`);
    else expect(existsSync(receipt)).toBe(false);
    expect([existsSync(folder), readdirSync(ctx.root.staging)]).toEqual([false, []]);
    expect(readdirSync(ctx.root.shims)).toContain("go1.22.5");
  });

  it("is left alone while another gv is at that version", async () => {
    const { ctx, list, folder } = await stoppedInstall({ aside: "old", asideTold: "old" });
    await withLock(ctx, versionLock(host, "1.22.5"), () => sweepStaging(ctx));
    expect([await list(), existsSync(folder)]).toEqual([[], true]);
    await sweepStaging(ctx);
    expect(await list()).toMatchObject([{ name: "1.22.5", proven: true }]);
  });

  it("doesn't come back behind an uninstall that waited for the dead one's lock, nor what staging/ held", async () => {
    const stopped = await stoppedInstall({ tree: "new", told: "new", aside: "old", asideTold: "old" });
    const { ctx, gv, list, folder } = stopped;
    mkdirSync(join(folder, "0/tree"), { recursive: true });
    mkdirSync(join(ctx.root.staging, `${versionLock(host, "1.22.5")}.lock`));
    expect(await gv(["uninstall", "-q", "1.22.5"])).toMatchObject({ code: 0, stderr: "" });
    expect([await list(), readdirSync(ctx.root.staging)]).toEqual([[], []]);
    expect(await gv(["rehash"])).toMatchObject({ code: 0 });
    expect(await list()).toEqual([]);
  });

  it("is no version any more once it is replaced, even where its files are still being removed", async () => {
    const { ctx, list, folder } = await stoppedInstall({ aside: "old", asideTold: "old" });
    settle(folder);
    await sweepStaging(ctx);
    expect([await list(), readdirSync(ctx.root.staging)]).toEqual([[], []]);
  });

  it("is put back by gv cache clean and gv rehash, too", async () => {
    for (const words of [["cache", "clean"], ["rehash"]]) {
      const { gv, list, ctx } = await stoppedInstall({ aside: "old", asideTold: "old" });
      rmSync(join(ctx.root.shims, "go1.22.5"));
      expect(await gv(words)).toMatchObject({ code: 0 });
      expect(await list()).toMatchObject([{ name: "1.22.5", proven: true }]);
      if (words[0] === "rehash") expect(readdirSync(ctx.root.shims)).toContain("go1.22.5");
    }
  });

  it("is moved by nobody in a root that is refused", async () => {
    const { ctx, gv, folder } = await stoppedInstall({ aside: "old", asideTold: "old" });
    chmodSync(ctx.root.path, 0o777);
    expect(await gv(["install", "1.22.5"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching("everyone"),
    });
    expect(existsSync(folder)).toBe(true);
  });

  interface State {
    readonly tree?: string | undefined;
    readonly told?: string | undefined;
    readonly aside?: string | undefined;
    readonly asideTold?: string | undefined;
  }

  /** An install --force of 1.22.5 that is dead; `asideTold` "none": its place is made, and it isn't there yet. */
  async function stoppedInstall({ tree, told, aside, asideTold }: State) {
    const there = await scene(["1.22.5"]);
    await there.install("1.22.5");
    const ctx = there.box.context();
    const named = { platform: host, name: "1.22.5" };
    const folder = folderOfDead(ctx);
    const { tree: goroot, receipt } = placeOf(ctx, named);
    const text = JSON.stringify({ ...JSON.parse(readFileSync(receipt, "utf8")), from: "@" });
    writeFileSync(join(goroot, "which"), "old");
    if (aside === undefined) mkdirSync(folder);
    else {
      if (asideTold === undefined) rmSync(receipt);
      setAside(ctx, folder, named);
      if (asideTold === "old")
        writeFileSync(join(asideIn(folder)?.at ?? "", "told/receipt.json"), text.replace("@", "old"));
      if (asideTold === "none") rmSync(join(asideIn(folder)?.at ?? "", "told/receipt.json"));
    }
    if (told !== undefined) writeFileSync(receipt, text.replace("@", told));
    if (tree === "new") {
      cpSync(join(asideIn(folder)?.at ?? "", "tree"), goroot, { recursive: true });
      writeFileSync(join(goroot, "which"), "new");
    }
    if (tree === "husk") mkdirSync(join(goroot, "pkg"), { recursive: true });
    const gv: Sandbox["gv"] = (...given) => there.box.gv(...given);
    return { ctx, gv, list: () => rows(there), there: goroot, folder, receipt };
  }
});
