/**
 * The module form of a release: the zip of golang.org/toolchain at one proxy, read while it arrives.
 *
 * Guarantees: answers of a server are joined into one zip only where it says that they are of one file, in one
 * state (resume.ts); else the zip is read in one piece. Nothing here is trusted: verify.ts proves what was unpacked.
 */
import { createReadStream } from "node:fs";
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";

import type { Context } from "./context.ts";
import { askProxies, type ProxyList } from "./goproxy.ts";
import { type Answer, display, readAll } from "./http.ts";
import {
  drain,
  isThere,
  type Progress,
  spooled,
  unlessMissing,
  unreadable,
  wholeBody,
} from "./proxy-file.ts";
import { changed, download, isSameFile, validatorOf } from "./resume.ts";
import { moduleVersion, type Release, toolchainModule } from "./toolchain.ts";
import { checkRoomForArchive } from "./space.ts";
import { readZipDirectory, type ZipDirectory, type ZipForm, zipLimits } from "./archive/zip.ts";

/** A zip whose directory has been read. */
export interface ZipSource {
  /** The address or path it comes from, for people and receipts. */
  readonly from: string;
  readonly directory: ZipDirectory;
  /** `length` bytes from `offset` on. */
  read(offset: number, length: number): Promise<Buffer>;
  /**
   * The bytes from the first file's header to the directory, or a part of them, which are asked for at once. The first
   * part has what was on its way since the zip was opened, where that begins before it.
   */
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

/** How a zip is opened. */
export interface Opening {
  /** A private folder, for servers without ranges. */
  readonly spool: string;
  /** Bytes of its start that are on their way while its directory is read: Infinity for all of it, 0 for none. */
  readonly atOnce: number;
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
  return askProxies(ctx, list, (inner, proxy) =>
    proxy.kind === "file"
      ? openZipFile(join(proxy.address, path))
      : openRemote(inner, `${proxy.address}/${path}`, opening),
  );
}

async function openRemote(ctx: Context, address: string, opening: Opening): Promise<ZipSource | undefined> {
  const tail = await getTail(ctx, address);
  if (!isThere(tail)) return undefined;
  if (tail.status === 200 || !tail.range) return openSpooled(ctx, tail, opening);
  const mayBeJoined = tail.range.start === 0 || validatorOf(tail) !== undefined;
  try {
    const parts = mayBeJoined ? await openParts(ctx, address, tail, tail.range, opening) : undefined;
    if (parts) return parts;
  } finally {
    tail.discard();
  }
  const whole = await download(ctx, address);
  return isThere(whole) ? openSpooled(ctx, whole, opening) : undefined;
}

/** By its last bytes and the rest; undefined where the server doesn't say that they are of one file. */
async function openParts(
  ctx: Context,
  address: string,
  tail: Answer,
  { start, total }: NonNullable<Answer["range"]>,
  { atOnce, progress }: Opening,
): Promise<ZipSource | undefined> {
  const ahead = Math.min(atOnce, start);
  let head = ahead > 0 ? await getPart(ctx, address, tail, 0, ahead) : undefined;
  if (ahead > 0 && !head) return undefined;
  try {
    const end = await readAll(tail, tailSize);
    const read = async (offset: number, length: number): Promise<Buffer> =>
      offset >= start
        ? end.subarray(offset - start, offset - start + length)
        : readPart(ctx, address, tail, offset, length);
    const directory = await readZipDirectory(total, read);
    let received = end.length;
    const count = (bytes: number): void => progress((received += bytes), total);
    /** Asks at once; what has failed before it is wanted, is asked for when it is. */
    const ask = (from: number, to: number): (() => Promise<Answer>) => {
      const part = needPart(ctx, address, tail, from, to);
      let hasFailed = false;
      part.catch(() => (hasFailed = true));
      return () => (hasFailed ? needPart(ctx, address, tail, from, to) : part);
    };
    const data = (first = 0, behind = directory.start): AsyncIterable<Uint8Array> => {
      const begun = first < ahead ? head : undefined;
      if (!begun) head?.discard();
      head = undefined; // It can be read once.
      const [from, to] = [begun ? Math.max(first, ahead) : first, Math.min(behind, start)];
      const answers = [
        ...(begun ? [() => cut(begun, first, behind)] : []),
        ...(from < to ? [ask(from, to)] : []),
      ];
      const inTail = end.subarray(Math.max(0, first - start), Math.max(0, behind - start));
      return joined(answers, inTail, count);
    };
    return { from: display(address), directory, read, data };
  } catch (error) {
    head?.discard();
    throw error;
  }
}

/** The zip's last bytes (206); all of it (200) from a server that doesn't do such ranges; or what else it says. */
async function getTail(ctx: Context, address: string): Promise<Answer> {
  const answer = await download(ctx, address, `bytes=-${tailSize}`);
  const { status, range } = answer;
  const isTail = range !== undefined && range.end === range.total && range.end - range.start <= tailSize;
  // 416: some servers can't serve the last bytes of a file that has fewer.
  if (status !== 416 && (status !== 206 || isTail)) return answer;
  answer.discard();
  return download(ctx, address);
}

async function readPart(
  ctx: Context,
  address: string,
  tail: Answer,
  offset: number,
  length: number,
): Promise<Buffer> {
  return readAll(await needPart(ctx, address, tail, offset, offset + length), length);
}

type Body = Pick<Answer, "body">;

/** What comes of some answers, one behind the other, and what is wanted of the tail behind them. */
async function* joined(
  answers: readonly (() => Body | Promise<Body>)[],
  inTail: Buffer,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for (const answer of answers)
    for await (const chunk of (await answer()).body) {
      count(chunk.length);
      yield chunk;
    }
  yield inTail;
}

/** Of an answer that begins with the zip, what is from `first` on and before `behind`. */
function cut(answer: Answer, first: number, behind: number): Body {
  async function* part(): AsyncGenerator<Uint8Array> {
    let at = 0;
    for await (const chunk of answer.body) {
      const next = at + chunk.length;
      if (next > behind) answer.discard(); // Whoever has the last byte that it wants reads no further.
      if (next > first) yield chunk.subarray(Math.max(0, first - at), behind - at);
      if (next > behind) return;
      at = next;
    }
  }
  return { body: part() };
}

/** As getPart; throws NETWORK where it isn't of the same file. */
async function needPart(
  ctx: Context,
  address: string,
  tail: Answer,
  start: number,
  end: number,
): Promise<Answer> {
  const part = await getPart(ctx, address, tail, start, end);
  if (!part) throw changed(tail.url);
  return part;
}

/** From `start` up to and without `end`; undefined where the server doesn't say that it is of the same file. */
async function getPart(
  ctx: Context,
  address: string,
  tail: Answer,
  start: number,
  end: number,
): Promise<Answer | undefined> {
  const part = await download(ctx, address, `bytes=${start}-${end - 1}`, validatorOf(tail));
  if (part.range?.start === start && part.range.end === end && isSameFile(part, tail)) return part;
  part.discard();
  return undefined;
}

/** For a server without ranges: all of it into a file first, which is then read like any other. */
async function openSpooled(
  ctx: Context,
  answer: Answer,
  { spool, atOnce, progress }: Opening,
): Promise<ZipSource | undefined> {
  if (atOnce === Infinity) checkRoomForArchive(ctx, answer.length);
  // Two proxies may be asked at a time.
  const path = join(spool, `${randomUUID()}.zip`);
  await drain(spooled(wholeBody(answer, zipLimits.zip, progress), path));
  return openZipFile(path, answer.url);
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

/** Opened when it is read: a stream that nobody reads yet has nobody to tell of an error. */
async function* fileData(path: string, start: number, behind: number): AsyncGenerator<Uint8Array> {
  if (behind === start) return;
  try {
    yield* createReadStream(path, { start, end: behind - 1, highWaterMark: 256 * 1024 });
  } catch (error) {
    throw unreadable(path, error);
  }
}
