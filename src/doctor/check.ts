/**
 * What a check is: one question about this machine, asked by `gv doctor` (src/checks/ has the rows).
 *
 * Guarantees of a check: it changes nothing; it finds by facts, not by guessing; where it can't look, it is silent.
 */
import type { Change } from "../changes.ts";
import type { Machine } from "./machine.ts";

/** error: go doesn't work, or not as asked. warning: it will hurt. note: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** One row of a table of checks. */
export interface Check {
  /** Stable: scripts, documents and `gv doctor ID` use it. Lower case, words joined by hyphens. */
  readonly id: string;
  readonly severity: Severity;
  /** What is asked, as a statement that should hold: "the shims are on PATH". */
  readonly title: string;
  /** Why it hurts, in a sentence. */
  readonly why: string;
  /** network: asks servers, so not with --offline. deep: slow, only with --deep. */
  readonly cost?: "network" | "deep" | "deep network";
  /** Systems that it is about, as GOOS has them; none: all. */
  readonly only?: readonly string[];
  /** All that is wrong, each with the line that mends it; none where all is well. */
  find(machine: Machine): readonly Finding[] | Promise<readonly Finding[]>;
  /** What it has measured, faults or none: told as a table, a line each; in `--json` as it is. */
  measure?(machine: Machine): Promise<readonly Measured[]>;
}

/** What was measured of one thing, by name: the same names in all of a table. */
export type Measured = Readonly<Record<string, string | number>>;

/** What is wrong, and where. */
export interface Finding {
  /** The fact: which file and line, which variable, which program. */
  readonly fact: string;
  /** The line to type, and only that; undefined where there is none, and `help` says what to do. */
  readonly fix?: string | undefined;
  /** In words: what comes after that line, or what else would mend it. */
  readonly help?: string | undefined;
  /** What the fix reaches (this shell, new terminals, the desktop), and how long it lasts. */
  readonly reach?: string;
  /** What `--fix` changes, where that is safe: the user's own files, shown as a diff first, copies kept. */
  readonly changes?: readonly Change[];
  /** What `--fix` has gv do in its own root, where that is the mend; it says what it did. */
  readonly mend?: () => string | Promise<string>;
  /** Less than the row's, where this one hurts less. */
  readonly severity?: Severity;
}
