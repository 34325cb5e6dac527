/** Faults of macOS (src/checks/mac.ts); its programs are scripts on PATH. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { type Case, mac as platform, type Scene } from "../support/doctor.ts";
import { machines, machOFile } from "../support/executables.ts";

const dlv = machOFile({ machine: machines.machO.arm64 });
const tools = "Library/Developer/CommandLineTools";

export const mac: readonly Case[] = [
  {
    check: "xcode-tools",
    fault: "there are none",
    finds: /xcode-select -p knows no developer tools/,
    platform,
    put: ({ program }) =>
      program("xcode-select", "echo 'error: unable to get active developer directory' >&2; exit 2"),
  },
  {
    check: "xcode-tools",
    fault: "an upgrade of macOS removed them",
    finds: /xcode-select -p says \/Library\/Developer\/CommandLineTools, and there are no tools there/,
    platform,
    put: ({ system }) => rmSync(join(system, tools), { recursive: true }),
  },
  {
    check: "xcode-tools-age",
    fault: "those of the macOS before",
    finds: /the command line tools are 14\.3\.1.*, and macOS 14\.6 needs 15 or newer/,
    platform,
    put: ({ program }) => program("pkgutil", "echo 'version: 14.3.1.0.1.1683849156'"),
  },
  {
    check: "xcode-tools-age",
    fault: "macOS 26 with the tools of 15",
    finds: /are 16\.0\.0.*, and macOS 26\.1 needs 26 or newer/,
    platform,
    put: ({ program }) => program("sw_vers", "echo 26.1"),
  },
  {
    check: "go-too-old-for-mac",
    fault: "Go 1.22 on macOS 26",
    finds: /^go1\.22\.5 and macOS 26\.1, which aborts what it links: 'missing LC_UUID load command'$/,
    platform,
    before: ({ program }) => program("sw_vers", "echo 15.7"),
    put: ({ program }) => program("sw_vers", "echo 26.1"),
  },
  {
    check: "go-too-old-for-mac",
    fault: "Go 1.20 with the linker of Xcode 15",
    finds: /^go1\.20\.1 and the linker of the command line tools 16\.0/,
    platform,
    before({ install, program }) {
      install("1.20.1");
      program("pkgutil", "echo 'version: 14.3.1.0.1.1683849156'");
      program("sw_vers", "echo 13.4");
      install("1.19.1");
    },
    put({ env, program }) {
      env["GV_VERSION"] = "1.20.1";
      program("pkgutil", "echo 'version: 16.0.0.0.1.1724870825'");
    },
  },
  {
    check: "xcode-sdk",
    fault: "SDKROOT of tools that were removed",
    finds: /SDKROOT is \/Library\/.*MacOSX12\.sdk, and there is no such folder/,
    platform,
    before: ({ env }) => (env["SDKROOT"] = `/${tools}/SDKs/MacOSX.sdk`),
    put: ({ env }) => (env["SDKROOT"] = `/${tools}/SDKs/MacOSX12.sdk`),
  },
  {
    check: "xcode-sdk",
    fault: "CGO_CFLAGS with the sysroot of another one",
    finds: /CGO_CFLAGS names the SDK \/gone\.sdk \(.*go\/env line 1\)/,
    platform,
    put: ({ home, write }) =>
      write(join(home, "Library/Application Support/go/env"), "CGO_CFLAGS=-g -isysroot /gone.sdk\n"),
  },
  {
    check: "dlv-debugserver",
    fault: "it is gone, and dlv is here",
    finds: /programs\/dlv is here, and neither .*debugserver nor Xcode's/,
    platform,
    before: ({ program }) => program("dlv", dlv),
    put: ({ system }) => rmSync(join(system, `${tools}/Library`), { recursive: true }),
  },
  {
    check: "dlv-developer-mode",
    fault: "it is disabled, and dlv is here",
    finds: /developer mode is disabled/,
    platform,
    before: ({ program }) => program("DevToolsSecurity", 'echo "Developer mode is currently disabled."'),
    put: ({ program }) => program("dlv", dlv),
  },
  {
    check: "sip",
    fault: "it was turned off",
    finds: /System Integrity Protection is disabled/,
    platform,
    put: ({ program }) => program("csrutil", 'echo "System Integrity Protection status: disabled."'),
  },
  {
    check: "sip",
    fault: "a DYLD variable that it drops",
    finds: /DYLD_LIBRARY_PATH is set, and what \/bin\/sh/,
    platform,
    put: ({ env }) => (env["DYLD_LIBRARY_PATH"] = "/opt/lib"),
  },
  {
    check: "mac-privacy",
    fault: "the project is in Documents, which the terminal may not read",
    finds: /home\/Documents can't be read: operation not permitted/,
    platform,
    before(scene) {
      // Downloads is refused as well, and nobody needs it.
      refuse(scene, "Downloads");
      mkdirSync(join(scene.home, "Documents/work"), { recursive: true });
      scene.overrides.cwd = join(scene.home, "Documents/work");
    },
    put: (scene) => refuse(scene, "Documents"),
  },
];

function refuse({ program }: Scene, folder: string): void {
  program(
    "ls",
    `case "$1" in */${folder}) echo "ls: ${folder}: Operation not permitted" >&2; exit 1 ;; esac`,
  );
}
