/** Programs: what is one, and which of a name comes first on PATH. Reads the disk, never writes. */
import { accessSync, constants } from "node:fs";
import { basename, join } from "node:path";

import type { Context } from "./context.ts";
import { statOf } from "./read.ts";

/** True where this user may execute it; a folder may be executed, too. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first executable of that name on PATH that is no shim of gv's; empty and relative entries are skipped. */
export function onPath(ctx: Context, tool: string): string | undefined {
  return allOnPath(ctx, tool).find((path) => !isShim(ctx, path));
}

/** Every executable of that name on PATH, gv's shims among them. */
export function allOnPath(ctx: Context, tool: string): string[] {
  const folders = (ctx.env["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/"));
  return folders.map((folder) => `${folder}/${tool}`).filter(isProgram);
}

/** True for this root's shim of that name: by whatever path, or a link to it. */
export function isShim(ctx: Context, path: string): boolean {
  const [first, second] = [statOf(path), statOf(join(ctx.root.shims, basename(path)))];
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}

/** True for a file (or a link to one) that may be executed. */
export function isProgram(path: string): boolean {
  return isFile(path) && isExecutable(path);
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}
