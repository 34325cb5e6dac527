/**
 * Which files of a tree are not as Go published them: what was changed, added, or is missing.
 *
 * The directory at the end of the module's zip, read by a range, says which files there are, with their sizes
 * and CRC-32. That is a server's word; so what it calls changed or missing is fetched, too, and when the tree
 * with these in place has the h1 of the log, then all else is proven to be as it was. Where it hasn't (a CRC-32
 * can be forged, and a directory can lie), or where that is too much, the zip is fetched whole, proven, and
 * compared by SHA-256.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

import { unpackEntry } from "./archive/inflate.ts";
import { unpackZip } from "./archive/unpack-zip.ts";
import type { ZipEntry } from "./archive/zip.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { prepareRoot } from "./root.ts";
import { moduleCacheFolder } from "./goenv.ts";
import { proxyList, withModuleCache } from "./goproxy.ts";
import { crcOfFile, type TreeFile } from "./goroot.ts";
import { openModuleZip, type ZipSource } from "./module-zip.ts";
import { withStaging } from "./staging.ts";
import { hash1 } from "./sumdb/dirhash.ts";
import { moduleFileName, moduleVersion, placeToolchainFile, type Release } from "./toolchain.ts";

/** Paths from GOROOT, in order. All other files are proven to be as the log recorded them. */
export interface Differences {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly missing: readonly string[];
}

/** More than this is not fetched file by file. */
const most = { files: 1000, bytes: 50 * 2 ** 20 } as const;

const silent = (): void => undefined;

/**
 * Compares a tree with the zip of its release; `h1` is the log's. Throws NETWORK, NOT_PROVEN where the zip is
 * another one, and what reading a zip throws.
 */
export async function findDifferences(
  ctx: Context,
  goroot: string,
  release: Release,
  files: readonly TreeFile[],
  h1: string,
): Promise<Differences> {
  prepareRoot(ctx);
  return withStaging(ctx, async (spool) => {
    const zip = await openDirectory(ctx, release, spool, "GOPROXY=direct gv verify ...");
    const inModule = files.filter(({ path }) => moduleFileName(release, path) !== undefined);
    const there = new Map(inModule.map((file) => [file.path, file]));
    const byDirectory = compareDirectory(zip, release, there, goroot);
    const restored = await fetchFiles(zip, release, byDirectory);
    if (restored && hash1(withRestored(zip, release, there, restored)) === h1) return byDirectory;
    return compareWhole(ctx, zip, release, there, h1, join(spool, "tree"));
  });
}

/**
 * The same by the zip's directory alone: a server's word, which proves nothing, for the price of that directory. Throws
 * NETWORK, and what reading a zip throws.
 */
export async function differencesByDirectory(
  ctx: Context,
  goroot: string,
  release: Release,
  files: readonly TreeFile[],
): Promise<Differences> {
  prepareRoot(ctx);
  return withStaging(ctx, async (spool) => {
    const zip = await openDirectory(ctx, release, spool, "GOPROXY=direct gv import ...");
    return compareDirectory(zip, release, new Map(files.map((file) => [file.path, file])), goroot);
  });
}

/** The zip of a release for its directory's sake; `again` is the line that asks go.dev. */
async function openDirectory(
  ctx: Context,
  release: Release,
  spool: string,
  again: string,
): Promise<ZipSource> {
  const list = withModuleCache(moduleCacheFolder(ctx), proxyList(ctx));
  const zip = await openModuleZip(ctx, list, release, { spool, atOnce: 0, progress: silent });
  if (zip) return zip;
  throw new GvError("NETWORK", `no proxy of GOPROXY=${list.text} has ${moduleVersion(release)}`, {
    hint: `to compare with go.dev's:  ${again}`,
  });
}

function compareDirectory(
  zip: ZipSource,
  release: Release,
  there: ReadonlyMap<string, TreeFile>,
  goroot: string,
): Differences {
  const entries = new Map(entriesOf(zip, release));
  return compare(there, [...entries.keys()], (path, file) => {
    const entry = entries.get(path);
    if (file.sha256 === undefined || file.size !== entry?.size) return true;
    return crcOfFile(join(goroot, file.from ?? path)) !== entry.crc;
  });
}

/** By the zip itself, unpacked into `folder`. */
async function compareWhole(
  ctx: Context,
  zip: ZipSource,
  release: Release,
  there: ReadonlyMap<string, TreeFile>,
  h1: string,
  folder: string,
): Promise<Differences> {
  const place = placeToolchainFile(release);
  const unpacked = await unpackZip(ctx, zip, folder, place);
  if (hash1(unpacked) !== h1)
    throw new GvError("NOT_PROVEN", `${zip.from} is not the release that the log recorded, either`, {
      hint: "so which files differ can't be told from it: name another server in GOPROXY, and type it again",
    });
  const published = new Map(unpacked.map(({ name, sha256 }) => [place(name).path, sha256]));
  return compare(there, [...published.keys()], (path, { sha256 }) => sha256 !== published.get(path));
}

/** By path: `there` against what was published; `isChanged` tells of one that both have. */
export function compare(
  there: ReadonlyMap<string, TreeFile>,
  published: readonly string[],
  isChanged: (path: string, file: TreeFile) => boolean,
): Differences {
  const names = new Set(published);
  const isOther = (path: string): boolean => {
    const file = there.get(path);
    return file !== undefined && isChanged(path, file);
  };
  return {
    changed: published.filter(isOther).toSorted(),
    added: [...there.keys()].filter((path) => !names.has(path)).toSorted(),
    missing: published.filter((path) => !there.has(path)).toSorted(),
  };
}

/** The SHA-256 of what was changed or is missing, by path, each fetched by a range; undefined where that is too much. */
async function fetchFiles(
  zip: ZipSource,
  release: Release,
  { changed, missing }: Differences,
): Promise<Map<string, string> | undefined> {
  const { entries, start } = zip.directory;
  const wanted = new Set([...changed, ...missing]);
  const chosen = entriesOf(zip, release).filter(([path]) => wanted.has(path));
  const size = chosen.reduce((sum, [, { compressedSize }]) => sum + compressedSize, 0);
  if (chosen.length > most.files || size > most.bytes) return undefined;
  const ends = new Map(entries.map((entry, i) => [entry.name, entries[i + 1]?.offset ?? start]));
  const hashed = new Map<string, string>();
  for (const [path, entry] of chosen) {
    const end = ends.get(entry.name) ?? start;
    const digest = createHash("sha256");
    unpackEntry(entry, await zip.read(entry.offset, end - entry.offset), (bytes) => digest.update(bytes));
    hashed.set(path, digest.digest("hex"));
  }
  return hashed;
}

/** The files of the zip as the tree has them, but for those that were fetched. */
function withRestored(
  zip: ZipSource,
  release: Release,
  there: ReadonlyMap<string, TreeFile>,
  restored: ReadonlyMap<string, string>,
) {
  return entriesOf(zip, release).map(([path, { name }]) => ({
    name,
    sha256: restored.get(path) ?? there.get(path)?.sha256 ?? "",
  }));
}

/** By their paths from GOROOT. */
function entriesOf(zip: ZipSource, release: Release): [path: string, entry: ZipEntry][] {
  const place = placeToolchainFile(release);
  return zip.directory.entries.map((entry) => [place(entry.name).path, entry]);
}
