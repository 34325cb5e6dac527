/**
 * Many at once: processes that install, uninstall, rehash and run shims at random, all in one root. Each ends well or
 * with an error that is documented, and in the end what is listed is proven, has its shim, and nothing is left.
 * Ten seconds; GV_STRESS=60 says others, GV_FUZZ_SEED repeats the choices of a run (not how they interleave).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { namesIn } from "../../src/read.ts";
import { listInstalled } from "../../src/store.ts";
import type { Ran } from "../support/sandbox.ts";
import { type Scene, scene } from "../support/scene.ts";
import { brokenIn, leftovers } from "./sweep.ts";

const seconds = Number(process.env["GV_STRESS"] ?? 10);
const seed = Number(process.env["GV_FUZZ_SEED"] ?? Date.now() % 1_000_000);
const processes = 32;
const versions = ["1.21.3", "1.22.5", "1.22.6", "1.23.1"];

interface Act {
  readonly run: (there: Scene, version: string) => Promise<Ran>;
  /** Exit codes besides 0, each with what is said. */
  readonly documented: Readonly<Record<number, RegExp>>;
}

const told = (fact: string): RegExp => new RegExp(`^gv: ${fact}.*\\n(?: {4}.+\\n)+$`);

const either = (one: RegExp, other: RegExp): RegExp => new RegExp(`${one.source}|${other.source}`);

/**
 * Removed after the look and before the start: the words of sh, of exec (127) or as what reads the scene's bin/go, which
 * is a script (2). No shim can be faster than that.
 */
const gone =
  /^(?:\S*sh: 0: cannot open|\S+: (?:line )?\d+: exec:) \S+\/bin\/go: (?:No such file|not found|No such file or directory)\n$/;

const acts: Readonly<Record<string, Act>> = {
  install: {
    run: ({ gv }, version) => gv("install", "-q", version),
    documented: { 3: told("Go [\\d.]+ was removed by another gv while it was installed") },
  },
  uninstall: {
    run: ({ gv }, version) => gv("uninstall", "-q", version),
    documented: { 3: told("Go [\\d.]+ is not installed for") },
  },
  rehash: { run: ({ gv }) => gv("rehash", "-q"), documented: {} },
  "shims/go": {
    run: ({ inRoot }, version) => inRoot("shims/go", ["version"], { env: { GV_VERSION: version } }),
    documented: { 2: gone, 127: either(told("Go [\\d.]+ is not installed"), gone) },
  },
  "gv exec": {
    run: ({ gv }, version) => gv("exec", version, "--", "go", "version"),
    documented: { 2: gone, 3: told("Go [\\d.]+ is not installed(?: any more)?"), 127: gone },
  },
  list: { run: ({ gv }) => gv("list", "--json"), documented: {} },
};

it(
  `${processes} at once for ${seconds} s`,
  async () => {
    const there = await scene(versions);
    await there.install("1.22.5");
    const random = dice(seed);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    const counts: Record<string, number> = {};
    const wrong: string[] = [];
    const end = Date.now() + seconds * 1000;
    const one = async (): Promise<void> => {
      while (Date.now() < end) {
        const [name, version] = [pick(Object.keys(acts)), pick(versions)];
        const act = acts[name];
        const ran = await act?.run(there, version);
        if (act === undefined || ran === undefined) continue;
        const isDocumented = ran.code === 0 || act.documented[ran.code ?? -1]?.test(ran.stderr) === true;
        if (!isDocumented) wrong.push(`${name} ${version}: ${JSON.stringify(ran)}`);
        const key = `${name} ${ran.code}`;
        counts[key] = (counts[key] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: processes }, one));
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    console.log(`stress: ${all} commands by ${processes} at once in ${seconds} s, seed ${seed}:`, counts);
    expect(wrong).toEqual([]);

    await there.install("1.22.5");
    await there.gv("uninstall", "1.21.3");
    expect(await brokenIn(there.box)).toEqual([]);
    expect(leftovers(there.box)).toEqual([]);
    const names = listInstalled(there.box.context()).map(({ name }) => `go${name}`);
    expect(namesIn(join(there.box.root, "shims")).toSorted()).toEqual(["go", "gofmt", ...names].toSorted());
    for (const name of versions) expect(existsSync(there.goroot(name))).toBe(names.includes(`go${name}`));
  },
  (seconds + 120) * 1000,
);

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function dice(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
