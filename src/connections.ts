/**
 * How a server is reached: directly, or through the proxy of HTTP_PROXY and HTTPS_PROXY, past which NO_PROXY lets.
 *
 * Guarantees: each step has an end (patience.ts), and a proxy that drops the connection is asked once; a
 * certificate that TLS refuses stays refused, and its name is in the error; credentials are never printed; a
 * connection that nobody waits for any more keeps no process. undici is loaded at the first request, since it
 * costs more than all the rest of gv's start.
 */
import { BlockList, isIP, Socket } from "node:net";
import type { PeerCertificate, TLSSocket } from "node:tls";
import { setFlagsFromString } from "node:v8";

import type { buildConnector, Dispatcher } from "undici";

import type { Context, Environment } from "./context.ts";
import { GvError } from "./errors.ts";
import { certificateError, NoConnection, reasonOf } from "./network-error.ts";
import { seconds } from "./patience.ts";

/** Whom to ask for an address, and how. */
export interface Way {
  readonly agent: Dispatcher;
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Connector = buildConnector.connector;

/** One for each proxy of each environment, and one without: connections are kept for the next request. */
const agents = new WeakMap<Environment, Map<string, Promise<Dispatcher>>>();

/** The way to `url`. Throws NETWORK where the variable holds no address of a proxy. */
export async function wayTo(ctx: Context, url: URL): Promise<Way> {
  const path = url.pathname + url.search;
  const proxy = proxyFor(ctx.env, url);
  // Of what isn't encrypted the proxy is asked itself: many make tunnels to port 443 alone.
  const asked = url.protocol === "http:" && proxy !== undefined && /^https?:$/.test(proxy.protocol);
  const agent = await agentFor(ctx, asked ? undefined : proxy);
  if (!asked) return { agent, origin: url.origin, path, headers: {} };
  const headers = { host: url.host, ...authorization(proxy) };
  return { agent, origin: proxy.origin, path: url.origin + path, headers };
}

function agentFor(ctx: Context, proxy: URL | undefined): Promise<Dispatcher> {
  const known = agents.get(ctx.env) ?? new Map<string, Promise<Dispatcher>>();
  agents.set(ctx.env, known);
  const agent = known.get(proxy?.href ?? "") ?? makeAgent(ctx, proxy);
  known.set(proxy?.href ?? "", agent);
  return agent;
}

async function makeAgent({ patience }: Context, proxy: URL | undefined): Promise<Dispatcher> {
  // Its parser is WebAssembly, which V8 would compile anew, and thoroughly, beside what an install has to do: 0.15 s.
  setFlagsFromString("--liftoff-only");
  const { default: undici } = await import("undici");
  const timeouts = { headersTimeout: patience.answer, bodyTimeout: patience.silence };
  const connect = bounded(undici.buildConnector({ timeout: 0 }), patience.connection);
  if (!proxy) return new undici.Agent({ ...timeouts, connect });
  // The proxy is given the name to look up, as Go has it, in both spellings.
  const uri = proxy.href.replace(/^socks5h:/, "socks5:");
  if (uri.startsWith("socks5:")) return new undici.ProxyAgent({ ...timeouts, uri });
  const gate = new undici.Pool(proxy.origin, { ...timeouts, connect });
  const tunnel: Connector = (options, callback) => {
    const host = `${options.hostname}:${options.port || 443}`;
    const headers = { host, ...authorization(proxy) };
    gate.connect({ path: host, headers }, (error, answer) => {
      // In an error of its own: one of a socket makes undici connect again, without end.
      if (error)
        return callback(
          new NoConnection(`HTTPS_PROXY: ${reasonOf(error, patience)}`, { cause: error }),
          null,
        );
      const { statusCode, socket } = answer;
      if (statusCode === 200 && socket instanceof Socket)
        return connect({ ...options, httpSocket: socket }, callback);
      socket.on("error", () => undefined).destroy();
      const reason = `HTTPS_PROXY refuses the way there (${statusCode})`;
      return callback(new NoConnection(reason, statusCode === 407 ? wantsCredentials : {}), null);
    });
  };
  return new undici.Agent({ ...timeouts, connect: tunnel });
}

const wantsCredentials = { hint: "it wants credentials:  export HTTPS_PROXY=http://user:password@host:port" };

/**
 * The same connector with an end, whose errors name the certificate. A connection that isn't made yet holds no
 * process, which undici's own timer would: whoever waits for it does.
 */
function bounded(connector: Connector, time: number): Connector {
  return (options, callback) => {
    let shown: PeerCertificate | undefined;
    // It gives the socket, which its type leaves out.
    const socket: unknown = connector(options, (...[error, made]) => {
      clearTimeout(timer);
      if (error) return callback(certificateError(error, options.hostname, shown), null);
      made.ref();
      return callback(null, made);
    });
    const late = (): void => {
      if (socket instanceof Socket) socket.destroy(new NoConnection(`no connection within ${seconds(time)}`));
    };
    const timer = setTimeout(late, time).unref();
    if (!(socket instanceof Socket)) return;
    socket.unref();
    // Before TLS looks whether the certificate is a good one: behind that the connection is gone.
    socket.prependListener("secure", () => {
      if (isTls(socket)) shown = socket.getPeerCertificate();
    });
  };
}

function isTls(socket: Socket): socket is TLSSocket {
  return "getPeerCertificate" in socket;
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  return { "proxy-authorization": basicCredentials(username, password) };
}

/** The header for a user and a password as an address has them. */
export function basicCredentials(username: string, password: string): string {
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64")}`;
}

/** Credentials with a percent sign that stands for itself are meant as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The proxy for an address; undefined where there is none, or NO_PROXY lets past it. As in Go's net/http, this
 * machine itself is never asked through a proxy.
 */
export function proxyFor(env: Environment, url: URL): URL | undefined {
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const value = env[name.toLowerCase()] || env[name];
  if (!value || isThisMachine(url.hostname)) return undefined;
  if ((env["no_proxy"] || env["NO_PROXY"] || "").split(/[\s,]+/).some((entry) => lets(entry, url)))
    return undefined;
  // As curl and Go read it: without a scheme it is http. It may hold credentials, so it is never printed.
  const address = value.includes("://") ? value : `http://${value}`;
  if (URL.canParse(address) && /^(?:https?|socks5h?):$/.test(new URL(address).protocol))
    return new URL(address);
  throw new GvError("NETWORK", `${name} holds no address of a proxy`, {
    hint: `write it as ${name}=http://host:port`,
  });
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || contains(loopback, bare(hostname));
}

/** `*`; a host and all below it, `.host` and `*.host` as well; an address, a block of addresses; each with a port or without. */
function lets(entry: string, url: URL): boolean {
  if (entry === "" || entry === "*") return entry === "*";
  const hostname = bare(url.hostname);
  const [, name = "", port] = /^(.*?|\[.*\])(?::(\d+))?$/.exec(entry) ?? [];
  if (isIP(entry) || entry.includes("/")) return contains(blockOf(entry), hostname);
  if (port !== undefined && port !== (url.port || (url.protocol === "https:" ? "443" : "80"))) return false;
  const meant = bare(name.toLowerCase().replace(/^\*?\./, ""));
  return hostname === meant || (!isIP(hostname) && hostname.endsWith(`.${meant}`));
}

function blockOf(entry: string): BlockList {
  const block = new BlockList();
  const [, address = "", bits] = /^([^/]*)(?:\/(\d+))?$/.exec(entry) ?? [];
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const most = family === "ipv6" ? 128 : 32;
  if (isIP(address) && Number(bits ?? most) <= most) block.addSubnet(address, Number(bits ?? most), family);
  return block;
}

function contains(block: BlockList, address: string): boolean {
  return isIP(address) !== 0 && block.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** An IPv6 address without its brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
