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
    return [{ spec: isRange(first.words) ? first.words.join(" ") : bare(first.words), line: first.line }];
  },
};

/** asdf's `.tool-versions`: the first line that is for `golang` (asdf, mise) or `go` (mise); it may list several. */
export const toolVersionsFile: VersionFile = {
  name: ".tool-versions",
  read(text) {
    const first = lines(text).find(({ words }) => words[0] === "golang" || words[0] === "go");
    if (first === undefined) return [];
    return first.words.slice(1).map((word) => ({ spec: bare([word]), line: first.line }));
  },
};

/** The files that pin a version for a directory, in the order they are asked. */
export const versionFiles: readonly VersionFile[] = [goVersionFile, toolVersionsFile];

/** The lines with their words; comments, blanks of any kind and a byte order mark dropped, and NUL, which no sh can read. */
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

/** `go1.22.5` and `v1.22.5` are 1.22.5 in any version file. */
function bare([word = ""]: readonly string[]): string {
  return word.replace(/^(?:go|v)(?=\d)/, "");
}
