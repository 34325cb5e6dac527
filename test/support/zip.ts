/**
 * Writes zip archives by hand for tests: honest ones as Go's archive/zip writes them, and any hostile one.
 *
 * Follows APPNOTE.TXT 6.3.10 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). Whatever a local or
 * a central header says can be overridden field by field, so that the two disagree with each other or the data.
 */
import { constants, crc32, deflateRawSync, inflateRawSync } from "node:zlib";

/** What a header says of an entry. */
export interface ZipHeader {
  readonly name?: string | Uint8Array;
  /** Needed to read it; 20 is 2.0. */
  readonly version?: number;
  readonly flags?: number;
  readonly method?: number;
  /** As MS-DOS counts it. */
  readonly time?: number;
  readonly date?: number;
  readonly crc?: number;
  readonly compressedSize?: number;
  readonly size?: number;
  readonly extra?: Uint8Array;
  /** Only in the central directory. */
  readonly creator?: number;
  readonly disk?: number;
  readonly internalAttributes?: number;
  readonly externalAttributes?: number;
  readonly offset?: number;
  readonly comment?: string;
}

/** What follows the data: a signature, the CRC-32, and both sizes. */
export interface ZipDescriptor {
  readonly signature?: number;
  readonly crc?: number;
  readonly compressedSize?: number;
  readonly size?: number;
}

export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly data: string | Uint8Array;
  /** Unix mode with the type bits (0o100755, a folder is 0o040755); without them a regular file is meant. */
  readonly mode?: number;
  readonly method?: 0 | 8;
  /** The bytes that stand in the archive instead of the compressed data. */
  readonly raw?: Uint8Array;
  /** What the header before the data says instead. */
  readonly local?: ZipHeader;
  /** What the central directory says instead. */
  readonly central?: ZipHeader;
  /** What the data descriptor says instead, or the bytes in its place. */
  readonly descriptor?: ZipDescriptor | Uint8Array;
  /** Left out of the central directory, or only there. */
  readonly only?: "local" | "central";
}

export interface ZipOptions {
  /** Sizes and CRC after the data (flag bit 3), as Go writes; default true. */
  readonly dataDescriptor?: boolean;
  /** Creator FAT and no modes at all, as in the toolchain modules before 1.21. */
  readonly fat?: boolean;
  /** The extra field of all files; by default the time in it that Go writes. */
  readonly extra?: Uint8Array;
  /** The time and date of all files. */
  readonly time?: number;
  readonly date?: number;
  /** The block that Go's deflate ends with: up to 1.26 a stored one (the default), then one of fixed codes. */
  readonly ending?: "stored" | "fixed";
  /** Bytes before the first entry. Offsets count them. */
  readonly before?: Uint8Array;
  readonly comment?: Uint8Array;
  /** Adds a zip64 end record and locator, with 0xffff and 0xffffffff in the ordinary one. */
  readonly zip64?: boolean;
  /** What the end record says instead. */
  readonly end?: { readonly entries?: number; readonly size?: number; readonly offset?: number };
}

/** What golang.org/x/mod/zip makes of any module: no modes, no times, nothing extra. */
export const moduleShape: ZipOptions = { fat: true, extra: Buffer.alloc(0), time: 0, date: 0 };

const descriptorFlag = 1 << 3;
const utf8Flag = 1 << 11;
const creatorUnix = 3 << 8;
const version = 20;
/** 2024-06-27 20:11:12: DOS date and time, and the extra field "UT" with seconds since 1970. */
const dosTime = (20 << 11) | (11 << 5) | 6;
const dosDate = (44 << 9) | (6 << 5) | 27;
const goTime = Buffer.from([0x55, 0x54, 5, 0, 1, 0x60, 0xc7, 0x7d, 0x66]);

/** The bytes of an archive with these entries, in this order. */
export function makeZip(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const parts: Uint8Array[] = [options.before ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let offset = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const { local, raw, descriptor, central } = writeEntry(entry, options, offset);
    if (entry.only !== "local") directory.push(central);
    if (entry.only === "central") continue;
    parts.push(local, raw, descriptor);
    offset += local.length + raw.length + descriptor.length;
  }
  const end = endOfDirectory(
    { entries: directory.length, size: Buffer.concat(directory).length, offset, ...options.end },
    options,
  );
  return Buffer.concat([...parts, ...directory, end]);
}

function writeEntry(entry: ZipEntry, options: ZipOptions, offset: number) {
  const data = Buffer.from(entry.data);
  const isFolder = Buffer.from(entry.name).at(-1) === 0x2f;
  const method = entry.method ?? (isFolder ? 0 : 8);
  const raw = entry.raw ?? (method === 8 ? goDeflate(data, options.ending) : data);
  const hasDescriptor = !isFolder && (options.dataDescriptor ?? true);
  const mode = entry.mode ?? (isFolder ? 0o040755 : 0o100644);
  const known = { crc: crc32(data), compressedSize: raw.length, size: data.length };
  const truth = {
    name: entry.name,
    version,
    flags: (hasDescriptor ? descriptorFlag : 0) | (needsUtf8(entry.name) ? utf8Flag : 0),
    method,
    time: options.time ?? dosTime,
    date: options.date ?? dosDate,
    ...known,
    extra: options.extra ?? goTime,
    creator: options.fat ? version : creatorUnix | version,
    disk: 0,
    internalAttributes: 0,
    externalAttributes: options.fat ? 0 : attributes(mode),
    offset,
    comment: "",
  };
  const unknown = hasDescriptor ? { crc: 0, compressedSize: 0, size: 0 } : {};
  return {
    local: localHeader({ ...truth, ...unknown, ...entry.local }),
    raw,
    descriptor: hasDescriptor ? descriptorOf(known, entry.descriptor) : Buffer.alloc(0),
    central: centralHeader({ ...truth, ...entry.central }),
  };
}

/** As FileHeader.SetMode of archive/zip: the mode, and what MS-DOS knows of it (a folder; read only). */
function attributes(mode: number): number {
  const unix = mode < 0o10000 ? 0o100000 | mode : mode;
  const msdos = ((unix & 0o170000) === 0o040000 ? 0x10 : 0) | (unix & 0o200 ? 0 : 1);
  return ((unix << 16) | msdos) >>> 0;
}

function needsUtf8(name: string | Uint8Array): boolean {
  return typeof name === "string" && Buffer.byteLength(name) !== name.length;
}

function descriptorOf(truth: Required<Omit<ZipDescriptor, "signature">>, lie: ZipEntry["descriptor"] = {}) {
  if (lie instanceof Uint8Array) return Buffer.from(lie);
  const { signature, crc, compressedSize, size } = { signature: 0x08074b50, ...truth, ...lie };
  return Buffer.concat([signature, crc, compressedSize, size].map(u32));
}

/**
 * Deflates as Go does: the last block is an empty one, stored (RFC 1951 3.2.4) or of fixed codes (3.2.6). zlib
 * ends with such a stored block where it is flushed, but not as the last one: that bit is found by trying.
 */
export function goDeflate(data: Uint8Array, ending: ZipOptions["ending"] = "stored"): Buffer {
  const stream = deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH });
  let bit = (stream.length - 4) * 8 - 3;
  for (; !endsWith(stream, bit, data.length); bit--) if (bit === 0) throw new Error("no last block");
  const at = Math.floor(bit / 8);
  const lastBlock = 1 << (bit % 8);
  stream.writeUInt8(stream.readUInt8(at) | lastBlock, at);
  if (ending === "stored") return stream;
  stream.writeUIntLE(stream.readUInt8(at) | (lastBlock << 1), at, 3);
  return stream.subarray(0, Math.ceil((bit + 10) / 8));
}

/** True where the stream is a whole one if this bit is set. */
function endsWith(stream: Buffer, bit: number, length: number): boolean {
  const changed = Buffer.from(stream);
  changed[Math.floor(bit / 8)] = (changed[Math.floor(bit / 8)] ?? 0) | (1 << (bit % 8));
  try {
    return inflateRawSync(changed).length === length;
  } catch {
    return false;
  }
}

function localHeader(header: Required<ZipHeader>): Buffer {
  return Buffer.concat([u32(0x04034b50), ...commonFields(header), bytesOf(header.name), header.extra]);
}

function centralHeader(header: Required<ZipHeader>): Buffer {
  return Buffer.concat([
    u32(0x02014b50),
    u16(header.creator),
    ...commonFields(header),
    ...[header.comment.length, header.disk, header.internalAttributes].map(u16),
    ...[header.externalAttributes, header.offset].map(u32),
    bytesOf(header.name),
    header.extra,
    Buffer.from(header.comment),
  ]);
}

/** The fields that both headers have, from the version to the length of the extra field. */
function commonFields(header: Required<ZipHeader>): Buffer[] {
  const { flags, method, time, date, crc, compressedSize, size, name, extra } = header;
  return [
    ...[header.version, flags, method, time, date].map(u16),
    ...[crc, compressedSize, size].map(u32),
    ...[bytesOf(name).length, extra.length].map(u16),
  ];
}

function endOfDirectory(
  { entries, size, offset }: { entries: number; size: number; offset: number },
  { zip64 = false, comment = Buffer.alloc(0) }: ZipOptions,
): Buffer {
  const end64 = zip64
    ? [
        u32(0x06064b50),
        u64(44),
        u16(45),
        u16(45),
        u32(0),
        u32(0),
        ...[entries, entries, size, offset].map(u64),
        u32(0x07064b50),
        u32(0),
        u64(offset + size),
        u32(1),
      ]
    : [];
  return Buffer.concat([
    ...end64,
    u32(0x06054b50),
    ...[0, 0, zip64 ? 0xffff : entries, zip64 ? 0xffff : entries].map(u16),
    ...(zip64 ? [0xffffffff, 0xffffffff] : [size, offset]).map(u32),
    u16(comment.length),
    comment,
  ]);
}

function bytesOf(name: string | Uint8Array): Buffer {
  return Buffer.from(name);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
