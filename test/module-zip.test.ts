/** src/module-zip.ts: the bytes are the zip's whatever is asked, and what came before it was wanted is used once. */
import { createCipheriv } from "node:crypto";
import { rmSync } from "node:fs";

import { describe, expect, it, onTestFinished, vi } from "vitest";

import { proxyList } from "../src/goproxy.ts";
import { openModuleZip, openZipFile, type ZipSource } from "../src/module-zip.ts";
import { parseVersion } from "../src/version.ts";
import { type Intercept, startGoproxy, tinyToolchain } from "./support/goproxy.ts";
import { sandbox } from "./support/sandbox.ts";

/** Bytes that no compressor makes smaller: more than gv reads at a zip's end. */
const noise = createCipheriv("aes-256-ctr", Buffer.alloc(32), Buffer.alloc(16)).update(
  Buffer.alloc(3_500_000),
);
const toolchain = tinyToolchain("1.22.5", undefined, { files: { "bin/gofmt": noise } });

/** The zip, opened with so many bytes on their way at once; `asked` gives the ranges of the requests since it was asked last. */
async function opened(atOnce: number, intercept?: Intercept) {
  const server = await startGoproxy({ toolchains: [toolchain], ...(intercept ? { intercept } : {}) });
  onTestFinished(() => server.close());
  const box = sandbox({ GOPROXY: server.url });
  const ctx = box.context();
  const version = parseVersion("1.22.5");
  if (!version) throw new Error("1.22.5 is no version");
  const opening = { spool: box.project, atOnce, progress: () => undefined };
  const zip = await openModuleZip(ctx, proxyList(ctx), { version, platform: ctx.platform }, opening);
  if (!zip) throw new Error("the proxy hasn't got it");
  const asked = (): (string | undefined)[] => server.requests.splice(0).map(({ range }) => range);
  return { zip, asked, server };
}

async function whole(data: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const bytesOf = (zip: ZipSource, first: number, behind: number): Promise<Buffer> =>
  whole(zip.data(first, behind));

const tail = "bytes=-2500000";
const ahead = "bytes=0-99999";

describe("of what is on its way at once", () => {
  it.each<[string, [first: number, behind: number], string[]]>([
    ["all is used", [0, 100_000], []],
    ["a part is used", [10, 50_000], []],
    ["one byte is used", [99_999, 100_000], []],
    ["all is used, and what lies behind it is asked for", [10, 300_000], ["bytes=100000-299999"]],
    ["nothing is used behind it", [100_000, 300_000], ["bytes=100000-299999"]],
  ])("%s", async (_, [first, behind], more) => {
    const { zip, asked } = await opened(100_000);
    expect(asked()).toEqual([tail, ahead]);
    expect((await bytesOf(zip, first, behind)).equals(toolchain.zip.subarray(first, behind))).toBe(true);
    expect(asked()).toEqual(more);
    // It can't be read twice.
    expect((await bytesOf(zip, 5, 60)).equals(toolchain.zip.subarray(5, 60))).toBe(true);
    expect(asked()).toEqual(["bytes=5-59"]);
  });

  it("up to the tail, with what the tail has", async () => {
    const { zip, asked } = await opened(Infinity);
    const { start } = zip.directory;
    const border = toolchain.zip.length - 2_500_000;
    expect(asked()).toEqual([tail, `bytes=0-${border - 1}`]);
    expect((await bytesOf(zip, 0, start)).equals(toolchain.zip.subarray(0, start))).toBe(true);
    expect(asked()).toEqual([]);
  });

  it("nothing: what is wanted is asked for, but for the tail's", async () => {
    const { zip, asked } = await opened(0);
    const border = toolchain.zip.length - 2_500_000;
    expect(asked()).toEqual([tail]);
    for (const [first, behind] of [
      [border - 7, border + 9],
      [border + 1, border + 9],
    ] as const)
      expect((await bytesOf(zip, first, behind)).equals(toolchain.zip.subarray(first, behind))).toBe(true);
    expect(asked()).toEqual([`bytes=${border - 7}-${border - 1}`]);
  });
});

it("reads the zip in one piece where the start is of another file than the end", async () => {
  const { zip, asked } = await opened(100_000, ({ headers }, response) => {
    if (headers.range !== ahead) return false;
    const range = { "content-range": `bytes 0-99999/${toolchain.zip.length}`, "content-length": 100_000 };
    response.writeHead(206, { ...range, etag: '"another"' }).end(Buffer.alloc(100_000));
    return true;
  });
  expect(asked()).toEqual([tail, ahead, undefined]);
  expect((await bytesOf(zip, 0, 1000)).equals(toolchain.zip.subarray(0, 1000))).toBe(true);
});

const busy: Intercept = (_, response) => {
  response.writeHead(503).end();
  return true;
};

describe("a part that is asked for before it is wanted", () => {
  it("and fails before that, is asked for again when it is", async () => {
    const { zip, asked, server } = await opened(0);
    asked();
    server.intercept = busy;
    const early = zip.data(10, 60);
    await vi.waitFor(() => expect(server.requests[0]?.status).toBe(503));
    server.intercept = undefined;
    await new Promise((resolve) => setImmediate(resolve)); // The answer is read by the same loop.
    // Another request is answered behind it: it has been told of its own.
    expect((await bytesOf(zip, 100, 200)).length).toBe(100);
    expect(asked()).toEqual(["bytes=10-59", "bytes=100-199"]);
    expect((await whole(early)).equals(toolchain.zip.subarray(10, 60))).toBe(true);
    expect(asked()).toEqual(["bytes=10-59"]);
  });

  it("and fails while it is waited for, is an error, after one request", async () => {
    const { zip, asked, server } = await opened(0);
    asked();
    server.intercept = busy;
    await expect(bytesOf(zip, 10, 60)).rejects.toMatchObject({ code: "NETWORK" });
    expect(asked()).toEqual(["bytes=10-59"]);
  });

  it("and is never wanted, fails in silence", async () => {
    const { zip, server } = await opened(0);
    server.requests.length = 0;
    server.intercept = busy;
    zip.data(10, 60); // vitest fails for a rejection that nobody hears.
    await vi.waitFor(() => expect(server.requests[0]?.status).toBe(503));
    server.intercept = undefined;
    expect((await bytesOf(zip, 100, 200)).length).toBe(100);
  });
});

it("a zip of a file:// proxy that goes while it is read is that file's fault", async () => {
  const box = sandbox();
  const path = box.write("there.zip", toolchain.zip);
  const zip = await openZipFile(path);
  if (!zip) throw new Error("it isn't there");
  const early = zip.data(10, 60);
  rmSync(path);
  await new Promise((resolve) => setImmediate(resolve)); // Nobody has to hear of it yet.
  await expect(whole(early)).rejects.toMatchObject({
    code: "NETWORK",
    message: expect.stringContaining(path),
  });
});
