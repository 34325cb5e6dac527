/**
 * $GV_ROOT/config: what a person set for gv itself. One `key = value` a line, `#` starts a comment; the first
 * line of a key counts.
 *
 * `configKeys` is the one table of what may stand there; docs/config.md is made from it. A key that gv doesn't
 * know stops nothing, since an older gv may meet a newer file: `gv config list` names it. Only `gv config` writes
 * the file, and it keeps whatever else stands there.
 */
import { join } from "node:path";

import { bytesAt } from "./changes.ts";
import type { Context } from "./context.ts";
import { sweepBeside } from "./files.ts";
import { textOf } from "./read.ts";
import { changeFile } from "./user-file.ts";

/** What a value may be: one that may, and what is wrong with one that may not. */
const types = {
  boolean: {
    example: "true",
    problem: (text: string) =>
      text === "true" || text === "false" ? undefined : "is neither true nor false",
  },
  addresses: {
    example: "https://mirror.example/golang",
    problem: (text: string) => {
      const wrong = wordsOf(text).find((word) => !/^https?:\/\/[^/]/.test(word));
      return wrong && `has "${wrong}", which is no address`;
    },
  },
  repository: {
    example: "https://go.googlesource.com/go",
    problem: (text: string) =>
      /^(?:https|ssh|file):\/\/\S+$/.test(text)
        ? undefined
        : "is no address of a git repository: it starts with https://, ssh:// or file://",
  },
  words: { example: "gopls dlv", problem: (_text: string) => undefined },
  sharing: {
    example: "link",
    problem: (text: string) =>
      ["clone", "link", "off"].includes(text) ? undefined : "is none of clone, link and off",
  },
};

interface ConfigRow {
  readonly type: keyof typeof types;
  /** As it would stand in the file. */
  readonly default: string;
  readonly meaning: string;
  /** Who reads it. */
  readonly readBy: string;
}

/** Every key that gv reads. */
export const configKeys = {
  "archive-mirrors": {
    type: "addresses",
    default: "",
    meaning:
      "Copies of go.dev/dl, asked before go.dev. What they send is proven as ever. One that fails, or answers 403, is gone past: buckets answer so for what they don't have.",
    readBy: "`gv install`, for the archive form of a release",
  },
  "default-tools": {
    type: "words",
    default: "",
    meaning:
      "Tools that each version builds once it is installed, such as `gopls dlv@v1.25.0` (docs/tools.md).",
    readBy: "`gv install`, `gv use`",
  },
  share: {
    type: "sharing",
    default: "clone",
    meaning:
      "What becomes of the files that a near version has, too, so that they aren't fetched again. `clone`: they share their blocks where the file system can, until one is changed; else they are copied. `link`: they are hard links, made read-only, since a change would reach both versions. `off`: all is fetched. What is on disk in the end is proven in each case (docs/reliability.md).",
    readBy: "`gv install`",
  },
  source: {
    type: "repository",
    default: "https://go.googlesource.com/go",
    meaning: "Where git fetches Go's newest sources from (docs/build.md).",
    readBy: "`gv build tip`",
  },
  "strict-pin": {
    type: "boolean",
    default: "false",
    meaning:
      "`true`: the version that gv chose is the one that runs. GOTOOLCHAIN is `local` then, whatever the environment says, so the go command never switches to what go.mod asks for. Not for the system's Go.",
    readBy: "the shims, from lib/shim.conf; `gv exec`",
  },
  "tool-fallback": {
    type: "boolean",
    default: "true",
    meaning:
      "`false`: a tool that the chosen version has not built is an error, which names the versions that have it. Else it is taken from another version.",
    readBy: "the shims, from lib/shim.conf; `gv which`, `gv exec`",
  },
} as const satisfies Readonly<Record<string, ConfigRow>>;

export type ConfigKey = keyof typeof configKeys;

/** Variables of the environment that gv reads, besides Go's own. No keys: they are for one shell, or one call. */
export const variables: Readonly<Record<string, string>> = {
  GV_ROOT: "The folder that holds everything, by default `~/.gv`. A shim knows its root by its own path.",
  GV_VERSION: "The version to use, over any file. `gv shell` sets it, and `gv exec` for what it runs.",
  GV_AUTO_INSTALL:
    "`1`: `go` installs a missing version on the spot, also where no terminal is. Anything else: never.",
  GV_HOPS: "Set by a shim for a program outside gv: how many of those there were. The 20th is refused.",
};

/** The text of a setting: as the file has it where that is a value of its type, else the default. */
function configText(ctx: Context, key: ConfigKey): string {
  const { type, default: fallback } = configKeys[key];
  const text = configLines(ctx).find((line) => line.key === key)?.value;
  const isList = type === "words" || type === "addresses"; // Of those the good words count.
  return text === undefined || (!isList && types[type].problem(text)) ? fallback : text;
}

/** The words of a setting, between spaces or commas; none where it isn't set. */
export function configWords(ctx: Context, key: ConfigKey): string[] {
  return wordsOf(configText(ctx, key));
}

/** A setting that is true or false. */
export function configFlag(ctx: Context, key: ConfigKey): boolean {
  return configText(ctx, key) === "true";
}

/** How an install shares files with a near version. */
export function configSharing(ctx: Context): "clone" | "link" | "off" {
  const text = configText(ctx, "share");
  return text === "link" || text === "off" ? text : "clone";
}

/** The address that `gv build tip` fetches from. */
export function configSource(ctx: Context): string {
  return configText(ctx, "source");
}

/** A setting as data, and whether the file says it. */
export function configSetting(
  ctx: Context,
  key: ConfigKey,
): { value: boolean | string | string[]; isSet: boolean } {
  const isSet = configLines(ctx).some((line) => line.key === key);
  return { value: valueOf[configKeys[key].type](ctx, key), isSet };
}

const valueOf = {
  boolean: configFlag,
  words: configWords,
  addresses: configWords,
  sharing: configSharing,
  repository: configSource,
} as const satisfies Record<
  keyof typeof types,
  (ctx: Context, key: ConfigKey) => boolean | string | string[]
>;

/** The key of that name; undefined when there is none. */
export function configKey(name: string): ConfigKey | undefined {
  return Object.keys(configKeys).find((key): key is ConfigKey => key === name);
}

/** What keeps this text from being a value of that key; undefined when nothing does. */
export function problemWith(key: ConfigKey, value: string): string | undefined {
  return /[#\n\r]/.test(value) ? "has a # or a line break in it" : types[configKeys[key].type].problem(value);
}

/** A value that the key may have, as a person types it. */
export function exampleOf(key: ConfigKey): string {
  return types[configKeys[key].type].example;
}

/** Lines that set something, with their numbers, from 1. */
export function configLines(ctx: Context): { key: string; value: string; line: number }[] {
  const lines = (textOf(configFile(ctx)) ?? "").split("\n");
  return lines.flatMap((text, index) => {
    const [, key, value] = linePattern.exec(text) ?? [];
    return key === undefined || value === undefined ? [] : [{ key, value, line: index + 1 }];
  });
}

export function configFile(ctx: Context): string {
  return join(ctx.root.path, "config");
}

/**
 * Sets a key, in its place where it has one, or takes it away (undefined). Comments, order and other lines stay.
 * A link is followed; mode and owner stay. Throws NOT_READABLE, NOT_WRITABLE, NO_SPACE, and BUSY where somebody else
 * wrote the file since it was read.
 */
export function writeSetting(ctx: Context, key: ConfigKey, value: string | undefined): void {
  const file = configFile(ctx);
  const bytes = bytesAt(file);
  const before = bytes?.toString("utf8") ?? "";
  let isThere = false;
  const lines = before.split("\n").flatMap((text) => {
    const [, found, , comment = ""] = linePattern.exec(text) ?? [];
    if (found !== key) return text;
    // Of several lines the first one counts; the others would count without it.
    if (value === undefined || isThere) return [];
    isThere = true;
    return `${key} = ${value}${comment}`;
  });
  if (value !== undefined && !isThere)
    lines.splice(lines.at(-1) === "" ? -1 : lines.length, 0, `${key} = ${value}`);
  const after = lines.join("\n");
  const text = after === "" || after.endsWith("\n") ? after : `${after}\n`;
  if (text === before)
    sweepBeside(file); // Who was killed when the file had just been made left its other name.
  else changeFile(file, bytes, Buffer.from(text));
}

/** Key, value, and what stands behind the value: spaces, a comment. */
const linePattern = /^\s*([a-z-]+)\s*=\s*([^#]*?)(\s*(?:#.*)?)$/s;

/** The words of a value, between spaces or commas. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
