/** src/choose.ts: which of some versions a request means. */
import { describe, expect, it } from "vitest";

import { newestOf } from "../src/choose.ts";
import { formatVersion, parseRequest, parseVersion } from "../src/version.ts";

const some = "1.20.0 1.20.14 1.21.9 1.22.9 1.22.10 1.23rc1 1.23.0 1.23.1 1.24beta1 1.24rc1";

async function chosen(text: string, candidates = some): Promise<string | undefined> {
  const versions = candidates.split(" ").flatMap((name) => parseVersion(name) ?? []);
  const found = await newestOf(versions, parseRequest(text));
  return found && formatVersion(found);
}

describe("of releases and pre-releases", () => {
  it.each([
    ["1.22.9", "1.22.9"],
    ["1.20.0", "1.20.0"],
    ["1.24rc1", "1.24rc1"],
    ["1.22.11", undefined],
    ["1.23rc2", undefined],
    ["1.22", "1.22.10"],
    ["1.24", "1.24rc1"],
    ["1", "1.23.1"],
    ["1.25", undefined],
    ["latest", "1.23.1"],
    ["stable", "1.23.1"],
    ["oldstable", "1.22.10"],
    ["^1.22.0", "1.23.1"],
    ["~1.22.3", "1.22.10"],
    ["^1.22.0 <1.22.10", "1.22.9"],
    [">=1.20 <1.22", "1.21.9"],
    ["1.20 || 1.22", "1.22.10"],
    ["1.20 - 1.21", "1.21.9"],
    ["*", "1.23.1"],
    [">1.23.1", undefined],
    [">=1.24.0-rc.1", "1.24rc1"],
    [">=1.24.0-beta.1 <1.24.0-rc.1", "1.24beta1"],
    ["=1.23.0", "1.23.0"],
    ["system", undefined],
    ["go.mod", undefined],
    ["tip", undefined],
    ["mygo", undefined],
  ])("%s is %s", async (text, name) => {
    expect(await chosen(text)).toBe(name);
    expect(await chosen(text, some.split(" ").toReversed().join(" "))).toBe(name);
  });
});

describe("oldstable", () => {
  it.each([
    ["1.22.1 1.23.4", "1.22.1"],
    ["1.20.3 1.23.4 1.23.5", "1.20.3"],
    ["1.22.1 1.23.4 1.24rc1", "1.22.1"],
    ["1.22rc1 1.23.4", undefined],
    ["1.23.4 1.23.5", undefined],
    ["1.24rc1", undefined],
    ["", undefined],
    ["1.25.1 1.26.0 2.0.0", "1.26.0"],
    ["1.25.1 2.0.0 2.1.0", "2.0.0"],
  ])("of %j is %s", async (candidates, name) => {
    expect(await chosen("oldstable", candidates)).toBe(name);
  });
});

it("refuses a range that is none", async () => {
  await expect(newestOf([], { kind: "range", range: "<nonsense>" })).rejects.toMatchObject({
    code: "BAD_SPEC",
  });
});
