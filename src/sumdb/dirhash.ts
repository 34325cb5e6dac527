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
  const lines = inByteOrder(files).map(({ name, sha256 }) => {
    if (name.includes("\n"))
      throw new GvError(
        "NOT_PROVEN",
        `a file name with a newline cannot be proven: ${JSON.stringify(name)}`,
        {
          hint: "no release of Go has one, and Go's own hash refuses it, too: take that file away, or another server",
        },
      );
    return `${sha256}  ${name}\n`;
  });
  return `h1:${createHash("sha256").update(lines.join("")).digest("base64")}`;
}

/** Two halves of a character (UTF-16) sort before some that UTF-8 has them behind. */
const half = /[\ud800-\udfff]/;

/** By the bytes of the names in UTF-8, as Go's strings sort. */
function inByteOrder(files: readonly HashedFile[]): HashedFile[] {
  const compare = files.some(({ name }) => half.test(name))
    ? (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
    : (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  return files.toSorted((a, b) => compare(a.name, b.name));
}
