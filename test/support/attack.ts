/**
 * What the attack suite shares. A test is one attack, unless it says how many it made; CI prints the sum. An
 * attack that goes through a whole install looks at every file below the sandbox before and after.
 */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, type TestContext } from "vitest";

import { prepareRoot } from "../../src/root.ts";
import { listTree, type Ran, type RunOptions, type Sandbox } from "./sandbox.ts";

declare module "vitest" {
  interface TaskMeta {
    /** How many attacks a test made; every one of them was refused, or the test failed. */
    attacks?: number;
  }
}

/** For a test of many attacks: to be called when all of them were refused. */
export function countAttacks({ task }: Pick<TestContext, "task">, attacks: number): void {
  task.meta.attacks = (task.meta.attacks ?? 0) + attacks;
}

/** Each byte string that differs from `bytes` in one bit, with the place of that bit. The string is reused. */
export function* flippedBits(bytes: Uint8Array): Generator<{ bit: number; flipped: Buffer }> {
  const flipped = Buffer.from(bytes);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const at = Math.floor(bit / 8);
    const mask = 1 << (bit % 8);
    flipped.writeUInt8(flipped.readUInt8(at) ^ mask, at);
    yield { bit, flipped };
    flipped.writeUInt8(flipped.readUInt8(at) ^ mask, at);
  }
}

/** Each text whose UTF-8 differs from this one's in one bit. What is no UTF-8 then is no text, and left out. */
export function* flippedTexts(text: string): Generator<{ bit: number; flipped: string }> {
  for (const { bit, flipped } of flippedBits(Buffer.from(text)))
    if (isUtf8(flipped)) yield { bit, flipped: flipped.toString() };
}

/**
 * Runs gv, which must refuse with exit code 4 unless `code` says another, and must have written nothing but in
 * staging/ (empty again), and the heads and tiles of a log: by a listing of names, kinds and contents of the
 * whole sandbox, with the home and the folder for temporary files, before and after.
 */
export async function refused(
  box: Sandbox,
  words: readonly string[],
  { code = 4, ...options }: RunOptions & { readonly code?: number } = {},
): Promise<Ran> {
  prepareRoot(box.context()); // That gv makes its root is not what is looked for.
  const marks = (): string[] => listTree(join(box.root, "unsynced"));
  const [before, marked] = [everything(box), marks()];
  const ran = await box.gv(words, options);
  expect(ran.code, ran.stderr).toBe(code);
  expect(everything(box)).toEqual(before);
  // The mark of what isn't written out yet may go meanwhile: an install before this one has a process for that behind it.
  expect(marked).toEqual(expect.arrayContaining(marks()));
  expect(listTree(join(box.root, "staging"))).toEqual([]);
  return ran;
}

/** What a lookup may keep: `latest` and full tiles, in a folder for each database. */
const mayBeKept = /^root\/sumdb\/(?:[^/]+\/(?:latest|tile\/[\dx/]*)?)?$/;

function everything(box: Sandbox): string[] {
  const folder = dirname(box.root);
  return listTree(folder)
    .filter((path) => !/^root\/(?:staging\/|unsynced\/.)/.test(path) && !mayBeKept.test(path))
    .map((path) => `${path} ${describe(join(folder, path))}`);
}

function describe(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  const content = stats.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
  return `${stats.mode.toString(8)} ${content}`;
}
