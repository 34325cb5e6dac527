/**
 * The archive form of a release: go1.22.5.linux-amd64.tar.gz (zip for Windows) from go.dev/dl, its twin
 * golang.google.cn/dl, or a mirror that $GV_ROOT/config names, unpacked while it arrives.
 *
 * A mirror gives bytes and nothing else: the SHA-256 that they must have comes from the table in this package
 * or from go.dev's own index, and which files the log vouches for from verify.ts.
 */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";

import { unpackZip } from "./archive/unpack-zip.ts";
import { archiveName, indexedSum, packagedSum } from "./archive-sums.ts";
import { configWords } from "./config.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import type { Answer } from "./http.ts";
import { askInTurn } from "./in-turn.ts";
import { openZipFile } from "./module-zip.ts";
import { isThere, type Progress, readAddress, spooled, wholeBody } from "./proxy-file.ts";
import { download } from "./resume.ts";
import { checkRoomForArchive } from "./space.ts";
import type { HashedFile } from "./sumdb/dirhash.ts";
import { unpackTarball } from "./archive/tarball.ts";
import { placeArchiveFile, type Release } from "./toolchain.ts";
import { zipLimits } from "./archive/zip.ts";

/** The SHA-256 that an archive must have, and whose word that is. */
export interface ExpectedSum {
  readonly by: "table in gv" | "index of go.dev";
  readonly archive: string;
  readonly sha256: string;
}

/** An archive that is on its way. */
export interface Download {
  readonly from: string;
  /** Unpacks it into `folder`; once. Throws BAD_ARCHIVE, NETWORK, NO_SPACE. */
  unpack(folder: string): Promise<UnpackedArchive>;
}

export interface UnpackedArchive {
  /** By their names in the archive: `go/bin/go`. */
  readonly files: readonly HashedFile[];
  /** Of the archive itself, in hex. */
  readonly sha256: string;
  /** The archive's bytes again, where they were kept. */
  readonly content: () => AsyncIterable<Uint8Array>;
}

const indexLimit = 32 * 2 ** 20; // bytes
const signatureLimit = 64 * 1024; // bytes

/**
 * The SHA-256 of a release's archive: the package's own table before go.dev's index, which is asked only where
 * the table is too old to have it. Undefined where neither has it. Throws NETWORK.
 */
export async function expectedSum(ctx: Context, release: Release): Promise<ExpectedSum | undefined> {
  const archive = archiveName(release);
  const packaged = packagedSum(ctx, archive);
  if (packaged !== undefined) return { by: "table in gv", archive, sha256: packaged };
  const index = await firstOf(ctx, ctx.origins.downloads, (inner, base) =>
    readAddress(inner, `${base}/?mode=json&include=all`, indexLimit),
  );
  const sha256 = index && indexedSum(index.toString(), archive);
  return sha256 === undefined ? undefined : { by: "index of go.dev", archive, sha256 };
}

/**
 * Opens the archive of a release at the first place that has it: the mirrors of the config, then go.dev and
 * golang.google.cn. With `keep` its bytes stay in `spool`, a private folder. Undefined where no place has it.
 */
export async function openDownload(
  ctx: Context,
  release: Release,
  { spool, keep, progress }: { spool: string; keep: boolean; progress: Progress },
): Promise<Download | undefined> {
  const name = archiveName(release);
  const answer = await firstOf(ctx, bases(ctx), async (inner, base) => {
    const found = await download(inner, `${base}/${name}`);
    return isThere(found) ? found : undefined;
  });
  if (!answer) return undefined;
  checkRoomForArchive(ctx, answer.length);
  const path = join(spool, name);
  const isZip = name.endsWith(".zip");
  return {
    from: answer.url,
    unpack: (folder) =>
      isZip
        ? unpackZipArchive(ctx, answer, path, folder, progress)
        : unpackTarArchive(ctx, answer, keep ? path : undefined, folder, progress),
  };
}

async function unpackTarArchive(
  ctx: Context,
  answer: Answer,
  keepAt: string | undefined,
  folder: string,
  progress: Progress,
): Promise<UnpackedArchive> {
  const body = wholeBody(answer, zipLimits.zip, progress);
  const data = keepAt === undefined ? body : spooled(body, keepAt);
  const { files, sha256 } = await unpackTarball(ctx, data, folder, placeArchiveFile);
  return { files, sha256, content: () => readBack(keepAt) };
}

/** A zip's directory is at its end: it is kept first. */
async function unpackZipArchive(
  ctx: Context,
  answer: Answer,
  path: string,
  folder: string,
  progress: Progress,
): Promise<UnpackedArchive> {
  const digest = createHash("sha256");
  const kept = spooled(wholeBody(answer, zipLimits.zip, progress), path);
  for await (const chunk of kept) digest.update(chunk);
  const zip = await openZipFile(path, answer.url, "archive");
  if (!zip) throw new Error(`${path} is gone`);
  const files = await unpackZip(ctx, zip, folder, placeArchiveFile);
  return { files, sha256: digest.digest("hex"), content: () => readBack(path) };
}

function readBack(path: string | undefined): AsyncIterable<Uint8Array> {
  if (path === undefined) throw new Error("this archive was not kept");
  return createReadStream(path, { highWaterMark: 256 * 1024 });
}

/**
 * The detached signature of a release's archive, armored. Throws NOT_PROVEN for the zips of Windows, which
 * Google doesn't sign, and where no place has one (there are none before 1.8.5, and none of 1.9.1).
 */
export async function readSignature(ctx: Context, release: Release): Promise<string> {
  const name = archiveName(release);
  const unsigned = (hint: string): GvError =>
    new GvError("NOT_PROVEN", `there is no signature of ${name}`, { hint });
  if (!name.endsWith(".tar.gz"))
    throw unsigned("Google signs the tar.gz files alone: install it without --gpg");
  const found = await firstOf(ctx, bases(ctx), (inner, base) =>
    readAddress(inner, `${base}/${name}.asc`, signatureLimit),
  );
  if (!found) throw unsigned("releases before 1.8.5, and 1.9.1, have none: install it without --gpg");
  return found.toString();
}

/** The places to ask, without a final slash. */
function bases(ctx: Context): string[] {
  const mirrors = configWords(ctx, "archive-mirrors").map((mirror) => {
    if (URL.canParse(mirror) && /^https?:$/.test(new URL(mirror).protocol)) return mirror.replace(/\/+$/, "");
    throw new GvError("BAD_ARGUMENT", `archive-mirrors names "${mirror}", which is no address`, {
      hint: `in ${join(ctx.root.path, "config")}:  archive-mirrors = https://mirror.example/golang`,
    });
  });
  return [...mirrors, ...ctx.origins.downloads];
}

/**
 * What the first place has, past those that haven't got it or fail. Throws the first failure where none has it.
 * Go's own two addresses are asked both where the first is silent, as of a mirror nothing is known.
 */
function firstOf<T>(
  ctx: Context,
  places: readonly string[],
  ask: (inner: Context, place: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const turns = places.map((place) => ({
    place,
    fallBackOn: "any" as const,
    hedged: ctx.origins.downloads.includes(place),
  }));
  return askInTurn(ctx, turns, ask);
}
