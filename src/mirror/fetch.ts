/**
 * One release on its way into a mirror: its zip, go.mod and .info from the first proxy that has them.
 *
 * Guarantees: the zip gets its name when its h1, and go.mod's, are those of the proven record, and it is on disk. The
 * .info is the upstream's word: no log has it.
 */
import { createReadStream } from "node:fs";
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { hashZip } from "../archive/hash-zip.ts";
import { zipLimits } from "../archive/zip.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { beside, makeFolder, publishFile, removeFile } from "../files.ts";
import { askProxies, type ProxyList } from "../goproxy.ts";
import { get } from "../http.ts";
import { moduleZipPath, openZipFile } from "../module-zip.ts";
import {
  drain,
  isThere,
  type Progress,
  readToolchainFile,
  spooled,
  unlessMissing,
  wholeBody,
} from "../proxy-file.ts";
import { textOf } from "../read.ts";
import { explainMissing } from "../releases.ts";
import { download } from "../resume.ts";
import { hash1 } from "../sumdb/dirhash.ts";
import { moduleVersion, placeToolchainFile, type Release, toolchainModule } from "../toolchain.ts";
import { proveModule } from "../verify.ts";
import type { Expectation } from "../verify.ts";
import { type MirrorFolder, put, releaseFile } from "./folder.ts";

/** Whether a zip is the recorded one. Throws BAD_ARCHIVE, NOT_PROVEN; undefined where it isn't there. */
export async function proveZip(
  ctx: Context,
  release: Release,
  expected: Expectation,
  path: string,
  from = path,
): Promise<true | undefined> {
  const zip = await openZipFile(path, from);
  if (!zip) return undefined;
  const place = placeToolchainFile(release);
  for (const { name } of zip.directory.entries) place(name); // Refuses another module's.
  proveModule(release, expected, await hashZip(ctx, zip), from);
  return true;
}

/** What a release has besides its zip. */
interface Notes {
  /** The text of go.mod, which is proven. */
  readonly mod: string;
  /** The upstream's word: JSON that names the version. */
  readonly info: string;
}

/** Whether go.mod is there as it was recorded, and an .info of that version. */
export function hasNotes(folder: MirrorFolder, release: Release, { record }: Expectation): boolean {
  const [mod = "", info = ""] = [
    textOf(releaseFile(folder, release, "mod")),
    textOf(releaseFile(folder, release, "info")),
  ];
  return goModHash(mod) === record.goModH1 && namesVersion(info, moduleVersion(release));
}

/** Fetches them anew, in place of what is there. Throws what an install throws. */
export async function bringNotes(
  ctx: Context,
  list: ProxyList,
  folder: MirrorFolder,
  release: Release,
  expected: Expectation,
): Promise<void> {
  putNotes(ctx, folder, release, await fetchNotes(ctx, list, release, expected));
}

function putNotes(ctx: Context, folder: MirrorFolder, release: Release, { mod, info }: Notes): void {
  put(ctx, releaseFile(folder, release, "mod"), mod);
  put(ctx, releaseFile(folder, release, "info"), info);
}

function goModHash(text: string): string {
  return hash1([{ name: "go.mod", sha256: createHash("sha256").update(text).digest("hex") }]);
}

async function fetchNotes(
  ctx: Context,
  list: ProxyList,
  release: Release,
  expected: Expectation,
): Promise<Notes> {
  const version = moduleVersion(release);
  const mod = (await readToolchainFile(ctx, list, `${version}.mod`)) ?? `module ${toolchainModule}\n`;
  const h1 = goModHash(mod);
  if (h1 !== expected.record.goModH1)
    throw new GvError(
      "NOT_PROVEN",
      `the go.mod of ${version} is not the one that ${expected.database} recorded`,
      {
        hint: `recorded ${expected.record.goModH1}\n     got ${h1}\nNothing of it was mirrored: name another server in GOPROXY.`,
      },
    );
  const info =
    (await readToolchainFile(ctx, list, `${version}.info`)) ?? JSON.stringify({ Version: version });
  if (!namesVersion(info, version))
    throw new GvError("NETWORK", `the ${version}.info of your GOPROXY names another version`, {
      hint: "the server or something before it is broken; name another one in GOPROXY",
    });
  return { mod, info };
}

/** Fetches a release, proves it, and gives it its names. Throws what an install throws. */
export async function fetchRelease(
  ctx: Context,
  list: ProxyList,
  folder: MirrorFolder,
  release: Release,
  expected: Expectation,
  progress: Progress,
): Promise<void> {
  const notes = await fetchNotes(ctx, list, release, expected);
  makeFolder(folder.releases, ctx.umask);
  const found = await askProxies(ctx, list, async (inner, proxy) => {
    // Two proxies may be asked at a time, each into a file of its own.
    const temporary = beside(releaseFile(folder, release, "zip"));
    try {
      const from =
        proxy.kind === "file"
          ? await copied(join(proxy.address, moduleZipPath(release)), temporary, progress)
          : await downloaded(inner, `${proxy.address}/${moduleZipPath(release)}`, temporary, progress);
      if (from === undefined) return undefined;
      await proveZip(inner, release, expected, temporary, from);
      putNotes(ctx, folder, release, notes);
      publishFile(temporary, releaseFile(folder, release, "zip"));
      return true;
    } finally {
      removeFile(temporary);
    }
  }).catch(refused(ctx, list, release));
  if (!found) throw await explainMissing(ctx, list, release);
}

/** Bytes of a release's zip, as the first proxy that has it says; undefined where it doesn't say. */
export async function zipSize(ctx: Context, list: ProxyList, release: Release): Promise<number | undefined> {
  const path = moduleZipPath(release);
  const found = await askProxies(ctx, list, async (inner, proxy) => {
    if (proxy.kind === "file")
      return unlessMissing(join(proxy.address, path), async (file) => (await stat(file)).size);
    const answer = await get(inner, `${proxy.address}/${path}`, "bytes=0-0");
    if (!isThere(answer)) return undefined;
    answer.discard();
    return answer.range?.total ?? answer.length ?? -1;
  }).catch(refused(ctx, list, release));
  if (found === undefined) throw await explainMissing(ctx, list, release);
  return found < 0 ? undefined : found;
}

/** Some proxies refuse what they don't have. */
function refused(ctx: Context, list: ProxyList, release: Release): (error: unknown) => Promise<never> {
  return async (error) => {
    if (error instanceof GvError && error.code === "PROXY_REFUSED")
      throw await explainMissing(ctx, list, release, error);
    throw error;
  };
}

async function downloaded(
  ctx: Context,
  address: string,
  to: string,
  progress: Progress,
): Promise<string | undefined> {
  const answer = await download(ctx, address);
  if (!isThere(answer)) return undefined;
  await drain(spooled(wholeBody(answer, zipLimits.zip, progress), to));
  return answer.url;
}

async function copied(path: string, to: string, progress: Progress): Promise<string | undefined> {
  const size = await unlessMissing(path, async (file) => (await stat(file)).size);
  if (size === undefined) return undefined;
  let received = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      progress((received += chunk.length), size);
      yield chunk;
    }
  };
  await drain(spooled(counted(), to));
  return path;
}

function namesVersion(info: string, version: string): boolean {
  try {
    const data: unknown = JSON.parse(info);
    return typeof data === "object" && data !== null && "Version" in data && data.Version === version;
  } catch {
    return false;
  }
}
