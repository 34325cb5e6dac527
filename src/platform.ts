/**
 * Platforms: GOOS/GOARCH pairs in Docker's notation (linux/amd64); gv's folders say linux-amd64. Pure.
 */
import { GvError } from "./errors.ts";

/** A GOOS and a GOARCH, as in `go env`. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

const goos: Readonly<Record<string, string>> = { win32: "windows", sunos: "solaris" };
const goarch: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", mipsel: "mipsle" };

/** The platform that Node's `process.platform` and `process.arch` name. */
export function platformOfNode(os: string, arch: string): Platform {
  // Node runs on ppc64 of either order: big-endian on AIX, little-endian on Linux.
  const ppc64 = arch === "ppc64" && os === "linux" ? "ppc64le" : undefined;
  return { os: goos[os] ?? os, arch: ppc64 ?? goarch[arch] ?? arch };
}

/** Reads `linux/amd64` (or `linux-amd64`); throws BAD_PLATFORM for anything else. */
export function parsePlatform(text: string): Platform {
  const match = /^([a-z0-9]+)[/-]([a-z0-9]+)$/.exec(text);
  if (!match?.[1] || !match[2])
    throw new GvError("BAD_PLATFORM", `"${text}" is not a platform`, {
      hint: "write it as os/arch with Go's names, for example --platform linux/arm64",
    });
  return { os: match[1], arch: match[2] };
}

/** `linux-amd64`: the name of a folder, and the end of a toolchain module's version. */
export function platformFolder({ os, arch }: Platform): string {
  return `${os}-${arch}`;
}

/** `linux/amd64`: what people read and type. */
export function formatPlatform({ os, arch }: Platform): string {
  return `${os}/${arch}`;
}

export function samePlatform(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.arch === b.arch;
}
