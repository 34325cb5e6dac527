/** src/version-files.ts: what the text of each file says, by rows. */
import { describe, expect, it } from "vitest";

import { goVersionFile, toolVersionsFile, versionFiles } from "../src/version-files.ts";

/** Text, then each word with its line. */
type Row = readonly [text: string, ...lines: string[]];

const shorten = (lines: readonly { spec: string; line: number }[]) =>
  lines.map((l) => `${l.line}: ${l.spec}`);

const goVersion: readonly Row[] = [
  ["1.22.5\n", "1: 1.22.5"],
  ["1.22.5", "1: 1.22.5"],
  ["\uFEFF1.22.5\r\n", "1: 1.22.5"],
  ["go1.22.5", "1: go1.22.5"],
  ["v1.22", "1: v1.22"],
  ["gopher", "1: gopher"],
  ["go", "1: go"],
  ["# a\n\n  1.22 # b", "3: 1.22"],
  ["#1.22"],
  ["1.22#b", "1: 1.22"],
  ["1.22.5 1.21.0\n1.20.0", "1: 1.22.5"],
  [">=1.21   <1.23 # both", "1: >=1.21 <1.23"],
  ["1.21 || 1.23", "1: 1.21 || 1.23"],
  ["1.21 ||1.23", "1: 1.21 ||1.23"],
  ["1.21 - 1.23", "1: 1.21 - 1.23"],
  ["1.21 <1.23", "1: 1.21 <1.23"],
  ["*", "1: *"],
  ["../x", "1: ../x"],
  ["\uFEFF1\0.\u00002\0\n\0", "1: 1.2"],
  ["1.22.5\u00a0", "1: 1.22.5"],
  ["1.21\u2003-\u30001.23", "1: 1.21 - 1.23"],
  ["1\0.\u00002\u00002\0", "1: 1.22"],
  [""],
  ["\uFEFF"],
  [" \t\r\n\r\n"],
];

const toolVersions: readonly Row[] = [
  ["golang 1.22.5\n", "1: 1.22.5"],
  ["go 1.22.5", "1: 1.22.5"],
  ["nodejs 20\ngolang\t1.22.5\t1.21.0 system\r\n", "2: 1.22.5", "2: 1.21.0", "2: system"],
  ["\uFEFFgolang go1.22.5", "1: go1.22.5"],
  ["#golang 1.20\ngolang 1.22.5#1.21\ngolang 1.9.7", "2: 1.22.5"],
  ["golang path:/x ref:main", "1: path:/x", "1: ref:main"],
  ["golang\ngo 1.22"],
  ["gopls 1.22"],
  ["\u00a0golang\u00a01.22.5", "1: 1.22.5"],
  [""],
];

describe.each([
  [".go-version", goVersionFile, goVersion],
  [".tool-versions", toolVersionsFile, toolVersions],
])("%s", (_, file, rows) => {
  it.each(rows.map(([text, ...lines]) => ({ text, lines })))("$text", ({ text, lines }) => {
    expect(shorten(file.read(text))).toEqual(lines);
  });
});

it("asks .go-version before .tool-versions", () => {
  expect(versionFiles.map(({ name }) => name)).toEqual([".go-version", ".tool-versions"]);
});
