/**
 * A GOROOT on disk, whoever put it there: which release it says it is, and what its files are.
 *
 * Reads and never runs anything in it. What it says is no proof of anything (audit.ts makes that); a link or
 * another thing that is no regular file is told as such and not followed.
 */
import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { crc32 } from "node:zlib";

import { readBuildInfo } from "./program/buildinfo.ts";
import type { Context } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";
import { type Platform, platformOfFolder } from "./platform.ts";
import { namesIn, textOf } from "./read.ts";
import type { Release } from "./toolchain.ts";
import { parseVersion, releaseName } from "./version.ts";

/** A file of a tree, by its path from GOROOT. */
export interface TreeFile {
  readonly path: string;
  /** In hex; undefined for what is no regular file. */
  readonly sha256: string | undefined;
  /** In bytes. */
  readonly size: number;
  /** Where its bytes are, where that is another path. */
  readonly from?: string;
}

/** The release that a GOROOT says it is, or why it is none. */
export function releaseOf(goroot: string): Release | string {
  const text = textOf(join(goroot, "VERSION"));
  if (text === undefined) {
    const isTip = textOf(join(goroot, "VERSION.cache")) !== undefined;
    return isTip ? "it has a VERSION.cache: it was built from source" : "it has no file VERSION";
  }
  const first = text.split("\n")[0]?.trim() ?? "";
  const version = parseVersion(first);
  if (!version || releaseName(version) !== first) return `its VERSION says "${first.slice(0, 80)}"`;
  const platform = platformOf(goroot);
  return platform ? { version, platform } : "which platform it is for can't be told";
}

/** By the build information of bin/go (since 1.18), else by the folder of its own tools. */
function platformOf(goroot: string): Platform | undefined {
  for (const go of ["go", "go.exe"]) {
    const path = join(goroot, "bin", go);
    const platform = namesIn(join(goroot, "bin")).includes(go) ? readBuildInfo(path)?.platform : undefined;
    if (platform) return platform;
  }
  const [tools, ...others] = namesIn(join(goroot, "pkg", "tool")).filter((name) =>
    /^[a-z0-9]+_[a-z0-9]+$/.test(name),
  );
  return tools !== undefined && others.length === 0 ? platformOfFolder(tools.replace("_", "-")) : undefined;
}

/**
 * Every file below a GOROOT, hashed; in no order. Throws NOT_READABLE, and the reason of an interrupt, which is
 * looked for between folders. One buffer and one thread: faster here than `find | xargs sha256sum`.
 */
export async function hashTree(ctx: Context, goroot: string): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    await nextTurn();
    ctx.signal.throwIfAborted();
    const path = join(goroot, folder);
    for (const entry of reading(path, () => readdirSync(path, { withFileTypes: true }))) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      // One that isn't UTF-8 can't be opened by what Node makes of it; it is in no release.
      if (entry.name.includes("\ufffd")) files.push({ path: name, sha256: undefined, size: 0 });
      else if (entry.isDirectory()) folders.push(name);
      else if (entry.isFile()) files.push({ path: name, ...hashFile(join(goroot, name)) });
      else files.push({ path: name, sha256: undefined, size: 0 });
    }
  }
  return files;
}

/** A file that fits the buffer is hashed in one step: making a hash that takes pieces costs as much as a small file. */
function hashFile(path: string): { sha256: string; size: number } {
  return reading(path, () => {
    const fd = openSync(path, "r");
    try {
      let size = 0;
      for (let length = -1; length !== 0 && size < buffer.length; size += length)
        length = readSync(fd, buffer, size, buffer.length - size, null);
      if (size < buffer.length) return { sha256: hash("sha256", buffer.subarray(0, size), "hex"), size };
      const digest = createHash("sha256").update(buffer);
      size += eachPiece(fd, (bytes) => digest.update(bytes));
      return { sha256: digest.digest("hex"), size };
    } finally {
      closeSync(fd);
    }
  });
}

/** The CRC-32 that a zip's directory has of a file's content. Throws NOT_READABLE. */
export function crcOfFile(path: string): number {
  return reading(path, () => {
    const fd = openSync(path, "r");
    try {
      let crc = 0;
      eachPiece(fd, (bytes) => (crc = crc32(bytes, crc)));
      return crc;
    } finally {
      closeSync(fd);
    }
  });
}

/** Gives the rest of a file piece by piece, each good until the next; answers how many bytes there were. */
function eachPiece(fd: number, give: (bytes: Uint8Array) => void): number {
  let size = 0;
  for (;;) {
    const length = readSync(fd, buffer);
    if (length === 0) return size;
    size += length;
    give(buffer.subarray(0, length));
  }
}

const buffer = Buffer.alloc(4 * 2 ** 20);

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new GvError("NOT_READABLE", `${path} can't be read (${code})`, {
      hint: `it can't be told whether it is as Go published it: ls -l '${path}'`,
      cause: error,
    });
  }
}
