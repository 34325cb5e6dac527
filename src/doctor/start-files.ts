/**
 * The start-up files here, as text: what the system's and the user's shells and sessions read, and what those files
 * source. Each file once, in the order in which a login reads them: the system's first; a sourced one behind the one
 * that names it.
 *
 * Guarantees: nothing is run. Whether a line is reached is not told: a condition may stand before it.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { configFolder } from "../goenv.ts";
import { namesIn, realPath, startOf, statOf } from "../read.ts";
import { type Home, shells } from "../shells.ts";
import type { Machine } from "./machine.ts";
import { Known } from "./shell-text.ts";

export interface StartFile {
  readonly path: string;
  readonly lines: readonly string[];
  /** Names of the shells that read it; none: a file of the system's, or of the session's. */
  readonly shells: readonly string[];
}

const limits = { bytes: 200_000, files: 300, depth: 4 };

/** The system's files (paths.d: path_helper(8)); a folder stands for the files in it. */
const ofSystem = [
  "/etc/paths",
  "/etc/paths.d",
  "/etc/environment",
  "/etc/profile",
  "/etc/profile.d",
  "/etc/bash.bashrc",
  "/etc/bashrc",
  ...["/etc", "/etc/zsh"].flatMap((folder) =>
    ["zshenv", "zprofile", "zshrc", "zlogin"].map((name) => `${folder}/${name}`),
  ),
];

/** What a bash and a zsh read besides the files that get gv's line. */
const more: Readonly<Record<string, readonly string[]>> = {
  bash: [".profile", ".bash_profile", ".bash_login", ".bashrc"],
  zsh: [".zshenv", ".zprofile", ".zshrc", ".zlogin"],
};

/** Every start-up file that is there. */
export function startFiles(machine: Machine): readonly StartFile[] {
  return machine.once("start-up files", () => {
    const found = new Map<string, StartFile>();
    const add = (path: string, names: readonly string[], known: Known, depth: number): void => {
      const before = found.get(path);
      if (before && names.every((name) => before.shells.includes(name))) return;
      const lines = before?.lines ?? startOf(path, limits.bytes)?.split("\n");
      if (lines === undefined || (!before && found.size >= limits.files)) return;
      found.set(path, { path, lines, shells: [...new Set([...(before?.shells ?? []), ...names])] });
      for (const line of lines) {
        known.read(line, names.includes("fish"));
        const files =
          depth < limits.depth && maySource.test(line) ? sourcedBy(machine, known.expand(line)) : [];
        for (const file of files) if (file !== path) add(file, names, known, depth + 1);
      }
    };
    const { home, env } = machine.ctx;
    for (const [path, names] of places(machine)) add(path, names, new Known(home, env), 0);
    return [...found.values()];
  });
}

type Place = readonly [path: string, names: readonly string[]];

/** Where they may be, with the shells that read each. */
function places(machine: Machine): Place[] {
  const { ctx } = machine;
  const home: Home = { path: ctx.home, env: ctx.env, os: ctx.platform.os, has: existsSync };
  const config = configFolder(ctx.home, ctx.env);
  return [
    ...ofSystem.flatMap((path) => readBy([], machine.at(path))),
    ...readBy(["fish"], machine.at("/etc/fish/conf.d"), machine.at("/etc/fish/config.fish")),
    ...readBy([], join(config, "environment.d"), join(ctx.home, ".pam_environment")),
    ...shells.flatMap((shell) => {
      const own = shell.names.flatMap((name) => more[name] ?? []).map((name) => join(ctx.home, name));
      const first = shell.names.includes("fish") ? [join(config, "fish", "conf.d")] : [];
      return readBy(shell.names, ...first, ...own, ...shell.files(home), ...shell.signs(home));
    }),
  ];
}

/** A folder stands for the files in it. */
function readBy(names: readonly string[], ...paths: readonly string[]): Place[] {
  return paths.flatMap((path) => [path, ...inFolder(path)].map((one): Place => [one, names]));
}

function inFolder(folder: string): string[] {
  if (statOf(folder)?.isDirectory() !== true) return [];
  return namesIn(folder)
    .toSorted()
    .map((name) => join(folder, name));
}

/** What is worth a closer look: most lines source nothing. */
const maySource = /^(?!\s*#)(?:.*[\s;&|({])?(?:\.|source|in)\s/;

/** A file that a line sources by name (`. ~/.aliases`), or those of a loop (`for f in ~/.bashrc.d/*.sh`). */
function sourcedBy({ ctx }: Machine, line: string): string[] {
  const named = Array.from(
    line.matchAll(/(?:^|[\s;&|({])(?:\.|source)\s+["']?(\/[^\s"';&|)]+)/g),
    ([, file = ""]) => file,
  );
  const loops = Array.from(line.matchAll(/\sin\s+["']?(\/[^\s"';*]+)["']?\/\*(\.\w+)?/g));
  const inLoops = loops.flatMap(([, folder = "", ending = ""]) =>
    inFolder(folder).filter((file) => file.endsWith(ending)),
  );
  // Not gv's own env, which every profile sources.
  const files = [...named, ...inLoops];
  if (files.length === 0) return [];
  const root = `${realPath(ctx.root.path)}/`;
  return files.filter((file) => !`${realPath(dirname(file))}/`.startsWith(root));
}
