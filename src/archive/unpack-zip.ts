/**
 * From the bytes of a zip to files in a private folder, while they arrive: this thread cuts the stream into batches of
 * whole files (regions.ts), others (threads.ts) inflate, check, hash and write them. What a tree on this disk has
 * already needn't be read from the zip: they copy it, and the rest is fetched meanwhile.
 *
 * Guarantees: each file is hashed from the very bytes that are written, or from what is on disk then; no name leaves
 * the folder (zip.ts refuses such names); no more than the threads' `inFlight` of packed bytes, or one file, are held; when it
 * ends, well or not, no thread writes any more. Whether the hashes are the right ones is for verify.ts to say, and
 * until then the folder stays in staging/.
 */
import type { Context } from "../context.ts";
import type { HashedFile } from "../sumdb/dirhash.ts";
import type { Placement } from "../toolchain.ts";
import { Regions } from "./regions.ts";
import { regionSize, Threads } from "./threads.ts";
import type { ZipDirectory, ZipEntry } from "./zip.ts";

/**
 * `copied` files are copied at a time. Between two files that are wanted, a `gap` of bytes is read rather than another
 * request made, and no more than `ahead` requests are made before their bytes are wanted.
 */
const most = { copied: 50, gap: 64 * 1024, ahead: 6 } as const;

/** A zip whose directory has been read. */
export interface PackedZip {
  readonly directory: ZipDirectory;
  /** The bytes from the first local header to the directory, or a part of them, which is asked for at once. */
  data(from?: number, to?: number): AsyncIterable<Uint8Array>;
}

/** A tree whose files may be those of the zip. */
export interface SharedTree {
  readonly folder: string;
  /** "clone" is a copy where the file system has no clones. */
  readonly how: "clone" | "link";
  /** Whether to look there for a file of that path; the others are fetched at once. */
  mayHave(path: string): boolean;
}

/** An entry to unpack: where its bytes end, and its place under the folder; a folder has none. */
interface Wanted {
  readonly entry: ZipEntry;
  readonly end: number;
  readonly target: Placement | undefined;
}

/** The threads of one zip, which may be started before it is open: they are up when its first bytes come. */
export function startThreads(ctx: Context): Threads {
  return new Threads(ctx);
}

/**
 * Unpacks a zip, and has the threads end. Folder entries (of an archive) are checked like any other, and neither placed nor hashed. With
 * `shared` only what that tree hasn't got is read from the zip. Throws BAD_ARCHIVE, NO_SPACE, NOT_WRITABLE, and what
 * the zip's data or `place` throws.
 */
export async function unpackZip(
  ctx: Context,
  zip: PackedZip,
  folder: string,
  place: (name: string) => Placement,
  { shared, threads = startThreads(ctx) }: { shared?: SharedTree; threads?: Threads } = {},
): Promise<HashedFile[]> {
  try {
    threads.into(folder, shared);
    const { entries, start } = zip.directory;
    const all = entries.map((entry, i): Wanted => {
      const target = entry.name.endsWith("/") ? undefined : place(entry.name);
      return { entry, end: entries[i + 1]?.offset ?? start, target };
    });
    if (shared) {
      const isTried = ({ target }: Wanted): boolean => target !== undefined && shared.mayHave(target.path);
      const tried = all.filter(isTried);
      const rest = all.filter((one) => !isTried(one));
      await Promise.all([unpackFrom(ctx, zip, threads, rest), copyFrom(ctx, zip, threads, tried)]);
    } else await unpackFrom(ctx, zip, threads, all);
    const files = await threads.finish();
    void threads.stop(); // Each has answered for all it was given: none writes any more.
    return files;
  } catch (error) {
    await threads.stop();
    throw error;
  }
}

/** Unpacks these entries, in their order; those that lie next to each other, or nearly, are asked for in one. */
async function unpackFrom(
  ctx: Context,
  zip: PackedZip,
  threads: Threads,
  wanted: readonly Wanted[],
): Promise<void> {
  const runs = groups(wanted, (run, { entry }) => entry.offset - last(run).end <= most.gap);
  const coming: AsyncIterable<Uint8Array>[] = [];
  for (const [i, run] of runs.entries()) {
    for (let next; (next = runs[coming.length]) && isSoon(next, coming.length - i);)
      coming.push(zip.data(next[0].entry.offset, last(next).end));
    const data = coming[i];
    const input = data && new Regions(data, run[0].entry.offset, (size) => threads.memory(size));
    for (const batch of groups(run, ([first], { end }) => end - first.entry.offset <= regionSize)) {
      ctx.signal.throwIfAborted();
      const from = batch[0].entry.offset;
      const files = batch.map(({ entry, end, target }) => ({
        entry,
        at: entry.offset - from,
        end: end - from,
        target,
      }));
      if (input) await threads.unpack({ region: await input.take(from, last(batch).end), files });
    }
  }
}

/**
 * Whether a part is asked for so many parts before it is wanted: the next one is, so that it is on its way while one is
 * unpacked; small ones sooner, for each would cost the time of an answer.
 */
function isSoon(run: Group, ahead: number): boolean {
  return ahead <= 1 || (ahead <= most.ahead && last(run).end - run[0].entry.offset <= regionSize);
}

/** Takes these from the shared tree, and from the zip what that one hasn't got. */
async function copyFrom(
  ctx: Context,
  zip: PackedZip,
  threads: Threads,
  wanted: readonly Wanted[],
): Promise<void> {
  for (const files of groups(wanted, (group) => group.length < most.copied)) {
    ctx.signal.throwIfAborted();
    await threads.copy({ files });
  }
  const missing = await threads.missing();
  await unpackFrom(
    ctx,
    zip,
    threads,
    wanted.filter(({ entry }) => missing.has(entry.name)),
  );
}

type Group = readonly [Wanted, ...Wanted[]];

/** Some after the other, a new group where one doesn't fit any more. */
function groups(wanted: readonly Wanted[], fits: (group: Group, one: Wanted) => boolean): Group[] {
  const all: [Wanted, ...Wanted[]][] = [];
  for (const one of wanted) {
    const group = all.at(-1);
    if (group && fits(group, one)) group.push(one);
    else all.push([one]);
  }
  return all;
}

function last(group: Group): Wanted {
  return group.at(-1) ?? group[0];
}
