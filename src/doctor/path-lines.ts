/**
 * Which line of which start-up file puts a folder on PATH: it names the folder (by $HOME or ~, or by variables that were
 * set above it), or it starts what does (`goenv init`). Of several the first, in the order in which a login reads the
 * system's files and then the user's.
 */
import { assignments } from "./assignments.ts";
import type { Machine } from "./machine.ts";
import { expand, startFiles } from "./start-files.ts";

export interface PathLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The line that puts `folder` on PATH; undefined where no file has one. `sign`: what else does. */
export function lineThatAdds(machine: Machine, folder: string, sign?: RegExp): PathLine | undefined {
  const { ctx } = machine;
  for (const { path: file, lines } of startFiles(machine)) {
    const own = assignments(machine).filter((one) => one.file === file);
    const set = new Map([["HOME", ctx.home]]);
    // What PATH has had before says nothing about a line that puts something before it.
    const known = (name: string): string | undefined =>
      /^path$/i.test(name) ? undefined : (set.get(name) ?? ctx.env[name]);
    for (const [i, text] of lines.entries()) {
      if (/^\s*#/.test(text)) continue;
      if (namesFolder(expand(text, known), folder) || sign?.test(text) === true)
        return { file, line: i + 1, text: text.trim() };
      for (const { name, value } of own.filter(({ line }) => line === i + 1))
        set.set(name, expand(value, known).replaceAll(/["']/g, ""));
    }
  }
  return undefined;
}

function namesFolder(text: string, folder: string): boolean {
  for (let at = text.indexOf(folder); at >= 0; at = text.indexOf(folder, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text[at + folder.length] ?? " ";
    if (/[\s:="'(]/.test(before) && /[\s:"';)]/.test(after)) return true;
  }
  return false;
}
