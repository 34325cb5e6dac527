/**
 * Which line of which start-up file puts a folder on PATH: it names the folder (by $HOME or ~, or by variables that were
 * set above it), or it starts what does (`goenv init`). Of several the first, in the order in which a login reads the
 * system's files and then the user's.
 */
import type { Finding } from "./check.ts";
import type { Machine } from "./machine.ts";
import { openAt } from "./open-at.ts";
import { Known } from "./shell-text.ts";
import { startFiles } from "./start-files.ts";

export interface PathLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The line that puts `folder` on PATH; undefined where no file has one. `sign`: what else does. */
export function lineThatAdds(machine: Machine, folder: string, sign?: RegExp): PathLine | undefined {
  return linesThatAdd(machine, [folder], sign)[0];
}

/** All lines that put one of some folders on PATH, or have the sign. */
export function linesThatAdd(
  machine: Machine,
  folders: readonly string[],
  sign?: RegExp,
): readonly PathLine[] {
  return linesOf(machine)
    .filter(
      ({ text, expanded }) =>
        folders.some((folder) => namesFolder(expanded, folder)) || sign?.test(text) === true,
    )
    .map(({ file, line, text }) => ({ file, line, text })); // What a variable holds may be a secret.
}

/** Every line of the start-up files but comments, with what is known of variables where it stands. */
function linesOf(machine: Machine): readonly (PathLine & { readonly expanded: string })[] {
  const { home, env } = machine.ctx;
  return machine.once("lines of start-up files", () =>
    startFiles(machine).flatMap(({ path: file, lines, shells }) => {
      const known = new Known(home, env);
      return lines.flatMap((text, i) => {
        if (/^\s*(?:#|$)/.test(text)) return [];
        const expanded = known.expand(text);
        known.read(text, shells.includes("fish"));
        return [{ file, line: i + 1, text: text.trim(), expanded }];
      });
    }),
  );
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
