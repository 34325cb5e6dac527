/** VS Code and its like: settings that bypass the shims, lead nowhere, or that nothing reads any more. */
import { isAbsolute, join } from "node:path";

import { bytesAt, type Change } from "../changes.ts";
import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { goBinFolder } from "../goenv.ts";
import { stringsIn, withoutMembers } from "../jsonc.ts";
import { isProgram, isShim } from "../on-path.ts";
import { isSameFile, statOf } from "../read.ts";
import { environmentFindings } from "./editors/environment.ts";
import { gorootHere, versionOf } from "./editors/goroot.ts";
import { allSettings, open, pathOf, reach, type Setting, settingsNamed, where } from "./editors/settings.ts";
import { declaredSettings, droppedSetting, legacyOfDelve, successorOf } from "./editors/known.ts";

const takeOut = "take it out: gv's shim is on PATH";

export const editors: readonly Check[] = [
  {
    id: "vscode-goroot",
    severity: "warning",
    title: "VS Code's go.goroot names no other Go than the one that applies",
    why: "the Go extension takes that one, whatever a version file says",
    find: async (machine) => {
      const here = await gorootHere(machine);
      return (await settingsNamed(machine, "go.goroot")).flatMap((setting): Finding[] => {
        const goroot = pathOf(machine.ctx, setting, setting.json.value);
        if (goroot === undefined) return [];
        const remedy = open(setting, takeOut);
        if (!isProgram(join(goroot, "bin/go")))
          return [
            { fact: `${where(setting)} is ${goroot}, where no Go is`, ...remedy, reach, severity: "error" },
          ];
        if (here === undefined || isSameFile(goroot, here)) return [];
        const [version, other] = [versionOf(goroot), versionOf(here)];
        const fact = `${where(setting)} is ${goroot} (${version || "of unknown version"}), and here ${here} applies`;
        return [{ fact, ...remedy, reach, ...(version === other ? { severity: "note" } : {}) }];
      });
    },
  },
  {
    id: "vscode-gopath",
    severity: "warning",
    title: "VS Code's go.gopath is Go's own GOPATH",
    why: "the extension looks for modules and tools where the go command in a terminal doesn't put them",
    find: async (machine) => {
      const settings = await settingsNamed(machine, "go.gopath");
      if (settings.length === 0) return [];
      const real = (await machine.goEnv)?.["GOPATH"];
      return settings.flatMap((setting): Finding[] => {
        const gopath = pathOf(machine.ctx, setting, setting.json.value);
        if (gopath === undefined || gopath === real) return [];
        const remedy = open(setting, "take it out: the extension asks go env for it");
        const [first = ""] = gopath.split(":");
        if (statOf(first)?.isDirectory() !== true)
          return [{ fact: `${where(setting)} is ${gopath}, which is no folder`, ...remedy, reach }];
        if (real === undefined) return [];
        return [
          {
            fact: `${where(setting)} is ${gopath}, and GOPATH is ${real}`,
            ...remedy,
            reach,
            severity: "note",
          },
        ];
      });
    },
  },
  {
    id: "vscode-tools-gopath",
    severity: "warning",
    title: "VS Code's go.toolsGopath is there, and on PATH",
    why: "the tools that the extension installs go there, where neither a terminal nor gv finds them",
    find: async (machine) =>
      (await settingsNamed(machine, "go.toolsGopath")).flatMap((setting): Finding[] => {
        const folder = pathOf(machine.ctx, setting, setting.json.value);
        if (folder === undefined) return [];
        const remedy = open(setting, "take it out; then: gv rehash");
        if (statOf(folder)?.isDirectory() !== true)
          return [{ fact: `${where(setting)} is ${folder}, which is no folder`, ...remedy, reach }];
        if (machine.path.some((entry) => entry.folder === join(folder, "bin"))) return [];
        const fact = `${where(setting)} is ${folder}, and PATH hasn't ${join(folder, "bin")}`;
        return [{ fact, ...remedy, reach, severity: "note" }];
      }),
  },
  {
    id: "vscode-alternate-tools",
    severity: "warning",
    title: "VS Code's go.alternateTools are there, and gv's shims where gv has one",
    why: "the extension runs exactly that program, and not the one of the version that applies",
    find: async (machine) =>
      (await settingsNamed(machine, "go.alternateTools")).flatMap((setting) =>
        [...setting.json.members].flatMap(([tool, json]): Finding[] => {
          const named = pathOf(machine.ctx, setting, json.value);
          if (named === undefined) return [];
          const fact = `${where(setting, [tool, json])} is ${named}`;
          const remedy = open(setting, takeOut, json);
          const path = isAbsolute(named) ? named : inToolFolders(machine.ctx, named);
          if (path === undefined)
            return [
              { fact: `${fact}, which is in no folder of PATH, nor in go install's`, ...remedy, reach },
            ];
          if (!isProgram(path))
            return [{ fact: `${fact}, which is no program`, ...remedy, reach, severity: "error" }];
          const shim = join(machine.ctx.root.shims, tool);
          if (!isProgram(shim) || isShim(machine.ctx, path)) return [];
          return [{ fact: `${fact}, not ${shim}`, ...remedy, reach }];
        }),
      ),
  },
  {
    id: "vscode-tools-env",
    severity: "warning",
    title: "VS Code's go.toolsEnvVars and go.testEnvVars leave GOROOT and PATH alone",
    why: "every tool or test that the extension starts gets them: they choose another Go, or none",
    find: async (machine) =>
      (await allSettings(machine))
        .filter(({ key }) => /^go\.(?:tools|test)EnvVars$/.test(key))
        .flatMap((one) => environmentFindings(machine, one)),
  },
  {
    id: "vscode-terminal-env",
    severity: "warning",
    title: "VS Code's terminal leaves GOROOT and PATH alone",
    why: "in its terminal another Go runs than in every other one",
    find: async (machine) => {
      const system = { darwin: "osx", windows: "windows" }[machine.ctx.platform.os] ?? "linux";
      const settings = await settingsNamed(machine, `terminal.integrated.env.${system}`);
      const profiles = await settingsNamed(machine, `terminal.integrated.profiles.${system}`);
      return [
        ...settings.flatMap((one) => environmentFindings(machine, one)),
        ...profiles.flatMap((one) =>
          [...one.json.members].flatMap(([name, { members }]) => {
            const env = members.get("env");
            return env ? environmentFindings(machine, one, env, `${name}: env: `) : [];
          }),
        ),
      ];
    },
  },
  {
    id: "vscode-inherit-env",
    severity: "warning",
    title: "VS Code's terminal inherits the environment",
    why: "its shells begin without the PATH that VS Code was started with: a GUI's settings and direnv's are lost",
    find: async (machine) =>
      (await settingsNamed(machine, "terminal.integrated.inheritEnv"))
        .filter(({ json }) => json.value === false)
        .map((one) => ({ fact: `${where(one)} is false`, ...open(one, "take it out"), reach })),
  },
  {
    id: "vscode-gopls-settings",
    severity: "note",
    title: "VS Code sets nothing that gopls has dropped",
    why: "gopls complains at each start, and does nothing by it",
    find: async (machine) => {
      const found = (await settingsNamed(machine, "gopls")).flatMap((setting) => {
        const dropped = [...setting.json.members].filter(([name]) => droppedSetting(name) !== undefined);
        return dropped.length > 0 ? [{ setting, dropped }] : [];
      });
      const findings = found.map(async ({ setting, dropped }) => {
        const change = await changeWithout(
          setting,
          dropped.map(([name]) => name),
        );
        return dropped.map(([name, json], i): Finding => {
          const instead = droppedSetting(name);
          return {
            fact: `${where(setting, [name, json])}${instead ? `; what there is instead: ${instead}` : ""}`,
            ...open(setting, "take it out", json),
            reach,
            // One change of the file for all that is in it.
            ...(i === 0 && change ? { changes: [change] } : {}),
          };
        });
      });
      return (await Promise.all(findings)).flat();
    },
  },
  {
    id: "vscode-test-flags",
    severity: "note",
    title: "VS Code's go.testFlags has no -cover",
    why: "every run of a test is built for coverage, also under the debugger, and go.coverOnSingleTest means it already",
    find: (machine) => flagFindings(machine, "go.testFlags", /^--?cover(?:$|=|mode|pkg|profile)/),
  },
  {
    id: "vscode-rpc-trace",
    severity: "note",
    title: "gopls isn't traced",
    why: "every message between editor and gopls is written to the log: slow, and for a report of a fault only",
    find: (machine) => flagFindings(machine, "go.languageServerFlags", /^--?rpc\.trace/),
  },
  {
    id: "vscode-undeclared",
    severity: "note",
    title: "VS Code has only settings that its Go extension declares and reads",
    why: "nothing reads it: what it was set for doesn't happen",
    find: async (machine) => {
      const settings = (await allSettings(machine)).filter(({ key }) => /^go(?:pls)?\./.test(key));
      if (settings.length === 0) return [];
      const declared = declaredSettings(machine.ctx);
      if (declared.size === 0) return [];
      const unknown = settings
        .filter(({ key }) => !declared.has(key))
        .map((setting): Finding => {
          const successor = successorOf(setting.key, declared);
          return {
            fact: `${where(setting)} is no setting${successor === undefined ? "" : `; what there is instead: ${successor}`}`,
            ...open(setting, "take it out"),
            reach,
          };
        });
      return [...unknown, ...settings.flatMap(legacyFindings)];
    },
  },
];

/** Where the extension looks for a program that a setting names otherwise than by its whole path; undefined: nowhere. */
function inToolFolders(ctx: Context, name: string): string | undefined {
  const folders = [goBinFolder(ctx), ...(ctx.env["PATH"] ?? "").split(":")];
  return folders.map((folder) => join(folder, name)).find((path) => isAbsolute(path) && isProgram(path));
}

/** What of go.delveConfig nobody reads but the adapter of before dlv-dap, where that one isn't asked for. */
function legacyFindings(setting: Setting): readonly Finding[] {
  const { members } = setting.json;
  if (setting.key !== "go.delveConfig" || members.get("debugAdapter")?.value === "legacy") return [];
  return [...members].flatMap(([name, json]): Finding[] => {
    const instead = legacyOfDelve[name];
    if (instead === undefined) return [];
    const fact = `${where(setting, [name, json])} is read by the legacy adapter alone; what there is instead: ${instead}`;
    return [{ fact, ...open(setting, "take it out", json), reach }];
  });
}

async function flagFindings(machine: Machine, name: string, flag: RegExp): Promise<readonly Finding[]> {
  return (await settingsNamed(machine, name)).flatMap((setting) =>
    stringsIn(setting.json.value)
      .filter((one) => flag.test(one))
      .map((one) => ({
        fact: `${where(setting)} has ${one}`,
        ...open(setting, `take ${one} out`),
        reach,
      })),
  );
}

/** The file without some members of a setting; undefined where it has mistakes, so that gv leaves it alone. */
async function changeWithout(
  { file, block, key }: Setting,
  names: readonly string[],
): Promise<Change | undefined> {
  const before = bytesAt(file.path);
  const after = await withoutMembers(
    before?.toString("utf8") ?? "",
    names.map((name) => [...file.within, ...block, key, name]),
  );
  return after === undefined ? undefined : { path: file.path, before, after: Buffer.from(after) };
}
