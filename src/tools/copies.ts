/**
 * The tools that there are: the programs in tools/<os-arch>/<version>/bin, and what each says of itself. Where the root
 * is another user's, also those that Go built into this user's own folder. What is on disk is the truth: no other file
 * says which tools were built.
 */
import { join } from "node:path";

import { newestOf } from "../choose.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { goBinFolder } from "../goenv.ts";
import { isProgram } from "../on-path.ts";
import { parsePlatform, type Platform, samePlatform } from "../platform.ts";
import { type BuildInfo, readBuildInfo } from "../program/buildinfo.ts";
import { namesIn } from "../read.ts";
import { isShared } from "../root.ts";
import { isToolName } from "../shims.ts";
import { formatVersion, parseFolderName, parseRequest } from "../version.ts";
import type { ToolRequest } from "./known.ts";

export interface ToolCopy {
  readonly name: string;
  /** The version (or linked Go) that it belongs to: the name of its folder. */
  readonly go: string;
  readonly platform: Platform;
  readonly path: string;
  /** Undefined for what Go hasn't built, or a Go without a version. */
  readonly info: BuildInfo | undefined;
}

/** The tools of a platform, by name and then by Go; of every platform where none is named. */
export function toolCopies(ctx: Context, platform?: Platform): ToolCopy[] {
  const platforms = platform ? [platform] : toolPlatforms(ctx);
  const own = isShared(ctx) && (!platform || samePlatform(platform, ctx.platform)) ? ownCopies(ctx) : [];
  return platforms
    .flatMap((one) => namesIn(ctx.root.tools(one)).flatMap((go) => copiesOf(ctx, one, go)))
    .concat(own)
    .toSorted((a, b) => inOrder(a.name, b.name) || inOrder(a.go, b.go));
}

function toolPlatforms(ctx: Context): Platform[] {
  return namesIn(join(ctx.root.path, "tools"))
    .filter((name) => /^[a-z0-9]+-[a-z0-9]+$/.test(name))
    .map(parsePlatform);
}

function copiesOf(ctx: Context, platform: Platform, go: string): ToolCopy[] {
  const bin = join(ctx.root.tools(platform), go, "bin");
  return namesIn(bin)
    .filter((name) => isToolName(name) && isProgram(join(bin, name)))
    .map((name) => {
      const path = join(bin, name);
      return { name, go, platform, path, info: readBuildInfo(path, platform) };
    });
}

/** Those in GOBIN or GOPATH/bin, by the Go that built each. */
function ownCopies(ctx: Context): ToolCopy[] {
  const { platform } = ctx;
  return namesIn(goBinFolder(ctx)).flatMap((name) => {
    const path = join(goBinFolder(ctx), name);
    const info = isToolName(name) && isProgram(path) ? readBuildInfo(path, platform) : undefined;
    const isOurs = info?.platform !== undefined && samePlatform(info.platform, platform);
    return info && isOurs ? [{ name, go: formatVersion(info.version), platform, path, info }] : [];
  });
}

function inOrder(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** Which of the folders of tools a spec means, installed or not: its name, or the newest that it names. */
export async function folderMeant(copies: readonly ToolCopy[], spec: string): Promise<string> {
  const folders = [...new Set(copies.map(({ go }) => go))];
  if (folders.includes(spec)) return spec;
  const newest = await newestOf(
    folders.flatMap((name) => parseFolderName(name) ?? []),
    parseRequest(spec),
  );
  if (newest) return formatVersion(newest);
  throw new GvError("NO_SUCH_TOOL", `there are no tools of Go ${spec}`, {
    hint: folders.length > 0 ? `there are of ${folders.join(", ")}` : "gv tools install gopls   builds one",
  });
}

/**
 * What would build this tool anew, in another version maybe; undefined where it doesn't say what it was built from:
 * it has no build information, or was built in a checkout of its source (`(devel)`).
 */
export function sourceOf({ name, info }: ToolCopy): ToolRequest | undefined {
  const { path, module } = info ?? {};
  if (path === undefined || module === undefined || !module.version.startsWith("v")) return undefined;
  return { name, path, module: module.path, version: undefined };
}
