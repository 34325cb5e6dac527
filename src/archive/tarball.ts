/**
 * From the bytes of a release's tar.gz to files in a private folder, while they arrive. The `tar` package
 * parses; what it would let pass is refused before it sees it.
 *
 * Guarantees: each file is hashed from the very bytes that are written, and the stream as a whole; a name is
 * the same where it is checked, hashed and written, and none leaves the folder; nothing but files and folders
 * is made; no more is held than a piece of the stream; when it ends, well or not, nothing is written any more.
 * It is strict: it knows what Go's own releases hold (POSIX ustar with pax headers, or GNU's, for long names;
 * RFC 1952, one stream and no extras), and refuses the rest with BAD_ARCHIVE. Whether the hash is the right
 * one is for the caller to say.
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";

import type { Parser, ReadEntry } from "tar";

import type { Context } from "../context.ts";
import { makeFolder, type NewFile, newFile } from "../files.ts";
import { gunzip } from "./gunzip.ts";
import type { HashedFile } from "../sumdb/dirhash.ts";
import { fitting, Names, shown } from "./names.ts";
import { addName, badTarball, blockSize, HeaderChecks, tarballLimits } from "./tar-headers.ts";
import type { Placement } from "../toolchain.ts";

export interface UnpackedTarball {
  /** In the order of the archive, named as in it: `go/bin/go`. */
  readonly files: readonly HashedFile[];
  /** Of the compressed bytes, in hex; and how many they are. */
  readonly sha256: string;
  readonly size: number;
}

type Place = (name: string, mode: number) => Placement;

/**
 * Unpacks a tar.gz. `place` says where a file goes below `folder`, by its name and permissions; it is asked
 * for folders too, whose names end in a slash and of which only the path counts. Throws BAD_ARCHIVE, NO_SPACE,
 * NOT_WRITABLE, what `data` and `place` throw, and the reason of an interrupt.
 */
export async function unpackTarball(
  ctx: Context,
  data: AsyncIterable<Uint8Array>,
  folder: string,
  place: Place,
): Promise<UnpackedTarball> {
  const { Parser } = await import("tar");
  const digest = createHash("sha256");
  let size = 0;
  async function* received(): AsyncGenerator<Uint8Array> {
    for await (const chunk of data) {
      ctx.signal.throwIfAborted();
      size += chunk.length;
      if (size > tarballLimits.packed) throw badTarball(`it is longer than ${tarballLimits.packed} bytes`);
      digest.update(chunk);
      yield chunk;
    }
  }
  const writer = new Writer(ctx.umask, folder, place);
  const blocks = new Blocks(new Parser({ strict: true, zstd: false }), writer);
  try {
    await gunzip(received(), (content) => {
      ctx.signal.throwIfAborted();
      blocks.write(content);
    });
    blocks.end();
  } finally {
    writer.close();
  }
  return { files: writer.files, sha256: digest.digest("hex"), size };
}

/** Cuts the archive where its headers are: each is looked at before tar sees it. */
class Blocks {
  readonly #parser: Parser;
  readonly #checks = new HeaderChecks();
  #rest: Buffer = Buffer.alloc(0);
  /** The entry whose content is being read. */
  #entry: ReadEntry | undefined;

  constructor(parser: Parser, writer: Writer) {
    this.#parser = parser;
    parser.on("error", refuse).on("entry", (entry: ReadEntry) => {
      this.#entry = entry;
      const { name, isFolder } = this.#checks;
      if (entry.path !== name) throw badTarball(`${shown(name)} may also be read as ${shown(entry.path)}`);
      writer.start(entry, isFolder);
    });
  }

  /** Takes what comes next of the archive, in any pieces: all of it but part of a block is worked off now. */
  write(content: Buffer): void {
    const all = this.#rest.length === 0 ? content : Buffer.concat([this.#rest, content]);
    const end = all.length - (all.length % blockSize);
    for (let at = 0; at < end;) {
      const remain = this.#entry?.blockRemain ?? 0;
      const part = all.subarray(at, Math.min(end, at + (remain || blockSize)));
      if (remain > 0 || this.#checks.check(part) !== "end") this.#parser.write(part);
      at += part.length;
    }
    this.#rest = all.subarray(end);
  }

  end(): void {
    if (this.#rest.length > 0 || !this.#checks.isAtEnd) throw badTarball("it is cut short");
  }
}

/** What tar warns of: checksums above all. */
function refuse({ message }: Error): never {
  throw badTarball(message);
}

/** Makes the files and folders, and refuses names as names.ts does. */
class Writer {
  readonly files: HashedFile[] = [];
  readonly #umask: number;
  readonly #folder: string;
  readonly #place: Place;
  readonly #names = new Names(badTarball, "go/");
  readonly #made = new Set<string>();
  #file: NewFile | undefined;

  constructor(umask: number, folder: string, place: Place) {
    this.#umask = umask;
    this.#folder = folder;
    this.#place = place;
  }

  start(entry: ReadEntry, isFolder: boolean): void {
    const name = entry.path;
    addName(this.#names, name, isFolder);
    const { path, mode } = this.#place(name, (entry.mode ?? 0) & 0o777);
    const target = join(this.#folder, path);
    if (isFolder) {
      this.#makeFolder(name, target);
      entry.resume();
      return;
    }
    this.#makeFolder(name, dirname(target));
    const file = fitting(name, badTarball, () => newFile(target, mode, this.#umask));
    this.#file = file;
    const digest = createHash("sha256");
    entry.on("end", () => {
      this.close();
      this.files.push({ name, sha256: digest.digest("hex") });
    });
    entry.on("data", (content) => {
      digest.update(content);
      file.write(content);
    });
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #makeFolder(name: string, path: string): void {
    if (!this.#made.has(path)) fitting(name, badTarball, () => makeFolder(path, this.#umask));
    this.#made.add(path);
  }
}
