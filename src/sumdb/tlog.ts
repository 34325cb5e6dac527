/**
 * The transparency log: hashes of records, tree heads, and what proves a record to whoever has the head. Pure.
 *
 * Follows https://pkg.go.dev/golang.org/x/mod/sumdb/tlog, RFC 6962 section 2 and https://research.swtch.com/tlog.
 * Sizes pass 2^31, so there are no bit operators here: Math.floor and % instead.
 */
import { createHash } from "node:crypto";

import { GvError } from "../errors.ts";
import { decodeBase64 } from "./note.ts";

/** A tree head: how many records the log has, and the hash over all of them. */
export interface Tree {
  readonly size: number;
  readonly hash: Buffer;
}

/** The tree without records: a prefix of every log. */
export const emptyTree: Tree = { size: 0, hash: createHash("sha256").digest() };

/** Bytes of a hash. */
export const hashSize = 32;

/** The hash of a record (a leaf). */
export function recordHash(record: Uint8Array): Buffer {
  return createHash("sha256").update(Uint8Array.of(0)).update(record).digest();
}

/** The hash of an inner node. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(Uint8Array.of(1)).update(left).update(right).digest();
}

/** Reads a tree head: the text of an opened note; lines after the third are ignored. Throws NOT_PROVEN. */
export function parseTree(text: string): Tree {
  const [title, size = "", hash64 = "", ...rest] = text.split("\n");
  const hash = decodeBase64(hash64);
  if (title !== "go.sum database tree" || !isCount(size) || hash?.length !== hashSize || rest.length === 0)
    throw notProven("a signed note is not a tree head", JSON.stringify(text.slice(0, 200)));
  return { size: Number(size), hash };
}

/** True for a number as the log writes record ids and sizes: decimal, no leading zero, exact in JavaScript. */
export function isCount(text: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text));
}

/**
 * Throws NOT_PROVEN unless these hashes prove that the record with this id and text is in the tree (RFC 6962
 * section 2.1.1; Go: CheckRecord).
 */
export function checkInclusion(tree: Tree, id: number, text: string, proof: readonly Buffer[]): void {
  const root = (size: number, index: number, path: readonly Buffer[]): Buffer | undefined => {
    const sibling = path.at(-1);
    if (size === 1) return sibling === undefined ? recordHash(Buffer.from(text)) : undefined;
    const half = leftHalf(size);
    const isLeft = index < half;
    const inner = isLeft
      ? root(half, index, path.slice(0, -1))
      : root(size - half, index - half, path.slice(0, -1));
    if (!inner || sibling?.length !== hashSize) return undefined;
    return isLeft ? nodeHash(inner, sibling) : nodeHash(sibling, inner);
  };
  const computed = id < tree.size ? root(tree.size, id, proof) : undefined;
  if (!computed?.equals(tree.hash))
    throw notProven(
      `the proof of record ${id} doesn't lead to the signed head of ${tree.size} records`,
      `hash in the signed head:  ${tree.hash.toString("base64")}\n` +
        `hash made from the proof: ${computed?.toString("base64") ?? "none: it has another length"}`,
    );
}

/** How many of `count` records are in the left half of their tree: the largest power of two below `count`. */
export function leftHalf(count: number): number {
  let half = 1;
  while (half * 2 < count) half *= 2;
  return half;
}

/** What is told of a log that proves nothing. */
export function notProven(message: string, hint: string): GvError {
  return new GvError("NOT_PROVEN", message, { hint });
}
