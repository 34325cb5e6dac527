/**
 * Go versions: what was asked for (Request) and what is (Version); one parser for both. Pure.
 *
 * Grammar and order follow internal/gover of the go command and https://go.dev/doc/toolchain#version:
 * a release is major.minor[.patch][kind number], kind is `beta` or `rc` and never follows a patch.
 * Up to 1.20 the first release of a minor has no `.0` in Go's own names (go1.20), since 1.21 it has
 * (go1.21.0). gv always writes `.0`, and `1.20` typed by a person always means "the newest 1.20.x".
 */
import { GvError } from "./errors.ts";

/** A release of Go, or a pre-release of one. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly pre?: { readonly kind: "beta" | "rc"; readonly number: number };
}

/** What a person or a file asked for. */
export type Request =
  | { readonly kind: "exact"; readonly version: Version }
  | { readonly kind: "partial"; readonly major: number; readonly minor?: number }
  | { readonly kind: "range"; readonly range: string }
  | { readonly kind: "latest" | "stable" }
  | { readonly kind: "oldstable" | "system" | "go.mod" | "tip" }
  | { readonly kind: "name"; readonly name: string };

// No number has more than three digits: shims/shim.sh compares versions by one sum, and Go is far from there.
const releasePattern = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?(?:-?(beta|rc)\.?(\d{1,3}))?$/;
const partialPattern = /^(\d{1,3})(?:\.(\d{1,3}))?(?:\.[xX*]){0,2}$/;
const namePattern = /^[A-Za-z_][A-Za-z0-9._+-]*$/;
/** The words that mean a version. */
export const keywords = ["latest", "stable", "oldstable", "system", "go.mod", "tip"] as const;

/**
 * Reads a Go release as Go, gv or npm write it: `1.22.5`, `go1.22.5`, `1.20`, `1.23rc1`, `1.23-rc.1`.
 * `1.20` is 1.20.0 here (the name of a release); undefined when the text is no release.
 */
export function parseVersion(text: string): Version | undefined {
  const match = releasePattern.exec(text.startsWith("go") ? text.slice(2) : text);
  if (!match) return undefined;
  const [, major, minor, patch, kind, number] = match;
  if (kind !== undefined && patch !== undefined && patch !== "0") return undefined;
  const version = { major: Number(major), minor: Number(minor), patch: Number(patch ?? 0) };
  return kind === "beta" || kind === "rc" ? { ...version, pre: { kind, number: Number(number) } } : version;
}

/**
 * Reads what a person or a file says: an exact release (goenv's `go-1.22.5`, too), a partial one (`1.22`, `1`, `1.22.x`,
 * mise's `prefix:1.22`, asdf's `latest:1.22`), a semver range, a keyword, or the name of a linked Go. Throws BAD_SPEC for anything
 * else; a name never holds a slash.
 */
export function parseRequest(text: string): Request {
  const spec = text.trim();
  const keyword = keywords.find((word) => word === spec);
  if (keyword) return { kind: keyword };
  const bare = spec.replace(/^(?:go-?|v|prefix:|latest:)(?=\d)/, "");
  const partial = partialPattern.exec(bare);
  if (partial) {
    const [, major, minor] = partial;
    return minor === undefined
      ? { kind: "partial", major: Number(major) }
      : { kind: "partial", major: Number(major), minor: Number(minor) };
  }
  const version = parseVersion(bare);
  if (version) return { kind: "exact", version };
  if (/^[\^~<>=*]|^\d[\w.]*\s+(?:\|\||-|[<>=^~])/.test(spec) && !spec.includes("/"))
    return { kind: "range", range: spec };
  if (namePattern.test(spec) && !spec.includes("..")) return { kind: "name", name: spec };
  throw new GvError("BAD_SPEC", `"${text}" is not a version of Go`, {
    hint: "write it as 1.22.5, 1.22, latest, oldstable, ^1.22, system, or the name of a linked Go",
  });
}

/** The name gv stores a version under and prints: `1.22.5`, `1.20.0`, `1.23rc1`. */
export function formatVersion(version: Version): string {
  const { major, minor, patch, pre } = version;
  return pre ? `${major}.${minor}${pre.kind}${pre.number}` : `${major}.${minor}.${patch}`;
}

/** The version whose folder has this name: `1.22.5` and `1.20.0` are such names, `1.20` and `go1.22.5` are not. */
export function parseFolderName(name: string): Version | undefined {
  const version = parseVersion(name);
  return version && formatVersion(version) === name ? version : undefined;
}

/** The name Go gives the release: `go1.22.5`, `go1.20` (no `.0` before 1.21), `go1.23rc1`. */
export function releaseName(version: Version): string {
  const { major, minor, patch, pre } = version;
  const short = pre !== undefined || (patch === 0 && major === 1 && minor < 21);
  return short ? `go${major}.${minor}${pre ? pre.kind + pre.number : ""}` : `go${formatVersion(version)}`;
}

/** What the person asked for, as they could have typed it. */
export function formatRequest(request: Request): string {
  switch (request.kind) {
    case "exact":
      return formatVersion(request.version);
    case "partial":
      return request.minor === undefined ? `${request.major}` : `${request.major}.${request.minor}`;
    case "range":
      return request.range;
    case "name":
      return request.name;
    default:
      return request.kind;
  }
}

/** Semver's spelling, for ranges: `1.22.5`, `1.23.0-rc.1`. */
export function toSemver(version: Version): string {
  const { major, minor, patch, pre } = version;
  return `${major}.${minor}.${patch}${pre ? `-${pre.kind}.${pre.number}` : ""}`;
}

/** Oldest first: 1.9 < 1.22beta1 < 1.22rc1 < 1.22.0 < 1.22.1. */
export function compareVersions(a: Version, b: Version): number {
  return (
    a.major - b.major ||
    a.minor - b.minor ||
    a.patch - b.patch ||
    preRank(a) - preRank(b) ||
    (a.pre?.number ?? 0) - (b.pre?.number ?? 0)
  );
}

function preRank(version: Version): number {
  return version.pre === undefined ? 2 : version.pre.kind === "rc" ? 1 : 0;
}

/** True when the version is one that a partial request names; a pre-release is named only exactly. */
export function matchesPartial(version: Version, request: Request & { kind: "partial" }): boolean {
  return version.major === request.major && (request.minor === undefined || version.minor === request.minor);
}

/**
 * The newest of the candidates that a partial request means: releases before pre-releases (1.23rc1
 * stands for 1.23 only while there is no 1.23.x), then the highest. Undefined when none matches.
 */
export function newestMatching(
  candidates: readonly Version[],
  request: Request & { kind: "partial" | "latest" | "stable" },
): Version | undefined {
  const matching =
    request.kind === "partial" ? candidates.filter((v) => matchesPartial(v, request)) : candidates;
  const releases = matching.filter((v) => v.pre === undefined);
  const pool = releases.length > 0 ? releases : matching;
  return pool.toSorted(compareVersions).at(-1);
}
