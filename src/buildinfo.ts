/**
 * Which Go built a program, and for which platform, read from the program itself without running it.
 *
 * Follows debug/buildinfo: a 32-byte header at a multiple of 16, starting with "\xff Go buildinf:", then
 * since Go 1.18 two strings, each after its length as a varint: the version and the module information.
 * The header is looked for in the whole file, so ELF, Mach-O and PE are all one to it; programs built by
 * older releases point to their strings and are not understood.
 */
import { closeSync, openSync, readSync } from "node:fs";

import type { Platform } from "./platform.ts";
import { parseVersion, type Version } from "./version.ts";

export interface BuildInfo {
  readonly version: Version;
  readonly platform: Platform | undefined;
  /** Path of the main package, such as golang.org/x/tools/gopls. */
  readonly path: string | undefined;
}

const magic = Buffer.from("\xff Go buildinf:", "latin1");
const step = 1 << 20;
const reach = 1 << 16; // bytes of module information that are read beyond a header

/** The build information of a program, or undefined for a file that holds none. */
export function readBuildInfo(path: string): BuildInfo | undefined {
  const fd = openSync(path, "r");
  try {
    const block = Buffer.alloc(step + reach);
    for (let at = 0; ; at += step) {
      const length = readSync(fd, block, 0, block.length, at);
      const isLast = length < block.length;
      const info = findIn(block.subarray(0, length), isLast ? length : step);
      if (info || isLast) return info;
    }
  } finally {
    closeSync(fd);
  }
}

function findIn(block: Buffer, end: number): BuildInfo | undefined {
  for (let at = block.indexOf(magic); at >= 0 && at < end; at = block.indexOf(magic, at + 1)) {
    // A program that reads build information holds the magic as data, too: it has no strings behind it.
    const hasStrings = at % 16 === 0 && ((block[at + 15] ?? 0) & 2) !== 0;
    const info = hasStrings ? parse(block, at + 32) : undefined;
    if (info) return info;
  }
  return undefined;
}

function parse(block: Buffer, at: number): BuildInfo | undefined {
  const [first, next] = readString(block, at);
  const name = first.toString();
  const version = parseVersion(name.split(" ")[0] ?? "");
  if (!version || !name.startsWith("go")) return undefined;
  // It stands between two marks of 16 bytes.
  const modules = readString(block, next)[0].subarray(16, -16).toString();
  const setting = (key: string): string | undefined =>
    new RegExp(`^build\\t${key}=(.*)$`, "m").exec(modules)?.[1];
  const [os, arch] = [setting("GOOS"), setting("GOARCH")];
  return {
    version,
    platform: os && arch ? { os, arch } : undefined,
    path: /^path\t(.*)$/m.exec(modules)?.[1],
  };
}

function readString(block: Buffer, at: number): [text: Buffer, next: number] {
  let length = 0;
  for (let shift = 1; at < block.length; shift *= 128) {
    const byte = block[at++] ?? 0;
    length += (byte & 127) * shift;
    if (byte < 128) break;
  }
  return [block.subarray(at, at + length), at + length];
}
