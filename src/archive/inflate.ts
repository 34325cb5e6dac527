/**
 * The content of one file of a zip, piece by piece, and all that is said of it checked.
 *
 * Guarantees: what stands around the packed bytes is what the directory says (zip.ts); they are one deflate
 * stream (RFC 1951), which ends with their last byte, and nothing but zeros fills up that byte; the content has
 * the size and the CRC-32 that the directory says, and no byte beyond that size is given. Two streams of the
 * same content are not told apart: what is proven is the content.
 *
 * An inflater doesn't look at the bits that fill up a stream's last byte, so these need a look of their own. Go
 * ends a stream with an empty last block, of one of two kinds (RFC 1951 3.2.3 to 3.2.6), from its first bit on:
 *
 *     up to 1.26, stored:  1 00 | zeros up to a byte | 00 00 ff ff
 *     since 1.27, fixed:   1 10 | 0000000 | zeros up to a byte
 *
 * Streams of other programs are taken, too, but for a stored last block whose content ends in 00 00 ff ff.
 */
import { crc32 } from "node:zlib";

import { InflateRaw, type ZlibOptions } from "minizlib";

import { GvError } from "../errors.ts";
import { damagedZip, packedData, type ZipEntry } from "./zip.ts";

type Give = (content: Uint8Array) => void;

/** Bytes that are inflated at a time, so that no file is in memory as a whole, and that come of them at once. */
const piece = 64 * 1024;
const options: ZlibOptions & { chunkSize: number } = { chunkSize: 4 * piece };

/** The last bytes of a stream: all of it, or at least nine; and a byte more. */
const ending = Buffer.alloc(piece + 9);

/** One for all files: making one for each costs more time and memory than all else. */
let spare: InflateRaw | undefined;

/**
 * Gives the content of an entry, which lies in `region`, the bytes from its local header to what comes next.
 * Throws BAD_ARCHIVE where anything isn't what the directory says: what was given till then is worth nothing.
 */
export function unpackEntry(entry: ZipEntry, region: Buffer, give: Give): void {
  const packed = packedData(entry, region);
  const content = checked(entry, give);
  if (entry.method === "stored") content.add(packed);
  else inflate(entry, packed, content.add);
  content.end();
}

/** Passes content on, as long as it is what the directory says. */
function checked(entry: ZipEntry, give: Give) {
  let size = 0;
  let crc = 0;
  return {
    add: (content: Uint8Array): void => {
      size += content.length;
      if (size > entry.size) throw damaged(entry, "it is longer than the directory says");
      crc = crc32(content, crc);
      give(content);
    },
    end: (): void => {
      if (size < entry.size) throw damaged(entry, "it is shorter than the directory says");
      if (crc !== entry.crc) throw damaged(entry, "its CRC-32 isn't the one in the directory");
    },
  };
}

function inflate(entry: ZipEntry, packed: Buffer, give: Give): void {
  const sizes = packed.length - 4;
  if (sizes > 0 && packed.readUInt32LE(sizes) === emptyBlock) run(entry, packed, give, replaceLastBlock);
  else {
    run(entry, packed, give);
    if (packed.at(-1) !== 0 && isFilledUp(entry, packed))
      throw damaged(entry, "something is hidden behind its data");
  }
}

/**
 * Inflates, with another ending where `change` makes one: given how many bytes are in `ending`, it gives how many
 * there are then. Throws where that isn't one stream that ends with the last of them. One byte more follows, to
 * be left over.
 */
function run(entry: ZipEntry, packed: Buffer, give: Give, change = (length: number): number => length): void {
  const inflater = spare ?? new InflateRaw(options);
  spare = undefined; // What has failed is not used again.
  inflater.removeAllListeners("data").removeAllListeners("error");
  inflater.on("data", give).on("error", (error) => {
    throw damaged(entry, String(error));
  });
  const feed = (bytes: Buffer, used: number): void => {
    inflater.write(bytes);
    if (inflater.handle?.bytesWritten !== used)
      throw damaged(entry, "its data doesn't end where the directory says");
  };
  let at = 0;
  for (; packed.length - at > piece + 8; at += piece) feed(packed.subarray(at, at + piece), piece);
  const length = change(packed.copy(ending, 0, at));
  ending.writeUInt8(0, length);
  feed(ending.subarray(0, length + 1), length);
  inflater.reset();
  spare = inflater;
}

/** The sizes of a stored block that holds nothing, 0 and ~0 (RFC 1951 3.2.4). */
const emptyBlock = 0xffff0000;

/**
 * Puts an empty block of fixed codes in the place of the stored one. If the filling is zeros, the highest bit
 * before the sizes is the one that the block starts with: the stream inflates, and ends there, only if it is.
 */
function replaceLastBlock(length: number): number {
  const sizes = length - 4;
  const at = ending[sizes - 1] === 0 ? sizes - 2 : sizes - 1;
  const byte = ending[at] ?? 0;
  if (byte === 0) return length; // No last block of Go's.
  const bit = highestBit(byte);
  ending.writeUIntLE(byte | (2 << bit), at, 3);
  return at + Math.ceil((bit + 10) / 8);
}

/**
 * True where the last byte's highest bit is not a part of the stream: inflated once more, without that bit, it
 * gives the same. Of Go's own streams since 1.27 that byte is 0.
 */
function isFilledUp(entry: ZipEntry, packed: Buffer): boolean {
  const content = checked(entry, () => undefined);
  try {
    run(entry, packed, content.add, (length) => {
      const byte = ending.readUInt8(length - 1);
      ending.writeUInt8(byte & ~(1 << highestBit(byte)), length - 1);
      return length;
    });
    content.end();
    return true;
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    return false;
  }
}

function highestBit(byte: number): number {
  return 31 - Math.clz32(byte);
}

function damaged({ name }: ZipEntry, reason: string): GvError {
  return damagedZip(`the zip is damaged at ${name}: ${reason}`);
}
