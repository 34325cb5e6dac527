/** What runs on this machine, as far as /proc tells: on Linux, of the processes that this user may look at. */
import { readFileSync, readlinkSync } from "node:fs";

import { namesIn } from "./read.ts";

export interface RunningProgram {
  readonly pid: number;
  /** The path of its file; of one that was removed with " (deleted)" behind it. */
  readonly path: string;
  /** Its words, each with a NUL behind it. */
  readonly words: string;
}

/** Every process that can be looked at; undefined where the system has no /proc. */
export function runningPrograms(): readonly RunningProgram[] | undefined {
  const all = namesIn("/proc").filter((name) => /^\d+$/.test(name));
  if (all.length === 0) return undefined;
  return all.flatMap((pid) => {
    try {
      const path = readlinkSync(`/proc/${pid}/exe`);
      return { pid: Number(pid), path, words: readFileSync(`/proc/${pid}/cmdline`, "utf8") };
    } catch {
      return []; // It has ended, is another user's, or the kernel's own.
    }
  });
}
