/** Architecture: whether Go, its tools, the C compiler, the editor and this shell are for one processor, this one. */
import { join } from "node:path";

import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import { type Fit, processorFit } from "../doctor/fit.ts";
import type { Machine } from "../doctor/machine.ts";
import { gosInForce, type Program, toolsHere } from "../doctor/programs.ts";
import { beside, type SettingHere, settingsOf, wordsIn } from "../doctor/settings.ts";
import { allOnPath } from "../on-path.ts";
import { type Executable, readExecutable } from "../program/executable.ts";
import { textOf } from "../read.ts";
import { quote } from "../shim-conf.ts";
import { parseVersion } from "../version.ts";

const everywhere =
  "terminals, editors and the debugger, once they are started again; until another is installed";

export const arch: readonly Check[] = [
  {
    id: "go-architecture",
    severity: "error",
    title: "the go command is made for this processor",
    why: "it can't start, or is translated: slower, and what it builds is for the other processor unless GOARCH says otherwise",
    find: async (machine) =>
      (await gosInForce(machine)).flatMap((go): Finding[] => {
        const fit = processorFit(machine, go.executable);
        if (fit.kind === "native") return [];
        const version = versionOf(go.path);
        const isNative = (parseVersion(`go${version ?? ""}`)?.minor ?? 16) >= 16;
        const wanted = isNative ? (version ?? "latest") : "1.16";
        return [
          {
            fact: `${go.path} ${inWords(go, fit)}`,
            fix: `gv install ${wanted}`,
            help: `and use that one: gv use ${wanted}`,
            reach: everywhere,
            ...(fit.kind === "translated" ? { severity: isNative ? "warning" : "note" } : {}),
          },
        ];
      }),
  },
  {
    id: "tool-architecture",
    severity: "error",
    title: "gopls, dlv and the other tools are made for this processor",
    why: "an editor says that it can't start them; dlv under Rosetta refuses to debug anything",
    find: (machine) =>
      toolsHere(machine).flatMap((tool): Finding[] => {
        const fit = processorFit(machine, tool.executable);
        if (fit.kind === "native") return [];
        return [
          {
            fact: `${tool.path} ${inWords(tool, fit)}`,
            fix: `rm ${quote(tool.path)}`,
            help: `then: gv tools install ${tool.name}`,
            reach: everywhere,
            ...(fit.kind === "translated" && tool.name !== "dlv" ? { severity: "warning" } : {}),
          },
        ];
      }),
  },
  {
    id: "cc-architecture",
    severity: "warning",
    title: "the C compiler is made for this processor, and makes what Go makes",
    why: "cgo's objects and Go's own don't link: the linker says that it ignores a file built for another architecture, or that symbols are undefined",
    find: async (machine) => [
      ...(await compilers(machine)).flatMap((compiler) => compilerFault(machine, compiler)),
      ...(await flagsFault(machine)),
    ],
  },
  {
    id: "shell-under-rosetta",
    severity: "warning",
    title: "this shell isn't translated by Rosetta",
    why: "what it starts takes its Intel half: Homebrew, clang and installers choose amd64, and dlv refuses to run",
    only: ["darwin"],
    async find(machine) {
      const { ctx } = machine;
      const { stdout } = await machine.run("sysctl", ["-in", "sysctl.proc_translated"]);
      if (stdout.trim() !== "1") return [];
      if (isIntelOnly(readExecutable(ctx.node)))
        return [
          {
            fact: `${ctx.node}, the Node that gv runs on, is for amd64: it is translated itself, and so is what gv starts`,
            help: "install a Node for arm64, then: gv setup",
            reach: "gv alone",
            severity: "note",
          },
        ];
      const terminal = ctx.env["TERM_PROGRAM"] ?? ctx.env["TERMINAL_EMULATOR"] ?? "the terminal";
      return [
        {
          fact: `sysctl.proc_translated is 1: ${terminal} or the shell in it runs under Rosetta`,
          fix: "exec arch -arm64 $SHELL -l",
          help: "and in the Finder: Get Info of that application, untick 'Open using Rosetta', start it again",
          reach: "the line: this shell; the Finder's setting: all that the application starts, for good",
        },
      ];
    },
  },
  {
    id: "debug-architectures",
    severity: "warning",
    title: "editor, go and dlv are for the same processor",
    why: "a debugger takes programs of its own processor only, and what a translated editor starts may be translated, too",
    only: ["darwin"],
    async find(machine) {
      const { ctx } = machine;
      const [go] = await gosInForce(machine);
      const dlv = toolsHere(machine).find(({ name }) => name === "dlv");
      const parts = [...editorsOf(machine), go, dlv].filter((part) => part !== undefined);
      const archs = new Set(parts.map((part) => archIn(ctx, part.executable)));
      if (archs.size < 2) return [];
      const told = parts.map((part) => `${part.name} ${archIn(ctx, part.executable)} (${part.path})`);
      return [
        {
          fact: told.join(", "),
          help: `take each for ${ctx.platform.arch}: the editor's build for Apple silicon; gv install; gv tools install dlv`,
          reach: everywhere,
        },
      ];
    },
  },
];

/** What is made for which processor, and what comes of it. */
function inWords({ executable }: Program, fit: Fit): string {
  const archs = [...new Set(executable.images.map((image) => image.arch ?? "another processor"))].join(", ");
  if (fit.kind === "translated") return `is for ${archs}: ${fit.by} translates it`;
  return fit.kind === "refused" ? `can't run: ${fit.reason}` : `is for ${archs}`;
}

/** The version of the tree that a go command stands in, without `go`. */
function versionOf(go: string): string | undefined {
  return /^go(\d\S*)/.exec(textOf(join(go, "..", "..", "VERSION")) ?? "")?.[1];
}

function isIntelOnly(program: Executable | undefined): boolean {
  return program?.format === "mach-o" && program.images.every((image) => image.arch === "amd64");
}

/** The image that runs here: this machine's, where there is one. */
function archIn({ platform }: Context, { images }: Executable): string {
  const archs = images.map((image) => image.arch ?? "unknown");
  return archs.includes(platform.arch) ? platform.arch : (archs[0] ?? "unknown");
}

/** Where macOS has the editors' programs, by the name of the application. */
const editors: Readonly<Record<string, string>> = {
  "Visual Studio Code": "Electron",
  Cursor: "Cursor",
  GoLand: "goland",
  "IntelliJ IDEA": "idea",
};

function editorsOf(machine: Machine): Program[] {
  const folders = [machine.at("/Applications"), join(machine.ctx.home, "Applications")];
  return Object.entries(editors).flatMap(([name, program]) =>
    folders.flatMap((folder) => {
      const path = join(folder, `${name}.app`, "Contents", "MacOS", program);
      const executable = readExecutable(path);
      return executable ? [{ name, path, executable }] : [];
    }),
  );
}

/** A compiler as Go's settings, here or in new shells, or its default name it. */
interface Compiler {
  /** CC, CXX */
  readonly variable: string;
  /** As it would be typed: `ccache gcc -m64`. */
  readonly words: readonly string[];
  readonly origin: string;
  /** What Go builds for where it is set. */
  readonly goarch: string;
}

async function compilers(machine: Machine): Promise<Compiler[]> {
  const { platform } = machine.ctx;
  const usual = platform.os === "darwin" ? ["clang", "clang++"] : ["gcc", "g++"];
  const found = ["CC", "CXX"].map(async (variable, i) => {
    const settings = await settingsOf(machine, variable);
    const plain: SettingHere = { value: usual[i] ?? "", origin: "Go's default" };
    const all = settings.some(({ start }) => !start) ? settings : [plain, ...settings];
    return Promise.all(
      all.map(async (setting): Promise<Compiler[]> => {
        if ((await beside(machine, setting, "CGO_ENABLED"))?.value === "0") return [];
        const goarch = (await beside(machine, setting, "GOARCH"))?.value ?? platform.arch;
        return [{ variable, words: wordsIn(setting.value), origin: originOf(setting), goarch }];
      }),
    );
  });
  return (await Promise.all(found)).flat(2);
}

function originOf({ origin, start }: SettingHere): string {
  return start ? `new shells: ${start.line}` : origin;
}

function compilerFault(machine: Machine, { variable, words, origin, goarch }: Compiler): Finding[] {
  const { ctx } = machine;
  const [program = ""] = words;
  const path = program.startsWith("/") ? program : allOnPath(ctx, program)[0];
  const executable = path === undefined ? undefined : readExecutable(path);
  const fit = executable && processorFit(machine, executable);
  const remedy =
    ctx.platform.os === "darwin"
      ? {
          fix: `${variable}=/usr/bin/${variable === "CC" ? "clang" : "clang++"} go build`,
          help: `and take the other out of ${origin}`,
        }
      : {
          fix: "sudo apt-get install build-essential",
          help: `or another package with a compiler for ${ctx.platform.arch}`,
        };
  const said = `${variable} is ${words.join(" ")} (${origin})`;
  if (path !== undefined && fit && fit.kind !== "native")
    return [{ fact: `${said}: ${path} ${inWords({ name: variable, path, executable }, fit)}`, ...remedy }];
  return targetFault(variable, said, targetOf(words), goarch);
}

/** What CGO_CFLAGS and CGO_LDFLAGS have the compiler make. */
async function flagsFault(machine: Machine): Promise<Finding[]> {
  const found = ["CGO_CFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS"].map(async (name) =>
    Promise.all(
      (await settingsOf(machine, name)).map(async (setting): Promise<Finding[]> => {
        if ((await beside(machine, setting, "CGO_ENABLED"))?.value === "0") return [];
        const goarch = (await beside(machine, setting, "GOARCH"))?.value ?? machine.ctx.platform.arch;
        const said = `${name} is ${setting.value} (${originOf(setting)})`;
        return targetFault(name, said, targetOf(wordsIn(setting.value)), goarch);
      }),
    ),
  );
  return (await Promise.all(found)).flat(2);
}

function targetFault(name: string, said: string, made: string | undefined, goarch: string): Finding[] {
  if (made === undefined || made === goarch) return [];
  return [
    {
      fact: `${said} makes objects for ${made}, and GOARCH is ${goarch}`,
      fix: `GOARCH=${made} go build`,
      help: `or: go env -u ${name}; unset ${name}`,
    },
  ];
}

const targets: readonly (readonly [RegExp, string])[] = [
  [/^(?:x86_64|amd64)$/, "amd64"],
  [/^(?:aarch64|arm64)$/, "arm64"],
  [/^(?:i[3-6]86)$/, "386"],
  [/^arm(?:v[5-7].*)?$/, "arm"],
  [/^riscv64$/, "riscv64"],
];

/** GOARCH that a compiler's words name: `-arch x86_64`, `--target=aarch64-linux-gnu`, `aarch64-linux-gnu-gcc`. */
function targetOf(words: readonly string[]): string | undefined {
  // A universal build names several.
  if (words.filter((word) => word === "-arch").length > 1) return undefined;
  const flag = words.findIndex((word) => word === "-arch" || word === "-target");
  const target = words.find((word) => word.startsWith("--target="))?.slice(9);
  const named = words.find((word) => /(?:gcc|g\+\+|clang|clang\+\+)$/.test(word) && word.includes("-"));
  const text = flag < 0 ? (target ?? named?.replace(/^.*\//, "")) : words[flag + 1];
  const [processor = ""] = text?.split("-") ?? [];
  return targets.find(([pattern]) => pattern.test(processor))?.[1];
}
