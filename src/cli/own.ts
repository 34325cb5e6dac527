/** The commands for gv itself: its settings, and this machine's. */
import type { Option } from "commander";

import type { CompletionShell } from "../completions.ts";
import { argument, type Commands, jsonOption, oneOf, optionWith, parseSeconds } from "./row.ts";

export const own: Commands = {
  setup: (command, { ctx }) =>
    command
      .summary("make gv ready, and put it on PATH in every shell that you use")
      .description(
        "Writes launcher, shims and env files into $GV_ROOT, and one line into the start-up files of your shells. A copy of each file is kept in $GV_ROOT/backups.",
      )
      .option("--dry-run", "print what would change as a diff, and change nothing")
      .option("--undo", "take out what setup put into your files")
      .addOption(
        optionWith(
          "--shell <name...>",
          "login",
          "serve these shells, too: bash, zsh, fish, ksh, mksh, yash, dash",
        ),
      )
      .option("--hook", "put the version's own bin on PATH at each change of directory: no shim in between")
      .option("--no-hook", "shims again")
      .option("--gui", "also for what the desktop starts: environment.d on Linux, a LaunchAgent on macOS")
      .addOption(
        optionWith(
          "--proxy <list>",
          "proxy",
          "set GOPROXY in Go's own env file; cn means goproxy.cn and the checksum database's address in China",
        ),
      )
      .option("--no-profiles", "leave the start-up files alone")
      .option("-q, --quiet", "print errors only")
      .addHelpText(
        "after",
        "\nExamples:\n  gv setup --dry-run\n  gv setup\n  gv setup --proxy cn\n  gv setup --undo",
      )
      .action(async (options) => (await import("../commands/setup.ts")).setup(ctx, options)),

  doctor: (command, { ctx }) =>
    command
      .summary("say what is wrong with this machine, and what to type")
      .description(
        "Asks every check, or those that are named. Ends with 0 where nothing is worse than a note, else with 1.",
      )
      .addArgument(argument("[id...]", "check", "only these checks"))
      .option("--list", "name the checks")
      .option("--fix", "do what is safe: each change is shown first, and copies are kept")
      .addOption(
        command.createOption("--undo", "put back what the last --fix changed in your files").conflicts("fix"),
      )
      .option("--offline", "ask no server")
      .option("--deep", "the slow checks, too")
      .addOption(
        command
          .createOption("--quick", "four questions, answered in 3 s and without Node")
          .conflicts(["list", "fix", "undo", "deep", "html", "log", "json"]),
      )
      .addOption(optionWith("--html <file>", "file", "write the report as one page"))
      .addOption(optionWith("--log <file>", "file", "tell the causes of the errors in a log; - reads a pipe"))
      .addOption(jsonOption().conflicts("undo"))
      .addHelpText(
        "after",
        "\nExamples:\n  gv doctor\n  gv doctor --offline shims-first\n  gv doctor --fix\n  gv doctor dlv-sign ~/go/bin/dlv --fix   signs it with the entitlement to debug (macOS)\n  go build 2>&1 | gv doctor --log -",
      )
      .action(async (ids, options) => {
        const { log } = options;
        if (options.quick === true)
          await (await import("../commands/doctor-quick.ts")).doctorQuick(ctx, ids, options);
        else if (log === undefined) await (await import("../commands/doctor.ts")).doctor(ctx, ids, options);
        else (await import("../commands/doctor-log.ts")).explainLog(ctx, log, options);
      }),

  snapshot: (command, { ctx }) => {
    command
      .helpCommand(false)
      .summary("write down Go's environment here, and compare it with another")
      .description(
        "Prints, as JSON and without secrets, what go env says, what is at each of its paths, this system, how this shell was started, and which go, gopls and dlv win on PATH.",
      )
      .addOption(optionWith("--output <file>", "file", "write it there instead"))
      .addOption(startOption())
      .addOption(jsonOption("it is JSON anyway: so is an error"))
      .addHelpText(
        "after",
        "\nExamples:\n  gv snapshot --output mine.json\n  gv snapshot diff mine.json -\n  gv snapshot diff - desktop   this terminal and what the desktop starts\n  gv snapshot check baseline.json",
      )
      .action(async (options) => (await import("../commands/snapshot.ts")).snapshot(ctx, options));
    command
      .command("diff")
      .summary("say what differs between two")
      .description(
        "Says what differs between two snapshots, which difference matters, why, and the line that makes the second as the first. Ends with 0 whatever differs.",
      )
      .addArgument(
        argument("<first>", "snapshot", "a file; - for this shell; login, desktop, ... for such a start"),
      )
      .addArgument(argument("<second>", "snapshot", "the same"))
      .addOption(jsonOption())
      .addHelpText("after", "\nExamples:\n  gv snapshot diff theirs.json -\n  gv snapshot diff login plain")
      .action(async (first: string, second: string, options) =>
        (await import("../commands/snapshot.ts")).diff(ctx, first, second, options),
      );
    command
      .command("check")
      .summary("say whether this machine is still as a baseline says")
      .description(
        "Ends with 0 where no difference matters, with 1 where one does, with 2 where the baseline is no snapshot that this gv reads.",
      )
      .addArgument(argument("<baseline>", "file", "what gv snapshot --output wrote"))
      .addOption(startOption())
      .addOption(jsonOption())
      .addHelpText("after", "\nExample:\n  gv snapshot check baseline.json")
      .action(async (baseline: string, options) =>
        (await import("../commands/snapshot.ts")).check(ctx, baseline, options),
      );
    return command;
  },
  check: (command, { ctx }) =>
    command
      .summary("try a project before a commit")
      .description(
        "Runs every stage that applies here, or those that are named. Ends with 0 where none fails, else with 1.",
      )
      .addArgument(argument("[stage...]", "stage", "only these stages"))
      .option("--list", "name the stages")
      .addOption(optionWith("--limit <seconds>", "free", "how long a stage may take").argParser(parseSeconds))
      .option("--install-hook", "have git run it before each commit")
      .option("--uninstall-hook", "take that hook out")
      .addOption(jsonOption().conflicts(["installHook", "uninstallHook"]))
      .addHelpText(
        "after",
        '\nExamples:\n  gv check\n  gv check vet lint\n  gv check --install-hook\n  git config --add gv.check "make licences"   a stage of your own',
      )
      .action(async (ids, options) => {
        if (options.installHook || options.uninstallHook)
          await (
            await import("../commands/check-hook.ts")
          ).checkHook(ctx, options.installHook ? "install" : "uninstall");
        else await (await import("../commands/check.ts")).check(ctx, ids, options);
      }),

  env: (command, { ctx }) =>
    command
      .summary("print what puts the shims first on PATH")
      .description(
        "Prints what a shell or a program must set so that gv's shims come first on PATH, without a profile.",
      )
      .addOption(
        oneOf(
          optionWith(
            "--shell <shell>",
            "reader",
            "for sh (bash, zsh, ksh, ...), fish, the next steps of a GitHub job, or a .env file",
          ),
          ["sh", "fish", "github", "dotenv"],
        ).default("sh"),
      )
      .addOption(jsonOption().conflicts("shell"))
      .addHelpText(
        "after",
        '\nExamples:\n  eval "$(gv env)"\n  gv env --shell fish | source\n  gv env --shell github\n  gv env --shell dotenv >.env\n  gv env --json',
      )
      .action(async (options) => (await import("../commands/env.ts")).env(ctx, options)),

  completions: (command, { ctx }) =>
    command
      .summary("print the script that completes gv in a shell")
      .description(
        "Prints the script by which a shell completes gv's commands, options, versions, tools and platforms at a TAB.",
      )
      .addArgument(oneOf(argument("<shell>", "shell", "yours"), ["bash", "zsh", "fish"]))
      .addHelpText(
        "after",
        "\nExamples:\n  gv completions fish > ~/.config/fish/completions/gv.fish\n  gv completions bash > ~/.gv/gv.bash   and in ~/.bashrc: . ~/.gv/gv.bash",
      )
      .action(async (shell: CompletionShell) =>
        (await import("../commands/completions.ts")).completions(ctx, shell),
      ),

  cache: (command, { ctx }) => {
    command
      .helpCommand(false)
      .summary("show or remove what gv keeps to save time")
      .description(
        "What gv keeps to save time, and what is left of what is over. The newest tree head of the checksum database, receipts and backups stay.",
      )
      .addHelpText("after", "\nExamples:\n  gv cache list\n  gv cache clean");
    command
      .command("list")
      .summary("print what there is, and its size")
      .description("Prints what gv cache clean would remove, and its size.")
      .addOption(jsonOption())
      .addHelpText("after", "\nExample:\n  gv cache list --json")
      .action(async (options) => (await import("../commands/cache.ts")).list(ctx, options));
    command
      .command("clean")
      .summary("remove it")
      .description("Removes what gv cache list shows. What is missed is fetched or written again.")
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExample:\n  gv cache clean")
      .action(async (options) => (await import("../commands/cache.ts")).clean(ctx, options));
    return command;
  },

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
      .addHelpText("after", "\nExample:\n  gv config list")
      .action(async (options) => (await import("../commands/config.ts")).list(ctx, options));
    command
      .command("get")
      .summary("print one value")
      .description("Prints the value of a key: what is set, else the default.")
      .addArgument(argument("<key>", "key"))
      .addOption(jsonOption())
      .addHelpText("after", "\nExample:\n  gv config get share")
      .action(async (key: string, options) => (await import("../commands/config.ts")).get(ctx, key, options));
    command
      .command("set")
      .summary("set a key")
      .description("Sets a key. Comments and the other lines of the file stay as they are.")
      .addArgument(argument("<key>", "key"))
      .addArgument(argument("<value...>", "free"))
      .addHelpText(
        "after",
        "\nExamples:\n  gv config set strict-pin true\n  gv config set default-tools gopls dlv",
      )
      .action(async (key: string, words: string[]) =>
        (await import("../commands/config.ts")).set(ctx, key, words),
      );
    command
      .command("unset")
      .summary("take a key away: its default holds again")
      .description("Takes a key out of the file, so that its default holds again.")
      .addArgument(argument("<key>", "key"))
      .addHelpText("after", "\nExample:\n  gv config unset strict-pin")
      .action(async (key: string) => (await import("../commands/config.ts")).unset(ctx, key));
    return command;
  },
};

function startOption(): Option {
  return optionWith(
    "--start <name>",
    "start",
    "as login, interactive or plain shells start, or the desktop's programs",
  );
}
