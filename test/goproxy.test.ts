/** src/goproxy.ts: the list as the go command reads it, and after which failures the next proxy is asked. */
import { describe, expect, it } from "vitest";

import { GvError } from "../src/errors.ts";
import { askProxies, type Proxy, type ProxyList, proxyList, showProxy } from "../src/goproxy.ts";
import { officialOrigins } from "../src/context.ts";
import { sandbox } from "./support/sandbox.ts";

const origins = officialOrigins;

function list(GOPROXY: string | undefined): ProxyList {
  return proxyList(sandbox({ GOPROXY }).context({ origins }));
}

/** `https://a |` is a proxy that is gone past after any failure. */
const shorten = (proxies: readonly Proxy[]): string[] =>
  proxies.map((proxy) => `${proxy.address}${proxy.fallBackOn === "any" ? " |" : ""}`);

const failed = (name: string): GvError => new GvError("NETWORK", `${name} failed`);
const refused = (name: string): GvError => new GvError("PROXY_REFUSED", `${name} refused`);

const direct = origins.toolchains.map((address) => `${address} |`);

describe("the list", () => {
  it.each<[string | undefined, string[]]>([
    [undefined, direct],
    ["", direct],
    ["direct", direct],
    ["https://a", ["https://a"]],
    ["https://a,https://b", ["https://a", "https://b"]],
    ["https://a|https://b", ["https://a |", "https://b"]],
    ["https://a|https://b,https://c|", ["https://a |", "https://b", "https://c |"]],
    [" https://a , https://b ", ["https://a", "https://b"]],
    ["\thttps://a\n", ["https://a"]],
    [",,https://a,,|,https://b,", ["https://a", "https://b"]],
    ["https://a,direct", ["https://a", ...direct]],
    ["https://a, direct ,https://b", ["https://a", ...direct]],
    ["direct,off", direct],
    ["direct,nonsense", direct],
    ["proxy.example.com", ["https://proxy.example.com"]],
    ["proxy.example.com/go", ["https://proxy.example.com/go"]],
    ["localhost:3000", ["https://localhost:3000"]],
    ["http://a", ["http://a"]],
    ["https://a/", ["https://a"]],
    ["https://a/go//", ["https://a/go"]],
    ["HTTPS://A/Go", ["https://a/Go"]],
    ["file:///srv/go", ["/srv/go"]],
    ["file:///srv/a%20b", ["/srv/a b"]],
    ["file:/srv/go", ["/srv/go"]],
    ["https://user:secret@a/x", ["https://user:secret@a/x"]],
  ])("%s", (text, proxies) => {
    const read = list(text);
    expect(shorten(read.proxies)).toEqual(proxies);
    expect(read.off).toBe(false);
  });

  it.each<[string, string[]]>([
    ["off", []],
    [" off ", []],
    ["https://a,off", ["https://a"]],
    ["https://a|off,https://b", ["https://a |"]],
    ["off,nonsense", []],
  ])("%s says off", (text, proxies) => {
    const read = list(text);
    expect(shorten(read.proxies)).toEqual(proxies);
    expect(read.off).toBe(true);
  });

  it.each([
    "nonsense",
    "Direct",
    "https://a,nonsense",
    "ftp://a",
    "ftp.example.com://a",
    "https://",
    "https://a b",
    "/srv/go",
    "file://host/srv/go",
    "file:///a%2Fb",
    ",",
    " | , ",
  ])("%s is refused", (text) => {
    expect(() => list(text)).toThrow(expect.objectContaining({ code: "BAD_GOPROXY", exitCode: 2 }));
  });

  it("knows go.dev's own from others, and folders from servers", () => {
    const { proxies } = list("https://go.dev/dl/mod,file:///srv,direct");
    expect(proxies.map(({ kind, direct: own }) => [kind, own])).toEqual([
      ["http", false],
      ["file", false],
      ["http", true],
      ["http", true],
    ]);
  });

  it("says where it was read", () => {
    expect(list("https://a")).toMatchObject({ text: "https://a", origin: "environment" });
    expect(list(undefined)).toMatchObject({ text: "direct", origin: "default" });
  });
});

describe("credentials are never shown", () => {
  it("of a proxy", () => {
    const shown = list("https://user:secret@a/x,file:///srv,host.example").proxies.map(showProxy);
    expect(shown).toEqual(["https://a/x", "/srv", "https://host.example/"]);
  });

  it.each([
    "https://user:secret@a,off",
    "user:secret@a.example|off",
    "https://user:se@cret@a,off",
    "https://a,https://secret@b,off",
  ])("of a list: %s", async (text) => {
    const read = list(text);
    expect(read.text).not.toContain("cret");
    const error = await askProxies(sandbox().context(), read, () => Promise.resolve(undefined)).catch(String);
    expect(error).toContain("forbids the network");
    expect(error).not.toContain("cret");
  });

  it.each(["ftp://user:secret@a", "https://user:secret@a b", "https://user:secret@"])("of %s", (text) => {
    expect(() => list(text)).toThrow(/^(?=.*no address)(?!.*secret)/);
  });
});

/** What each proxy says by its name: `has`, `hasnt`, `fails`, `refuses`. Gives the outcome and who was asked. */
async function ask(text: string): Promise<string> {
  const asked: string[] = [];
  const outcome = await askProxies(sandbox().context(), list(text), (_, proxy) => {
    const name = new URL(proxy.address).hostname;
    asked.push(name);
    if (name.startsWith("fails")) return Promise.reject(failed(name));
    if (name.startsWith("refuses")) return Promise.reject(refused(name));
    return Promise.resolve(name.startsWith("hasnt") ? undefined : name);
  }).catch((error: unknown) =>
    error instanceof GvError ? `${error.code}: ${error.message}` : String(error),
  );
  return `${asked.join(" ")} -> ${outcome?.replace(/^(PROXY_OFF).*/, "$1")}`;
}

describe("asking", () => {
  it.each([
    ["https://has", "has -> has"],
    ["https://has,https://has2", "has -> has"],
    ["https://hasnt", "hasnt -> undefined"],
    ["https://hasnt,https://has", "hasnt has -> has"],
    ["https://hasnt|https://has", "hasnt has -> has"],
    ["https://hasnt,https://hasnt2", "hasnt hasnt2 -> undefined"],
    ["https://fails,https://has", "fails -> NETWORK: fails failed"],
    ["https://fails|https://has", "fails has -> has"],
    ["https://fails|https://hasnt", "fails hasnt -> NETWORK: fails failed"],
    ["https://fails|https://fails2", "fails fails2 -> NETWORK: fails failed"],
    ["https://hasnt,https://fails", "hasnt fails -> NETWORK: fails failed"],
    ["https://refuses,https://has", "refuses -> PROXY_REFUSED: refuses refused"],
    ["https://refuses|https://has", "refuses has -> has"],
    ["https://fails|https://hasnt,https://refuses", "fails hasnt refuses -> NETWORK: fails failed"],
    ["https://hasnt,off", "hasnt -> PROXY_OFF"],
    ["https://has,off", "has -> has"],
    ["https://fails|off", "fails -> NETWORK: fails failed"],
    ["https://fails,off", "fails -> NETWORK: fails failed"],
    ["off", " -> PROXY_OFF"],
  ])("%s", async (text, outcome) => {
    expect(await ask(text)).toBe(outcome);
  });

  it("both of go.dev's addresses, whatever the first one does", async () => {
    for (const first of ["fails", "refuses", "hasnt"] as const) {
      const asked: string[] = [];
      const answer = await askProxies(sandbox().context(), list("direct"), (_, { address }) => {
        asked.push(address);
        if (asked.length === 2) return Promise.resolve("second");
        return first === "hasnt" ? Promise.resolve(undefined) : Promise.reject(failed(first));
      });
      expect([answer, ...asked]).toEqual(["second", ...origins.toolchains]);
    }
  });

  it.each<[string, unknown]>([
    ["an interrupt", new GvError("INTERRUPTED", "interrupted")],
    ["an error of gv's own", new TypeError("a bug")],
  ])("stops at %s, even across |", async (_, reason) => {
    let asked = 0;
    const asking = askProxies(sandbox().context(), list("https://a|https://b"), () => {
      asked++;
      return Promise.reject(reason);
    });
    await expect(asking).rejects.toBe(reason);
    expect(asked).toBe(1);
  });
});
