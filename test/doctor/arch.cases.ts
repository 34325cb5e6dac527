/** Faults of architecture (src/checks/arch.ts). */
import { chmodSync } from "node:fs";
import { join } from "node:path";

import { type Case, mac, type Scene } from "../support/doctor.ts";
import { elfFile, machines, machOFile, universalFile } from "../support/executables.ts";

const { arm64, amd64 } = machines.machO;
const forArm = machOFile({ machine: arm64 });
const forIntel = machOFile({ machine: amd64 });
const both = universalFile([
  [amd64, forIntel],
  [arm64, forArm],
]);
const chosenGo = ({ root }: Scene): string => join(root, "versions/darwin-arm64/1.22.5/bin/go");
const editor = ({ system }: Scene): string =>
  join(system, "Applications/Visual Studio Code.app/Contents/MacOS/Electron");

export const arch: readonly Case[] = [
  {
    check: "go-architecture",
    fault: "a Go for Intel under the name of the chosen one",
    finds: /1\.22\.5\/bin\/go is for amd64: Rosetta 2 translates it/,
    platform: mac,
    before: (scene) => scene.write(chosenGo(scene), forArm, 0o755),
    put: (scene) => scene.write(chosenGo(scene), forIntel, 0o755),
  },
  {
    check: "go-architecture",
    fault: "the tree of a Mac in a container",
    finds: /linux-amd64\/1\.22\.5\/bin\/go can't run: it is for darwin\/arm64, and this is linux\/amd64/,
    before: ({ root, write }) => write(join(root, "versions/linux-amd64/1.22.5/bin/go"), elfFile(), 0o755),
    put: ({ root, write }) => write(join(root, "versions/linux-amd64/1.22.5/bin/go"), forArm, 0o755),
  },
  {
    check: "go-architecture",
    fault: "a Go of another processor before the shims, and nothing to run it",
    finds: /other\/bin\/go can't run: it is for linux\/arm64.*exec format error/,
    before({ home, write, path, system }) {
      write(join(home, "other/bin/go"), elfFile({ machine: machines.elf.arm64 }), 0o755);
      path.push(join(home, "other/bin"));
      write(join(system, "proc/sys/fs/binfmt_misc/qemu-aarch64"), "disabled\n");
    },
    put: ({ home, path }) => path.unshift(join(home, "other/bin")),
  },
  {
    check: "go-architecture",
    fault: "a Go for Apple silicon on an Intel Mac",
    finds: /can't run: it is for darwin\/arm64, and this is darwin\/amd64 \(bad CPU type in executable\)/,
    platform: { os: "darwin", arch: "amd64" },
    before: ({ root, write }) => write(join(root, "versions/darwin-amd64/1.22.5/bin/go"), forIntel, 0o755),
    put: ({ root, write }) => write(join(root, "versions/darwin-amd64/1.22.5/bin/go"), forArm, 0o755),
  },
  {
    check: "tool-architecture",
    fault: "gopls for Intel in GOPATH/bin",
    finds: /go\/bin\/gopls is for amd64: Rosetta 2 translates it/,
    platform: mac,
    before: ({ home, write }) => write(join(home, "go/bin/gopls"), both, 0o755),
    put: ({ home, write }) => write(join(home, "go/bin/gopls"), forIntel, 0o755),
  },
  {
    check: "tool-architecture",
    fault: "golangci-lint for Intel in a GOBIN that isn't on PATH",
    finds: /gobin\/golangci-lint is for amd64/,
    platform: mac,
    before: ({ home, env, write }) => {
      env["GOBIN"] = join(home, "gobin");
      return write(join(home, "gobin/golangci-lint"), forArm, 0o755);
    },
    put: ({ home, write }) => write(join(home, "gobin/golangci-lint"), forIntel, 0o755),
  },
  {
    check: "tool-architecture",
    fault: "dlv for another processor in gv's tools",
    finds: /tools\/linux-amd64\/1\.22\.5\/bin\/dlv can't run: it is for linux\/arm64/,
    before: ({ root, write }) => write(join(root, "tools/linux-amd64/1.22.5/bin/dlv"), elfFile(), 0o755),
    put: ({ root, write }) =>
      write(join(root, "tools/linux-amd64/1.22.5/bin/dlv"), elfFile({ machine: machines.elf.arm64 }), 0o755),
  },
  {
    check: "cc-architecture",
    fault: "the clang of an Intel Homebrew comes first",
    finds: /CC is clang \(Go's default\): .*programs\/clang is for amd64/,
    platform: mac,
    before: ({ program }) => program("clang", both),
    put: ({ program }) => program("clang", forIntel),
  },
  {
    check: "cc-architecture",
    fault: "CC is frozen to a cross compiler in Go's env file",
    finds: /CC is aarch64-linux-gnu-gcc .*makes objects for arm64, and GOARCH is amd64/,
    before({ home, env, write }) {
      env["GOARCH"] = "arm64";
      write(join(home, ".config/go/env"), "CC=aarch64-linux-gnu-gcc\n");
    },
    put: ({ env }) => delete env["GOARCH"],
  },
  {
    check: "cc-architecture",
    fault: "a profile alone sets CC to a cross compiler",
    finds:
      /^CC is aarch64-linux-gnu-gcc \(new shells: bash -i -c\) makes objects for arm64, and GOARCH is amd64$/,
    before: ({ home, write }) =>
      write(join(home, ".bashrc"), "export CC=aarch64-linux-gnu-gcc GOARCH=arm64\n"),
    put: ({ home, write }) => write(join(home, ".bashrc"), "export CC=aarch64-linux-gnu-gcc\n"),
  },
  {
    check: "cc-architecture",
    fault: "CC says -arch x86_64",
    finds: /makes objects for amd64, and GOARCH is arm64/,
    platform: mac,
    before: ({ env }) => {
      Object.assign(env, { CC: "clang -arch x86_64", CGO_ENABLED: "0" });
    },
    put: ({ env }) => delete env["CGO_ENABLED"],
  },
  {
    check: "shell-under-rosetta",
    fault: "the terminal was opened by Rosetta",
    finds: /sysctl\.proc_translated is 1: iTerm\.app or the shell in it runs under Rosetta/,
    platform: mac,
    put({ program, env }) {
      env["TERM_PROGRAM"] = "iTerm.app";
      program("sysctl", 'case "$*" in *proc_translated*) echo 1 ;; esac');
    },
  },
  {
    check: "shell-under-rosetta",
    fault: "it is gv's own Node that is for Intel",
    finds: /node, the Node that gv runs on, is for amd64/,
    platform: mac,
    put({ program, overrides }) {
      overrides.node = program("node", forIntel);
      program("sysctl", "echo 1");
    },
  },
  {
    check: "debug-architectures",
    fault: "an editor for Intel beside go and dlv for arm64",
    finds: /Visual Studio Code amd64 \(.*\), go arm64 \(.*\), dlv arm64/,
    platform: mac,
    before(scene) {
      scene.write(editor(scene), both, 0o755);
      scene.write(chosenGo(scene), forArm, 0o755);
      scene.program("dlv", forArm);
    },
    put: (scene) => scene.write(editor(scene), forIntel, 0o755),
  },
  {
    check: "debug-architectures",
    fault: "a dlv for Intel, and no editor",
    finds: /^go arm64 \(.*\), dlv amd64/,
    platform: mac,
    before(scene) {
      scene.write(chosenGo(scene), forArm, 0o755);
      chmodSync(scene.program("dlv", forIntel), 0o644);
    },
    put: ({ home }) => chmodSync(join(home, "programs/dlv"), 0o755),
  },
  {
    check: "cc-architecture",
    fault: "CGO_LDFLAGS of an Intel Mac",
    finds: /CGO_LDFLAGS is -arch x86_64 \(environment\) makes objects for amd64, and GOARCH is arm64/,
    platform: mac,
    before: ({ env }) => (env["CGO_CFLAGS"] = "-arch arm64 -arch x86_64"),
    put: ({ env }) => (env["CGO_LDFLAGS"] = "-arch x86_64"),
  },
];
