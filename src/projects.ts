/**
 * The folders that asked gv for a version: projects/ has a link to each, for `gv prune` to look at what they ask for now.
 * The commands that a person types for a folder record it, and a go that is installed on the spot; else shims record
 * nothing, since they cost nothing.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { makeLink, removeFile } from "./files.ts";
import { linkTarget, namesIn } from "./read.ts";
import { prepareRoot } from "./root.ts";

export interface Project {
  readonly path: string;
  /** The link that says so. */
  readonly record: string;
}

/**
 * Records the current directory, in a root that is there. One that can't be recorded isn't: no command fails for it.
 * Each has a link of its own, so any number may do this at once.
 */
export function rememberProject(ctx: Context): void {
  if (!isAbsolute(ctx.cwd) || !existsSync(ctx.root.path)) return;
  try {
    prepareRoot(ctx);
    makeLink(ctx.cwd, recordOf(ctx));
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
  }
}

/** The link that says that the current directory asked. */
export function recordOf({ cwd, root }: Context): string {
  const name = basename(cwd)
    .replaceAll(/[^A-Za-z0-9._-]/g, "")
    .slice(0, 40);
  const tag = createHash("sha256").update(cwd).digest("hex").slice(0, 8);
  return join(root.projects, `${name}-${tag}`);
}

/** Every folder that is recorded, there or not. */
export function knownProjects(ctx: Context): Project[] {
  return namesIn(ctx.root.projects).flatMap((name) => {
    const record = join(ctx.root.projects, name);
    const path = linkTarget(record);
    return path === undefined ? [] : { path, record }; // Else it isn't one of gv's.
  });
}

/** Takes a folder out of the record; the folder stays. */
export function forgetProject({ record }: Project): void {
  removeFile(record);
}
