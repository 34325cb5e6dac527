/**
 * The last look at a toolchain before it is published: what it says of itself must be what was asked for.
 *
 * Every bin/go tells the Go and the platform that it was built for, without being run. A proven one for this
 * platform is run once as well, in staging/, with nothing of the user's settings and a home of its own.
 */
import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { type BuildInfo, readBuildInfo } from "./program/buildinfo.ts";
import type { Context, Environment } from "./context.ts";
import { GvError } from "./errors.ts";
import { makeFolder, writeAtomically } from "./files.ts";
import { formatPlatform, samePlatform } from "./platform.ts";
import { textOf } from "./read.ts";
import { goBinary, type Release } from "./toolchain.ts";
import { compareVersions, releaseName } from "./version.ts";

/** What a toolchain says of itself. */
export interface Statement {
  /** When Go's builders made it, as its VERSION says (since 1.21). */
  readonly versionTime?: string;
  /** The build information of bin/go: which Go built it, and how. */
  readonly build?: { readonly goVersion: string; readonly settings: BuildInfo["settings"] };
  /** What `bin/go version` printed. */
  readonly trial?: string;
}

/**
 * Reads what the toolchain in `tree` says of itself, and runs it where `mayRun` allows it and it is for this
 * platform. `home` is a private folder. Throws BAD_TOOLCHAIN where it is another one, or doesn't run here
 * (noexec, musl, old kernel), and NOT_READABLE.
 */
export async function examine(
  ctx: Context,
  release: Release,
  tree: string,
  { home, mayRun }: { home: string; mayRun: boolean },
): Promise<Statement> {
  const versionTime = versionTimeOf(tree);
  const build = readBuildInfo(join(tree, "bin", goBinary(release.platform)));
  if (mayRun) checkBuild(release, build);
  const isRun = mayRun && samePlatform(release.platform, ctx.platform);
  const trial = isRun ? await runOnce(ctx, release, tree, home) : undefined;
  return {
    ...(versionTime === undefined ? {} : { versionTime }),
    ...(build === undefined ? {} : { build: { goVersion: build.goVersion, settings: build.settings } }),
    ...(trial === undefined ? {} : { trial }),
  };
}

/** The `time` line of a tree's VERSION. Throws NOT_READABLE: what a disk doesn't give back wasn't installed. */
function versionTimeOf(tree: string): string | undefined {
  const path = join(tree, "VERSION");
  const text = textOf(path);
  if (text === undefined && existsSync(path))
    throw new GvError("NOT_READABLE", `${path} was just written, and can't be read`, {
      hint: "is that disk well? gv's own root can be put elsewhere with GV_ROOT",
    });
  return /^time (\S+)$/m.exec(text ?? "")?.[1];
}

const notWhatItIs =
  "it is as Go published it, and not what its name says: nothing was installed. Take another release: gv list-remote";

/** Programs of the releases before 1.13 say nothing, and those before 1.18 not for which platform. */
function checkBuild({ version, platform }: Release, build: BuildInfo | undefined): void {
  const isVersion = build === undefined || compareVersions(build.version, version) === 0;
  const isPlatform = build?.platform === undefined || samePlatform(build.platform, platform);
  if (isVersion && isPlatform) return;
  const says = `${releaseName(build.version)}${build.platform ? ` for ${formatPlatform(build.platform)}` : ""}`;
  throw new GvError(
    "BAD_TOOLCHAIN",
    `${releaseName(version)} for ${formatPlatform(platform)} is proven, but its bin/go was built as ${says}`,
    { hint: notWhatItIs },
  );
}

/**
 * Has a go command say which it is and where its tree is, with nothing of the user's settings and `home`, a private
 * folder, as its home. Throws what starting a program throws.
 */
export async function askGo(
  ctx: Context,
  tree: string,
  home: string,
  more: Environment = {},
): Promise<{ said: string; root: string }> {
  keepQuiet(ctx, home);
  const env = { HOME: home, GOENV: "off", GOTOOLCHAIN: "local", GOFLAGS: "", ...more };
  const go = async (...words: string[]): Promise<string> => {
    const options = { env, timeout: 30_000, signal: ctx.signal };
    return (await promisify(execFile)(join(tree, "bin", "go"), words, options)).stdout.trim();
  };
  const [said, root] = await Promise.all([go("version"), go("env", "GOROOT")]);
  return { said, root };
}

/** Since 1.23 a go command leaves a child behind that writes telemetry into its home, unless that says "off". */
export function keepQuiet({ platform }: Context, home: string): void {
  const settings = platform.os === "darwin" ? "Library/Application Support" : ".config";
  makeFolder(join(home, settings, "go", "telemetry"));
  writeAtomically(join(home, settings, "go", "telemetry", "mode"), "off\n");
}

async function runOnce(
  ctx: Context,
  { version, platform }: Release,
  tree: string,
  home: string,
): Promise<string> {
  const name = releaseName(version);
  // Up to 1.8 a go command did not find its own tree.
  const goroot = version.major === 1 && version.minor <= 8 ? { GOROOT: tree } : {};
  let said: string;
  let root: string;
  try {
    ({ said, root } = await askGo(ctx, tree, home, goroot));
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw new GvError(
      "BAD_TOOLCHAIN",
      `${name} is proven, but doesn't run here: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: `is ${ctx.root.path} on a filesystem that allows programs (mount | grep noexec), and is this ${formatPlatform(platform)}?`,
        cause: error,
      },
    );
  }
  if (said !== `go version ${name} ${formatPlatform(platform)}`)
    throw new GvError("BAD_TOOLCHAIN", `${name} is proven, but calls itself "${said}"`, {
      hint: notWhatItIs,
    });
  if (!isSamePath(root, tree))
    throw new GvError("BAD_TOOLCHAIN", `${name} is proven, but takes ${root} for its GOROOT`, {
      hint: notWhatItIs,
    });
  return said;
}

/** Whether two paths lead to the same place; false where one leads nowhere. */
export function isSamePath(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
