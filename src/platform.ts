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

/** Other names of systems and processors: of uname, Node, Debian and go.dev's archives. */
const systemNames: Readonly<Record<string, string>> = { ...goos, macos: "darwin" };
const processorNames: Readonly<Record<string, string>> = {
  ...goarch,
  x86_64: "amd64",
  aarch64: "arm64",
  i386: "386",
  i686: "386",
  armhf: "arm",
  armv6l: "arm",
  armv7l: "arm",
  ppc64el: "ppc64le",
};

/**
 * What may follow the processor in Docker's notation. A release has one build for all of them: that for arm runs
 * from ARMv6 on. Which one a program is built for is the go command's affair (GOARM, GOAMD64).
 */
const variants: Readonly<Record<string, RegExp>> = { amd64: /^v[1-4]$/, arm: /^v[6-8]$/, arm64: /^v[89]$/ };

/**
 * Reads `linux/amd64`, `linux/arm/v7`, or `linux-amd64`; the processor by other names than Go's, too (aarch64,
 * x86_64, armv7l). Throws BAD_PLATFORM for anything else.
 */
export function parsePlatform(text: string): Platform {
  const match = /^([a-z0-9]+)[/-]([a-z0-9_]+)(?:\/(v\d+))?$/.exec(text);
  const [, system = "", processor = "", variant] = match ?? [];
  const arch = processorNames[processor] ?? processor;
  if (!match || arch.includes("_") || (variant !== undefined && !variants[arch]?.test(variant)))
    throw new GvError("BAD_PLATFORM", `"${text}" is not a platform`, {
      hint:
        variant === "v5" && arch === "arm"
          ? "Go's builds for arm need ARMv6 or newer: linux/arm/v6"
          : "write it as os/arch with Go's names, for example --platform linux/arm64",
    });
  return { os: systemNames[system] ?? system, arch };
}

/** `linux-amd64`: the name of a folder, and the end of a toolchain module's version. */
export function platformFolder({ os, arch }: Platform): string {
  return `${os}-${arch}`;
}

/** The platform whose folder has this name; undefined for a name that gv gives to none. */
export function platformOfFolder(name: string): Platform | undefined {
  const [, os, arch] = /^([a-z0-9]+)-([a-z0-9]+)$/.exec(name) ?? [];
  return os !== undefined && arch !== undefined ? { os, arch } : undefined;
}

/** `linux/amd64`: what people read and type. */
export function formatPlatform({ os, arch }: Platform): string {
  return `${os}/${arch}`;
}

export function samePlatform(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.arch === b.arch;
}
