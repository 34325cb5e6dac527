/** src/platform.ts: Node's names, Go's names, folders. */
import { expect, it } from "vitest";

import {
  formatPlatform,
  parsePlatform,
  platformFolder,
  platformOfFolder,
  platformOfNode,
  samePlatform,
} from "../src/platform.ts";

it.each([
  ["linux", "x64", "linux/amd64"],
  ["linux", "arm64", "linux/arm64"],
  ["linux", "ia32", "linux/386"],
  ["linux", "mipsel", "linux/mipsle"],
  ["linux", "riscv64", "linux/riscv64"],
  ["darwin", "arm64", "darwin/arm64"],
  ["win32", "x64", "windows/amd64"],
  ["sunos", "x64", "solaris/amd64"],
  ["freebsd", "x64", "freebsd/amd64"],
])("Node's %s %s is %s", (os, arch, name) => {
  expect(formatPlatform(platformOfNode(os, arch))).toBe(name);
});

it.each(["linux/amd64", "darwin/arm64", "windows/386", "linux/arm", "plan9/arm"])("%s is one", (text) => {
  const platform = parsePlatform(text);
  expect(formatPlatform(platform)).toBe(text);
  expect(platformFolder(platform)).toBe(text.replace("/", "-"));
  expect(parsePlatform(platformFolder(platform))).toEqual(platform);
  expect(platformOfFolder(platformFolder(platform))).toEqual(platform);
});

it.each([
  ["linux/arm/v6", "linux/arm"],
  ["linux/arm/v7", "linux/arm"],
  ["linux/arm64/v8", "linux/arm64"],
  ["linux/amd64/v3", "linux/amd64"],
  ["linux-armv6l", "linux/arm"],
  ["linux/armv7l", "linux/arm"],
  ["linux/armhf", "linux/arm"],
  ["linux/aarch64", "linux/arm64"],
  ["linux/x86_64", "linux/amd64"],
  ["linux-x86_64", "linux/amd64"],
  ["linux/i386", "linux/386"],
  ["linux/ppc64el", "linux/ppc64le"],
  ["macos/arm64", "darwin/arm64"],
  ["win32/x64", "windows/amd64"],
])("%s is another name of %s", (text, name) => {
  expect(formatPlatform(parsePlatform(text))).toBe(name);
});

it("says from which ARM on there are builds", () => {
  expect(() => parsePlatform("linux/arm/v5")).toThrow(
    expect.objectContaining({ code: "BAD_PLATFORM", hint: expect.stringContaining("linux/arm/v6") }),
  );
});

it.each(["linux", "linux-", "linux-x86_64", "linux-arm-v6", "Linux-amd64", "linux/amd64"])(
  "%s is no folder of a platform",
  (name) => {
    expect(platformOfFolder(name)).toBeUndefined();
  },
);

it.each([
  "",
  "linux",
  "linux/",
  "/amd64",
  "linux/amd64/v5",
  "linux/arm/v9",
  "linux/arm64/v7",
  "linux/386/v1",
  "linux/amd64/",
  "linux/amd_64",
  "linux amd64",
  "Linux/amd64",
  "linux/x-64",
  "../x",
  "linux/..",
  "linux/amd64\n",
  " linux/amd64",
  "linux_amd64",
])("%j is none", (text) => {
  expect(() => parsePlatform(text)).toThrow(
    expect.objectContaining({
      code: "BAD_PLATFORM",
      exitCode: 2,
      hint: expect.stringContaining("linux/arm64"),
    }),
  );
});

it("is the same by both its parts", () => {
  const platform = { os: "linux", arch: "amd64" };
  expect(samePlatform(platform, { ...platform })).toBe(true);
  expect(samePlatform(platform, { os: "linux", arch: "arm64" })).toBe(false);
  expect(samePlatform(platform, { os: "darwin", arch: "amd64" })).toBe(false);
});
