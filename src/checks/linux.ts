/** Linux: what the kernel, its file systems and its security modules keep a Go, its tools and the debugger from. */
import { realpathSync } from "node:fs";
import { basename } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import { emulatorFor, missingLoader } from "../doctor/fit.ts";
import type { Machine } from "../doctor/machine.ts";
import { gosInForce, toolsHere } from "../doctor/programs.ts";
import { goBinFolder, goSetting } from "../goenv.ts";
import { platformOfFolder } from "../platform.ts";
import { endOf, namesIn, textOf } from "../read.ts";
import { quote } from "../shim-conf.ts";

const only = ["linux"];

export const linux: readonly Check[] = [
  {
    id: "mount-noexec",
    severity: "error",
    title: "programs may run where gv, go install and go run put them",
    why: "a file system that is mounted noexec refuses them all: permission denied, whatever the mode says",
    only,
    find(machine) {
      const mounts = mountsOf(machine);
      return placesOfPrograms(machine).flatMap(({ folder, what, fix }): Finding[] => {
        const mount = mountOf(mounts, folder);
        return mount?.options.includes("noexec") === true
          ? [
              {
                fact: `${folder} (${what}) is on ${mount.point}, a ${mount.kind} that is mounted noexec`,
                fix,
                help: `or: sudo mount -o remount,exec ${quote(mount.point)}`,
                reach: "every go command; the remount lasts until the next start of the system",
              },
            ]
          : [];
      });
    },
  },
  {
    id: "loader-missing",
    severity: "error",
    title: "the loader that Go or a tool was linked for is here",
    why: "the kernel says 'not found' of a file that is there: a program for glibc on a system of musl, or the other way round",
    only,
    find: async (machine) =>
      [...(await gosInForce(machine)), ...toolsHere(machine)].flatMap(
        ({ name, path, executable }): Finding[] => {
          const loader = missingLoader(machine, executable);
          if (loader === undefined) return [];
          const wants = loader.includes("musl") ? "musl" : "glibc";
          const again =
            name === "go" ? "gv install latest" : `rm ${quote(path)}; CGO_ENABLED=0 gv tools install ${name}`;
          const words = [
            ...(name === "go" ? ["since 1.21 the go command needs no loader"] : []),
            ...(wants === "glibc" ? ["or on Alpine: sudo apk add gcompat"] : []),
          ];
          return [
            {
              fact: `${path} is started by ${loader} (${wants}), and there is none`,
              fix: again,
              help: words.join("; ") || undefined,
              reach: "every program that starts it; for good",
            },
          ];
        },
      ),
  },
  {
    id: "security-module",
    severity: "warning",
    title: "SELinux and AppArmor denied nothing of Go's in the last day",
    why: "such a denial looks like a wrong mode, permission denied, and only the system's log says who it was",
    only,
    find: (machine) => denials(machine),
  },
  {
    id: "ptrace-scope",
    severity: "note",
    title: "dlv may attach to a program that runs",
    why: "the kernel lets a debugger attach to its own children only: dlv attach says 'operation not permitted'",
    only,
    find(machine) {
      const file = machine.at("/proc/sys/kernel/yama/ptrace_scope");
      const scope = Number.parseInt(textOf(file) ?? "0", 10);
      const dlv = toolsHere(machine).find(({ name }) => name === "dlv");
      const isRoot = machine.ctx.uid === 0;
      if (dlv === undefined || !(scope >= 1) || (isRoot && scope < 3)) return [];
      const what = scopes[Math.min(scope, 3)];
      return [
        {
          fact: `kernel.yama.ptrace_scope is ${scope}: ${what}`,
          ...(scope === 3
            ? {
                help: "take kernel.yama.ptrace_scope=3 out of /etc/sysctl.d and restart: it can't be undone while the system runs",
              }
            : {
                fix: `sudo sysctl kernel.yama.ptrace_scope=${scope === 1 ? 0 : 1}`,
                help: "or for one program: sudo dlv attach PID",
              }),
          reach:
            "every debugger of this machine, until the next start; a file in /etc/sysctl.d makes it last",
          ...(scope > 1 ? { severity: "error" as const } : {}),
        },
      ];
    },
  },
  {
    id: "binfmt-missing",
    severity: "note",
    title: "Go for another processor that is installed can be run",
    why: "gv exec --platform starts it by an emulator that the kernel must know: exec format error",
    only,
    find(machine) {
      const { ctx } = machine;
      return namesIn(`${ctx.root.path}/versions`).flatMap((name): Finding[] => {
        const of = platformOfFolder(name);
        const runs = [ctx.platform.arch, ctx.platform.arch === "amd64" ? "386" : "arm"];
        if (
          of?.os !== "linux" ||
          runs.includes(of.arch) ||
          namesIn(`${ctx.root.path}/versions/${name}`).length === 0
        )
          return [];
        if (emulatorFor(machine, of.arch) !== undefined) return [];
        return [
          {
            fact: `${ctx.root.path}/versions/${name} has Go for linux/${of.arch}, and /proc/sys/fs/binfmt_misc nothing that runs it`,
            fix: "sudo apt-get install qemu-user-static binfmt-support",
            help: `or: docker run --privileged --rm tonistiigi/binfmt --install ${of.arch}`,
            reach: "every program of this machine, containers too; docker's way until the next start",
          },
        ];
      });
    },
  },
];

/** kernel documentation, admin-guide/LSM/Yama. */
const scopes = [
  "",
  "dlv may attach to what it started",
  "only root may debug, dlv debug and dlv test of others fail, too",
  "nobody may debug, root neither",
];

interface Mount {
  readonly point: string;
  readonly kind: string;
  readonly options: readonly string[];
}

/** The lines of /proc/self/mountinfo (proc_pid_mountinfo(5)); of two at one place the last one holds. */
function mountsOf(machine: Machine): Mount[] {
  return (textOf(machine.at("/proc/self/mountinfo")) ?? "").split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , , point, options] = before.split(" ");
    const [kind] = after.split(" ");
    if (point === undefined || options === undefined || kind === undefined) return [];
    const unescaped = point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCodePoint(Number.parseInt(octal, 8)),
    );
    return [{ point: unescaped, kind, options: options.split(",") }];
  });
}

function mountOf(mounts: readonly Mount[], folder: string): Mount | undefined {
  const path = realOf(folder);
  const isAbove = ({ point }: Mount): boolean =>
    point === "/" || path === point || path.startsWith(`${point}/`);
  return mounts
    .filter(isAbove)
    .toSorted((a, b) => a.point.length - b.point.length)
    .at(-1);
}

/** Behind the links of what is there of it. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const at = path.lastIndexOf("/");
    return at <= 0 ? path : `${realOf(path.slice(0, at))}${path.slice(at)}`;
  }
}

function placesOfPrograms({ ctx }: Machine) {
  const temporary = goSetting(ctx, "GOTMPDIR")?.value ?? ctx.env["TMPDIR"] ?? "/tmp";
  const other = `${ctx.home}/.cache/go-tmp`;
  return [
    { folder: ctx.root.path, what: "gv's root", fix: 'export GV_ROOT="$HOME/.gv"; gv setup' },
    {
      folder: goBinFolder(ctx),
      what: "where go install puts programs",
      fix: `go env -w GOBIN=${quote(`${ctx.home}/bin`)}`,
    },
    {
      folder: temporary,
      what: "where go run and go test build",
      fix: `mkdir -p ${quote(other)}; go env -w GOTMPDIR=${quote(other)}`,
    },
  ];
}

/** What each module writes, and the line that tells more. */
const modules = [
  {
    name: "SELinux",
    pattern: /avc: +denied +\{ ([^}]*) \}.*?comm="([^"]*)"(?:.*?(?:name|path)="([^"]*)")?/,
    fix: (path: string) => `sudo restorecon -Rv ${quote(path)}`,
    help: "then: sudo ausearch -m avc -ts recent | audit2why",
  },
  {
    name: "AppArmor",
    pattern: /apparmor="DENIED" operation="([^"]*)".*?name="([^"]*)"(?:.*?comm="([^"]*)")?/,
    fix: () => "sudo aa-status",
    help: "it names the profile; to have it only tell: sudo aa-complain PROFILE",
  },
] as const;

const logs = ["/var/log/audit/audit.log", "/var/log/kern.log", "/var/log/syslog", "/var/log/messages"];
const logRead = 512 << 10; // bytes
const day = 86_400_000; // ms

function denials(machine: Machine): Finding[] {
  const { ctx } = machine;
  const names = new Set(["go", "gofmt", ...toolsHere(machine).map(({ name }) => name)]);
  const folders = [ctx.root.path, goBinFolder(ctx)];
  const isOurs = (word: string | undefined): boolean =>
    word !== undefined && (names.has(basename(word)) || folders.some((path) => word.startsWith(`${path}/`)));
  const found = new Map<string, Finding>();
  for (const log of logs)
    for (const line of (endOf(machine.at(log), logRead) ?? "").split("\n")) {
      const time = Number(/audit\((\d+)\.\d+:\d+\)/.exec(line)?.[1] ?? 0) * 1000;
      if (ctx.now() - time > day) continue;
      for (const { name, pattern, fix, help } of modules) {
        const [, what, first, second] = pattern.exec(line) ?? [];
        if (what === undefined || ![first, second].some(isOurs)) continue;
        const fact = `${name} denied ${what}: ${[first, second].filter(Boolean).join(", ")} (${log})`;
        found.set(fact, {
          fact,
          fix: fix(ctx.root.path),
          help,
          reach: "every start of that program, until the policy or the labels change",
        });
      }
    }
  return [...found.values()].slice(0, 5);
}
