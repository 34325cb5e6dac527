/**
 * The files of a module proxy: what an answer of one means, and its small files (lists, lookups, tiles).
 *
 * An answer of 404 or 410 is "not here", 401, 403 and 407 are that proxy's policy, anything else is a failure
 * (goproxy.ts says which of them the list goes past). Nothing here is trusted.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Context } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";
import { newFile } from "./files.ts";
import { askProxies, type Proxy, type ProxyList } from "./goproxy.ts";
import { type Answer, brokenServer, get, readAll } from "./http.ts";
import { toolchainModule } from "./toolchain.ts";

/** What has arrived, in bytes; `total` as soon as the server has said it. */
export type Progress = (received: number, total: number | undefined) => void;

const smallFile = 4 * 2 ** 20; // bytes

/** A small file of the toolchain module (`list`) from the first proxy that has it. */
export function readToolchainFile(ctx: Context, list: ProxyList, name: string): Promise<string | undefined> {
  return askProxies(ctx, list, async (inner, proxy) =>
    (await readProxyFile(inner, proxy, `${toolchainModule}/@v/${name}`))?.toString(),
  );
}

/** A small file below a proxy's address, or undefined where it isn't there. */
export function readProxyFile(ctx: Context, proxy: Proxy, path: string): Promise<Buffer | undefined> {
  return proxy.kind === "http"
    ? readAddress(ctx, `${proxy.address}/${path}`, smallFile)
    : unlessMissing(join(proxy.address, path), readSmallFile);
}

async function readSmallFile(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > smallFile)
    throw new GvError("NETWORK", `${path} has more than ${smallFile} bytes`, {
      hint: "it is no file of a module proxy: take that file:// entry out of GOPROXY",
    });
  return readFile(path);
}

/** What is at an address, at most `limit` bytes, or undefined for 404 and 410. */
export async function readAddress(ctx: Context, address: string, limit: number): Promise<Buffer | undefined> {
  const answer = await get(ctx, address);
  return isThere(answer) ? readAll(answer, limit) : undefined;
}

/** True for an answer with a body, false for "not here"; throws for a refusal and for anything else. */
export function isThere(answer: Answer): boolean {
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

/** Reads a file of a file:// proxy; undefined where it isn't there. Throws NETWORK where it can't be read. */
export async function unlessMissing<T>(
  path: string,
  read: (path: string) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
    throw unreadable(path, error);
  }
}

/** NETWORK for what the system says of a file of a file:// proxy; any other error is itself. */
export function unreadable(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  return new GvError("NETWORK", `${path}, a file:// entry of GOPROXY, can't be read: ${code}`, {
    hint: `ls -ld ${path}   shows who may read it`,
    cause: error,
  });
}

/** Gives on the body of an answer while it arrives. Throws NETWORK where it is over `limit`. */
export async function* wholeBody(
  answer: Answer,
  limit: number,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of answer.body) {
    received += chunk.length;
    if (received > limit)
      throw new GvError("NETWORK", `${answer.url} sends more than ${limit} bytes`, { hint: brokenServer });
    progress(received, answer.length);
    yield chunk;
  }
}

/** Gives on what it writes into a new private file. */
export async function* spooled(data: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const file = newFile(path, 0o600, 0);
  try {
    for await (const chunk of data) {
      file.write(chunk);
      yield chunk;
    }
  } finally {
    file.close();
  }
}

/** Reads to the end of what is of use for its effect only. */
export async function drain(data: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of data);
}
