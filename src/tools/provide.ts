/**
 * The use case: from what was asked to a tool that its shim runs: which version, is it there, build it, its shim.
 * For one tool, and for several of which one that fails doesn't stop the others.
 */
import { join } from "node:path";

import { configWords } from "../config.ts";
import type { Context } from "../context.ts";
import { GvError, printable } from "../errors.ts";
import { goBinFolder } from "../goenv.ts";
import { isProgram } from "../on-path.ts";
import { compareModuleVersions, isModuleVersion } from "../module-version.ts";
import { isShared, prepareRoot } from "../root.ts";
import { isSetUp, setUp } from "../setup.ts";
import { writeShims } from "../shims.ts";
import { type Builder, builderHere, buildTool } from "./build.ts";
import { sourceOf, toolCopies } from "./copies.ts";
import { parseTool, type ToolRequest, wordFor } from "./known.ts";
import { newestFor } from "./newest.ts";

/** A tool that was built, or was there already. */
export interface Provided {
  readonly name: string;
  /** Of its module; undefined where it doesn't tell. */
  readonly version: string | undefined;
  readonly isNew: boolean;
}

export interface ProvideOptions {
  /** Says nothing while it goes well. */
  readonly quiet: boolean;
  /** Builds nothing that is older than what is there. */
  readonly onlyNewer?: boolean;
}

/**
 * The tool in the version that was asked for, else the newest that `go` can build; built unless that very version
 * is there. Throws what newestFor and buildTool throw.
 */
export async function provideTool(
  ctx: Context,
  asked: ToolRequest,
  go: Builder,
  { quiet, onlyNewer = false }: ProvideOptions,
): Promise<Provided> {
  const say = (text: string): void => {
    if (!quiet) ctx.stderr.write(`${printable(text)}\n`);
  };
  const choice = asked.version === undefined ? await newestFor(ctx, asked, go) : undefined;
  if (choice?.newest)
    say(
      `${asked.name} ${choice.newest.version} needs Go ${choice.newest.needs}: ${choice.version} is the newest for Go ${go.name}`,
    );
  const version = asked.version ?? choice?.version ?? "latest";
  const there = versionThere(ctx, asked, go);
  const isThere = there !== undefined && (there === version || (onlyNewer && isOlder(version, there)));
  if (isThere) return { name: asked.name, version: there, isNew: false };
  prepareTools(ctx);
  say(`building ${asked.name} ${version} with Go ${go.name} ...`);
  const again =
    asked.version === undefined
      ? `gv tools install ${wordFor(asked)}@v1.2.3   builds a version that you know of`
      : `gv tools install ${wordFor(asked)}   builds the newest that Go ${go.name} can`;
  const [name = asked.name] = await buildTool(ctx, go, `${asked.path}@${version}`, { quiet, hint: again });
  if (isShared(ctx)) {
    const shim = join(ctx.root.shims, name);
    if (isProgram(shim)) say(`gv: ${shim} comes before ${join(goBinFolder(ctx), name)} on PATH`);
  } else writeShims(ctx);
  return { name, version: versionThere(ctx, { ...asked, name }, go), isNew: true };
}

/** Makes the root ready for tools; one that is another user's stays as it is. Throws what setUp throws. */
export function prepareTools(ctx: Context): void {
  if (isShared(ctx)) return;
  prepareRoot(ctx);
  if (!isSetUp(ctx)) setUp(ctx);
}

function isOlder(version: string, there: string): boolean {
  return isModuleVersion(version) && compareModuleVersions(version, there) < 0;
}

/** The version of the copy that this Go built of this very package. */
function versionThere(ctx: Context, { name, path }: ToolRequest, go: Builder): string | undefined {
  // Of a root of another user's and of this user's own folder the latter counts: it comes last.
  const copy = toolCopies(ctx, ctx.platform).findLast((one) => one.name === name && one.go === go.name);
  return copy && sourceOf(copy)?.path === path ? copy.info?.module?.version : undefined;
}

/**
 * Several tools, one after the other; `done` is told each. Where one of many fails, that is told on stderr and the
 * others are built: at the end BUILD_FAILED names those that weren't. One alone fails as it is.
 */
export async function provideTools(
  ctx: Context,
  asked: readonly ToolRequest[],
  go: Builder,
  options: ProvideOptions,
  done: (tool: Provided) => void,
): Promise<void> {
  const failed: string[] = [];
  for (const tool of asked) {
    try {
      done(await provideTool(ctx, tool, go, options));
    } catch (error) {
      if (!(error instanceof GvError) || error.code === "INTERRUPTED" || asked.length === 1) throw error;
      failed.push(tool.name);
      ctx.stderr.write(`gv: ${error.message}\n${(error.hint ?? "").replaceAll(/^(?=.)/gm, "    ")}\n`);
    }
  }
  if (failed.length > 0)
    throw new GvError("BUILD_FAILED", `of ${asked.length} tools these were not built: ${failed.join(", ")}`, {
      hint: "why is said above",
    });
}

/**
 * What `default-tools` in the config asks for, built by a version that was just installed. Nothing of it fails the
 * install: what doesn't work is a warning with the line to type.
 */
export async function provideDefaultTools(
  ctx: Context,
  version: string,
  options: ProvideOptions,
  done: (tool: Provided) => void,
): Promise<void> {
  for (const word of configWords(ctx, "default-tools")) {
    try {
      done(await provideTool(ctx, parseTool(word), await builderHere(ctx, version), options));
    } catch (error) {
      if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
      ctx.stderr.write(
        `gv: default-tools in ${ctx.root.path}/config: ${error.message}\n    Go ${version} is installed all the same; to try again: gv tools install ${word} --go ${version}\n`,
      );
    }
  }
}
