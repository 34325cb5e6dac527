/**
 * Starts of a shell that didn't come up in time: what they wait for, and which line of a start-up file has probably
 * started that: the first one that names it, in a file that this shell reads.
 */
import { basename } from "node:path";

import type { Machine } from "./machine.ts";
import { startFiles } from "./start-files.ts";
import type { Late, Start } from "./starts.ts";

const never: Late = { cut: "time", waits: [] };

/** Starts of one shell that wait for the same. */
export interface LateStarts {
  readonly starts: readonly Start[];
  readonly cut: Late["cut"];
  /** The command, as `ps` shows it; undefined: the shell itself is at work, or nobody can say. */
  readonly waitsFor: string | undefined;
  readonly place: { readonly file: string; readonly line: number } | undefined;
}

/** All of them, by shell. */
export async function lateStarts(machine: Machine): Promise<readonly LateStarts[]> {
  const groups = new Map<string, Start[]>();
  for (const start of await machine.starts)
    if (start.late !== undefined) {
      const key = [start.shell, start.late.cut, ...start.late.waits].join("\n");
      groups.set(key, [...(groups.get(key) ?? []), start]);
    }
  return [...groups.values()].map((starts) => {
    const { shell = "", late: { cut, waits } = never } = starts[0] ?? {};
    return { starts, cut, waitsFor: waits[0], place: placeOf(machine, shell, waits) };
  });
}

/** Programs that run another one, which the line is more likely to name. */
const runners = /^(?:env|sudo|(?:ba|da|k|z)?sh|python[\d.]*|node|perl|ruby)$/;

function placeOf(machine: Machine, shell: string, chain: readonly string[]): LateStarts["place"] {
  for (const words of chain) {
    const names = words
      .split(" ")
      .slice(0, 2)
      .map((word) => basename(word));
    const name = names.find((one) => !runners.test(one));
    if (name === undefined || name === "") continue;
    for (const { path: file, lines, shells } of startFiles(machine)) {
      if (shells.length > 0 && !shells.includes(shell)) continue;
      const at = lines.findIndex((text) => !/^\s*#/.test(text) && text.split(/[^\w.+-]+/).includes(name));
      if (at >= 0) return { file, line: at + 1 };
    }
  }
  return undefined;
}
