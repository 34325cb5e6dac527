/**
 * Makes a root ready: gv's own files in lib/, the launcher, the shims, and the files that profiles source.
 *
 * Guarantees: afterwards nothing outside the root is needed but the Node that runs now, and nothing at all where that
 * is a standalone gv; every file is
 * replaced by one rename, and the old ones stay until the new ones are there, so shims and launchers that
 * run meanwhile see either. Running it again changes nothing that is right already.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { completionScripts } from "./completions.ts";
import { type Context, gvVersion } from "./context.ts";
import { makeFolder, writeAtomically, writeIfAbsent } from "./files.ts";
import { prepareRoot } from "./root.ts";
import { layout, layoutPath } from "./served.ts";
import { isExecutable } from "./on-path.ts";
import { samePlatform } from "./platform.ts";
import { holds, isSameFile, namesIn, textOf } from "./read.ts";
import { confPath, launchedNode, quote, shimConf } from "./shim-conf.ts";
import { quoteFish } from "./shells.ts";
import { writeShims } from "./shims.ts";
import type { Installed } from "./store.ts";

/** What a person's shell sources, by the path below the root: the script, which is told its root in place of a word. */
const sourced = {
  env: "env.sh",
  "env.fish": "env.fish",
  hook: "hook.sh",
  "hook.fish": "hook.fish",
  "lib/on-path.sh": "on-path.sh",
  "lib/on-path.fish": "on-path.fish",
};

/** What the shims and the launcher source, in lib/. */
const libScripts = ["quick.sh", "rehash.sh", "shim.sh"];

/** The files that a shell sources, path below the root -> text. */
export function shellFiles(ctx: Context): Record<string, string> {
  const files = Object.entries(sourced).map(([path, name]) => {
    const root = name.endsWith(".fish") ? quoteFish(ctx.root.path) : quote(ctx.root.path);
    return [path, scriptOf(ctx, name).replaceAll("@GV_ROOT@", () => root)];
  });
  return Object.fromEntries(files);
}

function scriptOf(ctx: Context, name: string): string {
  return readFileSync(join(ctx.program, "shims", name), "utf8");
}

/** True when the root has been set up by this gv with this Node, as far as the files that matter most tell. */
export function isSetUp(ctx: Context): boolean {
  const { lib, bin } = ctx.root;
  const parts = [join(lib, gvVersion, "gv.cjs"), ...(ctx.isStandalone ? [launchedNode(ctx)] : [])];
  const isWhole = (path: string, name: string): boolean => holds(path, Buffer.from(scriptOf(ctx, name)));
  return (
    parts.every((path) => existsSync(path)) &&
    libScripts.every((name) => isWhole(join(lib, name), name)) &&
    isWhole(join(bin, "gv"), "gv.sh") &&
    textOf(confPath(ctx)) === shimConf(ctx)
  );
}

/** Brings the root up to date. Throws ROOT_UNSAFE, NOT_WRITABLE, NO_SPACE. */
export function setUp(ctx: Context): void {
  prepareRoot(ctx);
  const { root, program } = ctx;
  const bundle = join(root.lib, gvVersion);
  makeFolder(root.lib);
  put(layoutPath(ctx), `${layout}\n`);
  // The entry comes last: the chunks that it names are there before it, and old ones stay for who runs now.
  for (const name of ["completions", "data", "features/gv", "shims", "."]) {
    makeFolder(join(bundle, name));
    const files = namesIn(join(program, name)).filter((file) => statSync(join(program, name, file)).isFile());
    for (const file of files.toSorted((a, b) => Number(a === "gv.cjs") - Number(b === "gv.cjs")))
      put(join(bundle, name, file), readFileSync(join(program, name, file)));
  }
  if (ctx.isStandalone && !isSameFile(ctx.node, launchedNode(ctx)))
    put(launchedNode(ctx), readFileSync(ctx.node), 0o755);
  for (const name of libScripts) put(join(root.lib, name), scriptOf(ctx, name));
  makeFolder(root.completions);
  for (const name of Object.values(completionScripts))
    put(join(root.completions, name), readFileSync(join(program, "completions", name)));
  // man looks in ../share/man of each folder of PATH, which has bin/ (manpath(1)).
  const manual = join(root.path, "share", "man", "man1");
  makeFolder(manual);
  put(join(manual, "gv.1"), readFileSync(join(program, "gv.1")));
  makeFolder(root.bin);
  put(join(root.bin, "gv"), scriptOf(ctx, "gv.sh"), 0o755);
  for (const [path, text] of Object.entries(shellFiles(ctx))) put(join(root.path, path), text);
  // By this one the root says that it is ready; all that a shim needs is there when the first shim is.
  put(confPath(ctx), shimConf(ctx));
  writeShims(ctx);
}

/**
 * What every install ends with: the root is set up, the version has its shims, and where no version is the
 * global one yet, this is. True when it became that now.
 */
export function makeUsable(ctx: Context, installed: Installed): boolean {
  if (!isSetUp(ctx)) setUp(ctx);
  writeShims(ctx);
  const isForHere = samePlatform(installed.platform, ctx.platform);
  return isForHere && writeIfAbsent(ctx.root.globalVersion, `${installed.name}\n`);
}

function put(path: string, content: string | Uint8Array, mode = 0o644): void {
  const bytes = Buffer.from(content);
  const isRight = holds(path, bytes) && (mode === 0o644 || isExecutable(path));
  if (!isRight) writeAtomically(path, bytes, mode);
}
