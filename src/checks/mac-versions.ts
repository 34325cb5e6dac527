/** macOS: whether its version, that of the command line tools and that of Go fit each other. */
import { join } from "node:path";

import type { Check } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { textOf } from "../read.ts";
import { parseVersion, releaseName, type Version } from "../version.ts";

const only = ["darwin"];

export const macVersions: readonly Check[] = [
  {
    id: "xcode-tools-age",
    severity: "warning",
    title: "the command line tools are as new as this macOS",
    why: "older ones have no SDK for it: cgo fails with 'library not found', 'unsupported tapi file' or headers that are missing",
    only,
    async find(machine) {
      const { macOS, tools: version } = await versionsOf(machine);
      const least = leastTools(macOS);
      if (version === undefined || least === undefined || Number.parseInt(version, 10) >= least) return [];
      return [
        {
          fact: `the command line tools are ${version}, and macOS ${macOS} needs ${least} or newer`,
          fix: "sudo rm -rf /Library/Developer/CommandLineTools; xcode-select --install",
          reach: "every program, at once; until macOS is upgraded",
        },
      ];
    },
  },
  {
    id: "go-too-old-for-mac",
    severity: "warning",
    title: "the Go in force knows this Mac's linker and loader",
    why: "what it builds with cgo (the net package is enough) doesn't link, or is aborted when it starts",
    only,
    async find(machine) {
      const [go, versions] = await Promise.all([goInForce(machine), versionsOf(machine)]);
      return troubles
        .filter(({ meets, minors: [first, last] }) => {
          const isOld = go !== undefined && go.minor >= first && go.minor <= last;
          return isOld && meets(versions);
        })
        .map(({ said, minors: [, last], help }) => ({
          fact: `${go ? releaseName(go) : "go"} and ${said(versions)}`,
          fix: `gv install 1.${last + 1}; gv use 1.${last + 1}`,
          help,
          reach: "what is built from then on; what was built before must be built again",
        }));
    },
  },
];

interface Versions {
  readonly macOS: string;
  /** Of the command line tools. */
  readonly tools: string | undefined;
}

/** Releases of Go that don't fit a system: cmd/link knows Apple's new linker since 1.21, and writes LC_UUID since 1.24. */
const troubles: readonly {
  readonly minors: readonly [first: number, last: number];
  readonly meets: (versions: Versions) => boolean;
  readonly said: (versions: Versions) => string;
  readonly help?: string;
}[] = [
  {
    minors: [0, 20],
    meets: ({ tools }) => Number.parseInt(tools ?? "0", 10) >= 15,
    said: ({ tools }) =>
      `the linker of the command line tools ${tools}: 'malformed LC_DYSYMTAB', or it fails`,
  },
  {
    minors: [20, 23],
    meets: ({ macOS }) => Number.parseInt(macOS, 10) >= 26,
    said: ({ macOS }) => `macOS ${macOS}, which aborts what it links: 'missing LC_UUID load command'`,
    help: "or with this one: go build -ldflags=-linkmode=external",
  },
];

async function goInForce(machine: Machine): Promise<Version | undefined> {
  const here = await machine.here;
  const dir = here.kind === "version" ? here.dir : machine.gos.find(({ isShim }) => !isShim)?.goroot;
  const [text = ""] = (dir === undefined ? "" : (textOf(join(dir, "VERSION")) ?? "")).split("\n");
  return parseVersion(text);
}

function versionsOf(machine: Machine): Promise<Versions> {
  return machine.once("versions of macOS and its tools", async () => {
    const [system, tools] = await Promise.all([
      machine.run("sw_vers", ["-productVersion"]),
      machine.run("pkgutil", ["--pkg-info=com.apple.pkg.CLTools_Executables"]),
    ]);
    return {
      macOS: system.stdout.trim(),
      tools: /^version: (\d+(?:\.\d+)*)/m.exec(tools.stdout)?.[1],
    };
  });
}

/** By macOS, the oldest command line tools that have its SDK: Homebrew's table (os/mac/xcode.rb, CLT.minimum_version). */
function leastTools(macOS: string): number | undefined {
  const [major = 0, minor] = macOS.split(".").map(Number);
  if (major === 10) return minor === 15 ? 11 : undefined;
  if (major >= 11 && major <= 15) return major + 1;
  return major >= 26 ? major : undefined;
}
