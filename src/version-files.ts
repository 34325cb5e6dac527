/**
 * Version files: which words of a file's text ask for a Go. Pure: text in, words out; no word is judged here.
 *
 * Read as goenv, asdf, mise and setup-go read them, wherever those agree (docs/architecture.md, "Which version").
 * shims/shim.sh reads the same two formats; test/resolve.cases.ts runs through both.
 */

/** A word that asks for a version, and the line it stands on (from 1). */
export interface Line {
  readonly spec: string;
  readonly line: number;
}

export interface VersionFile {
  readonly name: string;
  /** What the text asks for, best first; empty when it says nothing about Go. */
  read(text: string): readonly Line[];
}

/** `.go-version`, and gv's own global `version`: the first word of the first line that has one. */
export const goVersionFile: VersionFile = {
  name: ".go-version",
  read(text) {
    const first = lines(text).find(({ words }) => words.length > 0);
    if (first === undefined) return [];
    const [word = ""] = first.words;
    return [{ spec: isRange(first.words) ? first.words.join(" ") : word, line: first.line }];
  },
};

/** asdf's `.tool-versions`: the first line that is for `golang` (asdf, mise) or `go` (mise); it may list several. */
export const toolVersionsFile: VersionFile = {
  name: ".tool-versions",
  read: (text) => wordsFor(text, ["golang", "go"]),
};

/** The words of the first line of a .tool-versions that is for one of these names. */
export function wordsFor(text: string, names: readonly string[]): readonly Line[] {
  const first = lines(text).find(({ words }) => names.includes(words[0] ?? ""));
  if (first === undefined) return [];
  return first.words.slice(1).map((spec) => ({ spec, line: first.line }));
}

/**
 * How much of a version file is read, in bytes. The shim reads no further than that, either: what is longer than
 * 200 lines, or has a line of 1000 characters, it leaves to Node.
 */
export const readLimit = 1_000_000;

/** The files that pin a version for a directory, in the order they are asked. */
export const versionFiles: readonly VersionFile[] = [goVersionFile, toolVersionsFile];

/** The lines with their words; comments, blanks of any kind, a byte order mark, and NUL (in UTF-16 each second byte) dropped. */
function lines(text: string): readonly { words: readonly string[]; line: number }[] {
  return text
    .replaceAll("\0", "")
    .split("\n")
    .map((content, index) => {
      // A byte order mark, in whichever encoding it was decoded: what stands before the first character of ASCII.
      const line = index === 0 ? content.replace(/^[^!-~]+/, "") : content;
      const words = line.replace(/#.*/s, "").split(/[\s\u0085]+/);
      return { words: words.filter((word) => word !== ""), line: index + 1 };
    });
}

/** setup-go reads the whole line as a semver range: `>=1.21 <1.23`, `1.21 || 1.23`, `1.21 - 1.23`. */
function isRange([first = "", second = ""]: readonly string[]): boolean {
  return /^[\^~<>=*]/.test(first) || second === "-" || /^(?:\|\||[<>=^~])/.test(second);
}
