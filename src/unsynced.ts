/**
 * Versions that may not be on disk yet. A file system writes the name of a tree before the data of its files, minutes
 * before it may be, and an fsync of 10,000 files takes seconds: so an install doesn't wait for it. A mark in unsynced/
 * says in which run of the system the version was written: as long as that runs, the kernel has every byte. A process
 * of its own syncs the file system and takes the mark away. What still has one after a restart is looked at
 * (commands/recover.ts).
 *
 * Guarantees: the mark is on disk before the version's name is; one install's sync takes away no other one's mark.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

import type { Context } from "./context.ts";
import { makeFolder, removeFile, writeAtomically } from "./files.ts";
import { platformFolder, platformOfFolder } from "./platform.ts";
import { namesIn, textOf } from "./read.ts";
import type { Release } from "./toolchain.ts";
import { formatVersion, parseFolderName } from "./version.ts";

/** A version that was written in an earlier run of the system, and never noted to be on disk. */
export interface Unsynced {
  readonly release: Release;
  readonly mark: string;
}

/** Marks a version that is about to get its name. Gives the mark's path. */
export function markUnsynced(ctx: Context, { version, platform }: Release): string {
  makeFolder(ctx.root.unsynced);
  const name = `${platformFolder(platform)}-${formatVersion(version)}-${crypto.randomUUID()}`;
  const mark = join(ctx.root.unsynced, name);
  writeAtomically(mark, `${ctx.boot}\n`);
  return mark;
}

/** Takes a mark away: the version is on disk, or there is none. */
export function unmark(mark: string): void {
  removeFile(mark);
}

/**
 * Has the file system of the root written out and the mark taken away, by a process that outlives this one. Where
 * there is no `sync -f` (macOS; a container that ends first), the mark stays: the version is looked at once.
 */
export function syncInBackground(ctx: Context, mark: string): void {
  if (ctx.platform.os !== "linux") return; // Others take no such option, or don't wait until it is written.
  const words = ["-c", 'sync -f "$1" && rm -f "$1"', "gv-sync", mark];
  // Not by the user's own PATH: a program of theirs may be called sync.
  const env = { PATH: "/usr/bin:/bin:/run/current-system/sw/bin" };
  const child = spawn("/bin/sh", words, { detached: true, stdio: "ignore", cwd: "/", env });
  child.on("error", () => undefined).unref();
}

/** What was written in an earlier run of the system. What is no mark, is none. */
export function earlierUnsynced(ctx: Context): Unsynced[] {
  return namesIn(ctx.root.unsynced).flatMap((name) => {
    const [, folder = "", version = ""] = /^([a-z0-9]+-[a-z0-9]+)-(.+)-[0-9a-f-]{36}$/.exec(name) ?? [];
    const [platform, parsed] = [platformOfFolder(folder), parseFolderName(version)];
    const mark = join(ctx.root.unsynced, name);
    const boot = textOf(mark)?.trim();
    if (!platform || !parsed || boot === undefined || boot === ctx.boot) return [];
    return [{ release: { version: parsed, platform }, mark }];
  });
}
