/**
 * Where the bytes of a toolchain come from: a zip of one proxy of GOPROXY, read while it arrives.
 *
 * Guarantees: two answers of a server are never joined into one zip where their ETag or length differ;
 * nothing here is trusted, for verify.ts proves what was unpacked. An answer of 404 or 410 is "not here",
 * 403 is that proxy's policy, anything else a failure (goproxy.ts says which of them the list goes past).
 */
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

import type { Context } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";
import { newFile } from "./files.ts";
import { askProxies, type Proxy, type ProxyList } from "./goproxy.ts";
import { type Answer, display, get, readAll } from "./http.ts";
import { moduleVersion, type Release, toolchainModule } from "./toolchain.ts";
import { readZipDirectory, type ZipDirectory, zipLimits } from "./zip.ts";

/** A module zip that can be unpacked. */
export interface ZipSource {
  /** The address or path it comes from, for people and receipts. */
  readonly from: string;
  readonly directory: ZipDirectory;
  /** The bytes from the first file's header to the directory; once. */
  readonly data: AsyncIterable<Uint8Array>;
}

/** What has arrived, in bytes; `total` as soon as the server has said it. */
export type Progress = (received: number, total: number | undefined) => void;

/**
 * Bytes asked for at a zip's end before anything else: Go's directories take 1.6 to 2.1 MB, and what is
 * read beyond one is used as data.
 */
const tailSize = 2_500_000;

/**
 * Opens the zip of a release at the first proxy that has it; undefined when none has. `spool` is a private
 * folder for servers without ranges. Throws NETWORK, PROXY_REFUSED, PROXY_OFF, BAD_ARCHIVE.
 */
export function openToolchain(
  ctx: Context,
  list: ProxyList,
  release: Release,
  spool: string,
  progress: Progress,
): Promise<ZipSource | undefined> {
  const path = `${toolchainModule}/@v/${moduleVersion(release)}.zip`;
  return askProxies(list, (proxy) =>
    proxy.kind === "file"
      ? openFile(join(proxy.address, path))
      : openRemote(ctx, `${proxy.address}/${path}`, join(spool, "download.zip"), progress),
  );
}

/** A small file of the toolchain module (`list`) from the first proxy that has it. */
export function readToolchainFile(ctx: Context, list: ProxyList, name: string): Promise<string | undefined> {
  return askProxies(list, async (proxy) =>
    (await readProxyFile(ctx, proxy, `${toolchainModule}/@v/${name}`))?.toString(),
  );
}

const smallFile = 4 * 2 ** 20; // bytes

/** A small file below a proxy's address, or undefined where it isn't there. */
export function readProxyFile(ctx: Context, proxy: Proxy, path: string): Promise<Buffer | undefined> {
  return proxy.kind === "http"
    ? readSmallFile(ctx, `${proxy.address}/${path}`)
    : unlessMissing(join(proxy.address, path), (source) => readFile(source));
}

/** A small file at an address, or undefined for 404 and 410. */
async function readSmallFile(ctx: Context, address: string): Promise<Buffer | undefined> {
  const answer = await get(ctx, address);
  return isThere(answer) ? readAll(answer, smallFile) : undefined;
}

/** True for an answer with a body, false for "not here"; throws for a refusal and for anything else. */
function isThere(answer: Answer): boolean {
  const { status, url } = answer;
  if (status === 200 || status === 206) return true;
  answer.discard();
  if (status === 404 || status === 410) return false;
  if (status === 401 || status === 403 || status === 407)
    throw new GvError("PROXY_REFUSED", `${url} refuses (${status})`, {
      hint:
        status === 401 || status === 407
          ? "it wants credentials: write them in GOPROXY as https://user:password@host"
          : "whoever runs that proxy doesn't hand this out, and gv doesn't go past a policy: ask them to allow golang.org/toolchain, or take another version or proxy",
    });
  throw new GvError("NETWORK", `${url} answered ${status}`, {
    hint: "is it the address of a Go module proxy? go env GOPROXY",
  });
}

async function unlessMissing<T>(path: string, read: (path: string) => Promise<T>): Promise<T | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
    if (systemCode(error) === undefined) throw error;
    throw new GvError("NETWORK", `${path}, a file:// entry of GOPROXY, can't be read: ${systemCode(error)}`, {
      cause: error,
    });
  }
}

async function openRemote(
  ctx: Context,
  address: string,
  spool: string,
  progress: Progress,
): Promise<ZipSource | undefined> {
  const from = display(address);
  const tail = await get(ctx, address, `bytes=-${tailSize}`);
  // Some servers can't serve the last bytes of a file that has fewer: they are asked for all of it.
  if (tail.status === 416) return openSpooled(await get(ctx, address), from, spool, progress);
  if (!isThere(tail)) return undefined;
  if (tail.status === 200) return openSpooled(tail, from, spool, progress);
  if (tail.range === undefined || tail.range.total - tail.range.start > tailSize) {
    tail.discard(); // A part that isn't the one that was asked for: such a server is asked for all of it.
    return openSpooled(await get(ctx, address), from, spool, progress);
  }
  const { start, total } = tail.range;
  // The rest is on its way while the directory is being read.
  const head = start === 0 ? undefined : await getRest(ctx, address, tail, start);
  const end = await readAll(tail, tailSize);
  if (end.length !== total - start)
    throw new GvError("NETWORK", `${tail.url} sent a part of another length than it said`);
  const directory = await readZipDirectory(total, async (offset, length) =>
    offset >= start
      ? end.subarray(offset - start, offset - start + length)
      : readPart(ctx, address, offset, length),
  ).catch((error: unknown) => {
    head?.discard();
    throw error;
  });
  return { from, directory, data: joinParts(head, end, start, directory.start, total, progress) };
}

/** The bytes before `start`, of the same zip as far as the server tells. */
async function getRest(ctx: Context, address: string, tail: Answer, start: number): Promise<Answer> {
  const head = await get(ctx, address, `bytes=0-${start - 1}`).catch((error: unknown) => {
    tail.discard();
    throw error;
  });
  if (head.status === 206 && head.range?.total === tail.range?.total && head.etag === tail.etag) return head;
  head.discard();
  tail.discard();
  throw changed(tail.url);
}

function changed(url: string): GvError {
  return new GvError("NETWORK", `${url} changed while it was being read`, { hint: "try again" });
}

async function readPart(ctx: Context, address: string, offset: number, length: number): Promise<Buffer> {
  const part = await get(ctx, address, `bytes=${offset}-${offset + length - 1}`);
  const bytes = part.range?.start === offset ? await readAll(part, length) : undefined;
  if (bytes?.length !== length) throw changed(part.url);
  return bytes;
}

async function* joinParts(
  head: Answer | undefined,
  tail: Buffer,
  tailStart: number,
  end: number,
  total: number,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of head?.body ?? []) {
    received += chunk.length;
    progress(received + tail.length, total);
    yield chunk;
  }
  if (received !== tailStart)
    throw new GvError("NETWORK", `${head?.url} ended after ${received} of ${tailStart} bytes`, {
      hint: "try again",
    });
  yield tail.subarray(0, Math.max(0, end - tailStart));
}

/** For a server without ranges: all of it into a file first, which is then read like any other. */
async function openSpooled(
  answer: Answer,
  from: string,
  spool: string,
  progress: Progress,
): Promise<ZipSource | undefined> {
  if (!isThere(answer)) return undefined;
  let received = 0;
  const file = newFile(spool, 0o600, 0);
  try {
    for await (const chunk of answer.body) {
      received += chunk.length;
      if (received > zipLimits.zip)
        throw new GvError("NETWORK", `${answer.url} sends more than ${zipLimits.zip} bytes`);
      progress(received, answer.length);
      file.write(chunk);
    }
  } finally {
    file.close();
  }
  if (answer.length !== undefined && answer.length !== received)
    throw new GvError("NETWORK", `${answer.url} ended after ${received} of ${answer.length} bytes`, {
      hint: "try again",
    });
  return openFile(spool, from);
}

function openFile(path: string, from = path): Promise<ZipSource | undefined> {
  return unlessMissing(path, async () => {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const directory = await readZipDirectory(size, async (offset, length) => {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      });
      return { from, directory, data: fileData(path, directory.start) };
    } finally {
      await file.close();
    }
  });
}

function fileData(path: string, end: number): AsyncIterable<Uint8Array> {
  return end === 0 ? Readable.from([]) : createReadStream(path, { end: end - 1, highWaterMark: 256 * 1024 });
}
