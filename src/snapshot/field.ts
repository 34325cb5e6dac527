/** What a field of a snapshot is: which difference in it matters, and what that follows from (fields.ts has the table). */
import type { Leaves } from "./shape.ts";

/** matters: the same command does something else there. harmless: worth knowing, where two machines are compared. */
export type Weight = "matters" | "harmless";

export interface Field {
  /** The places that it is about. */
  readonly at: RegExp;
  /** undefined: no difference that anybody should read. */
  readonly weight: Weight | ((pair: Pair) => Weight | undefined);
  readonly why: string;
  /** The line to type where the second one was taken, so that it is as the first. */
  readonly fix?: (pair: Pair) => string;
  /** Where one of these differs, this follows from it, and is told there. */
  readonly follows?: readonly string[];
  /** The same, where the values are the same once these, as they are on each side, are put in. */
  readonly within?: readonly string[];
}

/** One field on both sides: as it should be (the first snapshot), and as it is (the second). */
export interface Pair {
  readonly place: string;
  readonly want: string | number | boolean | null | undefined;
  readonly have: string | number | boolean | null | undefined;
  readonly first: Leaves;
  readonly second: Leaves;
  readonly isSameMachine: boolean;
}
