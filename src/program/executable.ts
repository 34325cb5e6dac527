/**
 * What kind of program a file is, read from its headers without running it: ELF, Mach-O (thin or universal),
 * PE or XCOFF, for which architectures, where its memory is in the file, and where Go keeps its build information.
 *
 * Guarantees: whatever the file holds, the answer is one or undefined. Reads are bounded (image.ts), every table is
 * read once, and nothing in a file leads back to what was read before.
 * Rules: for Mach-O mach-o/loader.h, fat.h and mach/machine.h, for PE Microsoft's PE/COFF specification, for XCOFF
 * AIX's; for ELF see elf.ts; where the build information is, debug/buildinfo.
 */
import { elfMagic, readElf } from "./elf.ts";
import { bigEndian, type Image, littleEndian, nameIn, type Numbers, type Range } from "./image.ts";
import { type Read, type Segment, tableOf, withFile } from "./image.ts";

/** A program: one image, or as many as a universal Mach-O holds. */
export interface Executable {
  readonly format: "elf" | "mach-o" | "pe" | "xcoff";
  readonly images: readonly Image[];
}

/** What kind of program a file is; undefined for any other file, and for one that can't be read. */
export function readExecutable(path: string): Executable | undefined {
  return withFile(path, executableIn);
}

/** As readExecutable, of a file that is open. */
export function executableIn(read: Read): Executable | undefined {
  const magic = read(0, 4).toString("hex");
  const kind = kinds.find(({ begins }) => magic.startsWith(begins));
  const images = kind?.images(read);
  return kind && images ? { format: kind.format, images } : undefined;
}

interface Kind {
  readonly begins: string;
  readonly format: Executable["format"];
  readonly images: (read: Read) => Image[] | undefined;
}

const kinds: readonly Kind[] = [
  { begins: elfMagic, format: "elf", images: (read) => one(readElf(read)) },
  { begins: "4d5a", format: "pe", images: (read) => one(readPe(read)) },
  { begins: "01f7", format: "xcoff", images: (read) => one(readXcoff(read)) },
  { begins: "feedface", format: "mach-o", images: (read) => one(readMachO(read, 0)) },
  { begins: "feedfacf", format: "mach-o", images: (read) => one(readMachO(read, 0)) },
  { begins: "cefaedfe", format: "mach-o", images: (read) => one(readMachO(read, 0)) },
  { begins: "cffaedfe", format: "mach-o", images: (read) => one(readMachO(read, 0)) },
  { begins: "cafebabe", format: "mach-o", images: (read) => readUniversal(read, 20, bigEndian.u32) },
  { begins: "cafebabf", format: "mach-o", images: (read) => readUniversal(read, 32, bigEndian.u64) },
];

const one = (image: Image | undefined): Image[] | undefined => image && [image];

/** cputype of Mach-O. */
const machMachines: Readonly<Record<number, string>> = {
  0x7: "386",
  0xc: "arm",
  0x1000007: "amd64",
  0x100000c: "arm64",
};

const mostSlices = 16; // a Java class begins as a universal Mach-O with 45 slices or more does

/** The images of a universal Mach-O: a table in big-endian order says where each is; undefined if one is none. */
function readUniversal(read: Read, size: number, word: Numbers["u32"]): Image[] | undefined {
  const header = read(0, 8);
  const count = header.length === 8 ? bigEndian.u32(header, 4) : 0;
  if (count === 0 || count > mostSlices) return undefined;
  const slices = tableOf(read, 8, size, count)?.map((entry) => readMachO(read, word(entry, 8)));
  return slices?.every((slice) => slice !== undefined) ? slices : undefined;
}

/** Where the fields of Mach-O are: in the file's header, a segment and a section. */
const mach32 = {
  word: ({ u32 }: Numbers) => u32,
  header: 28,
  segment: { command: 0x1, size: 56, length: 28, offset: 32, fileLength: 36, protection: 40, count: 48 },
  section: { size: 68, address: 32, length: 36 },
};
const mach64: typeof mach32 = {
  word: ({ u64 }) => u64,
  header: 32,
  segment: { command: 0x19, size: 72, length: 32, offset: 40, fileLength: 48, protection: 56, count: 64 },
  section: { size: 80, address: 32, length: 40 },
};

/** What the first four bytes say. */
const machMagics: Readonly<Record<string, readonly [typeof mach32, Numbers]>> = {
  feedface: [mach32, bigEndian],
  feedfacf: [mach64, bigEndian],
  cefaedfe: [mach32, littleEndian],
  cffaedfe: [mach64, littleEndian],
};

const readWrite = 3; // VM_PROT_READ | VM_PROT_WRITE

/** Reads the headers of the Mach-O that begins at `base`; undefined where they are none. */
function readMachO(read: Read, base: number): Image | undefined {
  const [layout, numbers] = machMagics[read(base, 4).toString("hex")] ?? [];
  if (!layout || !numbers) return undefined;
  const { u32 } = numbers;
  const word = layout.word(numbers);
  const header = read(base, layout.header);
  if (header.length < layout.header) return undefined;
  const length = u32(header, 20);
  const commands = read(base + layout.header, length);
  if (commands.length < length) return undefined;

  const segments: Segment[] = [];
  let section: Range | undefined;
  let writable: Range | undefined;
  let at = 0;
  for (let left = u32(header, 16); left > 0; left--) {
    const size = at + 8 <= length ? u32(commands, at + 4) : 0;
    if (size < 8 || at + size > length) return undefined;
    const command = commands.subarray(at, at + size);
    at += size;
    const { segment: fields } = layout;
    if (u32(command, 0) !== fields.command) continue;
    if (size < fields.size) return undefined;
    const segment = {
      address: word(command, 24),
      size: word(command, fields.fileLength),
      offset: base + word(command, fields.offset),
    };
    if (segment.size === 0) continue;
    segments.push(segment);
    const [maximal, initial] = [u32(command, fields.protection), u32(command, fields.protection + 4)];
    if (segment.address !== 0 && initial === readWrite && maximal === readWrite) writable ??= segment;
    section ??= buildInfoSection(command, layout, numbers);
  }
  return { os: "darwin", arch: machMachines[u32(header, 4)], segments, data: section ?? writable };
}

/** The section __go_buildinfo, if it is one of those that this segment lists. */
function buildInfoSection(
  command: Buffer,
  { segment, section, word: wordOf }: typeof mach32,
  numbers: Numbers,
): Range | undefined {
  const word = wordOf(numbers);
  for (
    let left = numbers.u32(command, segment.count), at = segment.size;
    left > 0;
    left--, at += section.size
  ) {
    if (at + section.size > command.length) return undefined;
    const name = nameIn(command.subarray(at, at + 16));
    if (name === "__go_buildinfo")
      return { address: word(command, at + section.address), size: word(command, at + section.length) };
  }
  return undefined;
}

/** Machine of PE. */
const peMachines: Readonly<Record<number, string>> = {
  0x14c: "386",
  0x1c0: "arm",
  0x1c4: "arm",
  0x8664: "amd64",
  0xaa64: "arm64",
};

// IMAGE_SCN_CNT_INITIALIZED_DATA, _MEM_READ and _MEM_WRITE together; the bits for alignment don't matter.
const [dataFlags, alignmentFlags] = [0xc0000040, 0x00f00000];

/** Reads the headers of a PE program, of 32 or 64 bits; undefined where they are none. */
function readPe(read: Read): Image | undefined {
  const { u16, u32, u64 } = littleEndian;
  const stub = read(0, 64);
  const start = stub.length === 64 ? u32(stub, 60) : 0;
  const header = read(start, 24 + 32); // the signature, the COFF header and the optional one as far as the base
  if (header.length < 24 + 32 || header.toString("latin1", 0, 4) !== "PE\0\0") return undefined;
  const optionalSize = u16(header, 20);
  const kind = optionalSize < 32 ? 0 : u16(header, 24);
  const base = kind === 0x10b ? u32(header, 24 + 28) : kind === 0x20b ? u64(header, 24 + 24) : 0;
  const entries = tableOf(read, start + 24 + optionalSize, 40, u16(header, 6));
  const sections = entries?.map((entry) => ({
    address: base + u32(entry, 12),
    size: u32(entry, 16),
    offset: u32(entry, 20),
    flags: u32(entry, 36),
  }));
  if (!sections) return undefined;
  const segments = sections.filter(({ address, size }) => address > base && size > 0);
  return {
    os: "windows",
    arch: peMachines[u16(header, 4)],
    segments,
    data: segments.find(({ flags }) => (flags & ~alignmentFlags) >>> 0 === dataFlags),
  };
}

const dataSection = 0x40; // STYP_DATA

/** Reads the headers of a 64-bit XCOFF program, as Go makes for AIX; undefined where they are none. */
function readXcoff(read: Read): Image | undefined {
  const { u16, u32, u64 } = bigEndian;
  const header = read(0, 24);
  if (header.length < 24) return undefined;
  const entries = tableOf(read, 24 + u16(header, 16), 72, u16(header, 2));
  const sections = entries?.map((entry) => ({
    address: u64(entry, 16),
    size: u64(entry, 24),
    offset: u64(entry, 32),
    flags: u32(entry, 64),
  }));
  if (!sections) return undefined;
  const segments = sections.filter(({ size, offset }) => size > 0 && offset > 0);
  return { os: "aix", arch: "ppc64", segments, data: segments.find(({ flags }) => flags === dataSection) };
}
