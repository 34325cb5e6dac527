/**
 * Writes zip archives by hand for tests: honest ones as Go writes them, and any hostile one.
 *
 * Follows APPNOTE.TXT 6.3.10 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). Whatever a local or
 * a central header says can be overridden field by field, so that the two disagree with each other or the data.
 */
import { crc32, deflateRawSync } from "node:zlib";

/** What a header says of an entry. */
export interface ZipHeader {
  readonly name?: string | Uint8Array;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly compressedSize?: number;
  readonly size?: number;
  readonly extra?: Uint8Array;
  /** Only in the central directory. */
  readonly creator?: number;
  readonly externalAttributes?: number;
  readonly offset?: number;
}

export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly data: string | Uint8Array;
  /** Unix mode with the type bits (0o100755, a link is 0o120777); without them a regular file is meant. */
  readonly mode?: number;
  readonly method?: 0 | 8;
  /** The bytes that stand in the archive instead of the compressed data. */
  readonly raw?: Uint8Array;
  /** What the header before the data says instead. */
  readonly local?: ZipHeader;
  /** What the central directory says instead. */
  readonly central?: ZipHeader;
  /** Left out of the central directory, or only there. */
  readonly only?: "local" | "central";
}

export interface ZipOptions {
  /** Sizes and CRC after the data (flag bit 3), as Go writes; default true. */
  readonly dataDescriptor?: boolean;
  /** Creator FAT and no modes at all, as in the toolchain modules before 1.21. */
  readonly fat?: boolean;
  /** Bytes before the first entry. Offsets count them. */
  readonly before?: Uint8Array;
  readonly comment?: Uint8Array;
  /** Adds a zip64 end record and locator, with 0xffff and 0xffffffff in the ordinary one. */
  readonly zip64?: boolean;
  /** What the end record says instead. */
  readonly end?: { readonly entries?: number; readonly size?: number; readonly offset?: number };
}

const descriptorFlag = 1 << 3;
const utf8Flag = 1 << 11;
const creatorUnix = 3 << 8;
const version = 20;
/** 2024-06-27 20:11:12, DOS date and time. */
const dosTime = (20 << 11) | (11 << 5) | 6;
const dosDate = (44 << 9) | (6 << 5) | 27;

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
  const method = entry.method ?? 8;
  const raw = entry.raw ?? (method === 8 ? deflateRawSync(data) : data);
  const descriptor = options.dataDescriptor ?? true;
  const mode = entry.mode ?? 0o100644;
  const truth = {
    name: entry.name,
    flags: (descriptor ? descriptorFlag : 0) | (options.fat ? 0 : utf8Flag),
    method,
    crc: crc32(data),
    compressedSize: raw.length,
    size: data.length,
    extra: Buffer.alloc(0),
    creator: options.fat ? version : creatorUnix | version,
    externalAttributes: options.fat ? 0 : ((mode < 0o10000 ? 0o100000 | mode : mode) << 16) >>> 0,
    offset,
  };
  const unknown = descriptor ? { crc: 0, compressedSize: 0, size: 0 } : {};
  return {
    local: localHeader({ ...truth, ...unknown, ...entry.local }),
    raw,
    descriptor: descriptor
      ? Buffer.concat([u32(0x08074b50), u32(truth.crc), u32(truth.compressedSize), u32(truth.size)])
      : Buffer.alloc(0),
    central: centralHeader({ ...truth, ...entry.central }),
  };
}

function localHeader(header: Required<ZipHeader>): Buffer {
  return Buffer.concat([
    u32(0x04034b50),
    u16(version),
    ...commonFields(header),
    bytesOf(header.name),
    header.extra,
  ]);
}

function centralHeader(header: Required<ZipHeader>): Buffer {
  return Buffer.concat([
    u32(0x02014b50),
    u16(header.creator),
    u16(version),
    ...commonFields(header),
    u16(0), // comment length
    u16(0), // disk
    u16(0), // internal attributes
    u32(header.externalAttributes),
    u32(header.offset),
    bytesOf(header.name),
    header.extra,
  ]);
}

/** The fields that both headers have, from the flags to the length of the extra field. */
function commonFields({
  flags,
  method,
  crc,
  compressedSize,
  size,
  name,
  extra,
}: Required<ZipHeader>): Buffer[] {
  return [
    ...[flags, method, dosTime, dosDate].map(u16),
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
