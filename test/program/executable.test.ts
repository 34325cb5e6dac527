/** src/program/executable.ts, elf.ts, image.ts: what kind of program a file is, and what broken and hostile files give. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { readBuildInfo } from "../../src/program/buildinfo.ts";
import { type Executable, readExecutable } from "../../src/program/executable.ts";
import {
  dataAt,
  elfFile,
  elfNote,
  machOFile,
  peFile,
  type ProgramOptions,
  universalFile,
} from "../support/executables.ts";
import { infoData } from "../support/programs.ts";
import { sandbox } from "../support/sandbox.ts";

const read = (bytes: Uint8Array): Executable | undefined => readExecutable(sandbox().write("program", bytes));

/** `elf: linux/amd64`, with a question mark for what the file doesn't tell. */
const brief = (executable: Executable | undefined) =>
  executable &&
  `${executable.format}: ${executable.images.map(({ os = "?", arch = "?" }) => `${os}/${arch}`).join(" ")}`;

const noName = Buffer.alloc(4);

describe("the machine", () => {
  it.each([
    [3, 32, "little", "386"],
    [8, 32, "big", "mips"],
    [8, 32, "little", "mipsle"],
    [8, 64, "big", "mips64"],
    [8, 64, "little", "mips64le"],
    [21, 64, "big", "ppc64"],
    [21, 64, "little", "ppc64le"],
    [22, 64, "big", "s390x"],
    [40, 32, "little", "arm"],
    [62, 64, "little", "amd64"],
    [183, 64, "little", "arm64"],
    [243, 64, "little", "riscv64"],
    [258, 64, "little", "loong64"],
    [62, 32, "little", "?"],
    [40, 32, "big", "?"],
    [9999, 64, "little", "?"],
  ] as const)("%i of ELF, %i bits, %s endian, is %s", (machine, bits, order, arch) => {
    expect(brief(read(elfFile({ machine, bits, order })))).toBe(`elf: ?/${arch}`);
  });

  it.each([
    [0x7, 32, "386"],
    [0xc, 32, "arm"],
    [0x1000007, 64, "amd64"],
    [0x100000c, 64, "arm64"],
    [18, 32, "?"],
  ] as const)("%i of Mach-O, %i bits, is %s in either order", (machine, bits, arch) => {
    for (const order of ["little", "big"] as const)
      expect(brief(read(machOFile({ machine, bits, order })))).toBe(`mach-o: darwin/${arch}`);
  });

  it.each([
    [0x14c, 32, "386"],
    [0x1c4, 32, "arm"],
    [0x8664, 64, "amd64"],
    [0xaa64, 64, "arm64"],
    [0x200, 64, "?"],
  ] as const)("%i of PE, %i bits, is %s", (machine, bits, arch) => {
    expect(brief(read(peFile({ machine, bits })))).toBe(`pe: windows/${arch}`);
  });
});

describe("the system of an ELF file", () => {
  it.each([
    [2, "netbsd"],
    [3, "linux"],
    [6, "solaris"],
    [9, "freebsd"],
    [12, "openbsd"],
    [0, "?"],
    [255, "?"],
  ])("by EI_OSABI %i is %s", (osabi, os) => {
    expect(brief(read(elfFile({ osabi })))).toBe(`elf: ${os}/amd64`);
  });

  it.each([
    ["FreeBSD", 1, "freebsd"],
    ["NetBSD", 1, "netbsd"],
    ["OpenBSD", 1, "openbsd"],
    ["DragonFly", 1, "dragonfly"],
    ["Android", 1, "android"],
    ["GNU", 1, "linux"],
    ["GNU", 3, "?"],
    ["FreeBSD", 2, "?"],
    ["Go", 4, "?"],
    ["constructor", 1, "?"],
    ["__proto__", 1, "?"],
  ])("by a note of %s of type %i is %s, wherever it stands", (owner, type, os) => {
    const note = elfNote(owner, type, noName);
    const first = elfNote("Go", 4, Buffer.from("an id of eighteen"));
    for (const notes of [note, Buffer.concat([first, note])])
      expect(brief(read(elfFile({ notes })))).toBe(`elf: ${os}/amd64`);
  });

  it("is read from notes in either order, and GNU's of another kernel says nothing", () => {
    const big = { order: "big", machine: 22 } as const;
    expect(brief(read(elfFile({ ...big, notes: elfNote("NetBSD", 1, noName, "big") })))).toBe(
      "elf: netbsd/s390x",
    );
    expect(brief(read(elfFile({ notes: elfNote("GNU", 1, Buffer.from([1, 0, 0, 0])) })))).toBe(
      "elf: ?/amd64",
    );
  });
});

const formats: Record<string, (options?: ProgramOptions) => Buffer> = {
  "ELF of 64 bits": elfFile,
  "ELF of 32 bits, big-endian": (options) => elfFile({ ...options, bits: 32, order: "big" }),
  "Mach-O of 64 bits": machOFile,
  "Mach-O of 32 bits, big-endian": (options) => machOFile({ ...options, bits: 32, order: "big" }),
  "PE of 64 bits": peFile,
  "PE of 32 bits": (options) => peFile({ ...options, bits: 32 }),
};

describe("the loader of an ELF file", () => {
  it.each([
    [32, "big"],
    [64, "little"],
  ] as const)("is what it names, of %d bits in %s-endian order", (bits, order) => {
    const { loader } = read(elfFile({ bits, order, loader: "/lib/ld-musl-x86_64.so.1" }))?.images[0] ?? {};
    expect(loader).toBe("/lib/ld-musl-x86_64.so.1");
  });

  it("is none in a static program", () => {
    expect(read(elfFile())?.images[0]).not.toHaveProperty("loader");
  });

  it.runIf(process.platform === "linux")("is there, in the system's own shell", () => {
    const { loader } = readExecutable("/bin/sh")?.images[0] ?? {};
    if (loader !== undefined) expect(existsSync(loader)).toBe(true);
  });
});

describe("memory", () => {
  it.each(Object.entries(formats))("of %s: its data, by a section or without one", (name, make) => {
    const data = Buffer.alloc(80);
    const segment = expect.objectContaining({ ...dataAt, size: 80 });
    for (const section of [true, false]) {
      const [image] = read(make({ data, section }))?.images ?? [];
      const isNamed = section && !name.startsWith("PE");
      expect(image?.data).toEqual(isNamed ? { address: dataAt.address, size: 80 } : segment);
      expect(image?.segments).toContainEqual(segment);
    }
  });

  it("of a slice is told as it stands in the whole file", () => {
    const thin = machOFile();
    const both = universalFile([
      [0x1000007, thin],
      [0x100000c, machOFile({ machine: 0x100000c })],
    ]);
    const [first, second] = read(both)?.images ?? [];
    expect(first?.segments).toEqual([{ address: dataAt.address, offset: 0x1000 + dataAt.offset, size: 64 }]);
    expect(second?.segments).toEqual([{ address: dataAt.address, offset: 0x2000 + dataAt.offset, size: 64 }]);
  });
});

const slice = (machine: number) => [machine, machOFile({ machine })] as const;

describe("a universal Mach-O", () => {
  it.each([32, 64] as const)("of %i bits has an image for each architecture", (bits) => {
    const both = universalFile([slice(0x1000007), slice(0x100000c)], bits);
    expect(brief(read(both))).toBe("mach-o: darwin/amd64 darwin/arm64");
  });

  it.each([
    ["no slice", universalFile([])],
    ["more slices than there are machines", universalFile(Array.from({ length: 17 }, () => slice(7)))],
    ["a slice of another format", universalFile([slice(7), [62, elfFile()]])],
    [
      "itself as its slice",
      Buffer.concat([Buffer.from("cafebabe00000001000000070000000300000000", "hex")], 999),
    ],
    ["a slice behind the end", universalFile([slice(7), slice(12)]).subarray(0, 0x2000)],
    ["a Java class", Buffer.concat([Buffer.from("cafebabe00000034", "hex")], 4096)],
  ])("with %s is none", (_, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });
});

describe("no program", () => {
  it.each([
    ["nothing", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(4096)],
    ["a script", Buffer.from("#!/bin/sh\n")],
    ["the start of ELF alone", Buffer.from("\x7fELF")],
    ["ELF of no class", Buffer.from("7f454c46000101", "hex")],
    ["an MS-DOS program", Buffer.concat([Buffer.from("MZ")], 4096)],
  ])("is %s", (_, bytes) => {
    expect(read(bytes)).toBeUndefined();
  });

  it("is what isn't there, may not be read, or is no file", () => {
    const box = sandbox();
    mkdirSync(join(box.project, "folder"));
    execFileSync("mkfifo", [join(box.project, "pipe")]);
    for (const name of ["absent", "folder", "pipe"])
      expect(readExecutable(join(box.project, name))).toBeUndefined();
    const secret = box.write("secret", elfFile());
    chmodSync(secret, 0);
    if (process.getuid?.() !== 0) expect(readExecutable(secret)).toBeUndefined();
  });
});

/** The same file with other bytes at a place. */
function patched(bytes: Buffer, at: number, hex: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(Buffer.from(hex, "hex"), at);
  return copy;
}

describe("a broken file", () => {
  const whole: [string, Buffer][] = [
    ...Object.entries(formats).map(([name, make]): [string, Buffer] => [
      name,
      make({ data: infoData("go1.22.5", { modules: "path\tx\n" }), notes: elfNote("NetBSD", 1, noName) }),
    ]),
    ["a universal Mach-O", universalFile([[7, machOFile({ data: infoData("go1.22.5") })]])],
  ];

  it.each(whole)("is never a crash: %s, cut anywhere", (_, bytes) => {
    const path = sandbox().write("program", bytes);
    expect(readBuildInfo(path)?.goVersion).toBe("go1.22.5");
    const end = bytes.indexOf("go1.22.5") + "go1.22.5".length;
    for (let length = bytes.length - 1; length >= 0; length -= length > 0x440 ? 1 : 3) {
      truncateSync(path, length);
      readExecutable(path);
      if (length < end) expect(readBuildInfo(path)).toBeUndefined();
    }
  });

  it.each(whole)("is never a crash: %s, with any number of its headers changed", (_, bytes) => {
    const box = sandbox();
    for (let at = 4; at < bytes.indexOf("go1.22.5"); at += 4) {
      if (bytes.readUInt32LE(at) === 0 && at % 64 !== 0) continue;
      for (const hex of ["ffffffff", "00000000", "ffffff7f", "7fffffff"]) {
        const path = box.write("program", patched(bytes, at, hex));
        readExecutable(path);
        readBuildInfo(path);
      }
    }
  });

  it.each([
    ["segments at the end of 64 bits", elfFile(), 32, "ffffffffffffffff"],
    ["65535 segments", elfFile(), 56, "ffff"],
    ["segments of another length", elfFile(), 54, "3900"],
    ["4 GB of load commands", machOFile(), 20, "ffffffff"],
    ["more load commands than bytes of them", machOFile(), 16, "ffffffff"],
    ["a load command of no length", machOFile(), 36, "00000000"],
    ["a load command that goes beyond the last", machOFile(), 36, "ffff0000"],
    ["a header behind the end", peFile(), 60, "f0ffffff"],
    ["65535 sections", peFile(), 0x86, "ffff"],
  ])("is none: %s", (_, bytes, at, hex) => {
    expect(read(bytes)).toBeDefined();
    expect(read(patched(bytes, at, hex))).toBeUndefined();
  });

  it.each([
    ["65535 sections", 60, "ffff"],
    ["sections at the end of 64 bits", 40, "ffffffffffffffff"],
    ["sections of another length", 58, "4100"],
    ["names in no section", 62, "ffff"],
  ])("of ELF with %s is as good as without sections", (_, at, hex) => {
    const bytes = elfFile({ data: Buffer.alloc(96) });
    const [image] = read(patched(bytes, at, hex))?.images ?? [];
    expect(image).toMatchObject({ arch: "amd64", data: { ...dataAt, size: 96 } });
  });

  it("of Mach-O that counts more sections than it has is as good as without sections", () => {
    const bytes = machOFile({ section: false });
    const count = bytes.indexOf("__DATA") - 8 + 64;
    expect(bytes.readUInt32LE(count)).toBe(1);
    const [image] = read(patched(bytes, count, "ffffffff"))?.images ?? [];
    expect(image).toMatchObject({ arch: "amd64", data: { ...dataAt, size: 64 } });
  });
});
