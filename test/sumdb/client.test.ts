import { beforeEach, describe, expect, it } from "vitest";

import { lookup } from "../../src/sumdb/client.ts";
import { defaultDatabase, type Database } from "../../src/sumdb/database.ts";
import { ChecksumDatabase, MemoryLog, publicVectors } from "../support/checksum-database.ts";

const vectors = publicVectors();
const notProven = expect.objectContaining({ code: "NOT_PROVEN" });

describe("the public log", () => {
  const answers = new Map<string, Buffer>();
  for (const each of vectors.modules) answers.set(each.lookupPath.slice(1), Buffer.from(each.lookup));
  for (const [path, tile] of Object.entries(vectors.tiles)) answers.set(path, Buffer.from(tile, "base64"));

  it.each(vectors.modules)("proves $module $version, then against a newer head", async (vector) => {
    const { recordId: id, recordText: text, h1, goModH1, lookupTree, latestTree } = vector;
    const log = new MemoryLog(new ChecksumDatabase());
    log.tamper = (path) => answers.get(path);
    const ask = () => lookup(defaultDatabase, log, vector.module, vector.version);
    const first = { treeSize: lookupTree.n, treeHash: lookupTree.hash };
    const answer = { id, h1, goModH1, text };
    expect(await ask()).toMatchObject({ ...answer, proof: { id, text, ...first }, keptHead: "none" });
    expect(vector.lookup.endsWith(`\n\n${log.latest}`)).toBe(true);
    log.files.set("latest", Buffer.from(vectors.latest));
    const newer = { treeSize: latestTree.n, treeHash: latestTree.hash };
    const proof = { ...newer, head: vectors.latest };
    expect(await ask()).toMatchObject({ ...answer, proof, keptHead: "kept" });
    expect(log.latest).toBe(vectors.latest);
  });
});

const [h1, goModH1] = [`h1:${"A".repeat(43)}=`, `h1:${"B".repeat(43)}=`];

function goSumLines(first: string, second: string): string {
  return `example.com/${first} v2.0.0 ${h1}\nexample.com/${second} v2.0.0/go.mod ${goModH1}\n`;
}

/** A fork from record 500 on, with Tool v1.0.1. */
function forked(server: ChecksumDatabase, size: number): ChecksumDatabase {
  const fork = server.fork(500);
  fork.add("example.com/Tool", "v1.0.1", h1, goModH1);
  fork.pad(size - fork.size);
  return fork;
}

describe("lookup", () => {
  let server: ChecksumDatabase;
  let log: MemoryLog;
  let database: Database;
  const ask = (version = "v1.0.0", module = "example.com/Tool") => lookup(database, log, module, version);
  const keptSize = () => Number(log.latest.split("\n")[1]);

  /** Loads these heads, one after the other, as if other processes had kept them. */
  const keep = (...heads: Buffer[]) =>
    (log.load = (name) => Promise.resolve(name === "latest" ? heads.shift() : undefined));

  beforeEach(() => {
    server = new ChecksumDatabase();
    server.pad(300);
    server.add("example.com/Tool", "v1.0.0", h1, goModH1);
    server.pad(400);
    log = new MemoryLog(server);
    database = { name: server.name, key: server.verifierKey };
  });

  it("asks with ! for upper-case letters and fetches each tile once", async () => {
    expect(await ask()).toMatchObject({ id: 300, h1, goModH1, text: server.record(300) });
    expect(log.fetched).toEqual([
      "lookup/example.com/!tool@v1.0.0",
      "tile/8/0/002.p/189",
      "tile/8/1/000.p/2",
      "tile/8/0/001",
    ]);
  });

  it("keeps the head and full tiles, and fetches only what is missing", async () => {
    await ask();
    expect([...log.files.keys()]).toEqual(["tile/8/0/001", "latest"]);
    log.fetched.length = 0;
    expect(await ask()).toMatchObject({ keptHead: "kept" });
    expect(log.fetched).not.toContain("tile/8/0/001");
  });

  it("keeps nothing of what it cannot prove", async () => {
    log.tamper = (path, bytes) => (path.startsWith("tile/8/0/001") ? bytes?.fill(0) : bytes);
    await expect(ask()).rejects.toThrow(notProven);
    expect(log.files.size).toBe(0);
  });

  it("takes the start of a full tile when the partial one is gone", async () => {
    server.shownSize = 400;
    server.keepsPartialTiles = false;
    expect(await ask()).toMatchObject({ proof: { treeSize: 400 } });
    expect(log.fetched).toEqual(expect.arrayContaining(["tile/8/0/001.p/144", "tile/8/0/001"]));
    expect([...log.files.keys()]).toEqual(["latest"]);
  });

  it("fetches kept tiles again if they do not verify, once", async () => {
    await ask();
    const good = log.files.get("tile/8/0/001");
    for (const damaged of [Buffer.alloc(8192, 1), Buffer.alloc(0), Buffer.alloc(9000)]) {
      log.files.set("tile/8/0/001", damaged);
      log.fetched.length = 0;
      expect(await ask()).toMatchObject({ id: 300 });
      expect(log.fetched.filter((path) => path === "tile/8/0/001")).toHaveLength(1);
      expect(log.files.get("tile/8/0/001")).toEqual(good);
    }
  });

  it("gives undefined for a module that the log does not have, and names a tile that it does not have", async () => {
    expect(await ask("v2.0.0")).toBeUndefined();
    log.tamper = (path, bytes) => (path.startsWith("tile/8/1/") ? undefined : bytes);
    const missing = { code: "NO_CHECKSUM_DATABASE", message: expect.stringContaining("tile/8/1/000") };
    await expect(ask()).rejects.toThrow(expect.objectContaining(missing));
  });

  const badNames = ["", "../x", "a b", "exámple.com", "x!y", "a\nb", "a?b", "a%2f"];
  it.each(badNames)("refuses the name %j", async (name) => {
    const refused = expect.objectContaining({ code: "BAD_ARGUMENT" });
    await expect(ask("v1.0.0", name)).rejects.toThrow(refused);
    await expect(ask(name)).rejects.toThrow(refused);
  });

  describe("refuses an answer", () => {
    const answers: [string, (text: string) => string][] = [
      ["of another version", (text) => text.replaceAll("v1.0.0", "v1.0.1")],
      ["of another module", (text) => text.replaceAll("example.com/Tool", "example.com/tool")],
      ["with other hashes", (text) => text.replace("AAAA", "AAAB")],
      ["with the hash of go.mod changed", (text) => text.replace("BBBB", "BBBA")],
      ["with the id of another record", (text) => text.replace("300", "299")],
      ["with an id that is not in the tree", (text) => text.replace("300", "701")],
      ["with an id that has a leading zero", (text) => text.replace("300", "0300")],
      ["with an id that is negative", (text) => text.replace("300", "-300")],
      ["without a note", (text) => text.slice(0, text.indexOf("\n\n") + 2)],
      ["whose head claims more records", (text) => text.replace("\n701\n", "\n702\n")],
      ["that is empty", () => ""],
      ["that is a web page", () => "<!doctype html>\n<title>Sign in</title>\n\n\n"],
    ];
    it.each(answers)("%s", async (_, change) => {
      log.tamper = (path, bytes) => {
        if (!path.startsWith("lookup/")) return bytes;
        const changed = change(String(bytes));
        expect(changed).not.toBe(String(bytes));
        return Buffer.from(changed);
      };
      await expect(ask()).rejects.toThrow(notProven);
      expect(log.files.size).toBe(0);
    });

    it("that is a proven record, but of another version", async () => {
      server.add("example.com/Tool", "v1.0.1", h1, goModH1);
      log.tamper = (path, bytes) =>
        path.startsWith("lookup/") ? server.serve(`${path.slice(0, -1)}1`) : bytes;
      await expect(ask()).rejects.toThrow(notProven);
    });

    it.each([
      ["one line", `example.com/Tool v2.0.0 ${h1}\n`],
      ["three lines", `${goSumLines("Tool", "Tool")}example.com/Tool v2.0.0 ${h1}\n`],
      ["another module in its first line", goSumLines("Toy", "Tool")],
      ["another module in its second line", goSumLines("Tool", "Toy")],
    ])("that is in the log, but has %s", async (_, text) => {
      server.addText("example.com/Tool", "v2.0.0", text);
      await expect(ask("v2.0.0")).rejects.toThrow(notProven);
    });

    it("that is signed with a key of the right name and other bytes", async () => {
      database = { name: server.name, key: new ChecksumDatabase().verifierKey };
      await expect(ask()).rejects.toThrow(notProven);
    });

    it("whose signed note is no tree head", async () => {
      const answer = `300\n${server.record(300)}\n${server.sign("something else\n").toString()}`;
      log.tamper = (path, bytes) => (path.startsWith("lookup/") ? Buffer.from(answer) : bytes);
      await expect(ask()).rejects.toThrow(notProven);
    });
  });

  describe("and the head kept from before", () => {
    it("grows when the log does, and does not shrink when an older one is shown, which is normal", async () => {
      server.shownSize = 350;
      expect(await ask()).toMatchObject({ proof: { treeSize: 350 }, keptHead: "none" });
      expect(keptSize()).toBe(350);
      server.shownSize = undefined;
      expect(await ask()).toMatchObject({ proof: { treeSize: 701 }, keptHead: "kept" });
      expect(keptSize()).toBe(701);
      server.shownSize = 350;
      expect(await ask()).toMatchObject({ proof: { treeSize: 701 }, keptHead: "kept" });
      expect(keptSize()).toBe(701);
    });

    it.each([600, 701, 800])("finds a fork that shows %i records, and prints both heads", async (size) => {
      await ask();
      log.database = forked(server, 800);
      log.database.shownSize = size;
      const [ours, theirs] = [server.head(), log.database.head()].map((note) => String(note).split("\n")[2]);
      const error = await ask("v1.0.1").catch((reason: unknown) => reason);
      expect(error).toEqual(notProven);
      expect(error).toHaveProperty(
        "message",
        expect.stringMatching(size < 701 ? /head of 701/ : /histories/),
      );
      for (const head of [
        `head of 701 records, hash ${ours}, kept from an earlier lookup:`,
        `head of ${size} records, hash ${theirs}, signed in the answer to lookup/`,
      ])
        expect(error).toHaveProperty("hint", expect.stringContaining(head));
      expect(log.latest).toBe(String(server.head()));
    });

    it("asks for tiles that an old copy of the log lacks", async () => {
      await ask();
      log.database = forked(server, 600);
      const missing = { code: "NO_CHECKSUM_DATABASE", hint: expect.stringContaining("kept from") };
      await expect(ask("v1.0.1")).rejects.toThrow(expect.objectContaining(missing));
    });

    it.each([
      ["has a flipped bit", (note: Buffer) => note.fill(note[30]! ^ 1, 30, 31)],
      ["is empty", () => Buffer.alloc(0)],
      ["is signed by another key", () => new ChecksumDatabase().head()],
    ])("counts as none if it %s, and the answer says so", async (_, damage) => {
      log.files.set("latest", damage(server.head(200)));
      expect(await ask()).toMatchObject({ id: 300, keptHead: "damaged" });
      expect(keptSize()).toBe(701);
    });

    it("is proven against again if another process kept one meanwhile", async () => {
      const load = keep(server.head(400), server.head(500), server.head(500));
      await ask();
      expect(await load("latest")).toBeUndefined();
      expect(keptSize()).toBe(701);
    });

    it("stays if another process kept a newer one meanwhile", async () => {
      server.shownSize = 500;
      keep(server.head(400), server.head(600));
      expect(await ask()).toMatchObject({ proof: { treeSize: 600 } });
      expect(log.files.has("latest")).toBe(false);
    });

    it("finds a fork that another process kept meanwhile", async () => {
      const fork = forked(server, 600).head();
      keep(server.head(300), fork, fork);
      await expect(ask()).rejects.toThrow(notProven);
      expect(log.files.has("latest")).toBe(false);
    });
  });
});
