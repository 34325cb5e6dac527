/**
 * What a failed change of the disk means for a person: the fact, the reason, and what else can be done.
 */
import { constants } from "node:os";

import { GvError, systemCode } from "./errors.ts";

/** What else can be done where a file can't be written: in gv's root, and among the user's own. */
const remedies = {
  root: {
    full: "a release of Go needs about 300 MB: free some, or put gv's root elsewhere with GV_ROOT. Nothing half-made was kept.",
    refused: "gv's own root can be put elsewhere with GV_ROOT",
  },
  user: { full: "free some; the file is as it was", refused: "the file is as it was" },
} as const;

/** Whose a file is, by where it is. */
export type Whose = keyof typeof remedies;

/**
 * Says what a failed change of the disk means for a person: NO_SPACE, or NOT_WRITABLE with the system's code
 * and its reason. What is no error of the system stays as it is.
 */
export function diskError(error: unknown, path: string, whose: Whose = "root"): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const { full, refused } = remedies[whose];
  if (code === "ENOSPC" || isFullQuota(error))
    return new GvError("NO_SPACE", `no space left to write ${path}`, { hint: full, cause: error });
  return new GvError("NOT_WRITABLE", `${path} can't be written (${code})`, {
    hint: `${writeReasons[code] ?? "the system refuses it"}; ${refused}`,
    cause: error,
  });
}

/** By its number: Node has no name for EDQUOT (its code is "Unknown system error -122" on Linux). */
function isFullQuota(error: unknown): boolean {
  return error instanceof Error && "errno" in error && error.errno === -constants.errno.EDQUOT;
}

const writeReasons: Readonly<Record<string, string>> = {
  EROFS: "it is on a file system that is read-only",
  EACCES: "it isn't yours to write: ls -ld shows whose it is",
  EPERM: "it isn't yours to write: ls -ld shows whose it is",
  EEXIST: "a file is where a folder should be, or the other way round: move it away",
  ENOTDIR: "a file is where a folder should be, or the other way round: move it away",
  EISDIR: "a file is where a folder should be, or the other way round: move it away",
  ENOENT: "its folder was deleted, or a link on the way leads nowhere",
  ELOOP: "links on the way lead to one another",
  EXDEV: "it is on another file system than staging/ beside it: one root, one file system",
};

/** Runs a change of `path`; what the system says against it is thrown as diskError has it. */
export function writing<T>(path: string, act: () => T, whose: Whose = "root"): T {
  try {
    return act();
  } catch (error) {
    throw diskError(error, path, whose);
  }
}
