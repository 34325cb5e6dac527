/**
 * Which files of a tree are not as Go published them: what was changed, added, or is missing.
 *
 * The directory at the end of the module's zip, read by a range, says which files there are, with their sizes
 * and CRC-32. That is a server's word; so what it calls changed or missing is fetched, too, and when the tree
 * with these in place has the h1 of the log, then all else is proven to be as it was.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { prepareRoot } from "./files.ts";
import { moduleCacheFolder } from "./goenv.ts";
import { proxyList, withModuleCache } from "./goproxy.ts";
import { crcOfFile, type TreeFile } from "./goroot.ts";
import { unpackEntry } from "./archive/inflate.ts";
import { openModuleZip, type ZipSource } from "./module-zip.ts";
import { withStaging } from "./staging.ts";
import { hash1, type HashedFile } from "./sumdb/dirhash.ts";
import { moduleFileName, moduleVersion, placeToolchainFile, type Release } from "./toolchain.ts";
import type { ZipEntry } from "./archive/zip.ts";

/** Paths from GOROOT, in order. */
export interface Differences {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly missing: readonly string[];
  /** True when all other files are proven to be as the log recorded them. */
  readonly restIsProven: boolean;
}

/** More than this is not fetched to prove the rest: another release is then nearer than this one. */
const most = { files: 1000, bytes: 100 * 2 ** 20 } as const;

const silent = (): void => undefined;

/** Compares a tree with the zip of its release; `h1` is the log's. Throws NETWORK and what reading a zip throws. */
export async function findDifferences(
  ctx: Context,
  goroot: string,
  release: Release,
  files: readonly TreeFile[],
  h1: string,
): Promise<Differences> {
  prepareRoot(ctx);
  return withStaging(ctx, async (spool) => {
    const list = withModuleCache(moduleCacheFolder(ctx), proxyList(ctx));
    const zip = await openModuleZip(ctx, list, release, { spool, wanted: "directory", progress: silent });
    if (!zip) throw new GvError("NETWORK", `no proxy of GOPROXY=${list.text} has ${moduleVersion(release)}`);
    const place = placeToolchainFile(release);
    const entries = new Map(zip.directory.entries.map((entry) => [place(entry.name).path, entry]));
    const inModule = files.filter(({ path }) => moduleFileName(release, path) !== undefined);
    const there = new Map(inModule.map((file) => [file.path, file]));
    const paths = [...entries.keys()];
    const missing = paths.filter((path) => !there.has(path));
    const changed = paths.filter((path) => isChanged(goroot, entries.get(path), there.get(path)));
    const added = [...there.keys()].filter((path) => !entries.has(path));
    const restored = await fetchFiles(
      zip,
      [...changed, ...missing].flatMap((path) => entries.get(path) ?? []),
    );
    const whole = [...entries].map(([path, { name }]) => ({
      name,
      sha256: restored.get(name) ?? there.get(path)?.sha256 ?? "",
    }));
    const restIsProven = hash1(whole) === h1;
    return {
      changed: changed.toSorted(),
      added: added.toSorted(),
      missing: missing.toSorted(),
      restIsProven,
    };
  });
}

function isChanged(goroot: string, entry: ZipEntry | undefined, file: TreeFile | undefined): boolean {
  if (!entry || !file) return false;
  if (file.sha256 === undefined || file.size !== entry.size) return true;
  return crcOfFile(join(goroot, file.path)) !== entry.crc;
}

/** The SHA-256 of files of a zip, by name, each fetched by a range; of none where that would be too much. */
async function fetchFiles(zip: ZipSource, wanted: readonly ZipEntry[]): Promise<Map<string, string>> {
  const { entries, start } = zip.directory;
  const size = wanted.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  if (wanted.length > most.files || size > most.bytes) return new Map();
  const ends = new Map(entries.map((entry, i) => [entry.name, entries[i + 1]?.offset ?? start]));
  const hashed: HashedFile[] = [];
  for (const entry of wanted) {
    const end = ends.get(entry.name) ?? start;
    const digest = createHash("sha256");
    unpackEntry(entry, await zip.read(entry.offset, end - entry.offset), (bytes) => digest.update(bytes));
    hashed.push({ name: entry.name, sha256: digest.digest("hex") });
  }
  return new Map(hashed.map(({ name, sha256 }) => [name, sha256]));
}
