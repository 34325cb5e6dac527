/**
 * Which releases there are: the list of golang.org/toolchain at the proxies of GOPROXY (or go.dev/dl/mod).
 *
 * An exact version needs no list. "Newest" for anything else is the word of that list, which no log
 * proves: a proxy can hide a release, but not make one up (verify.ts proves what is installed).
 */
import { newestOf } from "./choose.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import type { ProxyList } from "./goproxy.ts";
import { formatPlatform, type Platform, samePlatform } from "./platform.ts";
import { readToolchainFile } from "./proxy-file.ts";
import { parseModuleVersion, type Release } from "./toolchain.ts";
import { compareVersions, formatRequest, formatVersion, type Request, type Version } from "./version.ts";

/** Every release of every platform that the first proxy with a list names, oldest first. */
export async function listReleases(ctx: Context, list: ProxyList): Promise<Release[]> {
  const text = await readToolchainFile(ctx, list, "list");
  if (text === undefined)
    throw new GvError("NETWORK", `no proxy of GOPROXY=${list.text} lists the releases of Go`, {
      hint: "name an exact version (gv install 1.22.5), which needs no list, or another proxy: GOPROXY=direct",
    });
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const releases = lines.map((line) => parseModuleVersion(line.trim())).filter((one) => one !== undefined);
  if (releases.length === 0 && lines.length > 0)
    throw new GvError("NETWORK", `GOPROXY=${list.text} answers something else than a list of releases`, {
      hint: "something in between answers for it (a login page, a company's proxy), or the address is wrong",
    });
  return releases.toSorted((a, b) => compareVersions(a.version, b.version));
}

/** The newest release that a request means. Throws NO_SUCH_RELEASE or NO_SUCH_PLATFORM, naming what there is. */
export async function findRelease(
  ctx: Context,
  list: ProxyList,
  request: Request,
  platform: Platform,
): Promise<Release> {
  if (request.kind === "exact") return { version: request.version, platform };
  const releases = await listReleases(ctx, list);
  const version = await newestOf(versionsFor(releases, platform), request);
  if (version === undefined) throw await unknownRelease(releases, request, platform);
  return { version, platform };
}

/**
 * Why a release can't be had: it is there for other platforms, or it isn't there at all and others are near.
 * A `refusal` (403) stands where the list has the release, and where there is no list: some proxies refuse
 * what they don't have, and whoever mistyped a version should see that rather than a policy.
 */
export async function explainMissing(
  ctx: Context,
  list: ProxyList,
  release: Release,
  refusal?: GvError,
): Promise<GvError> {
  const { version, platform } = release;
  let releases: readonly Release[] = [];
  try {
    releases = await listReleases(ctx, list);
  } catch (error) {
    if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
    const what = `${formatVersion(version)} for ${formatPlatform(platform)}`;
    return (
      refusal ??
      new GvError("NETWORK", `no proxy of GOPROXY=${list.text} has Go ${what}, or a list of what there is`, {
        hint: `where it comes from: ${list.origin}. To ask go.dev itself: GOPROXY=direct gv install ...`,
      })
    );
  }
  const unknown = await unknownRelease(releases, { kind: "exact", version }, platform);
  if (!refusal) return unknown;
  const isListed = versionsFor(releases, platform).some((other) => compareVersions(other, version) === 0);
  if (isListed) return refusal;
  const hint = `its list says: ${unknown.message}\n${unknown.hint}\n${refusal.hint}`;
  return new GvError("PROXY_REFUSED", refusal.message, { hint, cause: refusal });
}

async function unknownRelease(
  releases: readonly Release[],
  request: Request,
  platform: Platform,
): Promise<GvError> {
  const asked = formatRequest(request);
  const elsewhere: Release[] = [];
  for (const other of uniquePlatforms(releases)) {
    const version = await newestOf(versionsFor(releases, other), request);
    if (version) elsewhere.push({ version, platform: other });
  }
  const others = elsewhere.map((release) => formatPlatform(release.platform)).toSorted();
  const near = nearest(versionsFor(releases, platform), request).map(formatVersion);
  const hint =
    near.length > 0
      ? `near it: ${near.join(", ")}\ngv list-remote   shows all`
      : "gv list-remote --all   shows what there is";
  if (others.length > 0)
    return new GvError("NO_SUCH_PLATFORM", `Go ${asked} is not published for ${formatPlatform(platform)}`, {
      hint: `it is for ${others.join(", ")}\n${hint}`,
    });
  return new GvError(
    "NO_SUCH_RELEASE",
    `there is no release ${asked} of Go for ${formatPlatform(platform)}`,
    { hint },
  );
}

function versionsFor(releases: readonly Release[], platform: Platform): Version[] {
  return releases.filter((release) => samePlatform(release.platform, platform)).map(({ version }) => version);
}

function uniquePlatforms(releases: readonly Release[]): Platform[] {
  return [...new Map(releases.map(({ platform }) => [formatPlatform(platform), platform])).values()];
}

/** Up to three versions that a person may have meant: the newest ones of the same minor, else around it. */
function nearest(versions: readonly Version[], request: Request): Version[] {
  if (request.kind !== "exact" && request.kind !== "partial") return versions.slice(-3);
  const { major, minor = 0 } = request.kind === "exact" ? request.version : request;
  const sameMinor = versions.filter((version) => version.major === major && version.minor === minor);
  if (sameMinor.length > 0) return sameMinor.slice(-3);
  const below = versions.filter((v) => v.major < major || (v.major === major && v.minor < minor)).slice(-2);
  const above = versions.find((v) => v.major > major || (v.major === major && v.minor > minor));
  return above ? [...below, above] : below;
}
