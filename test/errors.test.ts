/** src/errors.ts: codes, exit codes, and what is a system's error. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { type ErrorCode, GvError, systemCode } from "../src/errors.ts";

describe("an error", () => {
  it.each<[ErrorCode, number]>([
    ["ROOT_UNSAFE", 1],
    ["NO_SPACE", 1],
    ["NO_SUCH_RELEASE", 1],
    ["BAD_SPEC", 2],
    ["BAD_GOPROXY", 2],
    ["NOT_INSTALLED", 3],
    ["NO_SYSTEM_GO", 3],
    ["NOT_PROVEN", 4],
    ["BAD_ARCHIVE", 4],
    ["BAD_TOOLCHAIN", 1],
    ["NETWORK", 5],
    ["PROXY_OFF", 5],
    ["NO_CHECKSUM_DATABASE", 5],
    ["BUSY", 6],
    ["INTERRUPTED", 130],
  ])("%s ends with %i", (code, exitCode) => {
    expect(new GvError(code, "fact")).toMatchObject({ code, exitCode, message: "fact", name: "GvError" });
  });

  it("has a hint and a cause where they are given, and is an Error", () => {
    const cause = new Error("why");
    const error = new GvError("NETWORK", "fact", { hint: "type this", cause });
    expect(error).toBeInstanceOf(Error);
    expect([error.hint, error.cause]).toEqual(["type this", cause]);
    const bare = new GvError("NETWORK", "fact");
    expect([bare.hint, "cause" in bare]).toEqual([undefined, false]);
  });
});

describe("a system's code", () => {
  it("is that of a system's error alone", () => {
    let thrown: unknown;
    try {
      readFileSync("/nowhere/at/all");
    } catch (error) {
      thrown = error;
    }
    expect(systemCode(thrown)).toBe("ENOENT");
    expect(systemCode(new GvError("NETWORK", "fact"))).toBeUndefined();
    expect(systemCode(new GvError("NETWORK", "fact", { cause: thrown }))).toBeUndefined();
  });

  it.each([
    new Error("none"),
    Object.assign(new Error("a number"), { code: 7 }),
    { code: "ENOENT" },
    "ENOENT",
    undefined,
    null,
  ])("isn't in %s", (error) => {
    expect(systemCode(error)).toBeUndefined();
  });
});
