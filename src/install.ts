/**
 * The use case: from what was asked to a proven Go in the store.
 *
 * Told as one page: which release; is it there; one gv at a time as far as a lock can tell; the log's
 * record and the zip side by side; unpack in staging/ while it arrives; prove; try it; publish by one
 * rename. Guarantees: whatever fails on the way, the store is as it was, and staging/ holds nothing.
 */
import { execFile } from "node:child_process";
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";

import { unpackZip } from "./archive.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { makeFolder, prepareRoot } from "./files.ts";
import { proxyList, type ProxyList } from "./goproxy.ts";
import { withLock } from "./lock.ts";
import { formatPlatform, type Platform, platformFolder, samePlatform } from "./platform.ts";
import { explainMissing, findRelease } from "./releases.ts";
import { openToolchain, type Progress } from "./sources.ts";
import { withStaging } from "./staging.ts";
import { addVersion, findInstalled, type Installed } from "./store.ts";
import { placeToolchainFile, type Release } from "./toolchain.ts";
import { expectRelease, type Proof, proveFiles } from "./verify.ts";
import { formatVersion, releaseName, type Request } from "./version.ts";

/** What install tells while it works. */
export interface InstallEvents {
  readonly onProgress: Progress;
  /** Once, when another gv is installing the same release. */
  readonly onWait: () => void;
  /** Something that doesn't stop the install, and that a person should know. */
  readonly onWarning: (text: string) => void;
}

export interface Outcome {
  readonly installed: Installed;
  /** False when it was there already, or when another gv was first. */
  readonly isNew: boolean;
}

/**
 * Installs the newest release that `request` means for `platform`. Throws what its steps throw, among
 * them NO_SUCH_RELEASE, NO_SUCH_PLATFORM, NOT_PROVEN, NETWORK, NO_SPACE, NOT_WRITABLE.
 */
export async function install(
  ctx: Context,
  request: Request,
  platform: Platform,
  events: InstallEvents,
): Promise<Outcome> {
  if (request.kind === "go.mod" || request.kind === "tip")
    throw new GvError("BAD_SPEC", `gv can't install what "${request.kind}" means yet`, {
      hint: "name a version: gv install 1.22.5",
    });
  if (request.kind === "system" || request.kind === "name")
    throw new GvError(
      "BAD_SPEC",
      `"${request.kind === "name" ? request.name : "system"}" is no release that could be installed`,
      {
        hint: "gv list-remote   shows what can be",
      },
    );
  const list = proxyList(ctx);
  const release = await findRelease(ctx, list, request, platform);
  const name = formatVersion(release.version);
  const there = findInstalled(ctx, platform, name);
  if (there) return { installed: there, isNew: false };
  prepareRoot(ctx);
  const isNew = await withLock(
    ctx,
    lockName(platform, name),
    async () =>
      findInstalled(ctx, platform, name) === undefined && (await fetchAndProve(ctx, list, release, events)),
    events.onWait,
  );
  const installed = findInstalled(ctx, platform, name);
  if (!installed)
    throw new GvError("NOT_INSTALLED", `Go ${name} was removed by another gv while it was installed`, {
      hint: `gv install ${name}`,
    });
  return { installed, isNew };
}

/** The lock of whoever adds or removes a version. */
export function lockName(platform: Platform, name: string): string {
  return `version-${platformFolder(platform)}-${name}`;
}

async function fetchAndProve(
  ctx: Context,
  list: ProxyList,
  release: Release,
  events: InstallEvents,
): Promise<boolean> {
  return withStaging(ctx, async (staging) => {
    const tree = join(staging, "tree");
    makeFolder(tree);
    const { from, proof } = await fetchProven(ctx, list, release, staging, tree, events);
    if (samePlatform(release.platform, ctx.platform)) await tryToolchain(ctx, release, tree, staging);
    return addVersion(ctx, tree, release, { from, proof }, staging);
  });
}

/** The record and the zip at the same time; when one fails, the other is stopped before anything is removed. */
async function fetchProven(
  ctx: Context,
  list: ProxyList,
  release: Release,
  staging: string,
  tree: string,
  events: InstallEvents,
): Promise<{ from: string; proof: Proof }> {
  const stop = new AbortController();
  const inner = { ...ctx, signal: AbortSignal.any([ctx.signal, stop.signal]) };
  setMaxListeners(0, inner.signal); // Each request listens; Node warns of more than ten.
  const work: Promise<unknown>[] = [];
  const together = <T>(promise: Promise<T>): Promise<T> => {
    work.push(promise.catch(() => undefined)); // Each is awaited below, some of them late.
    return promise;
  };
  try {
    const expecting = together(expectRelease(inner, list, release));
    const opening = together(openToolchain(inner, list, release, staging, events.onProgress));
    // Where both fail, what became of the zip is the better answer.
    const source = await opening.catch(async (error: unknown) => {
      const isRefused = error instanceof GvError && error.code === "PROXY_REFUSED";
      throw isRefused ? await explainMissing(ctx, list, release, error) : error;
    });
    if (!source) throw await explainMissing(ctx, list, release);
    const { from, directory, data } = source;
    const unpacking = together(unpackZip(inner, directory, data, tree, placeToolchainFile(release)));
    const [expected, files] = await Promise.all([expecting, unpacking]);
    if (!expected) throw noRecord(release, from);
    if (expected.record.keptHead === "damaged")
      events.onWarning(
        `the newest tree head of ${expected.database} that was kept in ${ctx.root.sumdb} is damaged: ` +
          "this record is proven as on the first day, and the head is kept anew",
      );
    return { from, proof: proveFiles(release, expected, files, from) };
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    await Promise.all(work);
  }
}

function noRecord({ version, platform }: Release, from: string): GvError {
  const what = `${releaseName(version)} for ${formatPlatform(platform)}`;
  return new GvError("NOT_PROVEN", `the checksum database has no record of ${what}`, {
    hint: `${from} serves it all the same: name another proxy in GOPROXY. Nothing was installed.`,
  });
}

/**
 * Runs a proven bin/go once, in staging, with nothing of the user's settings: it must say the version and
 * platform that were asked. Throws BAD_TOOLCHAIN where it doesn't run here (noexec, musl, old kernel).
 */
async function tryToolchain(
  ctx: Context,
  { version, platform }: Release,
  tree: string,
  home: string,
): Promise<void> {
  // Since 1.23 a go command keeps telemetry in its home: here that is the private folder.
  const env = { HOME: home, GOROOT: tree, GOENV: "off", GOTOOLCHAIN: "local", GOFLAGS: "" };
  const name = releaseName(version);
  let said: string;
  try {
    said = (
      await promisify(execFile)(join(tree, "bin", "go"), ["version"], {
        env,
        timeout: 30_000,
        signal: ctx.signal,
      })
    ).stdout.trim();
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw new GvError(
      "BAD_TOOLCHAIN",
      `${name} is proven, but doesn't run here: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: `is ${ctx.root.path} on a filesystem that allows programs (mount | grep noexec), and is this ${formatPlatform(platform)}?`,
        cause: error,
      },
    );
  }
  if (said !== `go version ${name} ${formatPlatform(platform)}`)
    throw new GvError("BAD_TOOLCHAIN", `${name} is proven, but calls itself "${said}"`);
}
