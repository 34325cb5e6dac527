/** src/tools/known.ts: short names, packages and versions as people type them. */
import { describe, expect, it } from "vitest";

import { GvError } from "../../src/errors.ts";
import { isToolName } from "../../src/shims.ts";
import { isPackagePath, knownTools, parseTool, programMeant, programName } from "../../src/tools/known.ts";

describe("what a person types", () => {
  it.each<[string, string, string, string | undefined, string | undefined]>([
    ["gopls", "gopls", "golang.org/x/tools/gopls", "golang.org/x/tools/gopls", undefined],
    ["gopls@v0.16.2", "gopls", "golang.org/x/tools/gopls", "golang.org/x/tools/gopls", "v0.16.2"],
    ["gopls@0.16.2", "gopls", "golang.org/x/tools/gopls", "golang.org/x/tools/gopls", "v0.16.2"],
    ["gopls@v0.16", "gopls", "golang.org/x/tools/gopls", "golang.org/x/tools/gopls", "v0.16"],
    ["gopls@latest", "gopls", "golang.org/x/tools/gopls", "golang.org/x/tools/gopls", "latest"],
    ["dlv", "dlv", "github.com/go-delve/delve/cmd/dlv", "github.com/go-delve/delve", undefined],
    ["delve@master", "dlv", "github.com/go-delve/delve/cmd/dlv", "github.com/go-delve/delve", "master"],
    [
      "golangci-lint@v1.64.8",
      "golangci-lint",
      "github.com/golangci/golangci-lint/cmd/golangci-lint",
      "github.com/golangci/golangci-lint",
      "v1.64.8",
    ],
    [
      "golangci-lint@2.5.0",
      "golangci-lint",
      "github.com/golangci/golangci-lint/v2/cmd/golangci-lint",
      "github.com/golangci/golangci-lint/v2",
      "v2.5.0",
    ],
    ["example.com/a/cmd/tool", "tool", "example.com/a/cmd/tool", undefined, undefined],
    ["example.com/Some.One/tool/v3@v3.0.1", "tool", "example.com/Some.One/tool/v3", undefined, "v3.0.1"],
    ["example.com/v2", "example.com", "example.com/v2", undefined, undefined],
    ["example.com/v1", "v1", "example.com/v1", undefined, undefined],
    ["example.com/x@feature/one", "x", "example.com/x", undefined, "feature/one"],
    ["example.com/x@<v1.2.0", "x", "example.com/x", undefined, "<v1.2.0"],
  ])("%s", (word, name, path, module, version) => {
    expect(parseTool(word)).toEqual({ name, path, module, version });
  });

  it.each([
    "",
    "@v1.0.0",
    "gopls@",
    "gopls@-x",
    "gopls@a b",
    "gopls@v1@v2",
    "nosuchtool",
    "./cmd/x",
    "../x",
    "/abs/x",
    "-x",
    "localhost/x",
    "example.com",
    "example.com/",
    "example.com/...",
    "example.com/a//b",
    "example.com/a/../b",
    "example.com/.hidden",
    "example.com/a b",
    "example.com/a\nb",
    "https://example.com/x",
  ])("%j is refused", (word) => {
    expect(() => parseTool(word)).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT" }));
  });

  it.each([
    ["gopsl", "gopls"],
    ["golang-ci-lint", "golangci-lint"],
    ["static-check", "staticcheck"],
    ["DLV", "dlv"],
    ["quitedifferent", undefined],
  ])("%s: did you mean %s?", (word, meant) => {
    try {
      parseTool(word);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(GvError);
      const first = error instanceof GvError ? error.hint?.split("\n")[0] : "";
      if (meant === undefined) expect(first).toMatch(/^short names: gopls, dlv, /);
      else expect(first).toBe(`did you mean ${meant}?`);
    }
  });
});

it.each([
  ["gopls", "gopls"],
  ["delve", "dlv"],
  ["my-tool", "my-tool"],
  ["gopls@v0.20.0", "gopls"],
  ["example.com/cmd/tool", "tool"],
])("%s is the program %s", (word, name) => {
  expect(programMeant(word)).toBe(name);
});

describe("the table", () => {
  it.each(knownTools.map((tool) => [tool.name, tool] as const))(
    "%s names a program and a package",
    (name, tool) => {
      expect(isToolName(name)).toBe(true);
      const { path } = parseTool(name);
      expect(isPackagePath(path)).toBe(true);
      expect(programName(path)).toBe(name);
      expect(path.startsWith(tool.module)).toBe(true);
    },
  );

  it("has each name once", () => {
    const names = knownTools.flatMap(({ name, plugin }) => [name, plugin ?? []].flat());
    expect(new Set(names).size).toBe(names.length);
  });
});
