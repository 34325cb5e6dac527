/** gv prune: what keeps a version, and that the others go; as another user, too, for root may write anything. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, it, onTestFinished } from "vitest";

import { tinyToolchain } from "./support/goproxy.ts";
import {
  entry,
  failedWith,
  host,
  hostFolder,
  hostName,
  type Scene,
  scene,
  start,
  succeeded,
} from "./support/scene.ts";
import { listTree, type RunOptions } from "./support/sandbox.ts";
import { findProgram } from "./support/shell.ts";

interface Pruned {
  readonly dryRun: boolean;
  readonly versions: readonly {
    name: string;
    platform: string;
    stays: boolean;
    because: string[];
    bytes: number;
  }[];
  readonly projects: readonly { path: string; state: string }[];
}

/** Why each version stays, by its name; nothing for one that goes. */
async function reasons({ box }: Scene, words: string[] = ["--dry-run"], options: RunOptions = {}) {
  const ran = await box.gv(["prune", "--json", ...words], options);
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  const { versions } = JSON.parse(ran.stdout) as Pruned;
  return Object.fromEntries(
    versions.map(({ name, platform, because }) => [
      platform === hostName ? name : `${name} ${platform}`,
      because,
    ]),
  );
}

async function installed(...versions: string[]): Promise<Scene> {
  const there = await scene(versions);
  await there.install(...versions);
  return there;
}

/** A project: a folder with these files, in which `gv install` was typed, or another command. */
async function project(
  { box }: Scene,
  name: string,
  files: Readonly<Record<string, string>>,
  words: readonly string[] = ["install", "-q"],
): Promise<string> {
  const folder = join(box.home, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  expect(await box.gv(words, { cwd: folder })).toMatchObject({ code: 0 });
  return folder;
}

it("removes what nothing needs, says why the others stay, and a dry run removes nothing", async () => {
  const there = await installed("1.21.3", "1.22.4", "1.22.5");
  const folder = await project(there, "api", { ".go-version": "1.22\n" });
  const dry = await there.gv("prune", "--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout.replaceAll(/ +[\d.]+ MB/g, ""))
    .toBe(`stays  1.21.3  the global version: ${there.box.root}/version, line 1
goes   1.22.4  nothing known needs it
stays  1.22.5  ${folder}/.go-version, line 1 (1.22)
project ${folder}
what gv has not been told of doesn't count: gv install, typed in a project, makes it known
1 of 3 would go:
`);
  expect(existsSync(there.goroot("1.22.4"))).toBe(true);
  const ran = await there.gv("prune");
  expect(ran.stdout).toBe(dry.stdout.replace("would go", "are removed"));
  const rows = JSON.parse((await there.gv("list", "--json")).stdout) as { name: string }[];
  expect(rows.map(({ name }) => name)).toEqual(["1.21.3", "1.22.5"]);
  expect(readdirSync(join(there.box.root, "shims"))).toEqual(["go", "go1.21.3", "go1.22.5", "gofmt"]);
  expect(readdirSync(join(there.box.root, "receipts", hostFolder))).toEqual(["1.21.3.json", "1.22.5.json"]);
  expect(readdirSync(join(there.box.root, "staging"))).toEqual([]);
  expect(await there.gv("prune", "-q")).toEqual(succeeded(""));
});

it("a pin keeps what it means in its folder: all of a list, the newest of a minor, nothing of one further up", async () => {
  const there = await installed("1.20.0", "1.21.3", "1.22.4", "1.22.5", "1.23.1");
  const folder = await project(there, "list", {
    ".tool-versions": "golang 1.23.1 1.22 9.9\n",
    ".go-version": "# none\n",
  });
  writeFileSync(join(there.box.home, ".go-version"), "1.21.3\n");
  expect(await reasons(there)).toEqual({
    "1.20.0": [`the global version: ${there.box.root}/version, line 1`],
    "1.21.3": [],
    "1.22.4": [],
    "1.22.5": [`${folder}/.tool-versions, line 1 (1.22)`],
    "1.23.1": [`${folder}/.tool-versions, line 1`],
  });
});

it.each([
  ["gv local", ["local", "-q", "1.22.5"]],
  ["gv use", ["use", "-q", "1.22.5"]],
])("%s makes a folder known", async (_, words) => {
  const there = await installed("1.21.3", "1.22.5");
  const folder = await project(there, "api", {}, words);
  expect((await reasons(there))["1.22.5"]).toEqual([`${folder}/.go-version, line 1`]);
});

it("what applies here, GV_VERSION and a link stay", async () => {
  const there = await installed("1.20.0", "1.21.3", "1.22.4", "1.22.5");
  there.box.write(".go-version", "1.22.4\n");
  expect(await there.gv("link", "mygo", there.goroot("1.21.3"))).toMatchObject({ code: 0 });
  expect(await reasons(there, ["--dry-run"], { env: { GV_VERSION: "1.22.5" } })).toEqual({
    "1.20.0": [`the global version: ${there.box.root}/version, line 1`],
    "1.21.3": ["mygo leads to it"],
    "1.22.4": [`${there.box.project}/.go-version, line 1`],
    "1.22.5": ["GV_VERSION"],
    mygo: ["a link of your own: gv unlink"],
  });
});

it("go.mod keeps what it asks for, and what the go command switches to by it", async () => {
  const there = await installed("1.21.3", "1.22.4", "1.22.5", "1.23.1", "1.23.2");
  const folder = await project(there, "mod", { "go.mod": "module m\n\ngo 1.22.4\n" }, [
    "install",
    "-q",
    "go.mod",
  ]);
  expect(await reasons(there)).toMatchObject({
    "1.22.4": [`go1.21.3 switches to it: ${folder}/go.mod`],
    "1.22.5": [`${folder}/go.mod`],
    "1.23.1": [],
    "1.23.2": [],
  });
  writeFileSync(join(folder, "go.mod"), "module m\n\ngo 1.22.4\n\ntoolchain go1.23.1\n");
  expect(await reasons(there)).toMatchObject({ "1.22.4": [], "1.22.5": [], "1.23.2": [] });
  expect((await reasons(there))["1.23.1"]).toContain(`go1.21.3 switches to it: ${folder}/go.mod`);
});

it("each platform is asked for itself", async () => {
  const other = { os: "darwin", arch: "arm64" };
  const there = await scene([], {
    toolchains: ["1.21.3", "1.22.5"].flatMap((version) => [
      tinyToolchain(version, host),
      tinyToolchain(version, other),
    ]),
  });
  await there.install("1.21.3", "1.22.5");
  expect(await there.gv("install", "-q", "--platform", "darwin/arm64", "1.21.3", "1.22.5")).toEqual(
    succeeded(""),
  );
  const kept = [`the global version: ${there.box.root}/version, line 1`];
  const expected = { "1.21.3": kept, "1.21.3 darwin/arm64": kept, "1.22.5": [], "1.22.5 darwin/arm64": [] };
  expect(await reasons(there, [])).toEqual(expected);
  expect(readdirSync(join(there.box.root, "versions", "darwin-arm64"))).toEqual(["1.21.3"]);
});

it("a folder that is gone, or asks for nothing any more, is forgotten", async () => {
  const there = await installed("1.21.3", "1.22.4", "1.22.5");
  const [gone, empty] = [
    await project(there, "gone", { ".go-version": "1.22.4\n" }),
    await project(there, "empty", { ".go-version": "1.22.5\n" }),
  ];
  rmSync(gone, { recursive: true });
  rmSync(join(empty, ".go-version"));
  const { projects } = JSON.parse((await there.gv("prune", "--json")).stdout) as Pruned;
  expect(projects).toEqual([
    { path: empty, state: "asks for nothing" },
    { path: gone, state: "gone" },
  ]);
  expect(readdirSync(join(there.box.root, "projects"))).toEqual([]);
  expect(existsSync(empty)).toBe(true);
  expect(readdirSync(join(there.box.root, "versions", hostFolder))).toEqual(["1.21.3"]);
});

function tool({ box }: Scene, version: string, name: string): void {
  const bin = join(box.root, "tools", hostFolder, version, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), "#!/bin/sh\n", { mode: 0o755 });
}

it("no tool is lost: the newest version that has one stays, and what goes takes its copies along", async () => {
  const there = await installed("1.20.0", "1.21.3", "1.22.4", "1.22.5");
  for (const version of ["1.20.0", "1.21.3", "1.22.4"]) tool(there, version, "gopls");
  for (const version of ["1.21.3", "1.22.4", "1.22.5"]) tool(there, version, "dlv");
  tool(there, "1.19.0", "old"); // Of a version that is not installed.
  expect(await reasons(there, [])).toMatchObject({
    "1.21.3": [],
    "1.22.4": [],
    "1.22.5": ["the only one with these tools: dlv"],
  });
  expect(listTree(join(there.box.root, "tools", hostFolder)).filter((path) => !path.endsWith("/"))).toEqual([
    "1.19.0/bin/old",
    "1.20.0/bin/gopls",
    "1.22.5/bin/dlv",
  ]);
  expect(readdirSync(join(there.box.root, "shims"))).toContain("dlv");
});

it.skipIf(process.platform !== "linux")("a version that runs stays", async () => {
  const there = await installed("1.21.3", "1.22.5");
  const program = join(there.goroot("1.22.5"), "bin", "sleep");
  copyFileSync(findProgram("sleep") ?? "", program);
  const child = spawn(program, ["600"], { stdio: "ignore" });
  onTestFinished(() => void child.kill());
  await new Promise((resolve) => child.once("spawn", resolve));
  expect((await reasons(there, []))["1.22.5"]).toEqual([`it runs now (process ${child.pid})`]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await ended;
  expect((await reasons(there, []))["1.22.5"]).toEqual([]);
  expect(existsSync(there.goroot("1.22.5"))).toBe(false);
});

it("what an interrupted gv left is swept", async () => {
  const there = await installed("1.21.3", "1.22.5");
  const dead = start(there, ["--version"]);
  await dead.ended;
  const machine = await leftName(there);
  const left = join(there.box.root, "staging", machine.replace(/-\d+-/, `-${dead.pid}-`));
  mkdirSync(join(left, "tree"), { recursive: true });
  expect(await there.gv("prune", "-q")).toEqual(succeeded(""));
  expect(readdirSync(join(there.box.root, "staging"))).toEqual([]);
});

/** A name as gv gives it in staging/, from one that is killed there. */
async function leftName(there: Scene): Promise<string> {
  const { proxy, box } = there;
  let seen: string | undefined;
  proxy.intercept = ({ url }) => {
    if (url?.endsWith(".zip"))
      seen ??= readdirSync(join(box.root, "staging")).find((name) => !name.endsWith(".lock"));
    return false;
  };
  await there.gv("install", "-q", "--force", "1.22.5");
  proxy.intercept = undefined;
  return seen ?? "";
}

const other = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
const setpriv = findProgram("setpriv");

/** What runs as nobody, in a root of nobody's own. */
async function asNobody(there: Scene, words: readonly string[]) {
  return there.box.run(setpriv ?? "", [...other, process.execPath, entry, ...words]);
}

it.skipIf(process.getuid?.() !== 0 || setpriv === undefined)(
  "read-only trees go, too, by prune and by uninstall",
  async () => {
    const there = await installed("1.20.0", "1.21.3", "1.22.5");
    for (const version of ["1.21.3", "1.22.5"]) execFileSync("chmod", ["-R", "a-w", there.goroot(version)]);
    chmodSync(join(there.goroot("1.22.5"), "src"), 0); // Not to be looked into, either.
    execFileSync("chown", ["-R", "65534:65534", join(there.box.root, "..")]);
    expect(await asNobody(there, ["uninstall", "-q", "1.21.3"])).toEqual(succeeded(""));
    expect(await asNobody(there, ["prune", "-q"])).toEqual(succeeded(""));
    expect(readdirSync(join(there.box.root, "versions", hostFolder))).toEqual(["1.20.0"]);
    expect(readdirSync(join(there.box.root, "staging"))).toEqual([]);
  },
);

it.skipIf(process.getuid?.() !== 0 || setpriv === undefined)(
  "a tree that can't be removed as a whole is not listed, and has no shim",
  async () => {
    const there = await installed("1.21.3", "1.22.5");
    execFileSync("chown", ["-R", "65534:65534", join(there.box.root, "..")]);
    mkdirSync(join(there.goroot("1.22.5"), "src", "of-root"));
    writeFileSync(join(there.goroot("1.22.5"), "src", "of-root", "file"), "");
    const { fact, hint } = failedWith(1, await asNobody(there, ["prune", "-q"]));
    expect(fact).toMatch(/can't be written \((?:EACCES|EPERM)\)$/);
    expect(hint).toContain("it isn't yours to write");
    expect(JSON.parse((await asNobody(there, ["list", "--json"])).stdout)).toHaveLength(1);
    expect(readdirSync(join(there.box.root, "shims"))).not.toContain("go1.22.5");
    // What is left of it stops nothing.
    expect(await asNobody(there, ["install", "-q", "1.22.5"])).toEqual(succeeded(""));
    expect(await asNobody(there, ["prune", "-q"])).toEqual(succeeded(""));
  },
);
