/** src/tools/collect.ts and src/shims.ts: what `go install` built is collected, and each program has its shim. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Context } from "../../src/context.ts";
import { textOf } from "../../src/read.ts";
import { formatPlatform } from "../../src/platform.ts";
import { isToolName, shimText, writeShims } from "../../src/shims.ts";
import { collectTools, installsPrograms } from "../../src/tools/collect.ts";
import { buildInfoBlob, moduleInfo } from "../support/programs.ts";
import { listTree, sandbox, type Sandbox } from "../support/sandbox.ts";

interface Scene {
  readonly box: Sandbox;
  readonly ctx: Context;
  /** Puts a program into GOBIN that this version built. */
  readonly tool: (name: string, version: string, platform?: string) => string;
  /** Gives `name version` of each that is collected now. */
  readonly collect: () => Promise<string[]>;
  /** The tools that there are. */
  readonly tools: () => string[];
}

function scene(): Scene {
  const box = sandbox();
  const ctx = box.context({ env: { ...box.env, GOBIN: join(box.project, "bin") } });
  mkdirSync(join(box.project, "bin"));
  const here = formatPlatform(ctx.platform);
  return {
    box,
    ctx,
    tool: (name, version, platform = here) =>
      box.write(`bin/${name}`, buildInfoBlob(version, { modules: platform && moduleInfo(platform) }), 0o755),
    collect: async () =>
      (await collectTools(ctx)).map(({ name, version }) => `${name} ${version}`).toSorted(),
    tools: () => listTree(ctx.root.tools(ctx.platform)).filter((path) => !path.endsWith("/")),
  };
}

describe("collecting", () => {
  it("copies what is new, by the version that built it", async () => {
    const { tool, collect, tools, box, ctx } = scene();
    const original = tool("gopls", "go1.22.5");
    tool("dlv", "go1.20");
    tool("old", "go1.22.5", "");
    expect(await collect()).toEqual(["dlv 1.20.0", "gopls 1.22.5", "old 1.22.5"]);
    expect(tools()).toEqual(["1.20.0/bin/dlv", "1.22.5/bin/gopls", "1.22.5/bin/old"]);
    expect(statSync(join(ctx.root.tools(ctx.platform), "1.22.5/bin/gopls")).mode & 0o777).toBe(0o755);
    expect(statSync(original).isFile()).toBe(true);
    expect(listTree(join(box.project, "bin"))).toHaveLength(3);
  });

  it("skips what is unchanged, and copies again what was built again", async () => {
    const { tool, collect, tools, ctx } = scene();
    tool("gopls", "go1.22.5");
    tool("dlv", "go1.22.5");
    expect(await collect()).toHaveLength(2);
    const copy = join(ctx.root.tools(ctx.platform), "1.22.5/bin/gopls");
    const { ino } = statSync(copy);
    expect(await collect()).toEqual([]);
    expect(statSync(copy).ino).toBe(ino);
    tool("gopls", "go1.22.5 X:boringcrypto");
    expect(await collect()).toEqual(["gopls 1.22.5"]);
    expect(statSync(copy).ino).not.toBe(ino);
    // Of the same length, and built after the copy was made: files' times are too coarse to wait for.
    utimesSync(copy, 1e9, 1e9);
    tool("gopls", "go1.23.1 X:boringcrypto");
    expect(await collect()).toEqual(["gopls 1.23.1"]);
    expect(await collect()).toEqual([]);
    expect(tools()).toEqual(["1.22.5/bin/dlv", "1.22.5/bin/gopls", "1.23.1/bin/gopls"]);
  });

  it("leaves what is for another platform, is no program of Go's, or has a name that gv answers itself", async () => {
    const { tool, collect, tools, box } = scene();
    tool("foreign", "go1.22.5", "plan9/mips");
    for (const name of ["go", "gofmt", "gv", ".hidden", "-x", "a b"]) tool(name, "go1.22.5");
    chmodSync(tool("text", "go1.22.5"), 0o644);
    box.write("bin/script", "#!/bin/sh\n", 0o755);
    mkdirSync(join(box.project, "bin/folder"));
    symlinkSync("nowhere", join(box.project, "bin/dangling"));
    expect(await collect()).toEqual([]);
    expect(tools()).toEqual([]);
  });

  it("follows links", async () => {
    const { tool, collect, box } = scene();
    tool("../elsewhere/gopls", "go1.22.5");
    symlinkSync("../elsewhere/gopls", join(box.project, "bin/gopls"));
    expect(await collect()).toEqual(["gopls 1.22.5"]);
    expect(await collect()).toEqual([]);
  });

  it("leaves to the next one what is taken away while it is looked at", async () => {
    const { tool, box, ctx, tools } = scene();
    const gopls = tool("gopls", "go1.22.5");
    tool("dlv", "go1.22.5");
    let asked = 0;
    const root: Context["root"] = {
      ...ctx.root,
      // The last that is asked for before the copy.
      tools: (platform) => {
        if (asked++ === 2) rmSync(gopls);
        return ctx.root.tools(platform);
      },
    };
    expect((await collectTools({ ...ctx, root })).map(({ name }) => name)).toEqual(["dlv"]);
    expect(tools()).toEqual(["1.22.5/bin/dlv"]);
    expect(listTree(box.root).filter((path) => path.includes(".gv-"))).toEqual([]);
  });

  it("finds nothing where there is no folder", async () => {
    const box = sandbox();
    expect(await collectTools(box.context())).toEqual([]);
    expect(box.listing()).toEqual([]);
  });
});

const shims = (ctx: Context): string[] => readdirSync(ctx.root.shims).toSorted();

/** An installed version. */
function installed({ box, ctx }: Scene, name: string): string {
  const folder = join(ctx.root.versions(ctx.platform), name);
  box.write(`../root${folder.slice(box.root.length)}/bin/go`, "", 0o755);
  return folder;
}

describe("shims", () => {
  it("are there for go, gofmt, each version and each tool, all alike and to be run", async () => {
    const all = scene();
    const { ctx, tool, collect } = all;
    for (const name of ["1.22.5", "1.20.0", "1.23rc1"]) installed(all, name);
    tool("gopls", "go1.22.5");
    await collect();
    const names = ["go", "go1.20", "go1.22.5", "go1.23rc1", "gofmt", "gopls"];
    expect(writeShims(ctx).toSorted()).toEqual(names);
    expect(shims(ctx)).toEqual(names);
    for (const name of names) {
      expect(textOf(join(ctx.root.shims, name))).toBe(shimText);
      expect(statSync(join(ctx.root.shims, name)).mode & 0o777).toBe(0o755);
    }
    const { ino } = statSync(join(ctx.root.shims, "go"));
    expect(writeShims(ctx)).toEqual([]);
    expect(statSync(join(ctx.root.shims, "go")).ino).toBe(ino);
  });

  it("that nothing needs any more are removed, and foreign files stay", async () => {
    const all = scene();
    const { ctx, box, tool, collect } = all;
    const folder = installed(all, "1.22.5");
    tool("gopls", "go1.22.5");
    await collect();
    writeShims(ctx);
    box.write("../root/shims/mine", "#!/bin/sh\necho mine\n", 0o755);
    mkdirSync(join(ctx.root.shims, "folder"));
    rmSync(folder, { recursive: true });
    rmSync(join(ctx.root.tools(ctx.platform), "1.22.5"), { recursive: true });
    expect(writeShims(ctx)).toEqual([]);
    expect(shims(ctx)).toEqual(["folder", "go", "gofmt", "mine"]);
    expect(textOf(join(ctx.root.shims, "mine"))).toContain("echo mine");
  });

  it("that are damaged are written again", () => {
    const { ctx, box } = scene();
    writeShims(ctx);
    for (const text of ["half of a sh", `${shimText}more`, shimText.replace("lib", "bin")]) {
      box.write("../root/shims/go", text, 0o755);
      expect(writeShims(ctx)).toEqual(["go"]);
    }
    rmSync(join(ctx.root.shims, "go"));
    execFileSync("mkfifo", [join(ctx.root.shims, "go")]); // Nobody writes to it.
    expect(writeShims(ctx)).toEqual(["go"]);
    expect(textOf(join(ctx.root.shims, "go"))).toBe(shimText);
  });

  it.each([
    ["gopls", true],
    ["golangci-lint", true],
    ["go1.22.5", true],
    ["protoc-gen-go_v2+x", true],
    ["_x", true],
    ["go", false],
    ["gofmt", false],
    ["gv", false],
    ["", false],
    [".gv-0123", false],
    ["-x", false],
    ["a b", false],
    ["a/b", false],
    ["..", false],
    ["a\nb", false],
  ])("%j may have one: %s", (name, may) => {
    expect(isToolName(name)).toBe(may);
  });
});

it.each([
  ["install x", true],
  ["get x", true],
  ["-C /x install", true],
  ["--C=/x install y", true],
  ["-C=/x get", true],
  ["build install", false],
  ["-C install build", false],
  ["help install", false],
  ["", false],
])("go %s: installs programs is %s", (words, installs) => {
  expect(installsPrograms(words.split(" "))).toBe(installs);
});
