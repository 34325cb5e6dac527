/**
 * How the proxies of GOPROXY serve the modules of a project: each module's go.mod and list of versions, from each entry.
 *
 * As the go command does, no proxy is asked for what GOPRIVATE or GONOPROXY keep from them, nor for what is replaced.
 */
import { dirname, join, resolve } from "node:path";

import type { Measured } from "../../doctor/check.ts";
import type { Context } from "../../context.ts";
import { GvError } from "../../errors.ts";
import { parseGoMod, usesIn } from "../../go-mod.ts";
import { type Proxy, showProxy } from "../../goproxy.ts";
import { compareModuleVersions, isModuleVersion, isRelease } from "../../module-version.ts";
import { escapePath, proxiesFor } from "../../modules.ts";
import { readProxyFile } from "../../proxy-file.ts";
import { textOf } from "../../read.ts";

/** A module that the project requires. */
export interface Required {
  readonly path: string;
  readonly version: string;
}

/** What an entry said of one module. */
interface Answer {
  readonly module: Required;
  /** Of its go.mod: there, not there (404, 410), or why neither. */
  readonly outcome: "hit" | "miss" | GvError;
  /** Until all of it was here. */
  readonly ms: number;
  /** The newest version of its list; undefined where it lists none. */
  readonly newest: string | undefined;
}

/** What an entry said of all. */
export interface Probed {
  readonly proxy: Proxy;
  readonly name: string;
  readonly answers: readonly Answer[];
  /** In ms, of what was answered. */
  readonly median: number;
  readonly p95: number;
  /** Modules of which another entry lists a newer version. */
  readonly behind: readonly { readonly path: string; readonly here: string; readonly there: string }[];
}

/** Modules that are asked for, and how many at once; in ms the wait for one answer, and how long modules are begun. */
const bounds = { modules: 50, atOnce: 4, answer: 5000, all: 90_000 } as const;

/**
 * The modules of go.mod, or of those that go.work uses, that the go of this GOROOT asks proxies for: the first 50, by
 * name.
 */
export function requiredBy(ctx: Context, file: string, goroot: string): readonly Required[] {
  const text = textOf(file) ?? "";
  const files = file.endsWith("/go.mod")
    ? [file]
    : usesIn(text).map((folder) => join(resolve(dirname(file), folder), "go.mod"));
  const all = files.flatMap((one) => {
    const { require, replaced } = parseGoMod(textOf(one) ?? "");
    return require.filter(({ path, version }) => isModuleVersion(version) && !replaced.includes(path));
  });
  const newest = new Map<string, Required>();
  for (const one of all)
    if (compareModuleVersions(one.version, newest.get(one.path)?.version ?? "") > 0)
      newest.set(one.path, one);
  return [...newest.values()]
    .filter(({ path }) => proxiesFor(ctx, path, goroot) !== undefined)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, bounds.modules);
}

/** Asks each entry for each module, one entry after the other, so that their times can be compared. */
export async function probe(
  ctx: Context,
  proxies: readonly Proxy[],
  modules: readonly Required[],
): Promise<readonly Probed[]> {
  const all: { readonly proxy: Proxy; readonly answers: readonly Answer[] }[] = [];
  const time = bounds.all / proxies.length;
  for (const proxy of proxies) all.push({ proxy, answers: await askEntry(ctx, proxy, modules, time) });
  const newest = new Map<string, string>();
  for (const { module, newest: one } of all.flatMap(({ answers }) => answers))
    if (one !== undefined && compareModuleVersions(one, newest.get(module.path) ?? "") > 0)
      newest.set(module.path, one);
  return all.map(({ proxy, answers }) => {
    const times = answers
      .filter(({ outcome }) => !(outcome instanceof GvError))
      .map(({ ms }) => ms)
      .toSorted((a, b) => a - b);
    return {
      proxy,
      name: showProxy(proxy),
      answers,
      median: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      behind: answers.flatMap(({ module: { path }, newest: here }) => {
        const there = newest.get(path) ?? "";
        return here === undefined || compareModuleVersions(here, there) >= 0 ? [] : [{ path, here, there }];
      }),
    };
  });
}

/** The rows of the table. */
export function rowsOf(probed: readonly Probed[]): readonly Measured[] {
  return probed.map(({ name, answers, median, p95, behind }) => ({
    entry: name,
    modules: answers.length,
    hits: answers.filter(({ outcome }) => outcome === "hit").length,
    misses: answers.filter(({ outcome }) => outcome === "miss").length,
    failures: answers.filter(({ outcome }) => outcome instanceof GvError).length,
    "median ms": median,
    "p95 ms": p95,
    "list behind": behind.length,
  }));
}

/** By the nearest rank; 0 of none. */
function quantile(sorted: readonly number[], part: number): number {
  return Math.round(sorted[Math.max(Math.ceil(sorted.length * part) - 1, 0)] ?? 0);
}

async function askEntry(
  ctx: Context,
  proxy: Proxy,
  modules: readonly Required[],
  time: number,
): Promise<readonly Answer[]> {
  const { answer } = bounds;
  const patience = {
    ...ctx.patience,
    connection: answer,
    answer,
    silence: answer,
    slowest: { ...ctx.patience.slowest, time: answer },
    comeAgain: { longest: 0, times: 0 },
  };
  const inner: Context = { ...ctx, patience };
  const end = performance.now() + time;
  const answers: Answer[] = [];
  const left = modules.values();
  const work = async (): Promise<void> => {
    for (const module of left) {
      answers.push(await askFor(inner, proxy, module));
      if (performance.now() > end) return;
    }
  };
  await Promise.all(Array.from({ length: bounds.atOnce }, work));
  return answers;
}

async function askFor(ctx: Context, proxy: Proxy, module: Required): Promise<Answer> {
  const at = `${escapePath(module.path)}/@v`;
  // The list first: what a first request costs (the connection, gv's own code) is no module's time.
  const list = await orError(readProxyFile(ctx, proxy, `${at}/list`));
  const versions = list instanceof GvError ? [] : (list?.toString() ?? "").split(/\s+/);
  const began = performance.now();
  const file = await orError(readProxyFile(ctx, proxy, `${at}/${escapePath(module.version)}.mod`));
  const ms = performance.now() - began;
  const outcome = file instanceof GvError ? file : file === undefined ? "miss" : "hit";
  return { module, outcome, ms, newest: versions.filter(isRelease).toSorted(compareModuleVersions).at(-1) };
}

async function orError<T>(asked: Promise<T>): Promise<T | GvError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GvError) return error;
    throw error;
  }
}
