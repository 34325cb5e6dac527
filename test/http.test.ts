/** src/http.ts: redirects, credentials, what is no answer, limits, and proxies from the environment. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type Socket } from "node:net";
import { join } from "node:path";

import { describe, expect, it, onTestFinished, vi } from "vitest";

import type { Context } from "../src/context.ts";
import { display, get, readAll } from "../src/http.ts";
import { listen, serve } from "./support/http.ts";
import { sandbox } from "./support/sandbox.ts";

const context = (overrides?: Partial<Context>): Context => sandbox().context(overrides);

async function textOf(address: string, ctx = context()): Promise<string> {
  return (await readAll(await get(ctx, address), 1000)).toString();
}

const failureOf = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );

const redirect = (response: ServerResponse, location: string, status = 302): void =>
  void response.writeHead(status, { location }).end("moved");

describe("an answer", () => {
  it.each([200, 206, 304, 400, 403, 404, 410, 416])("of status %i is one", async (status) => {
    const url = await serve((_, response) => void response.writeHead(status).end());
    expect((await get(context(), `${url}/x`)).status).toBe(status);
  });

  it("says what its headers say", async () => {
    const headers = { etag: '"e"', "content-range": "bytes 5-9/10", "content-length": 5 };
    const url = await serve((_, response) => void response.writeHead(206, headers).end("56789"));
    const answer = await get(context(), `${url}/x?y=z`, "bytes=-5");
    expect(answer).toMatchObject({
      status: 206,
      url: `${url}/x`,
      etag: '"e"',
      length: 5,
      range: { start: 5, total: 10 },
    });
    expect((await readAll(answer, 5)).toString()).toBe("56789");
  });

  it("without them says nothing", async () => {
    const url = await serve((_, response) => response.end());
    const answer = await get(context(), url);
    expect([answer.etag, answer.range]).toEqual([undefined, undefined]);
  });

  it("is asked for as it is: path, query, range, no compression", async () => {
    let asked: IncomingMessage | undefined;
    const url = await serve((request, response) => response.end(String((asked = request).method)));
    expect((await readAll(await get(context(), `${url}/a%20b/!c?d=e`, "bytes=0-3"), 10)).toString()).toBe(
      "GET",
    );
    expect(asked?.url).toBe("/a%20b/!c?d=e");
    expect(asked?.headers).toMatchObject({
      range: "bytes=0-3",
      "accept-encoding": "identity",
      "user-agent": "gv",
    });
    expect(asked?.headers.authorization).toBeUndefined();
  });

  it("may be as long as its limit, and not a byte longer", async () => {
    const url = await serve((_, response) => response.end("12345"));
    expect(await readAll(await get(context(), url), 5)).toHaveLength(5);
    const error = await failureOf(get(context(), url).then((answer) => readAll(answer, 4)));
    expect(error).toMatchObject({
      code: "NETWORK",
      message: expect.stringContaining("more than the 4 bytes"),
    });
  });

  it("without an end is given up at the limit", async () => {
    const url = await serve((_, response) => {
      const more = (error?: unknown): void =>
        void (error || response.destroyed || (response.write("x".repeat(10_000), more), 0));
      more();
    });
    const error = await failureOf(get(context(), url).then((answer) => readAll(answer, 50_000)));
    expect(error).toMatchObject({ code: "NETWORK" });
  });
});

describe("no answer", () => {
  it.each([500, 502, 503])("status %i", async (status) => {
    const url = await serve((_, response) => void response.writeHead(status).end());
    const error = await failureOf(get(context(), url));
    expect(error).toMatchObject({
      code: "NETWORK",
      exitCode: 5,
      message: expect.stringContaining(`${status}`),
    });
  });

  it.each(["text/html", "Text/HTML; charset=utf-8"])("a web page: %s", async (type) => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-type": type }).end("<p>Please log in");
    });
    const error = await failureOf(get(context(), url));
    expect(error).toMatchObject({ code: "NETWORK", message: expect.stringContaining("web page") });
  });

  it("a 404 may be a web page", async () => {
    const url = await serve((_, response) => {
      response.writeHead(404, { "content-type": "text/html" }).end("<p>Not here");
    });
    expect((await get(context(), url)).status).toBe(404);
  });

  it("nobody there", async () => {
    const error = await failureOf(get(context(), "http://user:secret@127.0.0.1:1/x"));
    expect(error).toMatchObject({
      code: "NETWORK",
      message: "http://127.0.0.1:1/x: nothing answers there",
      hint: expect.stringContaining("GOPROXY"),
    });
  });

  it("a connection that is cut before the answer, and in the middle of it", async () => {
    const before = await serve((request) => request.socket.destroy());
    expect(await failureOf(get(context(), before))).toMatchObject({ code: "NETWORK" });
    const within = await serve((_, response) => {
      response.writeHead(200, { "content-length": 100 }).write("part");
      response.socket?.end();
    });
    const answer = await get(context(), within);
    expect(await failureOf(readAll(answer, 100))).toMatchObject({ code: "NETWORK" });
  });

  it("after an interrupt, which ends the wait", async () => {
    const interrupt = new AbortController();
    const url = await serve(() => interrupt.abort());
    const error = await failureOf(get(context({ signal: interrupt.signal }), url));
    expect(error).toMatchObject({ code: "INTERRUPTED" });
  });

  it("after an interrupt in the middle of the answer", async () => {
    const interrupt = new AbortController();
    const url = await serve((_, response) => void response.writeHead(200).write("part"));
    const answer = await get(context({ signal: interrupt.signal }), url);
    interrupt.abort();
    expect(await failureOf(readAll(answer, 100))).toMatchObject({ code: "INTERRUPTED" });
  });
});

describe("redirects", () => {
  it.each([301, 302, 303, 307, 308])("of status %i are followed, relative ones too", async (status) => {
    const url = await serve((request, response) => {
      if (request.url === "/a/b") redirect(response, "../c?d", status);
      else response.end(request.url);
    });
    const answer = await get(context(), `${url}/a/b`);
    expect(answer.url).toBe(`${url}/c`);
    expect((await readAll(answer, 100)).toString()).toBe("/c?d");
  });

  it("keep the range", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/") redirect(response, "/x");
      else response.end(request.headers.range);
    });
    expect((await readAll(await get(context(), url, "bytes=1-2"), 99)).toString()).toBe("bytes=1-2");
  });

  it("end after ten", async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      asked++;
      if (left === 0) response.end("there");
      else redirect(response, `/${left - 1}`);
    });
    expect(await textOf(`${url}/10`)).toBe("there");
    asked = 0;
    const error = await failureOf(get(context(), `${url}/99`));
    expect(error).toMatchObject({
      code: "NETWORK",
      message: expect.stringContaining("more than 10 redirects"),
    });
    expect(asked).toBe(11);
  });

  it.each(["ftp://127.0.0.1/x", "file:///etc/passwd", "data:,x", "http://[", "http://127.0.0.1:99999/"])(
    "to %s aren't followed",
    async (location) => {
      const url = await serve((_, response) => redirect(response, location));
      expect(await failureOf(get(context(), url))).toMatchObject({ code: "NETWORK", exitCode: 5 });
    },
  );

  it("without a place to go are answers", async () => {
    const url = await serve((_, response) => void response.writeHead(302).end());
    expect((await get(context(), url)).status).toBe(302);
  });

  const noTls = existsSync("/usr/bin/openssl") ? "" : ": needs openssl";
  it.skipIf(noTls)(`from https to http aren't followed${noTls}`, async () => {
    const box = sandbox();
    let asked = 0;
    const plain = await serve((_, response) => response.end(String(asked++)));
    const [key, cert] = [join(box.home, "key.pem"), join(box.home, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    const kind = [
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
    ];
    execFileSync("openssl", ["req", ...kind, ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
    const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) =>
      redirect(response, `${plain}${request.url}`),
    );
    const GOPROXY = `https://user:secret@127.0.0.1:${await listen(tls)}`;
    // Node reads its authorities when it starts.
    const env = { GOPROXY, NODE_EXTRA_CA_CERTS: cert, GV_NO_AUTO_SETUP: "1" };
    const { code, stderr } = await box.gv(["list-remote"], { env });
    expect(stderr).toContain("from https to http, which gv never follows");
    expect(stderr).not.toContain("secret");
    expect([code, asked]).toEqual([5, 0]);
  });
});

const echo = () => serve((request, response) => response.end(request.headers.authorization ?? "none"));
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
const asUser = (url: string, user: string): string => url.replace("://", `://${user}@`);

describe("credentials", () => {
  it.each([
    ["user:secret", "user:secret"],
    ["us%40er:s%3Acr%2Fet", "us@er:s:cr/et"],
    ["%C3%A9:%C3%A9", "é:é"],
    ["token", "token:"],
    [":token", ":token"],
    ["100%:a%zb", "100%:a%zb"],
  ])("%s are sent", async (written, sent) => {
    expect(await textOf(asUser(await echo(), written))).toBe(basic(sent));
  });

  it("follow a redirect on the same host", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/") redirect(response, "/x");
      else response.end(request.headers.authorization ?? "none");
    });
    expect(await textOf(asUser(url, "user:secret"))).toBe(basic("user:secret"));
  });

  it("don't follow one to another host, not even those that it names", async () => {
    const other = await echo();
    for (const to of [other, asUser(other, "mallory:secret")]) {
      const url = await serve((_, response) => redirect(response, to));
      expect(await textOf(asUser(url, "user:secret"))).toBe("none");
    }
  });

  it("don't come back from another host", async () => {
    let back = "";
    const other = await serve((_, response) => redirect(response, `${back}/end`));
    back = await serve((request, response) => {
      if (request.url === "/end") response.end(request.headers.authorization ?? "none");
      else redirect(response, other);
    });
    expect(await textOf(asUser(back, "user:secret"))).toBe("none");
  });

  it("are in no answer and in no error", async () => {
    const url = asUser(await serve((_, response) => redirect(response, "/")), "user:secret");
    expect(String(await failureOf(get(context(), url)))).not.toContain("secret");
    expect((await get(context(), asUser(await echo(), "user:secret"))).url).not.toContain("secret");
  });

  it.each([
    ["https://user:secret@host/x?signature#y", "https://host/x"],
    ["https://token@host", "https://host/"],
    ["https://host/@x", "https://host/@x"],
  ])("are not displayed: %s", (address, shown) => {
    expect(display(address)).toBe(shown);
    expect(display(new URL(address))).toBe(shown);
  });
});

interface LocalProxy {
  readonly url: string;
  readonly seen: string[];
}

/** A proxy that answers itself what it is asked for, or opens a tunnel to `target` whatever the name. */
async function localProxy(target: string): Promise<LocalProxy> {
  const seen: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    response.end("by proxy");
  }).on("connect", (request, socket: Socket) => {
    seen.push(`tunnel ${request.url}`);
    const { hostname, port } = new URL(target);
    const upstream = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    for (const one of [socket, upstream]) sockets.push(one.on("error", () => socket.destroy()));
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  onTestFinished(() => sockets.forEach((socket) => socket.destroy())); // Before the server is closed.
  return { url, seen };
}

/** http.ts takes the environment of its first request: a fresh one for each row. */
async function ask(env: Record<string, string>, address: string): Promise<string> {
  vi.resetModules();
  const http = await import("../src/http.ts");
  return (await http.readAll(await http.get(context({ env }), address), 100)).toString();
}

describe("HTTP_PROXY", () => {
  it.each(["http_proxy", "HTTP_PROXY"])("%s is obeyed", async (name) => {
    const proxy = await localProxy(await serve((_, response) => response.end("by proxy")));
    expect(await ask({ [name]: proxy.url }, "http://proxy.invalid/x")).toBe("by proxy");
    expect(proxy.seen).toHaveLength(1);
    expect(proxy.seen[0]).toContain("proxy.invalid");
  });

  it.each(["no_proxy", "NO_PROXY"])("%s makes an exception", async (name) => {
    const url = await serve((_, response) => response.end("itself"));
    const proxy = await localProxy(url);
    expect(await ask({ HTTP_PROXY: proxy.url, [name]: "127.0.0.1" }, url)).toBe("itself");
    expect(proxy.seen).toEqual([]);
  });

  it.each(["127.0.0.1:PORT", "localhost:PORT", "http://user:secret@127.0.0.1:PORT"])(
    "may be %s",
    async (written) => {
      const proxy = await localProxy(await serve((_, response) => response.end("by proxy")));
      const HTTP_PROXY = written.replace("PORT", new URL(proxy.url).port);
      expect(await ask({ HTTP_PROXY }, "http://proxy.invalid/x")).toBe("by proxy");
      expect(proxy.seen).toHaveLength(1);
    },
  );

  it("that is no address is refused, unprinted", async () => {
    const error = await failureOf(ask({ HTTPS_PROXY: "user:secret@[" }, "https://proxy.invalid/"));
    expect(error).toMatchObject({ code: "NETWORK", message: "HTTPS_PROXY holds no address of a proxy" });
  });

  it("HTTPS_PROXY may refuse the tunnel", async () => {
    const server = createServer().on("connect", (_, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
    const HTTPS_PROXY = `http://127.0.0.1:${await listen(server)}`;
    await expect(ask({ HTTPS_PROXY }, "https://proxy.invalid/")).rejects.toMatchObject({
      code: "NETWORK",
      message: "https://proxy.invalid/: HTTPS_PROXY refuses the way there (403)",
    });
  });

  it("HTTPS_PROXY is asked for a tunnel", async () => {
    const proxy = await localProxy(await serve((request) => request.socket.destroy()));
    await expect(ask({ HTTPS_PROXY: proxy.url }, "https://proxy.invalid/")).rejects.toMatchObject({
      code: "NETWORK",
    });
    expect(proxy.seen).toEqual(["tunnel proxy.invalid:443"]);
  });
});
