/**
 * The use case: from Go's sources to a Go of one's own, under a name.
 *
 * Told as one page: the sources are copied into staging/, the newest Go that may build them runs their make.bash there,
 * the new go command says which it is and where its tree is, the disk is synced, and one rename publishes it with a
 * receipt that says that nothing proves it. Guarantees: the sources stay as they are; whatever fails on the way, what
 * had the name before still has it, and staging/ holds nothing.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { makeFolder, move, removeTree } from "../files.ts";
import { platformFolder } from "../platform.ts";
import { readBuildInfo } from "../program/buildinfo.ts";
import { withStaging } from "../staging.ts";
import { addBuilt, findInstalled, type Installed } from "../store.ts";
import { askGo, isSamePath } from "../trial.ts";
import { bootstrapFor } from "./bootstrap.ts";
import { openBuildLog } from "./log.ts";
import { checkRoomForBuild, make } from "./make.ts";
import type { Source } from "./sources.ts";

export interface BuildEvents {
  /** Before make.bash is started. */
  readonly onStart: (bootstrap: Installed, log: string) => void;
  /** What it prints. */
  readonly onText: (text: string) => void;
}

export interface Built {
  readonly installed: Installed;
  /** The Go that built it. */
  readonly bootstrap: string;
  /** What its `go version` prints. */
  readonly said: string;
  /** Path of what the build printed. */
  readonly log: string;
}

/**
 * Builds `source` for this platform under a name; the caller holds the name's lock. Throws NOT_INSTALLED where no
 * installed Go may build it, BAD_ARGUMENT, BUILD_FAILED, BAD_TOOLCHAIN, NO_SPACE, INTERRUPTED.
 */
export async function build(
  ctx: Context,
  source: Source,
  name: string,
  { spec, events }: { spec: string | undefined; events: BuildEvents },
): Promise<Built> {
  const { platform } = ctx;
  checkRoomForBuild(ctx);
  return withStaging(ctx, async (staging) => {
    const raw = join(staging, "build");
    makeFolder(raw);
    await source.put(ctx, raw);
    const bootstrap = await bootstrapFor(ctx, raw, { spec });
    const log = openBuildLog(ctx, `${platformFolder(platform)}-${name}`);
    try {
      events.onStart(bootstrap, log.path);
      const more = source.gitDir === undefined ? {} : { GIT_DIR: source.gitDir };
      await make(ctx, { tree: raw, bootstrap, staging, log, onText: events.onText, more });
    } finally {
      log.close();
    }
    for (const folder of ["pkg/obj", "pkg/bootstrap"]) await removeTree(join(raw, folder));
    // Under another name, as it will be: a go command finds its tree by where it is itself.
    const tree = join(staging, "go");
    move(raw, tree);
    const said = await tryOut(ctx, tree, staging, log.path);
    await sync(ctx, tree);
    const info = readBuildInfo(join(tree, "bin", "go"));
    const commit = source.commit === undefined ? {} : { commit: source.commit };
    const provenance = {
      form: "source",
      from: source.from,
      source: { bootstrap: bootstrap.name, ...commit },
      evidence: [],
      unproven: `it was built here, by Go ${bootstrap.name}`,
      ...(info ? { build: { goVersion: info.goVersion, settings: info.settings } } : {}),
      trial: said,
    } as const;
    addBuilt(ctx, tree, { name, platform }, provenance, staging);
    const installed = findInstalled(ctx, platform, name);
    if (!installed)
      throw new GvError("NOT_INSTALLED", `${name} was removed by another gv while it was built`, {
        hint: "type it again",
      });
    return { installed, bootstrap: bootstrap.name, said, log: log.path };
  });
}

async function tryOut(ctx: Context, tree: string, home: string, log: string): Promise<string> {
  const hint = `what the build printed is in ${log}`;
  let answer: { said: string; root: string };
  try {
    answer = await askGo(ctx, tree, home);
  } catch (error) {
    ctx.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new GvError("BAD_TOOLCHAIN", `what was built doesn't run: ${reason}`, { hint, cause: error });
  }
  if (!isSamePath(answer.root, tree))
    throw new GvError("BAD_TOOLCHAIN", `what was built takes ${answer.root} for its GOROOT`, { hint });
  return answer.said;
}

/** So that its name is not on disk before its files are; nobody could fetch them again. As unsynced.ts, but waited for. */
async function sync(ctx: Context, tree: string): Promise<void> {
  if (ctx.platform.os !== "linux") return; // Others take no such option, or don't wait until it is written.
  const env = { PATH: "/usr/bin:/bin:/run/current-system/sw/bin" };
  const words = ["-c", 'sync -f "$1"', "gv-sync", tree];
  await promisify(execFile)("/bin/sh", words, { env, cwd: "/" }).catch(() => undefined);
}
