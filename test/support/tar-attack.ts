/**
 * Unpacks a tar.gz into a folder with neighbours that must stay as they are: whatever becomes of it, nothing
 * outside the folder is made or changed, nothing in it is a link or a device, no file in it is left open.
 */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "vitest";

import type { Context } from "../../src/context.ts";
import { unpackTarball, type UnpackedTarball } from "../../src/archive/tarball.ts";
import { placeArchiveFile } from "../../src/toolchain.ts";
import { listTree, type Sandbox } from "./sandbox.ts";

/** In pieces of that many bytes, each in memory of its own, as from a socket. */
export async function* pieces(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

/** The folder that archives are unpacked to: three levels below the sandbox's own, so that `..` leads somewhere. */
export function target(box: Sandbox): string {
  return join(box.project, "staging", "release");
}

export interface Attack {
  readonly ctx?: Partial<Context>;
  readonly data?: AsyncIterable<Uint8Array>;
  readonly place?: typeof placeArchiveFile;
}

/** Unpacks into the folder, which is emptied first; gives what came of it, or the error. */
export async function unpacked(
  box: Sandbox,
  bytes: Uint8Array,
  { ctx, data = pieces(bytes), place = placeArchiveFile }: Attack = {},
): Promise<UnpackedTarball | Error> {
  const folder = target(box);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  return unpackTarball(box.context(ctx), data, folder, place).catch((error: Error) => error);
}

/** Does something with the folder, after which all must be as it was outside of it, and in order in it. */
export async function nothingOutside<T>(box: Sandbox, act: () => Promise<T>): Promise<T> {
  const folder = target(box);
  mkdirSync(folder, { recursive: true });
  const before = outside(box);
  const result = await act();
  expect(outside(box)).toEqual(before);
  for (const path of listTree(folder)) {
    const stats = lstatSync(join(folder, path));
    expect(stats.isDirectory() || (stats.isFile() && stats.nlink === 1), path).toBe(true);
  }
  expect(openBelow(folder)).toEqual([]);
  return result;
}

export function attack(box: Sandbox, bytes: Uint8Array, how?: Attack): Promise<UnpackedTarball | Error> {
  return nothingOutside(box, () => unpacked(box, bytes, how));
}

/** The same where it must be refused as no archive of Go's. Gives the message. */
export async function refusedTarball(box: Sandbox, bytes: Uint8Array, how: Attack = {}): Promise<string> {
  const result = await attack(box, bytes, how);
  expect(result).toMatchObject({ code: "BAD_ARCHIVE", exitCode: 4 });
  expect((result as { hint?: string }).hint).toContain("nothing was installed");
  return (result as Error).message;
}

/** Every file below the sandbox's own folder but those in the target, with kind, mode and content. */
function outside(box: Sandbox): string[] {
  const folder = dirname(box.root);
  const inside = `${target(box).slice(folder.length + 1)}/`;
  return listTree(folder)
    .filter((path) => !path.startsWith(inside) || path === inside)
    .map((path) => {
      const stats = lstatSync(join(folder, path));
      const content = stats.isFile() ? readFileSync(join(folder, path)) : "";
      return `${path} ${stats.mode.toString(8)} ${createHash("sha256").update(content).digest("hex")}`;
    });
}

/** The files in a folder that this process has open, where the system tells. */
function openBelow(folder: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd")
    .map(openFile)
    .filter((path) => path.startsWith(folder));
}

function openFile(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ""; // The one that the list was read by.
  }
}
