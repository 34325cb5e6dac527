/**
 * Go for linux/arm64 on this machine: installed beside the others, run by qemu-user, and what it builds. The shims
 * run as on an arm64 system in one respect alone: uname says so. The shell is this machine's own.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, inject, it } from "vitest";

import { archOf } from "../../src/host.ts";
import { parsePlatform } from "../../src/platform.ts";
import { confPath, shimConf } from "../../src/shim-conf.ts";
import { collectTools } from "../../src/tools/collect.ts";
import { online, patience } from "../support/online.ts";
import { arm64Runner } from "../support/qemu.ts";
import { basicPath } from "../support/sandbox.ts";
import { nodeFolder } from "../support/scene.ts";

describe.runIf(process.platform === "linux")("Go 1.27.1 for linux/arm64", () => {
  it("runs, builds, and its shims run what it built", { timeout: patience }, async (test) => {
    const [program = "", ...words] = arm64Runner(test);
    const box = await online(test);
    const installed = await box.gv(["install", "--platform", "linux/aarch64", "1.27.1"]);
    expect(installed).toMatchObject({ code: 0, stderr: "" });
    const goroot = join(box.root, "versions/linux-arm64/1.27.1");
    expect(archOf(join(goroot, "bin/go"))).toBe("arm64");

    const env = {
      PATH: `${box.root}/shims:${box.root}/bin:${box.home}/fake:${nodeFolder}:${basicPath}`,
      GOPATH: join(box.home, "gopath"),
      GOCACHE: inject("goCaches").GOCACHE,
      CGO_ENABLED: "0",
      GOFLAGS: "-ldflags=-s -ldflags=-w",
    };
    const run = async (...command: string[]) => {
      const ran = await box.run(program, [...words, ...command], { env });
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      return ran.stdout + ran.stderr;
    };
    expect(await run("gv", "exec", "--platform", "linux/arm64", "1.27.1", "--", "go", "version")).toBe(
      "go version go1.27.1 linux/arm64\n",
    );

    // As an arm64 system sees the root: set up there alone, and uname's word.
    const ctx = box.context({ platform: parsePlatform("linux/arm64"), env: { ...box.env, ...env } });
    rmSync(confPath(ctx));
    const loader = "/lib/ld-linux-aarch64.so.1";
    writeFileSync(
      confPath(ctx),
      shimConf(ctx, { exists: (path) => path === loader, textOf: () => undefined }),
    );
    mkdirSync(join(box.home, "fake"));
    box.write("../home/fake/uname", "#!/bin/sh\necho Linux aarch64\n", 0o755);
    box.write(".go-version", "1.27\n");
    box.write("go.mod", "module example.com/greet\n\ngo 1.22\n");
    // Without fmt: under qemu each package takes its time.
    box.write(
      "main.go",
      'package main\n\nimport "runtime"\n\nfunc main() { println("hello from", runtime.GOARCH) }\n',
    );
    expect(await run("go", "version")).toBe("go version go1.27.1 linux/arm64\n");
    expect(await run("go", "env", "GOARCH", "GOHOSTARCH", "GOROOT")).toBe(`arm64\narm64\n${goroot}\n`);
    await run("go", "install", ".");
    expect(archOf(join(box.home, "gopath/bin/greet"))).toBe("arm64");
    // The shim of go has collected it.
    expect(await collectTools(ctx)).toEqual([]);
    rmSync(join(box.home, "gopath/bin/greet"));
    expect(await run("greet")).toBe("hello from arm64\n");
    expect(await run("gv", "which", "greet")).toBe(`${box.root}/tools/linux-arm64/1.27.1/bin/greet\n`);
    expect(await run("gofmt", "-l", ".")).toBe("");
  });
});
