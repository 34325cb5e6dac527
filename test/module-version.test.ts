/** src/module-version.ts: the order of golang.org/x/mod/semver. */
import { describe, expect, it } from "vitest";

import { compareModuleVersions, isModuleVersion, isRelease, pathOfMajor } from "../src/module-version.ts";

/** In the order of golang.org/x/mod/semver's own tests, oldest first; the first two are no versions. */
const ordered = [
  "bad",
  "v0.0.0-20180728063816-88497007e858",
  "v0.0.1-2019.2.3",
  "v0.0.1-2020.1.3",
  "v0.9.0",
  "v0.10.0",
  "v1.0.0-alpha",
  "v1.0.0-alpha.1",
  "v1.0.0-alpha.beta",
  "v1.0.0-beta",
  "v1.0.0-beta.2",
  "v1.0.0-beta.11",
  "v1.0.0-rc.1",
  "v1.0.0",
  "v1.2.0",
  "v1.2.3-456",
  "v1.2.3-456-789",
  "v1.2.3-pre",
  "v1.2.3",
  "v2.0.0+incompatible",
];

describe("versions of modules", () => {
  it("have an order", () => {
    for (const [i, a] of ordered.entries())
      for (const [j, b] of ordered.entries())
        expect([a, b, Math.sign(compareModuleVersions(a, b))]).toEqual([a, b, Math.sign(i - j)]);
  });

  it("are equal whatever their build metadata", () => {
    expect(compareModuleVersions("v1.2.3+a", "v1.2.3")).toBe(0);
  });

  it.each([
    ["v1.2.3", true, true],
    ["v1.2.3-pre", true, false],
    ["v2.0.0+incompatible", true, false],
    ["v1.2", false, false],
    ["1.2.3", false, false],
    ["latest", false, false],
    ["v1.2.3\n", false, false],
  ])("%j is one: %s, a release: %s", (text, one, release) => {
    expect([isModuleVersion(text), isRelease(text)]).toEqual([one, release]);
  });

  it.each([
    ["example.com/x/v2", "v1.64.8", "example.com/x"],
    ["example.com/x/v2", "v2.5", "example.com/x/v2"],
    ["example.com/x", "v0.16.2", "example.com/x"],
    ["example.com/x", "v3.0.0", "example.com/x/v3"],
    ["example.com/x/v2", "master", "example.com/x/v2"],
  ])("%s at %s is %s", (module, version, path) => {
    expect(pathOfMajor(module, version)).toBe(path);
  });
});
