/** One more line of a repository's .gitignore. */
import { join } from "node:path";

import { bytesAt, type Change } from "../changes.ts";
import { statOf } from "../read.ts";

/** The change that has git pass over `line`; none where the folder is no repository's top. */
export function ignoring(top: string, line: string): readonly Change[] {
  if (statOf(join(top, ".git")) === undefined) return [];
  const path = join(top, ".gitignore");
  const before = bytesAt(path);
  return [{ path, before, after: withLastLine(before, line) }];
}

/** The file with that line at its end, unless it has it; in the line ends that it has. Whatever its encoding. */
export function withLastLine(before: Buffer | undefined, line: string): Buffer {
  const text = before?.toString("latin1") ?? "";
  const own = Buffer.from(line).toString("latin1");
  if (text.split(/\r?\n/).includes(own)) return before ?? Buffer.alloc(0);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" || text.endsWith("\n") ? "" : eol;
  return Buffer.from(text + gap + own + eol, "latin1");
}
