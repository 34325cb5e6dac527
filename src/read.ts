/** Reading what may not be there: an absent or unreadable folder has no names, such a file no text; folders upwards. */
import {
  closeSync,
  constants,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";

import { systemCode } from "./errors.ts";

/** The names in a folder; none where it isn't there or can't be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The names in a folder, with what each is; none where it isn't there or can't be read. */
export function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** In bytes: no file that gv reads as a whole is longer; one that is would only be waited for. */
const longest = 64 * 2 ** 20;

/** The text of a small file; undefined where it isn't there, can't be read, is no regular file, or is no small one. */
export function textOf(path: string): string | undefined {
  try {
    const stats = statOf(path);
    return stats?.isFile() && stats.size <= longest ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The texts of the regular files in a folder, by their names; for many small ones, since the look at each that `textOf`
 * takes costs as much as reading it.
 */
export function textsIn(folder: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const one of entriesIn(folder))
    try {
      if (one.isFile()) texts.set(one.name, readFileSync(`${folder}/${one.name}`, "utf8"));
    } catch {
      // As good as absent.
    }
  return texts;
}

/** True where a file holds these bytes and no others. Waits for nobody, whatever it is: a pipe holds nothing. */
export function holds(path: string, content: Uint8Array): boolean {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = Buffer.alloc(content.length + 1);
      return readSync(file, found) === content.length && found.subarray(0, -1).equals(content);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/**
 * The text at the start of a stranger's file, as `textOf`: of one that is longer than `limit` bytes, the lines
 * that end within them.
 */
export function startOf(path: string, limit: number): string | undefined {
  try {
    const stats = statOf(path);
    if (!stats?.isFile() || stats.size <= limit) return textOf(path);
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(limit);
      const text = bytes.toString("utf8", 0, readSync(file, bytes));
      return text.slice(0, text.lastIndexOf("\n") + 1);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** The text at the end of a log that grows: at most `limit` bytes, whole lines; undefined as `textOf`. */
export function endOf(path: string, limit: number): string | undefined {
  try {
    const stats = statOf(path);
    if (!stats?.isFile() || stats.size <= limit) return textOf(path);
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(limit);
      const text = bytes.toString("utf8", 0, readSync(file, bytes, 0, limit, stats.size - limit));
      return text.slice(text.indexOf("\n") + 1);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** What the system says of a file or folder; undefined where it says nothing. Of an absent one without an error: those cost. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Whether it was changed more than `age` ms before `now` (ms since 1970); false where the system doesn't say. */
export function isOlder(path: string, age: number, now: number): boolean {
  const stats = statOf(path);
  return stats !== undefined && now - stats.mtimeMs > age;
}

/** A path with its links resolved; itself where it leads nowhere. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Where a link leads; undefined of anything else. */
export function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** True where there is nothing of that name; false also where that can't be looked at (an unmounted or foreign folder). */
export function isGone(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "");
  }
}

/** Whether two paths lead to the same file or folder; undefined where one of them can't be looked at. */
export function isSameFile(path: string, other: string): boolean | undefined {
  try {
    const [a, b] = [statSync(path), statSync(other)];
    return a.dev === b.dev && a.ino === b.ino;
  } catch {
    return undefined;
  }
}

/**
 * The directory and all above it without the last slash: `/a/b`, `/a`, and `` for the root. From a `.`, whose path
 * Node can't tell: `.`, `./..`, and on to the root.
 */
export function* upwards(directory: string): Generator<string> {
  if (directory === ".")
    for (let above = "."; ; above += "/..") {
      yield above;
      if (isSameFile(above, `${above}/..`) !== false) return;
    }
  let at = directory.endsWith("/") ? directory.slice(0, -1) : directory;
  while (at !== "") {
    yield at;
    at = at.slice(0, at.lastIndexOf("/"));
  }
  yield "";
}
