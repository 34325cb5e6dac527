/**
 * The module form of a release: the zip of golang.org/toolchain at one proxy, read while it arrives.
 *
 * Guarantees: two answers of a server are never joined into one zip where their ETag or length differ;
 * nothing here is trusted, for verify.ts proves what was unpacked.
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { askProxies, type ProxyList } from "./goproxy.ts";
import { type Answer, display, get, readAll } from "./http.ts";
import { drain, isThere, type Progress, spooled, unlessMissing, wholeBody } from "./proxy-file.ts";
import { moduleVersion, type Release, toolchainModule } from "./toolchain.ts";
import { readZipDirectory, type ZipDirectory, type ZipForm, zipLimits } from "./archive/zip.ts";

/** A zip whose directory has been read. */
export interface ZipSource {
  /** The address or path it comes from, for people and receipts. */
  readonly from: string;
  readonly directory: ZipDirectory;
  /** `length` bytes from `offset` on. */
  read(offset: number, length: number): Promise<Buffer>;
  /** The bytes from the first file's header to the directory, or a part of them, which are asked for at once. */
  data(from?: number, to?: number): AsyncIterable<Uint8Array>;
}

/**
 * Bytes asked for at a zip's end before anything else: Go's directories take 1.6 to 2.1 MB, and what is
 * read beyond one is used as data.
 */
const tailSize = 2_500_000;

/** `golang.org/toolchain/@v/v0.0.1-go1.22.5.linux-amd64.zip`: its path below a proxy's address. */
export function moduleZipPath(release: Release): string {
  return `${toolchainModule}/@v/${moduleVersion(release)}.zip`;
}

/** How a zip is opened: `all` of it is on its way at once, or just the `directory`, the rest when it is read. */
export interface Opening {
  /** A private folder, for servers without ranges. */
  readonly spool: string;
  readonly wanted: "all" | "directory";
  readonly progress: Progress;
}

/**
 * Opens the zip of a release at the first proxy that has it; undefined when none has. Throws NETWORK,
 * PROXY_REFUSED, PROXY_OFF, BAD_ARCHIVE.
 */
export function openModuleZip(
  ctx: Context,
  list: ProxyList,
  release: Release,
  opening: Opening,
): Promise<ZipSource | undefined> {
  const path = moduleZipPath(release);
  return askProxies(list, (proxy) =>
    proxy.kind === "file"
      ? openZipFile(join(proxy.address, path))
      : openRemote(ctx, `${proxy.address}/${path}`, opening),
  );
}

async function openRemote(ctx: Context, address: string, opening: Opening): Promise<ZipSource | undefined> {
  const from = display(address);
  const tail = await getTail(ctx, address);
  if (!isThere(tail)) return undefined;
  if (tail.status === 200 || !tail.range) return openSpooled(tail, from, opening);
  const { start, total } = tail.range;
  // The rest is on its way while the directory is being read.
  const rest =
    start > 0 && opening.wanted === "all" ? await getPart(ctx, address, tail, 0, start) : undefined;
  try {
    const end = await readAll(tail, tailSize);
    if (end.length !== total - start)
      throw new GvError("NETWORK", `${tail.url} sent a part of another length than it said`);
    const read = async (offset: number, length: number): Promise<Buffer> =>
      offset >= start
        ? end.subarray(offset - start, offset - start + length)
        : readPart(ctx, address, tail, offset, length);
    const directory = await readZipDirectory(total, read);
    let received = end.length;
    const count = (bytes: number): void => opening.progress((received += bytes), total);
    const data = (first = 0, behind = directory.start): AsyncIterable<Uint8Array> => {
      const until = Math.min(behind, start);
      const head = first >= until ? undefined : (rest ?? getPart(ctx, address, tail, first, until));
      if (head instanceof Promise) head.catch(() => undefined); // It is awaited when it is read.
      const inTail = end.subarray(Math.max(0, first - start), Math.max(0, behind - start));
      return joinParts(head, until - first, inTail, count);
    };
    return { from, directory, read, data };
  } catch (error) {
    rest?.discard();
    throw error;
  }
}

/** A part of `length` bytes before the tail, where there is one, and what is wanted of the tail. */
async function* joinParts(
  coming: Promise<Answer> | Answer | undefined,
  length: number,
  tail: Buffer,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const head = await coming;
  if (head) {
    let received = 0;
    for await (const chunk of head.body) {
      received += chunk.length;
      count(chunk.length);
      yield chunk;
    }
    if (received !== length)
      throw new GvError("NETWORK", `${head.url} ended after ${received} of ${length} bytes`, {
        hint: "try again",
      });
  }
  yield tail;
}

/** The zip's last bytes (206); all of it (200) from a server that doesn't do such ranges; or what else it says. */
async function getTail(ctx: Context, address: string): Promise<Answer> {
  const answer = await get(ctx, address, `bytes=-${tailSize}`);
  const { status, range } = answer;
  const isTail = range !== undefined && range.total - range.start <= tailSize;
  // 416: some servers can't serve the last bytes of a file that has fewer.
  if (status !== 416 && (status !== 206 || isTail)) return answer;
  answer.discard();
  return get(ctx, address);
}

/** The bytes from `first` to before `behind`, of the same zip as far as the server tells. */
async function getPart(
  ctx: Context,
  address: string,
  tail: Answer,
  first: number,
  behind: number,
): Promise<Answer> {
  const part = await get(ctx, address, `bytes=${first}-${behind - 1}`).catch((error: unknown) => {
    tail.discard();
    throw error;
  });
  if (part.status === 206 && part.range?.start === first && isSameFile(part, tail)) return part;
  part.discard();
  tail.discard();
  throw changed(tail.url);
}

function isSameFile(part: Answer, tail: Answer): boolean {
  return part.range?.total === tail.range?.total && part.etag === tail.etag;
}

function changed(url: string): GvError {
  return new GvError("NETWORK", `${url} changed while it was being read`, { hint: "try again" });
}

async function readPart(
  ctx: Context,
  address: string,
  tail: Answer,
  offset: number,
  length: number,
): Promise<Buffer> {
  const part = await getPart(ctx, address, tail, offset, offset + length);
  const bytes = await readAll(part, length);
  if (bytes.length !== length) throw changed(part.url);
  return bytes;
}

/** For a server without ranges: all of it into a file first, which is then read like any other. */
async function openSpooled(
  answer: Answer,
  from: string,
  { spool, progress }: Opening,
): Promise<ZipSource | undefined> {
  const path = join(spool, "download.zip");
  await drain(spooled(wholeBody(answer, zipLimits.zip, progress), path));
  return openZipFile(path, from);
}

/** Opens a zip on disk; undefined where there is none. */
export function openZipFile(
  path: string,
  from = path,
  form: ZipForm = "module",
): Promise<ZipSource | undefined> {
  return unlessMissing(path, async () => {
    const read = async (offset: number, length: number): Promise<Buffer> => {
      const file = await open(path);
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    };
    const file = await open(path);
    const { size } = await file.stat().finally(() => file.close());
    const directory = await readZipDirectory(size, read, form);
    const data = (first = 0, behind = directory.start): AsyncIterable<Uint8Array> =>
      fileData(path, first, behind);
    return { from, directory, read, data };
  });
}

function fileData(path: string, start: number, behind: number): AsyncIterable<Uint8Array> {
  if (behind === start) return Readable.from([]);
  return createReadStream(path, { start, end: behind - 1, highWaterMark: 256 * 1024 });
}
