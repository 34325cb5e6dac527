/**
 * The only door to the network: GET over HTTP(S), and files that can be read by ranges.
 *
 * Guarantees: redirects never leave https for http and never carry credentials to another host; a web
 * page where a Go module proxy should answer is an error, not data; no wait is unbounded (patience.ts), and a
 * body that only drips has an end; credentials in an address are never printed. A server that says when to come
 * again (429, 503) is obeyed where that is soon.
 */
import { setTimeout as sleep } from "node:timers/promises";

import type { Dispatcher } from "undici";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { withNetrc } from "./netrc.ts";
import { networkError, NoConnection } from "./network-error.ts";
import { seconds } from "./patience.ts";

/** An answer whose body has not been read yet. */
export interface Answer {
  readonly status: number;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Bytes that the body will have, where the server says. */
  readonly length: number | undefined;
  /** From Content-Range of a 206, in bytes: the part is from `start` up to and without `end`, the whole has `total`. */
  readonly range: { readonly start: number; readonly end: number; readonly total: number } | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection without reading the rest. */
  discard(): void;
}

const maxRedirects = 10;

/** What to do where an answer is none of a Go module proxy. */
export const brokenServer = "the server or something before it is broken; name another one in GOPROXY";

/**
 * Asks for `address`; `range` and `ifRange` are the values of these headers. Resolves with whatever status the
 * server gave below 500 except a redirect and 429; throws NETWORK when there is no usable answer.
 */
export async function get(ctx: Context, address: string, range?: string, ifRange?: string): Promise<Answer> {
  let url = withNetrc(ctx, new URL(address));
  const wanted = { ...(range && { range }), ...(ifRange && { "if-range": ifRange }) };
  for (let hop = 0, waits = 0; ;) {
    const answer = await request(ctx, url, wanted);
    const { statusCode: status } = answer;
    const location = headerOf(answer, "location");
    if (status === 429 || status === 503) {
      letGo(answer.body);
      const wait = comeAgainIn(ctx, headerOf(answer, "retry-after"));
      if (
        wait === undefined ||
        wait > ctx.patience.comeAgain.longest ||
        waits++ >= ctx.patience.comeAgain.times
      )
        throw busy(ctx, url, status, wait);
      await pause(ctx, wait);
    } else if (status < 300 || status >= 400 || location === undefined) {
      ctx.onAnswer?.();
      return toAnswer(ctx, url, answer);
    } else {
      letGo(answer.body);
      url = redirected(url, location, hop++);
    }
  }
}

async function request(
  ctx: Context,
  url: URL,
  wanted: Readonly<Record<string, string>>,
): Promise<Dispatcher.ResponseData> {
  const late = new AbortController();
  const { answer } = ctx.patience;
  const timer = setTimeout(() => late.abort(), answer);
  try {
    const { basicCredentials, wayTo } = await import("./connections.ts");
    const { agent, origin, path, headers: ofProxy } = await wayTo(ctx, url);
    const headers: Record<string, string> = {
      "user-agent": "gv",
      "accept-encoding": "identity",
      ...wanted,
      ...ofProxy,
    };
    if (url.username !== "" || url.password !== "")
      headers["authorization"] = basicCredentials(url.username, url.password);
    const signal = AbortSignal.any([ctx.signal, late.signal]);
    // undici hears the signal when it has a connection, and no sooner.
    const ended = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
    );
    return await Promise.race([agent.request({ origin, path, method: "GET", headers, signal }), ended]);
  } catch (error) {
    const isLate = late.signal.aborted && !ctx.signal.aborted;
    const reason = isLate ? new NoConnection(`no answer within ${seconds(answer)}`) : error;
    throw networkError(display(url), reason, ctx.patience);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds until the time that Retry-After names, in seconds or as a date; undefined where it names none. */
function comeAgainIn(ctx: Context, value: string | undefined): number | undefined {
  const wait = /^\d+$/.test(value ?? "") ? Number(value) * 1000 : Date.parse(value ?? "") - ctx.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function busy(ctx: Context, url: URL, status: number, wait: number | undefined): GvError {
  const at = new Date(ctx.now() + (wait ?? Number.NaN));
  const when = Number.isNaN(at.getTime())
    ? ""
    : `it says to come again in ${Math.ceil((wait ?? 0) / 1000)} s, at ${at.toISOString().slice(0, 19)}Z; `;
  const why = status === 429 ? "it is asked too often" : "it can't answer now";
  return new GvError("NETWORK", `${display(url)} answered ${status}: ${why}`, {
    hint: `${when}try again then, or name another server in GOPROXY`,
  });
}

/** Waits that many milliseconds. Throws INTERRUPTED. */
export async function pause(ctx: Context, time: number): Promise<void> {
  await sleep(time, undefined, { signal: ctx.signal }).catch(() => {
    throw new GvError("INTERRUPTED", "interrupted");
  });
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function redirected(from: URL, location: string, hop: number): URL {
  if (!URL.canParse(location, from.href))
    throw new GvError("NETWORK", `${display(from)} redirects to what is no address`, { hint: brokenServer });
  const to = new URL(location, from);
  const fact = `${display(from)} redirects to ${display(to)}`;
  if (hop >= maxRedirects)
    throw new GvError("NETWORK", `${fact}: more than ${maxRedirects} redirects`, { hint: brokenServer });
  if (to.protocol !== "https:" && to.protocol !== from.protocol)
    throw new GvError("NETWORK", `${fact}: from ${scheme(from)} to ${scheme(to)}, which gv never follows`, {
      hint: "the server or something before it is misconfigured; name another one in GOPROXY",
    });
  if (to.origin === from.origin) {
    to.username = from.username;
    to.password = from.password;
  } else {
    to.username = to.password = "";
  }
  return to;
}

function scheme(url: URL): string {
  return url.protocol.replace(":", "");
}

function toAnswer(ctx: Context, url: URL, response: Dispatcher.ResponseData): Answer {
  const { statusCode: status, body } = response;
  const header = (name: string): string | undefined => headerOf(response, name);
  const discard = (): void => letGo(body);
  if (status >= 500) {
    discard();
    throw new GvError("NETWORK", `${display(url)} answered ${status}`, {
      hint: "the server is in trouble: try again, or name another one in GOPROXY",
    });
  }
  if (status < 300 && /^text\/html\b/i.test(header("content-type") ?? "")) {
    discard();
    throw new GvError("NETWORK", `${display(url)} answered a web page instead of a file`, {
      hint: "something in between answers for it (a login page, a company's proxy), or the address in GOPROXY is wrong: go env GOPROXY",
    });
  }
  const length = Number(header("content-length") ?? Number.NaN);
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header("content-range") ?? "") ?? [];
  return {
    status,
    url: display(url),
    etag: header("etag"),
    lastModified: header("last-modified"),
    length: Number.isSafeInteger(length) ? length : undefined,
    range:
      first && status === 206
        ? { start: Number(first), end: Number(last) + 1, total: Number(total) }
        : undefined,
    body: readBody(ctx, url, body),
    discard,
  };
}

/** Ends a body that nobody reads: what the connection says after that is no news. */
function letGo(body: Dispatcher.ResponseData["body"]): void {
  body.on("error", () => undefined).destroy();
}

/** What arrives, as long as that is more than drops: what its reader does with it counts for nothing. */
async function* readBody(
  ctx: Context,
  url: URL,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { bytes, time } = ctx.patience.slowest;
  let [received, waited, since] = [0, 0, performance.now()];
  try {
    for await (const chunk of body) {
      received += chunk.length;
      waited += performance.now() - since;
      if (waited >= time) {
        if (received < bytes)
          throw new NoConnection(`only ${received} bytes arrived within ${seconds(waited)}`);
        received = waited = 0;
      }
      yield chunk;
      since = performance.now();
    }
  } catch (error) {
    throw networkError(display(url), error, ctx.patience);
  }
}

/** The whole body, which may not be longer than `limit` bytes. Throws NETWORK when it is. */
export async function readAll(answer: Answer, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    length += chunk.length;
    if (length > limit) {
      answer.discard();
      throw new GvError("NETWORK", `${answer.url} sends more than the ${limit} bytes that it may have`, {
        hint: brokenServer,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** An address as it may be printed: without credentials, and without the query, which may be a signature. */
export function display(url: URL | string): string {
  const shown = new URL(url);
  shown.username = shown.password = shown.search = shown.hash = "";
  return shown.href;
}
