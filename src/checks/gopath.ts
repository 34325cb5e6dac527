/** GOPATH and what is left of its time: where it is, what lies in it, modules switched off. */
import { dirname, join } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import { gopath as foldersOf, nearestThere, writeProblem } from "../doctor/folders.ts";
import { change, goHere, settingHere, type SettingHere, settingsOf, told } from "../doctor/settings.ts";
import type { Machine } from "../doctor/machine.ts";
import { isProgram } from "../on-path.ts";
import { isSameFile, namesIn, startOf, statOf, upwards } from "../read.ts";
import { quote } from "../shim-conf.ts";
import { parseVersion } from "../version.ts";

/** The nearest go.mod here or above. */
function goMod({ ctx }: Machine): string | undefined {
  for (let folder = ctx.cwd; ; folder = dirname(folder)) {
    if (statOf(join(folder, "go.mod"))?.isFile()) return join(folder, "go.mod");
    if (dirname(folder) === folder) return undefined;
  }
}

export const gopath: readonly Check[] = [
  {
    id: "gopath-in-goroot",
    severity: "error",
    title: "GOPATH is not GOROOT",
    why: "what is downloaded and installed lands among Go's own files, and goes with them; go warns at each command, or finds no GOPATH at all",
    async find(machine) {
      const [go, settings] = [await goHere(machine), await settingsOf(machine, "GOPATH")];
      const isGo = (one: string): boolean =>
        one !== "" && (isRoot(one) || (go !== undefined && isSameFile(one, go.goroot) === true));
      const path = join(machine.ctx.home, "go");
      const isUsual = settings.every(({ start }) => start);
      return [
        ...settings
          .filter(({ value }) => value.split(":").some(isGo))
          .map((setting) => ({
            fact: `${told(machine, "GOPATH", setting)}: there is a Go in it`,
            ...change(machine, "GOPATH", setting),
          })),
        ...(isUsual && isGo(path)
          ? [
              {
                fact: `${path}, which is GOPATH where nothing is set, has a Go in it`,
                fix: `mv ${quote(path)} ${quote(`${path}-sdk`)}`,
                help: "and set PATH to it, or remove it",
                reach: "every go command, at once",
              },
            ]
          : []),
      ];
    },
  },
  {
    id: "gopath-path",
    severity: "error",
    title: "GOPATH is made of absolute paths",
    why: "go stops at a relative one and at a ~ that no shell has expanded",
    find: async (machine) =>
      (await settingsOf(machine, "GOPATH")).flatMap((setting): Finding[] => {
        const bad = setting.value.split(":").find((path) => path !== "" && !path.startsWith("/"));
        return bad === undefined ? [] : [relative(machine, "GOPATH", setting, bad)];
      }),
  },
  {
    id: "gobin-path",
    severity: "error",
    title: "GOBIN is an absolute path",
    why: "go install stops: cannot install, GOBIN must be an absolute path; no shell expands a ~ in it",
    find: async (machine) =>
      (await settingsOf(machine, "GOBIN"))
        .filter(({ value }) => !value.startsWith("/"))
        .map((setting) => relative(machine, "GOBIN", setting, setting.value)),
  },
  {
    id: "gopath-missing",
    severity: "note",
    title: "a GOPATH that is set is there",
    why: "go makes it and starts anew: modules are downloaded again, and programs that were installed aren't found",
    find: async (machine) =>
      (await foldersOf(machine)).flatMap(({ path, setting }): Finding[] => {
        if (setting === undefined || !path.startsWith("/") || statOf(path)) return [];
        const { fix, help } = change(machine, "GOPATH", setting);
        return [
          {
            fact: `${told(machine, "GOPATH", setting)}: there is no ${path}`,
            fix: `mkdir -p ${quote(path)}`,
            help: `or, if it is not meant: ${fix ?? help}`,
            reach: "every go command, at once",
          },
        ];
      }),
  },
  {
    id: "gopath-not-writable",
    severity: "error",
    title: "GOPATH can be written",
    why: "go install and every download fail there",
    find: async (machine) =>
      (await foldersOf(machine)).slice(0, 1).flatMap(({ path, setting }): Finding[] => {
        if (!path.startsWith("/")) return [];
        // Where the caches are elsewhere and nothing was installed, nobody needs it.
        const at = nearestThere(path);
        const problem = writeProblem(at);
        if (problem === undefined) return [];
        const which = setting ? told(machine, "GOPATH", setting) : `GOPATH, ${path}`;
        return [
          {
            fact: `${which}: ${at} ${problem === "read-only" ? "is on a read-only file system" : "can't be written by this user"}`,
            ...(problem === "read-only" || at !== path
              ? { fix: 'go env -w GOPATH="$HOME/go"', help: "or any folder that can be written" }
              : { fix: `sudo chown -R "$(id -un)" ${quote(path)}` }),
            reach: "every go command of this user, until it is set again",
          },
        ];
      }),
  },
  {
    id: "go111module",
    severity: "error",
    title: "modules are not switched off",
    why: "go.mod isn't read: imports are looked for in GOPATH, and go install of a version is refused; at a word that go doesn't know it stops",
    find: async (machine) =>
      (await settingsOf(machine, "GO111MODULE"))
        .filter(({ value }) => value !== "on")
        .map((setting): Finding => {
          const { value } = setting;
          const set = told(machine, "GO111MODULE", setting);
          const mend = change(machine, "GO111MODULE", setting);
          // auto: modules wherever there is a go.mod; what differs is outside of one.
          if (value === "auto") return { fact: set, ...mend, severity: "note" };
          if (value !== "off")
            return { fact: `${set}: go knows on, off and auto alone, in lower case`, ...mend };
          const file = goMod(machine);
          return file
            ? { fact: `${set}, and there is ${file}`, ...mend }
            : { fact: set, ...mend, severity: "warning" };
        }),
  },
  {
    id: "project-in-gopath",
    severity: "note",
    title: "a project with a go.mod is outside of GOPATH/src",
    why: "go.mod counts there and the folders around it don't: an import that was found beside it must be required now",
    async find(machine) {
      const file = goMod(machine);
      if (file === undefined) return [];
      const above = [...upwards(dirname(dirname(file)))];
      const inside = (await foldersOf(machine)).find(({ path }) =>
        above.some((folder) => isSameFile(folder || "/", join(path, "src"))),
      );
      if (!inside) return [];
      const setting = await settingHere(machine, "GO111MODULE");
      const version = await minorHere(machine);
      const isIgnored = version !== undefined && version < 13 && setting?.value !== "on";
      return [
        {
          fact: `${file} is in ${inside.path}/src${isIgnored ? `, and Go 1.${version} doesn't read it there` : ""}`,
          fix: `mv ${quote(dirname(file))} ~/`,
          help: "or any folder outside of it",
          reach: "this project; it is its own from then on",
          ...(isIgnored ? { severity: "error" as const } : {}),
        },
      ];
    },
  },
  {
    id: "gobin-on-path",
    severity: "warning",
    title: "what go install builds is on PATH",
    why: "it is built and not found; gv's shims find what was collected, and not what a Makefile or an editor installs",
    async find(machine) {
      const { ctx, path: folders } = machine;
      const setting = await settingHere(machine, "GOBIN");
      const [first] = await foldersOf(machine);
      const bin = setting?.value ?? (first && join(first.path, "bin"));
      // go refuses a relative one: gobin-path tells it.
      if (bin === undefined || !bin.startsWith("/") || folders.some(({ folder }) => isSame(folder, bin)))
        return [];
      const lost = namesIn(bin).filter(
        (name) => isProgram(join(bin, name)) && !isProgram(join(ctx.root.shims, name)),
      );
      if (setting === undefined && lost.length === 0) return [];
      const which = setting ? told(machine, "GOBIN", setting) : bin;
      return [
        {
          fact: `${which} is not on PATH${lost.length > 0 ? `: ${lost.slice(0, 5).join(", ")} can't be found` : ""}`,
          fix: `export PATH="$PATH:${bin}"`,
          help:
            setting && setting.origin !== "environment"
              ? "and the same line in your profile; or: go env -u GOBIN"
              : `and the same line in your profile, behind what sets ${setting ? "GOBIN" : "GOPATH"}`,
          reach: "new shells; an editor that is open has to be started again",
          ...(lost.length === 0 ? { severity: "note" as const } : {}),
        },
      ];
    },
  },
];

/** A path that go refuses; one with a ~ is meant from the home. */
function relative(machine: Machine, name: string, setting: SettingHere, path: string): Finding {
  const meant = path.startsWith("~/") ? join(machine.ctx.home, path.slice(2)) : undefined;
  const isAll = setting.value === path;
  return { fact: told(machine, name, setting), ...change(machine, name, setting, isAll ? meant : undefined) };
}

function isRoot(path: string): boolean {
  return (startOf(join(path, "VERSION"), 1000) ?? "").startsWith("go") && isProgram(join(path, "bin", "go"));
}

function isSame(folder: string, other: string): boolean {
  return folder !== "" && (folder.replace(/\/+$/, "") === other || isSameFile(folder, other) === true);
}

async function minorHere(machine: Machine): Promise<number | undefined> {
  const go = await goHere(machine);
  const [first = ""] = (go ? (startOf(join(go.goroot, "VERSION"), 1000) ?? "") : "").split("\n");
  const version = parseVersion(first);
  return version?.major === 1 ? version.minor : undefined;
}
