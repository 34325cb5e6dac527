/**
 * Runs make.bash in a private copy of Go's sources.
 *
 * Guarantees: the build gets PATH and the language of its messages, and nothing else of the user's environment: no
 * GOFLAGS, GOROOT, GOEXPERIMENT, CC or CGO_ENABLED changes what comes out; its home and its temporary folder are in
 * staging/; when it ends, by itself, by Ctrl-C or with gv, all that it started has ended.
 */
import { join } from "node:path";

import { runGroup } from "../check/group.ts";
import type { Context, Environment } from "../context.ts";
import { GvError, printable } from "../errors.ts";
import { makeFolder } from "../files.ts";
import { onPath } from "../on-path.ts";
import { freeIn, megabytes } from "../space.ts";
import type { Installed } from "../store.ts";
import { keepQuiet } from "../trial.ts";
import type { BuildLog } from "./log.ts";

/**
 * What a build takes at its fullest, in bytes, besides its sources: of Go 1.26 the caches and work folders of four
 * compilers, one after the other.
 */
const roomForBuild = 1_000_000_000;

/** What it gets of the user's. */
const passedOn = ["PATH", "LANG", "LC_ALL", "LC_MESSAGES", "LC_CTYPE"] as const;

/** Lines of a failed build that are shown. */
const shown = 12;

export interface Making {
  /** GOROOT: the copy of the sources. */
  readonly tree: string;
  readonly bootstrap: Installed;
  /** A private folder, for its home and its temporary files. */
  readonly staging: string;
  readonly log: BuildLog;
  /** Hears all that it prints. */
  readonly onText: (text: string) => void;
  /** Words for make.bash, and variables for it. */
  readonly words?: readonly string[];
  readonly more?: Environment;
}

/** Throws BUILD_FAILED with the last of what it printed, NO_SPACE, INTERRUPTED. */
export async function make(ctx: Context, making: Making): Promise<void> {
  const { tree, bootstrap, staging, log, onText, words = [], more = {} } = making;
  const bash = onPath(ctx, "bash");
  if (bash === undefined)
    throw new GvError("BUILD_FAILED", "there is no bash on PATH, and Go is built by a script in bash", {
      hint: "install bash with the system's packages",
    });
  const [home, temporary] = [join(staging, "home"), join(staging, "tmp")];
  for (const folder of [home, temporary]) makeFolder(folder);
  keepQuiet(ctx, home);
  const own = passedOn.flatMap((name) => (ctx.env[name] === undefined ? [] : [[name, ctx.env[name]]]));
  const { code, output } = await runGroup(bash, ["./make.bash", ...words], {
    cwd: join(tree, "src"),
    env: {
      ...Object.fromEntries(own),
      HOME: home,
      TMPDIR: temporary,
      GOROOT_BOOTSTRAP: bootstrap.folder,
      GOENV: "off",
      GOTOOLCHAIN: "local",
      ...more,
    },
    signal: ctx.signal,
    isTied: true,
    onText: (text) => {
      log.write(text);
      onText(text);
    },
  });
  ctx.signal.throwIfAborted();
  if (code === 0) return;
  if (/no space left on device|disk quota exceeded/i.test(output)) throw full(ctx, log);
  const last = printable(output).trimEnd().split("\n").slice(-shown);
  throw new GvError("BUILD_FAILED", `make.bash ended with ${code === undefined ? "a signal" : code}`, {
    hint: [...last.map((line) => `| ${line}`), `all that it printed is in ${log.path}`].join("\n"),
  });
}

/** Throws NO_SPACE where the root's file system has less room than a build takes; asked before anything is copied. */
export function checkRoomForBuild(ctx: Context): void {
  const free = freeIn(ctx.root.path);
  if (free === undefined || free >= roomForBuild) return;
  throw new GvError(
    "NO_SPACE",
    `a build needs about ${megabytes(roomForBuild)} on disk, and ${ctx.root.path} has ${megabytes(free)} left`,
    { hint: "gv prune --dry-run   shows which versions nothing needs\nNothing was built." },
  );
}

function full(ctx: Context, log: BuildLog): GvError {
  return new GvError("NO_SPACE", `the disk of ${ctx.root.path} got full during the build`, {
    hint: `gv prune --dry-run   shows which versions nothing needs\nwhat the build printed is in ${log.path}`,
  });
}
