/**
 * The threads that unpack (unpacker.ts): how many, what each has to do, and what they answer.
 *
 * Guarantees: no more than `inFlight` packed bytes, or one file, are with them; the first failure of one ends all
 * waiting; when stop() resolves, no thread writes any more.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import type { HashedFile } from "../sumdb/dirhash.ts";
import type { Batch, Copies, Destination, Unpacked, UnpackerData } from "./unpacker.ts";

/** Bytes of the zip that are handed over at a time, unless one file has more. */
export const regionSize = 256 * 1024;

const most = { threads: 2, inFlight: 8 * regionSize } as const;

type Shared = NonNullable<Destination["from"]>;

interface Thread {
  readonly worker: Worker;
  readonly started: Promise<void>;
  /** Bytes that wait for it. */
  load: number;
}

/** The threads, and how many bytes wait for each. */
export class Threads {
  readonly #threads: Thread[];
  readonly #hashed: HashedFile[] = [];
  /** Memory that came back: what is new has to be filled with zeros first. */
  readonly #spare: ArrayBuffer[] = [];
  readonly #missing = new Set<string>();
  #load = 0;
  #copying = 0;
  #failure: unknown;
  #waiting: (() => void)[] = [];

  /** One thread will do where the system gives no more. Throws BUSY where it gives none. */
  constructor(ctx: Context) {
    this.#threads = [];
    while (this.#threads.length < Math.min(most.threads, availableParallelism()))
      try {
        this.#threads.push(this.#start(ctx));
      } catch (error) {
        if (this.#threads.length > 0) break;
        throw new GvError("BUSY", `the system starts no thread: ${String(error)}`, {
          hint: "too many processes run (ulimit -u, or what the container may have): end some, and type it again",
          cause: error,
        });
      }
  }

  #start(ctx: Context): Thread {
    const worker = new Worker(join(ctx.program, "unpacker.cjs"), {
      workerData: { umask: ctx.umask } satisfies UnpackerData,
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    const started = new Promise<void>((resolve) => {
      for (const event of ["message", "exit"]) worker.once(event, () => resolve());
    });
    const thread = { worker, started, load: 0 };
    worker.on("message", (done: Unpacked) => {
      thread.load -= done.size;
      this.#load -= done.size;
      if (done.memory?.byteLength === regionSize) this.#spare.push(done.memory);
      if (done.missing) this.#copying--;
      for (const name of done.missing ?? []) this.#missing.add(name);
      if (done.failure) this.#fail(new GvError(done.failure.code, done.failure.message, done.failure));
      else for (const file of done.files) this.#hashed.push(file);
      this.#wake();
    });
    worker.on("error", (error) => this.#fail(error));
    return thread;
  }

  /** Says where files go, and the tree that they may be taken from. */
  into(folder: string, shared: Shared | undefined): void {
    const from = shared && { folder: shared.folder, how: shared.how };
    for (const { worker } of this.#threads) worker.postMessage({ folder, from } satisfies Destination, []);
  }

  /** Memory for so many bytes of a batch. */
  memory(size: number): Uint8Array<ArrayBuffer> {
    const buffer =
      size > regionSize ? new ArrayBuffer(size) : (this.#spare.pop() ?? new ArrayBuffer(regionSize));
    return new Uint8Array(buffer, 0, size);
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

  /** Whoever still waits here learns that it is over. One that has not started yet is waited for: V8 prints that it can't. */
  async stop(): Promise<void> {
    this.#fail(new GvError("INTERRUPTED", "interrupted"));
    await Promise.all(this.#threads.map(({ worker, started }) => started.then(() => worker.terminate())));
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
