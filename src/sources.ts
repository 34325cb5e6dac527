/**
 * The sources of a release: where it may be, in the order in which they are asked, one row each. A source opens
 * what it has, and knows what must be proven about it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { startThreads, unpackZip } from "./archive/unpack-zip.ts";
import { archiveName, packagedSum } from "./archive-sums.ts";
import type { Context } from "./context.ts";
import { expectedSum, openDownload, readSignature, type UnpackedArchive } from "./downloads.ts";
import { GvError } from "./errors.ts";
import { moduleCacheFolder } from "./goenv.ts";
import { type ProxyList, withModuleCache } from "./goproxy.ts";
import { moduleZipPath, type Opening, openModuleZip, openZipFile, type ZipSource } from "./module-zip.ts";
import type { Progress } from "./proxy-file.ts";
import { type Near, nearestInstalled, takesNoRoom } from "./sharing.ts";
import { checkRoom } from "./space.ts";
import type { HashedFile } from "./sumdb/dirhash.ts";
import { placeToolchainFile, type Release } from "./toolchain.ts";
import {
  type ArchiveExpectation,
  type Evidence,
  expectRecord,
  type Expectation,
  isRecordedTree,
  proveArchive,
  proveModule,
} from "./verify.ts";

/** How a release is published: as the module golang.org/toolchain, or as an archive, which has more folders. */
export type Form = "module" | "archive";

/** One place where a release may be; `Expected` and `Arrived` are what its proof is made of. */
export interface Source<Expected = unknown, Arrived = unknown> {
  readonly form: Form;
  /** What it takes from this disk: where that is damaged or not proven, the next source is asked. */
  readonly local?: Local;
  /** What must be proven; asked for while the bytes arrive. `warn` hears what doesn't stop the proof. */
  expect(ctx: Context, warn: (text: string) => void): Promise<Expected>;
  /** Opens it; undefined where it isn't there. `spool` is a private folder for what can't be unpacked as it arrives. */
  open(ctx: Context, spool: string, progress: Progress): Promise<Opened<Arrived> | undefined>;
  /** Throws NOT_PROVEN. */
  prove(ctx: Context, expected: Expected, arrived: Arrived, from: string): Evidence[] | Promise<Evidence[]>;
}

/** Something on this disk that an install takes bytes from. */
export interface Local {
  /** For people. */
  readonly what: string;
  /** The codes of errors that may be its fault. */
  readonly faults: ReadonlySet<string>;
  /** What else happens then, or can be done. */
  readonly instead: string;
}

/** What is on its way. */
export interface Opened<Arrived = unknown> {
  /** The address or path, without credentials. */
  readonly from: string;
  /** Unpacks it into a GOROOT; once. */
  unpack(goroot: string): Promise<Arrived>;
}

/** What was asked for besides the release. */
export interface SourceOptions {
  /** The archive form, with api/, doc/, misc/ and test/. */
  readonly full: boolean;
  /** Google's signature, too, which the archive form alone has. */
  readonly gpg: boolean;
}

/**
 * The sources of a release. The archive form is one where it was asked for, and behind the module form where
 * the table in the package knows that archive. Throws PROXY_OFF where GOPROXY doesn't let gv ask go.dev.
 */
export function sourcesOf(
  ctx: Context,
  list: ProxyList,
  release: Release,
  { full, gpg }: SourceOptions,
): Source[] {
  if ((full || gpg) && !list.reachesDirect)
    throw new GvError(
      "PROXY_OFF",
      `archives come from go.dev, which GOPROXY=${list.text} (${list.origin}) doesn't let gv ask`,
      { hint: "GOPROXY=direct gv install --full ...   asks it for this one command" },
    );
  if (full || gpg) return [archiveSource(list, release, gpg)];
  const cached = join(moduleCacheFolder(ctx), "cache", "download", moduleZipPath(release));
  const isArchive = list.reachesDirect && packagedSum(ctx, archiveName(release)) !== undefined;
  const near = nearestInstalled(ctx, release);
  return [
    ...(existsSync(cached) ? [cacheSource(ctx, list, release, cached)] : []),
    ...(near ? [sharedSource(list, release, near)] : []),
    moduleSource(list, release, (inner, opening) => openModuleZip(inner, list, release, opening)),
    ...(isArchive ? [archiveSource(list, release, false)] : []),
  ];
}

/** The zip that the go command downloaded: one more proxy, whose lookups and tiles are asked first, too. */
function cacheSource(ctx: Context, list: ProxyList, release: Release, path: string): Source {
  const proxies = withModuleCache(moduleCacheFolder(ctx), list);
  const local: Local = {
    what: `the go command's ${path}`,
    faults: new Set(["BAD_ARCHIVE", "NOT_PROVEN", "NETWORK"]),
    instead: "it is fetched anew; go clean -modcache   empties that cache",
  };
  return { ...moduleSource(proxies, release, () => openZipFile(path)), local };
}

/**
 * Bytes of a zip's start that are fetched whatever is shared: behind a few texts come bin/go and bin/gofmt, which
 * are never the same (6.1 MB and more in the releases since 1.13). They fill the time that the directory and the next
 * answer take; where they are less, what is over comes in vain.
 */
const compiledFirst = 6_000_000;

/** The same zip as moduleSource, of which only that is fetched that the near version hasn't got. */
function sharedSource(list: ProxyList, release: Release, near: Near): Source {
  const open = (ctx: Context, opening: Opening): Promise<ZipSource | undefined> =>
    openModuleZip(ctx, list, release, { ...opening, atOnce: compiledFirst });
  const local: Local = {
    what: `what Go ${near.name} shares with it`,
    faults: new Set(["NOT_PROVEN"]),
    instead: `all of it is fetched; gv verify ${near.name}   says what is wrong with that one`,
  };
  return { ...moduleSource(list, release, open, near), local };
}

function moduleSource(
  list: ProxyList,
  release: Release,
  openZip: (ctx: Context, opening: Opening) => Promise<ZipSource | undefined>,
  near?: Near,
): Source<Expectation | undefined, HashedFile[]> {
  const place = placeToolchainFile(release);
  return {
    form: "module",
    expect: (ctx, warn) => expectRecord(ctx, list, release, warn),
    async open(ctx, spool, progress) {
      const opening = openZip(ctx, { spool, atOnce: Infinity, progress });
      opening.catch(() => undefined); // It is awaited once they have started.
      await setImmediate(); // They take the processor, and start while the answer is on its way.
      const threads = startThreads(ctx);
      let isUsed = false;
      try {
        const zip = await opening;
        if (!zip) return undefined;
        const { entries } = zip.directory;
        const isFree = near !== undefined && takesNoRoom(near, spool);
        checkRoom(ctx, isFree ? entries.filter(({ name }) => !near.mayHave(place(name).path)) : entries);
        const options = { threads, ...(near ? { shared: near } : {}) };
        isUsed = true;
        return { from: zip.from, unpack: (goroot) => unpackZip(ctx, zip, goroot, place, options) };
      } finally {
        if (!isUsed) void threads.stop(); // They have nothing yet: nobody waits for their end.
      }
    },
    prove: (_, expected, files, from) => [proveModule(release, expected, files, from)],
  };
}

function archiveSource(
  list: ProxyList,
  release: Release,
  gpg: boolean,
): Source<ArchiveExpectation, UnpackedArchive> {
  return {
    form: "archive",
    async expect(ctx, warn) {
      const [sum, record, signature] = await Promise.all([
        expectedSum(ctx, release),
        isRecordedTree(release) ? expectRecord(ctx, list, release, warn) : undefined,
        gpg ? readSignature(ctx, release) : undefined,
      ]);
      return { sum, record, ...(signature === undefined ? {} : { signature }) };
    },
    open: (ctx, spool, progress) => openDownload(ctx, release, { spool, keep: gpg, progress }),
    prove: (ctx, expected, archive, from) => proveArchive(ctx, release, expected, archive, from),
  };
}
