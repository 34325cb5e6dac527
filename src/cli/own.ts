/** The commands for gv itself: its settings, and this machine's. */
import { type CompletionShell, completionScripts } from "../completions.ts";
import { argument, type Commands, jsonOption } from "./row.ts";

export const own: Commands = {
  setup: (command, { ctx }) =>
    command
      .summary("make this user's root ready: launcher, shims, env files")
      .description(
        "Writes the launcher, the shims and the env files into $GV_ROOT, and prints the line for a profile.",
      )
      .option("-q, --quiet", "print errors only")
      .action(async (options) => (await import("../commands/setup.ts")).setup(ctx, options)),

  completions: (command, { ctx }) =>
    command
      .summary("print the script that completes gv in a shell")
      .description(
        "Prints the script by which a shell completes gv's commands, options, versions, tools and platforms at a TAB.",
      )
      .addArgument(argument("<shell>", "shell", "yours").choices(Object.keys(completionScripts)))
      .addHelpText(
        "after",
        "\nExamples:\n  gv completions fish > ~/.config/fish/completions/gv.fish\n  gv completions bash > ~/.gv/gv.bash   and in ~/.bashrc: . ~/.gv/gv.bash",
      )
      .action(async (shell: CompletionShell) =>
        (await import("../commands/completions.ts")).completions(ctx, shell),
      ),

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
      .action(async (options) => (await import("../commands/config.ts")).list(ctx, options));
    command
      .command("get")
      .summary("print one value")
      .description("Prints the value of a key: what is set, else the default.")
      .addArgument(argument("<key>", "key"))
      .addOption(jsonOption())
      .action(async (key: string, options) => (await import("../commands/config.ts")).get(ctx, key, options));
    command
      .command("set")
      .summary("set a key")
      .description("Sets a key. Comments and the other lines of the file stay as they are.")
      .addArgument(argument("<key>", "key"))
      .addArgument(argument("<value...>", "free"))
      .action(async (key: string, words: string[]) =>
        (await import("../commands/config.ts")).set(ctx, key, words),
      );
    command
      .command("unset")
      .summary("take a key away: its default holds again")
      .description("Takes a key out of the file, so that its default holds again.")
      .addArgument(argument("<key>", "key"))
      .action(async (key: string) => (await import("../commands/config.ts")).unset(ctx, key));
    return command;
  },
};
