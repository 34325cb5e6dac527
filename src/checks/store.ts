/** gv's own root: what is listed is whole as far as a look tells, and nothing is left over. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { configKey, configFile, configLines, problemWith } from "../config.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { openAt } from "../doctor/open-at.ts";
import { GvError } from "../errors.ts";
import { isExecutable } from "../on-path.ts";
import {
  formatPlatform,
  type Platform,
  platformFolder,
  platformOfFolder,
  samePlatform,
} from "../platform.ts";
import { namesIn, statOf, textOf } from "../read.ts";
import { checkRootPath } from "../root.ts";
import { isSetUp, setUp } from "../setup.ts";
import { confPath, quote } from "../shim-conf.ts";
import { neededShims, shimText, writeShims } from "../shims.ts";
import { leftOvers, sweepStaging } from "../staging.ts";
import { type Installed, isProven, listInstalled } from "../store.ts";
import { goBinary } from "../toolchain.ts";
import { parseFolderName, releaseName } from "../version.ts";

const everyShell = "every shell, at once";

/** Versions that gv installed, without Go's of one's own: linked ones, and those that were built here. */
const versions = (machine: Machine): Installed[] =>
  machine
    .once("versions", () => listInstalled(machine.ctx))
    .filter(({ version, link }) => version !== undefined && link === undefined);

export const store: readonly Check[] = [
  {
    id: "root-safe",
    severity: "error",
    title: "gv's root is yours alone to write",
    why: "whoever can write there can change the Go that you run",
    find({ ctx }) {
      const { path } = ctx.root;
      const stats = statOf(path);
      try {
        checkRootPath(path);
      } catch (error) {
        if (!(error instanceof GvError)) throw error;
        return [{ fact: error.message, fix: error.hint ?? 'export GV_ROOT="$HOME/.gv"' }];
      }
      if (stats === undefined) return [];
      if (ctx.uid !== undefined && stats.uid !== ctx.uid)
        return [
          {
            fact: `${path} belongs to user ${stats.uid}, and this is user ${ctx.uid}`,
            fix: `sudo chown -R ${ctx.uid} ${quote(path)}`,
            help: `or use a root of your own: export GV_ROOT="$HOME/.gv"`,
            severity: isReadOnlyRoot(ctx.root.bin) ? "note" : "error",
          },
        ];
      if (stats.mode & 0o002)
        return [{ fact: `${path} can be written by everyone`, fix: `chmod o-w ${quote(path)}` }];
      return [];
    },
  },
  {
    id: "root-set-up",
    severity: "warning",
    title: "launcher and shims are those of this gv",
    why: "an older launcher doesn't know what a newer gv wrote, and a Node that is gone starts nothing",
    find({ ctx }) {
      if (!existsSync(confPath(ctx)) || isSetUp(ctx)) return [];
      const mend = (): string => {
        setUp(ctx);
        return `brought ${ctx.root.path} up to date`;
      };
      return [
        {
          fact: `${ctx.root.path} was set up by another gv, or with another Node than ${ctx.node}`,
          fix: "gv setup",
          reach: everyShell,
          mend,
        },
      ];
    },
  },
  {
    id: "shims-current",
    severity: "warning",
    title: "each version and each tool has its shim, and no shim is a stale one",
    why: "a tool without a shim isn't found, and one that was changed does something else",
    find(machine) {
      const { ctx } = machine;
      if (!existsSync(ctx.root.shims)) return [];
      const mend = (): string => {
        const added = writeShims(ctx);
        return `wrote shims${added.length > 0 ? `: ${added.join(", ")}` : ""}`;
      };
      // go and gofmt are asked after by shims-written.
      const missing = [...neededShims(ctx)].filter(
        (name) => name !== "go" && name !== "gofmt" && !isExecutable(join(ctx.root.shims, name)),
      );
      const changed = namesIn(ctx.root.shims).filter((name) => {
        const text = textOf(join(ctx.root.shims, name));
        return !name.startsWith(".") && text !== undefined && text !== shimText;
      });
      return [
        ...missing.map((name): Finding => ({
          fact: `${name} has no shim`,
          fix: "gv rehash",
          reach: everyShell,
          mend,
        })),
        ...changed.map((name): Finding => {
          const path = join(ctx.root.shims, name);
          return {
            fact: `${path} is no shim of gv's`,
            fix: `rm ${quote(path)} && gv rehash`,
            reach: everyShell,
          };
        }),
      ];
    },
  },
  {
    id: "store-whole",
    severity: "error",
    title: "each installed version is what its name says",
    why: "a folder that was emptied, or holds another Go, breaks builds in ways that say nothing of it",
    find: (machine) => [
      ...versions(machine).flatMap(({ name, platform, folder, version }): Finding[] => {
        const [said] = (textOf(join(folder, "VERSION")) ?? "").split("\n");
        if (version === undefined || said === releaseName(version)) return [];
        return [
          {
            fact: `${folder} says that it is ${said || "nothing (it has no VERSION)"}`,
            fix: reinstall(name, platform, machine.ctx.platform),
            reach: everyShell,
          },
        ];
      }),
      ...brokenFolders(machine).map(({ folder, name, platform }): Finding => ({
        fact: `${folder} has no bin/go that could be run`,
        fix: reinstall(name, platform, machine.ctx.platform),
        reach: everyShell,
      })),
    ],
  },
  {
    id: "store-proven",
    severity: "warning",
    title: "each installed version is proven",
    why: "nobody has shown that it is the Go that was published",
    find: (machine) =>
      versions(machine)
        .filter(({ receipt }) => !isProven(receipt))
        .map(({ name, platform, receipt }): Finding => ({
          fact: receipt
            ? `Go ${name} for ${formatPlatform(platform)} was installed with --unproven: ${receipt.unproven ?? ""}`
            : `Go ${name} for ${formatPlatform(platform)} has no receipt`,
          fix: `gv verify ${name}`,
          reach: everyShell,
        })),
  },
  {
    id: "links-alive",
    severity: "warning",
    title: "each linked Go is there",
    why: "a version file that names it finds nothing",
    find: ({ ctx }) =>
      namesIn(ctx.root.versions(ctx.platform)).flatMap((name): Finding[] => {
        const path = join(ctx.root.versions(ctx.platform), name);
        if (statOf(path) !== undefined) return [];
        return [
          { fact: `${path} is a link that leads nowhere`, fix: `gv unlink ${name}`, reach: everyShell },
        ];
      }),
  },
  {
    id: "global-installed",
    severity: "error",
    title: "the global version is installed",
    why: "outside a project no go runs",
    find(machine) {
      const { ctx } = machine;
      const [word = ""] = (textOf(ctx.root.globalVersion) ?? "").trim().split(/\s+/);
      if (word === "") return [];
      return machine.here.then((here) => {
        const isMissing =
          here.kind === "missing" &&
          here.origin.kind === "global" &&
          here.origin.file === ctx.root.globalVersion;
        if (!isMissing) return [];
        return [
          {
            fact: `${ctx.root.globalVersion} says ${word}, which is not installed`,
            fix: `gv install ${word}`,
            help: "or: gv global VERSION",
            reach: everyShell,
          },
        ];
      });
    },
  },
  {
    id: "config-known",
    severity: "warning",
    title: "gv's config says what gv knows",
    why: "a key with a typing mistake sets nothing, and nobody says so",
    find: ({ ctx }) =>
      configLines(ctx).flatMap(({ key: name, value, line }): Finding[] => {
        const key = configKey(name);
        const wrong = key ? problemWith(key, value) : "is no key of this gv";
        if (wrong === undefined) return [];
        return [
          {
            fact: `${configFile(ctx)}, line ${line}: ${name} ${wrong}`,
            ...(key
              ? { fix: `gv config unset ${name}` }
              : {
                  fix: openAt(ctx, configFile(ctx), line),
                  help: "take that line out; gv config list names the keys",
                }),
          },
        ];
      }),
  },
  {
    id: "staging-clean",
    severity: "note",
    title: "nothing is left of a gv that was killed",
    why: "it takes space until the next install sweeps it",
    find({ ctx }) {
      const left = leftOvers(ctx);
      if (left.length === 0) return [];
      const mend = async (): Promise<string> => {
        await sweepStaging(ctx);
        return `swept ${ctx.root.staging}`;
      };
      return left.map((path): Finding => ({
        fact: `${path} is of a process that is gone`,
        fix: "gv cache clean",
        mend,
      }));
    },
  },
];

/** An administrator's root that others only use is no mistake of theirs. */
function isReadOnlyRoot(bin: string): boolean {
  return isExecutable(join(bin, "gv"));
}

/** Folders with the name of a release in which no go could be run. */
function brokenFolders({ ctx }: Machine): { folder: string; name: string; platform: Platform }[] {
  const all = join(ctx.root.path, "versions");
  return namesIn(all).flatMap((folderName) => {
    const platform = platformOfFolder(folderName);
    if (!platform) return [];
    return namesIn(join(all, platformFolder(platform)))
      .map((name) => ({ folder: join(all, platformFolder(platform), name), name, platform }))
      .filter(
        ({ folder, name }) =>
          parseFolderName(name) !== undefined && !isExecutable(join(folder, "bin", goBinary(platform))),
      );
  });
}

function reinstall(name: string, platform: Platform, here: Platform): string {
  const flag = samePlatform(platform, here) ? "" : ` --platform ${formatPlatform(platform)}`;
  return `gv uninstall${flag} ${name} && gv install${flag} ${name}`;
}
