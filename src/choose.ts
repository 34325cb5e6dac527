/**
 * The newest of some versions that a request means: of the published ones for `install`, of the
 * installed ones for a shim. Pure; semver is loaded only for ranges.
 */
import { compareVersions, newestMatching, type Request, toSemver, type Version } from "./version.ts";

/**
 * Releases come before pre-releases; `oldstable` is the newest release of the minor before the newest.
 * Undefined when none is meant, and for requests that are not answered by a list (system, a name, ...).
 */
export async function newestOf(
  candidates: readonly Version[],
  request: Request,
): Promise<Version | undefined> {
  switch (request.kind) {
    case "exact":
      return candidates.find((version) => compareVersions(version, request.version) === 0);
    case "partial":
    case "latest":
    case "stable":
      return newestMatching(candidates, request);
    case "oldstable":
      return oldStable(candidates);
    case "range": {
      const { default: semver } = await import("semver");
      const best = semver.maxSatisfying(candidates.map(toSemver), request.range);
      return candidates.find((version) => toSemver(version) === best);
    }
    default:
      return undefined;
  }
}

function oldStable(candidates: readonly Version[]): Version | undefined {
  const releases = candidates.filter((version) => version.pre === undefined);
  const newest = newestMatching(releases, { kind: "latest" });
  const older = releases.filter((v) => newest && (v.major < newest.major || v.minor < newest.minor));
  return newestMatching(older, { kind: "latest" });
}
