/** What running Go for another platform takes on this machine, said to whoever asks for one. Pure. */
import { formatPlatform, type Platform, samePlatform } from "./platform.ts";
import type { Release } from "./toolchain.ts";
import { compareVersions, formatVersion, releaseName, type Version } from "./version.ts";

/** One processor that stands in for another. */
interface Emulation {
  readonly host: Platform;
  readonly asked: Platform;
  /** What does it, and what it costs. */
  readonly cost: string;
  /** The first release that has a build for the host itself. */
  readonly native: Version;
}

const emulations: readonly Emulation[] = [
  {
    host: { os: "darwin", arch: "arm64" },
    asked: { os: "darwin", arch: "amd64" },
    cost: "by Rosetta 2, which translates it: it is slower, and builds for amd64 unless GOARCH says otherwise",
    native: { major: 1, minor: 16, patch: 0 },
  },
  {
    host: { os: "linux", arch: "arm64" },
    asked: { os: "linux", arch: "amd64" },
    cost: "by an emulator alone (qemu-user): it is many times slower, and builds for amd64 unless GOARCH says otherwise",
    native: { major: 1, minor: 9, patch: 0 },
  },
];

/** The cost of a release that only runs emulated here, and the line for one that needs no emulation; else undefined. */
export function emulationNote({ version, platform }: Release, host: Platform): string | undefined {
  const row = emulations.find((one) => samePlatform(one.host, host) && samePlatform(one.asked, platform));
  if (!row) return undefined;
  const runs = `${releaseName(version)} for ${formatPlatform(platform)} runs on this ${formatPlatform(host)} ${row.cost}`;
  const isNative = compareVersions(version, row.native) >= 0;
  const instead = isNative
    ? `the one for this processor:  gv install ${formatVersion(version)}`
    : `${releaseName(row.native)} is the first for this processor`;
  return `${runs}\n    ${instead}`;
}
