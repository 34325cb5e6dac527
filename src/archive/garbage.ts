/**
 * Bounds the buffers that are dead but not yet collected, in a loop that makes many.
 *
 * V8 counts a buffer as a few bytes: it lets 32 MB of dead ones gather in each thread before it looks, which
 * is most of the memory of an install. A collection of the young generation takes about a millisecond here.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const limit = 3 * 2 ** 20; // bytes

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");

export class BufferGarbage {
  #bytes = 0;

  /** To be told of each buffer's bytes; collects when they have become too many. */
  grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < limit || typeof collect !== "function") return;
    this.#bytes = 0;
    collect({ type: "minor" });
  }
}
