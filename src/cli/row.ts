/** What a row of the tables beside this file is, and the options that several of them have. */
import { type Command, Option } from "commander";

import type { Context } from "../context.ts";
import { parsePlatform } from "../platform.ts";

/** What a command may need besides its options. */
export interface Call {
  readonly ctx: Context;
  /** The whole command line, as it was typed. */
  readonly words: readonly string[];
}

/** One row a command: its words, options and help, and the module that does it. In the order of --help. */
export type Commands = Readonly<Record<string, (command: Command, call: Call) => Command>>;

export function platformOption(): Option {
  const option = new Option("--platform <os/arch>", "another platform than this one, such as linux/arm64");
  return option.argParser(parsePlatform);
}

export function goOption(help = "with another Go than the one that applies here"): Option {
  return new Option("--go <spec>", help);
}

export function jsonOption(): Option {
  return new Option("--json", "print it as JSON");
}
