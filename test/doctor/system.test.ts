/** Systems that are well, and near to a fault: no check says anything worse than nothing. */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { diagnose } from "../../src/doctor/diagnose.ts";
import { healthy, linux, mac, type Scene } from "../support/doctor.ts";
import { elfFile, machines, machOFile, universalFile } from "../support/executables.ts";

const forIntel = machOFile({ machine: machines.machO.amd64 });
const universal = universalFile([
  [machines.machO.amd64, forIntel],
  [machines.machO.arm64, machOFile({ machine: machines.machO.arm64 })],
]);
const tools = "Library/Developer/CommandLineTools";

/** Only Xcode, without the command line tools. */
function withXcode({ system, program, write }: Scene): void {
  rmSync(join(system, tools), { recursive: true });
  const xcode = "Applications/Xcode.app/Contents";
  write(join(system, `${xcode}/Developer/usr/bin/clang`), "");
  write(join(system, `${xcode}/SharedFrameworks/LLDB.framework/Versions/A/Resources/debugserver`), "");
  program("xcode-select", `echo /${xcode}/Developer`);
  program("pkgutil", "echo 'No receipt for it' >&2; exit 1");
}

it.each([
  [
    "an Intel Mac with Xcode alone, whose tools aren't signed",
    { os: "darwin", arch: "amd64" },
    (scene: Scene) => {
      withXcode(scene);
      const unsigned = 'echo "$3: code object is not signed at all" >&2; exit 1';
      scene.program("codesign", `case "$*" in --verify*) ${unsigned} ;; esac`);
      scene.program("sysctl", "exit 1");
      for (const name of ["dlv", "gopls"]) scene.program(name, forIntel);
    },
  ],
  [
    "a Mac with universal tools and editors, in a project in Documents that may be read",
    mac,
    (scene: Scene) => {
      for (const name of ["dlv", "golangci-lint", "clang"]) scene.program(name, universal);
      scene.write(join(scene.system, "Applications/Cursor.app/Contents/MacOS/Cursor"), universal);
      scene.write(join(scene.home, "Documents/work/go.mod"), "module example.com/work\n\ngo 1.22\n");
      scene.overrides.cwd = join(scene.home, "Documents/work");
      scene.env["SDKROOT"] = `/${tools}/SDKs/MacOSX.sdk`;
    },
  ],
  [
    "a container of root, with a noexec /proc and ptrace_scope 1",
    linux,
    (scene: Scene) => {
      scene.overrides.uid = 0;
      scene.program("dlv", elfFile());
      scene.write(join(scene.system, "proc/sys/kernel/yama/ptrace_scope"), "1\n");
      scene.write(
        join(scene.system, "proc/self/mountinfo"),
        "20 1 0:1 / / rw - overlay overlay rw\n21 20 0:2 / /proc rw,nosuid,nodev,noexec - proc proc rw\n" +
          `22 20 0:3 / ${scene.home}/go/bin-other rw,noexec - tmpfs tmpfs rw\n`,
      );
    },
  ],
  [
    "a machine that runs arm64 by an emulator",
    linux,
    (scene: Scene) => {
      const magic = "7f454c460201010000000000000000000200b700";
      scene.write(join(scene.system, "proc/sys/fs/binfmt_misc/aarch64"), `enabled\nmagic ${magic}\n`);
      scene.install("1.22.5", { os: "linux", arch: "arm64" });
      scene.install("1.22.5", { os: "linux", arch: "386" });
      scene.program("ccache", "exit 0");
      scene.env["CC"] = "ccache gcc";
    },
  ],
] as const)("%s", async (_, platform, make) => {
  const scene = await healthy(platform);
  make(scene);
  const answers = await diagnose(scene.context(), { ids: [], offline: true, deep: false });
  expect(answers.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
});
