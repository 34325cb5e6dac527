/**
 * The hashes of the files of a module's zip on disk, which nothing is unpacked from. Each content is checked as an
 * install checks it (zip.ts, inflate.ts).
 */
import type { Context } from "../context.ts";
import type { HashedFile } from "../sumdb/dirhash.ts";
import { createHash } from "node:crypto";
import { unpackEntry } from "./inflate.ts";
import { Regions } from "./regions.ts";
import type { ZipDirectory } from "./zip.ts";

/** Hashes every file of a zip. Throws BAD_ARCHIVE, INTERRUPTED. */
export async function hashZip(
  ctx: Context,
  zip: { readonly directory: ZipDirectory; data(): AsyncIterable<Uint8Array> },
): Promise<HashedFile[]> {
  const { entries, start } = zip.directory;
  const files: HashedFile[] = [];
  const regions = new Regions(zip.data(), 0, (size) => new Uint8Array(new ArrayBuffer(size)));
  for (const [i, entry] of entries.entries()) {
    ctx.signal.throwIfAborted();
    const region = await regions.take(entry.offset, entries[i + 1]?.offset ?? start);
    const hash = createHash("sha256");
    unpackEntry(entry, Buffer.from(region.buffer), (content) => hash.update(content));
    files.push({ name: entry.name, sha256: hash.digest("hex") });
  }
  return files;
}
