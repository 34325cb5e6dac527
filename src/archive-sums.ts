/**
 * What a release's archive is called at go.dev/dl, and which SHA-256 it must have.
 *
 * The sums are those that go.dev publishes: in the table that gv carries (data/SHA256SUMS, in the format of
 * sha256sum, made by scripts/archive-sums.mjs), and in go.dev's own index. Neither is in a transparency log.
 */
import { join } from "node:path";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { parsePlatform, type Platform } from "./platform.ts";
import { textOf } from "./read.ts";
import type { Release } from "./toolchain.ts";
import { compareVersions, parseVersion, releaseName, type Version } from "./version.ts";

/**
 * The name of a release's archive: `go1.22.5.linux-amd64.tar.gz`; a zip for Windows. Whether there is one is
 * another question. Names are GOOS-GOARCH but for those in platformInName (golang/website, internal/dl).
 */
export function archiveName(release: Release): string {
  const type = release.platform.os === "windows" ? "zip" : "tar.gz";
  return `${releaseName(release.version)}.${platformInName(release)}.${type}`;
}

const go142 = { major: 1, minor: 4, patch: 2 };

function platformInName({ version, platform: { os, arch } }: Release): string {
  if (os === "linux" && arch === "arm")
    return releaseName(version) === "go1.6beta1" ? "linux-arm6" : "linux-armv6l";
  // Up to 1.4.2 there was one for OS X 10.6, too.
  if (os === "darwin" && compareVersions(version, go142) <= 0) return `darwin-${arch}-osx10.8`;
  return `${os}-${arch}`;
}

const columnsOfSum = 64;

/** The SHA-256, in hex, that the table in the package has for a file of go.dev/dl; undefined where it has none. */
export function packagedSum(ctx: Context, name: string): string | undefined {
  const table = packagedTable(ctx);
  const end = table.indexOf(`  ${name}\n`);
  return end < 0 ? undefined : table.slice(end - columnsOfSum, end);
}

function packagedTable(ctx: Context): string {
  return textOf(join(ctx.program, "data", "SHA256SUMS")) ?? "";
}

/** The platforms that the table in the package has a release for; none where it doesn't know the release. */
export function packagedPlatforms(ctx: Context, version: Version): Platform[] {
  const name = releaseName(version).replaceAll(".", "\\.");
  const archives = packagedTable(ctx).matchAll(
    new RegExp(`  ${name}\\.([a-z0-9]+-[a-z0-9]+)\\.(?:tar\\.gz|zip)$`, "gm"),
  );
  return [...archives].map(([, platform = ""]) => parsePlatform(platform));
}

/** The newest release that the table in the package knows; it begins with it. */
export function newestPackaged(ctx: Context): Version | undefined {
  const names = packagedTable(ctx).matchAll(/  (go\d+\.\d+(?:\.\d+)?)\.[a-z]/g);
  for (const [, name = ""] of names) return parseVersion(name);
  return undefined;
}

/** Every release that the table in the package knows, pre-releases too. */
export function packagedReleases(ctx: Context): readonly Version[] {
  const names = new Set<string>();
  for (const [, name = ""] of packagedTable(ctx).matchAll(/  go(\d+\.\d+(?:\.\d+|(?:beta|rc)\d+)?)\.[a-z]/g))
    names.add(name);
  return [...names].flatMap((name) => parseVersion(name) ?? []);
}

/**
 * The SHA-256, in hex, that go.dev's index (https://go.dev/dl/?mode=json) has for a file; undefined where it has
 * none, as for files of before 1.5.3. Go promises no form for the index: what isn't needed here is not looked at.
 * Throws NETWORK for what is no such index.
 */
export function indexedSum(indexText: string, name: string): string | undefined {
  const malformed = (): GvError =>
    new GvError("NETWORK", "the index of Go's archives is something else", {
      hint: `it starts ${JSON.stringify(indexText.slice(0, 200))}: does something in between answer for go.dev?`,
    });
  let index: unknown;
  try {
    index = JSON.parse(indexText);
  } catch {
    throw malformed();
  }
  if (!isArray(index)) throw malformed();
  for (const release of index) {
    const files = fieldOf(release, "files");
    if (!isArray(files)) throw malformed();
    const file = files.find((one) => fieldOf(one, "filename") === name);
    if (file === undefined) continue;
    const sum = fieldOf(file, "sha256");
    if (sum === "") return undefined;
    if (typeof sum === "string" && /^[0-9a-f]{64}$/.test(sum)) return sum;
    throw malformed();
  }
  return undefined;
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A field of an object that came as JSON; undefined for anything else. */
function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
