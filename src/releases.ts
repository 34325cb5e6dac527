/**
 * Which releases there are: the list of golang.org/toolchain at the proxies of GOPROXY (or go.dev/dl/mod).
 *
 * An exact version needs no list. "Newest" for anything else is the word of that list, which no log
 * proves: a proxy can hide a release, but not make one up (verify.ts proves what is installed).
 */
import { newestPackaged, packagedPlatforms } from "./archive-sums.ts";
import { newestOf } from "./choose.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { isGoPlatform } from "./go-platforms.ts";
import type { ProxyList } from "./goproxy.ts";
import { didYouMean } from "./near.ts";
import { formatPlatform, type Platform, samePlatform } from "./platform.ts";
import { readToolchainFile } from "./proxy-file.ts";
import { whyNotHere } from "./system-needs.ts";
import { parseModuleVersion, type Release } from "./toolchain.ts";
import {
  compareVersions,
  formatRequest,
  formatVersion,
  keywords,
  newestMatching,
  type Request,
  type Version,
} from "./version.ts";

/** The release that a request means. */
export interface Found {
  readonly release: Release;
  /** Why it isn't a newer one: this system can't run that. */
  readonly passedOver: GvError | undefined;
  /** The newest release that is known: of the list that was read, or of the table in the package. */
  readonly newest: Version | undefined;
  /** What the list that was read has for the platform; nothing where none was. */
  readonly listed: readonly Version[];
}

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

/**
 * The newest release that a request means and, where it is for this platform, that this system can run (not asked of
 * one that is `toRun` elsewhere). Throws
 * NO_SUCH_RELEASE or NO_SUCH_PLATFORM, naming what there is, and UNSUPPORTED_SYSTEM, naming the newest that runs.
 */
export async function findRelease(
  ctx: Context,
  list: ProxyList,
  request: Request,
  platform: Platform,
  toRun: "here" | "elsewhere" = "here",
): Promise<Found> {
  const why = (version: Version): GvError | undefined =>
    toRun === "here" && samePlatform(platform, ctx.platform) ? whyNotHere(version, ctx) : undefined;
  if (request.kind === "exact") {
    const { version } = request;
    const refusal = why(version);
    if (refusal) throw refusal;
    return { release: { version, platform }, passedOver: undefined, newest: newestPackaged(ctx), listed: [] };
  }
  const releases = await listReleases(ctx, list);
  const candidates = versionsFor(releases, platform);
  const meant = await newestOf(candidates, request);
  if (meant === undefined) throw await unknownRelease(releases, request, platform);
  const passedOver = why(meant);
  const runs = (version: Version): boolean => why(version) === undefined;
  const version = passedOver ? await newestOf(candidates.filter(runs), request) : meant;
  if (version === undefined) throw passedOver;
  const all = releases.map((release) => release.version);
  const newest = newestMatching(all, { kind: "latest" });
  return { release: { version, platform }, passedOver, newest, listed: candidates };
}

/**
 * That nobody mends a release any more, undefined where somebody does: a minor is supported until there are two
 * newer ones (https://go.dev/doc/devel/release#policy).
 */
export function endOfSupport(version: Version, newest: Version): string | undefined {
  if (version.major !== newest.major || newest.minor - version.minor < 2) return undefined;
  const minor = (n: number): string => `${newest.major}.${n}`;
  return (
    `Go ${minor(version.minor)} is past its end of support: it gets no security fixes since Go ${minor(version.minor + 2)} ` +
    `came out (supported: ${minor(newest.minor)} and ${minor(newest.minor - 1)})`
  );
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
  const published = packagedPlatforms(ctx, version);
  if (published.length > 0 && !published.some((other) => samePlatform(other, platform)))
    return notFor(platform, formatVersion(version), published);
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

/** The error for a word that means no release, such as `system` or a linked name; `done` is what was to be done with it. */
export function noRelease(request: Request, done: "installed" | "mirrored"): GvError {
  const word = formatRequest(request);
  return new GvError("BAD_SPEC", `"${word}" is no release that could be ${done}`, {
    hint: `${request.kind === "name" ? didYouMean(word, keywords) : ""}${
      request.kind === "tip" ? "gv build tip   builds it\n" : ""
    }gv list-remote   shows what can be`,
  });
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
  const there = versionsFor(releases, platform);
  const around = versionsAround(there, request).map(formatVersion);
  const hint =
    didYouMean(asked, namesFor(there)) +
    (around.length > 0
      ? `near it: ${around.join(", ")}\ngv list-remote   shows all`
      : "gv list-remote --all   shows what there is");
  // A proxy's list is its own: it may leave out what Go has.
  if (elsewhere.length > 0)
    return new GvError(
      "NO_SUCH_PLATFORM",
      `the list of your GOPROXY has no Go ${asked} for ${formatPlatform(platform)}`,
      {
        hint: `${whichPlatforms(
          "it has it for",
          elsewhere.map((release) => release.platform),
          platform,
        )}\n${hint}\nto ask go.dev itself: GOPROXY=direct gv install ...`,
      },
    );
  return new GvError(
    "NO_SUCH_RELEASE",
    `there is no release ${asked} of Go for ${formatPlatform(platform)}`,
    { hint },
  );
}

function notFor(platform: Platform, asked: string, others: readonly Platform[]): GvError {
  return new GvError("NO_SUCH_PLATFORM", `Go ${asked} is not published for ${formatPlatform(platform)}`, {
    hint: `${whichPlatforms("it is for", others, platform)}\ngv list-remote --all   shows what there is`,
  });
}

function whichPlatforms(fact: string, platforms: readonly Platform[], asked: Platform): string {
  const names = platforms.map(formatPlatform).toSorted();
  return `${platformMeant(asked, names)}${fact} ${names.join(", ")}`;
}

/** The line for a hint, with its end, where a platform is none that Go knows: of some names the one that was meant. */
export function platformMeant({ os, arch }: Platform, names: Iterable<string>): string {
  return isGoPlatform(os, arch) ? "" : didYouMean(`${os}/${arch}`, names);
}

/** As a person types them: 1.22.5, and 1.22 for all of a minor. */
function namesFor(versions: readonly Version[]): Set<string> {
  return new Set(versions.flatMap((one) => [formatVersion(one), `${one.major}.${one.minor}`]));
}

function versionsFor(releases: readonly Release[], platform: Platform): Version[] {
  return releases.filter((release) => samePlatform(release.platform, platform)).map(({ version }) => version);
}

function uniquePlatforms(releases: readonly Release[]): Platform[] {
  return [...new Map(releases.map(({ platform }) => [formatPlatform(platform), platform])).values()];
}

/** Up to three versions that a person may have meant: the newest ones of the same minor, else around it. */
function versionsAround(versions: readonly Version[], request: Request): Version[] {
  if (request.kind !== "exact" && request.kind !== "partial") return versions.slice(-3);
  const { major, minor = 0 } = request.kind === "exact" ? request.version : request;
  const sameMinor = versions.filter((version) => version.major === major && version.minor === minor);
  if (sameMinor.length > 0) return sameMinor.slice(-3);
  const below = versions.filter((v) => v.major < major || (v.major === major && v.minor < minor)).slice(-2);
  const above = versions.find((v) => v.major > major || (v.major === major && v.minor > minor));
  return above ? [...below, above] : below;
}
