/** The commands for gopls, dlv and whatever else a Go builds. */
import { argument, type Commands, jsonOption, goOption, optionWith } from "./row.ts";

export const tools: Commands = {
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

  whence: (command, { ctx }) =>
    command
      .summary("list the versions that have a tool")
      .description("Lists the installed versions that have a tool of that name.")
      .addArgument(argument("<tool>", "program", "gopls, dlv, go, ..."))
      .addOption(jsonOption())
      .addHelpText("after", "\nExample:\n  gv whence gopls")
      .action(async (tool: string, options) =>
        (await import("../commands/whence.ts")).whence(ctx, tool, options),
      ),

  rehash: (command, { ctx }) =>
    command
      .summary("find tools that were installed elsewhere, and renew the shims")
      .description(
        "Collects the programs in GOBIN or GOPATH/bin by the Go that built them, and renews the shims.",
      )
      .option("-q, --quiet", "print errors only")
      .addHelpText(
        "after",
        "\nExample:\n  gv rehash   after something else than gv's go has installed a tool",
      )
      .action(async (options) => (await import("../commands/rehash.ts")).rehash(ctx, options)),
};

const toolCommands: Commands = {
  list: (command, { ctx }) =>
    command
      .summary("list the tools that there are")
      .description(
        "Lists each tool with its version, the Go that built it, and its platform. * marks what its shim runs here.",
      )
      .addOption(jsonOption())
      .addHelpText("after", "\nExamples:\n  gv tools list\n  gv tools list --json")
      .action(async (options) => (await import("../commands/tools.ts")).list(ctx, options)),

  install: (command, { ctx }) =>
    command
      .summary("build tools")
      .description(
        "Builds each tool in the newest release that this Go can build, unless a version is named behind an @.",
      )
      .addArgument(
        argument("<tool...>", "known", "gopls, dlv, golangci-lint@v2.5.0, example.com/cmd/tool, ..."),
      )
      .addOption(goOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText(
        "after",
        "\nExamples:\n  gv tools install gopls dlv golangci-lint staticcheck\n  gv tools install gopls@v0.16.2 --go 1.22",
      )
      .action(async (words, options) => (await import("../commands/tools.ts")).install(ctx, words, options)),

  upgrade: (command, { ctx }) =>
    command
      .summary("build newer versions of the tools that this Go has")
      .description(
        "Builds those of which there is a newer release that this Go can build; all where none is named.",
      )
      .addArgument(argument("[tool...]", "tool", "gopls, dlv, ..."))
      .addOption(goOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExamples:\n  gv tools upgrade\n  gv tools upgrade gopls --go 1.26")
      .action(async (words, options) => (await import("../commands/tools.ts")).upgrade(ctx, words, options)),

  remove: (command, { ctx }) =>
    command
      .summary("remove tools")
      .description(
        "Removes what every version of Go built of these tools, or one version. What is in GOBIN stays.",
      )
      .addArgument(argument("<tool...>", "tool", "gopls, dlv, ..."))
      .addOption(goOption("remove only what this Go built"))
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExamples:\n  gv tools remove air\n  gv tools remove gopls --go 1.22")
      .action(async (words, options) => (await import("../commands/tools.ts")).remove(ctx, words, options)),

  sync: (command, { ctx }) =>
    command
      .summary("build what this project asks for, and what another Go has")
      .description(
        "Builds the tools that go.mod (tool lines) and .tool-versions name, in their versions, and those that another Go has and this one hasn't.",
      )
      .addOption(
        optionWith(
          "--from <version>",
          "installed",
          "take the tools of this Go; the newest other one where none is named",
        ),
      )
      .addOption(goOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExample:\n  gv use 1.27 && gv tools sync")
      .action(async (options) => (await import("../commands/tools.ts")).sync(ctx, options)),
};
