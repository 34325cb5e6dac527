/** The commands for where Go is used: editors, environments of a folder, CI. */
import { argument, type Commands, jsonOption, optionWith } from "./row.ts";

export const places: Commands = {
  ide: (command, { ctx }) =>
    command
      .summary("set up editors and other places where Go is used")
      .description(
        "Shows, as a diff, what an integration should have in its files; --write writes it, --undo takes it back. Without a name, prints the integrations.",
      )
      .addArgument(argument("[name]", "integration", "vscode, ..."))
      .option("--write", "write it: a copy of each file is kept")
      .option("--undo", "take back what the last --write changed in this project")
      .option("--user", "your own settings, not this project's (vscode)")
      .option("--remote", "the settings of windows that are connected to this machine (vscode)")
      .option("--container", "as it is in a dev container (vscode)")
      .option("--large", "for a large workspace (vscode)")
      .option("--isolate", "a GOPATH of the project's own (direnv)")
      .addOption(
        optionWith("--from <place>", "free", "where gv itself is, for who has none (devcontainer, github)"),
      )
      .addOption(jsonOption().conflicts("undo"))
      .addHelpText(
        "after",
        "\nExamples:\n  gv ide\n  gv ide vscode\n  gv ide vscode --write\n  gv ide vscode --undo\n  gv ide github --from OWNER/REPOSITORY@REF",
      )
      .action(async (name, options) => (await import("../commands/ide.ts")).ide(ctx, name, options)),
};
