/**
 * The files in shims/: one for each program that a version or a tool brings, all the same two lines.
 *
 * Guarantees: each appears, and is replaced, by one rename; a shim that something still needs is there
 * when this returns, whatever other gv's did meanwhile: after taking a stale one away it is looked again
 * whether it is needed, and whoever adds a program writes its shim after the program.
 */
import { join } from "node:path";

import type { Context } from "./context.ts";
import { makeFolder, removeFile, writeAtomically } from "./files.ts";
import { isExecutable } from "./on-path.ts";
import { namesIn, textsIn } from "./read.ts";
import { servedPlatforms } from "./shim-conf.ts";
import { installedVersions } from "./store.ts";
import { releaseName } from "./version.ts";

/** Every shim is this; the name it is called by is the program. */
export const shimText = `#!/bin/sh\n. "\${0%/*}/../lib/shim.sh"\n`;

/** Brings shims/ in line with what is installed. Gives the names that were added. */
export function writeShims(ctx: Context): string[] {
  const { shims } = ctx.root;
  makeFolder(shims);
  const texts = textsIn(shims);
  const isShim = (name: string): boolean => texts.get(name) === shimText && isExecutable(`${shims}/${name}`);
  const needed = neededShims(ctx);
  const added = [...needed].filter((name) => !isShim(name));
  for (const name of added) writeAtomically(join(shims, name), shimText, 0o755);
  for (const [name, text] of texts) {
    // Needed, another gv's temporary file (which holds the same text), or not one of ours.
    if (needed.has(name) || !isToolName(name) || text !== shimText) continue;
    removeFile(join(shims, name));
    if (neededShims(ctx).has(name)) writeAtomically(join(shims, name), shimText, 0o755);
  }
  return added;
}

/**
 * go and gofmt, go1.22.5 for each version (the go command looks for that name on PATH), and each tool: of every
 * platform that the root was set up on, since they share the folder.
 */
export function neededShims(ctx: Context): Set<string> {
  const names = new Set(["go", "gofmt"]);
  for (const platform of [ctx.platform, ...servedPlatforms(ctx)]) {
    for (const version of installedVersions(ctx, platform)) names.add(releaseName(version));
    const tools = ctx.root.tools(platform);
    for (const version of namesIn(tools))
      for (const name of namesIn(join(tools, version, "bin"))) if (isToolName(name)) names.add(name);
  }
  return names;
}

/** Names that a tool may have: gv's own temporary files and names that gv answers itself are none. */
export function isToolName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(name) && name !== "go" && name !== "gofmt" && name !== "gv";
}
