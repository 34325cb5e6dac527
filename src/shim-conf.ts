/**
 * lib/shim.conf: what the shims and the launcher know without Node, in sh. One line for each kind of system that
 * the root was set up on, with what is so there and not on another (a home in a container, on NFS, moved to a new
 * machine): tests of files, so that no shim starts a process for it. Where no line holds, shim.sh looks further.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { configFlag } from "./config.ts";
import { type Context, gvVersion } from "./context.ts";
import { type Platform, platformFolder, platformOfFolder } from "./platform.ts";
import { textOf } from "./read.ts";

/** What starts a platform's programs that aren't static (psABI supplements, glibc, musl), most usual first. */
const loaders: Readonly<Record<string, readonly string[]>> = {
  "linux-amd64": ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"],
  "linux-arm64": ["/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-aarch64.so.1"],
  "linux-386": ["/lib/ld-linux.so.2", "/lib/ld-musl-i386.so.1"],
  "linux-arm": ["/lib/ld-linux-armhf.so.3", "/lib/ld-musl-armhf.so.1", "/lib/ld-linux.so.3"],
  "linux-loong64": ["/lib64/ld-linux-loongarch-lp64d.so.1", "/lib/ld-musl-loongarch64.so.1"],
  "linux-ppc64le": ["/lib64/ld64.so.2", "/lib/ld-musl-powerpc64le.so.1"],
  "linux-riscv64": ["/lib/ld-linux-riscv64-lp64d.so.1", "/lib/ld-musl-riscv64.so.1"],
  "linux-s390x": ["/lib/ld64.so.1", "/lib/ld-musl-s390x.so.1"],
  "darwin-arm64": ["/usr/lib/dyld"],
  "darwin-amd64": ["/usr/lib/dyld"],
};

/** What a system for another processor may have besides its own loader, to emulate one of these. */
const emulated: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  linux: { "linux-amd64": loaders["linux-amd64"] ?? [], "linux-arm64": loaders["linux-arm64"] ?? [] },
  darwin: { "darwin-arm64": ["/Library/Apple/usr/libexec/oah/libRosettaRuntime"] },
};

/** The kernel's name of its processor, since Linux 6.1. */
const kernelArch = "/proc/sys/kernel/arch";

/** A look at this system; a test looks at another one. */
export interface System {
  readonly exists: (path: string) => boolean;
  readonly textOf: (path: string) => string | undefined;
}

/**
 * The tests, in sh, that hold on this system and not on one of another platform: its own loader is there, and what
 * systems that emulate it have is not. A system with both (multiarch) is told by its kernel besides, and one without
 * a loader that is known here (NixOS, static) by all those that it lacks.
 */
export function proofOf(platform: Platform, { exists, textOf: read }: System): string[] {
  const own = loaders[platformFolder(platform)]?.find(exists);
  const others = Object.entries(own === undefined ? loaders : (emulated[platform.os] ?? {}))
    .filter(([name]) => name !== platformFolder(platform))
    .flatMap(([, paths]) => paths)
    .filter((path) => path !== own);
  const absent = [...new Set(others)].filter((path) => !exists(path));
  const isMixed = own === undefined || absent.length < new Set(others).size;
  const kernel = isMixed ? read(kernelArch)?.trim() : undefined;
  return [
    ...(own === undefined ? [] : [`[ -e ${own} ]`]),
    ...absent.map((path) => `[ ! -e ${path} ]`),
    ...(kernel !== undefined && /^\w+$/.test(kernel)
      ? [`[ -r ${kernelArch} ]`, `read -r _gv_word <${kernelArch}`, `[ "$_gv_word" = ${kernel} ]`]
      : []),
  ];
}

/** A word of sh, quoted. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

const line = /^(\[ .+) && _gv_platform='([a-z0-9-]+)' _gv_node='.*'$/;

/**
 * The text of shim.conf with a line for this system, and those of others as they are in `before`: systems that
 * differ in their proof, of another platform or not (a Node of musl is none of glibc).
 */
export function shimConf(ctx: Context, system: System = { exists: existsSync, textOf }): string {
  const proof = proofOf(ctx.platform, system).join(" && ");
  const own = `${proof} && _gv_platform=${quote(platformFolder(ctx.platform))} _gv_node=${quote(launchedNode(ctx))}`;
  const before = textOf(confPath(ctx)) ?? "";
  const others = before.split("\n").filter((text) => {
    const [, proofThere] = line.exec(text) ?? [];
    return proofThere !== undefined && proofThere !== proof;
  });
  const isKnown = before.split("\n").includes(own);
  const lines = isKnown
    ? before.split("\n").filter((text) => text === own || others.includes(text))
    : [...others, own];
  return [
    "# Written by gv setup: a line for each kind of system that this root was set up on.",
    `_gv_version=${quote(gvVersion)} _gv_platform='' _gv_node=''`,
    switches(ctx),
    ...lines,
    ":\n",
  ].join("\n");
}

/** The Node that the launcher starts: the one that runs; of a standalone gv the copy that setup puts into the root. */
export function launchedNode({ isStandalone, node, root, platform }: Context): string {
  return isStandalone ? join(root.lib, `node-${platformFolder(platform)}`) : node;
}

/** The line that $GV_ROOT/config decides. */
function switches(ctx: Context): string {
  const fallback = configFlag(ctx, "tool-fallback") ? "1" : "0";
  return `_gv_tool_fallback=${fallback} _gv_strict=${configFlag(ctx, "strict-pin") ? "1" : "''"}`;
}

/** False after a change of $GV_ROOT/config by hand, until setup, `gv config` or an install tells the shims. */
export function shimsFollowConfig(ctx: Context): boolean {
  return textOf(confPath(ctx))?.split("\n").includes(switches(ctx)) === true;
}

/** The platforms that the root was set up on, as far as shim.conf says. */
export function servedPlatforms(ctx: Context): Platform[] {
  const lines = (textOf(confPath(ctx)) ?? "").split("\n");
  return lines.flatMap((text) => platformOfFolder(line.exec(text)?.[2] ?? "") ?? []);
}

/** The gv that the launcher starts; undefined where the root isn't set up. */
export function setUpVersion(ctx: Context): string | undefined {
  return /^_gv_version='([^']*)'/m.exec(textOf(confPath(ctx)) ?? "")?.[1];
}

export function confPath(ctx: Context): string {
  return join(ctx.root.lib, "shim.conf");
}
