/**
 * What commands of the store begin with after a restart: versions that were not noted to be on disk when the system
 * stopped are hashed anew, each once. One that is whole is noted; one that is torn is taken away and installed again. One
 * that differs otherwise may be somebody's own change: it is kept in backups/.
 *
 * Never fails: what can't be looked at, or not be installed again, is told with the line to type.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { makeFolder, move } from "../files.ts";
import { install, plainInstall } from "../install.ts";
import { versionLock, withLock } from "../lock.ts";
import { formatPlatform, platformFolder, samePlatform } from "../platform.ts";
import { progressBar } from "../progress.ts";
import { statOf } from "../read.ts";
import { mayWriteRoot } from "../root.ts";
import { makeUsable } from "../setup.ts";
import { writeShims } from "../shims.ts";
import { sweepStaging } from "../staging.ts";
import { findInstalled, isProven, type Receipt, removeVersion } from "../store.ts";
import type { Release } from "../toolchain.ts";
import { earlierUnsynced, type Unsynced, unmark } from "../unsynced.ts";
import { formatVersion } from "../version.ts";

/** Looks at what an earlier run of the system left unsure. Throws INTERRUPTED alone. */
export async function recover(ctx: Context): Promise<void> {
  const unsure = earlierUnsynced(ctx);
  if (unsure.length === 0 || !mayWriteRoot(ctx)) return; // To list what is there is no reason to fail.
  for (const one of unsure) {
    try {
      await settle(ctx, one);
    } catch (error) {
      if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
      warn(ctx, `${error.message}\n${(error.hint ?? "").replaceAll(/^(?=.)/gm, "    ")}`.trimEnd());
    }
  }
}

async function settle(ctx: Context, { release, mark }: Unsynced): Promise<void> {
  const { platform } = release;
  const name = formatVersion(release.version);
  const waits = (): void => warn(ctx, `another gv is at Go ${name}; waiting for that one`);
  const look = async (): Promise<Torn | undefined> => {
    if (!existsSync(mark)) return undefined; // Another gv has looked.
    await sweepStaging(ctx, { platform, name }); // What is put back of an earlier run is looked at, too.
    const installed = findInstalled(ctx, platform, name);
    const isThere = installed !== undefined || existsSync(join(ctx.root.versions(platform), name));
    if (isThere && !(installed && (await isWhole(ctx, installed.folder, release, installed.receipt)))) {
      // It may be somebody's own change of it: what looks like no loss of power is kept.
      const kept = looksTorn(installed?.folder) ? undefined : keepAside(ctx, release);
      if (kept === undefined) await removeVersion(ctx, platform, name);
      writeShims(ctx);
      unmark(mark);
      return { receipt: installed?.receipt, kept };
    }
    unmark(mark);
    return undefined;
  };
  const torn = await withLock(ctx, versionLock(platform, name), look, waits);
  if (!torn) return;
  const what = `Go ${name} for ${formatPlatform(platform)}`;
  warn(
    ctx,
    torn.kept === undefined
      ? `${what} was not on disk as a whole when the system stopped`
      : `${what} isn't what was published: changed by hand, or not on disk as a whole when the system stopped\n` +
          `    it is kept as ${torn.kept}, to look at or to remove`,
  );
  await redo(ctx, release, torn.receipt);
}

/** A version that isn't whole: what its receipt said, and where it is kept, if it is. */
interface Torn {
  readonly receipt: Receipt | undefined;
  readonly kept: string | undefined;
}

/** True where files are as no one leaves them, and a file system does that lost their data: empty, or gone from bin/. */
function looksTorn(folder: string | undefined): boolean {
  return folder === undefined || hasEmptyFile(folder);
}

/** Releases have empty files in testdata/ alone. */
function hasEmptyFile(folder: string): boolean {
  try {
    return readdirSync(folder, { withFileTypes: true }).some((entry) => {
      if (entry.isDirectory()) return entry.name !== "testdata" && hasEmptyFile(join(folder, entry.name));
      return entry.isFile() && statOf(join(folder, entry.name))?.size === 0;
    });
  } catch {
    return true; // As a torn file system has it.
  }
}

/** Moves a version into backups/; undefined where it is gone. */
function keepAside(ctx: Context, { version, platform }: Release): string | undefined {
  const time = new Date(ctx.now()).toISOString().replaceAll(":", "-");
  const kept = join(ctx.root.backups, time, platformFolder(platform), formatVersion(version));
  makeFolder(dirname(kept));
  return move(join(ctx.root.versions(platform), formatVersion(version)), kept) === "moved" ? kept : undefined;
}

/** By what its receipt keeps, so without a network. */
async function isWhole(
  ctx: Context,
  folder: string,
  release: Release,
  receipt: Receipt | undefined,
): Promise<boolean> {
  if (receipt && !isProven(receipt)) {
    const name = formatVersion(release.version);
    warn(ctx, `whether Go ${name}, which was installed unproven, is whole after the restart can't be told`);
    return true;
  }
  try {
    const { verdict } = await audit(ctx, folder, release, (text) => warn(ctx, text));
    if (verdict !== "proven" && verdict !== "differs")
      warn(
        ctx,
        `whether Go ${formatVersion(release.version)} is whole after the restart can't be told: gv verify`,
      );
    return verdict !== "differs";
  } catch (error) {
    if (error instanceof GvError && error.code === "NOT_READABLE") return false; // As a torn file system has it.
    throw error;
  }
}

/** Installs it again, in the form that it had. */
async function redo(ctx: Context, release: Release, before: Receipt | undefined): Promise<void> {
  const { version, platform } = release;
  const name = formatVersion(version);
  const isForHere = samePlatform(platform, ctx.platform);
  const form = before?.form === "archive" ? "--full " : "";
  const line = `gv install ${form}${isForHere ? "" : `--platform ${formatPlatform(platform)} `}${name}`;
  const bar = progressBar(ctx, `Go ${name}`, { isSilent: false });
  const events = {
    onProgress: (received: number, total: number | undefined) => bar.update(received, total),
    onWait: () => warn(ctx, `another gv is installing Go ${name}; waiting for that one`),
    onWarning: (text: string) => warn(ctx, text),
    onNote: () => undefined,
  };
  const gpg = before?.evidence.some(({ by }) => by === "signature") ?? false;
  const options = { ...plainInstall, full: before?.form === "archive", gpg };
  try {
    const { installed } = await install(ctx, { kind: "exact", version }, platform, events, options).finally(
      () => bar.clear(),
    );
    makeUsable(ctx, installed);
    warn(ctx, `Go ${name} is installed again, and proven (docs/reliability.md, "Power loss")`);
  } catch (error) {
    if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
    warn(ctx, `it is removed, and could not be installed again: ${error.message}\n    to try again: ${line}`);
  }
}

function warn(ctx: Context, text: string): void {
  ctx.stderr.write(`gv: ${text}\n`);
}
