/**
 * What a stage of `gv check` is: one question about the project, asked before a commit (stages.ts has the rows).
 *
 * Guarantees of a stage: it changes nothing of the project; what it starts ends with it.
 */
import type { Machine } from "../doctor/machine.ts";

/** One row of the table of stages. */
export interface Stage {
  /** Stable: scripts and `gv check ID` use it. */
  readonly id: string;
  /** What is asked, as a statement that should hold: "go vet finds nothing". */
  readonly title: string;
  /** How long it may take, in seconds. */
  readonly limit: number;
  /** Why it isn't asked here; undefined where it is. Reads files only. */
  skips(machine: Machine): string | undefined | Promise<string | undefined>;
  /** `signal` is aborted where its time is over, or gv was interrupted: it ends what it started, and returns. */
  run(machine: Machine, signal: AbortSignal): Outcome | Promise<Outcome>;
}

/** What came of it. A GvError that is thrown counts as failed, with its message and hint. */
export type Outcome =
  | { readonly kind: "ok"; readonly said?: string }
  | { readonly kind: "skipped"; readonly why: string }
  | {
      readonly kind: "failed";
      readonly why: string;
      /** What the programs printed. */
      readonly output?: string;
      /** The line to type; may span lines. */
      readonly fix: string;
    };
