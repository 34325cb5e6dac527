/** Reading what may not be there: an absent or unreadable folder has no names, such a file no text. */
import { readdirSync, readFileSync, statSync } from "node:fs";

/** The names in a folder; none where it isn't there or can't be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The text of a small file; undefined where it isn't there, can't be read, or is no regular file. */
export function textOf(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
