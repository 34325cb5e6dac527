/** src/version.ts: what texts mean, names, order, and which of some versions is meant. */
import { describe, expect, it } from "vitest";

import {
  compareVersions,
  formatRequest,
  formatVersion,
  matchesPartial,
  newestMatching,
  parseFolderName,
  parseRequest,
  parseVersion,
  releaseName,
  toSemver,
  type Version,
} from "../src/version.ts";

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (!parsed) throw new Error(`${text} is no version`);
  return parsed;
}

describe("a release", () => {
  it.each([
    ["1.22.5", "1.22.5", "go1.22.5", "1.22.5"],
    ["go1.22.5", "1.22.5", "go1.22.5", "1.22.5"],
    ["1.20", "1.20.0", "go1.20", "1.20.0"],
    ["go1.20.0", "1.20.0", "go1.20", "1.20.0"],
    ["1.20.1", "1.20.1", "go1.20.1", "1.20.1"],
    ["1.21", "1.21.0", "go1.21.0", "1.21.0"],
    ["go1.21.0", "1.21.0", "go1.21.0", "1.21.0"],
    ["1.0", "1.0.0", "go1.0", "1.0.0"],
    ["2.0.0", "2.0.0", "go2.0.0", "2.0.0"],
    ["1.23rc1", "1.23rc1", "go1.23rc1", "1.23.0-rc.1"],
    ["go1.9beta2", "1.9beta2", "go1.9beta2", "1.9.0-beta.2"],
    ["1.23-rc.1", "1.23rc1", "go1.23rc1", "1.23.0-rc.1"],
    ["1.23.0-rc.12", "1.23rc12", "go1.23rc12", "1.23.0-rc.12"],
    ["1.23.0rc1", "1.23rc1", "go1.23rc1", "1.23.0-rc.1"],
    ["1.100.100", "1.100.100", "go1.100.100", "1.100.100"],
  ])("%s: %s, %s, %s", (text, name, release, semver) => {
    const parsed = version(text);
    expect([formatVersion(parsed), releaseName(parsed), toSemver(parsed)]).toEqual([name, release, semver]);
    for (const written of [name, release, semver]) expect(parseVersion(written)).toEqual(parsed);
    expect(parseFolderName(name)).toEqual(parsed);
  });

  it.each([
    "",
    "1",
    "go",
    "go1",
    "v1.22.5",
    "gogo1.22.5",
    " 1.22.5",
    "1.22.5 ",
    "1.22.5\n",
    "1.22.5.1",
    "1..5",
    "1.22.",
    ".22",
    "-1.22",
    "1.22.x",
    "1.22.5rc1",
    "go1.9.2rc2",
    "1.22rc",
    "1.22alpha1",
    "1.22-rc1-2",
    "1.22.5+x",
    "1,22",
    "1.22.5-linux",
    "1.1000",
    "1.22.1000",
    "1.22rc1000",
    "tip",
    "१.२२",
  ])("%j is none", (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  it.each(["1.20", "go1.22.5", "01.22.5", "1.022.5", "1.23-rc.1", "1.23.0rc1", "x", ""])(
    "%j is no folder's name",
    (name) => {
      expect(parseFolderName(name)).toBeUndefined();
    },
  );
});

describe("a request", () => {
  it.each([
    ["1.22.5", { kind: "exact", version: { major: 1, minor: 22, patch: 5 } }],
    ["go1.22.5", { kind: "exact", version: { major: 1, minor: 22, patch: 5 } }],
    ["v1.22.5", { kind: "exact", version: { major: 1, minor: 22, patch: 5 } }],
    [" 1.22.5\n", { kind: "exact", version: { major: 1, minor: 22, patch: 5 } }],
    ["1.20.0", { kind: "exact", version: { major: 1, minor: 20, patch: 0 } }],
    [
      "1.23rc1",
      { kind: "exact", version: { major: 1, minor: 23, patch: 0, pre: { kind: "rc", number: 1 } } },
    ],
    [
      "1.23-beta.2",
      { kind: "exact", version: { major: 1, minor: 23, patch: 0, pre: { kind: "beta", number: 2 } } },
    ],
    ["1", { kind: "partial", major: 1 }],
    ["go1", { kind: "partial", major: 1 }],
    ["1.x", { kind: "partial", major: 1 }],
    ["1.x.x", { kind: "partial", major: 1 }],
    ["1.20", { kind: "partial", major: 1, minor: 20 }],
    ["go1.21", { kind: "partial", major: 1, minor: 21 }],
    ["v1.22", { kind: "partial", major: 1, minor: 22 }],
    ["1.22.x", { kind: "partial", major: 1, minor: 22 }],
    ["1.22.X", { kind: "partial", major: 1, minor: 22 }],
    ["1.22.*", { kind: "partial", major: 1, minor: 22 }],
    ["^1.22", { kind: "range", range: "^1.22" }],
    ["~1.22.3", { kind: "range", range: "~1.22.3" }],
    [">=1.21 <1.23", { kind: "range", range: ">=1.21 <1.23" }],
    ["=1.22.5", { kind: "range", range: "=1.22.5" }],
    ["*", { kind: "range", range: "*" }],
    ["1.21 || 1.23", { kind: "range", range: "1.21 || 1.23" }],
    ["1.21 - 1.23", { kind: "range", range: "1.21 - 1.23" }],
    ["1.21 <1.23", { kind: "range", range: "1.21 <1.23" }],
    ["latest", { kind: "latest" }],
    [" stable ", { kind: "stable" }],
    ["oldstable", { kind: "oldstable" }],
    ["system", { kind: "system" }],
    ["go.mod", { kind: "go.mod" }],
    ["tip", { kind: "tip" }],
    ["mygo", { kind: "name", name: "mygo" }],
    ["go", { kind: "name", name: "go" }],
    ["my_go-1.2+x.y", { kind: "name", name: "my_go-1.2+x.y" }],
    ["_", { kind: "name", name: "_" }],
    ["Latest", { kind: "name", name: "Latest" }],
  ])("%j", (text, request) => {
    expect(parseRequest(text)).toEqual(request);
    const again = formatRequest(parseRequest(text));
    expect(parseRequest(again)).toEqual(request);
  });

  it.each([
    "",
    " ",
    "1.",
    "1.22.",
    "1..22",
    "1.22.5.1",
    "1.22.5rc1",
    "1.22rc",
    "1.22alpha1",
    "1.22.5-x",
    "-1",
    "-x",
    "../x",
    "a/b",
    "/abs",
    "a..b",
    ".hidden",
    "..",
    "a b",
    "a\nb",
    "a\0b",
    "é",
    "1.22/..",
    ">=1.21/x",
    "path:/x",
    "ref:main",
    "$(id)",
    "`id`",
    "a;b",
    "1.22 1.23",
    "x*",
    "1,22",
    "~/go",
    "^/x",
  ])("%j is none", (text) => {
    expect(() => parseRequest(text)).toThrow(
      expect.objectContaining({
        code: "BAD_SPEC",
        exitCode: 2,
        message: `"${text.replace("\0", "\\u{0}")}" is not a version of Go`,
        hint: expect.stringContaining("1.22.5"),
      }),
    );
  });
});

describe("order", () => {
  const sorted =
    "1.0 1.0.1 1.2 1.8.7 1.9beta1 1.9beta2 1.9beta10 1.9rc1 1.9rc2 1.9.0 1.9.1 1.9.9 1.9.10 1.10rc1 1.10.0 1.22.5 2.0.0";

  it("is by numbers, betas first", () => {
    const versions = sorted.split(" ").map(version);
    expect(versions.toReversed().toSorted(compareVersions)).toEqual(versions);
    for (const [i, a] of versions.entries())
      for (const [j, b] of versions.entries())
        expect(Math.sign(compareVersions(a, b)), `${formatVersion(a)} ${formatVersion(b)}`).toBe(
          Math.sign(i - j),
        );
  });
});

describe("the newest", () => {
  const some = ["1.22.9", "1.23rc1", "1.22.10", "1.24rc1", "1.24beta1", "1.21.0", "1.23.0", "2.0rc1"];

  it.each([
    ["1.22", some, "1.22.10"],
    ["1.22", some.toReversed(), "1.22.10"],
    ["1.23", some, "1.23.0"],
    ["1.24", some, "1.24rc1"],
    ["1", some, "1.23.0"],
    ["2", some, "2.0rc1"],
    ["1.25", some, undefined],
    ["latest", some, "1.23.0"],
    ["stable", some, "1.23.0"],
    ["latest", ["1.24rc1", "1.24beta2"], "1.24rc1"],
    ["latest", [], undefined],
  ])("%s of %j is %s", (text, candidates, newest) => {
    const request = parseRequest(text);
    if (request.kind !== "partial" && request.kind !== "latest" && request.kind !== "stable")
      throw new Error(`${text} is ${request.kind}`);
    const found = newestMatching(candidates.map(version), request);
    expect(found && formatVersion(found)).toBe(newest);
  });

  it.each([
    ["1.22.5", "1", true],
    ["1.22.5", "1.22", true],
    ["1.22rc1", "1.22", true],
    ["1.2.0", "1.22", false],
    ["2.22.0", "1.22", false],
  ])("%s matches %s: %s", (text, partial, matches) => {
    const request = parseRequest(partial);
    expect(request.kind === "partial" && matchesPartial(version(text), request)).toBe(matches);
  });
});
