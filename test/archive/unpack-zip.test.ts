/** src/archive/unpack-zip.ts: what is written is what the zip holds, however it arrives; what isn't whole ends everything. */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import { deflateRawSync } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import { unpackZip } from "../../src/archive/unpack-zip.ts";
import type { Context } from "../../src/context.ts";
import { GvError } from "../../src/errors.ts";
import type { HashedFile } from "../../src/sumdb/dirhash.ts";
import type { Placement } from "../../src/toolchain.ts";
import { readZipDirectory, type ZipForm } from "../../src/archive/zip.ts";
import { noMounts, tmpfs } from "../support/mount.ts";
import { listTree, sandbox, type Sandbox } from "../support/sandbox.ts";
import { makeZip, type ZipEntry, type ZipOptions } from "../support/zip.ts";

/** In pieces of that many bytes, each in memory of its own, as from a socket. */
async function* pieces(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

const asNamed = (name: string): Placement => ({ path: name, mode: name.startsWith("bin/") ? 0o755 : 0o644 });

const notF5 = (name: string): Placement => {
  if (name === "f5") throw new GvError("BAD_ARCHIVE", "not a file of this module");
  return asNamed(name);
};

const inOnePlace = (): Placement => ({ path: "src/go.mod", mode: 0o644 });

interface Options {
  readonly ctx?: Partial<Context>;
  readonly data?: (all: Buffer) => AsyncIterable<Uint8Array>;
  readonly place?: (name: string) => Placement;
  readonly form?: ZipForm;
}

/** Unpacks into the sandbox's project folder; the files are given in the order of their names. */
async function unpack(box: Sandbox, zip: Buffer, options: Options = {}): Promise<HashedFile[]> {
  const { ctx, data = pieces, place = asNamed, form } = options;
  const read = (offset: number, length: number) => Promise.resolve(zip.subarray(offset, offset + length));
  const directory = await readZipDirectory(zip.length, read, form);
  const all = zip.subarray(0, directory.start);
  const packed = { directory, data: (from?: number, to?: number) => data(all.subarray(from, to)) };
  const files = await unpackZip(box.context(ctx), packed, box.project, place);
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const failureOf = (unpacking: Promise<unknown>): Promise<unknown> =>
  unpacking.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );

/** The threads that are started until the test is over. */
function threads(): Worker[] {
  const started: Worker[] = [];
  const onWorker = (worker: Worker): void => void started.push(worker);
  process.on("worker", onWorker);
  onTestFinished(() => void process.off("worker", onWorker));
  return started;
}

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const sized = (size: number): Partial<ZipEntry> => ({ central: { size }, descriptor: { size } });

const small: ZipEntry[] = [
  { name: "VERSION", data: "go1.22.5\n" },
  { name: "bin/go", data: "#!/bin/sh\n", mode: 0o100755 },
  { name: "bin/stored", data: "as it is", method: 0 },
  { name: "empty", data: "" },
  { name: "empty-stored", data: "", method: 0 },
  { name: "src/deep/er/é.go", data: "package é // ".repeat(2000) },
  { name: "src/stored", data: randomBytes(20_000), method: 0 },
];
/** Eight batches. */
const large: ZipEntry[] = Array.from({ length: 8 }, (_, i) => ({
  name: `f${i}`,
  data: randomBytes(250_000),
  method: 0,
}));

describe("unpacks", () => {
  it.each<[string, ZipOptions]>([
    ["as Go writes zips", {}],
    ["without data descriptors", { dataDescriptor: false }],
    ["a conversion", { fat: true }],
    ["as Go 1.27 deflates", { ending: "fixed" }],
  ])("contents and hashes: %s", async (_, options) => {
    const box = sandbox();
    const files = await unpack(box, makeZip(small, options));
    expect(files).toEqual(
      small
        .map(({ name, data }) => ({ name, sha256: sha256(data) }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    for (const { name, data } of small)
      expect(readFileSync(join(box.project, String(name)))).toEqual(Buffer.from(data));
    expect(listTree(box.project).filter((path) => !path.endsWith("/"))).toHaveLength(small.length);
  });

  it("modes by place, not by zip or umask", async () => {
    const box = sandbox();
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    await unpack(box, makeZip(small), { ctx: { umask: 0o077 } });
    const mode = (name: string): number => statSync(join(box.project, name)).mode & 0o777;
    expect(["bin/go", "bin/stored", "VERSION", "src/stored"].map(mode)).toEqual([0o755, 0o755, 0o644, 0o644]);
  });

  it("to where it is told, hashed under the zip's name", async () => {
    const box = sandbox();
    const zip = makeZip([{ name: "src/_go.mod", data: "module std\n" }]);
    const files = await unpack(box, zip, { place: inOnePlace });
    expect(files).toEqual([{ name: "src/_go.mod", sha256: sha256("module std\n") }]);
    expect(listTree(box.project)).toEqual(["src/", "src/go.mod"]);
  });

  it.each([1, 7, 64 * 1024, 10_000_000])("from pieces of %i bytes", async (size) => {
    const box = sandbox();
    const entries = size < 100 ? small : [...small, ...large];
    const files = await unpack(box, makeZip(entries), { data: (all) => pieces(all, size) });
    expect(files).toHaveLength(entries.length);
    const wanted = new Map(entries.map(({ name, data }) => [name, sha256(data)]));
    for (const file of files) expect(file.sha256).toBe(wanted.get(file.name));
  });

  it("files of more than a batch, and of more than may be held", async () => {
    const box = sandbox();
    const entries: ZipEntry[] = [
      { name: "zeros", data: Buffer.alloc(5_000_000) },
      { name: "noise", data: randomBytes(3_000_000) },
      { name: "stored", data: randomBytes(1_100_000), method: 0 },
      { name: "last", data: "last" },
    ];
    const files = new Map((await unpack(box, makeZip(entries))).map((file) => [file.name, file.sha256]));
    for (const { name, data } of entries) {
      expect(files.get(String(name))).toBe(sha256(data));
      expect(sha256(readFileSync(join(box.project, String(name))))).toBe(sha256(data));
    }
  });

  it("folders of an archive with their files alone: none is placed or hashed", async () => {
    const box = sandbox();
    const zip = makeZip([
      { name: "go/", data: "" },
      { name: "go/bin/", data: "" },
      { name: "go/bin/go.exe", data: "MZ" },
      { name: "go/pkg/obj/", data: "" },
    ]);
    const files = await unpack(box, zip, { form: "archive" });
    expect(files).toEqual([{ name: "go/bin/go.exe", sha256: sha256("MZ") }]);
    expect(listTree(box.project)).toEqual(["go/", "go/bin/", "go/bin/go.exe"]);
  });

  it("nothing from an empty zip", async () => {
    const box = sandbox();
    expect(await unpack(box, makeZip([]))).toEqual([]);
    expect(listTree(box.project)).toEqual([]);
  });

  it("hundreds of files, each once", async () => {
    const entries = Array.from({ length: 700 }, (_, i) => ({ name: `d${i % 9}/${i}`, data: `file ${i}` }));
    const files = await unpack(sandbox(), makeZip(entries));
    expect(new Set(files.map(({ sha256: hash }) => hash)).size).toBe(700);
    expect(files).toHaveLength(700);
  });
});

it("asks for small parts before they are wanted, no more than seven at a time; for large ones one by one", async () => {
  const box = sandbox();
  // Of each pair the first is in the other tree, so that the second ones lie apart.
  const pairs = [...Array(20).keys()].map((i) => String(i).padStart(2, "0"));
  const entries = pairs.flatMap((i): ZipEntry[] => [
    { name: `d${i}/a`, data: randomBytes(100_000), method: 0 },
    { name: `d${i}/b`, data: randomBytes(i > "16" ? 400_000 : 1000), method: 0 },
  ]);
  const shared = join(box.home, "shared");
  for (const { name, data } of entries.filter((one) => String(one.name).endsWith("a"))) {
    mkdirSync(dirname(join(shared, String(name))), { recursive: true });
    writeFileSync(join(shared, String(name)), data);
  }
  const zip = makeZip(entries);
  const directory = await readZipDirectory(zip.length, (offset, length) =>
    Promise.resolve(zip.subarray(offset, offset + length)),
  );
  let [asked, begun] = [0, 0];
  const most = { small: 0, large: 0 };
  async function* bytes(from: number, to: number): AsyncGenerator<Uint8Array> {
    begun++;
    yield* pieces(zip.subarray(from, to));
  }
  const data = (from = 0, to = 0): AsyncIterable<Uint8Array> => {
    const kind = to - from > 256 * 1024 ? "large" : "small";
    most[kind] = Math.max(most[kind], ++asked - begun);
    return bytes(from, to);
  };
  const files = await unpackZip(box.context(), { directory, data }, box.project, asNamed, {
    shared: { folder: shared, how: "clone", mayHave: (path) => path.endsWith("a") },
  });
  expect(files).toHaveLength(entries.length);
  for (const { name, data: content } of entries)
    expect(readFileSync(join(box.project, String(name))).equals(Buffer.from(content))).toBe(true);
  expect([asked, begun, most]).toEqual([20, 20, { small: 7, large: 2 }]);
});

describe("a damaged zip", () => {
  const text = Buffer.from("package fmt // ".repeat(500));
  const deflated = deflateRawSync(text);
  const flipped = Buffer.from(deflated);
  flipped[0] = 0x07; // A block of a type that isn't one.

  it.each<[string, Partial<ZipEntry>, RegExp]>([
    ["a deflate stream that is none", { raw: flipped }, /damaged at src\/bad: /],
    ["a stream cut short", { raw: deflated.subarray(0, 20) }, /damaged at src\/bad: its data doesn't end/],
    ["no stream", { raw: Buffer.alloc(0) }, /damaged at src\/bad: its data doesn't end/],
    ["more than its size", sized(text.length - 1), /damaged at src\/bad: it is longer/],
    ["much more than its size", sized(0), /damaged at src\/bad: it is longer/],
    ["less than its size", sized(text.length + 1), /damaged at src\/bad: it is shorter/],
    ["another checksum", { central: { crc: 1 }, descriptor: { crc: 1 } }, /damaged at src\/bad: its CRC-32/],
    ["a header of another file", { local: { name: "src/foo" } }, /src\/bad: its own header disagrees/],
    ["text where data should be", { method: 0, central: { method: 8 } }, /disagrees/],
  ])("%s", async (_, how, reason) => {
    const box = sandbox();
    const entries = [{ name: "good", data: "x" }, { name: "src/bad", data: text, ...how }, ...large];
    const started = threads();
    const error = await failureOf(unpack(box, makeZip(entries)));
    expect(error).toMatchObject({ code: "BAD_ARCHIVE", exitCode: 4 });
    expect(String(error)).toMatch(reason);
    expect((error as GvError).hint).toContain("nothing was installed");
    expect(started.map(({ threadId }) => threadId)).toEqual(started.map(() => -1));
  });

  it.each([0, 1, 40, 600_000])("bytes that end after %i", async (length) => {
    const started = threads();
    const data = (all: Buffer) => pieces(all.subarray(0, length));
    const error = await failureOf(unpack(sandbox(), makeZip(large), { data }));
    expect(error).toMatchObject({ code: "BAD_ARCHIVE" });
    expect(String(error)).toContain("ends in the middle");
    expect(started.every(({ threadId }) => threadId === -1)).toBe(true);
  });

  it("two names for one file", async () => {
    const zip = makeZip(["src/go.mod", "src/_go.mod"].map((name) => ({ name, data: name })));
    expect(await failureOf(unpack(sandbox(), zip, { place: inOnePlace }))).toMatchObject({
      code: "BAD_ARCHIVE",
    });
  });

  it("a name that no file can have here", async () => {
    const zip = makeZip([{ name: `m/${"x".repeat(300)}`, data: "" }]);
    expect(await failureOf(unpack(sandbox(), zip))).toMatchObject({ code: "BAD_ARCHIVE" });
  });
});

describe("ends at once, and nothing is written afterwards", () => {
  it("on an interrupt in the middle", async () => {
    const box = sandbox();
    const interrupt = new AbortController();
    const reason = new GvError("INTERRUPTED", "interrupted");
    const started = threads();
    async function* data(all: Buffer): AsyncGenerator<Uint8Array> {
      yield* pieces(all.subarray(0, 1_000_000));
      interrupt.abort(reason);
      yield* pieces(all.subarray(1_000_000));
    }
    const error = await failureOf(unpack(box, makeZip(large), { data, ctx: { signal: interrupt.signal } }));
    expect(error).toBe(reason);
    expect(started.length).toBeGreaterThan(0);
    expect(started.every(({ threadId }) => threadId === -1)).toBe(true);
    expect(listTree(box.project).length).toBeLessThan(large.length);
  });

  it("on what the source throws", async () => {
    const reason = new GvError("NETWORK", "the connection was cut");
    const started = threads();
    async function* data(all: Buffer): AsyncGenerator<Uint8Array> {
      yield* pieces(all.subarray(0, 700_000));
      throw reason;
    }
    expect(await failureOf(unpack(sandbox(), makeZip(large), { data }))).toBe(reason);
    expect(started.every(({ threadId }) => threadId === -1)).toBe(true);
  });

  it("where a name is refused", async () => {
    const box = sandbox();
    expect(await failureOf(unpack(box, makeZip(large), { place: notF5 }))).toMatchObject({
      code: "BAD_ARCHIVE",
    });
    expect(listTree(box.project)).not.toContain("f6");
  });

  it.skipIf(noMounts)(`on a full disk${noMounts ? `: ${noMounts}` : ""}`, async () => {
    const box = sandbox();
    tmpfs(box.project, "600k");
    const started = threads();
    const error = await failureOf(unpack(box, makeZip(large)));
    expect(error).toMatchObject({ code: "NO_SPACE", exitCode: 1 });
    expect((error as GvError).hint).toContain("GV_ROOT");
    expect(started.every(({ threadId }) => threadId === -1)).toBe(true);
  });
});
