/** What README and its translation say of the code and of the other pages: variables, and the figures of docs/matrix.md. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

const repository = join(import.meta.dirname, "..", "..");
const text = (...path: readonly string[]) => readFileSync(join(repository, ...path), "utf8");

/** What gv asks by its name. Those who only look (gv doctor, its checks, gv snapshot) look at all that there is. */
function variablesRead(): string[] {
  const files = readdirSync(join(repository, "src"), { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !/^(?:checks|doctor|snapshot)\//.test(path),
  );
  const asked =
    /\benv(?:ironment)?(?:\["|\.)([A-Z][A-Z0-9_]+)|(?:[sS]etting|settingWithin|moved)\([^()"]*"([A-Z][A-Z0-9_]+)"/g;
  const names = files.flatMap((path) =>
    [...text("src", path).matchAll(asked)].map(([, direct, named]) => direct ?? named ?? ""),
  );
  return [...new Set(names)].toSorted();
}

/** The names in the first column of the tables. */
function variablesIn(document: string): string[] {
  const cells = text(document)
    .split("\n")
    .flatMap((line) => /^\| ([^|]+)\|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([A-Z][A-Z0-9_]+)(?:=1)?`/g)].map(([, name = ""]) => name),
  );
}

it.each(["README.md", "README.zh-CN.md"])("%s has each variable that gv reads", (document) => {
  const read = variablesRead();
  expect(read.length).toBeGreaterThan(30);
  const told = variablesIn(document);
  expect(read.filter((name) => !told.includes(name))).toEqual([]);
});

it("both name the same variables", () => {
  expect(variablesIn("README.zh-CN.md")).toEqual(variablesIn("README.md"));
});

it.each(["README.md", "README.zh-CN.md"])(
  "%s says how many set-ups hold, as docs/matrix.md does",
  (document) => {
    const [, all = "", atOnce = ""] =
      /^\*\*(\d+) of \1 set-ups hold all four steps: (\d+) at once/m.exec(text("docs/matrix.md")) ?? [];
    expect(text(document)).toMatch(new RegExp(`${all} (?:set-ups|种环境)`));
    expect(text(document)).toMatch(new RegExp(`${atOnce} (?:held|种的四步)`));
    expect(all).not.toBe("");
  },
);
