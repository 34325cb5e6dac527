/** src/program/buildinfo.ts: which Go built a program, by files made by hand; test/real/ reads those of a real Go. */
import { truncateSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { type BuildInfo, readBuildInfo } from "../../src/program/buildinfo.ts";
import { formatPlatform, type Platform } from "../../src/platform.ts";
import { formatVersion } from "../../src/version.ts";
import {
  dataAt,
  elfFile,
  machOFile,
  peFile,
  type ProgramOptions,
  universalFile,
} from "../support/executables.ts";
import { infoData, type InfoOptions, moduleInfo, varint } from "../support/programs.ts";
import { sandbox } from "../support/sandbox.ts";

const step = 1 << 20;
const linux = { os: "linux", arch: "amd64" };

const readFile = (bytes: Uint8Array, host?: Platform): BuildInfo | undefined =>
  readBuildInfo(sandbox().write("program", bytes), host);

/** What an ELF file with this data tells. */
const read = (...data: Uint8Array[]): BuildInfo | undefined =>
  readFile(elfFile({ data: Buffer.concat(data) }));

const brief = (info: BuildInfo | undefined) =>
  info && [formatVersion(info.version), info.platform && formatPlatform(info.platform), info.path];

const modules = moduleInfo("linux/arm64");
const whole = ["1.22.5", "linux/arm64", "example.com/cmd/tiny"];

describe("the header", () => {
  it.each([0, 16, 4096, step - 16, step, step + 16, 3 * step + 160])("is found at %i", (at) => {
    expect(brief(read(infoData("go1.22.5", { at, modules })))).toEqual(whole);
  });

  it("is found behind the magic off its place", () => {
    const unaligned = Buffer.concat([Buffer.alloc(8), infoData("go1.9.9"), Buffer.alloc(8)]);
    const odd = Buffer.alloc((16 - (unaligned.length % 16)) % 16);
    expect(brief(read(unaligned, odd, infoData("go1.22.5", { modules })))).toEqual(whole);
  });

  it("is looked for in the data alone, and in 64 MB of it", () => {
    expect(readFile(Buffer.concat([elfFile(), Buffer.alloc(16), infoData("go1.22.5")]))).toBeUndefined();
    expect(brief(read(infoData("go1.22.5", { at: 64 * step - 16, modules })))).toEqual(whole);
    expect(read(infoData("go1.22.5", { at: 64 * step, modules }))).toBeUndefined();
  });
});

type Make = (options: ProgramOptions) => Buffer;

const formats: [name: string, make: Make, size: number, order: "little" | "big"][] = [
  ["ELF of 64 bits", elfFile, 8, "little"],
  ["ELF of 64 bits, big-endian", (options) => elfFile({ ...options, machine: 22, order: "big" }), 8, "big"],
  ["ELF of 32 bits", (options) => elfFile({ ...options, machine: 3, bits: 32 }), 4, "little"],
  ["ELF of 32 bits, big-endian", (o) => elfFile({ ...o, machine: 8, bits: 32, order: "big" }), 4, "big"],
  ["Mach-O of 64 bits", machOFile, 8, "little"],
  ["Mach-O of 32 bits", (options) => machOFile({ ...options, machine: 7, bits: 32 }), 4, "little"],
  ["PE of 64 bits", peFile, 8, "little"],
  ["PE of 32 bits", (options) => peFile({ ...options, machine: 0x14c, bits: 32 }), 4, "little"],
];

describe.each(formats)("%s", (_, make, size, order) => {
  it("of Go 1.18 and later is read, with a section for it or without", () => {
    for (const section of [true, false]) {
      const data = infoData("go1.22.5", { at: 64, modules });
      expect(brief(readFile(make({ data, section })))).toEqual(whole);
    }
  });

  it("of Go 1.13 to 1.17 is read by its pointers", () => {
    const options: InfoOptions = {
      at: 64,
      modules: "path\tx\nmod\tx\tv1.2.3\th1:\n",
      pointers: { size, order },
    };
    const info = readFile(make({ data: infoData("go1.17.13", options) }));
    expect(info).toMatchObject({
      goVersion: "go1.17.13",
      path: "x",
      module: { path: "x", version: "v1.2.3" },
    });
    const noModules = infoData("go1.13", { pointers: { size, order } });
    expect(readFile(make({ data: noModules }))).toMatchObject({ goVersion: "go1.13", path: undefined });
  });
});

describe("the version", () => {
  it.each([
    ["go1.23rc1", "1.23rc1"],
    ["go1.20", "1.20.0"],
    ["go1.22.5 X:boringcrypto", "1.22.5"],
    ["go1.26.8-X:jsonv2", "1.26.8"],
    ["go1.25.1 (Vendor 1.25.1-1)", "1.25.1"],
  ])("%s is %s, and told as it is in the file", (goVersion, version) => {
    const info = read(infoData(goVersion, { modules }));
    expect(brief(info)).toEqual([version, ...whole.slice(1)]);
    expect(info?.goVersion).toBe(goVersion);
  });

  it.each(["", "devel +abc", "devel go1.23-abc", "1.22.5", "go1.22.5-custom", "go", "gopher"])(
    "%j is no release's",
    (goVersion) => {
      expect(read(infoData(goVersion, { modules }))).toBeUndefined();
    },
  );
});

describe("the module information", () => {
  it("may be absent, or say little", () => {
    const none = { path: undefined, module: undefined, settings: {}, platform: undefined };
    expect(read(infoData("go1.22.5"))).toMatchObject({ goVersion: "go1.22.5", ...none });
    expect(read(infoData("go1.22.5", { modules: "path\tx\n" }))).toMatchObject({ ...none, path: "x" });
  });

  it("tells the main package, its module, and how it was built", () => {
    const lines = [
      "path\tgolang.org/x/tools/gopls",
      "mod\tgolang.org/x/tools/gopls\tv0.16.2\th1:sum=",
      "dep\texample.com/dep\tv1.0.0\th1:sum=",
      "=>\texample.com/other\tv2.0.0\th1:sum=",
      "build\t-compiler=gc",
      'build\t-ldflags="-X main.text=\\"a\\tb\\u00e9\\x7f\\U0001f600\\" -s"',
      'build\t-tags=`a "b"`',
      'build\t"odd key"=x',
      "build\t-trimpath=true",
      "build\tCGO_ENABLED=0",
      "build\tGOARCH=arm64",
      "build\tGOOS=linux",
      "build\tvcs.revision=0123abcd",
      "build\tempty=",
      "build\t__proto__=x",
      "build\tnothing",
      'build\t"unfinished=x',
      'build\ttoo-high="\\Uffffffff"',
      "",
    ];
    const { version: _, ...info } = read(infoData("go1.22.5", { modules: lines.join("\n") })) ?? {};
    expect(info).toEqual({
      goVersion: "go1.22.5",
      platform: { os: "linux", arch: "arm64" },
      path: "golang.org/x/tools/gopls",
      module: { path: "golang.org/x/tools/gopls", version: "v0.16.2" },
      settings: Object.fromEntries([
        ["-compiler", "gc"],
        ["-ldflags", '-X main.text="a\tbé\x7f😀" -s'],
        ["-tags", 'a "b"'],
        ["odd key", "x"],
        ["-trimpath", "true"],
        ["CGO_ENABLED", "0"],
        ["GOARCH", "arm64"],
        ["GOOS", "linux"],
        ["vcs.revision", "0123abcd"],
        ["empty", ""],
        ["__proto__", "x"],
        ["too-high", "\ufffd"],
      ]),
    });
  });

  it("may be no pointer's", () => {
    const data = infoData("go1.17.13", { modules, pointers: { size: 8 } });
    data.fill(0, 24, 32);
    expect(read(data)).toMatchObject({ goVersion: "go1.17.13", path: undefined });
  });

  it("may be long, but not beyond 1 MB", () => {
    expect(read(infoData("go1.22.5", { modules: `${modules}${"\n".repeat(step)}` }))).toBeUndefined();
    const long = `${modules}${"dep\texample.com/dependency\tv1.0.0\th1:x=\n".repeat(20_000)}build\tlast=1\n`;
    const info = read(infoData("go1.22.5", { at: step - 32, modules: long }));
    expect(brief(info)).toEqual(whole);
    expect(info?.settings["last"]).toBe("1");
  });
});

const platform = (bytes: Uint8Array, host?: Platform) => readFile(bytes, host)?.platform;

describe("the platform", () => {
  const old = infoData("go1.17.13", { pointers: { size: 8 } });

  it("is that of the settings, where they tell it", () => {
    const bytes = peFile({ data: infoData("go1.22.5", { modules }) });
    expect(platform(bytes, linux)).toEqual({ os: "linux", arch: "arm64" });
  });

  it("is else that of the file", () => {
    expect(platform(machOFile({ data: old }))).toEqual({ os: "darwin", arch: "amd64" });
    expect(platform(peFile({ data: old }), linux)).toEqual({ os: "windows", arch: "amd64" });
    expect(platform(elfFile({ data: old, osabi: 9 }), linux)).toEqual({ os: "freebsd", arch: "amd64" });
  });

  it("of an ELF file that names no system is the host's, if that runs ELF", () => {
    const arm64 = elfFile({ data: old, machine: 183 });
    expect(platform(arm64)).toBeUndefined();
    expect(platform(arm64, linux)).toEqual({ os: "linux", arch: "arm64" });
    expect(platform(arm64, { os: "openbsd", arch: "amd64" })).toEqual({ os: "openbsd", arch: "arm64" });
    for (const os of ["darwin", "windows", "aix"])
      expect(platform(arm64, { os, arch: "arm64" })).toBeUndefined();
    expect(platform(elfFile({ data: old, machine: 9999 }), linux)).toBeUndefined();
  });

  it("of a universal program is the host's where it has one for it, else the first", () => {
    const bytes = universalFile([
      [0x1000007, machOFile({ data: infoData("go1.21.1", { modules: moduleInfo("darwin/amd64") }) })],
      [0x100000c, machOFile({ data: infoData("go1.17.13", { pointers: { size: 8 } }), machine: 0x100000c })],
    ]);
    const of = (arch?: string) =>
      brief(readFile(bytes, arch === undefined ? undefined : { os: "darwin", arch }));
    expect(of("arm64")).toEqual(["1.17.13", "darwin/arm64", undefined]);
    for (const arch of ["amd64", "386", undefined])
      expect(of(arch)).toEqual(["1.21.1", "darwin/amd64", "example.com/cmd/tiny"]);
  });
});

/** A header and what follows it. */
const header = (flags: number, size: number, ...after: Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from("\xff Go buildinf:", "latin1"), Buffer.from([size, flags]), ...after]);

const pointer = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

describe("none", () => {
  const unused = Buffer.alloc(16);
  const swapped = infoData("go1.17", { pointers: { size: 8, order: "big" } });
  swapped[15] = 0;
  it.each([
    ["the magic alone", header(2, 8)],
    ["half a header", header(2, 8, Buffer.alloc(8))],
    ["a header off its place", infoData("go1.22.5", { at: 8 })],
    ["pointers of no known size", infoData("go1.17", { pointers: { size: 2 } })],
    ["pointers in the wrong order", swapped],
    ["a pointer to nowhere", header(0, 8, pointer(0), pointer(0))],
    ["a pointer to the end of 64 bits", header(0, 8, Buffer.alloc(16, 255), Buffer.alloc(64))],
    ["a pointer to itself", header(0, 8, pointer(dataAt.address + 16), pointer(dataAt.address + 16))],
    [
      "a string by pointer of 1 GB",
      header(0, 8, pointer(dataAt.address + 32), pointer(0), pointer(dataAt.address), pointer(2 ** 30)),
    ],
    ["a length that never ends", header(2, 8, unused, Buffer.alloc(64, 255))],
    ["a version of 1 GB", header(2, 8, unused, varint(2 ** 30), Buffer.from("go1.22.5"))],
    ["a version of 2^60 bytes", header(2, 8, unused, varint(2 ** 60), Buffer.from("go1.22.5"))],
    ["a version longer than the file", header(2, 8, unused, varint(9), Buffer.from("go1.22.5"))],
    ["no module information", header(2, 8, unused, varint(8), Buffer.from("go1.22.5"))],
    ["module information of 1 GB", header(2, 8, unused, varint(8), Buffer.from("go1.22.5"), varint(2 ** 30))],
  ])("for %s", (_, data) => {
    expect(read(data)).toBeUndefined();
  });

  it("in a file of 8 GB that says all of it is data, in little time", () => {
    const bytes = elfFile({ section: false });
    for (const at of [64 + 112 + 32, 64 + 112 + 40]) bytes.writeBigUInt64LE(2n ** 33n, at);
    const path = sandbox().write("program", bytes);
    truncateSync(path, 2 ** 33 + 0x400);
    const start = Date.now();
    expect(readBuildInfo(path)).toBeUndefined();
    expect(Date.now() - start).toBeLessThan(20_000);
  });

  it("of the longest lines takes long", () => {
    const start = Date.now();
    for (const line of ['build\t"\\', "build\t`", 'build\t"a"=', "build\t", "\n", "path\t"]) {
      const text = line.repeat(Math.floor((step - 64) / line.length));
      expect(read(infoData("go1.22.5", { modules: `${text}\n` }))).toBeDefined();
    }
    expect(Date.now() - start).toBeLessThan(20_000);
  });
});
