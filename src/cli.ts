/**
 * The command line: every command and option is a row of a table in cli/; each action loads the one module that it
 * needs. The only place that prints errors and decides the exit code.
 */
import { Command, CommanderError } from "commander";

import { choice } from "./cli/choice.ts";
import { overview } from "./cli/overview.ts";
import { own } from "./cli/own.ts";
import type { Commands } from "./cli/row.ts";
import { places } from "./cli/places.ts";
import { tools } from "./cli/tools.ts";
import { versions } from "./cli/versions.ts";
import { type Context, exitWith, gvVersion } from "./context.ts";
import { GvError } from "./errors.ts";
import { didYouMean } from "./near.ts";
import { namesIn } from "./read.ts";
import { checkServed } from "./served.ts";

/** Every command. */
const rows: Commands = { ...versions, ...choice, ...tools, ...places, ...own };

/** Other names of commands. */
const aliases: Readonly<Record<string, string>> = { ls: "list", "ls-remote": "list-remote" };

/** What other programs call a command, for who types that here: of gv, and of gv tools. */
const elsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  tools: { add: "install", rm: "remove", uninstall: "remove", update: "install", upgrade: "install" },
  gv: {
    alias: "link",
    available: "list-remote",
    default: "global",
    listall: "list-remote",
    pin: "local",
    remove: "uninstall",
    reshim: "rehash",
    rm: "uninstall",
    run: "exec",
    update: "install",
    upgrade: "install",
    version: "--version",
    versions: "list",
    where: "which",
  },
};

/** Those that look first, after a restart, whether what was installed just before it is whole. */
const recovers: readonly string[] = [
  "install",
  "uninstall",
  "list",
  "verify",
  "prune",
  "use",
  "check",
  "import",
];

/**
 * The command line of gv, as far as `words` need it: making all of it for one command takes 3 ms. Of all
 * commands where the first word is none. docs/commands.md is made from it.
 */
export function commandLineOf(ctx: Context, words: readonly string[] = []): Command {
  const gv = new Command("gv")
    .description("A version manager for Go that proves what it installs.")
    .version(`gv ${gvVersion}`, "-V, --version", "print gv's version")
    .helpCommand(false)
    .enablePositionalOptions()
    .showSuggestionAfterError(false) // didYouMean() does, for these as for all other words.
    .configureOutput({
      writeOut: (text) => ctx.stdout.write(text),
      writeErr: (text) => ctx.stderr.write(text),
      outputError: () => undefined, // Printed by run(), as every error is.
    })
    .exitOverride()
    .hook("preAction", () => checkServed(ctx));

  const [first = ""] = words;
  const named = aliases[first] ?? first;
  if (recovers.includes(named) && !words.includes("--dry-run"))
    gv.hook("preAction", async () => {
      // Most often nothing is unsure: a file less to load.
      if (namesIn(ctx.root.unsynced).length > 0) await (await import("./commands/recover.ts")).recover(ctx);
    });
  const isKnown = isCommand(first);
  for (const [name, add] of Object.entries(rows))
    if (!isKnown || name === named) {
      const others = Object.keys(aliases).filter((other) => aliases[other] === name);
      add(gv.command(name).aliases(others), { ctx, words });
    }
  // After its commands, which would have it from here.
  return gv.configureHelp({ formatHelp: overview });
}

/** Runs one command line to its end and sets the exit code. Never throws. */
export async function run(ctx: Context, typed: readonly string[]): Promise<void> {
  const words = plainHelp(typed);
  let gv: Command | undefined;
  try {
    gv = commandLineOf(ctx, words);
    await gv.parseAsync(words, { from: "user" });
  } catch (error) {
    const mine = typed.includes("--") ? typed.slice(0, typed.indexOf("--")) : typed; // Behind it is exec's command.
    const failure = error instanceof CommanderError && gv ? usageError(error, gv, words) : error;
    const code = report(ctx, failure, mine.includes("--json"));
    exitWith(mine.includes("--shim") ? 127 : code); // What a shim handed over fails as a shim does.
  }
}

/** `gv help install` and `gv --help install` are `gv install --help`; of no command, and alone, the overview. */
function plainHelp(words: readonly string[]): readonly string[] {
  const [first = "help", ...rest] = words;
  const isHelp = ["help", "-h", "--help"].includes(first);
  const [asked] = rest;
  if (isHelp && (asked === undefined || asked.startsWith("-"))) return ["--help"];
  if (isHelp) return plainHelp([...rest, "--help"]);
  // commander would show the overview for a name that is mistyped.
  return isCommand(first) || first.startsWith("-") ? words : [first];
}

function isCommand(word: string): boolean {
  return Object.hasOwn(rows, word) || Object.hasOwn(aliases, word);
}

function report(ctx: Context, failure: unknown, asJson: boolean): number {
  if (failure instanceof CommanderError && failure.exitCode === 0) return 0; // --help and --version
  if (failure instanceof CommanderError) return 2; // Its help has been printed.
  if (!(failure instanceof GvError)) {
    const stack = failure instanceof Error ? failure.stack : String(failure);
    ctx.stderr.write(`gv: this is a bug in gv ${gvVersion}; please report it with these lines:\n${stack}\n`);
    return 1;
  }
  const { code, message, hint, exitCode } = failure;
  if (asJson && code === "UNHEALTHY") return exitCode; // What is wrong is in the data.
  if (asJson) ctx.stdout.write(`${JSON.stringify({ error: { code, message, hint } }, undefined, 2)}\n`);
  else ctx.stderr.write(`gv: ${message}\n${hint === undefined ? "" : `${hint.replace(/^/gm, "    ")}\n`}`);
  return exitCode;
}

/** What commander refuses, with what may have been meant; as it is where it is no failure, or has printed the help. */
function usageError(error: CommanderError, gv: Command, words: readonly string[]): CommanderError | GvError {
  if (error.exitCode === 0 || error.code === "commander.help") return error;
  const { command, path } = commandOf(gv, words);
  const word = words[path.length] ?? "";
  const names = command.commands.flatMap((one) => [one.name(), ...one.aliases()]);
  // Where a command takes no words of its own, another word should have been one of those below it.
  const isCommandMissed = error.code === "commander.excessArguments" && names.length > 0;
  const [, option = ""] = /^error: unknown option '(--[^']+)'/.exec(error.message) ?? [];
  const help = `${["gv", ...path].join(" ")} --help   shows ${names.length > 0 ? "the commands" : "what it takes"}`;
  const options = command.createHelp().visibleOptions(command);
  const there = elsewhere[path[0] ?? "gv"];
  const near =
    there && Object.hasOwn(there, word)
      ? `did you mean ${there[word]}?\n`
      : error.code === "commander.unknownCommand" || isCommandMissed
        ? didYouMean(word, names)
        : didYouMean(
            option,
            options.flatMap(({ long }) => long ?? []),
          );
  const fact = isCommandMissed ? `unknown command '${word}'` : error.message.replace(/^error: /, "");
  return new GvError("BAD_ARGUMENT", fact, { hint: near + help });
}

/** The command that these words begin with, and the words. */
function commandOf(gv: Command, words: readonly string[]): { command: Command; path: string[] } {
  const path: string[] = [];
  let command = gv;
  for (const word of words) {
    const next = command.commands.find((one) => [one.name(), ...one.aliases()].includes(word));
    if (!next) break;
    command = next;
    path.push(word);
  }
  return { command, path };
}
