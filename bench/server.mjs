/**
 * A server on loopback for the install rows: a module zip, the same release as tar.gz, and the checksum
 * database's answers. What it hasn't got yet it fetches once from your GOPROXY and keeps in a folder.
 *
 * It can be a link, too: so many bytes a second for all answers together, and a time before each begins. And it
 * counts what it sends. Where the folder holds key.pem and certificate.pem (`makeCertificate`), it is a proxy for TLS,
 * too, that answers for whatever host is asked for: golang.org/dl knows no other address than its own.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** The first http(s) entry of GOPROXY: from the environment, else as the go command on PATH has it. */
export function upstreamProxy() {
  const list = process.env["GOPROXY"] ?? execFileSync("go", ["env", "GOPROXY"], { encoding: "utf8" });
  const entry = list.split(/[,|]/).find((part) => part.trim().startsWith("http"));
  if (!entry) throw new Error("GOPROXY names no http proxy to take the release from");
  return entry.trim().replace(/\/$/, "");
}

/** A certificate for a host, into the server's folder; gives its path. */
export function makeCertificate(folder, host) {
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(folder, name));
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-days", "2"];
  execFileSync("openssl", [...words, ...subject, "-keyout", key, "-out", certificate], { stdio: "ignore" });
  return certificate;
}

/**
 * Starts it as a process of its own, so that it has a core of its own. `link` sets the bytes a second (0: all that
 * loopback has) and the milliseconds before each answer; `sent` gives the bytes of bodies since it was last asked.
 */
export async function startServer(folder) {
  const server = spawn(process.execPath, [import.meta.filename, folder, upstreamProxy()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise((resolve) =>
    server.stdout.once("data", (line) => resolve(String(line).trim())),
  );
  const ask = async (path) => (await fetch(`${url}/-/${path}`)).text();
  return {
    url,
    link: (bytesASecond, latency) => ask(`link/${bytesASecond}/${latency}`),
    sent: async () => Number(await ask("sent")),
    stop: () => server.kill(),
  };
}

async function serve(folder, upstream) {
  let [rate, latency, sent, free] = [0, 0, 0, 0];
  const handle = (request, response) => {
    answer(request, response).catch((error) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(String(error));
    });
  };
  const server = createServer(handle);
  async function answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const [, , verb, ...values] = path.split("/");
    if (path.startsWith("/-/")) {
      if (verb === "link") [rate, latency] = values.map(Number);
      response.end(String(sent));
      sent = 0;
      return;
    }
    const file = join(folder, path);
    if (!existsSync(file) || !statSync(file).isFile()) await fetchOnce(path, file);
    await sleep(latency);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const { size, mtimeMs } = statSync(file);
    const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const isWhole = first === "" && last === "";
    const start = isWhole ? 0 : first === "" ? Math.max(0, size - Number(last)) : Number(first);
    const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
    response.writeHead(isWhole ? 200 : 206, {
      "content-length": end - start + 1,
      etag: `"${size}-${mtimeMs}"`,
      ...(isWhole ? {} : { "content-range": `bytes ${start}-${end}/${size}` }),
    });
    if (size === 0 || request.method === "HEAD") response.end();
    else await send(createReadStream(file, { start, end, highWaterMark: 1 << 16 }), response);
  }
  async function send(data, response) {
    let goOn;
    let wasTaken = false;
    for (const event of ["drain", "close"]) response.on(event, () => goOn?.());
    for await (const chunk of data) {
      sent += chunk.length;
      if (rate > 0) {
        // The link is free again when all that was given to it so far has passed. What it doesn't carry because nobody
        // takes it is lost; not so where this process was woken late: a link goes on without a processor.
        if (!wasTaken) free = Math.max(free, performance.now());
        free += (chunk.length / rate) * 1000;
        const early = free - performance.now();
        if (early > 0) await sleep(early);
      }
      if (response.destroyed) return;
      const given = performance.now();
      if (!response.write(chunk)) await new Promise((resolve) => (goOn = resolve));
      wasTaken = performance.now() - given < 1; // ms; else the buffers of both ends were full.
    }
    response.end();
  }
  async function fetchOnce(path, file) {
    const found = await fetch(upstream + path);
    if (!found.ok) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, Buffer.from(await found.arrayBuffer()));
    renameSync(`${file}.part`, file);
  }
  if (existsSync(join(folder, "key.pem"))) {
    const pem = (name) => readFileSync(join(folder, name));
    const secure = createSecureServer({ key: pem("key.pem"), cert: pem("certificate.pem") }, handle);
    await new Promise((resolve) => secure.listen(0, "127.0.0.1", resolve));
    server.on("connect", (_request, client) => {
      const there = connect(secure.address().port, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        client.pipe(there).pipe(client);
      });
      for (const one of [client, there])
        one.on("error", () => {
          client.destroy();
          there.destroy();
        });
    });
  }
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

// node bench/server.mjs <folder> <upstream>
if (process.argv[1] === import.meta.filename)
  process.stdout.write(`${await serve(process.argv[2], process.argv[3])}\n`);
