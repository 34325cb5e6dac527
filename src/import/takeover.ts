/**
 * A Go that another manager has, taken over without a download: what of its folder is the release that it says it is,
 * and those files as one more source of an install.
 *
 * Guarantees: nothing in the folder is trusted, and nothing in it is run before it is proven. Its files are hashed, and
 * their h1 must be the log's record; they are cloned, linked or copied into staging/, hashed again as they are on disk
 * there, and proven once more. What the module hasn't (api/, doc/, misc/, test/, a tool in bin/, a mark of the manager's)
 * stays where it is: so what gv has of it is the module form, every file proven.
 */
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

import { h1Of } from "../audit.ts";
import { configSharing } from "../config.ts";
import type { Context } from "../context.ts";
import { type Differences, differencesByDirectory } from "../differences.ts";
import { GvError } from "../errors.ts";
import { copyFile, makeFolder, setMode, shareFile } from "../files.ts";
import { moduleCacheFolder } from "../goenv.ts";
import { proxyList, withModuleCache } from "../goproxy.ts";
import { hashTree, type TreeFile } from "../goroot.ts";
import { statOf } from "../read.ts";
import { takesNoRoom } from "../sharing.ts";
import type { Source } from "../sources.ts";
import { checkRoom } from "../space.ts";
import type { HashedFile } from "../sumdb/dirhash.ts";
import { moduleFileName, outsideModule, placeToolchainFile, type Release } from "../toolchain.ts";
import { type Expectation, expectRecord, proveModule } from "../verify.ts";

/** A file of a release: by its path in a GOROOT, and where in the folder its bytes are. */
interface Part extends TreeFile {
  readonly from: string;
}

/** The files of a folder that are, together, a release. */
export interface Proven {
  readonly kind: "proven";
  readonly release: Release;
  readonly parts: readonly Part[];
  readonly expected: Expectation;
  /** What else is in the folder, by its path there; of api/, doc/, misc/ and test/ the folder alone. */
  readonly others: readonly string[];
}

/** What is known of a Go of another manager. */
export type Judged =
  | Proven
  /** It says that it is this release, and isn't; `differences` where a proxy could be asked for the list of its files. */
  | { readonly kind: "differs"; readonly release: Release; readonly differences?: Differences }
  | { readonly kind: "unprovable"; readonly release?: Release; readonly reason: string };

/**
 * Looks at a GOROOT: is it a release? `marks`: names that its manager puts there. `keep`: the newest signed head of the
 * log is kept in the root. Throws NOT_READABLE, NETWORK, NO_CHECKSUM_DATABASE, and NOT_PROVEN where the log itself can't be believed.
 */
export async function judge(
  ctx: Context,
  goroot: string,
  release: Release,
  { marks, keep, warn }: { marks: readonly string[]; keep: boolean; warn: (text: string) => void },
): Promise<Judged> {
  const list = withModuleCache(moduleCacheFolder(ctx), proxyList(ctx));
  const expected = await expectRecord(ctx, list, release, warn, keep);
  if (!expected) return { kind: "unprovable", release, reason: "the checksum database has no record of it" };
  const files = await hashTree(ctx, goroot);
  const inModule = asGoroot(files).filter(
    ({ path }) => moduleFileName(release, path) !== undefined && !marks.includes(path),
  );
  const outside = outsideModule.filter((name) => files.some(({ path }) => path.startsWith(`${name}/`)));
  const marked = marks.filter((mark) => files.some(({ path }) => path === mark));
  const others = [...outside.map((name) => `${name}/`), ...marked];
  const { h1 } = expected.record;
  if (h1Of(release, inModule) === h1) return { kind: "proven", release, parts: inModule, expected, others };
  const differences = await differencesByDirectory(ctx, goroot, release, inModule).catch((error: unknown) => {
    if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
    return undefined;
  });
  const added = new Set(differences?.added);
  const parts = inModule.filter(({ path }) => !added.has(path));
  if (h1Of(release, parts) === h1)
    return { kind: "proven", release, parts, expected, others: [...others, ...added] };
  return { kind: "differs", release, ...(differences ? { differences } : {}) };
}

/**
 * The files by their paths in a GOROOT. In its module cache the go command keeps each `_go.mod` of the zip and copies it
 * to `go.mod` once it runs that toolchain (cmd/go/internal/toolchain/select.go): the first is the file of the release.
 */
function asGoroot(files: readonly TreeFile[]): Part[] {
  const there = new Set(files.map(({ path }) => path));
  return files.flatMap((file) => {
    const { path: from } = file;
    if (/(?:^|\/)go\.mod$/.test(from) && there.has(from.replace(/go\.mod$/, "_go.mod"))) return [];
    return [{ ...file, from, path: from.replace(/(^|\/)_go\.mod$/, "$1go.mod") }];
  });
}

/** Those files as a source of an install. */
export function treeSource(ctx: Context, goroot: string, proven: Proven): Source<Expectation, HashedFile[]> {
  const { release, parts, expected } = proven;
  const how = configSharing(ctx);
  return {
    form: "module",
    expect: () => Promise.resolve(expected),
    open(_, spool) {
      const near = how === "off" ? undefined : { name: goroot, folder: goroot, how, mayHave: () => true };
      if (!near || !takesNoRoom(near, spool))
        checkRoom(
          ctx,
          parts.map(({ path, size }) => ({ name: path, size })),
        );
      return Promise.resolve({
        from: goroot,
        unpack: (tree: string) => take(ctx, goroot, tree, proven, how),
      });
    },
    prove: (_, record, files, from) => [proveModule(release, record, files, from)],
  };
}

/** Brings the files into `tree`, and hashes what is there then. */
async function take(
  ctx: Context,
  goroot: string,
  tree: string,
  { release, parts }: Proven,
  how: "clone" | "link" | "off",
): Promise<HashedFile[]> {
  const place = placeToolchainFile(release);
  const folders = new Set<string>();
  let sharing = how;
  for (const [i, { path, from }] of parts.entries()) {
    if (i % 200 === 0) {
      await nextTurn();
      ctx.signal.throwIfAborted();
    }
    const [source, target] = [join(goroot, from), join(tree, path)];
    const folder = dirname(target);
    if (!folders.has(folder)) makeFolder(folder, ctx.umask);
    folders.add(folder);
    const { mode } = place(moduleFileName(release, path) ?? "");
    const isShared = mayShare(sharing, source, mode) && shareFile(sharing, source, target) === true;
    if (isShared) setMode(target, sharing === "link" ? mode & 0o555 : mode);
    else if (!copyFile(source, target, mode)) throw gone(source);
    if (!isShared && sharing === "clone") sharing = "off"; // The file system has no clones.
  }
  const files = await hashTree(ctx, tree);
  return files.flatMap(({ path, sha256 }) => {
    const name = moduleFileName(release, path);
    return name === undefined || sha256 === undefined ? [] : [{ name, sha256 }];
  });
}

/**
 * A link is one file under two names, made read-only: an edit would reach both. So it is none where one of the two is a
 * program and the other isn't.
 */
function mayShare(how: "clone" | "link" | "off", source: string, mode: number): how is "clone" | "link" {
  if (how !== "link") return how === "clone";
  const stats = statOf(source);
  return stats !== undefined && ((stats.mode ^ mode) & 0o111) === 0;
}

function gone(path: string): GvError {
  return new GvError("NOT_READABLE", `${path} was changed or taken away while it was read`, {
    hint: "once nothing changes that folder any more, type it again",
  });
}
