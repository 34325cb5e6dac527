/**
 * A thread that unpacks: it inflates, hashes and writes the files of each batch, one after the other.
 * Started by archive.ts only; built as a file of its own.
 */
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

import { InflateRaw, type ZlibOptions } from "minizlib";

import { type ErrorCode, GvError, systemCode } from "./errors.ts";
import { makeFolder, type NewFile, newFile } from "./files.ts";
import { BufferGarbage } from "./garbage.ts";
import type { HashedFile } from "./sumdb/dirhash.ts";
import { damagedZip, packedData, type ZipEntry } from "./zip.ts";

/** A file within a batch's region: from its local header to what comes next, in bytes. */
export interface PackedFile {
  readonly entry: ZipEntry;
  readonly at: number;
  readonly end: number;
  /** Path to write, and permissions. */
  readonly target: string;
  readonly mode: number;
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

/** Bytes that are inflated at a time, so that no file is in memory as a whole, and that come of them at once. */
const piece = 64 * 1024;
const options: ZlibOptions & { chunkSize: number } = { chunkSize: 4 * piece };

/** One for all files: making one for each costs more time and memory than all else. */
let inflater: InflateRaw | undefined;

// The region's memory goes back with the answer: here it would have grown old while it was worked on.
parentPort?.on("message", (batch: Batch) =>
  parentPort?.postMessage({ ...unpackBatch(batch), region: batch.region }, [batch.region.buffer]),
);

function unpackBatch({ region, files }: Batch): Unpacked {
  const bytes = Buffer.from(region.buffer);
  try {
    return {
      size: bytes.length,
      files: files.map((file) => unpackFile(file, bytes.subarray(file.at, file.end))),
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

function unpackFile({ entry, target, mode }: PackedFile, region: Buffer): HashedFile {
  const packed = packedData(entry, region);
  const file = create(entry, target, mode);
  const digest = createHash("sha256");
  try {
    inflate(entry, packed, (content) => {
      digest.update(content);
      file.write(content);
      garbage.grow(content.length);
    });
  } finally {
    file.close();
  }
  return { name: entry.name, sha256: digest.digest("hex") };
}

/** What a system says of a name that can't be a file's here: taken (two names may be one here), or too long. */
const unfit = new Set(["EEXIST", "EISDIR", "ENOTDIR", "ENAMETOOLONG", "EILSEQ", "EINVAL"]);

function create({ name }: ZipEntry, target: string, mode: number): NewFile {
  try {
    if (!folders.has(dirname(target))) makeFolder(dirname(target));
    folders.add(dirname(target));
    return newFile(target, mode, umask);
  } catch (error) {
    const code = systemCode(error instanceof GvError ? error.cause : error) ?? "";
    if (!unfit.has(code)) throw error;
    throw new GvError("BAD_ARCHIVE", `the zip holds ${name}, which can't be a file here (${code})`, {
      hint: "nothing was installed: name another server in GOPROXY",
    });
  }
}

/** Gives the content of a file, piece by piece. Throws BAD_ARCHIVE where it isn't what the directory says. */
function inflate(entry: ZipEntry, packed: Buffer, give: (content: Uint8Array) => void): void {
  let length = 0;
  const failures: string[] = [];
  const count = (content: Uint8Array): void => {
    length += content.length;
    if (length > entry.size) failures.push("it is longer than the directory says");
    else give(content);
  };
  if (entry.method === "stored") count(packed);
  else {
    inflater ??= new InflateRaw(options);
    inflater.removeAllListeners("data").removeAllListeners("error");
    inflater.on("data", count).on("error", (error) => failures.push(String(error)));
    for (let at = 0; at < packed.length && failures.length === 0; at += piece)
      inflater.write(packed.subarray(at, at + piece));
    if (failures.length === 0) inflater.reset();
    else inflater = undefined;
  }
  if (length < entry.size) failures.push("it is shorter than the directory says");
  const [failure] = failures;
  if (failure !== undefined) throw damagedZip(`the zip is damaged at ${entry.name}: ${failure}`);
}
