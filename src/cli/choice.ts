/** The commands for which version applies, and for what runs by it. */
import { Option } from "commander";

import { argument, type Commands, platformOption, jsonOption } from "./row.ts";

export const choice: Commands = {
  local: (command, { ctx }) =>
    command
      .summary("pin a version for this directory")
      .description("Writes .go-version in this directory; without a spec, prints what it says.")
      .addArgument(
        argument(
          "[spec]",
          "spec",
          "1.22.5, 1.22, system, ...; a range or latest is written as the version it means now",
        ),
      )
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExamples:\n  gv local 1.22\n  gv local '^1.21'")
      .action(async (spec, options) => (await import("../commands/pin.ts")).local(ctx, spec, options)),

  global: (command, { ctx }) =>
    command
      .summary("show or set the version used where nothing is pinned")
      .description("Sets the global version; without a spec, prints it.")
      .addArgument(argument("[spec]", "spec", "1.22.5, 1.22, system, ..."))
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExamples:\n  gv global\n  gv global 1.22.5")
      .action(async (spec, options) => (await import("../commands/pin.ts")).global(ctx, spec, options)),

  use: (command, { ctx }) =>
    command
      .summary("install if missing, then pin for this directory")
      .description(
        "Installs what the spec means unless it is there, then writes .go-version in this directory.",
      )
      .addArgument(argument("<spec>", "release", "1.22.5, 1.22, latest, ..."))
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExample:\n  gv use 1.22")
      .action(async (spec: string, options) => {
        if (spec !== "system")
          await (await import("../commands/install.ts")).installMissing(ctx, spec, options);
        await (await import("../commands/pin.ts")).local(ctx, spec, options);
      }),

  shell: (command, { ctx }) =>
    command
      .summary("choose a version for this shell")
      .description(
        "Sets GV_VERSION in this shell to the installed version that the spec means; without one, prints it.\nBy itself it prints the line that a shell must run; the function gv of $GV_ROOT/env runs it.",
      )
      .addArgument(argument("[spec]", "spec", "1.22.5, 1.22, latest, system, ..."))
      .option("--unset", "take it back")
      .option("--fish", "print the line for fish")
      .addHelpText("after", '\nExamples:\n  gv shell 1.22\n  gv shell --unset\n  eval "$(gv shell 1.22)"')
      .action(async (spec, options) => (await import("../commands/shell.ts")).shell(ctx, spec, options)),

  current: (command, { ctx }) =>
    command
      .summary("print the version that applies here")
      .description("Prints the version that the shims run in this directory.")
      .option("--explain", "who asked for it, and what GOTOOLCHAIN and go.mod make the go command run")
      .addOption(jsonOption())
      .addHelpText("after", "\nExamples:\n  gv current\n  gv current --explain\n  gv current --json")
      .action(async (options) => (await import("../commands/current.ts")).current(ctx, options)),

  which: (command, { ctx }) =>
    command
      .summary("print the program that a shim runs here")
      .description("Prints the path of the program that the shim of that name runs in this directory.")
      .addArgument(argument("[tool]", "program", "go, gofmt, gopls, ...").default("go"))
      .addOption(jsonOption())
      .addHelpText("after", "\nExample:\n  gv which gopls")
      .action(async (tool, options) => (await import("../commands/which.ts")).which(ctx, tool, options)),

  exec: (command, { ctx, words }) =>
    command
      .summary("run a command with a version")
      .description(
        "Runs a command with that version of Go first on PATH; with the one that applies here where none is given.",
      )
      .usage("[--platform os/arch] [spec] -- <command...>")
      .addArgument(argument("[words...]", ["spec", "--", "command"], "the spec, --, and the command"))
      .addOption(platformOption())
      .addOption(new Option("--shim <tool>", "run a tool as its shim would").hideHelp())
      .allowUnknownOption()
      .passThroughOptions()
      .addHelpText(
        "after",
        "\nExamples:\n  gv exec 1.22.5 -- go test ./...\n  gv exec '^1.21' -- make\n  gv exec --platform darwin/amd64 1.22.5 -- go build",
      )
      .action(async (operands: string[], options) => {
        const [first] = operands;
        if (words.indexOf(first ?? "") < words.indexOf("--") && first?.startsWith("-"))
          command.error(`error: unknown option '${first}'`, { code: "commander.unknownOption" });
        // commander drops a `--` that comes first, and keeps one behind a spec.
        const program = words.includes("--") ? words.slice(words.indexOf("--") + 1) : [];
        const spec = operands.length > program.length ? operands[0] : undefined;
        await (await import("../commands/exec.ts")).exec(ctx, spec, program, options);
      }),
};
