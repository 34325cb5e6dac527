/**
 * src/program/buildinfo.ts on programs of real releases of Go: those that a Go builds, the one on PATH or else one that gv
 * installs, and those in releases from your GOPROXY.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, inject, it, type TestContext } from "vitest";

import { type BuildInfo, readBuildInfo } from "../../src/program/buildinfo.ts";
import { readExecutable } from "../../src/program/executable.ts";
import { formatPlatform } from "../../src/platform.ts";
import { formatVersion } from "../../src/version.ts";
import { universalFile } from "../support/executables.ts";
import { isWhole, online, patience } from "../support/online.ts";
import { realGo, runGo } from "../support/programs.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { hostFolder, hostName } from "../support/scene.ts";

const linux = { os: "linux", arch: "amd64" };

/** Installs a release from the GOPROXY; gives its GOROOT. */
async function release(box: Sandbox, version: string, platform = hostName): Promise<string> {
  const ran = await box.gv(["install", "-q", "--platform", platform, version]);
  expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: "" });
  return join(box.root, "versions", platform.replace("/", "-"), version);
}

/** A Go that builds, with a cache that is right for it. */
async function anyGo(test: TestContext): Promise<{ box: Sandbox; go: string; env: Record<string, string> }> {
  if (realGo !== undefined) return { box: sandbox(), go: "go", env: {} };
  const box = await online(test);
  const go = join(await release(box, "1.22.5"), "bin/go");
  return { box, go, env: { GOCACHE: inject("goCaches").GOCACHE } };
}

/** Builds a program of no imports for a platform; gives its path. */
function build(box: Sandbox, go: string, platform: string, env: Readonly<Record<string, string>>): string {
  const [GOOS = "", GOARCH = ""] = platform.split("/");
  box.write("src/go.mod", "module example.com/tiny\n\ngo 1.12\n");
  box.write("src/main.go", "package main\n\nfunc main() {}\n");
  const program = join(box.project, `tiny-${GOOS}-${GOARCH}`);
  runGo(go, ["build", "-ldflags", "-s -w", "-o", program, "."], {
    cwd: join(box.project, "src"),
    env: { ...env, GOOS, GOARCH },
  });
  return program;
}

/** What `go version -m` says of it. */
function told(go: string, program: string): { goVersion: string; lines: string[] } {
  const [first = "", ...lines] = runGo(go, ["version", "-m", program]).trimEnd().split("\n");
  return { goVersion: first.slice(program.length + 2), lines: lines.map((line) => line.trim()) };
}

/** The same lines of what gv reads. */
const linesOf = ({ path = "", module, settings }: BuildInfo): string[] => [
  `path\t${path}`,
  `mod\t${module?.path}\t${module?.version}`,
  ...Object.entries(settings).map(
    ([key, value]) => `build\t${key}=${/\s/.test(value) ? `"${value}"` : value}`,
  ),
];

const brief = (info: BuildInfo | undefined) =>
  info && [formatVersion(info.version), info.platform && formatPlatform(info.platform)];

/** What `readExecutable` tells, with a question mark for what the file doesn't. */
const headersOf = (program: string): string | undefined => {
  const { format, images = [] } = readExecutable(program) ?? {};
  return format && `${format}: ${images.map(({ os = "?", arch = "?" }) => `${os}/${arch}`).join(" ")}`;
};

const platforms: [platform: string, headers: string][] = [
  ["linux/amd64", "elf: ?/amd64"],
  ["linux/386", "elf: ?/386"],
  ["linux/arm64", "elf: ?/arm64"],
  ["linux/s390x", "elf: ?/s390x"],
  ["linux/ppc64le", "elf: ?/ppc64le"],
  ["linux/mips", "elf: ?/mips"],
  ["darwin/amd64", "mach-o: darwin/amd64"],
  ["darwin/arm64", "mach-o: darwin/arm64"],
  ["windows/amd64", "pe: windows/amd64"],
  ["windows/386", "pe: windows/386"],
  ["freebsd/amd64", "elf: freebsd/amd64"],
  ["aix/ppc64", "xcoff: aix/ppc64"],
];

/** One of each common format, word and byte order; what go builds for the others takes a minute and more. */
const each = ["linux/amd64", "linux/mips", "darwin/amd64", "darwin/arm64", "windows/386"];

describe("a program of a real go", () => {
  it("is read as go version -m reads it, for each platform", { timeout: patience }, async (test) => {
    const { box, go, env } = await anyGo(test);
    for (const [platform, headers] of platforms.filter(([name]) => isWhole || each.includes(name))) {
      const program = build(box, go, platform, env);
      const info = readBuildInfo(program);
      expect(headersOf(program)).toBe(headers);
      expect(brief(info)?.[1]).toBe(platform);
      expect(info?.settings).toMatchObject({ "-ldflags": "-s -w", CGO_ENABLED: "0" });
      if (platform === "aix/ppc64") continue; // go version passes over it
      const { goVersion, lines } = told(go, program);
      expect(info?.goVersion).toBe(goVersion);
      expect(info && linesOf(info)).toEqual(lines);
    }
    const slices = ["amd64", "arm64"].map((arch) => readFileSync(join(box.project, `tiny-darwin-${arch}`)));
    const [amd64 = Buffer.alloc(0), arm64 = Buffer.alloc(0)] = slices;
    const both = box.write(
      "both",
      universalFile([
        [0x1000007, amd64],
        [0x100000c, arm64],
      ]),
    );
    expect(headersOf(both)).toBe("mach-o: darwin/amd64 darwin/arm64");
    expect(readBuildInfo(both)?.settings["GOARCH"]).toBe("amd64");
    expect(readBuildInfo(both, { os: "darwin", arch: "arm64" })?.settings["GOARCH"]).toBe("arm64");
    expect(told(go, both).goVersion).toBe(readBuildInfo(both)?.goVersion);
  });
});

describe("a release of Go", () => {
  it.runIf(isWhole)(
    "of before 1.18 tells its version by pointers, since 1.13",
    { timeout: patience },
    async (test) => {
      const box = await online(test);
      for (const version of ["1.13.15", "1.17.13"]) {
        const goroot = await release(box, version, "linux/amd64");
        for (const name of ["go", "gofmt"]) {
          const program = join(goroot, "bin", name);
          const info = readBuildInfo(program, linux);
          expect(brief(info)).toEqual([version, "linux/amd64"]);
          expect(info).toMatchObject({ goVersion: `go${version}`, path: undefined, settings: {} });
          expect(headersOf(program)).toBe("elf: ?/amd64");
        }
      }
      const before = join(await release(box, "1.12.17", "linux/amd64"), "bin/go");
      expect(readBuildInfo(before, linux)).toBeUndefined();
      expect(headersOf(before)).toBe("elf: ?/amd64");

      if (hostFolder !== "linux-amd64") return;
      const go = join(box.root, "versions/linux-amd64/1.17.13/bin/go");
      const varied = ["linux/386", "linux/s390x", "darwin/amd64", "windows/386"]; // words, orders, formats
      for (const [platform, headers] of platforms.filter(([name]) => varied.includes(name))) {
        const program = build(box, go, platform, { GOCACHE: inject("goCaches").GOCACHE });
        const info = readBuildInfo(program, linux);
        expect(brief(info)).toEqual(["1.17.13", platform]);
        expect(info).toMatchObject({ path: "example.com/tiny", module: { path: "example.com/tiny" } });
        expect(headersOf(program)).toBe(headers);
      }
    },
  );

  it("for another system tells it", { timeout: patience }, async (test) => {
    const box = await online(test);
    for (const [version, platform, headers, suffix] of [
      ["1.26.8", "darwin/arm64", "mach-o: darwin/arm64", ""],
      ["1.25.14", "windows/amd64", "pe: windows/amd64", ".exe"],
    ] as const) {
      const goroot = await release(box, version, platform);
      for (const name of ["go", "gofmt"]) {
        const program = join(goroot, "bin", `${name}${suffix}`);
        const info = readBuildInfo(program, linux);
        expect(brief(info)).toEqual([version, platform]);
        expect(info).toMatchObject({ goVersion: `go${version}`, path: `cmd/${name}` });
        expect(headersOf(program)).toBe(headers);
      }
    }
  });
});
