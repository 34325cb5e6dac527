/** src/system-needs.ts: which releases run on which kernel, and what is said of those that don't. */
import { expect, it } from "vitest";

import { parsePlatform } from "../src/platform.ts";
import { whyNotHere } from "../src/system-needs.ts";
import { parseVersion } from "../src/version.ts";

function why(platform: string, kernel: string, version: string): string | undefined {
  const parsed = parseVersion(version);
  if (!parsed) throw new Error(`${version} is no version`);
  const error = whyNotHere(parsed, { platform: parsePlatform(platform), kernel });
  if (!error) return undefined;
  expect(error).toMatchObject({ code: "UNSUPPORTED_SYSTEM", exitCode: 1 });
  return `${error.message}; ${error.hint}`;
}

const instead = (minor: string) => `the newest that runs here is ${minor}:  gv install ${minor}`;

it.each([
  [
    "darwin/arm64",
    "21.6.0",
    "1.27.1",
    "go1.27.1 needs macOS 13 or newer, and this is macOS 12 (Darwin 21.6.0)",
    "1.26",
  ],
  [
    "darwin/arm64",
    "21.6.0",
    "1.27rc1",
    "go1.27rc1 needs macOS 13 or newer, and this is macOS 12 (Darwin 21.6.0)",
    "1.26",
  ],
  [
    "darwin/amd64",
    "20.6.0",
    "1.28.0",
    "go1.28.0 needs macOS 13 or newer, and this is macOS 11 (Darwin 20.6.0)",
    "1.24",
  ],
  [
    "darwin/amd64",
    "19.6.0",
    "1.24.1",
    "go1.24.1 needs macOS 11 or newer, and this is macOS 10.15 (Darwin 19.6.0)",
    "1.22",
  ],
  [
    "darwin/amd64",
    "17.7.0",
    "1.21.0",
    "go1.21.0 needs macOS 10.15 or newer, and this is macOS 10.13 (Darwin 17.7.0)",
    "1.20",
  ],
  [
    "linux/amd64",
    "2.6.32-754.el6.x86_64",
    "1.24.0",
    "go1.24.0 needs Linux 3.2 or newer, and this is Linux 2.6.32-754.el6.x86_64",
    "1.23",
  ],
  ["linux/amd64", "2.6.18", "1.24.0", "go1.24.0 needs Linux 3.2 or newer, and this is Linux 2.6.18", "1.17"],
  ["linux/amd64", "3.1.10", "1.27.1", "go1.27.1 needs Linux 3.2 or newer, and this is Linux 3.1.10", "1.23"],
  [
    "windows/amd64",
    "6.1.7601",
    "1.21.0",
    "go1.21.0 needs Windows 10 or newer, and this is Windows 6.1.7601",
    "1.20",
  ],
])("%s with %s refuses %s", (platform, kernel, version, fact, minor) => {
  expect(why(platform, kernel, version)).toBe(`${fact}; ${instead(minor)}`);
});

it.each([
  ["darwin/arm64", "21.6.0", "1.26.8"],
  ["darwin/arm64", "22.0.0", "1.27.1"],
  ["darwin/arm64", "25.1.0", "1.27.4"],
  ["linux/amd64", "2.6.32-754.el6.x86_64", "1.23.12"],
  ["linux/amd64", "3.2.0-4-amd64", "1.27.4"],
  ["linux/amd64", "3.10.0", "1.27.4"],
  ["linux/arm64", "6.18.44", "1.27.4"],
  ["windows/amd64", "10.0.19045", "1.27.4"],
  ["freebsd/amd64", "9.0", "1.27.4"],
  ["linux/amd64", "strange", "1.27.4"],
])("%s with %s runs %s", (platform, kernel, version) => {
  expect(why(platform, kernel, version)).toBeUndefined();
});
