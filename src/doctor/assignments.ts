/**
 * Which line of which start-up file sets a variable: the files that shells read, the user's and the system's, as text.
 *
 * Guarantees: nothing is run; a line counts where a shell would read it as an assignment (sh, zsh, fish). Whether it is
 * reached is not told: a condition may stand before it. src/doctor/starts.ts asks the shells themselves.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { configFolder } from "../goenv.ts";
import { namesIn, startOf } from "../read.ts";
import { type Home, shells } from "../shells.ts";
import type { Machine } from "./machine.ts";

export interface Assignment {
  readonly name: string;
  /** As it stands there, with quotes. */
  readonly value: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Names of the shells that read the file; none: a file of the system's, or of the session's. */
  readonly shells: readonly string[];
}

const limit = 200_000;

/** What the shells of a bash and a zsh read besides the files that get gv's line. */
const more: Readonly<Record<string, readonly string[]>> = {
  bash: [".bash_profile", ".bash_login", ".profile", ".bashrc"],
  zsh: [".zlogin", ".zshenv"],
};

const ofSystem = [
  "/etc/environment",
  "/etc/profile",
  "/etc/bash.bashrc",
  "/etc/bashrc",
  ...["/etc", "/etc/zsh"].flatMap((folder) =>
    ["zshenv", "zprofile", "zshrc"].map((name) => `${folder}/${name}`),
  ),
];

/** Every assignment in the start-up files, in no special order of files. */
export function assignments(machine: Machine): readonly Assignment[] {
  return machine.once("assignments", () =>
    [...filesOf(machine)].flatMap(([file, names]) => read(file, names)),
  );
}

/** Where a variable is set, in words: `/home/me/.bashrc, line 3`; undefined where no file sets it. */
export function whereSet(machine: Machine, name: string): string | undefined {
  const places = assignments(machine)
    .filter((one) => one.name === name)
    .map(({ file, line }) => `${file}, line ${line}`);
  return places.length > 0 ? places.join("; ") : undefined;
}

/** The files that a shell of that name may read when it starts, the user's and the system's. */
export function startUpFiles(machine: Machine, shell: string): string[] {
  return [...filesOf(machine)].flatMap(([file, names]) =>
    names.length === 0 || names.includes(shell) ? [file] : [],
  );
}

/** The start-up files with the names of the shells that read them. */
function filesOf({ ctx }: Machine): Map<string, string[]> {
  const home: Home = { path: ctx.home, env: ctx.env, has: existsSync };
  const files = new Map<string, string[]>();
  const add = (file: string, names: readonly string[]): unknown =>
    files.set(file, [...new Set([...(files.get(file) ?? []), ...names])]);
  for (const shell of shells) {
    const own = shell.names.flatMap((name) => more[name] ?? []).map((name) => join(ctx.home, name));
    for (const file of [...shell.files(home), ...own]) add(file, shell.names);
  }
  for (const name of [".zprofile", ".zshrc"]) add(join(ctx.home, name), ["zsh"]);
  const session = join(configFolder(ctx.home, ctx.env), "environment.d");
  for (const file of [...ofSystem, ...namesIn(session).map((name) => join(session, name))]) add(file, []);
  return files;
}

/** A value as a shell's word, quotes and what is run in it kept; or the list of an array, as in zsh's `path=(...)`. */
const run = String.raw`\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\`[^\`]*\``;
const word = String.raw`(?:"(?:\\.|${run}|[^"\\])*"|'[^']*'|${run}|\\.|[^\s;&|"'\\(])`;
const list = String.raw`\((?:"[^"]*"|'[^']*'|${run}|[^()"'])*\)`;
const assigned = new RegExp(String.raw`(?:^|[\s;&])([A-Za-z_]\w*)=(${list}|${word}*)`, "g");
const ofFish = new RegExp(String.raw`^\s*set\s+(?:-\S+\s+)*([A-Za-z_]\w*)\s+(.+)$`);

function read(file: string, names: readonly string[]): Assignment[] {
  const lines = (startOf(file, limit) ?? "").split("\n");
  return lines.flatMap((first, i) => {
    const text = withRestOfList(first, lines, i);
    if (/^\s*#/.test(text)) return [];
    const own = file.endsWith(".fish") ? ofFish.exec(text) : undefined;
    const found = own ? [own] : [...text.matchAll(assigned)];
    return found.map(([, name = "", value = ""]) => ({ name, value, file, line: i + 1, shells: names }));
  });
}

/** A line with those that follow, up to the end of the array that it begins. */
function withRestOfList(text: string, lines: readonly string[], at: number): string {
  if (!/(?:^|\s)[A-Za-z_]\w*=\([^)]*$/.test(text)) return text;
  const end = lines.findIndex((line, i) => i > at && line.includes(")"));
  return end < 0 || end > at + longestList
    ? text
    : lines
        .slice(at, end + 1)
        .map((line) => line.trim())
        .join(" ");
}

/** In lines. */
const longestList = 50;
