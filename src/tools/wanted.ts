/**
 * Which tools `gv tools sync` builds: what a project's files ask for, and what another Go has.
 *
 * The files come from strangers. From .tool-versions gv takes the names of its own table alone; from go.mod the
 * packages of `tool` lines, unless one has the name of another package's tool, or of a program on PATH.
 */
import { dirname } from "node:path";

import type { Context } from "../context.ts";
import { type GoMod, parseGoMod } from "../go-mod.ts";
import { goBinFolder } from "../goenv.ts";
import { isModuleVersion } from "../module-version.ts";
import { onPath } from "../on-path.ts";
import { textOf, upwards } from "../read.ts";
import { wordsFor } from "../version-files.ts";
import { compareVersions, formatVersion, parseFolderName } from "../version.ts";
import { sourceOf, type ToolCopy } from "./copies.ts";
import { isPackagePath, knownTools, programName, requestOf, type ToolRequest } from "./known.ts";

export interface Wanted {
  readonly tool: ToolRequest;
  /** Who asks for it: a file and its line, or another Go. */
  readonly by: string;
}

/** What can't be done is told to `skip`, with its reason. */
type Skip = (text: string) => void;

/**
 * What the nearest go.mod and the nearest .tool-versions that name tools ask for, each in an exact version. `copies`
 * are the tools that there are.
 */
export function wantedByProject(ctx: Context, copies: readonly ToolCopy[], skip: Skip): Wanted[] {
  return [...fromGoMod(ctx, copies, skip), ...wantedByToolVersions(ctx, skip)];
}

/**
 * The packages of `tool` lines at the versions of the `require` lines. They are built as `go install` builds them,
 * by their own go.mod: nothing that the project replaces or vendors is built.
 */
function fromGoMod(ctx: Context, copies: readonly ToolCopy[], skip: Skip): Wanted[] {
  for (const folder of upwards(ctx.cwd)) {
    const text = textOf(`${folder}/go.mod`);
    if (text === undefined) continue;
    const file = `${folder}/go.mod`;
    const project = parseGoMod(text);
    return project.tools.flatMap((path) => {
      const tool = requiredTool(project, path);
      const why = typeof tool === "string" ? tool : shadowed(ctx, copies, tool);
      if (typeof tool !== "string" && why === undefined) return [{ tool, by: file }];
      skip(`${file}: the tool ${path} is left out: ${why}`);
      return [];
    });
  }
  return [];
}

/** A `tool` line with the version of the module that holds it, the longest that is a part of its path; or why not. */
function requiredTool(project: GoMod, path: string): ToolRequest | string {
  const holds = (module: string): boolean => path === module || path.startsWith(`${module}/`);
  const [holder] = project.require
    .filter((one) => holds(one.path))
    .toSorted((a, b) => b.path.length - a.path.length);
  const name = programName(path);
  if (!holder && project.module !== undefined && holds(project.module))
    return "it is the project's own: go install builds it";
  if (!isPackagePath(path)) return "it is no package that can be fetched";
  if (!holder || !isModuleVersion(holder.version)) return "no require line has its module: go mod tidy";
  if (project.replaced.includes(holder.path))
    return `${holder.path} is replaced there: go tool ${name} runs what is meant`;
  return { name, path, module: holder.path, version: holder.version };
}

/**
 * Why a stranger's tool may not have this name: its shim would run everywhere, before what is on PATH, and instead
 * of another package's tool.
 */
function shadowed(
  ctx: Context,
  copies: readonly ToolCopy[],
  { name, path, version }: ToolRequest,
): string | undefined {
  const isMeant = `if you mean it: gv tools install ${path}@${version}`;
  const known = knownTools.find((tool) => tool.name === name);
  if (known)
    return requestOf(known, version).path === path
      ? undefined
      : `${name} is the name of ${requestOf(known, undefined).path}; ${isMeant}`;
  const other = copies.find((copy) => copy.name === name && sourceOf(copy)?.path !== path);
  if (other) return `there is another ${name}, ${other.path}; ${isMeant}`;
  const there = onPath(ctx, name);
  if (there === undefined || dirname(there) === goBinFolder(ctx)) return undefined;
  return `its shim would come before ${there}; ${isMeant}`;
}

/** Lines such as `gopls 0.16.2`, of asdf's and mise's plugins. */
export function wantedByToolVersions(ctx: Context, skip: Skip): Wanted[] {
  return knownTools.flatMap((known) => {
    const names = [known.name, ...(known.plugin === undefined ? [] : [known.plugin])];
    for (const folder of upwards(ctx.cwd)) {
      const file = `${folder}/.tool-versions`;
      const [asked] = wordsFor(textOf(file) ?? "", names);
      if (!asked) continue;
      const by = `${file}, line ${asked.line}`;
      const version = `v${asked.spec}`;
      if (isModuleVersion(version)) return [{ tool: requestOf(known, version), by }];
      if (asked.spec === "latest") return [{ tool: requestOf(known, undefined), by }];
      skip(`${by}: ${known.name} is left out: "${asked.spec}" is no version of it`);
      return [];
    }
    return [];
  });
}

/** The tools of another Go that this one (`go`) hasn't got, to be built in the newest version that it can build. */
export function wantedFromGo(copies: readonly ToolCopy[], from: string, go: string, skip: Skip): Wanted[] {
  const there = new Set(copies.filter((copy) => copy.go === go).map(({ name }) => name));
  return copies
    .filter((copy) => copy.go === from && !there.has(copy.name))
    .flatMap((copy) => {
      const tool = sourceOf(copy);
      if (tool) return [{ tool, by: `Go ${from}` }];
      skip(`${copy.name} of Go ${from} is left out: it doesn't say which version of which module it is`);
      return [];
    });
}

/** The newest other version that has tools; undefined where there is none. */
export function newestOther(copies: readonly ToolCopy[], go: string): string | undefined {
  const others = copies.filter((copy) => copy.go !== go).flatMap((copy) => parseFolderName(copy.go) ?? []);
  const newest = others.toSorted(compareVersions).at(-1);
  return newest && formatVersion(newest);
}
