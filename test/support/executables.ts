/** Small programs of each format, as far as their headers: for src/program/executable.ts and src/program/buildinfo.ts. */
export type Order = "little" | "big";

/** Numbers of processors in a header. */
export const machines = {
  elf: { amd64: 62, arm64: 183 },
  machO: { amd64: 0x1000007, arm64: 0x100000c },
} as const;

/** Bytes of integers, each of so many bytes. */
export function pack(order: Order, ...fields: readonly (readonly [size: number, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([size, value]) => {
      const bytes = Buffer.alloc(8);
      if (order === "little") bytes.writeBigUInt64LE(BigInt(value));
      else bytes.writeBigUInt64BE(BigInt(value));
      return order === "little" ? bytes.subarray(0, size) : bytes.subarray(8 - size);
    }),
  );
}

/** The parts at their places, and zeros between them. */
function place(...parts: readonly (readonly [at: number, bytes: Uint8Array])[]): Buffer {
  const file = Buffer.alloc(Math.max(...parts.map(([at, bytes]) => at + bytes.length)));
  for (const [at, bytes] of parts) file.set(bytes, at);
  return file;
}

const fixed = (text: string, size: number): Buffer => Buffer.concat([Buffer.from(text)], size);

/** Where the data of each program that is made here stands, in the file and in memory. */
export const dataAt = { offset: 0x400, address: 0x500400 };

export interface ProgramOptions {
  readonly bits?: 32 | 64;
  readonly order?: Order;
  /** The number of its machine; by default that of amd64. */
  readonly machine?: number;
  /** What the first writable segment holds. */
  readonly data?: Uint8Array;
  /** Whether a section says where the build information is. */
  readonly section?: boolean;
  /** EI_OSABI of ELF. */
  readonly osabi?: number;
  /** What the note segment of ELF holds. */
  readonly notes?: Uint8Array;
  /** The loader that an ELF file names. */
  readonly loader?: string;
}

const noData = Buffer.alloc(64);

/** An ELF file: a segment of code, one of data, one of notes, and three sections. */
export function elfFile({
  bits = 64,
  order = "little",
  machine = 62,
  data = noData,
  section = true,
  osabi = 0,
  notes = Buffer.alloc(0),
  loader,
}: ProgramOptions = {}): Buffer {
  const wide = bits === 64;
  const word = wide ? 8 : 4;
  const [programsAt, sectionsAt, namesAt, notesAt, loaderAt] = [64, 0x140, 0x210, 0x240, 0x380];
  const names = Buffer.from(`\0.text\0.go.buildinfo\0.shstrtab\0`);
  const interpreter = loader === undefined ? Buffer.alloc(0) : Buffer.from(`${loader}\0`);
  const segments = loader === undefined ? 3 : 4;
  const numbers = [
    wide ? 64 : 52,
    wide ? 56 : 32,
    segments,
    wide ? 64 : 40,
    section ? 3 : 0,
    section ? 2 : 0,
  ];
  const header = Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, order === "little" ? 1 : 2, 1, osabi]),
    Buffer.alloc(8),
    pack(order, [2, 2], [2, machine], [4, 1], [word, 0], [word, programsAt], [word, sectionsAt], [4, 0]),
    pack(order, ...numbers.map((value) => [2, value] as const)),
  ]);
  const { offset, address } = dataAt;
  const segment = (type: number, flags: number, at: number, size: number): Buffer => {
    const places = [at, address - offset + at, address - offset + at, size, size].map(
      (value) => [word, value] as const,
    );
    const flag = [4, flags] as const;
    return pack(order, [4, type], ...(wide ? [flag, ...places] : [...places, flag]), [word, 16]);
  };
  const sectionOf = (name: number, at: number, virtual: number, size: number): Buffer =>
    Buffer.concat(
      [pack(order, [4, name], [4, 1], [word, 3], [word, virtual], [word, at], [word, size])],
      wide ? 64 : 40,
    );
  return place(
    [0, header],
    [programsAt, segment(1, 5, 0, offset)],
    [programsAt + (wide ? 56 : 32), segment(4, 4, notesAt, notes.length)],
    [programsAt + (wide ? 112 : 64), segment(1, 6, offset, data.length)],
    ...(loader === undefined
      ? []
      : [[programsAt + (wide ? 168 : 96), segment(3, 4, loaderAt, interpreter.length)] as const]),
    [sectionsAt, sectionOf(1, 0, address - offset, offset)],
    [sectionsAt + (wide ? 64 : 40), sectionOf(7, offset, address, data.length)],
    [sectionsAt + (wide ? 128 : 80), sectionOf(21, namesAt, 0, names.length)],
    [namesAt, names],
    [notesAt, notes],
    [loaderAt, interpreter],
    [offset, data],
  );
}

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes], Math.ceil(bytes.length / 4) * 4);

/** A note of ELF. */
export function elfNote(owner: string, type: number, content: Uint8Array, order: Order = "little"): Buffer {
  const name = Buffer.from(`${owner}\0`);
  return Buffer.concat([
    pack(order, [4, name.length], [4, content.length], [4, type]),
    padded(name),
    padded(content),
  ]);
}

/** A Mach-O file: a symbol table's command, no page zero, a segment of data with two sections. */
export function machOFile({
  bits = 64,
  order = "little",
  machine = 0x1000007,
  data = noData,
  section = true,
}: ProgramOptions = {}): Buffer {
  const wide = bits === 64;
  const word = wide ? 8 : 4;
  const { offset, address } = dataAt;
  const segment = (name: string, at: number, size: number, virtual: number, sections: Buffer[]): Buffer => {
    const rest = Buffer.concat(sections);
    return Buffer.concat([
      pack(order, [4, wide ? 0x19 : 1], [4, (wide ? 72 : 56) + rest.length]),
      fixed(name, 16),
      pack(order, [word, virtual], [word, 0x1000], [word, at], [word, size]),
      pack(order, [4, 3], [4, name === "__DATA" ? 3 : 0], [4, sections.length], [4, 0]),
      rest,
    ]);
  };
  const sectionOf = (name: string): Buffer =>
    Buffer.concat(
      [fixed(name, 16), fixed("__DATA", 16), pack(order, [word, address], [word, data.length], [4, offset])],
      wide ? 80 : 68,
    );
  const commands = [
    pack(order, [4, 2], [4, 24], [4, 0], [4, 0], [4, 0], [4, 0]),
    segment("__PAGEZERO", 0, 0, 0, []),
    segment("__DATA", offset, data.length, address, [
      sectionOf("__data"),
      ...(section ? [sectionOf("__go_buildinfo")] : []),
    ]),
  ];
  const length = Buffer.concat(commands).length;
  const header = pack(
    order,
    ...[wide ? 0xfeedfacf : 0xfeedface, machine, 3, 2, commands.length, length, 0, 0].map(
      (value) => [4, value] as const,
    ),
  );
  return place([0, header], [wide ? 32 : 28, Buffer.concat(commands)], [offset, data]);
}

/** A universal Mach-O of these programs, by the number of each one's machine. */
export function universalFile(
  slices: readonly (readonly [number, Uint8Array])[],
  bits: 32 | 64 = 32,
): Buffer {
  const word = bits / 8;
  let end = 0x1000;
  const placed = slices.map(([machine, bytes]) => {
    const at = end;
    end += Math.ceil(bytes.length / 0x1000) * 0x1000;
    return { machine, bytes, at };
  });
  const entries = placed.map(({ machine, bytes, at }) =>
    pack("big", [4, machine], [4, 3], [word, at], [word, bytes.length], [word, 12]),
  );
  return place(
    [0, pack("big", [4, bits === 64 ? 0xcafebabf : 0xcafebabe], [4, slices.length])],
    [8, Buffer.concat(entries)],
    ...placed.map(({ at, bytes }) => [at, bytes] as const),
  );
}

/** A PE file: a section of code, and one of data. */
export function peFile({ bits = 64, machine = 0x8664, data = noData }: ProgramOptions = {}): Buffer {
  const [start, optional, base] = [0x80, bits === 64 ? 240 : 224, 0x400000];
  const { offset, address } = dataAt;
  const section = (name: string, virtual: number, at: number, size: number, flags: number): Buffer =>
    Buffer.concat([
      fixed(name, 8),
      pack("little", [4, size], [4, virtual], [4, size], [4, at], [4, 0], [4, 0], [4, 0], [4, flags]),
    ]);
  const image = bits === 64 ? pack("little", [8, base]) : pack("little", [4, 0], [4, base]);
  return place(
    [0, fixed("MZ", 60)],
    [60, pack("little", [4, start])],
    [start, Buffer.from("PE\0\0")],
    [start + 4, pack("little", [2, machine], [2, 2], [4, 0], [4, 0], [4, 0], [2, optional], [2, 0x22])],
    [start + 24, pack("little", [2, bits === 64 ? 0x20b : 0x10b])],
    [start + 48, image],
    [start + 24 + optional, section(".text", 0x1000, 0x200, 0x200, 0x60000020)],
    [start + 64 + optional, section(".data", address - base, offset, data.length, 0xc0000040)],
    [offset, data],
  );
}
