/** Programs with Go's build information: made by hand, and real ones where there is a go. */
import { execFileSync } from "node:child_process";
import process from "node:process";

import { dataAt, elfFile, machOFile, type Order, pack } from "./executables.ts";

/** The version (`go1.22.5`) of the go that PATH names; undefined where there is none. */
export const realGo: string | undefined = findGo();

function findGo(): string | undefined {
  try {
    return runGo("go", ["env", "GOVERSION"]).trim();
  } catch {
    return undefined;
  }
}

/** Runs a real go without network and without the user's settings; gives what it prints. */
export function runGo(
  go: string,
  words: readonly string[],
  { cwd = ".", env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): string {
  const { GOROOT: _, ...inherited } = process.env;
  const settled = { GOTOOLCHAIN: "local", GOPROXY: "off", GOFLAGS: "", GO111MODULE: "on", GOENV: "off" };
  return execFileSync(go, words, {
    encoding: "utf8",
    cwd,
    env: { ...inherited, ...settled, CGO_ENABLED: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface InfoOptions {
  /** Where the header begins in the data. */
  readonly at?: number;
  readonly modules?: string;
  /** How its pointers are, in a header of Go 1.13 to 1.17. */
  readonly pointers?: { readonly size: number; readonly order?: Order };
}

const magic = Buffer.from("\xff Go buildinf:", "latin1");

/** A program's data with a header of build information: its strings follow it, or it points to them. */
export function infoData(version: string, { at = 0, modules = "", pointers }: InfoOptions = {}): Buffer {
  // The module information stands between two marks of 16 bytes.
  const start = Buffer.from("3077af0c9274080241e1c107e6d618e6", "hex");
  const end = Buffer.from("f932433186182072008242104116d8f2", "hex");
  const marked = modules === "" ? Buffer.alloc(0) : Buffer.concat([start, Buffer.from(modules), end]);
  const texts = [Buffer.from(version), marked];
  if (!pointers) {
    const header = Buffer.concat([magic, Buffer.from([8, 2])], 32);
    const strings = texts.flatMap((text) => [varint(text.length), text]);
    return Buffer.concat([Buffer.alloc(at), header, ...strings, Buffer.alloc(64)]);
  }
  // The header, Go's two strings (a pointer and a length), and what they point to.
  const { size, order = "little" } = pointers;
  const strings = dataAt.address + at + 32;
  const content = strings + 4 * size;
  const word = (value: number) => [size, value] as const;
  return Buffer.concat([
    Buffer.alloc(at),
    Buffer.concat(
      [
        magic,
        Buffer.from([size, order === "big" ? 1 : 0]),
        pack(order, word(strings), word(strings + 2 * size)),
      ],
      32,
    ),
    pack(order, word(content), word(texts[0]?.length ?? 0)),
    pack(order, word(content + (texts[0]?.length ?? 0)), word(marked.length)),
    ...texts,
  ]);
}

/** A program for this machine with build information, as cmd/link writes it since Go 1.18. */
export function buildInfoBlob(version: string, options: InfoOptions = {}): Buffer {
  const data = infoData(version, options);
  const isArm = process.arch === "arm64";
  if (process.platform === "darwin") return machOFile({ data, machine: isArm ? 0x100000c : 0x1000007 });
  return elfFile({ data, machine: isArm ? 183 : 62 });
}

/** What cmd/link writes of a program's modules. */
export function moduleInfo(platform: string, path = "example.com/cmd/tiny"): string {
  const [os, arch] = platform.split("/");
  return `path\t${path}\nmod\texample.com\t(devel)\t\nbuild\t-compiler=gc\nbuild\tGOARCH=${arch}\nbuild\tGOOS=${os}\n`;
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}
