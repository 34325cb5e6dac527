/** What pins a version for a folder, and whether two such words mean the same. Reads files only. */
import { join } from "node:path";

import { packagedReleases } from "../../archive-sums.ts";
import type { Context } from "../../context.ts";
import type { Machine } from "../../doctor/machine.ts";
import { platformFolder } from "../../platform.ts";
import { startOf, textOf, upwards } from "../../read.ts";
import { goVersionFile, readLimit, toolVersionsFile, type VersionFile } from "../../version-files.ts";
import {
  compareVersions,
  matchesPartial,
  parseFolderName,
  parseRequest,
  type Request,
  type Version,
} from "../../version.ts";

/** A word that pins a version, and where it stands. */
export interface Pin {
  readonly file: string;
  readonly line: number;
  readonly spec: string;
}

/** In words: `/home/me/x/.go-version, line 1 says 1.22`. */
export function formatPin({ file, line, spec }: Pin): string {
  return `${file}, line ${line} says ${spec}`;
}

/** What a version file of that kind in a folder says, best first. */
export function pinsIn(folder: string, format: VersionFile): readonly Pin[] {
  const file = join(folder || "/", format.name);
  return format.read(startOf(file, readLimit) ?? "").map(({ spec, line }) => ({ file, line, spec }));
}

/** The nearest version file's words, here or above; none where there is none. */
export function nearestPins(ctx: Context): readonly Pin[] {
  for (const folder of upwards(ctx.cwd))
    for (const format of [goVersionFile, toolVersionsFile]) {
      const pins = pinsIn(folder, format);
      if (pins.length > 0) return pins;
    }
  return [];
}

/** Whether two words may mean the same version; true as well where one is no number: gv can't tell then. */
export function mayAgree(one: string, other: string): boolean {
  const [a, b] = [requestIn(one), requestIn(other)];
  if (a?.kind === "exact" && b?.kind === "exact") return compareVersions(a.version, b.version) === 0;
  if (a?.kind === "exact" && b?.kind === "partial") return matchesPartial(a.version, b);
  if (a?.kind === "partial" && b?.kind === "exact") return matchesPartial(b.version, a);
  if (a?.kind !== "partial" || b?.kind !== "partial") return true;
  return a.major === b.major && (a.minor ?? b.minor) === (b.minor ?? a.minor);
}

function requestIn(spec: string): Request | undefined {
  try {
    return parseRequest(spec);
  } catch {
    return undefined;
  }
}

/** The version that this folder's version file leads to, and the pin; undefined where none pins one. */
export async function pinnedHere(machine: Machine): Promise<{ pin: Pin; version: Version } | undefined> {
  const here = await machine.here;
  if (here.origin.kind !== "file") return undefined;
  const { file, line, text } = here.origin;
  const exact = here.kind === "missing" && here.request.kind === "exact" ? here.request.version : undefined;
  const version = here.kind === "version" ? parseFolderName(here.name) : exact;
  return version && { pin: { file, line, spec: text }, version };
}

/** The nearest pin of each kind of file in these folders, which begin with the current one. */
export function nearestOfEach(
  folders: readonly string[],
): readonly { readonly folder: string; readonly pins: readonly Pin[] }[] {
  return [goVersionFile, toolVersionsFile].flatMap((format) => {
    const all = folders.map((folder) => ({ folder, pins: pinsIn(folder, format) }));
    return all.find(({ pins }) => pins.length > 0) ?? [];
  });
}

/**
 * The releases that gv knows of without asking anybody: of the table in the package, and what a proxy listed last. No
 * pre-releases. It may know none that came later: what it doesn't know is not told.
 */
export function knownReleases(ctx: Context): readonly Version[] {
  const listed = (textOf(join(ctx.root.cache, `releases-${platformFolder(ctx.platform)}`)) ?? "").split("\n");
  return [...packagedReleases(ctx), ...listed.flatMap((name) => parseFolderName(name) ?? [])].filter(
    ({ pre }) => pre === undefined,
  );
}
