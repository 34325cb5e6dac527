/** Which Gos a version of gopls and of dlv is for. Pure: module versions in, minors of Go 1 out. */
import { compareModuleVersions } from "../../module-version.ts";

/** The first and the last minor of Go 1. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Delve's pkg/goversion/compat.go, by the first release that has these. */
const delve: readonly (Range & { readonly since: string })[] = [
  { since: "v1.4.0", min: 11, max: 14 },
  { since: "v1.5.0", min: 12, max: 15 },
  { since: "v1.6.0", min: 13, max: 16 },
  { since: "v1.6.1", min: 14, max: 16 },
  { since: "v1.7.0", min: 15, max: 17 },
  { since: "v1.8.0", min: 16, max: 18 },
  { since: "v1.9.0", min: 16, max: 19 },
  { since: "v1.9.1", min: 17, max: 19 },
  { since: "v1.20.0", min: 18, max: 20 },
  { since: "v1.21.0", min: 18, max: 21 },
  { since: "v1.21.1", min: 19, max: 21 },
  { since: "v1.22.0", min: 19, max: 22 },
  { since: "v1.23.0", min: 21, max: 23 },
  { since: "v1.24.0", min: 21, max: 24 },
  { since: "v1.25.1", min: 22, max: 25 },
  { since: "v1.26.0", min: 24, max: 26 },
  { since: "v1.27.0", min: 25, max: 27 },
];

/** The first release that the table doesn't know. */
const delveEnd = "v1.28.0";

/** Of which Gos dlv debugs programs; undefined for a version that gv doesn't know. */
export function rangeOfDelve(version: string): Range | undefined {
  if (compareModuleVersions(version, delveEnd) >= 0) return undefined;
  return delve.findLast(({ since }) => compareModuleVersions(since, version) <= 0);
}

/** The first gopls that reads type parameters. */
export const firstWithGenerics = "v0.8.0";

/** The last gopls that works with the go command of a minor, oldest first (gopls's README, "Supported Go versions"). */
const lastGopls: readonly { readonly minor: number; readonly last: string }[] = [
  { minor: 12, last: "v0.7.5" },
  { minor: 15, last: "v0.9.5" },
  { minor: 17, last: "v0.11.0" },
  { minor: 18, last: "v0.14.2" },
  { minor: 20, last: "v0.15.3" },
];

/** The last gopls for a minor of Go 1; undefined where gv knows of none. */
export function lastGoplsFor(minor: number): string | undefined {
  return lastGopls.find((row) => minor <= row.minor)?.last;
}
