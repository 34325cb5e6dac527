/** The recipe of docs/ci.md for a program that runs on both kinds of Mac: two builds, and lipo; LLVM's, off a Mac. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { goEnvironment, online, patience } from "../support/online.ts";
import { findProgram } from "../support/shell.ts";

const lipo = ["lipo", "llvm-lipo", "llvm-lipo-14"].map(findProgram).find((path) => path !== undefined);

/** loader.h and fat.h of macOS. */
const machine = { amd64: 0x01000007, arm64: 0x0100000c } as const;

it.skipIf(lipo === undefined)(
  "is one file with both programs, as they were built",
  { timeout: patience },
  async (test) => {
    const box = await online(test);
    expect(await box.gv(["install", "1.22.5"])).toMatchObject({ code: 0 });
    box.write("go.mod", "module example.com/hello\n\ngo 1.22\n");
    box.write("main.go", 'package main\n\nfunc main() { println("hello") }\n');
    for (const arch of ["amd64", "arm64"]) {
      const env = { ...goEnvironment(box), GOOS: "darwin", GOARCH: arch };
      const words = ["build", "-trimpath", "-o", `hello-${arch}`, "."];
      const built = await box.run(join(box.root, "shims/go"), words, { env });
      expect(built, built.stderr).toMatchObject({ code: 0 });
    }
    const joined = await box.run(lipo ?? "", ["-create", "-output", "hello", "hello-amd64", "hello-arm64"]);
    expect(joined, joined.stderr).toMatchObject({ code: 0 });

    const whole = readFileSync(join(box.project, "hello"));
    const header = whole.subarray(0, 48);
    expect(header.readUInt32BE(0)).toBe(0xcafebabe);
    expect(header.readUInt32BE(4)).toBe(2);
    for (const [i, arch] of (["amd64", "arm64"] as const).entries()) {
      const at = 8 + i * 20;
      expect(header.readUInt32BE(at)).toBe(machine[arch]);
      const [offset, size] = [header.readUInt32BE(at + 8), header.readUInt32BE(at + 12)];
      // The signature that Go's linker gives arm64 programs is in them.
      expect(
        whole.subarray(offset, offset + size).equals(readFileSync(join(box.project, `hello-${arch}`))),
      ).toBe(true);
    }
  },
);
