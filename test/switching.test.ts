/** src/switching.ts and gv current --explain: which toolchain a go command runs in the end, and who decided it. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Environment } from "../src/context.ts";
import { compareGoVersions, goVersionOf, readModuleLines, requestOf } from "../src/select.ts";
import { explainSwitching } from "../src/switching.ts";
import { formatRequest } from "../src/version.ts";
import { basicPath, sandbox } from "./support/sandbox.ts";
import { failedWith, jsonError, scene, succeeded } from "./support/scene.ts";
import { writeProgram, writeTree } from "./support/shell.ts";
import { itself, others, type SwitchingCase, switchingCases } from "./switching.cases.ts";

/** What gv says of a row, as the row has it. */
function toldOf({ files = {}, env = {}, goEnv }: SwitchingCase) {
  const box = sandbox();
  const top = box.project;
  writeTree(top, { "p/": "", ...files });
  writeTree(join(top, "goroot"), {
    VERSION: `${itself}\ntime 2026-08-28T16:20:06Z\n`,
    "go.env": "GOTOOLCHAIN=auto\n",
  });
  const go = writeProgram(join(top, "goroot/bin/go"), "#!/bin/sh\n");
  for (const name of others) writeProgram(join(top, "others", name), "#!/bin/sh\n");
  if (goEnv !== undefined) box.write("../home/.config/go/env", goEnv);
  const given = Object.entries(env).map(([name, value]) => [name, value.replace("<top>", top)] as const);
  const PATH = `${join(top, "others")}:${basicPath}`;
  const all: Environment = { ...box.env, PATH, ...Object.fromEntries(given) };
  return explainSwitching(box.context({ env: all, cwd: join(top, "p") }), go);
}

describe.each(Object.entries(switchingCases))("%s", (_about, rows) => {
  it.each(rows)("$name", (row) => {
    const { selection, off, target } = toldOf(row);
    if (typeof row.runs !== "string") {
      expect(selection).toEqual({ kind: "stops", message: expect.stringContaining(row.runs.stops) });
      return;
    }
    const runs = off ? itself : selection?.kind === "runs" ? selection.toolchain : selection?.message;
    expect(runs).toBe(row.runs);
    expect(target?.kind).toBe(row.runs === itself ? undefined : "program");
    const refuses = selection?.kind === "runs" && selection.isTooOld;
    expect(row.runs === itself && refuses).toBe(row.refuses === true);
  });
});

/** A go command of 1.26.8 that wants 1.27.1, and what of that is where. */
function withTarget(has: readonly string[], setting = "auto") {
  const box = sandbox();
  const top = box.project;
  writeTree(top, { "go.mod": "go 1.27.1\n", "goroot/VERSION": `${itself}\n` });
  const go = writeProgram(join(top, "goroot/bin/go"), "#!/bin/sh\n");
  const cached = `gopath/pkg/mod/golang.org/toolchain@v0.0.1-go1.27.1.linux-amd64/bin/go`;
  const places: Record<string, string> = {
    installed: join(box.root, "versions/linux-amd64/1.27.1/bin/go"),
    shim: join(box.root, "shims/go1.27.1"),
    program: join(top, "dl/go1.27.1"),
    cached: join(top, cached),
  };
  for (const name of has) writeProgram(places[name] ?? "", "#!/bin/sh\n");
  const env = {
    ...box.env,
    PATH: `relative:${join(box.root, "shims")}:${join(top, "dl")}`,
    GOPATH: join(top, "gopath"),
    GOTOOLCHAIN: setting,
  };
  const { target } = explainSwitching(box.context({ env, platform: { os: "linux", arch: "amd64" } }), go);
  return { target, places };
}

describe("where the toolchain is that it switches to", () => {
  it.each<[string, readonly string[], "shim" | "program" | "cached"]>([
    ["the shim of an installed version", ["installed", "shim", "program", "cached"], "shim"],
    ["another program of that name", ["installed", "program", "cached"], "program"],
    ["the module cache", ["installed", "cached"], "cached"],
  ])("%s", (_name, has, place) => {
    const { target, places } = withTarget(has);
    expect(target).toEqual({ kind: place === "cached" ? "module cache" : place, path: places[place] });
  });

  it.each<[string, readonly string[], string, object]>([
    ["a download", [], "auto", { kind: "download", installed: false }],
    [
      "a download, since gv's copy is not on PATH",
      ["installed"],
      "auto",
      { kind: "download", installed: true },
    ],
    [
      "nowhere on PATH, and no other place may be asked",
      ["cached"],
      "path",
      { kind: "nowhere", installed: false },
    ],
    ["a shim whose version is gone", ["shim", "program"], "auto", { kind: "nowhere", installed: false }],
  ])("%s", (_name, has, setting, target) => {
    expect(withTarget(has, setting).target).toEqual(target);
  });
});

/** 1.22.5 and 1.23.1 are installed, 1.22.5 is pinned, go.mod asks for 1.23.1, and the shims are on PATH. */
async function explained(goMod = "module x\n\ngo 1.23.1\n") {
  const there = await scene(["1.20.14", "1.22.5", "1.23.1"]);
  const { box } = there;
  await there.install("1.22.5", "1.23.1");
  box.write(".go-version", "# ours\n1.22\n");
  if (goMod !== "") box.write("go.mod", goMod);
  const explain = async (env: Environment = {}) => {
    const ran = await box.gv(["current", "--explain"], {
      env: { PATH: `${box.root}/shims:${basicPath}`, ...env },
    });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    return Object.fromEntries(
      ran.stdout.split("\n").map((line) => [line.slice(0, 12).trimEnd(), line.slice(13)]),
    );
  };
  return { ...there, explain, shims: `${box.root}/shims` };
}

describe("gv current --explain", () => {
  it("tells who chose the version, who sets GOTOOLCHAIN, and what go.mod makes of it", async () => {
    const { box, explain, goroot, shims } = await explained();
    expect(await explain()).toEqual({
      version: `1.22.5, asked for by ${box.project}/.go-version, line 2`,
      go: `${goroot("1.22.5")}/bin/go`,
      GOTOOLCHAIN: `auto, set by ${goroot("1.22.5")}/go.env, line 3`,
      "go.mod": `${box.project}/go.mod, line 3: go 1.23.1`,
      runs: `go1.23.1: by the go line the go command switches to it, installed as ${shims}/go1.23.1 (no download)`,
      "": "",
    });
    const goEnv = box.write("../home/.config/go/env", "GOFLAGS=-v\nGOTOOLCHAIN=local\n");
    expect(await explain()).toMatchObject({
      GOTOOLCHAIN: `local, set by ${goEnv.replace("project/../", "")}, line 2`,
      runs: "go1.22.5, which refuses to build: go.mod says go 1.23.1, and GOTOOLCHAIN=local allows no switch",
    });
    expect(await explain({ GOTOOLCHAIN: "go1.21.3" })).toMatchObject({
      GOTOOLCHAIN: "go1.21.3, set by the environment",
      runs:
        "go1.21.3: by GOTOOLCHAIN=go1.21.3 the go command switches to it, and downloads it, since it is not installed; " +
        "that one refuses to build, since go.mod says go 1.23.1",
      "to have it": "gv install 1.21.3",
    });
    expect(await explain({ GOTOOLCHAIN: "bash" })).toMatchObject({
      runs: 'nothing, the go command stops: invalid GOTOOLCHAIN "bash"',
    });
    expect(await explain({ GOTOOLCHAIN: "auto", PATH: basicPath })).toMatchObject({
      runs: "go1.23.1: by the go line the go command switches to it, and downloads it, since gv's shims are not on PATH",
      "to mend it": `gv setup   says how ${shims} comes on PATH`,
    });
    expect(await explain({ GO111MODULE: "off" })).toMatchObject({
      runs: "go1.22.5: GO111MODULE turns modules off, and switching with them",
    });
  });

  it("strict-pin, and a change of it by hand that the shims don't know yet", async () => {
    const { box, explain, gv } = await explained();
    await gv("config", "set", "strict-pin", "true");
    expect(await explain({ GOTOOLCHAIN: "auto" })).toMatchObject({
      GOTOOLCHAIN: `local, set by strict-pin in ${box.root}/config, line 1`,
      runs: "go1.22.5, which refuses to build: go.mod says go 1.23.1, and GOTOOLCHAIN=local allows no switch",
    });
    writeFileSync(join(box.root, "config"), "");
    expect((await explain())["but"]).toBe("the shims don't know yet what $GV_ROOT/config says: gv setup");
  });

  it("a Go from before 1.21, one that isn't gv's, and one that can't be told", async () => {
    const { box, explain, install } = await explained();
    await install("1.20.14");
    expect(await explain({ GV_VERSION: "1.20" })).toMatchObject({
      version: "1.20.14, asked for by GV_VERSION",
      GOTOOLCHAIN: "not set",
      runs: "go1.20.14: only since Go 1.21 a go command switches to another one",
    });
    const go = writeProgram(join(box.home, "sys/bin/go"), "#!/bin/sh\nexit 9\n");
    const system = { GV_VERSION: "system", PATH: join(go, "..") };
    expect(await explain(system)).toMatchObject({
      version: "system, asked for by GV_VERSION",
      go,
      runs: "that can't be told: this go is in no GOROOT; is it another manager's shim?",
    });
    writeTree(join(box.home, "sys"), { VERSION: "go1.24.2\ntime x\n", "go.env": "GOTOOLCHAIN=local\n" });
    expect(await explain(system)).toMatchObject({
      GOTOOLCHAIN: `local, set by ${join(box.home, "sys/go.env")}, line 1`,
      runs: "go1.24.2: there is no switch to another one",
    });
    writeTree(join(box.home, "sys"), { VERSION: "devel go1.23-7afb4f7 Thu Aug 27\n" });
    expect(await explain({ ...system, GOTOOLCHAIN: "auto" })).toMatchObject({
      runs: expect.stringMatching(/^go1\.23\.1: by the go line /),
    });
  });

  it("go.work, no go.mod, and no go line", async () => {
    const { box, explain } = await explained("");
    expect(await explain()).toMatchObject({
      "go.mod": "none, and no go.work, here or in a folder above",
      runs: "go1.22.5: there is no switch to another one",
    });
    box.write("go.mod", "module x\n");
    expect((await explain())["go.mod"]).toBe(`${box.project}/go.mod has no go line`);
    box.write("go.work", "go 1.22\ntoolchain go1.23.1\n");
    expect(await explain()).toMatchObject({
      "go.work": `${box.project}/go.work, line 2: toolchain go1.23.1`,
      runs: expect.stringMatching(/^go1\.23\.1: by the toolchain line /),
    });
  });

  it("--json has the same as data; a version that is missing is an error as ever", async () => {
    const { box, gv, goroot } = await explained();
    const { stdout } = await box.gv(["current", "--explain", "--json"], {
      env: { PATH: `${box.root}/shims:${basicPath}` },
    });
    expect(JSON.parse(stdout)).toEqual({
      name: "1.22.5",
      go: `${goroot("1.22.5")}/bin/go`,
      origin: { kind: "file", file: `${box.project}/.go-version`, line: 2, text: "1.22" },
      itself: "go1.22.5",
      gotoolchain: { value: "auto", origin: `${goroot("1.22.5")}/go.env`, line: 3 },
      file: { path: `${box.project}/go.mod`, lines: { go: { value: "1.23.1", line: 3 } } },
      selection: { kind: "runs", toolchain: "go1.23.1", by: "go", mode: "auto", isTooOld: false },
      target: { kind: "shim", path: `${box.root}/shims/go1.23.1` },
      goOnPath: { path: `${box.root}/shims/go`, isShim: true },
    });
    box.write(".go-version", "1.9.9\n");
    expect(jsonError(3, await gv("current", "--explain", "--json")).code).toBe("NOT_INSTALLED");
    failedWith(3, await gv("current", "--explain"));
    box.write(".go-version", "1.22\n");
    const bad = { env: { GOWORK: "go.work" } };
    const { fact } = failedWith(2, await box.gv(["install", "go.mod"], bad));
    expect(fact).toBe("GOWORK=go.work is not an absolute path: the go command refuses it");
  });

  it("a GOWORK that the go command refuses: it stops there, unless modules are off", async () => {
    const { explain } = await explained();
    const rows = await explain({ GOWORK: "x" });
    expect(rows["runs"]).toBe(
      "nothing, the go command stops: GOWORK=x, set by the environment, is not an absolute path",
    );
    expect(rows).not.toHaveProperty("go.mod");
    expect((await explain({ GOWORK: "x", GO111MODULE: "off" }))["runs"]).toContain("GO111MODULE");
  });

  it("another go that is first on PATH, and none at all", async () => {
    const { box, explain, shims } = await explained();
    const go = writeProgram(join(box.home, "sys/bin/go"), "#!/bin/sh\n");
    expect((await explain())["but"]).toBeUndefined();
    const PATH = `${join(go, "..")}:${shims}`;
    const how = `gv setup says how ${shims} comes first`;
    expect((await explain({ PATH }))["but"]).toBe(`go on PATH is ${go}, not gv's shim: ${how}`);
    const bare = { PATH: join(box.home, "none") };
    expect((await explain(bare))["but"]).toBe(`PATH has no go: ${how}`);
    const json = async (env: Environment) =>
      JSON.parse((await box.gv(["current", "--explain", "--json"], { env })).stdout).goOnPath;
    expect(await json({ PATH })).toEqual({ path: go, isShim: false });
    expect(await json(bare)).toBeNull();
  });

  it("a path with a newline makes no row of its own", async () => {
    const { box } = await explained();
    const cwd = join(box.project, "x\nruns         go9.9.9");
    mkdirSync(cwd);
    box.write("x\nruns         go9.9.9/.go-version", "1.22\n");
    const { stdout } = await box.gv(["current", "--explain"], { cwd });
    expect(stdout.match(/^runs /gm)).toHaveLength(1);
    expect(stdout).toContain("x\\nruns         go9.9.9/.go-version, line 1\n");
    expect((await box.gv(["local", "1.22"], { cwd })).stdout).not.toMatch(/^runs/m);
  });
});

describe("what gv install go.mod means", () => {
  it.each<[string, string | undefined]>([
    ["go 1.22", "1.22"],
    ["go 1.22.3", "~1.22.3"],
    ["go 1.21.0", "~1.21.0"],
    ["go 1.20", "1.20"],
    ["go 1.23rc1", "~1.23.0-rc.1"],
    ["go 1.22\ntoolchain go1.22.5", "1.22.5"],
    ["go 1.22\ntoolchain go1.20", "1.22"],
    ["go 1.22.3\ntoolchain go1.22.3", "1.22.3"],
    ["go 1.23.4\ntoolchain go1.22.5", "~1.23.4"],
    ["go 1.22\ntoolchain default", "1.22"],
    ["toolchain go1.23rc2", "1.23rc2"],
    ["toolchain go1.22.5-custom", undefined],
    ['go "1.22"', undefined],
    ["go 1.9.2rc2", undefined],
    ["module x", undefined],
  ])("%j: %s", (text, spec) => {
    const request = requestOf(readModuleLines(text));
    expect(request && formatRequest(request)).toBe(spec);
  });

  it("orders versions as internal/gover does", () => {
    const order = [
      "",
      "1",
      "1.9",
      "1.20rc3",
      "1.20",
      "1.20.1",
      "1.21",
      "1.21rc1",
      "1.21.0",
      "1.21.1",
      "1.100",
      "2",
    ];
    const sorted = order.toReversed().toSorted(compareGoVersions);
    expect(sorted).toEqual(order);
    expect(compareGoVersions("1.20", "1.20.0")).toBe(0);
    expect(compareGoVersions("1.9.2rc2", "x")).toBe(0);
    expect(["go1.22.5-x y", "go1", "go1.21rc", "1.22", "go1.02", "go1.22/x"].map(goVersionOf)).toEqual([
      "1.22.5",
      "1",
      "1.21rc",
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("go.mod as a spec", () => {
  const releases = ["1.21.3", "1.22.3", "1.22.5", "1.22.7", "1.23.1"];

  it("installs the toolchain line exactly, and the newest patch that the go line allows", async () => {
    const { gv, box, goroot } = await scene(releases);
    const go = (version: string) => join(goroot(version), "bin/go");
    box.write("go.mod", "module x\n\ngo 1.22.4\n");
    const cwd = join(box.project, "cmd");
    mkdirSync(cwd);
    expect((await box.gv(["install", "go.mod"], { cwd })).stdout).toContain("Go 1.22.7 for");
    box.write("go.mod", "module x\n\ngo 1.22.4\n\ntoolchain go1.22.5\n");
    const exact = await gv("install", "go.mod");
    expect(exact.stdout).toContain("Go 1.22.5 for");
    expect(exact.stdout).not.toContain("gv use go.mod");
    box.write("go.work", "go 1.21\n");
    const floor = await gv("install", "go.mod");
    expect(floor.stdout).toContain("Go 1.21.3 for");
    expect(floor.stdout).toMatch(/\npin it here, .*: {2}gv use go\.mod\n$/);
    expect(await box.gv(["install", "-q", "go.mod"], { env: { GOWORK: "off" } })).toEqual(succeeded(""));
    rmSync(join(box.project, "go.work"));
    expect(await gv("exec", "go.mod", "--", "go", "version")).toMatchObject({
      stdout: expect.stringContaining("go1.22.5"),
    });
    expect((await gv("which")).stdout).toBe(`${go("1.22.7")}\n`);
  });

  it("gv use writes the version that it means, and installs it where nothing installed is that", async () => {
    const { gv, box, install, proxy } = await scene(releases);
    await install("1.22.5");
    box.write("go.mod", "go 1.22.4\n");
    expect((await gv("use", "go.mod")).stdout).toBe(`${box.project}/.go-version says 1.22.5\n`);
    expect(proxy.zipDownloads).toBe(1);
    box.write("go.mod", "go 1.22.6\n");
    expect((await gv("use", "go.mod")).stdout).toContain(`${box.project}/.go-version says 1.22.7\n`);
    box.write("go.mod", "go 1.22\ntoolchain go1.23.1\n");
    expect((await gv("local", "go.mod")).stdout).toContain("says 1.23.1\nno Go 1.23.1 is installed yet");
    expect(failedWith(3, await gv("exec", "go.mod", "--", "go")).fact).toBe("Go 1.23.1 is not installed");
  });

  it("gv local says so where the go command won't stay on what is pinned", async () => {
    const { box, gv, install } = await scene(["1.22.5", "1.23.1"]);
    await install("1.22.5", "1.23.1");
    box.write("go.mod", "module x\n\ngo 1.23.1\n");
    const env = { GOTOOLCHAIN: "auto", PATH: `${box.root}/shims:${basicPath}` };
    const local = async (more: Environment = {}) =>
      (await box.gv(["local", "1.22.5"], { env: { ...env, ...more } })).stdout;
    const says = `${box.project}/.go-version says 1.22.5\n`;
    const why = "\nwho says so:  gv current --explain\n";
    const refuses =
      "but go runs go1.22.5, which refuses to build: go.mod says go 1.23.1, and GOTOOLCHAIN=local allows no switch";
    expect(await local()).toBe(
      `${says}but go runs go1.23.1: by the go line the go command switches to it, installed as ${box.root}/shims/go1.23.1 (no download)${why}`,
    );
    expect(await local({ GOTOOLCHAIN: "local" })).toBe(says + refuses + why);
    expect(await local({ GV_VERSION: "1.22.5" })).toBe(says);
    await gv("config", "set", "strict-pin", "true");
    expect(await local()).toBe(says + refuses + why);
    box.write("go.mod", "module x\n\ngo 1.22\n");
    expect(await local()).toBe(says);
  });

  it("says where nothing asks for a release", async () => {
    const { gv, box } = await scene(releases);
    expect(failedWith(2, await gv("install", "go.mod"))).toEqual({
      fact: "there is no go.mod or go.work here, nor in a folder above",
      hint: "name a version: gv install latest",
    });
    const file = box.write("go.mod", "module x\n");
    expect(failedWith(2, await gv("install", "go.mod")).fact).toBe(
      `${file} has no go line: it asks for no version of Go`,
    );
    box.write("go.mod", "module x\ngo 1.22\ntoolchain go1.23.1-custom\n");
    expect(failedWith(2, await gv("install", "go.mod"))).toEqual({
      fact: '"go1.23.1-custom" is no release of Go',
      hint: `asked for by: ${file}, line 3\nname a version: gv install latest`,
    });
    box.write("go.mod", "go 1.22.8\n");
    expect(failedWith(1, await gv("install", "go.mod")).fact).toContain("there is no release ~1.22.8 of Go");
    box.write(".go-version", "go.mod\n");
    failedWith(2, await gv("current"));
  });
});
