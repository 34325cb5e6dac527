/** src/connections.ts: which addresses go through a proxy, a proxy that fails, and certificates that are refused. */
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer as createTcpServer, type Socket } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { proxyFor } from "../src/connections.ts";
import type { Environment } from "../src/context.ts";
import { GvError } from "../src/errors.ts";
import { get, readAll } from "../src/http.ts";
import { usualPatience } from "../src/patience.ts";
import { listen } from "./support/http.ts";
import { type Sandbox, sandbox } from "./support/sandbox.ts";
import { type Certificate, issueCertificate, makeCertificate, noTls } from "./support/tls.ts";

describe("NO_PROXY", () => {
  const proxy = { HTTPS_PROXY: "http://proxy.test:8080", HTTP_PROXY: "http://plain.test:8080" };
  it.each<[string, string, boolean]>([
    ["", "https://go.dev/", false],
    ["go.dev", "https://go.dev/dl", true],
    ["go.dev", "https://x.go.dev/", true],
    ["go.dev", "https://notgo.dev/", false],
    [".go.dev", "https://x.go.dev/", true],
    ["*.go.dev", "https://x.go.dev/", true],
    ["GO.dev", "https://go.DEV/", true],
    ["go.dev:443", "https://go.dev/", true],
    ["go.dev:8443", "https://go.dev/", false],
    ["go.dev:8443", "https://go.dev:8443/", true],
    ["go.dev:80", "http://go.dev/", true],
    ["a.test, go.dev", "https://go.dev/", true],
    ["a.test go.dev", "https://go.dev/", true],
    ["*", "https://go.dev/", true],
    ["10.0.0.0/8", "https://10.1.2.3/", true],
    ["10.0.0.0/8", "https://11.1.2.3/", false],
    ["10.0.0.0/99", "https://10.1.2.3/", false],
    ["10.1.2.3", "https://10.1.2.3:1/", true],
    ["10.1.2.3:1", "https://10.1.2.3:2/", false],
    ["2.3", "https://10.1.2.3/", false],
    ["fd00::/8", "https://[fd00::1]/", true],
    ["fd00::1", "https://[fd00::1]/", true],
    ["[fd00::1]:443", "https://[fd00::1]/", true],
    ["", "https://localhost:8080/", true],
    ["", "https://127.0.0.2/", true],
    ["", "http://[::1]/", true],
  ])("%j and %s: past the proxy %s", (NO_PROXY, address, isPast) => {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      const found = proxyFor({ ...proxy, [name]: NO_PROXY }, new URL(address));
      expect(found === undefined).toBe(isPast);
    }
  });

  it("each scheme has its own proxy, in small letters before capitals", () => {
    const env = { ...proxy, https_proxy: "small.test:1" };
    expect(proxyFor(env, new URL("https://go.dev"))?.href).toBe("http://small.test:1/");
    expect(proxyFor(env, new URL("http://go.dev"))?.href).toBe("http://plain.test:8080/");
    expect(proxyFor({ HTTP_PROXY: "a.test" }, new URL("https://go.dev"))).toBeUndefined();
    expect(proxyFor({ HTTPS_PROXY: "socks5://a.test" }, new URL("https://go.dev"))?.protocol).toBe("socks5:");
    expect(() => proxyFor({ HTTPS_PROXY: "ftp://user:secret@a" }, new URL("https://go.dev"))).toThrow(
      /^HTTPS_PROXY holds no address of a proxy$/,
    );
  });
});

/** What a request says in the end. */
async function said(box: Sandbox, address: string, patience = usualPatience): Promise<unknown> {
  const answering = get(box.context({ patience }), address);
  return answering.then(
    async (answer) => (await readAll(answer, 1000)).toString(),
    (error: unknown) => error,
  );
}

describe("a proxy", () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ["that drops the connection", (socket) => socket.destroy(), "HTTPS_PROXY: the connection was cut"],
    ["that never answers", () => undefined, "no answer within 0.3 s"],
    ["that speaks nonsense", (socket) => socket.end("nonsense\r\n\r\n"), "HTTPS_PROXY: "],
    [
      "that refuses",
      (socket) => socket.end("HTTP/1.1 403 No\r\n\r\n"),
      "HTTPS_PROXY refuses the way there (403)",
    ],
    [
      "that wants credentials",
      (socket) => socket.end("HTTP/1.1 407 No\r\n\r\n"),
      "refuses the way there (407)",
    ],
  ])("%s is asked once", async (_, answer, message) => {
    let asked = 0;
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => {
      asked++;
      sockets.push(socket.on("error", () => undefined).once("data", () => answer(socket)));
    });
    const port = await listen(server);
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    const box = sandbox({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    const patience = { ...usualPatience, answer: message.startsWith("no answer") ? 300 : 30_000 };
    expect(await said(box, "https://go.test/x", patience)).toMatchObject({
      code: "NETWORK",
      message: expect.stringContaining(message),
      hint: expect.stringContaining("HTTPS_PROXY"),
    });
    expect(asked).toBe(1);
  });

  it("of http is asked itself, with its credentials and not the server's", async () => {
    const seen: unknown[] = [];
    const port = await listen(
      createServer(({ url, headers }, response) => {
        seen.push([url, headers.host, headers["proxy-authorization"]]);
        response.end("by proxy");
      }),
    );
    const box = sandbox({ HTTP_PROXY: `http://us%40er:secret@127.0.0.1:${port}` });
    expect(await said(box, "http://go.test:81/x?y")).toBe("by proxy");
    const basic = `Basic ${Buffer.from("us@er:secret").toString("base64")}`;
    expect(seen).toEqual([["http://go.test:81/x?y", "go.test:81", basic]]);
  });
});

interface Tls {
  readonly box: Sandbox;
  readonly port: number;
  readonly authority: Certificate;
}

/** HTTPS with a certificate, made from a private authority unless `issue` says otherwise. */
async function tls(
  issue: (box: Sandbox, authority: Certificate) => Certificate,
  text = "by tls",
): Promise<Tls> {
  const box = sandbox();
  const authority = makeCertificate(box, "/CN=gv test authority/O=Company");
  const { key, cert } = issue(box, authority);
  const server = createTlsServer({ key, cert }, (_, response) => response.end(text));
  return { box, authority, port: await listen(server) };
}

/** Tunnels wherever they should go end at this port. */
async function tunnelTo(port: number): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer().on("connect", (request, socket: Socket) => {
    asked.push(request.url ?? "");
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    for (const one of [socket, upstream]) sockets.push(one.on("error", () => socket.destroy()));
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return { url, asked };
}

/** Node reads its authorities when it starts: the built program, with that one. What it says. */
async function program({ box, authority }: Tls, GOPROXY: string, env: Environment = {}): Promise<string> {
  const settings = { GOPROXY, NODE_EXTRA_CA_CERTS: authority.file, GV_NO_AUTO_SETUP: "1", ...env };
  const { stdout, stderr } = await box.gv(["list-remote"], { env: settings });
  return stdout + stderr;
}

/** A SOCKS5 proxy (RFC 1928) without credentials, which leads anywhere to a port here; what was asked of it. */
async function socksTo(port: number): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
    socket.once("data", () => {
      socket.write(Buffer.from([5, 0]));
      socket.once("data", (request) => {
        const length = request[4] ?? 0;
        asked.push(`${request[3] === 3 ? "name" : "address"} ${request.toString("latin1", 5, 5 + length)}`);
        const upstream = connect(port, "127.0.0.1", () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
          socket.pipe(upstream).pipe(socket);
        });
        sockets.push(upstream.on("error", () => socket.destroy()));
      });
    });
  });
  const address = `127.0.0.1:${await listen(server)}`;
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return { address, asked };
}

describe.skipIf(noTls)(`a certificate${noTls}`, () => {
  const day = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  const issued = "CN=localhost, O=gv, issued by CN=gv test authority, O=Company";
  const subject = "/CN=localhost/O=gv";

  it.each<[string, (box: Sandbox, authority: Certificate) => Certificate, string, string]>([
    [
      "that signs itself",
      (_, authority) => authority,
      "the certificate of 127.0.0.1 is from nobody that Node trusts (CN=gv test authority, O=Company, issued by CN=gv test authority, O=Company)",
      "export NODE_EXTRA_CA_CERTS=",
    ],
    [
      "of an authority that nobody knows",
      (box, authority) => issueCertificate(box, authority, { subject }),
      `the certificate of 127.0.0.1 is from nobody that Node trusts (${issued})`,
      "SSL_CERT_FILE alone is read by Go, not by Node",
    ],
  ])("%s is named", async (_, issue, message, hint) => {
    const { box, port } = await tls(issue);
    const expected = { code: "NETWORK", message: `https://127.0.0.1:${port}/x: ${message}` };
    expect(await said(box, `https://127.0.0.1:${port}/x`)).toMatchObject({
      ...expected,
      hint: expect.stringContaining(hint),
    });
    // By way of a tunnel it is the same.
    const proxy = await tunnelTo(port);
    const inside = sandbox({ HTTPS_PROXY: proxy.url });
    const error = await said(inside, "https://go.test/x");
    expect(error).toMatchObject({
      message: expect.stringContaining(message.replace("127.0.0.1", "go.test")),
    });
    expect(proxy.asked).toEqual(["go.test:443"]);
  });

  it("that has expired says until when it was valid", async () => {
    const there = await tls((box, authority) => issueCertificate(box, authority, { subject, days: -1 }));
    const text = await program(there, `https://localhost:${there.port}`);
    expect(text).toMatch(
      new RegExp(
        `: the certificate of localhost has expired: it was valid until ${day} \\(${issued}\\)\n    who runs`,
      ),
    );
  });

  it("for another host says for which", async () => {
    const names = "DNS:else.test,DNS:other.test";
    const there = await tls((box, authority) => issueCertificate(box, authority, { subject, names }));
    const text = await program(there, `https://localhost:${there.port}`);
    expect(text).toContain(
      `the certificate there is not for localhost, but for DNS:else.test, DNS:other.test (${issued})`,
    );
    const many = Array.from({ length: 9 }, (_, i) => `DNS:${i}.test`);
    const shared = await tls((box, authority) =>
      issueCertificate(box, authority, { subject, names: many.join(",") }),
    );
    expect(await program(shared, `https://localhost:${shared.port}`)).toContain(
      `, but for ${many.slice(0, 5).join(", ")} and 4 more (${issued})`,
    );
    const proxy = await tunnelTo(there.port);
    expect(await program(there, "https://go.test", { HTTPS_PROXY: proxy.url })).toContain(
      "is not for go.test, but",
    );
    expect(proxy.asked).toHaveLength(1);
  });

  it("of a private authority is accepted with NODE_EXTRA_CA_CERTS, by way of a tunnel, too", async () => {
    const names = "DNS:go.test,IP:127.0.0.1";
    const there = await tls(
      (box, authority) => issueCertificate(box, authority, { names }),
      "v0.0.1-go1.22.5.linux-amd64",
    );
    const proxy = await tunnelTo(there.port);
    expect(await program(there, `https://127.0.0.1:${there.port}`)).toContain("1.22.5");
    expect(await program(there, "https://go.test", { HTTPS_PROXY: proxy.url })).toContain("1.22.5");
    expect(proxy.asked).toEqual(["go.test:443"]);
  });

  it.each(["socks5", "socks5h"])(
    "is accepted by way of a proxy by %s, which looks up the name",
    async (scheme) => {
      const there = await tls(
        (box, authority) => issueCertificate(box, authority, { names: "DNS:go.test" }),
        "v0.0.1-go1.22.5.linux-amd64",
      );
      const proxy = await socksTo(there.port);
      const HTTPS_PROXY = `${scheme}://${proxy.address}`;
      expect(await program(there, "https://go.test", { HTTPS_PROXY })).toMatch(/^ *1\.22\.5 *\n$/);
      expect(proxy.asked).toEqual(["name go.test"]);
      const wrong = await program(there, "https://go.test", { HTTPS_PROXY: `${scheme}://127.0.0.1:1` });
      expect(wrong).toContain(": nothing answers there\n    check the network, HTTPS_PROXY");
    },
  );
});

/** A server that takes connections and says nothing, TLS neither. */
async function speechless(onConnection: () => void = () => undefined): Promise<string> {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket.on("error", () => undefined));
    onConnection();
  });
  const port = await listen(server);
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return `https://127.0.0.1:${port}`;
}

describe("a connection that isn't made", () => {
  it("has an end", async () => {
    const patience = { ...usualPatience, connection: 300 };
    const error = await said(sandbox(), await speechless(), patience);
    expect(error).toMatchObject({ message: expect.stringMatching(/: no connection within 0.3 s$/) });
  });

  it("ends at once when somebody interrupts", async () => {
    const interrupt = new AbortController();
    const address = await speechless(() => interrupt.abort(new GvError("INTERRUPTED", "interrupted")));
    const began = performance.now();
    await expect(get(sandbox().context({ signal: interrupt.signal }), address)).rejects.toMatchObject({
      code: "INTERRUPTED",
    });
    expect(performance.now() - began).toBeLessThan(usualPatience.connection - 2_000);
  });

  it("holds no process, once another source has answered", async () => {
    const has = await listen(createServer((_, response) => response.end("v0.0.1-go1.22.5.linux-amd64")));
    const GOPROXY = `${await speechless()}|http://127.0.0.1:${has}`;
    const began = performance.now();
    const ran = await sandbox({ GOPROXY }).gv(["list-remote"]);
    expect(ran).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("1.22.5") });
    expect(performance.now() - began).toBeLessThan(usualPatience.connection - 2_000);
  });
});
