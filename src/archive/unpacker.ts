/**
 * A thread that unpacks: it inflates, hashes and writes the files of each batch, one after the other, or takes them
 * from another tree. Started by unpack-zip.ts only; built as a file of its own.
 */
import { createHash, type Hash, hash } from "node:crypto";
import { closeSync, lstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { crc32 } from "node:zlib";

import { type ErrorCode, GvError, systemCode } from "../errors.ts";
import { makeFolder, type NewFile, newFile, removeFile, setMode, shareFile } from "../files.ts";
import { BufferGarbage } from "./garbage.ts";
import { unpackEntry } from "./inflate.ts";
import { fitting } from "./names.ts";
import type { HashedFile } from "../sumdb/dirhash.ts";
import type { Placement } from "../toolchain.ts";
import { badZip, type ZipEntry } from "./zip.ts";

/** What a thread is told as it starts. */
export interface UnpackerData {
  readonly umask: number;
}

/** What it is told before all work: where files go, and the tree that they may be taken from. */
export interface Destination {
  readonly folder: string;
  readonly from: { readonly folder: string; readonly how: "clone" | "link" } | undefined;
}

/** A file within a batch's region: from its local header to what comes next, in bytes. */
export interface PackedFile {
  readonly entry: ZipEntry;
  readonly at: number;
  readonly end: number;
  /** Its path below the folder, and permissions. A folder has none: it comes with its files. */
  readonly target: Placement | undefined;
}

export interface Batch {
  readonly region: Uint8Array<ArrayBuffer>;
  readonly files: readonly PackedFile[];
}

/** Files that are to be taken from the other tree. */
export interface Copies {
  readonly files: readonly Pick<PackedFile, "entry" | "target">[];
}

/** The answer to what was handed over as `size` bytes. */
export interface Unpacked {
  readonly size: number;
  readonly files: readonly HashedFile[];
  /** To copies: the names of those that the other tree hasn't got. */
  readonly missing?: readonly string[];
  /** The memory of the region that was handed over. */
  readonly memory?: ArrayBuffer;
  readonly failure?: { readonly code: ErrorCode; readonly message: string; readonly hint?: string };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- unpack-zip.ts is the one that starts it
const { umask } = workerData as UnpackerData;
let { folder, from }: Destination = { folder: "", from: undefined };
const folders = new Set<string>();
const garbage = new BufferGarbage();
const piece = Buffer.alloc(256 * 1024);
let canShare = true;

parentPort?.on("message", (work: Destination | Batch | Copies) => {
  if ("folder" in work) {
    ({ folder, from } = work);
    return;
  }
  if (!("region" in work)) {
    parentPort?.postMessage(copyFiles(work), []);
    return;
  }
  // The region's memory goes back with the answer: here it would have grown old while it was worked on.
  const size = work.region.length;
  const bytes = Buffer.from(work.region.buffer, 0, size);
  const done = answer(size, () => ({
    files: work.files.flatMap((file) => unpackFile(file, bytes.subarray(file.at, file.end))),
  }));
  const memory = work.region.buffer;
  parentPort?.postMessage({ ...done, memory }, [memory]);
});
parentPort?.postMessage({ size: 0, files: [] } satisfies Unpacked, []); // It has started.

function copyFiles({ files }: Copies): Unpacked {
  const size = files.reduce((sum, { entry }) => sum + entry.size, 0);
  const missing: string[] = [];
  return answer(size, () => ({
    missing,
    files: files.flatMap((file) => {
      const hashed = takeFile(file);
      if (!hashed) missing.push(file.entry.name);
      return hashed ?? [];
    }),
  }));
}

function answer(size: number, act: () => Omit<Unpacked, "size">): Unpacked {
  try {
    return { size, ...act() };
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    const { code, message, hint } = error;
    const failure = { code, message, ...(hint === undefined ? {} : { hint }) };
    return { size, files: [], failure };
  }
}

function unpackFile({ entry, target }: PackedFile, region: Buffer): HashedFile[] {
  if (target === undefined) {
    unpackEntry(entry, region, () => undefined);
    return [];
  }
  const file = create(entry, target);
  let sha256: string | undefined;
  let digest: Hash | undefined;
  try {
    unpackEntry(entry, region, (content) => {
      // Most files come in one piece: hashed at once they need no object of OpenSSL's.
      if (content.length === entry.size) sha256 = hash("sha256", content, "hex");
      else (digest ??= createHash("sha256")).update(content);
      file.write(content);
      garbage.grow(content.length);
    });
  } finally {
    file.close();
  }
  return [{ name: entry.name, sha256: sha256 ?? (digest ?? createHash("sha256")).digest("hex") }];
}

function create(entry: ZipEntry, target: Placement): NewFile {
  return fitting(entry.name, badZip, () => newFile(placeOf(target), target.mode, umask));
}

/** Where it goes, in a folder that is there. */
function placeOf({ path }: Placement): string {
  const target = `${folder}/${path}`;
  const parent = target.slice(0, target.lastIndexOf("/"));
  if (!folders.has(parent)) makeFolder(parent, umask);
  folders.add(parent);
  return target;
}

/** A file of the other tree under its new name; undefined, and nothing there, where it isn't what the entry says. */
function takeFile({ entry, target }: Copies["files"][number]): HashedFile | undefined {
  if (!from || !target) return undefined;
  const source = join(from.folder, target.path);
  const mode = modeOf(source, entry.size);
  if (mode === undefined) return undefined;
  const sha256 = share(source, mode, entry, target) ?? copy(source, entry, target);
  return sha256 === undefined ? undefined : { name: entry.name, sha256 };
}

/** The permissions of a file of that size; undefined where there is none, or it may not be looked at. */
function modeOf(path: string, size: number): number | undefined {
  try {
    const stats = lstatSync(path);
    return stats.isFile() && stats.size === size ? stats.mode & 0o777 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Its SHA-256 as a clone or link, read from there; undefined where that can't be, or it isn't the one. A link is one
 * file under two names, which is made read-only: an edit would reach both. So it is none where one of them is a program
 * and the other isn't.
 */
function share(source: string, mode: number, entry: ZipEntry, target: Placement): string | undefined {
  if (!from || !canShare) return undefined;
  const { how } = from;
  if (how === "link" && (mode ^ target.mode) & 0o111) return undefined;
  const path = fitting(entry.name, badZip, () => placeOf(target));
  const shared = shareFile(how, source, path);
  if (shared === false) canShare = false;
  if (!shared) return undefined;
  const sha256 = read(path, entry, () => undefined);
  if (sha256 === undefined) removeFile(path);
  else setMode(path, how === "link" ? mode & 0o555 : target.mode);
  return sha256;
}

/** The SHA-256 of the bytes that are written; undefined where they aren't what the entry says. */
function copy(source: string, entry: ZipEntry, target: Placement): string | undefined {
  const file = create(entry, target);
  let sha256: string | undefined;
  try {
    sha256 = read(source, entry, (content) => file.write(content));
  } finally {
    file.close();
  }
  if (sha256 === undefined) removeFile(join(folder, target.path));
  return sha256;
}

/** Reads a file, and gives its content; its SHA-256 where it can be read, and has the entry's size and CRC-32. */
function read(path: string, entry: ZipEntry, give: (content: Uint8Array) => void): string | undefined {
  const digest = createHash("sha256");
  let size = 0;
  let crc = 0;
  try {
    const file = openSync(path, "r");
    try {
      for (let length; size <= entry.size && (length = readSync(file, piece)) > 0;) {
        const content = piece.subarray(0, length);
        size += length;
        crc = crc32(content, crc);
        digest.update(content);
        give(content);
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error; // Of what was given, not of the file.
    return undefined;
  }
  return size === entry.size && crc === entry.crc ? digest.digest("hex") : undefined;
}
