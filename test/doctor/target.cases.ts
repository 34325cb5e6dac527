/** Faults of what is built for, and by which C compiler (src/checks/target.ts). */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { type Case, mac } from "../support/doctor.ts";
import { freeze } from "./goroot.cases.ts";

export const target: readonly Case[] = [
  {
    check: "cc-frozen",
    fault: "a compiler that is gone",
    finds: /CC=\/opt\/llvm\/bin\/clang -m64: there is no program \/opt\/llvm\/bin\/clang/,
    before: ({ env }) => (env["CC"] = "/opt/llvm/bin/clang"),
    put: (scene) => freeze(scene, "CC=/opt/llvm/bin/clang -m64"),
  },
  {
    check: "cc-frozen",
    fault: "one that is there",
    finds: /go\/env, line 1: CXX=zig c\+\+$/,
    before: ({ program }) => program("zig", "exit 0"),
    put: (scene) => freeze(scene, "CXX=zig c++"),
  },
  {
    check: "cc-missing",
    fault: "a compiler of the environment that is gone",
    finds: /CC=\/opt\/llvm\/bin\/clang -m64, in the environment: there is no program \/opt\/llvm\/bin\/clang/,
    before({ env, program }) {
      program("ccache", "exit 0");
      Object.assign(env, { CC: "ccache gcc", CXX: "/opt/llvm/bin/clang++", CGO_ENABLED: "0" });
    },
    put: ({ env }) => Object.assign(env, { CC: "/opt/llvm/bin/clang -m64", CXX: "", CGO_ENABLED: "1" }),
  },
  {
    check: "cc-missing",
    fault: "in a profile alone",
    finds: /CXX=zig-c\+\+, in new shells \(bash -i -c; .*\.bashrc, line 1\): there is no program zig-c\+\+/,
    put: ({ home, write }) => write(join(home, ".bashrc"), "export CXX=zig-c++\n"),
  },
  {
    check: "cgo-flags-missing",
    fault: "a library's folder that is gone",
    finds: /CGO_LDFLAGS=-L\/opt\/nowhere\/lib, in the environment: there is no \/opt\/nowhere\/lib/,
    before: ({ env }) => (env["CGO_CFLAGS"] = "-I/usr/include -O2"),
    put: ({ env }) => (env["CGO_LDFLAGS"] = "-L/opt/nowhere/lib"),
  },
  {
    check: "cgo-disabled",
    fault: "by a profile",
    finds: /CGO_ENABLED=0, in new shells \(bash -i -c; .*\.bashrc, line 1\)/,
    before({ system, write }) {
      // An image's ENV.
      write(join(system, ".dockerenv"), "");
      write(join(system, "proc/1/environ"), "PATH=/usr/bin:/bin\0CGO_ENABLED=0\0");
    },
    put({ home, system, write }) {
      rmSync(join(system, ".dockerenv"));
      write(join(home, ".bashrc"), "export CGO_ENABLED=0\n");
    },
  },
  {
    check: "cgo-disabled",
    fault: "frozen",
    finds: /line 1: CGO_ENABLED=0/,
    before({ env, home, write }) {
      env["CGO_ENABLED"] = "0"; // As an image or a Makefile has it.
      write(join(home, ".config/go/env"), "CGO_ENABLED=1\n");
    },
    put: (scene) => freeze(scene, "CGO_ENABLED=0"),
  },
  {
    check: "cgo-flags-frozen",
    fault: "folders of a Homebrew that is gone",
    finds: /CGO_CFLAGS=-O2 -I\/opt\/nowhere\/include: there is no \/opt\/nowhere\/include/,
    put: (scene) => freeze(scene, "CGO_CFLAGS=-O2 -I/opt/nowhere/include"),
  },
  {
    check: "cgo-flags-frozen",
    fault: "a folder that is there",
    finds: /CGO_LDFLAGS=-L\/usr\/lib$/,
    put: (scene) => freeze(scene, "CGO_LDFLAGS=-L/usr/lib"),
  },
  {
    check: "target-other",
    fault: "GOOS left in a profile",
    finds: /GOOS=windows, in the environment \(.*\.bashrc, line 1\), and this is linux\/amd64/,
    before: ({ env }) => (env["GOOS"] = "linux"),
    put({ env, home, write }) {
      write(join(home, ".bashrc"), "export GOOS=windows\n");
      env["GOOS"] = "windows";
    },
  },
  {
    check: "target-other",
    fault: "GOOS in a profile, in a process that hasn't got it",
    finds: /GOOS=windows, in new shells \(bash -i -c; .*\.bashrc, line 1\), and this is linux\/amd64/,
    put: ({ home, write }) => write(join(home, ".bashrc"), "export GOOS=windows\n"),
  },
  {
    check: "target-other",
    fault: "GOARCH frozen on Apple silicon, from a Mac before",
    finds: /GOARCH=amd64, in .*go\/env, line 1, and this is darwin\/arm64/,
    platform: mac,
    put: ({ home, write }) => write(join(home, "Library/Application Support/go/env"), "GOARCH=amd64\n"),
  },
  {
    check: "target-pair",
    fault: "a processor by another name",
    finds: /GOARCH=aarch64, in the environment: no release of Go has a GOARCH aarch64/,
    before({ env }) {
      env["GOOS"] = "windows";
      env["GOARCH"] = "arm64";
    },
    put({ env }) {
      delete env["GOOS"];
      env["GOARCH"] = "aarch64";
    },
  },
  {
    check: "target-pair",
    fault: "two halves that don't go together",
    finds: /GOOS=windows, .*; GOARCH=riscv64, .*: no release of Go builds for windows on riscv64/,
    put(scene) {
      freeze(scene, "GOOS=windows");
      scene.env["GOARCH"] = "riscv64";
    },
  },
  {
    check: "goarm-range",
    fault: "8, for ARMv8",
    finds: /GOARM=8, in the environment/,
    before: ({ env }) => (env["GOARM"] = "6,softfloat"),
    put: ({ env }) => (env["GOARM"] = "8"),
  },
  {
    check: "goarm-arm64",
    fault: "with GOARCH=arm64",
    finds: /GOARM=7, in .*go\/env, line 1, and GOARCH is arm64/,
    before(scene) {
      freeze(scene, "GOARM=7");
      scene.env["GOARCH"] = "arm";
    },
    put: ({ env }) => (env["GOARCH"] = "arm64"),
  },
];
