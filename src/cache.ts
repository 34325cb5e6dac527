/**
 * What gv keeps to save time, and what is left of what is over: the table behind `gv cache`. All of it can go: what
 * somebody misses is fetched or written again.
 *
 * Not in it, and kept: the newest tree head that was seen (`latest` beside the tiles), without which nobody would
 * notice a log that shows this machine another history; receipts, which are the proof; backups/, which is the user's.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { type Context, gvVersion, type Root } from "./context.ts";
import { isLeftOver, move } from "./files.ts";
import { realPath, namesIn } from "./read.ts";
import { prepareRoot } from "./root.ts";
import { runningPrograms } from "./running.ts";
import { setUpVersion } from "./shim-conf.ts";
import { leftOvers, withStaging } from "./staging.ts";

interface CacheRow {
  readonly what: string;
  /** What may be removed now: paths. */
  readonly find: (ctx: Context) => string[];
}

/** By its name in `gv cache list`. */
export const caches = {
  releases: {
    what: "releases that a proxy listed, for TAB",
    find: ({ root }) =>
      namesIn(root.cache)
        .map((name) => join(root.cache, name))
        .filter((path) => path !== sourceCache(root)),
  },
  source: {
    what: "Go's newest sources, for gv build tip",
    find: ({ root }) => [sourceCache(root)].filter((path) => existsSync(path)),
  },
  logs: {
    what: "what builds from source printed",
    find: ({ root }) => namesIn(root.logs).map((name) => join(root.logs, name)),
  },
  tiles: {
    what: "tiles of the checksum database; the newest tree head stays",
    find: ({ root }) =>
      namesIn(root.sumdb).flatMap((database) =>
        namesIn(join(root.sumdb, database))
          .filter((name) => name !== "latest")
          .map((name) => join(root.sumdb, database, name)),
      ),
  },
  "old gv": { what: "gv's own files of versions that aren't in use", find: oldBundles },
  leftovers: {
    what: "what processes that are dead left",
    find: (ctx) => [...leftOvers(ctx), ...temporaries(ctx)],
  },
} as const satisfies Readonly<Record<string, CacheRow>>;

/** The git repository that `gv build tip` fetches into. */
export function sourceCache(root: Root): string {
  return join(root.cache, "go.git");
}

export type CacheName = keyof typeof caches;

export const cacheNames = Object.keys(caches).filter((name): name is CacheName => name in caches);

/** Takes all of it away: each by one rename into staging/, then its files. What is in staging/ itself is swept first. */
export async function cleanCaches(ctx: Context): Promise<void> {
  prepareRoot(ctx);
  await withStaging(ctx, async (staging) => {
    const found = cacheNames.flatMap((name) => caches[name].find(ctx));
    const paths = found.filter((path) => dirname(path) !== ctx.root.staging);
    for (const [i, path] of paths.entries()) move(path, join(staging, String(i)));
  });
}

/**
 * Bundles in lib/ that neither the launcher starts, nor is this one, nor runs now; none where that can't be told (no
 * /proc): a gv that runs still loads parts of its own.
 */
function oldBundles(ctx: Context): string[] {
  const running = runningPrograms();
  if (running === undefined) return [];
  const { lib } = ctx.root;
  const inUse = [gvVersion, setUpVersion(ctx)];
  return namesIn(lib)
    .filter((name) => !inUse.includes(name) && existsSync(join(lib, name, "gv.cjs")))
    .map((name) => join(lib, name))
    .filter((folder) =>
      running.every(({ words }) => ![folder, realPath(folder)].some((path) => words.includes(`${path}/`))),
    );
}

/** Files that were to replace others (files.ts, `beside`), at which nobody is any more. */
function temporaries(ctx: Context): string[] {
  const { path, bin, lib, shims, cache, unsynced, sumdb } = ctx.root;
  const below = [join(path, "receipts"), sumdb].flatMap((folder) =>
    namesIn(folder).map((name) => join(folder, name)),
  );
  return [path, bin, lib, shims, cache, unsynced, ...below]
    .flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))
    .filter((file) => isLeftOver(file, ctx.now()));
}
