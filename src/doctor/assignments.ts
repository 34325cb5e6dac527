/**
 * Which line of which start-up file sets a variable: the files as text (start-files.ts).
 *
 * Guarantees: nothing is run; a line counts where a shell would read it as an assignment (sh, zsh, fish). Whether it is
 * reached is not told: a condition may stand before it. src/doctor/starts.ts asks the shells themselves.
 */
import type { Machine } from "./machine.ts";
import { setBy, wholeLine } from "./shell-text.ts";
import { type StartFile, startFiles } from "./start-files.ts";

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

/** Every assignment in the start-up files, in their order. */
export function assignments(machine: Machine): readonly Assignment[] {
  return machine.once("assignments", () => startFiles(machine).flatMap(read));
}

/** Where a variable is set, in words: `/home/me/.bashrc, line 3`; undefined where no file of this shell's sets it. */
export function whereSet(machine: Machine, name: string, shell?: string): string | undefined {
  const places = placesOf(machine, name, shell).map(({ file, line }) => `${file}, line ${line}`);
  return places.length > 0 ? places.join("; ") : undefined;
}

/** The lines that set it; `shell`: only in what that one reads. */
export function placesOf(machine: Machine, name: string, shell?: string): readonly Assignment[] {
  return assignments(machine).filter(
    (one) =>
      one.name === name && (shell === undefined || one.shells.length === 0 || one.shells.includes(shell)),
  );
}

function read({ path, lines, shells }: StartFile): Assignment[] {
  const isFish = shells.includes("fish");
  return lines.flatMap((_, i) =>
    setBy(wholeLine(lines, i), isFish).map((one) => ({ ...one, file: path, line: i + 1, shells })),
  );
}
