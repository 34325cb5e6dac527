/** docs/errors.md: its table (src/cli/failures.ts) against the code that throws, and against what gv prints. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { exits, failures } from "../src/cli/failures.ts";
import { codes, type ErrorCode, GvError } from "../src/errors.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { failedWith, scene } from "./support/scene.ts";

const src = join(import.meta.dirname, "..", "src");

/** Each `new GvError(...)` in src/: where, its code where that is written there, and all that stands in the parentheses. */
const sites = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .flatMap((path) => {
    const text = readFileSync(join(src, path), "utf8");
    return Array.from(text.matchAll(/new GvError\(/g), ({ index }) => {
      const inside = parenthesized(text.slice(index + "new GvError".length));
      const line = text.slice(0, index).split("\n").length;
      return { at: `${path}:${line}`, code: /^\(\s*"([A-Z_]+)"/.exec(inside)?.[1], inside };
    });
  });

function parenthesized(text: string): string {
  let depth = 0;
  for (const { 0: letter, index } of text.matchAll(/[()]/g)) {
    depth += letter === "(" ? 1 : -1;
    if (depth === 0) return text.slice(0, index + 1);
  }
  return text;
}

/** What a message can look like: a pattern of the first string, in which anything stands for each `${...}`. */
function patternOf(inside: string): RegExp | undefined {
  const [, plain, template] =
    /^\(\s*"[A-Z_]+",\s*(?:"([^"]*)"|`((?:\$\{(?:[^{}`]|`[^`]*`|\{[^}]*\})*\}|[^`])*)`)/s.exec(inside) ?? [];
  const text = plain ?? template;
  if (text === undefined) return undefined;
  const parts = text.split(/\$\{(?:[^{}`]|`[^`]*`|\{[^}]*\})*\}/);
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^$()[\]{}|\\]/g, "\\$&")).join(".*")}$`);
}

describe("the table of errors", () => {
  const known = Object.keys(failures) as ErrorCode[];

  it("has each code that is thrown, and none besides", () => {
    const thrown = new Set(sites.flatMap(({ code }) => code ?? []));
    expect(sites.length).toBeGreaterThan(200);
    expect([...thrown].toSorted()).toEqual(Object.keys(codes).toSorted());
    expect(known.toSorted()).toEqual(Object.keys(codes).toSorted());
  });

  it("says what each exit code means, and no other", () => {
    const used = known.map((code) => new GvError(code, "").exitCode);
    expect(Object.keys(exits).map(Number)).toEqual([...new Set([0, ...used, 127])].toSorted((a, b) => a - b));
  });

  it("each error says why, or what to type", () => {
    const passedOn = ["errors.ts", "archive/threads.ts", "cli.ts"]; // The text of another error.
    const silent = sites.filter(
      ({ at, code, inside }) =>
        code !== "INTERRUPTED" &&
        !/\bhint\b|\busage\b/.test(inside) &&
        !passedOn.some((path) => at.startsWith(`${path}:`)),
    );
    expect(silent.map(({ at }) => at)).toEqual([]);
  });

  it.each(known.filter((code) => failures[code].typed === undefined))(
    "%s: its example is one that is thrown",
    (code) => {
      const [fact = ""] = failures[code].said.split("\n");
      const patterns = sites
        .filter((site) => site.code === code)
        .flatMap(({ inside }) => patternOf(inside) ?? []);
      expect(
        patterns.filter((pattern) => pattern.test(fact)),
        `${fact} is like none of ${patterns.join("\n")}`,
      ).not.toEqual([]);
    },
  );

  it.each(known.filter((code) => failures[code].typed !== undefined))(
    "%s: its example is what gv prints",
    async (code) => {
      const { typed = "", said } = failures[code];
      const platform = { os: "linux", arch: "amd64" };
      const { box } = await scene([], {
        toolchains: [tinyToolchain("1.22.4", platform), tinyToolchain("1.22.5", platform)],
      });
      const [settings = "", words = ""] = typed.split(/(?<=^|\s)gv /);
      const env = Object.fromEntries(
        settings
          .trim()
          .split(/\s+/)
          .filter(Boolean)
          .map((one) => one.split("=")),
      );
      const { fact, hint } = failedWith(
        new GvError(code, "").exitCode,
        await box.gv(words.trim().split(" "), { env }),
      );
      expect(`${fact}\n${hint}`).toBe(said);
    },
  );
});
