/**
 * One ELF file: of 32 or 64 bits, in either byte order. The rules are the ELF gABI's ("Object Files" and "Program
 * Loading"); where Go's build information is, debug/buildinfo's.
 *
 * Guarantees: undefined unless the headers of the file and of its segments are whole. Sections are a convenience
 * that may be stripped: broken ones are as good as none.
 */
import { bigEndian, type Image, littleEndian, nameIn, type Numbers, type Range } from "./image.ts";
import { type Read, type Segment, tableOf } from "./image.ts";

/** How each ELF file begins, in hex. */
export const elfMagic = "7f454c46";

/** e_machine, the bits of a word and the byte order. */
const machines: Readonly<Record<string, string>> = {
  "3 32 little": "386",
  "8 32 big": "mips",
  "8 32 little": "mipsle",
  "8 64 big": "mips64",
  "8 64 little": "mips64le",
  "21 64 big": "ppc64",
  "21 64 little": "ppc64le",
  "22 64 big": "s390x",
  "40 32 little": "arm",
  "43 64 big": "sparc64",
  "62 64 little": "amd64",
  "183 64 little": "arm64",
  "243 64 little": "riscv64",
  "258 64 little": "loong64",
};

/** EI_OSABI; 0 says nothing. */
const systems: Readonly<Record<number, string>> = {
  2: "netbsd",
  3: "linux",
  6: "solaris",
  9: "freebsd",
  12: "openbsd",
};

/** Owners of a note of type 1, by which a system knows its programs. */
const noteOwners: ReadonlyMap<string, string> = new Map([
  ["Android", "android"],
  ["DragonFly", "dragonfly"],
  ["FreeBSD", "freebsd"],
  ["NetBSD", "netbsd"],
  ["OpenBSD", "openbsd"],
]);

/** Where the fields are, in the file's header, in a segment's and in a section's. */
const elf32 = {
  bits: 32,
  word: ({ u32 }: Numbers) => u32,
  header: { size: 52, segments: 28, sections: 32, counts: 42 },
  segment: { size: 32, flags: 24, offset: 4, address: 8, length: 16 },
  section: { size: 40, address: 12, offset: 16, length: 20 },
};
const elf64: typeof elf32 = {
  bits: 64,
  word: ({ u64 }) => u64,
  header: { size: 64, segments: 32, sections: 40, counts: 54 },
  segment: { size: 56, flags: 4, offset: 8, address: 16, length: 32 },
  section: { size: 64, address: 16, offset: 24, length: 32 },
};

const [load, interpreter, note] = [1, 3, 4]; // PT_LOAD, PT_INTERP, PT_NOTE
const [executable, writable] = [1, 2]; // PF_X, PF_W
const notesRead = 8; // of as many segments, each to this length
const noteLength = 4096;
const pathLength = 4096;
const namesLength = 1 << 20; // bytes of sections' names

interface Header extends Segment {
  readonly type: number;
  readonly flags: number;
}

/** The file's header, and how to read it. */
interface Head {
  readonly header: Buffer;
  readonly layout: typeof elf32;
  readonly numbers: Numbers;
}

function readHead(read: Read): Head | undefined {
  const ident = read(0, 16);
  const layout = [undefined, elf32, elf64][ident[4] ?? 0];
  const numbers = [undefined, littleEndian, bigEndian][ident[5] ?? 0];
  const header = layout && read(0, layout.header.size);
  if (!layout || !numbers || header?.length !== layout.header.size) return undefined;
  return { header, layout, numbers };
}

/** GOARCH of an ELF file, by its header alone; undefined where it is none, or of a machine without such a name. */
export function elfArch(read: Read): string | undefined {
  const head = read(0, 4).toString("hex") === elfMagic ? readHead(read) : undefined;
  return head && archOf(head);
}

function archOf({ header, layout, numbers }: Head): string | undefined {
  return machines[`${numbers.u16(header, 18)} ${layout.bits} ${numbers === bigEndian ? "big" : "little"}`];
}

/** Reads the headers of an ELF file; undefined where they are none. */
export function readElf(read: Read): Image | undefined {
  const head = readHead(read);
  if (!head) return undefined;
  const { header, layout, numbers } = head;

  const { u16 } = numbers;
  const word = layout.word(numbers);
  const { segments: segmentsAt, sections: sectionsAt, counts } = layout.header;
  const count = u16(header, counts + 2);
  if (count > 0 && u16(header, counts) !== layout.segment.size) return undefined;
  const entries = tableOf(read, word(header, segmentsAt), layout.segment.size, count);
  const headers = entries?.map((entry) => ({
    type: numbers.u32(entry, 0),
    flags: numbers.u32(entry, layout.segment.flags),
    offset: word(entry, layout.segment.offset),
    address: word(entry, layout.segment.address),
    size: word(entry, layout.segment.length),
  }));
  if (!headers) return undefined;

  /** The section of this name. */
  const section = (name: string): Range | undefined => {
    const { size, address, offset, length } = layout.section;
    if (u16(header, counts + 4) !== size) return undefined;
    const all = tableOf(read, word(header, sectionsAt), size, u16(header, counts + 6)) ?? [];
    const strings = all[u16(header, counts + 8)];
    const names = strings && read(word(strings, offset), Math.min(word(strings, length), namesLength));
    const wanted = Buffer.from(`${name}\0`);
    const found = all.find((entry) => {
      const at = numbers.u32(entry, 0);
      return names?.subarray(at, at + wanted.length).equals(wanted);
    });
    return found && { address: word(found, address), size: word(found, length) };
  };
  const segments = headers.filter(({ type, size }) => type === load && size > 0);
  const loader = headers.find(({ type }) => type === interpreter);
  return {
    os: noteSystem(headers, read, numbers) ?? systems[header[7] ?? 0],
    arch: archOf(head),
    segments,
    data:
      section(".go.buildinfo") ??
      segments.find(({ flags }) => (flags & (executable | writable)) === writable),
    ...(loader ? { loader: nameIn(read(loader.offset, Math.min(loader.size, pathLength))) } : {}),
  };
}

const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** The system whose note the program carries. */
function noteSystem(headers: readonly Header[], read: Read, { u32 }: Numbers): string | undefined {
  for (const { offset, size } of headers.filter(({ type }) => type === note).slice(0, notesRead)) {
    const notes = read(offset, Math.min(size, noteLength));
    for (let at = 0; at + 12 <= notes.length;) {
      const name = at + 12;
      const content = name + padded(u32(notes, at));
      const owner = nameIn(notes.subarray(name, name + u32(notes, at)));
      const isGnuLinux = owner === "GNU" && content + 4 <= notes.length && u32(notes, content) === 0;
      const system = isGnuLinux ? "linux" : noteOwners.get(owner);
      if (u32(notes, at + 8) === 1 && system) return system;
      at = content + padded(u32(notes, at + 4));
    }
  }
  return undefined;
}
