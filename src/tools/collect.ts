/**
 * Tools that Go builds: collected from where `go install` puts them (GOBIN or GOPATH/bin) into
 * tools/<os-arch>/<version>/bin, by the version that built them, so that they survive a switch.
 */
import type { Stats } from "node:fs";
import { join } from "node:path";

import { readBuildInfo } from "../program/buildinfo.ts";
import type { Context } from "../context.ts";
import { copyProgram, makeFolder } from "../files.ts";
import { goBinFolder } from "../goenv.ts";
import { isExecutable } from "../on-path.ts";
import { samePlatform } from "../platform.ts";
import { isGone, namesIn, statOf } from "../read.ts";
import { isToolName } from "../shims.ts";
import { formatVersion } from "../version.ts";

export interface CollectedTool {
  readonly name: string;
  /** The Go that built it. */
  readonly version: string;
}

/** Copies what is new in GOBIN or GOPATH/bin for this platform; the originals stay where scripts look for them. */
export async function collectTools(ctx: Context): Promise<CollectedTool[]> {
  const from = goBinFolder(ctx);
  const collected: CollectedTool[] = [];
  const copies = copiesByName(ctx);
  for (const name of namesIn(from).filter(isToolName)) {
    const source = `${from}/${name}`;
    const original = statOf(source);
    // Nothing else is looked at where nothing has changed: there may be hundreds.
    if (!original?.isFile() || isCollected(original, copies.get(name) ?? []) || !isExecutable(source))
      continue;
    const info = readBuildInfo(source, ctx.platform);
    if (!info?.platform || !samePlatform(info.platform, ctx.platform)) continue;
    const version = formatVersion(info.version);
    const bin = join(ctx.root.tools(ctx.platform), version, "bin");
    // What `gv tools` built meanwhile is newer.
    if (writtenAt(join(bin, name)) > (statOf(source) ?? original).ctimeMs) continue;
    makeFolder(bin);
    try {
      await copyProgram(source, join(bin, name));
    } catch (error) {
      if (isGone(source)) continue; // A go install is making it anew, and its shim collects that.
      throw error;
    }
    collected.push({ name, version });
  }
  return collected;
}

/** True for the arguments of a go command that installs programs: `go install`, `go get`, `go -C <dir> install`. */
export function installsPrograms([first = "", second = "", third = ""]: readonly string[]): boolean {
  const verb = /^--?C$/.test(first) ? third : /^--?C=/.test(first) ? second : first;
  return verb === "install" || verb === "get";
}

/** The paths of all copies of each tool. */
function copiesByName(ctx: Context): Map<string, string[]> {
  const copies = new Map<string, string[]>();
  const tools = ctx.root.tools(ctx.platform);
  for (const version of namesIn(tools))
    for (const name of namesIn(`${tools}/${version}/bin`)) {
      const paths = copies.get(name);
      const path = `${tools}/${version}/bin/${name}`;
      if (paths) paths.push(path);
      else copies.set(name, [path]);
    }
  return copies;
}

/** A copy of the same length that is younger than the last change of the source is a copy of it. */
function isCollected(original: Stats, copies: readonly string[]): boolean {
  return copies.some((path) => {
    const copy = statOf(path);
    return copy !== undefined && copy.size === original.size && copy.mtimeMs >= original.ctimeMs;
  });
}

/** When a file was written, in ms since 1970; before all times where it isn't there. */
function writtenAt(path: string): number {
  return statOf(path)?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
