/**
 * Who needs which installed version: what applies here, the global version, the folders that gv knows, tools, and what
 * runs now. Reads the disk, never writes.
 *
 * A pin is read as resolve.ts reads it in its folder, for each platform; of several versions in a line all count. A
 * go.mod counts for the release that it asks for, and for the one that the go command switches to there.
 */
import { join } from "node:path";

import { newestOf } from "./choose.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { isProgram } from "./on-path.ts";
import { type Platform, samePlatform } from "./platform.ts";
import { knownProjects, type Project } from "./projects.ts";
import { isGone, realPath, namesIn, statOf } from "./read.ts";
import { allAsked, formatOrigin, type Resolution, resolveVersion } from "./resolve.ts";
import { runningPrograms } from "./running.ts";
import { requestOf } from "./select.ts";
import { isToolName } from "./shims.ts";
import { type Installed, installedVersions, isBuilt } from "./store.ts";
import { explainSwitching, findModuleFile } from "./switching.ts";
import { goBinary } from "./toolchain.ts";
import { formatVersion, parseVersion } from "./version.ts";

/** An installed version, and why it is needed: for nothing where that is empty. */
export interface Needed {
  readonly installed: Installed;
  readonly because: readonly string[];
}

/** A folder that gv knows: it asks for something, asks for nothing any more, or is gone. */
export interface KnownProject extends Project {
  readonly state: "asks" | "asks for nothing" | "gone" | "can't be looked at";
}

/** Who needs what of these, which are all that is installed; and the folders that were asked. */
export async function whoNeeds(
  ctx: Context,
  all: readonly Installed[],
): Promise<{ versions: Needed[]; projects: KnownProject[] }> {
  const reasons = new Map(all.map((one) => [one, new Set<string>()]));
  const platforms = all
    .map((one) => one.platform)
    .filter((p, i, list) => list.findIndex((q) => samePlatform(p, q)) === i);
  const add = (name: string | undefined, platform: Platform, reason: string): void => {
    const found = all.find((one) => one.name === name && samePlatform(one.platform, platform));
    if (found) reasons.get(found)?.add(reason);
  };

  const asks = async (where: Context, counts: (answer: Resolution) => boolean): Promise<boolean> => {
    let isAsked = false;
    for (const platform of platforms)
      for (const answer of (await allAsked(where, platform)).filter(counts)) {
        isAsked = true;
        if (answer.kind === "version") add(answer.name, platform, describe(answer));
      }
    for (const { name, reason } of await ofModule(where)) add(name, ctx.platform, reason);
    return isAsked || moduleFileIn(where) !== undefined;
  };

  await asks(ctx, () => true);
  const projects: KnownProject[] = [];
  for (const project of knownProjects(ctx)) {
    const isThere = statOf(project.path)?.isDirectory() === true;
    const isAsking =
      isThere && (await asks(within(ctx, project.path), ({ origin }) => origin.kind === "file"));
    const isLost = !isThere && !isGone(project.path);
    const state = isAsking ? "asks" : isThere ? "asks for nothing" : isLost ? "can't be looked at" : "gone";
    projects.push({ ...project, state });
  }
  for (const one of all) {
    const { name, link } = one;
    if (isBuilt(one)) reasons.get(one)?.add("it was built here: gv uninstall");
    if (link === undefined) continue;
    for (const other of all) {
      if (other.name === name) reasons.get(other)?.add("a link of your own: gv unlink");
      else if (realPath(other.folder) === realPath(link)) reasons.get(other)?.add(`${name} leads to it`);
    }
  }
  for (const { pid, path } of runningPrograms() ?? []) {
    const runs = all.find(({ folder }) => path.startsWith(`${realPath(folder)}/`));
    if (runs) reasons.get(runs)?.add(`it runs now (process ${pid})`);
  }
  for (const platform of platforms) addForTools(ctx, platform, reasons);
  return {
    versions: all.map((installed) => ({ installed, because: [...(reasons.get(installed) ?? [])] })),
    projects,
  };
}

/** The same context in another folder, and without what was chosen for this shell alone. */
function within(ctx: Context, cwd: string): Context {
  const { GV_VERSION: _chosen, GOTOOLCHAIN_INTERNAL_SWITCH_VERSION: _switched, ...env } = ctx.env;
  return { ...ctx, cwd, env };
}

function describe(answer: Extract<Resolution, { kind: "version" }>): string {
  const { origin } = answer;
  const text = "text" in origin && origin.text !== answer.name ? ` (${origin.text})` : "";
  return `${origin.kind === "global" ? "the global version: " : ""}${formatOrigin(origin)}${text}`;
}

/** What go.mod or go.work asks for there, and what the go command that applies there switches to by it. */
async function ofModule(where: Context): Promise<{ name: string; reason: string }[]> {
  const file = moduleFileIn(where);
  const request = file && requestOf(file.lines);
  const newest = request && (await newestOf(installedVersions(where, where.platform), request));
  const target = await switchTarget(where);
  return [
    ...(file && newest ? [{ name: formatVersion(newest), reason: file.path }] : []),
    ...(target === undefined ? [] : [target]),
  ];
}

function moduleFileIn(where: Context): ReturnType<typeof findModuleFile> {
  try {
    return findModuleFile(where);
  } catch (error) {
    if (error instanceof GvError) return undefined; // A GOWORK that the go command refuses.
    throw error;
  }
}

async function switchTarget(where: Context): Promise<{ name: string; reason: string } | undefined> {
  const chosen = await resolveVersion(where);
  const go =
    chosen.kind === "version"
      ? join(chosen.dir, "bin", goBinary(where.platform))
      : chosen.kind === "system"
        ? chosen.path
        : undefined;
  if (go === undefined) return undefined;
  const { selection, file, itself } = explainSwitching(where, go);
  if (selection?.kind !== "runs" || selection.by === "itself") return undefined;
  const version = parseVersion(selection.toolchain);
  const by = selection.by === "GOTOOLCHAIN" ? "GOTOOLCHAIN" : (file?.path ?? "go.mod");
  return version && { name: formatVersion(version), reason: `${itself} switches to it: ${by}` };
}

/**
 * No tool is lost: of the versions that nothing needs, the newest one that has a tool stays, unless one that stays has
 * that tool, too. It is the one whose copy the shims take.
 */
function addForTools(ctx: Context, platform: Platform, reasons: Map<Installed, Set<string>>): void {
  const ofPlatform = [...reasons].filter(([one]) => samePlatform(one.platform, platform));
  const goes = ofPlatform.filter(([{ version }, because]) => version !== undefined && because.size === 0);
  const going = new Set(goes.map(([{ name }]) => name));
  const folders = namesIn(ctx.root.tools(platform));
  const kept = new Set(
    folders.filter((name) => !going.has(name)).flatMap((name) => toolsOf(ctx, platform, name)),
  );
  for (const [{ name }, because] of goes.toReversed()) {
    const own = toolsOf(ctx, platform, name).filter((tool) => !kept.has(tool));
    if (own.length > 0) because.add(`the only one with these tools: ${own.join(", ")}`);
    if (own.length > 0) for (const tool of toolsOf(ctx, platform, name)) kept.add(tool);
  }
}

function toolsOf(ctx: Context, platform: Platform, name: string): string[] {
  const bin = join(ctx.root.tools(platform), name, "bin");
  return namesIn(bin).filter((tool) => isToolName(tool) && isProgram(join(bin, tool)));
}
