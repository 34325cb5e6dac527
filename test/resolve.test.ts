/** src/resolve.ts: the table of cases, which copy of a tool, and what it says when there is no Go. */
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { whichTool } from "../src/find-tool.ts";
import {
  formatOrigin,
  noVersion,
  type Origin,
  requestHere,
  type Resolution,
  resolveVersion,
} from "../src/resolve.ts";
import { installedNames } from "../src/store.ts";
import { formatRequest } from "../src/version.ts";
import { resolveCases } from "./resolve.cases.ts";
import { contextFor, makeRoot, Scenes, teller, writeProgram, writeTree } from "./support/shell.ts";

const scenes = new Scenes();
afterAll(() => scenes.remove());

/** A folder with a root, a system's go and an empty project `p`. */
function freshTop(versions?: readonly string[]): string {
  const top = scenes.withRoot(versions);
  writeTree(top, { "p/": "" });
  return top;
}

function outcome(resolution: Resolution): string {
  switch (resolution.kind) {
    case "version":
      return resolution.name;
    case "missing":
      return `missing ${formatRequest(resolution.request)}`;
    default:
      return resolution.kind;
  }
}

function shortOrigin(origin: Origin, top: string): string {
  switch (origin.kind) {
    case "file":
    case "global":
      return `${origin.file.slice(top.length + 1)}:${origin.line}`;
    case "env":
      return origin.name;
    case "argument":
      return origin.text;
    default:
      return "none";
  }
}

describe("resolveVersion", () => {
  it.each(resolveCases)("$name", async (row) => {
    const { top, root, ...place } = scenes.of(row);
    const resolution = await resolveVersion(contextFor(root, place), {
      tool: row.tool ?? "go",
      args: row.args ?? [],
    });
    expect([outcome(resolution), shortOrigin(resolution.origin, top)]).toEqual([row.expect, row.origin]);
  });

  it("takes what was typed before GV_VERSION and the files", async () => {
    const top = freshTop();
    writeTree(top, { "p/.go-version": "1.9.7" });
    const ctx = contextFor(join(top, "root"), { cwd: join(top, "p"), env: { GV_VERSION: "1.21.0" } });
    expect(await resolveVersion(ctx, { spec: "1.22" })).toMatchObject({
      kind: "version",
      name: "1.22.10",
      dir: join(top, "root/versions/linux-amd64/1.22.10"),
      origin: { kind: "argument", text: "1.22" },
    });
  });

  it("gives the path of the system's go, or none", async () => {
    const top = freshTop();
    const withPath = (PATH: string) => contextFor(join(top, "root"), { cwd: join(top, "p"), env: { PATH } });
    writeTree(top, { "dir/go/": "" });
    const [shims, sys] = [join(top, "root/shims"), join(top, "sys/bin")];
    const expectPath = async (PATH: string, path: string | undefined) =>
      expect(await resolveVersion(withPath(PATH))).toMatchObject({ kind: "system", path });
    await expectPath(`${shims}:${sys}`, `${sys}/go`);
    await expectPath(`:sys/bin:.:${shims}//:${shims}/../shims:${join(top, "dir")}`, undefined);
    writeTree(top, { "link/go": `-> ${shims}/go` });
    await expectPath(`${join(top, "link")}:${sys}`, `${sys}/go`);
    await expectPath("", undefined);
  });
});

it("refuses a range that is none, and says who asked", async () => {
  const top = freshTop(["1.22.5"]);
  writeTree(top, { "p/.go-version": ">=1.20 ; x\n" });
  const ctx = contextFor(join(top, "root"), { cwd: join(top, "p"), env: {} });
  const origin = { kind: "file", file: join(top, "p/.go-version"), line: 1, text: ">=1.20 ; x" };
  expect(await resolveVersion(ctx)).toEqual({ kind: "refused", reason: "syntax", origin });
});

describe("requestHere", () => {
  it("is what is asked for, installed or not", async () => {
    const top = freshTop(["mygo"]);
    const request = async (text: string) => {
      writeTree(top, { "p/.go-version": text });
      return requestHere(contextFor(join(top, "root"), { cwd: join(top, "p"), env: {} }));
    };
    expect(await request("\n1.22.5\n")).toMatchObject({
      request: { kind: "exact", version: { minor: 22, patch: 5 } },
      origin: { file: join(top, "p/.go-version"), line: 2 },
    });
    expect(await request("^1.22")).toMatchObject({ request: { kind: "range", range: "^1.22" } });
    await expect(request("a/b")).rejects.toMatchObject({ code: "BAD_SPEC" });
    await expect(request("system")).rejects.toMatchObject({ code: "NO_SPEC" });
    await expect(request("")).rejects.toMatchObject({ code: "NO_SPEC" });
    const hint: unknown = expect.stringMatching(/^asked for by: .*\.go-version, line 1\n/);
    await expect(request(">=1.20 ; x")).rejects.toMatchObject({ code: "BAD_SPEC", hint });
    await expect(request("go.mod")).rejects.toMatchObject({ code: "BAD_SPEC", hint });
    await expect(request("mygo")).rejects.toMatchObject({ code: "NO_SPEC", hint });
    await expect(request("nonsuch")).rejects.toMatchObject({ code: "NOT_INSTALLED", hint });
    await expect(request("tip")).rejects.toMatchObject({ code: "NOT_INSTALLED", hint });
  });
});

describe("installedNames", () => {
  it("lists versions by age, then linked names, and nothing else", () => {
    const top = freshTop(["1.10.8", "1.9.7", "1.22.5", "1.22rc1", "zgo", "ago", "1.22", "01.2.3", "latest"]);
    writeTree(top, { "root/versions/linux-amd64/1.4.1/README": "" });
    const ctx = contextFor(join(top, "root"), { cwd: top, env: {} });
    const platform = { os: "linux", arch: "amd64" };
    expect(installedNames(ctx, platform)).toEqual(["1.9.7", "1.10.8", "1.22rc1", "1.22.5", "ago", "zgo"]);
    expect(installedNames(ctx, { os: "plan9", arch: "386" })).toEqual([]);
  });
});

function at(name: string): Extract<Resolution, { kind: "version" }> {
  return { kind: "version", name, dir: "", origin: { kind: "none" } };
}

describe("whichTool", () => {
  const top = scenes.withRoot([]);
  const root = join(top, "root");
  makeRoot(root, {
    versions: ["1.10.8", "1.21.0", "1.21.5", "1.22.5", "1.23rc1"],
    tools: {
      "1.21.5": ["gopls", "dlv"],
      "1.21.0": ["gopls"],
      "1.23rc1": ["gopls", "new"],
      "1.22.5": ["own"],
    },
  });
  writeProgram(join(root, "versions/linux-amd64/1.10.8/bin/godoc"), teller("godoc 1.10.8"));
  for (const name of ["go", "outside", "gopls"]) writeProgram(join(top, "sys/bin", name), teller(name));
  const ctx = contextFor(root, { cwd: top, env: { PATH: `${root}/shims:${join(top, "sys/bin")}` } });

  const system = { kind: "system" as const, path: undefined, origin: { kind: "none" as const } };
  const tools = (version: string, tool: string) => join(root, "tools/linux-amd64", version, "bin", tool);
  const shipped = (version: string, tool: string) => join(root, "versions/linux-amd64", version, "bin", tool);

  it.each([
    ["go", at("1.22.5"), "own", shipped("1.22.5", "go")],
    ["gofmt", at("1.22.5"), "own", shipped("1.22.5", "gofmt")],
    ["go1.22.5", at("1.22.5"), "own", shipped("1.22.5", "go")],
    ["own", at("1.22.5"), "own", tools("1.22.5", "own")],
    ["godoc", at("1.10.8"), "own", shipped("1.10.8", "godoc")],
    ["gopls", at("1.21.0"), "own", tools("1.21.0", "gopls")],
    ["dlv", at("1.21.0"), "same minor", tools("1.21.5", "dlv")],
    ["gopls", at("1.22.5"), "newest", tools("1.21.5", "gopls")],
    ["new", at("1.22.5"), "newest", tools("1.23rc1", "new")],
    ["godoc", at("1.22.5"), "newest", shipped("1.10.8", "godoc")],
    ["outside", at("1.22.5"), "path", join(top, "sys/bin/outside")],
    ["go", system, "path", join(top, "sys/bin/go")],
    ["gopls", system, "path", join(top, "sys/bin/gopls")],
    ["dlv", system, "newest", tools("1.21.5", "dlv")],
  ])("%s under %o: %s", (tool, chosen, reason, path) => {
    expect(whichTool(ctx, tool, chosen)).toMatchObject({ kind: "found", reason, path });
  });

  it("names who has it where no other version's copy is wanted", () => {
    const strict = { fallback: false };
    expect(whichTool(ctx, "dlv", at("1.22.5"), strict)).toEqual({
      kind: "no tool",
      tool: "dlv",
      versions: ["1.21.5"],
    });
    expect(whichTool(ctx, "outside", at("1.22.5"), strict)).toMatchObject({ kind: "found", reason: "path" });
    expect(whichTool(ctx, "nowhere", at("1.22.5"))).toEqual({
      kind: "no tool",
      tool: "nowhere",
      versions: [],
    });
  });
});

describe("noVersion", () => {
  const origin = { kind: "file" as const, file: "/p/.go-version", line: 2, text: "\u001b[31m" };
  it("says the fact, who asked, and what to type", () => {
    const missing = { kind: "missing" as const, request: { kind: "range" as const, range: "^1.24" }, origin };
    expect(noVersion(missing)).toMatchObject({
      code: "NOT_INSTALLED",
      exitCode: 3,
      message: "Go ^1.24 is not installed",
      hint: "asked for by: /p/.go-version, line 2\nto install it: gv install '^1.24'",
    });
  });
  it("prints no control character of a file", () => {
    const error = noVersion({ kind: "refused", reason: "syntax", origin });
    expect(error.code).toBe("BAD_SPEC");
    expect(error.message + (error.hint ?? "")).not.toContain("\u001b");
  });
  it("calls every origin by its name", () => {
    expect(formatOrigin({ kind: "argument", text: "+1.21" })).toBe("the argument +1.21");
    expect(formatOrigin({ kind: "env", name: "GV_VERSION", text: "1" })).toBe("GV_VERSION");
    expect(formatOrigin(origin)).toBe("/p/.go-version, line 2");
  });
});
