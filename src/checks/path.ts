/** PATH: whether the shims are there, first, and what else stands on it. */
import { join } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import type { FoundGo } from "../doctor/machine.ts";
import { takeFromPath } from "../doctor/path-lines.ts";
import { goBinFolder } from "../goenv.ts";
import { isExecutable } from "../on-path.ts";
import { namesIn, statOf } from "../read.ts";
import { setUp } from "../setup.ts";
import { quote } from "../shim-conf.ts";

const thisShell = "this shell only; gv setup puts it into the profiles, for every new one";

export const path: readonly Check[] = [
  {
    id: "shims-written",
    severity: "error",
    title: "the shims are there",
    why: "go is found by its shim; without one the version files say nothing",
    find: ({ ctx }) =>
      ["go", "gofmt"].flatMap((name): Finding[] => {
        const shim = join(ctx.root.shims, name);
        if (isExecutable(shim)) return [];
        const what = statOf(shim) === undefined ? "is missing" : "can't be executed";
        const mend = (): string => {
          setUp(ctx);
          return `wrote the shims in ${ctx.root.shims}`;
        };
        return [{ fact: `${shim} ${what}`, fix: "gv setup", reach: "every shell, at once", mend }];
      }),
  },
  {
    id: "shims-on-path",
    severity: "error",
    title: "the shims are on PATH",
    why: "go is another one then, or none: a .go-version is not read by anybody",
    find: ({ ctx, path: folders }) =>
      folders.some(({ folder }) => folder === ctx.root.shims)
        ? []
        : [
            {
              fact: `PATH of this shell has no ${ctx.root.shims}`,
              fix: "gv setup",
              help: `then open a new terminal, or: . ${quote(join(ctx.root.path, "env"))}`,
              reach: thisShell,
            },
          ],
  },
  {
    id: "shims-first",
    severity: "error",
    title: "no other go comes before the shims",
    why: "that go runs, whatever a version file or gv current says",
    find(machine) {
      const shim = machine.gos.findIndex(({ isShim }) => isShim);
      return machine.gos.slice(0, Math.max(0, shim)).flatMap((go) => {
        // The hook puts the version's own bin first.
        if (go.owner?.name === "gv") return [];
        return [
          {
            fact: `${describe(go)} comes before the shim`,
            fix: `. ${quote(join(machine.ctx.root.path, "env"))}`,
            help: `then have that folder behind gv's: ${inWords(takeFromPath(machine, go.path.slice(0, -3)))}`,
            reach: thisShell,
          },
        ];
      });
    },
  },
  {
    id: "path-entries",
    severity: "note",
    title: "PATH has each folder once, and only folders that are there",
    why: "each program that is looked for passes them all; an empty or relative one runs what lies in the current directory",
    find: (machine) =>
      machine.path.flatMap(({ folder, place }, _, folders): Finding[] => {
        const first = folders.findIndex((one) => one.folder === folder) + 1;
        const where = `entry ${place} of PATH`;
        if (folder === "")
          return [
            {
              fact: `${where} is empty`,
              help: "where your profile sets PATH, take out the colon at its end, or one of two",
              severity: "warning",
            },
          ];
        if (!folder.startsWith("/"))
          return [
            {
              fact: `${where} is relative: ${folder}`,
              ...takeFromPath(machine, folder),
              severity: "warning",
            },
          ];
        if (first !== place)
          return [{ fact: `${where} is entry ${first} again: ${folder}`, ...takeFromPath(machine, folder) }];
        // Where go install builds is made by the first one; setup puts it on PATH for that.
        if (folder !== goBinFolder(machine.ctx) && statOf(folder)?.isDirectory() !== true)
          return [{ fact: `${where} is no folder: ${folder}`, ...takeFromPath(machine, folder) }];
        return [];
      }),
  },
  {
    id: "path-dead-link",
    severity: "warning",
    title: "what is called go, gofmt, gopls or dlv on PATH can be run",
    why: "a link that leads nowhere, or a file without the x bit, looks installed and isn't found",
    find: ({ ctx, path: folders }) =>
      [...new Set(folders.map(({ folder }) => folder))]
        .filter((folder) => folder.startsWith("/") && folder !== ctx.root.shims)
        .flatMap((folder) => {
          const names = new Set(namesIn(folder));
          return ["go", "gofmt", "gopls", "dlv"].flatMap((name): Finding[] => {
            const file = join(folder, name);
            if (!names.has(name) || isExecutable(file)) return [];
            const isDead = statOf(file) === undefined;
            return [
              {
                fact: isDead ? `${file} is a link that leads nowhere` : `${file} can't be executed`,
                fix: isDead ? `rm ${quote(file)}` : `chmod +x ${quote(file)}`,
                reach: "every program, at once",
              },
            ];
          });
        }),
  },
];

/** A go on PATH in words: path, version, whose. */
export function describe({ path: file, version, owner }: FoundGo): string {
  return `${file} (${[version ?? "of unknown version", owner?.name ?? "nobody known"].join(", ")})`;
}

function inWords({ fix, help = "" }: Pick<Finding, "fix" | "help">): string {
  return fix === undefined ? help : `${fix}; ${help}`;
}
