/** direnv: what a project's .envrc sets against the version file, or puts before the shims. */
import { dirname, resolve } from "node:path";

import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import { openAt } from "../doctor/open-at.ts";
import { nearestFile } from "../doctor/project.ts";
import { expand } from "../doctor/shell-text.ts";
import { isProgram, isShim } from "../on-path.ts";
import { startOf, statOf } from "../read.ts";
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
            ...without(ctx, one),
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
    find: ({ ctx }) =>
      envrcLines(ctx)
        .filter(({ name, value }) => name === "GOROOT" && value !== "")
        .map((one) => ({
          fact: `${one.file}, line ${one.line} sets GOROOT=${one.value}`,
          ...without(ctx, one),
          reach: everybody,
        })),
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
        const before = name === "PATH" ? (value.split(/:?\$\{?PATH\b/)[0]?.split(":") ?? []) : [];
        const folders = (name === "PATH_add" ? [value] : before).filter((folder) => folder !== "");
        const go = folders
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
            ...without(ctx, { ...one, isAlone: one.isAlone && folders.length === 1 }),
            reach: everybody,
          },
        ];
      }),
  },
];

/** What a line of the nearest .envrc, or of one that it sources, sets: `export GV_VERSION=1.20`, `use go 1.20`, `PATH_add bin`. */
interface EnvrcLine {
  readonly file: string;
  readonly line: number;
  /** The variable; or what is called: `use go`, `goenv shell`, `goenv local`, `PATH_add`. */
  readonly name: string;
  readonly value: string;
  /** Whether the line does that and nothing else. */
  readonly isAlone: boolean;
}

const word = String.raw`((?:"[^"]*"|'[^']*'|[^\s;&#"'])*)`;
const assigned = new RegExp(String.raw`(?:^|[\s;&])([A-Za-z_]\w*)=${word}`, "g");
const called = new RegExp(
  String.raw`(?:^|[;&]\s*)(use\s+(?:go|golang)|goenv\s+(?:shell|local)|PATH_add|path_add\s+PATH)\s+([^;&#]+)`,
);

/** One assignment, or one call with one word; nothing is run in it. */
const alone = new RegExp(
  String.raw`^\s*(?:(?:export\s+|declare\s+-x\s+)?[A-Za-z_]\w*=|(?:use|goenv|path_add)\s+\w+\s+|PATH_add\s+)` +
    String.raw`(?:"[^"\x60]*"|'[^']*'|[^\s;&|"'\x60])*\s*(?:#.*)?$`,
);

/** The assignments in the .envrc that direnv reads here (also several in a line, behind export or declare), and its calls. */
function envrcLines(ctx: Context): readonly EnvrcLine[] {
  const file = nearestFile(ctx, ".envrc");
  return file === undefined ? [] : linesIn(ctx, file, new Set());
}

/** How many files one .envrc leads to, at most. */
const mostFiles = 10;

/** What a line sources: direnv's own words (direnv-stdlib(1)). */
const sources =
  /^\s*(?:source_(?<up>up)(?:_if_exists)?|source_env(?:_if_exists)?\s+(?<path>"[^"]*"|'[^']*'|[^\s;&|#]+))/;

/** The lines of a file and, where one stands that sources another, of that one; each file once. */
function linesIn(ctx: Context, file: string, seen: Set<string>): readonly EnvrcLine[] {
  if (seen.has(file) || seen.size >= mostFiles) return [];
  seen.add(file);
  return (startOf(file, readLimit) ?? "").split("\n").flatMap((text, i): readonly EnvrcLine[] => {
    const sourced = sourcedBy(ctx, file, text);
    return sourced === undefined ? linesOf(file, text, i + 1) : linesIn(ctx, sourced, seen);
  });
}

function sourcedBy(ctx: Context, file: string, text: string): string | undefined {
  const { up, path } = sources.exec(text)?.groups ?? {};
  const folder = dirname(file);
  if (up !== undefined) return nearestFile({ ...ctx, cwd: dirname(folder) }, ".envrc");
  if (path === undefined) return undefined;
  const at = resolve(
    folder,
    expand(path.replaceAll(/["']/g, ""), (name) => ({ HOME: ctx.home, PWD: folder })[name]),
  );
  return statOf(at)?.isDirectory() === true ? `${at}/.envrc` : at;
}

function linesOf(file: string, text: string, line: number): EnvrcLine[] {
  if (/^\s*#/.test(text)) return [];
  const [, call, words = ""] = called.exec(text.trim()) ?? [];
  const name = call
    ?.replace(/^path_add.*/, "PATH_add")
    .replace(/golang$/, "go")
    .replaceAll(/\s+/g, " ");
  const calls = name === undefined ? [] : words.trim().split(/\s+/);
  const found = [
    ...Array.from(text.matchAll(assigned), ([, variable = "", value = ""]) => [variable, value] as const),
    ...calls.map((value) => [name ?? "", value] as const),
  ];
  return found.map(([one, value]) => ({
    file,
    line,
    name: one,
    value: value.replaceAll(/["']/g, ""),
    isAlone: alone.test(text) && !text.includes("$("),
  }));
}

/** What takes it out; by hand where its line says other things, too. */
function without(ctx: Context, { file, line, name, isAlone }: EnvrcLine): Pick<Finding, "fix" | "help"> {
  const allow = `direnv allow ${quote(file)}`;
  return isAlone
    ? { fix: `sed -i.bak ${line}d ${quote(file)} && ${allow}`, help: `what it was is in ${file}.bak then` }
    : {
        fix: `${openAt(ctx, file, line)} && ${allow}`,
        help: `take ${name} out: the line says other things, too`,
      };
}
