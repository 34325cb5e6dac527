/**
 * Cuts the stream of a zip's bytes into regions of whole files.
 *
 * Guarantees: a region lies in memory of its own that can be handed to a thread; a stream that ends too early is
 * BAD_ARCHIVE.
 */
import { BufferGarbage } from "./garbage.ts";
import { damagedZip } from "./zip.ts";

export class Regions {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #garbage = new BufferGarbage();
  #held: Uint8Array = new Uint8Array();
  /** Where in the zip it stands. */
  #at: number;

  readonly #memory: (size: number) => Uint8Array<ArrayBuffer>;

  /** `memory` gives what a region of so many bytes is kept in. */
  constructor(
    data: AsyncIterable<Uint8Array>,
    start: number,
    memory: (size: number) => Uint8Array<ArrayBuffer>,
  ) {
    this.#memory = memory;
    this.#chunks = data[Symbol.asyncIterator]();
    this.#at = start;
  }

  /** The bytes from one place of the zip to another; what is before them is passed over. */
  async take(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#at < from) this.#pass((await this.#more()).subarray(0, from - this.#at).length);
    const region = this.#memory(to - from);
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
