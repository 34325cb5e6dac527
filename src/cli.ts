/**
 * The command line: every command and option is a row of a table in cli/; each action loads the one module that it
 * needs. The only place that prints errors and decides the exit code.
 */
import { Command, CommanderError } from "commander";

import { choice } from "./cli/choice.ts";
import { own } from "./cli/own.ts";
import type { Commands } from "./cli/row.ts";
import { places } from "./cli/places.ts";
import { tools } from "./cli/tools.ts";
import { versions } from "./cli/versions.ts";
import { type Context, exitWith, gvVersion } from "./context.ts";
import { GvError } from "./errors.ts";
import { namesIn } from "./read.ts";
import { checkServed } from "./served.ts";

/** Every command, by what a person wants of it; the headings of --help, and their order. */
const groups: Readonly<Record<string, Commands>> = {
  "Versions:": versions,
  "Which version applies:": choice,
  "Tools:": tools,
  "Editors and CI:": places,
  "gv itself:": own,
};

/** Other names of commands. */
const aliases: Readonly<Record<string, string>> = { ls: "list", "ls-remote": "list-remote" };

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
    .showSuggestionAfterError(true)
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
  const isKnown = Object.values(groups).some((group) => Object.hasOwn(group, named));
  for (const [heading, group] of Object.entries(groups))
    for (const [name, add] of Object.entries(group))
      if (!isKnown || name === named) {
        const others = Object.keys(aliases).filter((other) => aliases[other] === name);
        add(gv.command(name).aliases(others).helpGroup(heading), { ctx, words });
      }
  return gv;
}

/** Runs one command line to its end and sets the exit code. Never throws. */
export async function run(ctx: Context, words: readonly string[]): Promise<void> {
  try {
    const gv = commandLineOf(ctx, words);
    if (words.length === 0) gv.outputHelp();
    else await gv.parseAsync(words, { from: "user" });
  } catch (error) {
    const mine = words.includes("--") ? words.slice(0, words.indexOf("--")) : words; // Behind it is exec's command.
    const code = report(ctx, error, mine.includes("--json"));
    exitWith(mine.includes("--shim") ? 127 : code); // What a shim handed over fails as a shim does.
  }
}

function report(ctx: Context, error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help and --version
  if (error instanceof CommanderError && error.code === "commander.help") return 2; // It has been printed.
  const failure = error instanceof CommanderError ? usageError(error) : error;
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

function usageError(error: CommanderError): GvError {
  const [message = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  return new GvError("BAD_ARGUMENT", message, {
    hint: [...rest, "gv --help   shows the commands"].join("\n").trim(),
  });
}
