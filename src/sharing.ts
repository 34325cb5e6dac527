/**
 * What of a release is on this disk already: the installed version that is nearest to it, and how its files are taken.
 *
 * Guarantees: nothing is trusted. A file is taken where it is what the zip's directory says (size and CRC-32), which
 * says no more than that it may be the one; what is on disk in the end is hashed, and proven as a whole.
 */
import { join } from "node:path";

import type { SharedTree } from "./archive/unpack-zip.ts";
import { configSharing } from "./config.ts";
import type { Context } from "./context.ts";
import { removeFile, shareFile } from "./files.ts";
import { samePlatform } from "./platform.ts";
import { type Installed, listInstalled } from "./store.ts";
import { isCompiled, type Release } from "./toolchain.ts";
import type { Version } from "./version.ts";

/** A GOROOT whose files may be those of a release. */
export interface Near extends SharedTree {
  /** `1.22.5`, for people. */
  readonly name: string;
}

/**
 * The installed version of the same minor, or for another platform, that shares most with a release: of the same
 * platform rather than another, and the nearest patch. Undefined where there is none, and with `share = off`. A linked
 * Go is never one: it is the user's own.
 */
export function nearestInstalled(ctx: Context, release: Release): Near | undefined {
  const how = configSharing(ctx);
  if (how === "off") return undefined;
  const [nearest] = listInstalled(ctx)
    .flatMap((one) => {
      const away = distance(one, release);
      return one.link === undefined && away !== undefined ? [{ one, away }] : [];
    })
    .toSorted((a, b) => a.away - b.away);
  if (!nearest) return undefined;
  const { name, folder } = nearest.one;
  return { name, folder, how, mayHave: (path) => !isCompiled(path) };
}

/**
 * Whether its files will take no room: tried with one of them, in `folder`, which is private to the caller. Copies do,
 * and where there are no clones there are copies.
 */
export function takesNoRoom(near: Near, folder: string): boolean {
  const probe = join(folder, "probe");
  const isShared = shareFile(near.how, join(near.folder, "VERSION"), probe) === true;
  removeFile(probe);
  return isShared;
}

/** Less where more is shared; undefined where it is another minor. */
function distance({ version, platform }: Installed, release: Release): number | undefined {
  if (version?.major !== release.version.major || version.minor !== release.version.minor) return undefined;
  const patches = Math.abs(place(version) - place(release.version));
  return samePlatform(platform, release.platform) ? patches : 1000 + patches;
}

/** A patch's place among those of its minor; a beta or rc is before them all. */
function place({ patch, pre }: Version): number {
  return pre === undefined ? patch : -1;
}
