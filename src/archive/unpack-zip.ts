/**
 * From the bytes of an archive to files in a private folder, while they arrive: this thread cuts the stream
 * into batches of whole files, others (unpacker.ts) inflate, check, hash and write them.
 *
 * Guarantees: each file is hashed from the very bytes that are written; no name leaves the folder (zip.ts
 * refuses such names); no more than `most.inFlight` packed bytes, or one file, are held; when it ends, well
 * or not, no thread writes any more. Whether the hashes are the right ones is for verify.ts to say, and
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
import type { Batch, PackedFile, Unpacked } from "./unpacker.ts";
import { damagedZip, type ZipDirectory } from "./zip.ts";

/** In bytes of the zip, unless one file has more. */
const most = { threads: 2, batch: 256 * 1024, inFlight: 2 * 2 ** 20 } as const;

/**
 * Unpacks a zip from `data`, the bytes from its first local header to its directory. Folder entries (of an
 * archive) are checked like any other, and neither placed nor hashed. Throws BAD_ARCHIVE, NO_SPACE,
 * NOT_WRITABLE, and what `data` or `place` throws.
 */
export async function unpackZip(
  ctx: Context,
  { entries, start }: ZipDirectory,
  data: AsyncIterable<Uint8Array>,
  folder: string,
  place: (name: string) => Placement,
): Promise<HashedFile[]> {
  const input = new Regions(data);
  const threads = new Threads(ctx, Math.min(most.threads, availableParallelism()));
  const endOf = (i: number): number => entries[i + 1]?.offset ?? start;
  const placed = (name: string): Placement => {
    const { path, mode } = place(name);
    return { path: join(folder, path), mode };
  };
  try {
    for (let i = 0; i < entries.length;) {
      ctx.signal.throwIfAborted();
      const from = entries[i]?.offset ?? start;
      const files: PackedFile[] = [];
      for (
        let entry = entries[i];
        entry && (files.length === 0 || endOf(i) - from <= most.batch);
        entry = entries[++i]
      ) {
        files.push({
          entry,
          at: entry.offset - from,
          end: endOf(i) - from,
          target: entry.name.endsWith("/") ? undefined : placed(entry.name),
        });
      }
      await threads.unpack({ region: await input.take(files.at(-1)?.end ?? 0), files });
    }
    return await threads.finish();
  } finally {
    await threads.stop();
  }
}

/** The threads, and how many bytes wait for each. */
class Threads {
  readonly #threads: { readonly worker: Worker; load: number }[];
  readonly #hashed: HashedFile[] = [];
  #load = 0;
  #failure: unknown;
  #wake: () => void = () => undefined;

  constructor(ctx: Context, count: number) {
    this.#threads = Array.from({ length: count }, () => {
      const worker = new Worker(join(ctx.program, "unpacker.cjs"), {
        workerData: ctx.umask,
        resourceLimits: { maxYoungGenerationSizeMb: 4 },
      });
      const thread = { worker, load: 0 };
      worker.on("message", (done: Unpacked) => {
        thread.load -= done.size;
        this.#load -= done.size;
        if (done.failure) this.#fail(new GvError(done.failure.code, done.failure.message, done.failure));
        else for (const file of done.files) this.#hashed.push(file);
        this.#wake();
      });
      worker.on("error", (error) => this.#fail(error));
      return thread;
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** Hands a batch to the thread with the least to do, once there is room. */
  async unpack(batch: Batch): Promise<void> {
    const { buffer, length } = batch.region;
    await this.#until(() => this.#load === 0 || this.#load + length <= most.inFlight);
    const thread = this.#threads.reduce((a, b) => (b.load < a.load ? b : a));
    thread.load += length;
    this.#load += length;
    thread.worker.postMessage(batch, [buffer]);
  }

  async finish(): Promise<HashedFile[]> {
    await this.#until(() => this.#load === 0);
    return this.#hashed;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  async #until(isSo: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (isSo()) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** Cuts a stream of chunks into regions, each in memory of its own that can be handed to a thread. */
class Regions {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #garbage = new BufferGarbage();
  #held: Uint8Array = new Uint8Array();

  constructor(data: AsyncIterable<Uint8Array>) {
    this.#chunks = data[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const region = new Uint8Array(length);
    for (let at = 0; at < length;) {
      if (this.#held.length === 0) this.#held = await this.#next();
      const part = this.#held.subarray(0, length - at);
      region.set(part, at);
      this.#held = this.#held.subarray(part.length);
      at += part.length;
    }
    return region;
  }

  async #next(): Promise<Uint8Array> {
    const { done, value } = await this.#chunks.next();
    if (done) throw damagedZip("the zip ends in the middle of a file");
    this.#garbage.grow(value.length);
    return value;
  }
}
