/**
 * What a build from source printed, in logs/: written while it comes, so that it can be followed, and kept afterwards.
 *
 * Guarantees: no more than ten logs are kept, each of 4 MB at most; a log that can't be written stops no build.
 */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { makeFolder, newFile, type NewFile, removeFile } from "../files.ts";
import { namesIn, statOf } from "../read.ts";

const most = { logs: 10, bytes: 4 * 2 ** 20 } as const;

export interface BuildLog {
  readonly path: string;
  write(text: string): void;
  close(): void;
}

/** A new log of that name, in place of the one before. */
export function openBuildLog(ctx: Context, name: string): BuildLog {
  const { logs } = ctx.root;
  const path = join(logs, `${name}.log`);
  let file: NewFile | undefined;
  unlessFull(() => {
    makeFolder(logs, ctx.umask);
    for (const old of oldest(logs, name)) removeFile(old);
    removeFile(path);
    file = newFile(path, 0o644, ctx.umask);
  });
  let written = 0;
  return {
    path,
    write(text) {
      if (!file || written > most.bytes) return;
      const bytes = Buffer.from(text).subarray(0, most.bytes - written);
      written += text.length;
      const isKept = unlessFull(() => file?.write(bytes));
      if (!isKept) written = Number.POSITIVE_INFINITY;
    },
    close() {
      file?.close();
      file = undefined;
    },
  };
}

/** Those that make room for one more of that name. */
function oldest(logs: string, name: string): string[] {
  return namesIn(logs)
    .filter((other) => other !== `${name}.log`)
    .map((other) => join(logs, other))
    .toSorted((a, b) => (statOf(b)?.mtimeMs ?? 0) - (statOf(a)?.mtimeMs ?? 0))
    .slice(most.logs - 1);
}

/** False where the disk has no room for it, or may not be written. */
function unlessFull(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (error instanceof GvError) return false;
    throw error;
  }
}
