/** Which folders are the project's: where its settings and its modules are looked for. */
import { dirname } from "node:path";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { entriesIn, statOf, upwards } from "../read.ts";
import { findModuleFile, type ModuleFile } from "../switching.ts";

/**
 * The folders from the current one up to the project's top, which is the nearest with a .git; without one, the farthest
 * with a go.work or go.mod; else the current one. Nothing from the home folder on, unless that is the current one.
 */
export function projectFolders(ctx: Context): readonly string[] {
  const folders = [...upwards(ctx.cwd)].filter((folder) => folder !== "" && !folder.startsWith("."));
  const home = folders.indexOf(ctx.home);
  const own = home > 0 ? folders.slice(0, home) : folders;
  const git = own.findIndex((folder) => statOf(`${folder}/.git`) !== undefined);
  const top = git >= 0 ? git : own.findLastIndex(hasModule);
  return folders.slice(0, Math.max(top, 0) + 1);
}

/** The topmost of them. */
export function projectTop(ctx: Context): string {
  return projectFolders(ctx).at(-1) ?? ctx.cwd;
}

/** The go.work or go.mod that applies; undefined where there is none, or GOWORK is one that the go command refuses. */
export function moduleFileHere(ctx: Context): ModuleFile | undefined {
  try {
    return findModuleFile(ctx);
  } catch (error) {
    if (error instanceof GvError) return undefined;
    throw error;
  }
}

function hasModule(folder: string): boolean {
  return ["go.work", "go.mod"].some((name) => statOf(`${folder}/${name}`)?.isFile() === true);
}

/** How many folders below a project are looked at, and how deep: a tree may be of any size. */
const bounds = { folders: 1000, depth: 5 };

/**
 * The folders with a go.mod in a project's folder and below it, as the go command's own patterns walk it: without vendor,
 * testdata, and what begins with a dot or an underscore; without node_modules, too. None below the home folder and the
 * root: what lies there is no one project.
 */
export function modulesBelow(ctx: Context, top: string): readonly string[] {
  if (top === ctx.home || top === "/") return [];
  const found: string[] = [];
  let row = [top];
  for (let depth = 0, seen = 0; depth <= bounds.depth; depth++) {
    const next: string[] = [];
    for (const folder of row) {
      if (++seen > bounds.folders) return found;
      const entries = entriesIn(folder);
      if (entries.some((entry) => entry.name === "go.mod" && !entry.isDirectory())) found.push(folder);
      const below = entries.filter((entry) => entry.isDirectory() && !isPassedOver(entry.name));
      next.push(...below.map(({ name }) => `${folder}/${name}`));
    }
    row = next;
  }
  return found;
}

function isPassedOver(name: string): boolean {
  return /^[._]|^(?:vendor|testdata|node_modules)$/.test(name);
}

/** The nearest file of that name, here or above; undefined where there is none. */
export function nearestFile(ctx: Context, name: string): string | undefined {
  for (const folder of upwards(ctx.cwd))
    if (statOf(`${folder}/${name}`)?.isFile() === true) return `${folder}/${name}`;
  return undefined;
}

/** A folder as it is written from another one above or beside it. */
export function relativeFolder(folder: string, from: string): string {
  if (folder === from) return ".";
  if (folder.startsWith(`${from}/`)) return `.${folder.slice(from.length)}`;
  return dirname(folder) === dirname(from) ? `../${folder.slice(dirname(folder).length + 1)}` : folder;
}
