/** Installing for this system and for others: what runs, what it costs, and what there is. */
import { rmSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { Context } from "../src/context.ts";
import { GvError } from "../src/errors.ts";
import { install, type Outcome } from "../src/install.ts";
import { formatPlatform, parsePlatform } from "../src/platform.ts";
import { endOfSupport } from "../src/releases.ts";
import { parseRequest, parseVersion, type Version } from "../src/version.ts";
import { type GoproxyOptions, tinyToolchain } from "./support/goproxy.ts";
import { sandbox } from "./support/sandbox.ts";
import { failedWith, host, hostName, localProxy, scene, settingsFor, succeeded } from "./support/scene.ts";

/** A machine of this platform and kernel, and a proxy that has these: `1.27.1 darwin/arm64`. */
async function machine(releases: readonly string[], system: Partial<Context>, options: GoproxyOptions = {}) {
  const toolchains = releases.map((release) => {
    const [version = "", platform = ""] = release.split(" ");
    return tinyToolchain(version, parsePlatform(platform));
  });
  const proxy = await localProxy({ toolchains, ...options });
  const box = sandbox(settingsFor(proxy));
  const ctx = box.context(system);
  const notes: string[] = [];
  const events = {
    onProgress: () => undefined,
    onWait: () => undefined,
    onWarning: (text: string) => void notes.push(`warning: ${text}`),
    onNote: (text: string) => void notes.push(text),
  };
  const add = (spec: string, platform = ctx.platform): Promise<Outcome> =>
    install(ctx, parseRequest(spec), platform, events);
  const refusal = async (spec: string, platform = ctx.platform): Promise<GvError> => {
    const error: unknown = await add(spec, platform).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof GvError)) throw error ?? new Error("it did not fail");
    return error;
  };
  return { proxy, box, ctx, notes, add, refusal };
}

const mac = parsePlatform("darwin/arm64");
const macOS12 = { platform: mac, kernel: "21.6.0" };
const needs13 = "needs macOS 13 or newer, and this is macOS 12 (Darwin 21.6.0)";

describe("a system that is too old", () => {
  it("is told so before anything is asked for", async () => {
    const { refusal, proxy, box } = await machine(["1.27.1 darwin/arm64"], macOS12);
    expect(await refusal("1.27.1")).toMatchObject({
      code: "UNSUPPORTED_SYSTEM",
      message: `go1.27.1 ${needs13}`,
      hint: "the newest that runs here is 1.26:  gv install 1.26",
    });
    expect(proxy.requests).toEqual([]);
    expect(box.listing()).toEqual([]);
  });

  it("gets the newest that runs, and hears why", async () => {
    const { add, notes } = await machine(
      ["1.25.14", "1.26.8", "1.26.10", "1.27.1", "1.27.4"].map((version) => `${version} darwin/arm64`),
      macOS12,
    );
    expect((await add("latest")).installed.name).toBe("1.26.10");
    expect(notes).toEqual([`go1.27.4 ${needs13}: it is 1.26.10 instead`]);
    expect((await add(">=1.25 <1.28")).installed.name).toBe("1.26.10");
    expect((await add("oldstable")).installed.name).toBe("1.26.10");
  });

  it("gets nothing else than what was asked for", async () => {
    const { refusal, proxy } = await machine(["1.26.8 darwin/arm64", "1.27.1 darwin/arm64"], macOS12);
    expect(await refusal("1.27")).toMatchObject({
      code: "UNSUPPORTED_SYSTEM",
      message: `go1.27.1 ${needs13}`,
    });
    expect(proxy.zipDownloads).toBe(0);
  });

  it("may have it for another platform", async () => {
    const { add, notes } = await machine(["1.27.1 linux/arm64"], macOS12);
    expect((await add("1.27.1", parsePlatform("linux/arm64"))).isNew).toBe(true);
    expect(notes).toEqual([]);
  });
});

describe("another platform", () => {
  it.each([
    ["linux/arm/v6", "linux-arm"],
    ["linux/arm/v7", "linux-arm"],
    ["linux/armv6l", "linux-arm"],
    ["linux/aarch64", "linux-arm64"],
  ])("%s is in the folder %s, by Go's name of the module", async (text, folder) => {
    const { install: _, gv, box, proxy } = await scene([]);
    proxy.add(tinyToolchain("1.26.8", parsePlatform(folder)));
    const ran = await gv("install", "--platform", text, "1.26.8");
    const name = folder.replace("-", "/");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`Go 1.26.8 for ${name} is installed and proven\n`);
    expect(ran.stdout).toContain(
      `the shims run Go for ${hostName}; this one:  gv exec --platform ${name} 1.26.8 -- go version\n`,
    );
    expect(box.listing()).toContain(`versions/${folder}/1.26.8/bin/go`);
    expect(box.listing()).not.toContain("shims/go1.26.8");
  });

  it("of this processor by emulation has its price named, and the line for one that needs none", async () => {
    const { add, notes } = await machine(["1.26.8 darwin/amd64", "1.15.15 darwin/amd64"], { platform: mac });
    const amd64 = parsePlatform("darwin/amd64");
    await add("1.26.8", amd64);
    const cost =
      "by Rosetta 2, which translates it: it is slower, and builds for amd64 unless GOARCH says otherwise";
    expect(notes).toEqual([
      `go1.26.8 for darwin/amd64 runs on this darwin/arm64 ${cost}\n` +
        "    the one for this processor:  gv install 1.26.8",
    ]);
    await add("1.26.8", amd64);
    expect(notes, "once, where it is new").toHaveLength(1);
    await add("1.15.15", amd64);
    expect(notes[1]).toMatch(/\n {4}go1\.16 is the first for this processor$/);
  });

  it("of linux/amd64 on linux/arm64 needs an emulator", async () => {
    const { add, notes } = await machine(["1.26.8 linux/amd64"], { platform: parsePlatform("linux/arm64") });
    await add("1.26.8", parsePlatform("linux/amd64"));
    expect(notes).toEqual([
      expect.stringMatching(/^go1\.26\.8 for linux\/amd64 runs on this linux\/arm64 by an emulator alone/),
    ]);
  });
});

describe("a platform that a release doesn't have", () => {
  it.each([
    ["404", undefined],
    [
      "403",
      (_: unknown, response: { writeHead: (code: number) => { end: () => void } }) => {
        response.writeHead(403).end();
        return true;
      },
    ],
  ] as const)(
    "is refused by the table in the package, naming those it has (the proxy says %s)",
    async (_, intercept) => {
      const { refusal, proxy } = await machine([], {}, intercept ? { intercept } : {});
      const error = await refusal("1.26.0", parsePlatform("freebsd/riscv64")); // Its last release was of 1.25.
      expect(error).toMatchObject({
        code: "NO_SUCH_PLATFORM",
        message: "Go 1.26.0 is not published for freebsd/riscv64",
        hint: expect.stringMatching(/^it is for aix\/ppc64, .*linux\/arm, linux\/arm64, .*windows\/arm64\n/),
      });
      expect(proxy.zipDownloads).toBe(0);
    },
  );

  it("may come from a proxy that has it all the same", async () => {
    const { add } = await machine(["1.26.0 freebsd/riscv64"], {});
    expect((await add("1.26.0", parsePlatform("freebsd/riscv64"))).isNew).toBe(true);
  });
});

describe("gv exec --platform", () => {
  it("runs a command with the Go of another platform, where this system runs it", async () => {
    const { gv, proxy } = await scene([]);
    const other = host.arch === "arm64" ? "386" : "arm64"; // Its go is a script: it runs on any processor.
    const name = `${host.os}/${other}`;
    proxy.add(tinyToolchain("1.26.8", { os: host.os, arch: other }));
    await gv("install", "--platform", name, "1.26.8");
    expect(await gv("exec", "--platform", name, "1.26.8", "--", "go", "version")).toEqual(
      succeeded(`go version go1.26.8 ${name}\n`),
    );
    expect(await gv("exec", `--platform=${name}`, "1.26", "--", "go", "a b", "--platform")).toEqual(
      succeeded("go go1.26.8\narg: a b\narg: --platform\n"),
    );
    expect(failedWith(3, await gv("exec", "--platform", name, "1.25", "--", "go"))).toEqual({
      fact: `Go 1.25 is not installed for ${name}`,
      hint: `asked for by: the argument 1.25\nto install it: gv install --platform ${name} 1.25`,
    });
    expect(failedWith(2, await gv("exec", "--platform", name, "--", "go")).fact).toContain(
      "no version of Go is chosen",
    );
  });

  it("refuses one that this system doesn't run", async () => {
    const { gv, proxy, box } = await scene([]);
    const [other, os] = [host.arch === "arm64" ? "amd64" : "arm64", host.os === "linux" ? "darwin" : "linux"];
    for (const platform of [
      { os, arch: "arm64" },
      { os: host.os, arch: other },
    ]) {
      proxy.add(tinyToolchain("1.26.8", platform));
      await gv("install", "--platform", formatPlatform(platform), "1.26.8");
    }
    const exec = (name: string) => gv("exec", "--platform", name, "1.26.8", "--", "go", "version");
    expect(failedWith(1, await exec(`${os}/arm64`))).toEqual({
      fact: `this ${hostName} system doesn't run Go for ${os}/arm64`,
      hint: `to build for it, the go of this system does:  GOOS=${os} GOARCH=arm64 go build`,
    });
    // A program that the kernel doesn't know.
    const go = `../root/versions/${host.os}-${other}/1.26.8/bin/go`;
    rmSync(`${box.project}/${go}`);
    box.write(go, Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01", "latin1"), Buffer.alloc(200, 7)]), 0o755);
    expect(failedWith(1, await exec(`${host.os}/${other}`)).fact).toBe(
      `this ${hostName} system doesn't run Go for ${host.os}/${other}`,
    );
  });
});

function versionOf(text: string): Version {
  const parsed = parseVersion(text);
  if (!parsed) throw new Error(`${text} is no version`);
  return parsed;
}

describe("the end of support", () => {
  it.each([
    ["1.25.14", "1.27.0", true],
    ["1.22.5", "1.27.0", true],
    ["1.25rc1", "1.27.0", true],
    ["1.26.0", "1.27.0", false],
    ["1.27.4", "1.27.0", false],
    ["1.28rc1", "1.27.4", false],
  ])("of %s, where %s is the newest: %s", (old, newest, ended) => {
    expect(endOfSupport(versionOf(old), versionOf(newest)) !== undefined).toBe(ended);
  });

  it("is said once, where the release is installed: by the table, without a network for it", async () => {
    const { add, proxy, ctx } = await machine([`1.22.5 ${hostName}`, `1.99.0 ${hostName}`], {});
    const said = "Go 1.22 is past its end of support: it gets no security fixes since Go 1.24 came out";
    expect((await add("1.22.5")).endOfSupport).toBe(`${said} (supported: 1.27 and 1.26)`);
    expect(proxy.requests.filter(({ path }) => path.endsWith("/list"))).toEqual([]);
    expect((await add("1.22.5")).endOfSupport).toBeUndefined();
    expect(ctx.err()).toBe("");
  });

  it("is told by the list of releases where that was read", async () => {
    const { add } = await machine([`1.97.5 ${hostName}`, `1.98.0 ${hostName}`, `1.99.0 ${hostName}`], {});
    expect((await add("1.97")).endOfSupport).toMatch(
      /since Go 1\.99 came out \(supported: 1\.99 and 1\.98\)$/,
    );
    expect((await add("1.98")).endOfSupport).toBeUndefined();
  });
});
