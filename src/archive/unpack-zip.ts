/**
 * From the bytes of a zip to files in a private folder, while they arrive: this thread cuts the stream into batches of
 * whole files, others (unpacker.ts) inflate, check, hash and write them. What a tree on this disk has already needn't
 * be read from the zip: they copy it, and the rest is fetched meanwhile.
 *
 * Guarantees: each file is hashed from the very bytes that are written, or from what is on disk then; no name leaves
 * the folder (zip.ts refuses such names); no more than `most.inFlight` packed bytes, or one file, are held; when it
 * ends, well or not, no thread writes any more. Whether the hashes are the right ones is for verify.ts to say, and
 * until then the folder stays in staging/.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { BufferGarbage } from "./garbage.ts";
import type { HashedFile } from "../sumdb/dirhash.ts";
import type { Placement } from "../toolchain.ts";
import type { Batch, Copies, Unpacked, UnpackerData } from "./unpacker.ts";
import { damagedZip, type ZipDirectory, type ZipEntry } from "./zip.ts";

/**
 * In bytes of the zip, unless one file has more. `copied` files are copied at a time. Between two files that are
 * wanted, a `gap` is read rather than another request made.
 */
const most = { threads: 2, batch: 256 * 1024, inFlight: 2 * 2 ** 20, copied: 50, gap: 64 * 1024 } as const;

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

/**
 * Unpacks a zip. Folder entries (of an archive) are checked like any other, and neither placed nor hashed. With
 * `shared` only what that tree hasn't got is read from the zip. Throws BAD_ARCHIVE, NO_SPACE, NOT_WRITABLE, and what
 * the zip's data or `place` throws.
 */
export async function unpackZip(
  ctx: Context,
  zip: PackedZip,
  folder: string,
  place: (name: string) => Placement,
  shared?: SharedTree,
): Promise<HashedFile[]> {
  const { entries, start } = zip.directory;
  const all = entries.map((entry, i): Wanted => {
    const target = entry.name.endsWith("/") ? undefined : place(entry.name);
    return { entry, end: entries[i + 1]?.offset ?? start, target };
  });
  const threads = new Threads(ctx, folder, shared);
  try {
    if (shared) {
      const isTried = ({ target }: Wanted): boolean => target !== undefined && shared.mayHave(target.path);
      const tried = all.filter(isTried);
      const rest = all.filter((one) => !isTried(one));
      await Promise.all([unpackFrom(ctx, zip, threads, rest), copyFrom(ctx, zip, threads, tried)]);
    } else await unpackFrom(ctx, zip, threads, all);
    return await threads.finish();
  } finally {
    await threads.stop();
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
  const ask = (run: Group | undefined): AsyncIterable<Uint8Array> | undefined =>
    run && zip.data(run[0].entry.offset, last(run).end);
  let coming = ask(runs[0]);
  for (const [i, run] of runs.entries()) {
    const input = coming && new Regions(coming, run[0].entry.offset);
    coming = ask(runs[i + 1]); // It is on its way while this one is unpacked.
    for (const batch of groups(run, ([first], { end }) => end - first.entry.offset <= most.batch)) {
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

/** The threads, and how many bytes wait for each. */
class Threads {
  readonly #threads: { readonly worker: Worker; load: number }[];
  readonly #hashed: HashedFile[] = [];
  readonly #missing = new Set<string>();
  #load = 0;
  #copying = 0;
  #failure: unknown;
  #waiting: (() => void)[] = [];

  constructor(ctx: Context, folder: string, shared: SharedTree | undefined) {
    const from = shared && { folder: shared.folder, how: shared.how };
    this.#threads = Array.from({ length: Math.min(most.threads, availableParallelism()) }, () => {
      const worker = new Worker(join(ctx.program, "unpacker.cjs"), {
        workerData: { umask: ctx.umask, folder, from } satisfies UnpackerData,
        resourceLimits: { maxYoungGenerationSizeMb: 4 },
      });
      const thread = { worker, load: 0 };
      worker.on("message", (done: Unpacked) => {
        thread.load -= done.size;
        this.#load -= done.size;
        if (done.missing) this.#copying--;
        for (const name of done.missing ?? []) this.#missing.add(name);
        if (done.failure) this.#fail(new GvError(done.failure.code, done.failure.message, done.failure));
        else for (const file of done.files) this.#hashed.push(file);
        this.#wake();
      });
      worker.on("error", (error) => this.#fail(error));
      return thread;
    });
  }

  /** Hands a batch to the thread with the least to do, once there is room. */
  async unpack(batch: Batch): Promise<void> {
    const { buffer, length } = batch.region;
    await this.#hand(batch, length, [buffer]);
  }

  /** The same for files that are to be copied. */
  async copy(copies: Copies): Promise<void> {
    const size = copies.files.reduce((sum, { entry }) => sum + entry.size, 0);
    this.#copying++;
    await this.#hand(copies, size, []);
  }

  async #hand(work: Batch | Copies, size: number, transfer: ArrayBuffer[]): Promise<void> {
    await this.#until(() => this.#load === 0 || this.#load + size <= most.inFlight);
    const thread = this.#threads.reduce((a, b) => (b.load < a.load ? b : a));
    thread.load += size;
    this.#load += size;
    thread.worker.postMessage(work, transfer);
  }

  /** The names of what was to be copied and isn't there, once all has been looked for. */
  async missing(): Promise<ReadonlySet<string>> {
    await this.#until(() => this.#copying === 0);
    return this.#missing;
  }

  async finish(): Promise<HashedFile[]> {
    await this.#until(() => this.#load === 0);
    return this.#hashed;
  }

  /** Whoever still waits here learns that it is over. */
  async stop(): Promise<void> {
    this.#fail(new GvError("INTERRUPTED", "interrupted"));
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  async #until(isSo: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (isSo()) return;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/** Cuts a stream of chunks into regions, each in memory of its own that can be handed to a thread. */
class Regions {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #garbage = new BufferGarbage();
  #held: Uint8Array = new Uint8Array();
  /** Where in the zip it stands. */
  #at: number;

  constructor(data: AsyncIterable<Uint8Array>, start: number) {
    this.#chunks = data[Symbol.asyncIterator]();
    this.#at = start;
  }

  /** The bytes from one place of the zip to another; what is before them is passed over. */
  async take(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#at < from) this.#pass((await this.#more()).subarray(0, from - this.#at).length);
    const region = new Uint8Array(to - from);
    while (this.#at < to) {
      const part = (await this.#more()).subarray(0, to - this.#at);
      region.set(part, this.#at - from);
      this.#pass(part.length);
    }
    return region;
  }

  #pass(bytes: number): void {
    this.#held = this.#held.subarray(bytes);
    this.#at += bytes;
  }

  async #more(): Promise<Uint8Array> {
    while (this.#held.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) throw damagedZip("the zip ends in the middle of a file");
      this.#garbage.grow(value.length);
      this.#held = value;
    }
    return this.#held;
  }
}
