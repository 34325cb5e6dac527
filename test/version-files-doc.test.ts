/** docs/version-files.md: what its tables say that gv does, gv does. */
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { afterAll, describe, expect, it } from "vitest";

import { newestOf } from "../src/choose.ts";
import { install } from "../src/install.ts";
import { resolveVersion } from "../src/resolve.ts";
import { requestOfModule } from "../src/switching.ts";
import { formatVersion, parseRequest, parseVersion } from "../src/version.ts";
import { sandbox } from "./support/sandbox.ts";
import { contextFor, Scenes, writeTree } from "./support/shell.ts";

const scenes = new Scenes();
afterAll(() => scenes.remove());

const page = readFileSync(new URL("../docs/version-files.md", import.meta.url), "utf8");
const installed = ["1.9.7", "1.20.0", "1.20.14", "1.21.0", "1.22.5", "1.22.10", "1.23rc1", "mygo"];
const published = ["1.20.0", "1.20.14", "1.21.0", "1.21.13", "1.22.12", "1.23rc1", "1.23rc2"];

/** The rows of the table under a heading, each as its cells. */
function rowsUnder(heading: string): { first: string; second: string; third: string }[] {
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => {
    const [, first = "", second = "", third = ""] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { first, second, third };
  });
}

/** The text of a cell that is code: `1.22.5\n` with its escapes read. */
function codeIn(cell: string): string {
  const [, code = ""] = /^`(.*)`$/.exec(cell) ?? [];
  const text: unknown = JSON.parse(`"${code.replaceAll("\\|", "|").replaceAll('"', '\\"')}"`);
  return String(text);
}

/** What a cell says of the outcome: a version, or how it begins. */
function saidBy(cell: string): string {
  const [words = cell, code] = /^(?:`([^`]+)`|refused|not installed|says nothing)/.exec(cell) ?? [];
  return code ?? words;
}

/** A folder `p` for the file, in one that pins 1.9.7: what is left where the file says nothing. */
function folder(): { top: string; outcome: () => Promise<string> } {
  const top = scenes.withRoot(installed);
  writeTree(top, { ".go-version": "1.9.7", "p/": "" });
  const ctx = contextFor(join(top, "root"), { cwd: join(top, "p"), env: {} });
  const outcome = async () => {
    const { kind, ...answer } = await resolveVersion(ctx);
    if (kind === "missing") return "not installed";
    const name = "name" in answer ? answer.name : kind;
    return name === "1.9.7" ? "says nothing" : name;
  };
  return { top, outcome };
}

it("names the versions that the tests have", () => {
  const named = [...page.matchAll(/^(?:These tables|A shim takes)[^]*?\n\n/gm)].map(([text]) =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name).filter((name) => name !== "gv install"),
  );
  expect(named).toEqual([installed, published]);
});

describe.each([".go-version", ".tool-versions"])("%s", (name) => {
  const rows = rowsUnder(name);
  it("has rows", () => expect(rows.length).toBeGreaterThan(15));
  it.each(rows)("$first: $second", async ({ first, second }) => {
    const { top, outcome } = folder();
    writeTree(top, { [`p/${name}`]: codeIn(first) });
    expect(await outcome()).toBe(saidBy(second));
  });
});

describe("what may stand in the file's place", () => {
  const long = "# why\n".repeat(350_000);
  const makers: Readonly<Record<string, (path: string) => void>> = {
    "a link to a file": (path) => writeTree(path, { "../real": "1.22.5\n", "../.go-version": "-> real" }),
    "a folder": (path) => writeTree(path, { "x/": "" }),
    "a link that leads nowhere": (path) => writeTree(path, { "../.go-version": "-> nowhere" }),
    "a loop of links": (path) => writeTree(path, { "../.go-version": "-> .go-version" }),
    "a FIFO": (path) => void spawnSync("mkfifo", [path]),
    "a device": (path) => writeTree(path, { "../.go-version": "-> /dev/zero" }),
    "a file that you may not read": (path) => {
      writeTree(path, { "../.go-version": "1.22.5\n" });
      chmodSync(path, 0o000);
    },
    "a version and 2 MB below it": (path) => writeTree(path, { "../.go-version": `1.22.5\n${long}` }),
    "a line of 2 MB": (path) =>
      writeTree(path, { "../.go-version": `1.22.5 #${long.replaceAll("\n", " ")}` }),
    "a version behind 2 MB of comments": (path) => writeTree(path, { "../.go-version": `${long}1.22.5\n` }),
  };
  const rows = rowsUnder("What may stand in the file's place");
  it("is all here", () => expect(rows.map(({ first }) => first)).toEqual(Object.keys(makers)));
  it.each(rows)("$first: $second", async ({ first, second }) => {
    if (first.includes("may not read") && process.getuid?.() === 0) return; // root may read all
    const { top, outcome } = folder();
    makers[first]?.(join(top, "p/.go-version"));
    expect(await outcome()).toBe(saidBy(second));
  });
});

describe("what a word means", () => {
  const rows = rowsUnder("What a word means");
  it("has rows", () => expect(rows.length).toBeGreaterThan(20));
  it.each(rows)("$first for a shim: $second", async ({ first, second }) => {
    const { top, outcome } = folder();
    writeTree(top, { "p/.go-version": codeIn(first) });
    expect(await outcome()).toBe(saidBy(second));
  });
  it.each(rows)("$first for gv install: $third", async ({ first, third }) => {
    expect(await taken(codeIn(first))).toBe(saidBy(third));
  });
});

/** What gv install takes of the published ones; `refused` where it refuses before it asks any server. */
async function taken(spec: string): Promise<string> {
  const silent = {
    onProgress: () => undefined,
    onWait: () => undefined,
    onWarning: () => undefined,
    onNote: () => undefined,
  };
  const versions = published.flatMap((name) => parseVersion(name) ?? []);
  try {
    const box = sandbox();
    box.write("go.mod", "go 1.21\n");
    const ctx = box.context();
    const typed = parseRequest(spec);
    const request = typed.kind === "go.mod" ? requestOfModule(ctx) : typed;
    const newest = await newestOf(versions, request);
    if (newest) return formatVersion(newest);
    await install(ctx, request, ctx.platform, silent);
    return "installed";
  } catch (error) {
    expect(error).toMatchObject({ code: "BAD_SPEC" });
    return "refused";
  }
}
