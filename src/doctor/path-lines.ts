/**
 * Which line of which start-up file puts a folder on PATH: it names the folder (by $HOME or ~, too, or as $GOROOT/bin of
 * a GOROOT in that file), or it starts what does (`goenv init`). Of several the first, in the order in which a login
 * reads the system's files and then the user's.
 */
import { join } from "node:path";

import { configFolder } from "../goenv.ts";
import { namesIn, startOf } from "../read.ts";
import { shells } from "../shells.ts";
import type { Finding } from "./check.ts";
import type { Machine } from "./machine.ts";
import { openAt } from "./open-at.ts";

export interface PathLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const readLimit = 128 << 10; // bytes

/** The system's files (paths.d: path_helper(8)); a folder stands for the files in it. */
const systemFiles = [
  "/etc/paths",
  "/etc/paths.d",
  "/etc/environment",
  "/etc/profile",
  "/etc/profile.d",
  "/etc/bash.bashrc",
  "/etc/bashrc",
  "/etc/zshenv",
  "/etc/zprofile",
  "/etc/zshrc",
  "/etc/zsh/zshenv",
  "/etc/zsh/zprofile",
  "/etc/zsh/zshrc",
  "/etc/fish/config.fish",
  "/etc/fish/conf.d",
];

/** The line that puts `folder` on PATH; undefined where no file has one. `sign`: what else does. */
export function lineThatAdds(machine: Machine, folder: string, sign?: RegExp): PathLine | undefined {
  const [first] = linesThatAdd(machine, [folder], sign);
  return first;
}

/** All lines that put one of some folders on PATH, or have the sign. */
export function* linesThatAdd(
  machine: Machine,
  folders: readonly string[],
  sign?: RegExp,
): Generator<PathLine> {
  const { home } = machine.ctx;
  for (const file of startUpFiles(machine)) {
    let goroot: string | undefined;
    for (const [i, text] of (startOf(file, readLimit) ?? "").split("\n").entries()) {
      if (/^\s*#/.test(text)) continue;
      const expanded = text
        .replaceAll(/\$HOME\b|\$\{HOME\}|(?<=^|[\s=:"'])~(?=\/)/g, home)
        .replaceAll(/\$GOROOT\b|\$\{GOROOT\}/g, goroot ?? "$GOROOT");
      goroot = /\bGOROOT(?:=| +)["']?([^\s"';]+)/.exec(expanded)?.[1] ?? goroot;
      if (folders.some((folder) => namesFolder(expanded, folder)) || sign?.test(text) === true)
        yield { file, line: i + 1, text: text.trim() };
    }
  }
}

/** What takes a folder out of PATH: the line that opens the file that adds it, where there is one. */
export function takeFromPath(machine: Machine, folder: string): Pick<Finding, "fix" | "help"> {
  const added = lineThatAdds(machine, folder);
  return added === undefined
    ? { help: `take ${folder} out where your profile sets PATH` }
    : {
        fix: openAt(machine.ctx, added.file, added.line),
        help: `take ${folder} out of PATH there: ${added.text}`,
      };
}

function namesFolder(text: string, folder: string): boolean {
  for (let at = text.indexOf(folder); at >= 0; at = text.indexOf(folder, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text[at + folder.length] ?? " ";
    if (/[\s:="'(]/.test(before) && /[\s:"';)]/.test(after)) return true;
  }
  return false;
}

function startUpFiles(machine: Machine): string[] {
  return machine.once("start-up files", () => {
    const { ctx } = machine;
    const home = { path: ctx.home, env: ctx.env, has: () => true };
    const config = configFolder(ctx.home, ctx.env);
    const own = [
      ...[".pam_environment", ".profile", ".bash_profile", ".bash_login"].map((name) => join(ctx.home, name)),
      ...shells.flatMap((shell) => [...shell.files(home), ...shell.signs(home)]),
      ...inFolder(join(config, "fish", "conf.d")),
      ...inFolder(join(config, "environment.d")),
    ];
    const system = systemFiles.map((path) => machine.at(path)).flatMap((path) => [path, ...inFolder(path)]);
    return [...new Set([...system, ...own])];
  });
}

function inFolder(folder: string): string[] {
  return namesIn(folder)
    .toSorted()
    .map((name) => join(folder, name));
}
