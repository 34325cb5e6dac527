/**
 * The newest of some versions that a request means: of the published ones for `install`, of the
 * installed ones for a shim. Pure; semver is loaded only for ranges.
 */
import { GvError } from "./errors.ts";
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
      if (semver.validRange(request.range) === null)
        throw new GvError("BAD_SPEC", `"${request.range}" is not a range of versions`, {
          hint: "write it as ^1.22, ~1.22.3, or '>=1.21 <1.23'",
        });
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
