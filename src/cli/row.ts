/** What a row of the tables beside this file is, and the options that several of them have. */
import { Argument, type Command, InvalidArgumentError, Option } from "commander";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { didYouMean } from "../near.ts";
import { parsePlatform, type Platform } from "../platform.ts";
import type { Kind } from "./kinds.ts";

/** What a command may need besides its options. */
export interface Call {
  readonly ctx: Context;
  /** The whole command line, as it was typed. */
  readonly words: readonly string[];
}

/** One row a command: its words, options and help, and the module that does it. In the order of --help. */
export type Commands = Readonly<Record<string, (command: Command, call: Call) => Command>>;

/** An argument, and what stands for it; several kinds where its words are of different ones, in their order. */
export function argument(name: string, kind: Kind | readonly Kind[], help?: string): Argument {
  return Object.assign(new Argument(name, help), { kind });
}

/** An option that takes a word, and what stands for that. */
export function optionWith(flags: string, kind: Kind, help: string): Option {
  return Object.assign(new Option(flags, help), { kind });
}

export function platformOption(): Option {
  const help = "another platform than this one, such as linux/arm64";
  return optionWith("--platform <os/arch>", "platform", help).argParser(parsePlatform);
}

/** The same, any number of times. */
export function platformsOption(): Option {
  const help = "a platform, such as linux/arm64; once for each; this one where none is named";
  return optionWith("--platform <os/arch>", "platform", help).argParser(
    (text, others: Platform[] | undefined = []) => [...others, parsePlatform(text)],
  );
}

/** An option that may be given any number of times. */
export function repeated(option: Option): Option {
  return option.argParser((text, others: string[] | undefined = []) => [...others, text]);
}

export function goOption(help = "with another Go than the one that applies here"): Option {
  return optionWith("--go <spec>", "installed", help);
}

/** A word that is one of a few, which --help names. Throws BAD_ARGUMENT. */
export function oneOf<Word extends Argument | Option>(word: Word, names: readonly string[]): Word {
  word.choices(names).argParser((text: string) => {
    if (names.includes(text)) return text;
    throw new GvError("BAD_ARGUMENT", `"${text}" is none of ${names.join(", ")}`, {
      hint: `${didYouMean(text, names)}name one of these`,
    });
  });
  return word;
}

/** A whole number of seconds, from 1. Throws what commander says of a word that it refuses. */
export function parseSeconds(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes whole seconds, such as 600.");
}

/** docs/json.md is what it promises; each command that has it has a schema in docs/json/. */
export function jsonOption(help = "print it as JSON"): Option {
  return new Option("--json", help);
}
