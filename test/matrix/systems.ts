/**
 * The systems of the matrix: what this machine is, and what it only says that it is. An acted one is this Linux with
 * other files in the place of its own (in a mount namespace), other programs first on PATH, and a Node that is told.
 */
import { copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Platform } from "../../src/platform.ts";
import { elfFile, machines } from "../support/executables.ts";
import type { Environment } from "../support/launch.ts";
import { host } from "../support/scene.ts";
import { findProgram, writeProgram } from "../support/shell.ts";

export interface System {
  readonly name: string;
  /** Whether nothing of it is acted. */
  readonly isReal: boolean;
  /** What its Go is built for. */
  readonly platform: Platform;
  /** The newest of the releases of the matrix that runs there. */
  readonly newest: string;
  /** What Node says of it, where that isn't so. */
  readonly node?: { readonly os?: string; readonly arch?: string; readonly kernel?: string };
  /** Programs that say so, too: name -> body of a script of sh. */
  readonly programs: Readonly<Record<string, string>>;
  /** Files that stand in the place of the machine's own. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Whether /bin/sh is busybox's. */
  readonly isBusybox?: true;
}

/** The releases that the matrix's GOPROXY has, oldest first; macOS 12 is too old for the last. */
export const releases = ["1.25.14", "1.26.8", "1.27.1"] as const;
const [, older, newest] = releases;

/** What macOS's /etc/profile and /etc/zprofile do: the system's folders first, then what else there was. */
const pathHelper = `PATH=$(r=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; IFS=:
for d in $PATH; do case :$r: in *":$d:"*) ;; *) r=$r:$d ;; esac; done; echo "$r"); export PATH
`;

const chips = [
  { name: "arm64", node: "arm64", machine: "arm64", translated: 0, arch: "arm64" },
  { name: "amd64", node: "x64", machine: "x86_64", translated: 0, arch: "amd64" },
  {
    name: "arm64, a shell for amd64 (Rosetta)",
    node: "x64",
    machine: "x86_64",
    translated: 1,
    arch: "arm64",
  },
] as const;

const macs: readonly System[] = [12, 13, 14, 15].flatMap((version) =>
  chips.flatMap(({ name, node, machine, translated, arch }) =>
    ["on", "off"].map((sip): System => ({
      name: `macOS ${version}, ${name}, SIP ${sip}`,
      isReal: false,
      platform: { os: "darwin", arch },
      newest: version === 12 ? older : newest,
      node: { os: "darwin", arch: node, kernel: `${version + 9}.6.0` },
      programs: {
        uname: `case "$*" in -m) echo ${machine} ;; -sm) echo Darwin ${machine} ;; -r) echo ${version + 9}.6.0 ;; *) echo Darwin ;; esac`,
        sw_vers: `case "$*" in -productVersion) echo ${version}.6 ;; *) printf 'ProductName:\\t\\tmacOS\\nProductVersion:\\t\\t${version}.6\\n' ;; esac`,
        sysctl: `case "$*" in *proc_translated) echo ${translated} ;; *bootsessionuuid) echo 0A ;; *) exit 1 ;; esac`,
        csrutil: `echo "System Integrity Protection status: ${sip === "on" ? "enabled" : "disabled"}."`,
      },
      files: { "/etc/profile": pathHelper, "/etc/zsh/zprofile": pathHelper },
    })),
  ),
);

/** A Linux whose /bin/sh is for this processor, by its header, and whose kernel says so or not. */
function acted(name: string, arch: string, machine: number, uname: string, bits: 32 | 64 = 64): System {
  return {
    name,
    isReal: false,
    platform: { os: "linux", arch },
    newest,
    programs: {
      uname: `case "$*" in -m) echo ${uname} ;; -sm) echo Linux ${uname} ;; *) echo Linux ;; esac`,
    },
    files: { "/bin/sh": elfFile({ machine, bits }) },
  };
}

const own = { platform: host, newest, programs: {}, files: {}, isReal: true } as const;

export const systems: readonly System[] = [
  { ...own, name: `this machine, ${host.os}/${host.arch}` },
  { ...own, name: `this machine, /bin/sh is busybox's`, isBusybox: true },
  acted("Linux, arm64", "arm64", machines.elf.arm64, "aarch64"),
  acted("Linux, programs for arm on a kernel for arm64", "arm", 40, "aarch64", 32),
  ...macs,
];

/** A system as a folder has it. */
export interface Stage {
  /** Words before a command that is started there. */
  readonly enter: readonly string[];
  /** What gv's Node has to be told; for the environment of gv alone. */
  readonly env: Environment;
  /** The folder of its programs. */
  readonly programs: string;
}

/** Mounts each file over its target, then runs the command: pairs, `--`, the command. Ends what that leaves behind. */
const enterScript = `while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit; shift 2; done; shift; exec "$@"`;

/** Words before a command by which it sees other files in a system's own places. */
const namespace = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child"];

/** Words before enterScript's, its own ones last. */
export const enterWords: readonly string[] = [...namespace, "/bin/bash", "-c", enterScript, "bash"];

/** Puts a system's files into a folder. */
export function stageOf(system: System, folder: string): Stage {
  const programs = join(folder, "programs");
  mkdirSync(programs, { recursive: true });
  for (const [name, body] of Object.entries(system.programs))
    writeProgram(join(programs, name), `#!/bin/sh\n${body}\n`);
  const mounts: string[] = [];
  const places: Record<string, string> = {};
  for (const [target, content] of Object.entries(system.files)) {
    const file = join(folder, target.replaceAll("/", "_"));
    writeFileSync(file, content);
    // A /bin/sh that is nothing but a header is for gv to look at, not to be run.
    if (target === "/bin/sh") places[target] = file;
    else if (existsSync(target)) mounts.push(file, target);
  }
  const uname = findProgram("uname");
  if ("uname" in system.programs && uname !== undefined) mounts.push(join(programs, "uname"), uname);
  if ("sysctl" in system.programs) places["/usr/sbin/sysctl"] = join(programs, "sysctl");
  if (system.isBusybox) {
    // It may be dash's file that becomes busybox's: the shell of that name is a copy.
    const [dash, busybox] = [findProgram("dash"), findProgram("busybox")];
    if (dash !== undefined) copyFileSync(dash, join(programs, "dash"));
    if (busybox !== undefined) mounts.push(busybox, realpathSync("/bin/sh"));
  }
  const isTold = system.node !== undefined || Object.keys(places).length > 0;
  return {
    enter: [...enterWords, ...mounts, "--"],
    env: isTold
      ? {
          NODE_OPTIONS: `--require ${join(import.meta.dirname, "acted.cjs")}`,
          GV_ACTED: JSON.stringify({ ...system.node, places }),
        }
      : {},
    programs,
  };
}

/** The path of a shell there, whose system has these programs of its own. */
export function shellAt(programs: string, shell: string): string {
  const copy = join(programs, shell);
  return existsSync(copy) ? copy : (findProgram(shell) ?? shell);
}
