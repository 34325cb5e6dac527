/** src/buildinfo.ts: which Go built a program, by hand-made files and by programs of a real go. */
import { statSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { type BuildInfo, readBuildInfo } from "../src/buildinfo.ts";
import { formatPlatform } from "../src/platform.ts";
import { formatVersion, releaseName } from "../src/version.ts";
import { buildInfoBlob, goBuild, moduleInfo, realGo } from "./support/programs.ts";
import { sandbox } from "./support/sandbox.ts";

const step = 1 << 20;

function read(...parts: Uint8Array[]): BuildInfo | undefined {
  return readBuildInfo(sandbox().write("program", Buffer.concat(parts)));
}

const brief = (info: BuildInfo | undefined) =>
  info && [formatVersion(info.version), info.platform && formatPlatform(info.platform), info.path];

describe("a file made by hand", () => {
  const modules = moduleInfo("linux/arm64");
  const whole = ["1.22.5", "linux/arm64", "example.com/cmd/tiny"];

  it.each([0, 16, 4096, step - 16, step, step + 16, 3 * step + 160, step + (1 << 16)])(
    "with its header at %i",
    (at) => {
      expect(brief(read(buildInfoBlob("go1.22.5", { at, modules })))).toEqual(whole);
    },
  );

  it("whose strings reach over the end of what is read at once", () => {
    const long = `${modules}${"dep\texample.com/dependency\tv1.0.0\th1:x=\n".repeat(1000)}`;
    expect(brief(read(buildInfoBlob("go1.22.5", { at: step - 16, modules: long })))).toEqual(whole);
  });

  it.each([
    ["go1.23rc1", "1.23rc1"],
    ["go1.20", "1.20.0"],
    ["go1.22.5 X:boringcrypto", "1.22.5"],
  ])("of %s", (name, version) => {
    expect(brief(read(buildInfoBlob(name, { modules })))).toEqual([version, ...whole.slice(1)]);
  });

  it("without module information", () => {
    expect(brief(read(buildInfoBlob("go1.22.5")))).toEqual(["1.22.5", undefined, undefined]);
    const noPlatform = buildInfoBlob("go1.22.5", { modules: "path\tx\n" });
    expect(brief(read(noPlatform))).toEqual(["1.22.5", undefined, "x"]);
  });

  it("with the magic as mere data before it", () => {
    const magic = Buffer.from("\xff Go buildinf:", "latin1");
    const data = Buffer.concat([magic, Buffer.alloc(64 - magic.length)]);
    const unaligned = Buffer.concat([Buffer.alloc(8), buildInfoBlob("go1.9.9"), Buffer.alloc(8)]);
    const odd = Buffer.alloc((16 - (unaligned.length % 16)) % 16);
    const program = buildInfoBlob("go1.22.5", { modules });
    expect(brief(read(data, unaligned, odd, program))).toEqual(whole);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(2 * step)],
    ["a script", Buffer.from("#!/bin/sh\n")],
    ["the magic alone", Buffer.from("\xff Go buildinf:", "latin1")],
    ["a header that points to its strings", buildInfoBlob("go1.17", { flags: 0 })],
    ["a header off its place", buildInfoBlob("go1.22.5", { at: 8 })],
    ["a version that is none", buildInfoBlob("devel +abc")],
    ["a version without go", buildInfoBlob("1.22.5")],
    [
      "a string that is longer than the file",
      Buffer.concat([buildInfoBlob("").subarray(0, 32), Buffer.alloc(9, 255)]),
    ],
  ])("without it: %s", (_, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });
});

const noGo = realGo === undefined ? ": needs a go on PATH" : "";

describe.skipIf(noGo)(`a program of a real go${noGo}`, () => {
  it.each(["linux/amd64", "darwin/arm64", "windows/amd64"])("for %s", (platform) => {
    const [GOOS = "", GOARCH = ""] = platform.split("/");
    const program = goBuild(sandbox(), { GOOS, GOARCH, CGO_ENABLED: "0" });
    expect(statSync(program).size).toBeGreaterThan(step);
    const info = readBuildInfo(program);
    expect(info && releaseName(info.version)).toBe(realGo?.split(" ")[0]);
    expect(brief(info)?.slice(1)).toEqual([platform, "example.com/tiny"]);
  });
});
