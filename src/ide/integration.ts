/** What a row of `gv ide` is: an editor, or another place where Go is used, and the files that it should have. */
import type { Change } from "../changes.ts";
import type { Context } from "../context.ts";

/** What may be asked of one besides its name; a row says which of them it takes. */
export interface IdeOptions {
  /** The user's own settings, not the project's. */
  readonly user?: boolean;
  /** The settings that hold where a window is connected to this machine. */
  readonly remote?: boolean;
  /** As it is in a dev container. */
  readonly container?: boolean;
  /** For a large workspace. */
  readonly large?: boolean;
  /** A GOPATH of the project's own. */
  readonly isolate?: boolean;
  /** Where gv itself comes from, for who has none yet: an address, as the integration's own program takes it. */
  readonly from?: string;
}

export const ideOptions = [
  "user",
  "remote",
  "container",
  "large",
  "isolate",
  "from",
] as const satisfies readonly (keyof IdeOptions)[];

export interface IdePlan {
  /** Each file once, as it is and as it should be; one that is right already may be among them. */
  readonly changes: readonly Change[];
  /** What a person should know besides: values that were left, what must be done by hand. A line or more each. */
  readonly notes?: readonly string[];
}

/** One row. `gv ide` shows what it plans, writes it, and takes it back. */
export interface Integration {
  readonly name: string;
  /** What it is for, in a line. */
  readonly title: string;
  readonly takes: readonly (keyof IdeOptions)[];
  /** Reads, and changes nothing. Throws a GvError where it can't be meant: NOT_READABLE, NOT_INSTALLED, ... */
  readonly plan: (ctx: Context, options: IdeOptions) => Promise<IdePlan>;
}
