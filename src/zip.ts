/**
 * Reads the directory of a zip: which files are in it, and where each one's bytes lie. Pure.
 *
 * It takes read(offset, length), so that the directory of a remote zip can be read by ranges before the
 * rest arrives. It is strict: it knows just what Go's own module zips hold (APPNOTE.TXT 4.3, methods 0 and
 * 8, no zip64, no encryption, no folders, no links), and refuses the rest with BAD_ARCHIVE: names that
 * could leave the folder, twins (also those that differ in case only), files inside one another,
 * overlapping data, gaps in which something could hide.
 */
import { GvError } from "./errors.ts";

export interface ZipEntry {
  readonly name: string;
  /** Where its local header starts, in bytes from the start of the zip. */
  readonly offset: number;
  readonly method: "stored" | "deflated";
  /** Bytes in the zip, and bytes when unpacked. */
  readonly compressedSize: number;
  readonly size: number;
  /** True when a data descriptor follows the data and the local header holds no sizes (flag bit 3). */
  readonly hasDescriptor: boolean;
}

export interface ZipDirectory {
  /** In the order of their data. */
  readonly entries: readonly ZipEntry[];
  /** Where the data ends and the directory starts. */
  readonly start: number;
}

/** cmd/go takes module zips up to 500 MiB (modfetch/codehost.MaxZipFile); the rest are bounds on a bomb. */
export const zipLimits = { zip: 500 * 2 ** 20, unpacked: 1000 * 2 ** 20, entries: 40_000 } as const;

const endSize = 22;
const centralSize = 46;
const localSize = 30;
/** Bit 3: sizes follow the data. Bit 11: the name is UTF-8. Bits 1 and 2 tell how it was deflated. */
const knownFlags = 0x080e;
const methods: Readonly<Record<number, ZipEntry["method"]>> = { 0: "stored", 8: "deflated" };

/** Reads the directory of a zip of `size` bytes. Throws BAD_ARCHIVE. */
export async function readZipDirectory(
  size: number,
  read: (offset: number, length: number) => Promise<Buffer>,
): Promise<ZipDirectory> {
  if (size < endSize || size > zipLimits.zip) throw bad(`it is ${size} bytes long`);
  const end = await read(size - endSize, endSize);
  if (end.readUInt32LE(0) !== 0x06054b50)
    throw bad("it doesn't end as a zip does: cut short, or no zip at all");
  const count = end.readUInt16LE(10);
  const length = end.readUInt32LE(12);
  const start = end.readUInt32LE(16);
  if (end.readUInt32LE(4) !== 0 || end.readUInt16LE(8) !== count) throw bad("it is one part of several");
  if (start === 0xffffffff || count === 0xffff) throw bad("it is a zip64");
  if (start + length + endSize !== size || end.readUInt16LE(20) !== 0)
    throw bad("its directory isn't where its end says");
  if (count > zipLimits.entries) throw bad(`it holds ${count} files`);
  const entries = parseEntries(await read(start, length), count);
  entries.sort((a, b) => a.offset - b.offset);
  checkLayout(entries, start);
  checkNames(entries);
  return { entries, start };
}

function parseEntries(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + centralSize > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw bad("its directory is damaged");
    const flags = directory.readUInt16LE(at + 8);
    const method = methods[directory.readUInt16LE(at + 10)];
    const nameEnd = at + centralSize + directory.readUInt16LE(at + 28);
    const next = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw bad("its directory is damaged");
    const name = parseName(directory.subarray(at + centralSize, nameEnd));
    if ((flags & ~knownFlags) !== 0) throw bad(`${name} has flags ${flags}`);
    if (!method) throw bad(`${name} is packed by method ${directory.readUInt16LE(at + 10)}`);
    // The upper half is a Unix mode where a Unix made the zip; 0 where a conversion left it out.
    const type = directory.readUInt8(at + 5) === 3 ? directory.readUInt16LE(at + 40) & 0xf000 : 0;
    if (type !== 0 && type !== 0x8000) throw bad(`${name} is a link, a folder or a device`);
    entries.push({
      name,
      offset: directory.readUInt32LE(at + 42),
      method,
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      hasDescriptor: (flags & 8) !== 0,
    });
    at = next;
  }
  if (at !== directory.length) throw bad("its directory is longer than it says");
  return entries;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parseName(bytes: Uint8Array): string {
  let name: string;
  try {
    name = utf8.decode(bytes);
  } catch {
    throw bad("a name in it is not UTF-8");
  }
  const shown = JSON.stringify(name.slice(0, 200));
  // oxlint-disable-next-line no-control-regex
  if (bytes.length > 1024 || /[\u0000-\u001f\u007f\\:]/.test(name))
    throw bad(`${shown} is no name for a file`);
  if (name.split("/").some((part) => part === "" || part === "." || part === ".."))
    throw bad(`${shown} names a place outside the folder, or a folder`);
  return name;
}

/** Each file's bytes lie between its own header and the next one's, with room for a data descriptor alone. */
function checkLayout(entries: readonly ZipEntry[], end: number): void {
  let at = 0;
  let unpacked = 0;
  for (const [i, entry] of entries.entries()) {
    if (entry.offset !== at)
      throw bad(`${entry.name} overlaps another file, or bytes of nobody's lie before it`);
    if (entry.method === "stored" && entry.size !== entry.compressedSize)
      throw bad(`${entry.name} lies about its size`);
    at = entries[i + 1]?.offset ?? end;
    const room = at - entry.offset - localSize - Buffer.byteLength(entry.name) - entry.compressedSize;
    if (room < 0) throw bad(`${entry.name} overlaps another file`);
    unpacked += entry.size;
  }
  if (unpacked > zipLimits.unpacked) throw bad(`it would unpack to ${unpacked} bytes`);
}

function checkNames(entries: readonly ZipEntry[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const { name } of entries) {
    const key = name.toLowerCase();
    if (files.has(key)) throw bad(`${name} is in it twice`);
    files.add(key);
    for (let at = key.lastIndexOf("/"); at > 0; at = key.lastIndexOf("/", at - 1)) {
      const folder = key.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  for (const folder of folders) if (files.has(folder)) throw bad(`${folder} is both a file and a folder`);
}

/** Data descriptors: with or without a signature, with sizes of 4 or 8 bytes. */
const descriptorSizes: readonly number[] = [12, 16, 20, 24];

/**
 * The packed data of an entry within `region`, the bytes from its local header to what comes next. Throws
 * BAD_ARCHIVE where that header disagrees with the directory, or something else stands behind the data.
 */
export function packedData(entry: ZipEntry, region: Buffer): Buffer {
  if (region.length < localSize || region.readUInt32LE(0) !== 0x04034b50)
    throw bad(`${entry.name} is not where the directory says`);
  const nameEnd = localSize + region.readUInt16LE(26);
  const flags = region.readUInt16LE(6);
  const hasDescriptor = (flags & 8) !== 0;
  const packedAlike = methods[region.readUInt16LE(8)] === entry.method && (flags & ~knownFlags) === 0;
  const sizesAgree =
    hasDescriptor ||
    (region.readUInt32LE(18) === entry.compressedSize && region.readUInt32LE(22) === entry.size);
  const isSameName = region.toString("utf8", localSize, nameEnd) === entry.name;
  if (!isSameName || !packedAlike || hasDescriptor !== entry.hasDescriptor || !sizesAgree)
    throw bad(`${entry.name}: its own header disagrees with the directory`);
  const start = nameEnd + region.readUInt16LE(28);
  const rest = region.length - start - entry.compressedSize;
  if (hasDescriptor ? !descriptorSizes.includes(rest) : rest !== 0)
    throw bad(`the data of ${entry.name} doesn't end where the directory says`);
  return region.subarray(start, start + entry.compressedSize);
}

/** What is told of a zip whose directory was read, and whose data isn't as that says. */
export function damagedZip(message: string): GvError {
  return new GvError("BAD_ARCHIVE", message, {
    hint: "nothing was installed: try again, or name another server in GOPROXY",
  });
}

function bad(reason: string): GvError {
  return new GvError("BAD_ARCHIVE", `the zip is not one that Go publishes: ${reason}`, {
    hint: "nothing was installed. The server or something before it sent a damaged file: try again, or name another one in GOPROXY",
  });
}
