/**
 * Which module proxies are asked, in which order, and after which failures the next one is.
 *
 * GOPROXY is read as the go command reads it (cmd/go/internal/modfetch/proxy.go, proxyList): `,` goes on
 * after 404 or 410, `|` after any error, `off` stops, `direct` ends the list. For golang.org/toolchain
 * `direct` is go.dev/dl/mod, and golang.google.cn/dl/mod where that one can't be had. A 403 is someone's
 * policy: nothing goes past it but `|`. Where any failure is gone past, so is silence: the next one is asked as
 * well (in-turn.ts).
 */
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { goSetting } from "./goenv.ts";
import { display } from "./http.ts";
import { askInTurn, type Turn } from "./in-turn.ts";
import { withoutCredentials } from "./proxy-list.ts";

/** A server (or folder) with the paths of a GOPROXY, and what makes gv ask the next one. */
export interface Proxy {
  readonly kind: "http" | "file";
  /** Without a final slash; a path for `file`. May hold credentials: print `display(address)`. */
  readonly address: string;
  /** After `missing` (404, 410) the next one is always asked; after `any` error, only across `|`. */
  readonly fallBackOn: "missing" | "any";
  /** True for gv's own addresses that `direct` stands for. */
  readonly direct: boolean;
  /** True for the go command's cache, which has the layout of a proxy: what it lacks is missing nowhere else. */
  readonly isCache?: boolean;
}

export interface ProxyList {
  readonly proxies: readonly Proxy[];
  /** True when the list ends in `off`: what no proxy has may not be asked for anywhere. */
  readonly off: boolean;
  /** True when the list has `direct`: gv may ask Go's own servers. */
  readonly reachesDirect: boolean;
  /** The list as it was written, but without credentials, and where. */
  readonly text: string;
  readonly origin: string;
}

/** The list in force, or that of `setting`. Throws BAD_GOPROXY, in the go command's words where it has some. */
export function proxyList(ctx: Context, setting = goSetting(ctx, "GOPROXY")): ProxyList {
  const { value, origin } = setting ?? { value: "direct", origin: "default" };
  const proxies: Proxy[] = [];
  let [off, reachesDirect] = [false, false];
  for (const [, raw, separator] of value.matchAll(/([^,|]*)([,|]|$)/g)) {
    const entry = (raw ?? "").trim();
    if (entry === "") continue;
    const fallBackOn = separator === "|" ? "any" : "missing";
    if (entry === "off") off = true;
    else if (entry === "direct") {
      reachesDirect = true;
      proxies.push(...directProxies(ctx));
    } else proxies.push({ ...parseEntry(entry), fallBackOn, direct: false });
    if (entry === "off" || entry === "direct") break;
  }
  if (proxies.length === 0 && !off)
    throw new GvError("BAD_GOPROXY", `GOPROXY is "${value}", which names no proxy (${origin})`, {
      hint: "go env -w GOPROXY=direct",
    });
  return { proxies, off, reachesDirect, text: withoutCredentials(value), origin };
}

/** The list with the go command's module cache, a file:// proxy of what it downloaded, before all others. */
export function withModuleCache(folder: string, list: ProxyList): ProxyList {
  const address = join(folder, "cache", "download");
  const cache: Proxy = { kind: "file", address, fallBackOn: "any", direct: false, isCache: true };
  return { ...list, proxies: [cache, ...list.proxies] };
}

function directProxies(ctx: Context): Proxy[] {
  return ctx.origins.toolchains.map((address) => ({
    kind: "http",
    address,
    fallBackOn: "any",
    direct: true,
  }));
}

function parseEntry(entry: string): Pick<Proxy, "kind" | "address"> {
  const withScheme =
    /[.:/]/.test(entry) && !entry.includes(":/") && !isAbsolute(entry) ? `https://${entry}` : entry;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  const refusal = new GvError(
    "BAD_GOPROXY",
    `GOPROXY has an entry that is no address: "${withoutCredentials(entry)}"`,
    { hint: "entries are https://, http:// or file:/// addresses, direct or off, between commas or |" },
  );
  switch (url?.protocol) {
    case "http:":
    case "https:":
      return { kind: "http", address: url.href.replace(/\/+$/, "") };
    case "file:":
      try {
        return { kind: "file", address: fileURLToPath(url) };
      } catch {
        throw refusal; // A file on another host, or a slash that is written as %2F.
      }
    default:
      throw refusal;
  }
}

/** How a proxy is printed: without credentials. */
export function showProxy(proxy: Proxy): string {
  return proxy.kind === "file" ? proxy.address : display(proxy.address);
}

/** The proxy as one of a list. A folder is never silent, and `,` goes past no silence. */
export function turnOf(proxy: Proxy): Turn<Proxy> {
  const { fallBackOn, kind } = proxy;
  return { place: proxy, fallBackOn, hedged: fallBackOn === "any" && kind === "http" };
}

/**
 * Asks one proxy after the other until one has it. `ask` gives undefined where the proxy hasn't got it,
 * and throws for any other failure. Undefined when none has it. Throws the first failure that stops the
 * list or, when the list is done, that it went past; PROXY_OFF where `off` says so.
 */
export async function askProxies<T>(
  ctx: Context,
  list: ProxyList,
  ask: (inner: Context, proxy: Proxy) => Promise<T | undefined>,
): Promise<T | undefined> {
  const found = await askInTurn(ctx, list.proxies.map(turnOf), ask);
  if (found === undefined && list.off)
    throw new GvError(
      "PROXY_OFF",
      `GOPROXY=${list.text} (${list.origin}) forbids the network after what it names`,
      {
        hint: "GOPROXY=direct gv install ...   asks go.dev for this one command",
      },
    );
  return found;
}
