/**
 * The use case of gv mirror: from what was asked to a folder that serves releases of Go, and what proves them, without
 * another server.
 *
 * Told as one page: which releases; their records, proven; each zip that isn't there yet, or isn't the recorded one
 * any more; a head that all of it is proven under; the tiles; then the names by which clients find them. Guarantees:
 * nothing stands there that isn't proven; what a client is shown, it can follow: tiles come before the lookups that need
 * them, the list of releases last. What breaks off goes on with the next run.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { removeFile } from "../files.ts";
import { type ProxyList, proxyList } from "../goproxy.ts";
import { withLock } from "../lock.ts";
import type { Platform } from "../platform.ts";
import type { Progress } from "../proxy-file.ts";
import { statOf } from "../read.ts";
import { findRelease, noRelease } from "../releases.ts";
import { prepareRoot } from "../root.ts";
import { checkRoomIn } from "../space.ts";
import { checkHead } from "../sumdb/client.ts";
import { copyLog, type NamedRecord } from "../sumdb/copy.ts";
import type { Database } from "../sumdb/database.ts";
import { type Head, type Log, openHead } from "../sumdb/log.ts";
import { newVerifier } from "../sumdb/note.ts";
import { databaseInForce, openLog } from "../sumdb/routes.ts";
import { moduleVersion, type Release, toolchainModule } from "../toolchain.ts";
import { expectRecord, type Expectation } from "../verify.ts";
import type { Request } from "../version.ts";
import { bringNotes, fetchRelease, hasNotes, proveZip, zipSize } from "./fetch.ts";
import {
  bytesOf,
  type MirrorFolder,
  openMirror,
  othersIn,
  put,
  releaseFile,
  releaseFiles,
  releasesIn,
  writeMarker,
} from "./folder.ts";

/** What is asked of a mirror. */
export interface MirrorOptions {
  /** Nothing: what is there already. */
  readonly requests: readonly Request[];
  readonly platforms: readonly Platform[];
  /** Take the newest head that there is, though the one that is there would do. */
  readonly refresh: boolean;
  /** Remove the releases that weren't named, and what proves nothing any more. */
  readonly prune: boolean;
  /** Signed heads that clients have seen elsewhere, and where each is from. */
  readonly knownHeads: readonly { readonly note: Uint8Array; readonly from: string }[];
}

/** What a mirror tells while it works. */
export interface MirrorEvents {
  readonly onProgress: (release: Release, ...progress: Parameters<Progress>) => void;
  /** A release is there and proven, fetched now or not. */
  readonly onRelease: (row: MirroredRelease) => void;
  readonly onWarning: (text: string) => void;
  readonly onWait: () => void;
}

export interface MirroredRelease {
  readonly release: Release;
  /** Of the zip; undefined where the server doesn't say, before it is fetched. */
  readonly bytes: number | undefined;
  readonly state: "fetched" | "there" | "missing" | "not named" | "removed";
}

export interface Mirrored {
  readonly path: string;
  readonly releases: readonly MirroredRelease[];
  /** Absent from a dry run. */
  readonly head?: { readonly size: number; readonly hash: string; readonly before: number | undefined };
  readonly tiles?: number;
  /** Files that were written, besides those of releases. */
  readonly written?: number;
  /** Files that were removed, or would be. */
  readonly removed: readonly string[];
}

/** What it is asked for, looked up, and what would be fetched: changes nothing. */
export async function planMirror(ctx: Context, path: string, options: MirrorOptions): Promise<Mirrored> {
  const list = proxyList(ctx);
  const folder = openMirror(path, databaseInForce(ctx));
  const { named, others } = await releasesOf(ctx, list, folder, options);
  const releases: MirroredRelease[] = [];
  for (const release of named) {
    const bytes = sizeThere(folder, release);
    const state = bytes === undefined ? "missing" : "there";
    releases.push({ release, bytes: bytes ?? (await zipSize(ctx, list, release)), state });
  }
  const left = others.map((release) => stays(folder, release, options.prune));
  const removed = options.prune
    ? others.flatMap((release) => releaseFiles.map((kind) => releaseFile(folder, release, kind)))
    : [];
  return { path, releases: [...releases, ...left], removed };
}

/**
 * Brings a mirror to what is asked. Throws what an install throws, BAD_ARGUMENT for a folder that is none, NO_SPEC where
 * nothing is named or there, NO_SPACE before anything is fetched.
 */
export async function mirror(
  ctx: Context,
  path: string,
  options: MirrorOptions,
  events: MirrorEvents,
): Promise<Mirrored> {
  const [list, database] = [proxyList(ctx), databaseInForce(ctx)];
  openMirror(path, database);
  prepareRoot(ctx);
  const lock = `mirror-${createHash("sha256").update(path).digest("hex").slice(0, 16)}`;
  return withLock(ctx, lock, () => bring(ctx, list, database, path, options, events), events.onWait);
}

async function bring(
  ctx: Context,
  list: ProxyList,
  database: Database,
  path: string,
  options: MirrorOptions,
  events: MirrorEvents,
): Promise<Mirrored> {
  const folder = openMirror(path, database);
  const log = openLog(ctx, database, list);
  const { named, others } = await releasesOf(ctx, list, folder, options);
  writeMarker(ctx, folder, folder.heads); // What breaks off from here on is gv's own, and goes on.

  const expected = new Map<Release, Expectation>();
  for (const release of options.prune ? named : [...named, ...others]) {
    const one = await expectRecord(ctx, list, release, events.onWarning);
    if (!one) throw noRecord(database, release);
    expected.set(release, one);
  }
  const releases = await bringReleases(ctx, list, folder, named, expected, events);
  const records = [...expected].map(
    ([release, { record }]): NamedRecord & Pick<typeof record, "proof" | "shown"> => ({
      ...record,
      module: toolchainModule,
      version: moduleVersion(release),
    }),
  );

  const heads = await headsFor(database, log, folder, records, options, events);
  const { head, known } = heads;
  const { tiles, lookups } = await copyLog(withMirror(log, folder), head, records, known);
  let written = 0;
  const write = (file: string, data: string | Uint8Array): void => {
    if (put(ctx, file, data)) written++;
  };
  for (const [name, data] of tiles) write(join(folder.sumdb, name), data);
  writeMarker(
    ctx,
    folder,
    [...known, head].map(({ note }) => note),
  );
  for (const [name, data] of lookups) write(join(folder.sumdb, name), data);
  write(join(folder.sumdb, "latest"), head.note);
  write(join(folder.sumdb, "supported"), "");
  write(join(folder.releases, "list"), records.map(({ version }) => `${version}\n`).join(""));
  const removed = options.prune
    ? othersIn(folder, new Set([...tiles.keys(), ...lookups.keys()]), [...expected.keys()])
    : [];
  for (const file of removed) removeFile(file);

  const rows = others.map((release) => stays(folder, release, options.prune));
  return {
    path,
    releases: [...releases, ...rows],
    head: { size: head.size, hash: head.hash.toString("base64"), before: heads.before?.size },
    tiles: tiles.size,
    written,
    removed,
  };
}

/** Which releases are asked for, in that order and once each, and which are there besides. */
async function releasesOf(
  ctx: Context,
  list: ProxyList,
  folder: MirrorFolder,
  { requests, platforms }: MirrorOptions,
): Promise<{ named: Release[]; others: Release[] }> {
  const there = releasesIn(folder);
  const named = new Map<string, Release>();
  for (const request of requests)
    for (const platform of platforms) {
      if (["system", "name", "tip", "go.mod"].includes(request.kind)) throw noRelease(request, "mirrored");
      const { release } = await findRelease(ctx, list, request, platform, "elsewhere");
      named.set(moduleVersion(release), release);
    }
  if (requests.length === 0) for (const release of there) named.set(moduleVersion(release), release);
  if (named.size === 0)
    throw new GvError("NO_SPEC", `${folder.path} has no release yet, and none is named`, {
      hint: "gv mirror <dir> latest --platform linux/amd64",
    });
  return {
    named: [...named.values()],
    others: there.filter((release) => !named.has(moduleVersion(release))),
  };
}

/** What is there is hashed again; the rest is fetched, once there is room for all of it. */
async function bringReleases(
  ctx: Context,
  list: ProxyList,
  folder: MirrorFolder,
  named: readonly Release[],
  expected: ReadonlyMap<Release, Expectation>,
  events: MirrorEvents,
): Promise<MirroredRelease[]> {
  const rows = new Map<Release, MirroredRelease>();
  const done = (release: Release, state: MirroredRelease["state"]): void => {
    const row = { release, bytes: sizeThere(folder, release), state };
    rows.set(release, row);
    events.onRelease(row);
  };
  const missing: [Release, Expectation][] = [];
  for (const release of named) {
    const record = expected.get(release);
    if (!record) continue;
    if (!(await isThere(ctx, folder, release, record, events))) {
      missing.push([release, record]);
      continue;
    }
    if (!hasNotes(folder, release, record)) {
      events.onWarning(`the .mod or .info of ${moduleVersion(release)} is damaged\n    it is fetched anew`);
      await bringNotes(ctx, list, folder, release, record);
    }
    done(release, "there");
  }
  let needed = 0;
  for (const [release] of missing) needed += (await zipSize(ctx, list, release)) ?? 0;
  checkRoomIn(folder.path, needed);
  for (const [release, record] of missing) {
    await fetchRelease(ctx, list, folder, release, record, (received, total) =>
      events.onProgress(release, received, total),
    );
    done(release, "fetched");
  }
  return [...rows.values()];
}

/** Whether a release's zip is there as it was recorded; a damaged one is named, and fetched anew. */
async function isThere(
  ctx: Context,
  folder: MirrorFolder,
  release: Release,
  expected: Expectation,
  events: MirrorEvents,
): Promise<boolean> {
  if (sizeThere(folder, release) === undefined) return false;
  try {
    return (await proveZip(ctx, release, expected, releaseFile(folder, release, "zip"))) === true;
  } catch (error) {
    if (!(error instanceof GvError) || !["NOT_PROVEN", "BAD_ARCHIVE"].includes(error.code)) throw error;
    events.onWarning(`${error.message}\n    it is fetched anew`);
    return false;
  }
}

/**
 * The head that the mirror shows, and the older ones that it must prove: those that its clients may have seen. It
 * changes where a record or a known head isn't in it yet, or a newer one is asked for: to the newest that is known.
 */
async function headsFor(
  database: Database,
  log: Log,
  folder: MirrorFolder,
  records: readonly Pick<Expectation["record"], "id" | "proof" | "shown">[],
  options: MirrorOptions,
  events: MirrorEvents,
): Promise<{ head: Head; known: Head[]; before: Head | undefined }> {
  const verifier = newVerifier(database.key);
  const own = (note: Uint8Array, from: string): Head | undefined => {
    try {
      return openHead(note, verifier, from);
    } catch {
      events.onWarning(`a tree head in ${from} is damaged: it counts as none`);
      return undefined;
    }
  };
  const path = join(folder.sumdb, "latest");
  const latest = bytesOf(path);
  const before = latest && own(latest, path);
  const told = options.knownHeads.map(({ note, from }) => openHead(note, verifier, from));
  const seen = folder.heads.map((note) => own(note, folder.path)).filter((one) => one !== undefined);
  const known = [...(before ? [before] : []), ...told, ...seen];
  const suffices =
    before !== undefined &&
    records.every(({ id }) => id < before.size) &&
    known.every(({ size }) => size <= before.size);
  let head = before;
  if (!head || !suffices || options.refresh) {
    const newest = await log.fetch("latest");
    const others = records.map(({ proof }) => Buffer.from(proof.head));
    const candidates = [...(newest ? [newest] : []), ...others].map((note) =>
      openHead(note, verifier, "the newest one that the checksum database shows"),
    );
    head = [...known, ...candidates].toSorted((a, b) => b.size - a.size)[0];
  }
  if (!head) throw new Error("there is a record, and so a head");
  const proven = await checkHead(database, log, head.note, head.from);
  const shown = head === before ? before : proven;
  // What the database sent along with a record others have seen who looked it up at the same proxies.
  const older = [...known, ...records.map((record) => record.shown)].filter(({ size }) => size <= shown.size);
  const once = new Map(older.map((one) => [`${one.size} ${one.hash.toString("hex")}`, one]));
  return { head: shown, known: [...once.values()], before };
}

/** The log, of which the mirror has kept tiles, too. */
function withMirror(log: Log, { sumdb }: MirrorFolder): Log {
  return { ...log, load: async (name) => bytesOf(join(sumdb, name)) ?? log.load(name) };
}

/** Bytes of a release's zip, where all of its files are there. */
function sizeThere(folder: MirrorFolder, release: Release): number | undefined {
  const sizes = releaseFiles.map((kind) => statOf(releaseFile(folder, release, kind))?.size);
  return sizes.includes(undefined) ? undefined : sizes[releaseFiles.indexOf("zip")];
}

/** What becomes of a release that wasn't named; of one that is gone, nobody knows the size any more. */
function stays(folder: MirrorFolder, release: Release, goes: boolean): MirroredRelease {
  return { release, bytes: sizeThere(folder, release), state: goes ? "removed" : "not named" };
}

function noRecord(database: Database, release: Release): GvError {
  return new GvError(
    "NO_SUCH_RELEASE",
    `the checksum database ${database.name} has no record of ${moduleVersion(release)}`,
    { hint: "no such release was ever published: gv list-remote   shows what there is" },
  );
}
