/**
 * A program as executable.ts tells of it, and the bounded reads by which it is told.
 *
 * Guarantees: a read gives at most 4 MB and nothing that isn't in the file, whatever place and length a header
 * names; only regular files are opened, so that none makes gv wait.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

/** A range of addresses, as the running program sees them. */
export interface Range {
  readonly address: number;
  readonly size: number;
}

/** A range of addresses whose bytes are in the file, from `offset` on. */
export interface Segment extends Range {
  readonly offset: number;
}

/** A program for one architecture. */
export interface Image {
  /** GOOS; undefined for an ELF file that doesn't name its system, as most for Linux don't. */
  readonly os: string | undefined;
  /** GOARCH; undefined for a machine that Go has no name for. */
  readonly arch: string | undefined;
  readonly segments: readonly Segment[];
  /** Where Go's build information is, if there is any: a section of its own, or the first writable data. */
  readonly data: Range | undefined;
  /** The path of the program that ELF has started in its place, to load its libraries; none for a static one. */
  readonly loader?: string;
}

/** Gives at most this many bytes from a place on; fewer, or none, where there are no more. */
export type Read = (at: number, length: number) => Buffer;

const most = 4 << 20; // bytes: the longest table there is, 65535 sections of ELF with 64 each
const nothing = Buffer.alloc(0);

/** Opens a regular file for as long as it is used; undefined where there is none that may be read. */
export function withFile<T>(path: string, use: (read: Read) => T): T | undefined {
  const fd = openFile(path);
  if (fd === undefined) return undefined;
  try {
    const { size } = fstatSync(fd);
    return use((at, length) => {
      const room = Math.min(length, most, size - at);
      if (room <= 0) return nothing;
      const bytes = Buffer.alloc(room);
      return bytes.subarray(0, readSync(fd, bytes, 0, room, at));
    });
  } finally {
    closeSync(fd);
  }
}

function openFile(path: string): number | undefined {
  try {
    return statSync(path).isFile() ? openSync(path, "r") : undefined;
  } catch {
    return undefined;
  }
}

/** The memory of the running program as far as the file holds it: reads by address, up to a segment's end. */
export function memoryOf({ segments }: Image, read: Read): Read {
  return (address, length) => {
    const segment = segments.find((one) => one.address <= address && address < one.address + one.size);
    if (!segment) return nothing;
    const skipped = address - segment.address;
    return read(segment.offset + skipped, Math.min(length, segment.size - skipped));
  };
}

/** Numbers in a file's byte order. One above 2^53 is not exact, and nothing that it could name is in a file. */
export interface Numbers {
  readonly u16: (bytes: Buffer, at: number) => number;
  readonly u32: (bytes: Buffer, at: number) => number;
  readonly u64: (bytes: Buffer, at: number) => number;
}

export const littleEndian: Numbers = {
  u16: (bytes, at) => bytes.readUInt16LE(at),
  u32: (bytes, at) => bytes.readUInt32LE(at),
  u64: (bytes, at) => Number(bytes.readBigUInt64LE(at)),
};

export const bigEndian: Numbers = {
  u16: (bytes, at) => bytes.readUInt16BE(at),
  u32: (bytes, at) => bytes.readUInt32BE(at),
  u64: (bytes, at) => Number(bytes.readBigUInt64BE(at)),
};

/** The text of a field that zeros fill up. */
export function nameIn(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
}

/** The entries of a table, each of the same length; undefined where the file doesn't hold it whole. */
export function tableOf(read: Read, at: number, size: number, count: number): Buffer[] | undefined {
  const bytes = read(at, size * count);
  if (bytes.length < size * count) return undefined;
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
