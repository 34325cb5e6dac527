/**
 * The h1 hash of a list of files: what go.sum and the checksum database record for a module. Pure.
 *
 * Follows Hash1 of https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash: it depends on names and contents only,
 * in byte order of the names (not JavaScript's order of UTF-16 units).
 */
import { createHash } from "node:crypto";

import { GvError } from "../errors.ts";

/** A file in a module: its name as the zip has it (`golang.org/toolchain@v.../bin/go`) and its SHA-256 in hex. */
export interface HashedFile {
  readonly name: string;
  readonly sha256: string;
}

/** `h1:` and the base64 hash of these files, in any order. Throws NOT_PROVEN for a name with a newline. */
export function hash1(files: readonly HashedFile[]): string {
  const hash = createHash("sha256");
  for (const { name, sha256 } of inByteOrder(files)) {
    if (name.includes("\n"))
      throw new GvError("NOT_PROVEN", `a file name with a newline cannot be proven: ${JSON.stringify(name)}`);
    hash.update(`${sha256}  ${name}\n`);
  }
  return `h1:${hash.digest("base64")}`;
}

function inByteOrder(files: readonly HashedFile[]): HashedFile[] {
  return files
    .map((file) => ({ file, bytes: Buffer.from(file.name) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ file }) => file);
}
