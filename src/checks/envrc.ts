/** direnv: what a project's .envrc sets against the version file, or puts before the shims. */
import { dirname, resolve } from "node:path";

import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import { nearestFile } from "../doctor/project.ts";
import { expand } from "../doctor/shell-text.ts";
import { isProgram, isShim } from "../on-path.ts";
import { startOf } from "../read.ts";
import { quote } from "../shim-conf.ts";
import { readLimit } from "../version-files.ts";
import { versionOf } from "./editors/goroot.ts";
import { formatPin, mayAgree, nearestPins } from "./projects/pins.ts";

const everybody = "everybody who works on the project, once the file is committed";

export const envrc: readonly Check[] = [
  {
    id: "envrc-pin",
    severity: "warning",
    title: "direnv's .envrc pins no other version than the version file",
    why: "where direnv works another Go runs than in an editor or a script, which have the version file alone",
    find: ({ ctx }) => {
      const pins = nearestPins(ctx);
      const [pin] = pins;
      const variables = [
        "GV_VERSION",
        "GOENV_VERSION",
        "ASDF_GOLANG_VERSION",
        "MISE_GO_VERSION",
        "GOTOOLCHAIN",
      ];
      const calls = ["use go", "goenv shell", "goenv local"];
      return envrcLines(ctx).flatMap((one): Finding[] => {
        const { file, line, name, value } = one;
        const spec = value.replace(/\+(?:auto|path)$/, "");
        const isCall = calls.includes(name);
        const isPin = isCall || variables.includes(name);
        if (!pin || !isPin || pins.some((other) => mayAgree(other.spec, spec))) return [];
        return [
          {
            fact: `${file}, line ${line} says ${name}${isCall ? " " : "="}${value}, and ${formatPin(pin)}`,
            fix: without(one),
            reach: everybody,
          },
        ];
      });
    },
  },
  {
    id: "envrc-goroot",
    severity: "error",
    title: "direnv's .envrc sets no GOROOT",
    why: "every go that runs there takes that tree's compiler: of another version it fails at each package",
    find: ({ ctx }) => {
      const all = envrcLines(ctx);
      return all
        .filter(({ name, value }) => name === "GOROOT" && value !== "")
        .map((one): Finding => {
          const isAlone = all.every((other) => other === one || other.line !== one.line);
          const fact = `${one.file}, line ${one.line} sets GOROOT=${one.value}`;
          return { fact, fix: without(one, isAlone ? undefined : "GOROOT"), reach: everybody };
        });
    },
  },
  {
    id: "envrc-path",
    severity: "error",
    title: "direnv's .envrc puts no other Go before the shims",
    why: "that go runs wherever direnv works, whatever a version file says",
    find: ({ ctx }) =>
      envrcLines(ctx).flatMap((one): Finding[] => {
        const { file, line, name, value } = one;
        const set = new Map([
          ["HOME", ctx.home],
          ["PWD", dirname(file)],
        ]);
        const folders =
          name === "PATH_add" ? [value] : name === "PATH" ? value.split(/:?\$\{?PATH\b/)[0]?.split(":") : [];
        const go = (folders ?? [])
          .filter((folder) => folder !== "")
          .map((folder) =>
            resolve(
              dirname(file),
              expand(folder, (known) => set.get(known)),
              "go",
            ),
          )
          .find((path) => isProgram(path) && !isShim(ctx, path) && !path.startsWith(`${ctx.root.path}/`));
        if (go === undefined) return [];
        const version = versionOf(dirname(dirname(go)));
        return [
          {
            fact: `${file}, line ${line} puts ${go}${version && ` (${version})`} first on PATH`,
            fix: without(one),
            reach: everybody,
          },
        ];
      }),
  },
];

/** What a line of the nearest .envrc sets: `export GV_VERSION=1.20`, `use go 1.20`, `PATH_add bin`. */
interface EnvrcLine {
  readonly file: string;
  readonly line: number;
  /** The variable; or what is called: `use go`, `goenv shell`, `goenv local`, `PATH_add`. */
  readonly name: string;
  readonly value: string;
}

const word = String.raw`((?:"[^"]*"|'[^']*'|[^\s;&#"'])*)`;
const assigned = new RegExp(String.raw`(?:^|[\s;&])([A-Za-z_]\w*)=${word}`, "g");
const called = new RegExp(
  String.raw`(?:^|[;&]\s*)(use\s+(?:go|golang)|goenv\s+(?:shell|local)|PATH_add|path_add\s+PATH)\s+([^;&#]+)`,
);

/** The assignments in the .envrc that direnv reads here (also several in a line, behind export or declare), and its calls. */
function envrcLines(ctx: Context): readonly EnvrcLine[] {
  const file = nearestFile(ctx, ".envrc");
  if (file === undefined) return [];
  return (startOf(file, readLimit) ?? "").split("\n").flatMap((text, i): EnvrcLine[] => {
    if (/^\s*#/.test(text)) return [];
    const [, call, words = ""] = called.exec(text.trim()) ?? [];
    const name = call
      ?.replace(/^path_add.*/, "PATH_add")
      .replace(/golang$/, "go")
      .replaceAll(/\s+/g, " ");
    const found =
      name === undefined
        ? Array.from(text.matchAll(assigned), ([, variable = "", value = ""]) => [variable, value] as const)
        : words
            .trim()
            .split(/\s+/)
            .map((value) => [name, value] as const);
    return found.map(([one, value]) => ({
      file,
      line: i + 1,
      name: one,
      value: value.replaceAll(/["']/g, ""),
    }));
  });
}

/** The line that takes a line out, or of one that sets more that variable alone. */
function without({ file, line }: EnvrcLine, variable?: string): string {
  const what = variable === undefined ? `${line}d` : `'${line}s/ *${variable}=[^ ]*//'`;
  return `sed -i.bak ${what} ${quote(file)} && direnv allow ${quote(file)}`;
}
