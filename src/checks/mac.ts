/** macOS: the developer tools that cgo and dlv need, what the system keeps from programs, and the folders it guards. */
import { basename, join } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { toolsHere } from "../doctor/programs.ts";
import { goBinFolder, goSetting, moduleCacheFolder } from "../goenv.ts";
import { statOf } from "../read.ts";
import { quote } from "../shim-conf.ts";

const only = ["darwin"];
const install = "xcode-select --install";
const all = "every program, at once; until macOS is upgraded";

export const mac: readonly Check[] = [
  {
    id: "xcode-tools",
    severity: "warning",
    title: "Apple's command line tools are installed",
    why: "cgo, go test -race and dlv need them: without them it is 'invalid active developer path', and dlv can't launch anything",
    only,
    async find(machine) {
      const { code, stdout } = await developerFolder(machine);
      if (code === undefined) return [];
      if (code !== 0) return [{ fact: "xcode-select -p knows no developer tools", fix: install, reach: all }];
      const folder = stdout.trim();
      if (statOf(join(machine.at(folder), "usr", "bin"))?.isDirectory()) return [];
      return [
        {
          fact: `xcode-select -p says ${folder}, and there are no tools there (an upgrade of macOS removes them)`,
          fix: install,
          help: "or, where Xcode is elsewhere: sudo xcode-select -s /Applications/Xcode.app",
          reach: all,
        },
      ];
    },
  },
  {
    id: "xcode-sdk",
    severity: "error",
    title: "the SDK that is set is there",
    why: "clang takes no other one then: 'no such sysroot directory', and stdlib.h isn't found",
    only,
    find: (machine) =>
      sdksNamed(machine).flatMap(({ said, path, fix }): Finding[] =>
        !path.startsWith("/") || statOf(machine.at(path))?.isDirectory()
          ? []
          : [
              {
                fact: `${said}, and there is no such folder`,
                fix,
                reach: "this shell, or Go's env file; take it out of the profile, too",
              },
            ],
      ),
  },
  {
    id: "dlv-debugserver",
    severity: "warning",
    title: "dlv finds Apple's debugserver",
    why: "on macOS dlv starts every program by it: 'debugserver or lldb-server not found', could not launch process",
    only,
    async find(machine) {
      const { ctx } = machine;
      const [dlv] = debuggers(machine);
      const { code } = await developerFolder(machine);
      if (dlv === undefined || code !== 0) return [];
      const isThere = debugservers.some((path) => statOf(machine.at(path)) !== undefined);
      const isOnPath = machine.path.some(({ folder }) => statOf(join(folder, "lldb-server")) !== undefined);
      if (isThere || isOnPath || ctx.env["DELVE_DEBUGSERVER_PATH"] !== undefined) return [];
      return [
        {
          fact: `${dlv} is here, and neither ${debugservers[0]} nor Xcode's nor an lldb-server on PATH`,
          fix: install,
          reach: "the debugger, in terminals and editors",
        },
      ];
    },
  },
  {
    id: "dlv-developer-mode",
    severity: "warning",
    title: "developer mode lets dlv debug",
    why: "each start of a debugger asks for a password, and without a window (ssh, an editor's task) it fails",
    only,
    async find(machine) {
      const [dlv] = debuggers(machine);
      if (dlv === undefined) return [];
      const { stdout, stderr } = await machine.run("DevToolsSecurity", ["-status"]);
      if (!/\bdisabled\b/.test(stdout + stderr)) return [];
      return [
        {
          fact: "DevToolsSecurity -status: developer mode is disabled",
          fix: "sudo DevToolsSecurity -enable",
          help: "and: sudo dscl . append /Groups/_developer GroupMembership $(whoami)",
          reach: "every debugger of this Mac, until it is disabled again",
        },
      ];
    },
  },
  {
    id: "sip",
    severity: "note",
    title: "System Integrity Protection is on, and takes nothing that is set away",
    why: "debugging one's own programs needs no SIP turned off; and where it is on, the system's programs (sh, env, make) drop DYLD_ variables",
    only,
    async find(machine) {
      const { ctx } = machine;
      const { stdout } = await machine.run("csrutil", ["status"]);
      const isOff = /status: disabled/.test(stdout);
      const dropped = Object.keys(ctx.env).filter((name) => name.startsWith("DYLD_"));
      if (isOff)
        return [
          {
            fact: "csrutil status: System Integrity Protection is disabled",
            fix: "csrutil enable",
            help: "in the Terminal of the recovery system (macOS starts into it by holding the power key), then restart",
            reach: "the whole Mac, for good",
          },
        ];
      return dropped.map((name) => ({
        fact: `${name} is set, and what /bin/sh, env or make start doesn't get it while SIP is on`,
        fix: `CGO_LDFLAGS="-Wl,-rpath,FOLDER" go build`,
        help: `instead; unset ${name}`,
        reach: "the programs that are built so, wherever they run",
      }));
    },
  },
  {
    id: "mac-privacy",
    severity: "error",
    title: "macOS lets this terminal read the folders that Go works in",
    why: "Desktop, Documents and Downloads are guarded: go says 'operation not permitted', though the mode of the file allows it",
    only,
    find: async (machine) =>
      (await Promise.all(guarded(machine).map((folder) => refused(machine, folder)))).flat(),
  },
];

function developerFolder(machine: Machine) {
  return machine.once("xcode-select", () => machine.run("xcode-select", ["-p"]));
}

/** Where dlv looks (delve, pkg/proc/gdbserial). */
const debugservers = [
  "/Library/Developer/CommandLineTools/Library/PrivateFrameworks/LLDB.framework/Versions/A/Resources/debugserver",
  "/Applications/Xcode.app/Contents/SharedFrameworks/LLDB.framework/Versions/A/Resources/debugserver",
];

function debuggers(machine: Machine): string[] {
  return toolsHere(machine).flatMap(({ name, path }) => (name === "dlv" ? [path] : []));
}

function sdksNamed({ ctx }: Machine) {
  const { SDKROOT } = ctx.env;
  const flags = ["CGO_CFLAGS", "CGO_LDFLAGS", "CC"].flatMap((name) => {
    const setting = goSetting(ctx, name);
    const path = /-isysroot[ =]?(\S+)|--sysroot=(\S+)|-syslibroot,(\S+)/
      .exec(setting?.value ?? "")
      ?.slice(1)
      .find((one) => one !== undefined);
    const where = setting?.line === undefined ? setting?.origin : `${setting.origin} line ${setting.line}`;
    const fix = setting?.line === undefined ? `unset ${name}` : `go env -u ${name}`;
    return path === undefined ? [] : [{ said: `${name} names the SDK ${path} (${where})`, path, fix }];
  });
  return SDKROOT ? [{ said: `SDKROOT is ${SDKROOT}`, path: SDKROOT, fix: "unset SDKROOT" }, ...flags] : flags;
}

/** The guarded folders that Go's own folders or the project lie in: no other one is touched, since that may ask the user. */
function guarded({ ctx }: Machine): string[] {
  const used = [ctx.cwd, ctx.root.path, goBinFolder(ctx), moduleCacheFolder(ctx)];
  return ["Desktop", "Documents", "Downloads", "Library/Mobile Documents"]
    .map((name) => join(ctx.home, name))
    .filter((folder) => used.some((path) => path === folder || path.startsWith(`${folder}/`)));
}

async function refused(machine: Machine, folder: string): Promise<Finding[]> {
  const { stderr } = await machine.run("ls", [folder], { env: { ...machine.ctx.env, LC_ALL: "C" } });
  if (!stderr.includes("Operation not permitted")) return [];
  const terminal = machine.ctx.env["TERM_PROGRAM"] ?? "the terminal";
  return [
    {
      fact: `${folder} can't be read: operation not permitted`,
      fix: "open 'x-apple.systempreferences:com.apple.preference.security?Privacy_AllFiles'",
      help: `allow ${terminal} there; or move the work: mv ${quote(folder)}/PROJECT ~/src/`,
      reach: `what ${terminal} starts, after it is started again; each editor is asked for itself (${basename(folder)})`,
    },
  ];
}
