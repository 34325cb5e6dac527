/**
 * The only door to the network: GET over HTTP(S), and files that can be read by ranges.
 *
 * Guarantees: redirects never leave https for http and never carry credentials to another host; a web
 * page where a Go module proxy should answer is an error, not data; no wait is unbounded; credentials
 * in an address are never printed. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are obeyed. undici is loaded
 * at the first request, since it costs more than all the rest of gv's start.
 */
import type { Dispatcher } from "undici";

import type { Context, Environment } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";

/** An answer whose body has not been read yet. */
export interface Answer {
  readonly status: number;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly etag: string | undefined;
  /** Bytes that the body will have, where the server says. */
  readonly length: number | undefined;
  /** From Content-Range of a 206: where the part starts and how long the whole is, in bytes. */
  readonly range: { readonly start: number; readonly total: number } | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection without reading the rest. */
  discard(): void;
}

const maxRedirects = 10;
const timeouts = { connect: { timeout: 15_000 }, headersTimeout: 30_000, bodyTimeout: 30_000 } as const;

/** A dispatcher for each scheme of each environment: connections are kept for the next request. */
const dispatchers = new WeakMap<Environment, Map<string, Promise<Dispatcher>>>();

function dispatcherFor(ctx: Context, { protocol }: URL): Promise<Dispatcher> {
  const known = dispatchers.get(ctx.env) ?? new Map<string, Promise<Dispatcher>>();
  dispatchers.set(ctx.env, known);
  const dispatcher =
    known.get(protocol) ?? connect(ctx, protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  known.set(protocol, dispatcher);
  return dispatcher;
}

async function connect({ env }: Context, variable: "HTTP_PROXY" | "HTTPS_PROXY"): Promise<Dispatcher> {
  const { default: undici } = await import("undici");
  const proxy = proxyAddress(variable, env[variable.toLowerCase()] || env[variable]);
  if (!proxy) return new undici.Agent(timeouts);
  // Each is named, or undici would look into the process's own environment.
  const noProxy = env["no_proxy"] || env["NO_PROXY"] || "";
  return new undici.EnvHttpProxyAgent({ ...timeouts, httpProxy: proxy, httpsProxy: proxy, noProxy });
}

/** As curl and Go read it: without a scheme it is http. It may hold credentials, so it is never printed. */
function proxyAddress(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined;
  const address = value.includes("://") ? value : `http://${value}`;
  if (URL.canParse(address)) return address;
  throw new GvError("NETWORK", `${name} holds no address of a proxy`, {
    hint: `write it as ${name}=http://host:port`,
  });
}

/**
 * Asks for `address`; `range` is the value of a Range header. Resolves with whatever status the server
 * gave below 500 except a redirect; throws NETWORK when there is no usable answer.
 */
export async function get(ctx: Context, address: string, range?: string): Promise<Answer> {
  let url = new URL(address);
  for (let hop = 0; ; hop++) {
    const answer = await request(ctx, await dispatcherFor(ctx, url), url, range);
    const location = answer.headers["location"];
    if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== "string")
      return toAnswer(url, answer);
    letGo(answer.body);
    url = redirected(url, location, hop);
  }
}

async function request(
  ctx: Context,
  agent: Dispatcher,
  url: URL,
  range: string | undefined,
): Promise<Dispatcher.ResponseData> {
  const headers: Record<string, string> = { "user-agent": "gv", "accept-encoding": "identity" };
  if (range !== undefined) headers["range"] = range;
  if (url.username !== "" || url.password !== "") {
    const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
    headers["authorization"] = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  const { origin, pathname, search } = url;
  try {
    return await agent.request({
      origin,
      path: pathname + search,
      method: "GET",
      headers,
      signal: ctx.signal,
    });
  } catch (error) {
    throw networkError(url, error);
  }
}

/** Credentials with a percent sign that stands for itself are meant as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function redirected(from: URL, location: string, hop: number): URL {
  if (!URL.canParse(location, from.href))
    throw new GvError("NETWORK", `${display(from)} redirects to what is no address`);
  const to = new URL(location, from);
  const fact = `${display(from)} redirects to ${display(to)}`;
  if (hop >= maxRedirects) throw new GvError("NETWORK", `${fact}: more than ${maxRedirects} redirects`);
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

function toAnswer(url: URL, response: Dispatcher.ResponseData): Answer {
  const { statusCode: status, headers, body } = response;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
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
  const part = /^bytes (\d+)-\d+\/(\d+)$/.exec(header("content-range") ?? "");
  return {
    status,
    url: display(url),
    etag: header("etag"),
    length: Number.isSafeInteger(length) ? length : undefined,
    range: part ? { start: Number(part[1]), total: Number(part[2]) } : undefined,
    body: readBody(url, body),
    discard,
  };
}

/** Ends a body that nobody reads: what the connection says after that is no news. */
function letGo(body: Dispatcher.ResponseData["body"]): void {
  body.on("error", () => undefined).destroy();
}

async function* readBody(url: URL, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw networkError(url, error);
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
      throw new GvError("NETWORK", `${answer.url} sends more than the ${limit} bytes that it may have`);
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

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name can't be looked up now",
  ECONNREFUSED: "nothing answers there",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  UND_ERR_CONNECT_TIMEOUT: "no connection within 15 s",
  UND_ERR_HEADERS_TIMEOUT: "no answer within 30 s",
  UND_ERR_BODY_TIMEOUT: "nothing arrived for 30 s",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "it sent another number of bytes than it said",
};

function networkError(url: URL, error: unknown): GvError {
  if (error instanceof GvError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // undici calls an answer to CONNECT that isn't 200 an abort, too.
  const refusal = /^Proxy response \((\d+)\)/.exec(message)?.[1];
  if (error instanceof Error && error.name === "AbortError" && refusal === undefined)
    return new GvError("INTERRUPTED", "interrupted");
  const said = refusal === undefined ? message : `HTTPS_PROXY refuses the way there (${refusal})`;
  return new GvError("NETWORK", `${display(url)}: ${reasons[systemCode(error) ?? ""] ?? said}`, {
    hint: "check the network, HTTPS_PROXY and GOPROXY (go env GOPROXY); gv takes any module proxy, since it proves what it gets",
    cause: error,
  });
}
