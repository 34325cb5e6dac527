/**
 * What a release asks of the system that it runs on, and the newest release that runs here. Pure.
 *
 * From the release notes (https://go.dev/doc/devel/release): "Ports" of each minor. A program of a newer Go than
 * the system knows of fails when it starts, or later; so this is asked before anything is downloaded.
 */
import { GvError } from "./errors.ts";
import { formatPlatform, type Platform } from "./platform.ts";
import { releaseName, type Version } from "./version.ts";

/** From this minor of Go 1 on, the kernel of this system must be as new as this one. */
interface Need {
  readonly os: string;
  readonly minor: number;
  /** As `uname -r` begins: of macOS it is Darwin's. */
  readonly kernel: readonly number[];
  /** What people call the system with that kernel. */
  readonly system: string;
}

/** By system, oldest first. */
const needs: readonly Need[] = [
  { os: "darwin", minor: 8, kernel: [12], system: "OS X 10.8" },
  { os: "darwin", minor: 11, kernel: [14], system: "OS X 10.10" },
  { os: "darwin", minor: 13, kernel: [15], system: "OS X 10.11" },
  { os: "darwin", minor: 15, kernel: [16], system: "macOS 10.12" },
  { os: "darwin", minor: 17, kernel: [17], system: "macOS 10.13" },
  { os: "darwin", minor: 21, kernel: [19], system: "macOS 10.15" },
  { os: "darwin", minor: 23, kernel: [20], system: "macOS 11" },
  { os: "darwin", minor: 25, kernel: [21], system: "macOS 12" },
  { os: "darwin", minor: 27, kernel: [22], system: "macOS 13" },
  { os: "linux", minor: 18, kernel: [2, 6, 32], system: "Linux 2.6.32" },
  { os: "linux", minor: 24, kernel: [3, 2], system: "Linux 3.2" },
  { os: "windows", minor: 11, kernel: [6, 1], system: "Windows 7" },
  { os: "windows", minor: 21, kernel: [10], system: "Windows 10" },
];

/** A system: GOOS, and the version of the kernel that runs. */
export interface System {
  readonly platform: Platform;
  readonly kernel: string;
}

/** Why a release doesn't run on this system: UNSUPPORTED_SYSTEM, naming the newest that does; undefined if it does. */
export function whyNotHere(version: Version, system: System): GvError | undefined {
  const unmet = unmetNeeds(system);
  const need = unmet.findLast(({ minor }) => minor <= version.minor);
  const [oldest] = unmet;
  if (!need || !oldest) return undefined;
  const newest = `1.${oldest.minor - 1}`;
  return new GvError(
    "UNSUPPORTED_SYSTEM",
    `${releaseName(version)} needs ${need.system} or newer, and this is ${describe(system)}`,
    { hint: `the newest that runs here is ${newest}:  gv install ${newest}` },
  );
}

function unmetNeeds({ platform, kernel }: System): Need[] {
  const running = /^\d+(?:\.\d+)*/.exec(kernel)?.[0].split(".").map(Number);
  if (!running) return [];
  return needs.filter((need) => need.os === platform.os && isOlder(running, need.kernel));
}

function isOlder(a: readonly number[], b: readonly number[]): boolean {
  const at = b.findIndex((number, i) => (a[i] ?? 0) !== number);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

/** `macOS 12 (Darwin 21.6.0)`: Darwin 20 is macOS 11, and since 25 the numbers are one apart (macOS 26). */
function describe({ platform, kernel }: System): string {
  if (platform.os === "windows") return `Windows ${kernel}`;
  if (platform.os !== "darwin")
    return `${platform.os === "linux" ? "Linux" : formatPlatform(platform)} ${kernel}`;
  const darwin = Number.parseInt(kernel, 10);
  const name = darwin < 20 ? `10.${darwin - 4}` : `${darwin < 25 ? darwin - 9 : darwin + 1}`;
  return `macOS ${name} (Darwin ${kernel})`;
}
