/** Programs: what is one, and which of a name comes first on PATH. Reads the disk, never writes. */
import { accessSync, constants, type Stats, statSync } from "node:fs";

import type { Context } from "./context.ts";

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
  for (const folder of (ctx.env["PATH"] ?? "").split(":")) {
    const path = `${folder}/${tool}`;
    if (folder.startsWith("/") && isProgram(path) && !sameFolder(folder, ctx.root.shims)) return path;
  }
  return undefined;
}

/** True for a file (or a link to one) that may be executed. */
export function isProgram(path: string): boolean {
  return isFile(path) && isExecutable(path);
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}

function sameFolder(a: string, b: string): boolean {
  const [first, second] = [statOf(a), statOf(b)];
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
