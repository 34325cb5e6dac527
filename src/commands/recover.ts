/**
 * What commands of the store begin with after a restart: versions that were not noted to be on disk when the system
 * stopped are hashed anew, each once. One that is whole is noted; one that is torn is taken away and installed again.
 *
 * Never fails: what can't be looked at, or not be installed again, is told with the line to type.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { install, lockName, plainInstall } from "../install.ts";
import { withLock } from "../lock.ts";
import { formatPlatform, samePlatform } from "../platform.ts";
import { progressBar } from "../progress.ts";
import { prepareRoot } from "../root.ts";
import { makeUsable } from "../setup.ts";
import { writeShims } from "../shims.ts";
import { findInstalled, isProven, type Receipt, removeVersion } from "../store.ts";
import type { Release } from "../toolchain.ts";
import { earlierUnsynced, type Unsynced, unmark } from "../unsynced.ts";
import { formatVersion } from "../version.ts";

/** Looks at what an earlier run of the system left unsure. Throws INTERRUPTED alone. */
export async function recover(ctx: Context): Promise<void> {
  const unsure = earlierUnsynced(ctx);
  if (unsure.length === 0 || !mayWrite(ctx)) return;
  for (const one of unsure) {
    try {
      await settle(ctx, one);
    } catch (error) {
      if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
      warn(ctx, `${error.message}\n${(error.hint ?? "").replaceAll(/^(?=.)/gm, "    ")}`.trimEnd());
    }
  }
}

/** To list what is there is no reason to fail where gv may not write. */
function mayWrite(ctx: Context): boolean {
  try {
    prepareRoot(ctx);
    return true;
  } catch (error) {
    if (error instanceof GvError) return false;
    throw error;
  }
}

async function settle(ctx: Context, { release, mark }: Unsynced): Promise<void> {
  const { platform } = release;
  const name = formatVersion(release.version);
  const torn = await withLock(ctx, lockName(platform, name), async () => {
    if (!existsSync(mark)) return undefined; // Another gv has looked.
    const installed = findInstalled(ctx, platform, name);
    const isThere = installed !== undefined || existsSync(join(ctx.root.versions(platform), name));
    if (isThere && !(installed && (await isWhole(ctx, installed.folder, release, installed.receipt)))) {
      await removeVersion(ctx, platform, name);
      writeShims(ctx);
      unmark(mark);
      return { receipt: installed?.receipt };
    }
    unmark(mark);
    return undefined;
  });
  if (!torn) return;
  warn(ctx, `Go ${name} for ${formatPlatform(platform)} was not on disk as a whole when the system stopped`);
  await redo(ctx, release, torn.receipt);
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
    return (await audit(ctx, folder, release, (text) => warn(ctx, text))).verdict === "proven";
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
  const line = `gv install ${isForHere ? "" : `--platform ${formatPlatform(platform)} `}${name}`;
  const bar = progressBar(ctx, `Go ${name}`, { isSilent: false });
  const events = {
    onProgress: (received: number, total: number | undefined) => bar.update(received, total),
    onWait: () => undefined,
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
