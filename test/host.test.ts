/** src/host.ts: which platform a machine is, from what Node, its shell and its kernel say. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { processContext } from "../src/context.ts";
import { archOf, hostPlatform } from "../src/host.ts";
import { formatPlatform } from "../src/platform.ts";
import { sandbox } from "./support/sandbox.ts";

it.each([
  ["a Node of the system's own", "linux x64", "amd64", "", "linux/amd64"],
  ["a userland of 32 bits on a kernel of 64, with a Node of 64", "linux x64", "386", "", "linux/386"],
  ["Raspberry Pi OS of 32 bits on an arm64 kernel", "linux arm", "arm", "", "linux/arm"],
  ["a static Node for arm64 there", "linux arm64", "arm", "", "linux/arm"],
  ["a Node of 32 bits on a system of 64", "linux ia32", "amd64", "", "linux/amd64"],
  ["a container for arm64, its Node with it", "linux arm64", "arm64", "", "linux/arm64"],
  ["a Node for amd64 that is emulated on arm64", "linux x64", "arm64", "", "linux/arm64"],
  ["no /bin/sh, or one that is no ELF file", "linux arm64", undefined, "", "linux/arm64"],
  ["little-endian mips", "linux mips", "mipsle", "", "linux/mipsle"],
  ["Apple silicon", "darwin arm64", undefined, "0\n", "darwin/arm64"],
  ["a Node for Intel on Apple silicon (Rosetta 2)", "darwin x64", undefined, "1\n", "darwin/arm64"],
  ["a Mac with an Intel processor", "darwin x64", undefined, "0\n", "darwin/amd64"],
  ["one whose macOS doesn't know Rosetta", "darwin x64", undefined, "", "darwin/amd64"],
  ["FreeBSD", "freebsd x64", undefined, "", "freebsd/amd64"],
])("%s", (_, node, shell, translated, platform) => {
  const [os = "", arch = ""] = node.split(" ");
  const asked: string[] = [];
  const sysctl = (name: string) => {
    asked.push(name);
    return translated;
  };
  expect(formatPlatform(hostPlatform({ os, arch, shell: () => shell, sysctl }))).toBe(platform);
  // A process costs 5 ms: only where the answer counts.
  expect(asked).toEqual(node === "darwin x64" ? ["sysctl.proc_translated"] : []);
});

it("reads the processor of a program from its header", () => {
  const box = sandbox();
  expect(archOf(process.execPath)).toBe({ x64: "amd64", arm64: "arm64" }[process.arch as string]);
  writeFileSync(join(box.home, "script"), "#!/bin/sh\n");
  expect(archOf(join(box.home, "script"))).toBeUndefined();
  expect(archOf(join(box.home, "none"))).toBeUndefined();
});

it.runIf(process.platform === "linux")("is what uname says where the userland is the kernel's own", () => {
  const machine = execFileSync("uname", ["-m"], { encoding: "utf8" }).trim();
  const names: Record<string, string> = { x86_64: "linux/amd64", aarch64: "linux/arm64" };
  expect(formatPlatform(processContext("/nowhere").platform)).toBe(names[machine]);
});
