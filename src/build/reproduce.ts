/**
 * Whether a release comes out of its own sources: they are built here, by another Go where one is installed, and what
 * cmd/distpack packs must have the h1 that the log recorded. Go promises that since 1.21 (https://go.dev/blog/rebuild).
 *
 * Guarantees: the sources are those of an installed release whose files have that h1 now; of its programs nothing is
 * used, and nothing that a build generates. Nothing is published.
 */
import { join } from "node:path";

import { openZipFile } from "../module-zip.ts";
import { unpackZip } from "../archive/unpack-zip.ts";
import { h1Of, recordOf } from "../audit.ts";
import type { Context } from "../context.ts";
import { compare, type Differences } from "../differences.ts";
import { GvError } from "../errors.ts";
import { makeFolder } from "../files.ts";
import { hashTree } from "../goroot.ts";
import { formatPlatform, platformFolder, samePlatform } from "../platform.ts";
import { withStaging } from "../staging.ts";
import type { Installed } from "../store.ts";
import { hash1 } from "../sumdb/dirhash.ts";
import { moduleFileName, moduleVersion, placeToolchainFile, type Release } from "../toolchain.ts";
import { isRecordedTree } from "../verify.ts";
import { formatVersion } from "../version.ts";
import { bootstrapFor, oldestBootstrap } from "./bootstrap.ts";
import type { BuildEvents } from "./build.ts";
import { openBuildLog } from "./log.ts";
import { checkRoomForBuild, make } from "./make.ts";
import { sourceIn } from "./sources.ts";

export interface Reproduction {
  readonly release: Release;
  readonly bootstrap: string;
  /** What the log recorded, and which record that is. */
  readonly recorded: { readonly h1: string; readonly id: number; readonly database: string };
  /** The h1 of what was built. */
  readonly built: string;
  /** Which files are not as the release has them: none where both are equal. */
  readonly differences: Differences;
  /** Path of what the build printed. */
  readonly log: string;
}

/**
 * Builds an installed release anew. Throws BAD_ARGUMENT for one before 1.21, NOT_PROVEN where what is installed isn't
 * the release, and what building throws.
 */
export async function reproduce(
  ctx: Context,
  installed: Installed,
  { spec, events, warn }: { spec: string | undefined; events: BuildEvents; warn: (text: string) => void },
): Promise<Reproduction> {
  const { name, version, platform, folder, receipt } = installed;
  const release = version && { version, platform };
  if (!release || !isRecordedTree(release))
    throw new GvError(
      "BAD_ARGUMENT",
      `Go ${name} can't be reproduced: Go promises that for releases since 1.21`,
      {
        hint: "gv build --reproduce 1.21.0   or a newer one",
      },
    );
  checkRoomForBuild(ctx);
  const published = await hashTree(ctx, folder);
  const found = await recordOf(ctx, release, receipt, warn);
  const there = h1Of(release, published);
  if (!found || there !== found.record.h1)
    throw new GvError(
      "NOT_PROVEN",
      `${folder} is not Go ${name} as the log recorded it: its sources prove nothing`,
      {
        hint: `gv verify ${name}   names the files that differ`,
      },
    );
  return withStaging(ctx, async (staging) => {
    const tree = join(staging, "build");
    makeFolder(tree);
    await (await sourceIn(ctx, folder)).put(ctx, tree);
    const bootstrap = await bootstrapFor(ctx, tree, { spec, but: release.version });
    if (spec === undefined && bootstrap.name === name)
      warn(
        `Go ${name} builds itself here, which says less: no other installed release may\n    gv install ${formatVersion(oldestBootstrap(tree))}   then this again has that one build it`,
      );
    const log = openBuildLog(ctx, `reproduce-${platformFolder(platform)}-${name}`);
    try {
      events.onStart(bootstrap, log.path);
      const isForHere = samePlatform(platform, ctx.platform);
      const more = isForHere ? {} : { GOOS: platform.os, GOARCH: platform.arch };
      const { onText } = events;
      await make(ctx, { tree, bootstrap, staging, log, onText, words: ["-distpack"], more });
    } finally {
      log.close();
    }
    const zip = await openZipFile(join(tree, "pkg", "distpack", `${moduleVersion(release)}.zip`));
    if (!zip)
      throw new GvError("BUILD_FAILED", `make.bash -distpack made no ${moduleVersion(release)}.zip`, {
        hint: `all that it printed is in ${log.path}`,
      });
    const place = placeToolchainFile(release);
    const files = await unpackZip(ctx, zip, join(staging, "built"), place);
    const built = new Map(
      files.map((file) => [place(file.name).path, { ...file, path: file.name, size: 0 }]),
    );
    const inModule = published.filter(({ path }) => moduleFileName(release, path) !== undefined);
    const sums = new Map(inModule.map(({ path, sha256 }) => [path, sha256]));
    return {
      release,
      bootstrap: bootstrap.name,
      recorded: { h1: found.record.h1, id: found.record.proof.id, database: found.database },
      built: hash1(files),
      differences: compare(built, [...sums.keys()], (path, { sha256 }) => sha256 !== sums.get(path)),
      log: log.path,
    };
  });
}

/** `go1.26.8 for linux/amd64`, for people. */
export function formatRelease({ version, platform }: Release): string {
  return `Go ${formatVersion(version)} for ${formatPlatform(platform)}`;
}
