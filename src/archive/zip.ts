/**
 * Reads the directory of a zip: which files are in it, and which bytes stand where. Pure.
 *
 * It takes read(offset, length), so that the directory of a remote zip can be read by ranges before the
 * rest arrives. It is strict: it knows just what Go's archive/zip writes (APPNOTE.TXT 4.3; methods 0 and 8,
 * no zip64, no encryption, no links, no comments, no extra field but the time), and refuses the rest with
 * BAD_ARCHIVE: names that could leave the folder, twins (also those that differ in case only), files inside
 * one another, data out of order or overlapping, gaps in which something could hide.
 *
 * A file's own header and its data descriptor say again what the directory says. So they are never read: what
 * they must be, byte for byte, follows from the directory, and packedData compares.
 */
import { GvError } from "../errors.ts";
import { Names } from "./names.ts";

export interface ZipEntry {
  /** Ends in a slash where it is a folder: in archives only. */
  readonly name: string;
  /** Where its local header starts, in bytes from the start of the zip. */
  readonly offset: number;
  readonly method: "stored" | "deflated";
  /** Bytes in the zip, and bytes when unpacked. */
  readonly compressedSize: number;
  readonly size: number;
  /** CRC-32 of the content. */
  readonly crc: number;
  /** True when a data descriptor follows the data. */
  readonly hasDescriptor: boolean;
  /** All that the directory says of it, as it stands there: one character a byte. */
  readonly record: string;
}

export interface ZipDirectory {
  /** In the order of their data, without a gap: each ends where the next one's header starts. */
  readonly entries: readonly ZipEntry[];
  /** Where the data ends and the directory starts. */
  readonly start: number;
}

/**
 * A module zip holds files of one of two kinds: with one of two modes, or (before Go 1.21) with none. A
 * release for windows may hold folders, too, and any permissions.
 */
export type ZipForm = "module" | "archive";

/** cmd/go takes module zips up to 500 MiB (modfetch/codehost.MaxZipFile); the rest are bounds on a bomb. */
export const zipLimits = { zip: 500 * 2 ** 20, unpacked: 1000 * 2 ** 20, entries: 40_000 } as const;

const endSize = 22;
const centralSize = 46;
/** In bytes: the name and two times besides. */
const longestRecord = centralSize + 1024 + 18;
const localSize = 30;
const descriptorSize = 16;
/** Sizes and CRC follow the data; the name is UTF-8 (APPNOTE.TXT 4.4.4, bits 3 and 11). */
const flag = { descriptor: 1 << 3, utf8: 1 << 11 } as const;
const methods: Readonly<Record<number, ZipEntry["method"]>> = { 0: "stored", 8: "deflated" };

/** Reads the directory of a zip of `size` bytes. Throws BAD_ARCHIVE. */
export async function readZipDirectory(
  size: number,
  read: (offset: number, length: number) => Promise<Buffer>,
  form: ZipForm = "module",
): Promise<ZipDirectory> {
  if (size < endSize || size > zipLimits.zip) throw badZip(`it is ${size} bytes long`);
  const end = await read(size - endSize, endSize);
  if (end.length !== endSize || end.readUInt32LE(0) !== 0x06054b50)
    throw badZip("it doesn't end as a zip does: cut short, or no zip at all");
  const count = end.readUInt16LE(10);
  const length = end.readUInt32LE(12);
  const start = end.readUInt32LE(16);
  if (end.readUInt32LE(4) !== 0 || end.readUInt16LE(8) !== count) throw badZip("it is one part of several");
  if (start === 0xffffffff || count === 0xffff) throw badZip("it is a zip64");
  if (start + length + endSize !== size || end.readUInt16LE(20) !== 0)
    throw badZip("its directory isn't where its end says");
  if (count > zipLimits.entries) throw badZip(`it holds ${count} files`);
  if (length > count * longestRecord) throw badZip("its directory is longer than it can be");
  const entries = parseEntries(await read(start, length), count, form);
  checkLayout(entries, start);
  return { entries, start };
}

function parseEntries(directory: Buffer, count: number, form: ZipForm): ZipEntry[] {
  const entries: ZipEntry[] = [];
  const names = new Names(badZip);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + centralSize > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw badZip("its directory is damaged");
    const nameEnd = at + centralSize + directory.readUInt16LE(at + 28);
    const next = nameEnd + directory.readUInt16LE(at + 30);
    if (next > directory.length) throw badZip("its directory is damaged");
    const name = parseName(directory.subarray(at + centralSize, nameEnd));
    const isFolder = form === "archive" && name.endsWith("/");
    names.add(isFolder ? name.slice(0, -1) : name, isFolder ? "folder" : "file");
    const flags = directory.readUInt16LE(at + 8);
    const method = methods[directory.readUInt16LE(at + 10)];
    if ((flags & ~(flag.descriptor | flag.utf8)) !== 0) throw badZip(`${name} has flags ${flags}`);
    if (!method) throw badZip(`${name} is packed by method ${directory.readUInt16LE(at + 10)}`);
    checkKind(directory, at, name, form);
    if (!isTime(directory, nameEnd, next)) throw badZip(`${name} has an extra field that isn't its time`);
    entries.push({
      name,
      offset: directory.readUInt32LE(at + 42),
      method,
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      crc: directory.readUInt32LE(at + 16),
      hasDescriptor: (flags & flag.descriptor) !== 0,
      record: directory.toString("latin1", at, next),
    });
    at = next;
  }
  if (at !== directory.length) throw badZip("its directory is longer than it says");
  return entries;
}

/**
 * The fields that the directory alone has: made by a Unix (modes in the upper half of the attributes) or by FAT
 * (no attributes), both of version 2.0; no comment, on this disk, nothing internal (APPNOTE.TXT 4.4.2, 4.4.10 to
 * 4.4.15).
 */
function checkKind(directory: Buffer, at: number, name: string, form: ZipForm): void {
  const maker = directory.readUInt16LE(at + 4);
  const attributes = directory.readUInt32LE(at + 38);
  const isPlain = maker === unix ? modeFits(attributes, name, form) : maker === fat && attributes === 0;
  if (!isPlain) throw badZip(`${name} is a link, a device or a folder, or made by another system`);
  if (
    directory.readUInt16LE(at + 6) !== 20 ||
    directory.readUInt32LE(at + 32) !== 0 ||
    directory.readUInt16LE(at + 36) !== 0
  )
    throw badZip(`${name} has fields that Go doesn't write`);
}

const unix = 0x0314;
const fat = 0x0014;
/** Permissions, and MS-DOS's bit for "read only", which says the same again. */
const permissions = 0x01ff0001;

function modeFits(attributes: number, name: string, form: ZipForm): boolean {
  if (form === "module") return attributes === 0x81a40000 || attributes === 0x81ed0000; // 0100644, 0100755
  return (attributes & ~permissions) >>> 0 === (name.endsWith("/") ? 0x40000010 : 0x80000000);
}

/** Nothing, or the time of change, which some of Go's zips have twice (APPNOTE.TXT 4.6.1, 0x5455). */
function isTime(directory: Buffer, from: number, to: number): boolean {
  if (to - from > 18) return false;
  for (let at = from; at < to; at += 9)
    if (at + 9 > to || directory.readUInt32BE(at) !== 0x55540500 || directory.readUInt8(at + 4) !== 1)
      return false;
  return true;
}

function parseName(bytes: Buffer): string {
  const name = bytes.toString();
  const isUtf8 = !name.includes("\ufffd") || Buffer.from(name).equals(bytes);
  if (!isUtf8) throw badZip("a name in it is not UTF-8");
  return name;
}

/** Each entry's bytes end where the next one's start, and the last one's where the directory does. */
function checkLayout(entries: readonly ZipEntry[], start: number): void {
  let at = 0;
  let unpacked = 0;
  for (const { name, offset, method, size, compressedSize, record, hasDescriptor } of entries) {
    checkBorder(name, offset, at);
    if ((method === "stored" && size !== compressedSize) || (name.endsWith("/") && size !== 0))
      throw badZip(`${name} lies about its size`);
    at += headerSize(record) + compressedSize + (hasDescriptor ? descriptorSize : 0);
    unpacked += size;
  }
  checkBorder("its directory", start, at);
  if (unpacked > zipLimits.unpacked) throw badZip(`it would unpack to ${unpacked} bytes`);
}

function checkBorder(what: string, offset: number, expected: number): void {
  if (offset < expected) throw badZip(`${what} overlaps what comes before it`);
  if (offset > expected) throw badZip(`bytes of nobody's lie before ${what}`);
}

/** Bytes of an entry's own header: what isn't of fixed size stands in both. */
function headerSize(record: string): number {
  return record.length - centralSize + localSize;
}

/**
 * The packed data of an entry within `region`, the bytes from its local header to what comes next. Throws
 * BAD_ARCHIVE where what stands before or behind the data isn't what the directory says (APPNOTE.TXT 4.3.7,
 * 4.3.9): the same fields, name and extra field; CRC and sizes behind the data and 0 before it, or before it.
 */
export function packedData(
  { name, compressedSize, hasDescriptor, record }: ZipEntry,
  region: Buffer,
): Buffer {
  const start = headerSize(record);
  const end = start + compressedSize;
  const sizes = record.slice(16, 28);
  const header = `PK\x03\x04${record.slice(6, 16)}${hasDescriptor ? zeros : sizes}${record.slice(28, 32)}`;
  if (region.toString("latin1", 0, start) !== header + record.slice(centralSize))
    throw damagedZip(`the zip is damaged at ${name}: its own header disagrees with the directory`);
  if (region.toString("latin1", end) !== (hasDescriptor ? `PK\x07\x08${sizes}` : ""))
    throw damagedZip(`the zip is damaged at ${name}: what follows its data disagrees with the directory`);
  return region.subarray(start, end);
}

const zeros = "\0".repeat(12);

/** What is told of a zip whose directory was read, and whose data isn't as that says. */
export function damagedZip(message: string): GvError {
  return new GvError("BAD_ARCHIVE", message, {
    hint: "nothing was installed: try again, or name another server in GOPROXY",
  });
}

/** Why a zip is refused. */
export function badZip(reason: string): GvError {
  return new GvError("BAD_ARCHIVE", `the zip is not one that Go publishes: ${reason}`, {
    hint: "nothing was installed. The server or something before it sent a damaged file: try again, or name another one in GOPROXY",
  });
}
