/** gopls, dlv and the linters: whether they can run, and fit the Go and the project that they work with. */
import { realpathSync } from "node:fs";
import { join } from "node:path";

import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import { whichTool, whoHas } from "../find-tool.ts";
import { goBinFolder } from "../goenv.ts";
import { compareModuleVersions, isModuleVersion } from "../module-version.ts";
import { allOnPath, isExecutable, isShim } from "../on-path.ts";
import { readBuildInfo } from "../program/buildinfo.ts";
import { namesIn, statOf } from "../read.ts";
import { quote } from "../shim-conf.ts";
import { parseVersion, releaseName } from "../version.ts";
import { describe, goLine, minorHere, toolNames, toolsInUse } from "./tools/in-use.ts";
import { firstWithGenerics, lastGoplsFor, rangeOfDelve } from "./tools/ranges.ts";

const reach = "terminals and debugger at once, an editor when its window is loaded again";

export const tools: readonly Check[] = [
  {
    id: "tool-not-executable",
    severity: "error",
    title: "gopls, dlv and the linters can be run, where gv, Go and the editor's extension put them",
    why: "it looks installed: the editor says fork/exec ... permission denied",
    find: ({ ctx, path: folders }) =>
      toolFolders(ctx)
        // Those on PATH are the check path-dead-link's.
        .filter((folder) => !folders.some((entry) => entry.folder === folder))
        .flatMap((folder) => {
          const names = namesIn(folder);
          return [...toolNames, "dlv-dap"].flatMap((name): Finding[] => {
            const file = join(folder, name);
            if (!names.includes(name) || statOf(file)?.isFile() !== true || isExecutable(file)) return [];
            return [{ fact: `${file} can't be executed`, fix: `chmod +x ${quote(file)}`, reach }];
          });
        }),
  },
  {
    id: "tool-built-with-older-go",
    severity: "warning",
    title: "gopls, dlv and the linters were built with a Go as new as the project's",
    why: "a tool knows the language up to the Go that built it: it reports faults that are none, or refuses",
    find: async (machine) => {
      const line = goLine(machine.ctx);
      const asked = parseVersion(line ?? "");
      if (!asked) return [];
      return (await toolsInUse(machine)).flatMap((tool): Finding[] => {
        const built = tool.info?.version;
        if (!built || built.major !== asked.major || built.minor >= asked.minor) return [];
        const fact = `${describe(tool)} was built with ${releaseName(built)}, and the go line asks for ${line}`;
        return [{ fact, fix: tool.fix, reach }];
      });
    },
  },
  {
    id: "tool-missing",
    severity: "note",
    title: "the version that applies has the tools that others have",
    why: "the shim takes another version's copy, or none: it may not know this Go",
    find: async ({ ctx, here: asked }) => {
      const here = await asked;
      if (here.kind !== "version") return [];
      return toolNames.flatMap((name): Finding[] => {
        if (whoHas(ctx, name).length === 0) return [];
        const answer = whichTool(ctx, name, here);
        const fix = `gv tools install ${name}`;
        if (answer.kind === "no tool")
          return [
            {
              fact: `Go ${here.name} has no ${name}, and tool-fallback is off`,
              fix,
              reach,
              severity: "warning",
            },
          ];
        if (answer.reason !== "newest") return [];
        return [
          { fact: `Go ${here.name} has no ${name}: its shim runs that of ${answer.version}`, fix, reach },
        ];
      });
    },
  },
  {
    id: "tool-copies",
    severity: "note",
    title: "PATH has one gopls, one dlv and one of each linter besides gv's",
    why: "which one runs hangs on the order of PATH, which is another in an editor and in a script",
    find: ({ ctx }) =>
      toolNames.flatMap((name): Finding[] => {
        const copies = allOnPath(ctx, name).filter((path) => !isShim(ctx, path));
        const real = copies.filter(
          (path, i) => copies.findIndex((one) => realpathSync(one) === realpathSync(path)) === i,
        );
        const said = real.map((path) => {
          const info = readBuildInfo(path, ctx.platform);
          return { path, is: [info?.module?.version ?? "of unknown version", info?.goVersion].join(", ") };
        });
        const [first, ...rest] = said;
        const others = rest.filter(({ is }) => is !== first?.is);
        if (first === undefined || others.length === 0) return [];
        const fact = `${name} is ${[first, ...others].map(({ path, is }) => `${path} (${is})`).join(" and ")}`;
        return [{ fact, fix: `rm ${others.map(({ path }) => quote(path)).join(" ")}`, reach }];
      }),
  },
  {
    id: "gopls-too-old",
    severity: "error",
    title: "gopls knows the language that the project is written in",
    why: "it takes type parameters for mistakes: no completion, no way to a definition",
    find: async (machine) => {
      const minor = await minorHere(machine);
      if (minor === undefined || minor < 18) return [];
      return (await toolsInUse(machine)).flatMap((tool): Finding[] => {
        const version = tool.name === "gopls" ? (tool.info?.module?.version ?? "") : "";
        if (!isModuleVersion(version) || compareModuleVersions(version, firstWithGenerics) >= 0) return [];
        const fact = `${describe(tool)} has no generics (${firstWithGenerics} is the first), and here Go 1.${minor} builds`;
        return [{ fact, fix: tool.fix, reach }];
      });
    },
  },
  {
    id: "gopls-too-new",
    severity: "warning",
    title: "gopls works with the go command that applies",
    why: "it asks the go command for what an old one doesn't know, and finds no packages",
    find: async (machine) => {
      const minor = await minorHere(machine);
      const last = minor === undefined ? undefined : lastGoplsFor(minor);
      if (last === undefined) return [];
      return (await toolsInUse(machine)).flatMap((tool): Finding[] => {
        const version = tool.name === "gopls" ? (tool.info?.module?.version ?? "") : "";
        if (!isModuleVersion(version) || compareModuleVersions(version, last) <= 0) return [];
        const fact = `${describe(tool)} runs go 1.${minor}, and ${last} is the last for that`;
        return [{ fact, fix: tool.fix.replace("install gopls", `install gopls@${last}`), reach }];
      });
    },
  },
  {
    id: "dlv-range",
    severity: "error",
    title: "dlv debugs programs of the Go that applies",
    why: "it refuses: the version of Delve is too old, or the Go version too old, for the other",
    find: async (machine) => {
      const minor = await minorHere(machine);
      if (minor === undefined) return [];
      return (await toolsInUse(machine)).flatMap((tool): Finding[] => {
        const range = tool.name === "dlv" ? rangeOfDelve(tool.info?.module?.version ?? "") : undefined;
        if (!range || (range.min <= minor && minor <= range.max)) return [];
        const fact = `${describe(tool)} is for Go 1.${range.min} to 1.${range.max}, and here 1.${minor} builds`;
        return [{ fact, fix: tool.fix, reach }];
      });
    },
  },
];

/** Where editors keep their extensions. */
const extensions = [
  ".vscode/extensions",
  ".vscode-insiders/extensions",
  ".vscode-oss/extensions",
  ".vscode-server/extensions",
  ".cursor/extensions",
  ".cursor-server/extensions",
  ".local/share/code-server/extensions",
] as const;

/** The folders that may hold tools: gv's, Go's, and those of the Go extension. */
function toolFolders(ctx: Context): readonly string[] {
  const gv = ctx.root.tools(ctx.platform);
  const own = extensions.flatMap((folder) =>
    namesIn(join(ctx.home, folder))
      .filter((name) => name.startsWith("golang.go-"))
      .flatMap((name) => ["", "bin", "dist"].map((below) => join(ctx.home, folder, name, below))),
  );
  return [goBinFolder(ctx), ...namesIn(gv).map((go) => join(gv, go, "bin")), ...own];
}
