/**
 * Every command and option of gv in one place; each action loads the one module that it needs.
 * The only place that prints errors and decides the exit code.
 */
import { Command, CommanderError, Option } from "commander";

import { type Context, exitWith, gvVersion } from "./context.ts";
import { GvError } from "./errors.ts";
import { parsePlatform } from "./platform.ts";

/** What a command may need besides its options. */
interface Call {
  readonly ctx: Context;
  /** The whole command line, as it was typed. */
  readonly words: readonly string[];
}

/** One row a command: its words, options and help, and the module that does it. In the order of --help. */
type Commands = Readonly<Record<string, (command: Command, call: Call) => Command>>;

const commands: Commands = {
  install: (command, { ctx }) =>
    command
      .summary("install releases of Go, proven")
      .description(
        "Installs the newest release that each spec means; what this directory asks for where none is given.",
      )
      .argument("[spec...]", "1.22.5, 1.22, latest, oldstable, ^1.22, go.mod, ...")
      .addOption(platformOption())
      .option("--full", "the archive of go.dev/dl: with api/, doc/, misc/ and test/")
      .option("--gpg", "check Google's signature of that archive, too (implies --full)")
      .option("--unproven", "install it even where nothing proves it; gv list shows that")
      .option("-q, --quiet", "print errors only")
      .addHelpText(
        "after",
        "\nExamples:\n  gv install 1.22.5\n  gv install latest\n  gv install --platform linux/arm64 1.27.1\n  gv install --full 1.22.5",
      )
      .action(async (specs, options) => (await import("./commands/install.ts")).install(ctx, specs, options)),

  uninstall: (command, { ctx }) =>
    command
      .summary("remove installed versions")
      .description("Removes installed versions. Tools that were built by them stay.")
      .argument("<version...>", "1.22.5, or 1.22 where just one of that minor is installed")
      .addOption(platformOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExample:\n  gv uninstall 1.22.5")
      .action(async (specs, options) =>
        (await import("./commands/uninstall.ts")).uninstall(ctx, specs, options),
      ),

  list: (command, { ctx }) =>
    command
      .summary("list installed versions")
      .description("Lists what is installed, for every platform. * marks the version that applies here.")
      .addOption(jsonOption())
      .addHelpText("after", "\nExamples:\n  gv list\n  gv list --json")
      .action(async (options) => (await import("./commands/list.ts")).list(ctx, options)),

  "list-remote": (command, { ctx }) =>
    command
      .summary("list releases that can be installed")
      .description("Lists the releases that the proxies of GOPROXY have for this platform, oldest first.")
      .argument("[prefix]", "only those of 1.22, of 1, ...")
      .option("--all", "betas and release candidates, too")
      .addOption(platformOption())
      .addOption(jsonOption())
      .addHelpText(
        "after",
        "\nExamples:\n  gv list-remote 1.22\n  gv list-remote --all --platform darwin/arm64",
      )
      .action(async (prefix, options) =>
        (await import("./commands/list-remote.ts")).listRemote(ctx, prefix, options),
      ),

  local: (command, { ctx }) =>
    command
      .summary("pin a version for this directory")
      .description("Writes .go-version in this directory; without a spec, prints what it says.")
      .argument(
        "[spec]",
        "1.22.5, 1.22, system, ...; a range or latest is written as the version it means now",
      )
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExamples:\n  gv local 1.22\n  gv local '^1.21'")
      .action(async (spec, options) => (await import("./commands/pin.ts")).local(ctx, spec, options)),

  use: (command, { ctx }) =>
    command
      .summary("install if missing, then pin for this directory")
      .description(
        "Installs what the spec means unless it is there, then writes .go-version in this directory.",
      )
      .argument("<spec>", "1.22.5, 1.22, latest, ...")
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExample:\n  gv use 1.22")
      .action(async (spec: string, options) => {
        if (spec !== "system")
          await (await import("./commands/install.ts")).installMissing(ctx, spec, options);
        await (await import("./commands/pin.ts")).local(ctx, spec, options);
      }),

  link: (command, { ctx }) =>
    command
      .summary("give a Go of your own a name")
      .description("Links a GOROOT that gv did not install, so that version files may name it.")
      .argument("<name>", "a word that is no version, such as mygo")
      .argument("<dir>", "its GOROOT")
      .addHelpText("after", "\nExample:\n  gv link mygo ~/src/go")
      .action(async (name: string, folder: string) =>
        (await import("./commands/link.ts")).link(ctx, name, folder),
      ),

  unlink: (command, { ctx }) =>
    command
      .summary("take that name away")
      .description("Removes a link; the Go that it leads to stays as it is.")
      .argument("<name>")
      .action(async (name: string) => (await import("./commands/link.ts")).unlink(ctx, name)),

  global: (command, { ctx }) =>
    command
      .summary("show or set the version used where nothing is pinned")
      .description("Sets the global version; without a spec, prints it.")
      .argument("[spec]", "1.22.5, 1.22, system, ...")
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExamples:\n  gv global\n  gv global 1.22.5")
      .action(async (spec, options) => (await import("./commands/pin.ts")).global(ctx, spec, options)),

  shell: (command, { ctx }) =>
    command
      .summary("choose a version for this shell")
      .description(
        "Sets GV_VERSION in this shell to the installed version that the spec means; without one, prints it.\nBy itself it prints the line that a shell must run; the function gv of $GV_ROOT/env runs it.",
      )
      .argument("[spec]", "1.22.5, 1.22, latest, system, ...")
      .option("--unset", "take it back")
      .option("--fish", "print the line for fish")
      .addHelpText("after", '\nExamples:\n  gv shell 1.22\n  gv shell --unset\n  eval "$(gv shell 1.22)"')
      .action(async (spec, options) => (await import("./commands/shell.ts")).shell(ctx, spec, options)),

  current: (command, { ctx }) =>
    command
      .summary("print the version that applies here")
      .description("Prints the version that the shims run in this directory.")
      .option("--explain", "who asked for it, and what GOTOOLCHAIN and go.mod make the go command run")
      .addOption(jsonOption())
      .addHelpText("after", "\nExamples:\n  gv current\n  gv current --explain\n  gv current --json")
      .action(async (options) => (await import("./commands/current.ts")).current(ctx, options)),

  which: (command, { ctx }) =>
    command
      .summary("print the program that a shim runs here")
      .description("Prints the path of the program that the shim of that name runs in this directory.")
      .argument("[tool]", "go, gofmt, gopls, ...", "go")
      .addOption(jsonOption())
      .addHelpText("after", "\nExample:\n  gv which gopls")
      .action(async (tool, options) => (await import("./commands/which.ts")).which(ctx, tool, options)),

  whence: (command, { ctx }) =>
    command
      .summary("list the versions that have a tool")
      .description("Lists the installed versions that have a tool of that name.")
      .argument("<tool>", "gopls, dlv, go, ...")
      .addOption(jsonOption())
      .addHelpText("after", "\nExample:\n  gv whence gopls")
      .action(async (tool: string, options) =>
        (await import("./commands/whence.ts")).whence(ctx, tool, options),
      ),

  exec: (command, { ctx, words }) =>
    command
      .summary("run a command with a version")
      .description(
        "Runs a command with that version of Go first on PATH; with the one that applies here where none is given.",
      )
      .usage("[--platform os/arch] [spec] -- <command...>")
      .argument("[words...]", "the spec, --, and the command")
      .addOption(platformOption())
      .addOption(new Option("--shim <tool>", "run a tool as its shim would").hideHelp())
      .allowUnknownOption()
      .passThroughOptions()
      .addHelpText(
        "after",
        "\nExamples:\n  gv exec 1.22.5 -- go test ./...\n  gv exec '^1.21' -- make\n  gv exec --platform darwin/amd64 1.22.5 -- go build",
      )
      .action(async (operands: string[], options) => {
        // commander drops a `--` that comes first, and keeps one behind a spec.
        const program = words.includes("--") ? words.slice(words.indexOf("--") + 1) : [];
        const spec = operands.length > program.length ? operands[0] : undefined;
        await (await import("./commands/exec.ts")).exec(ctx, spec, program, options);
      }),

  rehash: (command, { ctx }) =>
    command
      .summary("find tools that were installed elsewhere, and renew the shims")
      .description(
        "Collects the programs in GOBIN or GOPATH/bin by the Go that built them, and renews the shims.",
      )
      .option("-q, --quiet", "print errors only")
      .action(async (options) => (await import("./commands/rehash.ts")).rehash(ctx, options)),

  tools: (command, call) => {
    command
      .summary("tools that your Go builds: gopls, dlv, golangci-lint, ...")
      .description(
        "Builds tools with the Go that applies here, each in the newest version that this Go can build, and gives them shims.",
      )
      .helpCommand(false)
      .addHelpText("after", "\nExamples:\n  gv tools install gopls dlv staticcheck\n  gv tools list");
    for (const [name, add] of Object.entries(toolCommands)) add(command.command(name), call);
    return command;
  },

  verify: (command, { ctx }) =>
    command
      .summary("prove again what is on disk, and name the files that differ")
      .description(
        "Hashes a Go anew and compares it with Go's transparency log: every installed version, one, or any GOROOT.",
      )
      .argument("[version|path]", "1.22.5, a linked name, system, or a path such as /usr/local/go")
      .addOption(platformOption())
      .addOption(jsonOption())
      .option("-q, --quiet", "print what is not proven only")
      .addHelpText("after", "\nExamples:\n  gv verify\n  gv verify 1.22.5\n  gv verify /usr/local/go --json")
      .action(async (spec, options) => (await import("./commands/verify.ts")).verify(ctx, spec, options)),

  config: (command, { ctx }) => {
    command
      .helpCommand(false)
      .summary("show or change gv's own settings")
      .description("Reads and writes $GV_ROOT/config. The keys are in docs/config.md.")
      .addHelpText("after", "\nExamples:\n  gv config list\n  gv config set strict-pin true");
    command
      .command("list")
      .summary("print every key and its value")
      .description("Prints every key with its value, and which of them are set.")
      .addOption(jsonOption())
      .action(async (options) => (await import("./commands/config.ts")).list(ctx, options));
    command
      .command("get")
      .summary("print one value")
      .description("Prints the value of a key: what is set, else the default.")
      .argument("<key>")
      .addOption(jsonOption())
      .action(async (key: string, options) => (await import("./commands/config.ts")).get(ctx, key, options));
    command
      .command("set")
      .summary("set a key")
      .description("Sets a key. Comments and the other lines of the file stay as they are.")
      .argument("<key>")
      .argument("<value...>")
      .action(async (key: string, words: string[]) =>
        (await import("./commands/config.ts")).set(ctx, key, words),
      );
    command
      .command("unset")
      .summary("take a key away: its default holds again")
      .description("Takes a key out of the file, so that its default holds again.")
      .argument("<key>")
      .action(async (key: string) => (await import("./commands/config.ts")).unset(ctx, key));
    return command;
  },

  setup: (command, { ctx }) =>
    command
      .summary("make this user's root ready: launcher, shims, env files")
      .description(
        "Writes the launcher, the shims and the env files into $GV_ROOT, and prints the line for a profile.",
      )
      .option("-q, --quiet", "print errors only")
      .action(async (options) => (await import("./commands/setup.ts")).setup(ctx, options)),
};

/** The commands of `gv tools`. */
const toolCommands: Commands = {
  list: (command, { ctx }) =>
    command
      .summary("list the tools that there are")
      .description(
        "Lists each tool with its version, the Go that built it, and its platform. * marks what its shim runs here.",
      )
      .addOption(jsonOption())
      .action(async (options) => (await import("./commands/tools.ts")).list(ctx, options)),

  install: (command, { ctx }) =>
    command
      .summary("build tools")
      .description(
        "Builds each tool in the newest release that this Go can build, unless a version is named behind an @.",
      )
      .argument("<tool...>", "gopls, dlv, golangci-lint@v2.5.0, example.com/cmd/tool, ...")
      .addOption(goOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText(
        "after",
        "\nExamples:\n  gv tools install gopls dlv golangci-lint staticcheck\n  gv tools install gopls@v0.16.2 --go 1.22",
      )
      .action(async (words, options) => (await import("./commands/tools.ts")).install(ctx, words, options)),

  upgrade: (command, { ctx }) =>
    command
      .summary("build newer versions of the tools that this Go has")
      .description(
        "Builds those of which there is a newer release that this Go can build; all where none is named.",
      )
      .argument("[tool...]", "gopls, dlv, ...")
      .addOption(goOption())
      .option("-q, --quiet", "print errors only")
      .action(async (words, options) => (await import("./commands/tools.ts")).upgrade(ctx, words, options)),

  remove: (command, { ctx }) =>
    command
      .summary("remove tools")
      .description(
        "Removes what every version of Go built of these tools, or one version. What is in GOBIN stays.",
      )
      .argument("<tool...>", "gopls, dlv, ...")
      .addOption(goOption("remove only what this Go built"))
      .option("-q, --quiet", "print errors only")
      .action(async (words, options) => (await import("./commands/tools.ts")).remove(ctx, words, options)),

  sync: (command, { ctx }) =>
    command
      .summary("build what this project asks for, and what another Go has")
      .description(
        "Builds the tools that go.mod (tool lines) and .tool-versions name, in their versions, and those that another Go has and this one hasn't.",
      )
      .option("--from <version>", "take the tools of this Go; the newest other one where none is named")
      .addOption(goOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExample:\n  gv use 1.27 && gv tools sync")
      .action(async (options) => (await import("./commands/tools.ts")).sync(ctx, options)),
};

/** Other names of commands. */
const aliases: Readonly<Record<string, string>> = { ls: "list", "ls-remote": "list-remote" };

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
    .exitOverride();

  const [first = ""] = words;
  const named = aliases[first] ?? first;
  for (const [name, add] of Object.entries(commands))
    if (!Object.hasOwn(commands, named) || name === named) {
      const others = Object.keys(aliases).filter((other) => aliases[other] === name);
      add(gv.command(name).aliases(others), { ctx, words });
    }
  return gv;
}

function platformOption(): Option {
  const option = new Option("--platform <os/arch>", "another platform than this one, such as linux/arm64");
  return option.argParser(parsePlatform);
}

function goOption(help = "with another Go than the one that applies here"): Option {
  return new Option("--go <spec>", help);
}

function jsonOption(): Option {
  return new Option("--json", "print it as JSON");
}

/** Runs one command line to its end and sets the exit code. Never throws. */
export async function run(ctx: Context, words: readonly string[]): Promise<void> {
  try {
    const gv = commandLineOf(ctx, words);
    if (words.length === 0) gv.outputHelp();
    else await gv.parseAsync(words, { from: "user" });
  } catch (error) {
    const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words; // Behind it is exec's command.
    const code = report(ctx, error, own.includes("--json"));
    exitWith(own.includes("--shim") ? 127 : code); // What a shim handed over fails as a shim does.
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
