/**
 * The use case: from what was asked to a proven Go in the store.
 *
 * Told as one page: which release; is it there; one gv at a time as far as a lock can tell; from the first
 * source that has it, what must be proven and the bytes side by side, unpacked in staging/ while they arrive;
 * prove; try it; publish by one rename; have it written to the disk behind. Guarantees: whatever fails on the way,
 * the store is as it was, and staging/ holds nothing.
 */
import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { keepForCompletion } from "./completions.ts";
import type { Context } from "./context.ts";
import { emulationNote } from "./emulation.ts";
import { GvError } from "./errors.ts";
import { makeFolder } from "./files.ts";
import { mayWriteRoot, prepareRoot } from "./root.ts";
import { proxyList } from "./goproxy.ts";
import { versionLock, withLock } from "./lock.ts";
import { formatPlatform, type Platform } from "./platform.ts";
import type { Progress } from "./proxy-file.ts";
import { endOfSupport, explainMissing, type Found, findRelease, noRelease } from "./releases.ts";
import { type Source, type SourceOptions, sourcesOf } from "./sources.ts";
import { sweepStaging, withStaging } from "./staging.ts";
import { markUnsynced, syncInBackground, unmark } from "./unsynced.ts";
import { addVersion, findInstalled, type Installed, type Provenance } from "./store.ts";
import type { Release } from "./toolchain.ts";
import { examine } from "./trial.ts";
import { formatVersion, releaseName, type Request } from "./version.ts";

/** What may be asked for besides a version. */
export interface InstallOptions extends SourceOptions {
  /** Install what can't be proven, too; its receipt says so. */
  readonly unproven: boolean;
  /** Install it in place of the one that is there, which stays until the new one is proven. */
  readonly force: boolean;
}

/** What an install is unless somebody asks for something else. */
export const plainInstall: InstallOptions = { full: false, gpg: false, unproven: false, force: false };

/** What install tells while it works. */
export interface InstallEvents {
  readonly onProgress: Progress;
  /** Once, when another gv is installing the same release. */
  readonly onWait: () => void;
  /** Something that doesn't stop the install, and that a person should know. */
  readonly onWarning: (text: string) => void;
  /** What a release costs here, or why it isn't a newer one; before it is downloaded. */
  readonly onNote: (text: string) => void;
}

export interface Outcome {
  readonly installed: Installed;
  /** False when it was there already, or when another gv was first. */
  readonly isNew: boolean;
  /** That nobody mends this release any more; said once, where it is new. */
  readonly endOfSupport: string | undefined;
}

/**
 * Installs the newest release that `request` means for `platform`. Throws what its steps throw, among
 * them NO_SUCH_RELEASE, NO_SUCH_PLATFORM, UNSUPPORTED_SYSTEM, NOT_PROVEN, NETWORK, NO_SPACE, NOT_WRITABLE.
 */
export async function install(
  ctx: Context,
  request: Request,
  platform: Platform,
  events: InstallEvents,
  options = plainInstall,
): Promise<Outcome> {
  if (["system", "name", "tip", "go.mod"].includes(request.kind)) throw noRelease(request, "installed");
  // Who was killed while it was published types it again, and finds it here.
  if (existsSync(ctx.root.path) && mayWriteRoot(ctx)) await sweepStaging(ctx);
  const list = proxyList(ctx);
  const found = await findRelease(ctx, list, request, platform);
  const { release } = found;
  const name = formatVersion(release.version);
  const there = findInstalled(ctx, platform, name);
  if (!there) {
    for (const note of notesOn(found, ctx.platform)) events.onNote(note);
    prepareRoot(ctx);
  }
  keepForCompletion(ctx, platform, found.listed);
  if (there && !options.force) return { installed: there, isNew: false, endOfSupport: undefined };
  const isNew = await installFrom(
    ctx,
    release,
    () => sourcesOf(ctx, list, release, options),
    events,
    options,
  );
  const installed = findInstalled(ctx, platform, name);
  if (!installed)
    throw new GvError("NOT_INSTALLED", `Go ${name} was removed by another gv while it was installed`, {
      hint: `gv install ${name}`,
    });
  const ended = isNew && found.newest ? endOfSupport(release.version, found.newest) : undefined;
  return { installed, isNew, endOfSupport: ended };
}

/**
 * Installs a release from the first of some sources that has it, in a root that is ready: the part of install() that
 * doesn't ask which release. False when it is there already, or when another gv was first. Throws as install() does.
 */
export async function installFrom(
  ctx: Context,
  release: Release,
  sources: () => readonly Source[],
  events: InstallEvents,
  options = plainInstall,
): Promise<boolean> {
  const { platform } = release;
  const name = formatVersion(release.version);
  return withLock(
    ctx,
    versionLock(platform, name),
    async () => {
      await sweepStaging(ctx, { platform, name }); // The one of that name that was killed held the lock until now.
      if (!options.force && findInstalled(ctx, platform, name)) return false;
      return fetchAndPublish(ctx, release, sources(), events, options);
    },
    events.onWait,
  );
}

/** What should be known before a release is downloaded. */
function notesOn({ release, passedOver }: Found, host: Platform): string[] {
  const instead = passedOver && `${passedOver.message}: it is ${formatVersion(release.version)} instead`;
  return [instead, emulationNote(release, host)].filter((note) => note !== undefined);
}

async function fetchAndPublish(
  ctx: Context,
  release: Release,
  sources: readonly Source[],
  events: InstallEvents,
  options: InstallOptions,
): Promise<boolean> {
  const list = proxyList(ctx);
  return withStaging(ctx, async (staging) => {
    const passedOver: string[] = []; // Said once another source shows that it was their fault.
    for (const [i, source] of sources.entries()) {
      const folder = join(staging, String(i));
      const tree = join(folder, "tree");
      makeFolder(tree, ctx.umask);
      try {
        const arrived = await fetchProven(ctx, source, folder, tree, events, options);
        if (!arrived) continue;
        const mayRun = arrived.evidence.length > 0;
        for (const text of passedOver) events.onWarning(text);
        const said = await examine(ctx, release, tree, { home: folder, mayRun });
        return publish(ctx, tree, release, { ...arrived, ...said }, { staging, replace: options.force });
      } catch (error) {
        if (!(error instanceof GvError)) throw error;
        if (error.code === "PROXY_REFUSED" && source.form === "module")
          throw await explainMissing(ctx, list, release, error);
        if (!source.local?.faults.has(error.code)) throw error;
        passedOver.push(`${source.local.what} is passed over: ${error.message}\n    ${source.local.instead}`);
      }
    }
    if (options.full || options.gpg) throw noArchive(release);
    throw await explainMissing(ctx, list, release);
  });
}

/** Gives it its name, and has it written out behind; what has no name needs no mark. */
function publish(
  ctx: Context,
  tree: string,
  release: Release,
  provenance: Provenance,
  options: { staging: string; replace: boolean },
): boolean {
  const mark = markUnsynced(ctx, release);
  let isNew = false;
  try {
    isNew = addVersion(ctx, tree, release, provenance, options);
  } finally {
    if (!isNew) unmark(mark);
  }
  if (isNew) syncInBackground(ctx, mark);
  return isNew;
}

/** What --unproven goes past: a proof that fails, and one that can't be had. */
const isOfProof: ReadonlySet<string> = new Set(["NOT_PROVEN", "NO_CHECKSUM_DATABASE", "NETWORK"]);

function noArchive({ version, platform }: Release): GvError {
  const name = releaseName(version);
  return new GvError(
    "NO_SUCH_RELEASE",
    `no place has ${name} for ${formatPlatform(platform)} as an archive`,
    {
      hint: `gv install ${formatVersion(version)}   takes the module form, which has all that a build needs`,
    },
  );
}

/**
 * From one source into `tree`, proven; undefined where the source hasn't got it. What must be proven is asked
 * for while the bytes arrive: when one fails, the other is stopped before anything is removed.
 */
async function fetchProven<Expected, Arrived>(
  ctx: Context,
  source: Source<Expected, Arrived>,
  spool: string,
  tree: string,
  events: InstallEvents,
  options: InstallOptions,
): Promise<Provenance | undefined> {
  const unproven = options.unproven && source.local === undefined; // Another source may have a proven one.
  const stop = new AbortController();
  const inner = { ...ctx, signal: AbortSignal.any([ctx.signal, stop.signal]) };
  setMaxListeners(0, inner.signal); // Each request listens; Node warns of more than ten.
  const work: Promise<unknown>[] = [];
  const together = <T>(promise: Promise<T>): Promise<T> => {
    work.push(promise.catch(() => undefined)); // Each is awaited below, some of them late.
    return promise;
  };
  try {
    const expecting = together(source.expect(inner, events.onWarning));
    expecting.catch((error: unknown) => {
      if (!unproven && error instanceof GvError && error.code === "NOT_PROVEN") stop.abort(error);
    });
    // Where both fail, what became of the bytes is the better answer.
    const opened = await together(source.open(inner, spool, events.onProgress));
    if (!opened) return undefined;
    const { form } = source;
    const { from } = opened;
    const unpacking = together(opened.unpack(tree));
    const arrived = (await Promise.all([unpacking, unproven ? undefined : expecting]))[0];
    try {
      return { form, from, evidence: await source.prove(inner, await expecting, arrived, from) };
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (!unproven || !(error instanceof GvError) || !isOfProof.has(error.code)) throw error;
      events.onWarning(`${error.message}\n    it is installed all the same: --unproven`);
      return { form, from, evidence: [], unproven: error.message };
    }
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    stop.abort(new GvError("INTERRUPTED", "interrupted"));
    await Promise.all(work);
  }
}
