/**
 * A thread that unpacks: it inflates, hashes and writes the files of each batch, one after the other.
 * Started by unpack-zip.ts only; built as a file of its own.
 */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

import { type ErrorCode, GvError } from "../errors.ts";
import { makeFolder, type NewFile, newFile } from "../files.ts";
import { BufferGarbage } from "./garbage.ts";
import { unpackEntry } from "./inflate.ts";
import { fitting } from "./names.ts";
import type { HashedFile } from "../sumdb/dirhash.ts";
import type { Placement } from "../toolchain.ts";
import { badZip, type ZipEntry } from "./zip.ts";

/** A file within a batch's region: from its local header to what comes next, in bytes. */
export interface PackedFile {
  readonly entry: ZipEntry;
  readonly at: number;
  readonly end: number;
  /** Path to write, and permissions. A folder has none: it comes with its files. */
  readonly target: Placement | undefined;
}

export interface Batch {
  readonly region: Uint8Array<ArrayBuffer>;
  readonly files: readonly PackedFile[];
}

/** The answer to a batch whose region had `size` bytes. */
export interface Unpacked {
  readonly size: number;
  readonly files: readonly HashedFile[];
  readonly failure?: { readonly code: ErrorCode; readonly message: string; readonly hint?: string };
}

const umask = Number(workerData);
const folders = new Set<string>();
const garbage = new BufferGarbage();

// The region's memory goes back with the answer: here it would have grown old while it was worked on.
parentPort?.on("message", (batch: Batch) =>
  parentPort?.postMessage({ ...unpackBatch(batch), region: batch.region }, [batch.region.buffer]),
);

function unpackBatch({ region, files }: Batch): Unpacked {
  const bytes = Buffer.from(region.buffer);
  try {
    return {
      size: bytes.length,
      files: files.flatMap((file) => unpackFile(file, bytes.subarray(file.at, file.end))),
    };
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    const { code, message, hint } = error;
    return {
      size: bytes.length,
      files: [],
      failure: { code, message, ...(hint === undefined ? {} : { hint }) },
    };
  }
}

function unpackFile({ entry, target }: PackedFile, region: Buffer): HashedFile[] {
  if (target === undefined) {
    unpackEntry(entry, region, () => undefined);
    return [];
  }
  const file = create(entry, target);
  const digest = createHash("sha256");
  try {
    unpackEntry(entry, region, (content) => {
      digest.update(content);
      file.write(content);
      garbage.grow(content.length);
    });
  } finally {
    file.close();
  }
  return [{ name: entry.name, sha256: digest.digest("hex") }];
}

function create({ name }: ZipEntry, { path, mode }: Placement): NewFile {
  return fitting(name, badZip, () => {
    if (!folders.has(dirname(path))) makeFolder(dirname(path), umask);
    folders.add(dirname(path));
    return newFile(path, mode, umask);
  });
}
