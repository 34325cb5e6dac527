/**
 * A server on loopback for the install rows: a module zip, the same release as tar.gz, and the checksum
 * database's answers. What it hasn't got yet it fetches once from your GOPROXY and keeps in a folder.
 */
import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import process from "node:process";

/** The first http(s) entry of GOPROXY: from the environment, else as the go command on PATH has it. */
export function upstreamProxy() {
  const list = process.env["GOPROXY"] ?? execFileSync("go", ["env", "GOPROXY"], { encoding: "utf8" });
  const entry = list.split(/[,|]/).find((part) => part.trim().startsWith("http"));
  if (!entry) throw new Error("GOPROXY names no http proxy to take the release from");
  return entry.trim().replace(/\/$/, "");
}

/** Serves `folder`; resolves with {url, close}. */
export async function serve(folder, upstream) {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.writeHead(502).end(String(error));
    });
  });
  async function answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const file = join(folder, path);
    if (!existsSync(file) || !statSync(file).isFile()) await fetchOnce(path, file);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const { size } = statSync(file);
    const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    if (first === "" && last === "") {
      response.writeHead(200, { "content-length": size });
      createReadStream(file, { highWaterMark: 1 << 18 }).pipe(response);
      return;
    }
    const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
    const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
    response.writeHead(206, {
      "content-length": end - start + 1,
      "content-range": `bytes ${start}-${end}/${size}`,
    });
    createReadStream(file, { start, end, highWaterMark: 1 << 18 }).pipe(response);
  }
  async function fetchOnce(path, file) {
    const found = await fetch(upstream + path);
    if (!found.ok) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, Buffer.from(await found.arrayBuffer()));
    renameSync(`${file}.part`, file);
  }
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

// As a process of its own, so that it has a core of its own: node bench/server.mjs <folder> <upstream>
if (process.argv[1] === import.meta.filename) {
  const { url } = await serve(process.argv[2], process.argv[3]);
  process.stdout.write(`${url}\n`);
}
