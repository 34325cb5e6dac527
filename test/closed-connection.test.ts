/**
 * The undici in dist/, which the build mends: a server that closes the connection behind a body, while that waits
 * to be read, doesn't end the process; the body arrives whole, or as a failure where it was cut short.
 */
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { distFolder } from "./support/sandbox.ts";

const undici = createRequire(import.meta.url)(join(distFolder, "undici.cjs")) as typeof import("undici");

/** More than the client keeps before it waits for a reader (64 KiB), and no more than it reads at once then. */
const body = Buffer.alloc(100_000, "body ");
const cases: [string, string, number | string][] = [
  ["with its length", `content-length: ${body.length}\r\n`, body.length],
  ["ended by the close", "", body.length],
  ["cut short", `content-length: ${body.length + 1}\r\n`, "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"],
];

it.each(cases)("a body %s", async (_, header, expected) => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const connection = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const address = server.address();
  const agent = new undici.Agent();
  const asked = agent.request({
    origin: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    path: "/",
    method: "GET",
  });
  const socket = await connection;
  await once(socket, "data");
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nconnection: close\r\n${header}\r\n`), body]));
  const answer = await asked;
  await once(agent, "disconnect"); // All of it is here, and so is the end, before anyone reads.
  const read = await answer.body.arrayBuffer().then(
    ({ byteLength }) => byteLength,
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
  expect(read).toBe(expected);
});
