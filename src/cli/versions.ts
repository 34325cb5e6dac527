/** The commands for the releases that are installed, and those that could be. */
import {
  argument,
  type Commands,
  goOption,
  jsonOption,
  optionWith,
  platformOption,
  platformsOption,
  repeated,
} from "./row.ts";

export const versions: Commands = {
  install: (command, { ctx }) =>
    command
      .summary("install releases of Go, proven")
      .description(
        "Installs the newest release that each spec means; what this directory asks for where none is given.",
      )
      .addArgument(argument("[spec...]", "release", "1.22.5, 1.22, latest, oldstable, ^1.22, go.mod, ..."))
      .addOption(platformOption())
      .option("--full", "the archive of go.dev/dl: with api/, doc/, misc/ and test/")
      .option("--gpg", "check Google's signature of that archive, too (implies --full)")
      .option(
        "--force",
        "install it anew in place of the one that is there, which stays until that is proven",
      )
      .option("--unproven", "install it even where nothing proves it; gv list shows that")
      .option("-q, --quiet", "print errors only")
      .addHelpText(
        "after",
        "\nExamples:\n  gv install 1.22.5\n  gv install latest\n  gv install --platform linux/arm64 1.27.1\n  gv install --full 1.22.5",
      )
      .action(async (specs, options) =>
        (await import("../commands/install.ts")).install(ctx, specs, options),
      ),

  uninstall: (command, { ctx }) =>
    command
      .summary("remove installed versions")
      .description("Removes installed versions. Tools that were built by them stay.")
      .addArgument(
        argument("<version...>", "installed", "1.22.5, or 1.22 where just one of that minor is installed"),
      )
      .addOption(platformOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExample:\n  gv uninstall 1.22.5")
      .action(async (specs, options) =>
        (await import("../commands/uninstall.ts")).uninstall(ctx, specs, options),
      ),

  prune: (command, { ctx }) =>
    command
      .summary("remove the versions that nothing needs")
      .description(
        "Removes the installed versions that no known project, no global version, no tool and no running program needs, of every platform, and says why each other one stays. A project is known once gv local, gv use, gv install without a spec, or gv tools sync was typed in it. Links stay.",
      )
      .option("--dry-run", "print what would go and what stays, and remove nothing")
      .addOption(jsonOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText("after", "\nExamples:\n  gv prune --dry-run\n  gv prune")
      .action(async (options) => (await import("../commands/prune.ts")).prune(ctx, options)),

  list: (command, { ctx }) =>
    command
      .summary("list installed versions")
      .description("Lists what is installed, for every platform. * marks the version that applies here.")
      .addOption(jsonOption())
      .addHelpText("after", "\nExamples:\n  gv list\n  gv list --json")
      .action(async (options) => (await import("../commands/list.ts")).list(ctx, options)),

  "list-remote": (command, { ctx }) =>
    command
      .summary("list releases that can be installed")
      .description("Lists the releases that the proxies of GOPROXY have for this platform, oldest first.")
      .addArgument(argument("[prefix]", "minor", "only those of 1.22, of 1, ..."))
      .option("--all", "betas and release candidates, too")
      .addOption(platformOption())
      .addOption(jsonOption())
      .addHelpText(
        "after",
        "\nExamples:\n  gv list-remote 1.22\n  gv list-remote --all --platform darwin/arm64",
      )
      .action(async (prefix, options) =>
        (await import("../commands/list-remote.ts")).listRemote(ctx, prefix, options),
      ),

  verify: (command, { ctx }) =>
    command
      .summary("prove again what is on disk, and name the files that differ")
      .description(
        "Hashes a Go anew and compares it with Go's transparency log: every installed version, one, or any GOROOT.",
      )
      .addArgument(
        argument(
          "[version|path]",
          "goroot",
          "1.22.5, a linked name, system, or a path such as /usr/local/go",
        ),
      )
      .addOption(platformOption())
      .addOption(jsonOption())
      .option("-q, --quiet", "print what is not proven only")
      .addHelpText("after", "\nExamples:\n  gv verify\n  gv verify 1.22.5\n  gv verify /usr/local/go --json")
      .action(async (spec, options) => (await import("../commands/verify.ts")).verify(ctx, spec, options)),

  import: (command, { ctx }) =>
    command
      .summary("take over the Go versions of another manager, proven")
      .description(
        "Finds the Go versions of another manager, proves each against Go's transparency log, and takes it over without a download; what can't be proven is linked. Its global version and its pin here, too, where gv has none. Nothing of the other manager is changed: the lines to leave it are printed.",
      )
      .addArgument(
        argument(
          "<manager>",
          "manager",
          "goenv, asdf, gvm, mise, koala, homebrew, usrlocal, dl, modcache, or all",
        ),
      )
      .option("--dry-run", "look and prove, print what would be done, and do nothing")
      .addOption(jsonOption())
      .addHelpText(
        "after",
        "\nExamples:\n  gv import --dry-run all\n  gv import goenv\n  gv import dl   golang.org/dl's ~/sdk",
      )
      .action(async (manager: string, options) =>
        (await import("../commands/import.ts")).importFrom(ctx, manager, options),
      ),

  link: (command, { ctx }) =>
    command
      .summary("give a Go of your own a name")
      .description("Links a GOROOT that gv did not install, so that version files may name it.")
      .addArgument(argument("<name>", "free", "a word that is no version, such as mygo"))
      .addArgument(argument("<dir>", "folder", "its GOROOT"))
      .addHelpText("after", "\nExample:\n  gv link mygo ~/src/go")
      .action(async (name: string, folder: string) =>
        (await import("../commands/link.ts")).link(ctx, name, folder),
      ),

  build: (command, { ctx }) =>
    command
      .summary("build a Go of your own from source")
      .description(
        "Builds a copy of Go's sources, those of a folder or the newest by git, with the newest installed Go that may, and gives the result a name. Nothing proves it.",
      )
      .addArgument(argument("[dir|tip]", "sources", "the folder that has src/ in it, or tip"))
      .addOption(
        optionWith(
          "--name <name>",
          "free",
          "what it is called: tip, devel-<commit> or built-<version> by itself",
        ),
      )
      .addOption(goOption("with another Go than the newest that may build it"))
      .option("--force", "build tip anew where nothing changed")
      .addOption(
        optionWith(
          "--reproduce <version>",
          "installed",
          "build an installed release from its own sources, and compare its h1 with the log's",
        ).conflicts(["name", "force"]),
      )
      .addOption(platformOption())
      .addOption(jsonOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText(
        "after",
        "\nExamples:\n  gv build ~/src/go --name mygo\n  gv build tip\n  gv build --reproduce 1.26.8",
      )
      .action(async (from, options) => {
        const { build, reproduce } = await import("../commands/build.ts");
        const { reproduce: spec, platform } = options;
        if ((from === undefined) === (spec === undefined) || (platform && spec === undefined))
          command.error(
            platform && spec === undefined
              ? "error: --platform goes with --reproduce: a build is for this machine"
              : "error: name the sources, tip, or a release with --reproduce",
          );
        if (spec !== undefined) await reproduce(ctx, spec, options);
        else if (from !== undefined) await build(ctx, from, options);
      }),

  unlink: (command, { ctx }) =>
    command
      .summary("take that name away")
      .description("Removes a link; the Go that it leads to stays as it is.")
      .addArgument(argument("<name>", "link"))
      .addHelpText("after", "\nExample:\n  gv unlink mygo")
      .action(async (name: string) => (await import("../commands/link.ts")).unlink(ctx, name)),

  mirror: (command, { ctx }) =>
    command
      .summary("a folder that serves releases and their proof, for a network without another server")
      .description(
        "Brings releases into a folder with the layout of a GOPROXY, with what proves them: gv and the go command install from it, over file:// or any web server. What is there is proven again and not fetched; all that is there where no spec is given.",
      )
      .addArgument(argument("<dir>", "folder", "the mirror; made if need be"))
      .addArgument(argument("[spec...]", "release", "1.22.5, 1.22, latest, oldstable, ^1.22, ..."))
      .addOption(platformsOption())
      .option(
        "--refresh",
        "show the newest tree head of the checksum database, and prove everything under it",
      )
      .option("--prune", "remove the releases that are not named, and what proves nothing any more")
      .addOption(
        repeated(
          optionWith(
            "--known-head <file>",
            "file",
            "a newest tree head that clients have from elsewhere, which the mirror shall prove, too",
          ),
        ),
      )
      .option("--dry-run", "print what would be fetched and removed, with sizes, and change nothing")
      .addOption(jsonOption())
      .option("-q, --quiet", "print errors only")
      .addHelpText(
        "after",
        "\nExamples:\n  gv mirror /srv/go latest oldstable --platform linux/amd64 --platform darwin/arm64\n  gv mirror /srv/go --refresh\n  GOPROXY=file:///srv/go gv install latest",
      )
      .action(async (folder: string, specs: string[], options) =>
        (await import("../commands/mirror.ts")).mirror(ctx, folder, specs, options),
      ),
};
