/**
 * Every gv command that a document or a --help shows is one that there is: read by the command line's own tables, with
 * its options, and with the checks, stages, settings and versions that it names.
 */
import { type Argument, type Command, CommanderError, type Option } from "commander";
import { describe, expect, it } from "vitest";

import { commandLineOf } from "../../src/cli.ts";
import { type Kind, kinds } from "../../src/cli/kinds.ts";
import type { Context } from "../../src/context.ts";
import { parseRequest } from "../../src/version.ts";
import { sandbox } from "../support/sandbox.ts";
import { blocks, gvLinesIn, isPlaceholder, mentions, typedIn } from "./documents.ts";

/** Those of which gv knows every word. */
const closed: readonly Kind[] = [
  "check",
  "integration",
  "key",
  "login",
  "manager",
  "shell",
  "stage",
  "start",
];

/** The error codes of a command that is named without the words that it needs: in a text, that is no mistake. */
const unfinished = ["commander.missingArgument", "commander.optionMissingArgument", "commander.help"];

/** What is wrong with a command line; undefined where it could be typed. */
async function wrongWith(
  ctx: Context,
  words: readonly string[],
  isMention = false,
): Promise<string | undefined> {
  const gv = commandLineOf(ctx, words);
  for (const command of withParts(gv)) {
    for (const part of [...command.registeredArguments, ...command.options]) readPlaceholders(part);
    // What has parts and no options is never done by itself.
    if (command !== gv && (command.commands.length === 0 || command.options.length > 0))
      command.action(() => checkWords(command, words, ctx));
  }
  try {
    await gv.parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) return String(error);
    if (error.exitCode !== 0 && !(isMention && unfinished.includes(error.code))) return error.message;
  }
  return undefined;
}

function withParts(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withParts)];
}

/** Lets a placeholder stand where only some words may. */
function readPlaceholders(part: Argument | Option): void {
  const { parseArg } = part;
  if (parseArg)
    part.argParser((word, before: unknown) => (isPlaceholder(word) ? word : parseArg(word, before)));
}

/** Throws where a word is none of those that its place takes. */
function checkWords(command: Command, words: readonly string[], ctx: Context): void {
  const given: [part: object, value: unknown][] = [
    ...command.registeredArguments.map((part, i): [object, unknown] => [part, command.processedArgs[i]]),
    ...command.options.map((part): [object, unknown] => [part, command.opts()[part.attributeName()]]),
  ];
  for (const [part, value] of given) {
    const kind: unknown = "kind" in part ? part.kind : undefined;
    // Behind dlv-sign is a file.
    for (const word of [value].flat().slice(0, words.includes("dlv-sign") ? 1 : undefined))
      if (typeof word === "string" && typeof kind === "string" && !isPlaceholder(word))
        checkWord(kind as Kind, word);
  }
  function checkWord(kind: Kind, word: string): void {
    const row = kinds[kind];
    if (closed.includes(kind) && "words" in row && !row.words(ctx).includes(word))
      throw new Error(`${word} is no ${kind}`);
    if (kind === "release" || kind === "spec") parseRequest(word);
  }
}

const shown = [
  ...blocks.flatMap((block) =>
    typedIn(block).flatMap((line) =>
      gvLinesIn(line).map((words) => ({ where: block.document, words, isMention: false })),
    ),
  ),
  ...mentions.flatMap(({ document, code }) =>
    gvLinesIn(code).map((words) => ({ where: document, words, isMention: true })),
  ),
];

/** The examples below each --help. What is said of one stands behind three spaces. */
function examplesOf(ctx: Context): string[][] {
  let text = "";
  const gv = commandLineOf({ ...ctx, stdout: { ...ctx.stdout, write: (more) => (text += more) } });
  for (const command of withParts(gv)) command.outputHelp();
  const lines = [...text.matchAll(/^Examples?:\n((?: {2}.*\n)+)/gm)].flatMap(([, some = ""]) =>
    some.split("\n"),
  );
  return lines.flatMap((line) => gvLinesIn(line.trim().split(/ {3}/)[0] ?? ""));
}

describe("each command that is shown can be typed", () => {
  it.each([...new Set(shown.map(({ where }) => where))])("%s", async (place) => {
    const ctx = sandbox().context();
    const all = shown.filter(({ where }) => where === place);
    for (const { words, isMention } of all)
      expect(await wrongWith(ctx, words, isMention), `gv ${words.join(" ")}`).toBeUndefined();
  });

  it("the examples below each --help", async () => {
    const ctx = sandbox().context();
    const examples = examplesOf(ctx);
    expect(examples.length).toBeGreaterThan(60);
    for (const words of examples)
      expect(await wrongWith(ctx, words), `gv ${words.join(" ")}`).toBeUndefined();
  });

  it("of both kinds there are many", () => {
    expect(shown.filter(({ isMention }) => !isMention).length).toBeGreaterThan(25);
    expect(shown.filter(({ isMention }) => isMention).length).toBeGreaterThan(100);
  });
});

describe("what could not be typed is found", () => {
  it.each([
    ["gv instal 1.22.5", "unknown command"],
    ["gv install --ful 1.22.5", "unknown option"],
    ["gv install 1.2.3.4", "1.2.3.4"],
    ["gv link mygo", "missing required argument"],
    ["gv doctor shims-frist", "is no check"],
    ["gv config set colour never", "is no key"],
    ['. x && eval "$(gv shel 1.22)"', "unknown command"],
    ["gv mirror /srv/go --platform amd64", "amd64"],
  ])("%s", async (line, fault) => {
    const [words = []] = gvLinesIn(line);
    expect(await wrongWith(sandbox().context(), words)).toContain(fault);
  });
  it("and what stands for words is not", async () => {
    const lines = ["gv doctor ID... --log FILE", "gv link <name> <dir>", "gv install --platform <os/arch>"];
    for (const words of lines.flatMap(gvLinesIn))
      expect(await wrongWith(sandbox().context(), words)).toBeUndefined();
  });
});
