/**
 * One gzip stream, inflated while it arrives (RFC 1952), by a thread of Node's own.
 *
 * node:zlib's own gunzip, and tar's, would go on with a second stream behind the first, and keep silent about
 * anything else: here the stream ends with the last byte, or is refused with BAD_ARCHIVE.
 */
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw } from "node:zlib";

import { systemCode } from "../errors.ts";
import { BufferGarbage } from "./garbage.ts";
import { badTarball } from "./tar-headers.ts";

const gzip = { start: 10, end: 8 } as const;

/** Gives what the stream holds, in pieces, one at a time. Throws BAD_ARCHIVE, and what `data` and `give` throw. */
export async function gunzip(
  data: AsyncIterable<Uint8Array>,
  give: (content: Buffer) => void,
): Promise<void> {
  const inflater = createInflateRaw({ chunkSize: 64 * 1024 });
  const garbage = new BufferGarbage();
  let [held, isStarted, packed, crc, size] = [Buffer.alloc(0), false, 0, 0, 0];
  async function* deflated(): AsyncGenerator<Uint8Array> {
    for await (const chunk of data) {
      garbage.grow(2 * chunk.length);
      held = Buffer.concat([held, chunk]);
      if (!isStarted && held.length < gzip.start) continue;
      if (!isStarted) {
        if (held.readUInt32BE(0) !== 0x1f8b0800)
          throw badTarball("it doesn't start as a gzip stream of Go's does");
        held = held.subarray(gzip.start);
        isStarted = true;
      }
      const content = held.subarray(0, Math.max(0, held.length - gzip.end));
      held = held.subarray(content.length);
      packed += content.length;
      if (content.length > 0) yield content;
      if (inflater.readableEnded) return;
    }
  }
  const taker = new Writable({
    write(content: Buffer, _, done) {
      try {
        garbage.grow(content.length);
        crc = crc32(content, crc);
        size += content.length;
        give(content);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
  try {
    await pipeline(deflated, inflater, taker);
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (code === "Z_BUF_ERROR") throw badTarball("it is cut short");
    throw code.startsWith("Z_") ? badTarball(`it is damaged (${code})`) : error;
  }
  if (inflater.bytesWritten !== packed) throw badTarball("something follows its gzip stream");
  if (held.readUInt32LE(0) !== crc || held.readUInt32LE(4) !== size % 2 ** 32)
    throw badTarball("it is damaged: its checksum is not that of its content");
}
