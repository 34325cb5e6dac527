/**
 * A checksum database that answers more than it may, without an end, or what takes long to read. What is read of
 * it is bounded; another route is asked, and where there is none nothing is proven.
 */
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

import { expect, it } from "vitest";

import type { Environment } from "../../src/context.ts";
import { countAttacks, refused } from "../support/attack.ts";
import type { ChecksumDatabase } from "../support/checksum-database.ts";
import { type Goproxy, tinyToolchain } from "../support/goproxy.ts";
import { keptFolder, logOnDisk, refusal, toolInLog, toolPath } from "../support/lookup.ts";
import { listTree, sandbox } from "../support/sandbox.ts";
import { host, localProxy } from "../support/scene.ts";

/** What gv reads of a small file, and what the connection may hold besides. */
const limit = 4 * 2 ** 20; // bytes
const onItsWay = 16 * 2 ** 20; // bytes

const chunk = Buffer.alloc(2 ** 16, "x");

/** The database at this address, and by no other route. */
function settingsFor({ url, database }: Goproxy): Environment {
  return { GOPROXY: url, GOSUMDB: `${database.verifierKey} ${url}/sumdb/${database.name}` };
}

/** The answer at this path goes on for as long as somebody reads; gives how many bytes went out that way. */
function endless(
  proxy: Goproxy,
  path: string,
  status = 200,
  headers: OutgoingHttpHeaders = {},
): () => number {
  let written = 0;
  proxy.intercept = (request, response) => {
    if (request.url !== `/sumdb/${proxy.database.name}/${path}`) return false;
    response.writeHead(status, headers).write(proxy.database.serve(path) ?? "");
    const more = (): void => {
      if (response.destroyed) return;
      written += chunk.length;
      response.write(chunk, more);
    };
    more();
    return true;
  };
  return () => written;
}

const tiles = ["tile/8/0/001.p/44", "tile/8/1/000.p/1", "tile/8/0/000"];
const log = () => toolInLog({ id: 100, size: 300 }).server;

it.each([toolPath(), ...tiles])("%s without an end", async (path) => {
  const proxy = await localProxy({ database: log() });
  const written = endless(proxy, path);
  const box = sandbox(settingsFor(proxy));
  await expect(logOnDisk(box).ask()).rejects.toMatchObject({
    code: "NO_CHECKSUM_DATABASE",
    hint: expect.stringContaining(`sends more than the ${limit} bytes`),
  });
  expect(written()).toBeGreaterThan(limit - 2 * chunk.length);
  expect(written()).toBeLessThan(limit + onItsWay);
  expect(listTree(keptFolder(box, proxy.database))).toEqual([]);
});

it.for(["supported", toolPath(), ...tiles])(
  "%s without an end, on the first of two routes",
  async (path, test) => {
    const database = log();
    const [first, second] = [await localProxy({ database }), await localProxy({ database })];
    const written = endless(first, path);
    const box = sandbox({ GOPROXY: `${first.url},${second.url}`, GOSUMDB: database.verifierKey });
    expect(await logOnDisk(box).ask()).toMatchObject({ id: 100 });
    expect(written()).toBeLessThan(limit + onItsWay);
    countAttacks(test, 0);
  },
);

it("a redirect without an end leads on, and isn't read", async (test) => {
  const proxy = await localProxy({ database: log() });
  const written = endless(proxy, toolPath(), 302, { location: `?again` });
  expect(await logOnDisk(sandbox(settingsFor(proxy))).ask()).toMatchObject({ id: 100 });
  expect(written()).toBeLessThan(onItsWay);
  countAttacks(test, 0);
});

it("a refusal without an end isn't read", async () => {
  const proxy = await localProxy({ database: log() });
  const written = endless(proxy, toolPath(), 404);
  expect(await logOnDisk(sandbox(settingsFor(proxy))).ask()).toBeUndefined();
  expect(written()).toBeLessThan(onItsWay);
});

it.each<[string, (response: ServerResponse) => unknown]>([
  [
    "is cut short",
    (response) => response.writeHead(200, { "content-length": 500 }).write("100\n", () => response.destroy()),
  ],
  ["has headers without an end", (response) => response.writeHead(200, { x: "x".repeat(2 ** 20) }).end()],
  ["is no HTTP", (response) => response.socket?.end("100\n")],
])("an answer that %s", async (_, answer) => {
  const proxy = await localProxy({ database: log() });
  proxy.intercept = (_request, response) => {
    answer(response);
    return true;
  };
  await expect(logOnDisk(sandbox(settingsFor(proxy))).ask()).rejects.toMatchObject({
    code: "NO_CHECKSUM_DATABASE",
  });
});

/** As much as it may be, to be read at once or not at all. */
it.each<[string, (server: ChecksumDatabase) => string]>([
  ["one letter", () => "x".repeat(limit)],
  ["one number", () => "1".repeat(limit)],
  [
    "one number before the right answer",
    (server) => `${"1".repeat(limit)}${String(server.serve(toolPath()))}`,
  ],
  ["empty lines", (server) => `100\n${server.record(100)}${"\n".repeat(limit)}`],
  ["lines", (server) => `100\n${server.record(100)}\n${"x\n".repeat(limit / 2)}`],
  ["signature lines", (server) => `100\n${server.record(100)}\nx\n\n${"— x x\n".repeat(limit / 8)}`],
  ["words", () => `100\n${"x ".repeat(limit / 2)}`],
  ["names of go.mod", () => `100\nx ${"/go.mod".repeat(limit / 7)}`],
  ["records", (server) => `100\n${server.record(100).repeat(limit / 200)}`],
  ["a signature", (server) => `${String(server.serve(toolPath())).trimEnd()}${"A".repeat(limit)}\n`],
  ["a head", (server) => `100\n${server.record(100)}\n${String(server.sign("x\n".repeat(limit / 2)))}`],
])("4 MiB that are %s", { timeout: 10_000 }, async (_, make) => {
  const { server, log: memory, ask } = toolInLog({ id: 100, size: 300 });
  const huge = Buffer.from(make(server));
  expect(huge.length).toBeGreaterThan(limit * 0.7);
  memory.tamper = (path, bytes) => (path === toolPath() ? huge : bytes);
  const { message, hint = "" } = await refusal(ask());
  expect((message + hint).length).toBeLessThan(5000);
});

it("a whole install with a lookup without an end", async () => {
  const toolchain = tinyToolchain("1.22.5", host);
  const proxy = await localProxy({ toolchains: [toolchain] });
  const written = endless(proxy, `lookup/golang.org/toolchain@${toolchain.version}`);
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"], { code: 5 });
  expect(ran.stderr).toContain("sends more than the");
  expect(written()).toBeLessThan(limit + onItsWay);
});
