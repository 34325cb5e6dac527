/** go.work: whether it has the modules that lie below it, and is as new as they are. */
import { dirname, join, resolve } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import {
  moduleFileHere,
  modulesBelow,
  nearestFile,
  projectFolders,
  relativeFolder,
} from "../doctor/project.ts";
import { type GoMod, parseGoMod, usesIn } from "../go-mod.ts";
import { goSetting } from "../goenv.ts";
import { isSameFile, statOf, textOf } from "../read.ts";
import { compareGoVersions, readModuleLines } from "../select.ts";
import { quote } from "../shim-conf.ts";

const reach = "everybody who works on the project, once the file is committed; gopls at once";

export const workspaces: readonly Check[] = [
  {
    id: "go-work-dead-use",
    severity: "error",
    title: "what go.work uses is there",
    why: "every go command below it stops, go work use too: cannot load module listed in go.work file",
    find: (machine) => {
      const work = workHere(machine);
      return (work?.uses ?? [])
        .filter(({ folder }) => textOf(join(folder, "go.mod")) === undefined)
        .map(({ folder, text }): Finding => {
          const name = relativeFolder(folder, work?.folder ?? "");
          // It takes out what is written so, and no other name of the folder.
          const fix = `cd ${quote(work?.folder ?? "")} && go work edit -dropuse=${quote(text)}`;
          return { fact: `${work?.path} uses ${name}, which has no go.mod`, fix, reach };
        });
    },
  },
  {
    id: "go-work-missing-module",
    severity: "warning",
    title: "go.work has the modules below it",
    why: "in a module that it hasn't, the go command and gopls find no packages, and the others don't see its changes",
    find: (machine) => {
      const work = workHere(machine);
      if (!work) return [];
      const mod = nearestFile(machine.ctx, "go.mod");
      const own = mod === undefined ? undefined : dirname(mod);
      const isBelow = own === work.folder || own?.startsWith(`${work.folder}/`) === true;
      const all = [...modulesBelow(machine.ctx, work.folder), ...(own !== undefined && isBelow ? [own] : [])];
      const folders = [...new Set(all)].filter(
        (one) => !work.uses.some(({ folder }) => isSameFile(folder, one)),
      );
      if (folders.length === 0) return [];
      const names = folders.map((one) => relativeFolder(one, work.folder));
      const isOurs = own !== undefined && folders.includes(own);
      return [
        {
          fact: `${work.path} hasn't ${names.join(", ")}${isOurs ? `, and this is ${relativeFolder(own, work.folder)}` : ""}`,
          fix: `cd ${quote(work.folder)} && go work use ${names.map(quote).join(" ")}`,
          reach,
          // One may be left out on purpose: examples, tools.
          ...(isOurs ? {} : { severity: "note" }),
        },
      ];
    },
  },
  {
    id: "go-work-below-module",
    severity: "error",
    title: "go.work's go line is as new as those of its modules",
    why: "since 1.21 every go command below it stops: module listed in go.work file requires a newer go",
    find: (machine) => {
      const work = workHere(machine);
      if (!work) return [];
      // Without a go line it means 1.18 (https://go.dev/ref/mod#go-work-file-go).
      const { go = { value: "1.18", line: 1 } } = readModuleLines(textOf(work.path) ?? "");
      return work.uses.flatMap(({ folder }): Finding[] => {
        const { go: own } = readModuleLines(textOf(join(folder, "go.mod")) ?? "");
        if (!own || compareGoVersions(own.value, go.value) <= 0) return [];
        const fact = `${work.path}, line ${go.line} says go ${go.value}, and ${folder}/go.mod, line ${own.line} ${own.value}`;
        return [{ fact, fix: `cd ${quote(work.folder)} && go work use`, reach }];
      });
    },
  },
  {
    id: "modules-without-go-work",
    severity: "note",
    title: "a project of several modules that need each other has a go.work",
    why: "the go command and gopls take the other module as it was published, not as it is here, or find no module at all",
    find: ({ ctx }) => {
      if (moduleFileHere(ctx)?.path.endsWith("/go.work") || goSetting(ctx, "GOWORK")?.value === "off")
        return [];
      const top = projectFolders(ctx).at(-1) ?? ctx.cwd;
      const isIn = nearestFile(ctx, "go.mod")?.startsWith(`${top}/`) === true;
      // Any folder of projects has modules below it.
      if (!isIn && statOf(join(top, ".git")) === undefined) return [];
      const folders = modulesBelow(ctx, top);
      if (folders.length < 2) return [];
      const modules = folders.map((folder) => parseGoMod(textOf(join(folder, "go.mod")) ?? ""));
      if (modules.some(({ module }) => module === "std")) return []; // Go's own source.
      if (isIn && !modules.some((one) => modules.some((other) => needsPublished(one, other)))) return [];
      const names = folders.map((folder) => relativeFolder(folder, top));
      const fix = `cd ${quote(top)} && go work init ${names.map(quote).join(" ")}`;
      return [{ fact: `${top} has the modules ${names.join(", ")}, and no go.work`, fix, reach }];
    },
  },
];

interface Work {
  readonly path: string;
  readonly folder: string;
  /** What it names: the folder, absolute, and as it is written there. */
  readonly uses: readonly { readonly folder: string; readonly text: string }[];
}

/** The go.work that applies; undefined where none does. */
function workHere(machine: Machine): Work | undefined {
  return machine.once("go.work", () => {
    const path = moduleFileHere(machine.ctx)?.path;
    if (path === undefined || path.endsWith("/go.mod")) return undefined;
    const folder = dirname(path);
    return {
      path,
      folder,
      uses: usesIn(textOf(path) ?? "").map((text) => ({ folder: resolve(folder, text), text })),
    };
  });
}

/** Whether a module requires another one, and takes it as it was published. */
function needsPublished(one: GoMod, other: GoMod): boolean {
  const { module } = other;
  return (
    module !== undefined && one.require.some(({ path }) => path === module) && !one.replaced.includes(module)
  );
}
