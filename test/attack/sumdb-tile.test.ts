/** A tile that is too short, too long, from another place, another level or another log, or not there. */
import { beforeEach, expect, it } from "vitest";

import { countAttacks, refused } from "../support/attack.ts";
import { ChecksumDatabase } from "../support/checksum-database.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { type Asked, refusal, toolInLog } from "../support/lookup.ts";
import { sandbox } from "../support/sandbox.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";

const hashSize = 32;
const full = "tile/8/0/000";
const partial = "tile/8/0/002.p/8";
const upper = "tile/8/1/000.p/2";

let asked: Asked;
beforeEach(() => (asked = toolInLog({ id: 100, size: 520 })));

it("is accepted as it is: what follows is refused for what was changed", async (test) => {
  expect(await asked.ask()).toMatchObject({ id: 100 });
  expect(asked.log.fetched.slice(1)).toEqual([partial, upper, full]);
  countAttacks(test, 0);
});

type Forge = (tile: Buffer, server: ChecksumDatabase) => Buffer;

const forgeries: [string, Forge][] = [
  ["of no bytes", () => Buffer.alloc(0)],
  ["of a byte less", (tile) => tile.subarray(1)],
  ["of a byte more", (tile) => Buffer.concat([tile, Buffer.of(0)])],
  ["without its first hash", (tile) => tile.subarray(hashSize)],
  ["without its last hash", (tile) => tile.subarray(0, -hashSize)],
  ["with its last hash twice", (tile) => Buffer.concat([tile, tile.subarray(-hashSize)])],
  ["twice", (tile) => Buffer.concat([tile, tile])],
  [
    "with its last hash in the place of its first",
    (tile) => Buffer.concat([tile.subarray(-hashSize), tile.subarray(hashSize)]),
  ],
  [
    "with its hashes moved by one",
    (tile) => Buffer.concat([tile.subarray(hashSize), tile.subarray(0, hashSize)]),
  ],
  [
    "with its halves the other way round",
    (tile) => Buffer.concat([tile.subarray(tile.length / 2), tile.subarray(0, tile.length / 2)]),
  ],
  ["of zeros", (tile) => Buffer.alloc(tile.length)],
  ["of ones", (tile) => Buffer.alloc(tile.length, 0xff)],
  ["in hexadecimal", (tile) => Buffer.from(tile.toString("hex"))],
  ["in base64", (tile) => Buffer.from(tile.toString("base64"))],
];

for (const path of [full, partial, upper])
  it.each(forgeries)(`${path} %s`, async (_, forge) => {
    const { log, server, ask } = asked;
    log.tamper = (each, bytes) => (each === path && bytes ? forge(bytes, server) : bytes);
    await refusal(ask());
    expect(log.files.size).toBe(0);
  });

/** What is served in the place of a tile. */
it.each<[string, string, (server: ChecksumDatabase) => Buffer | undefined]>([
  ["its partial form for a full tile", full, (server) => server.serve(`${full}.p/255`)],
  ["its partial form of one hash for a full tile", full, (server) => server.serve(`${full}.p/1`)],
  ["the tile beside it for a full tile", full, (server) => server.serve("tile/8/0/001")],
  ["a full tile for a partial one", partial, (server) => server.serve(full)],
  ["a narrower tile for a partial one", partial, (server) => server.serve("tile/8/0/002.p/7")],
  ["the start of another tile for a partial one", partial, (server) => server.serve(`${full}.p/8`)],
  ["a tile of the level below for one above it", upper, (server) => server.serve(`${full}.p/2`)],
  ["a tile of another log", full, (server) => forkAt(server, 0).serve(full)],
  ["a tile of a fork", full, (server) => forkAt(server, 200).serve(full)],
  ["a partial tile of a fork", partial, (server) => forkAt(server, 515).serve(partial)],
  ["an upper tile of a fork", upper, (server) => forkAt(server, 200).serve(upper)],
])("%s", async (_, path, serve) => {
  const { log, server, ask } = asked;
  const forged = serve(server);
  expect(forged).not.toEqual(server.serve(path));
  log.tamper = (each, bytes) => (each === path ? forged : bytes);
  await refusal(ask());
  expect(log.files.size).toBe(0);
});

it("a tile of the level above for one below it", async () => {
  const small = toolInLog({ id: 1, size: 2 });
  const forged = asked.server.serve(upper);
  small.log.tamper = (path, bytes) => (path === `${full}.p/2` ? forged : bytes);
  await refusal(small.ask());
});

/** The same log up to a record, and padded to the same size from there. */
function forkAt(server: ChecksumDatabase, size: number): ChecksumDatabase {
  const fork = server.fork(size);
  fork.pad(server.size - size);
  return fork;
}

/** The log may drop a partial tile once it is full, and the start of the full one is taken. */
it.each<[string, Forge]>([
  ["another tile's", (_, server) => server.serve(full) ?? Buffer.alloc(0)],
  ["too short", (tile) => tile.subarray(0, 143 * hashSize)],
  ["with one byte changed", (tile) => Buffer.from(tile).fill(tile.readUInt8(0) ^ 1, 0, 1)],
])("a full tile in the place of a partial one that is gone: %s", async (_, forge) => {
  const { log, server, ask } = asked;
  server.shownSize = 400;
  server.keepsPartialTiles = false;
  log.tamper = (path, bytes) => (path === "tile/8/0/001" && bytes ? forge(bytes, server) : bytes);
  await refusal(ask());
  expect(log.fetched).toContain("tile/8/0/001.p/144");
  expect(log.files.size).toBe(0);
});

it.each([full, partial, upper])("%s that is hidden: nothing is proven without it", async (hidden) => {
  const { log, ask } = asked;
  log.tamper = (path, bytes) => (path === hidden ? undefined : bytes);
  await expect(ask()).rejects.toMatchObject({ code: "NO_CHECKSUM_DATABASE" });
  expect(log.files.size).toBe(0);
});

it.each(["tile/8/0/000", "tile/8/0/001.p/48", "tile/8/1/000.p/1"])(
  "a whole install is refused where %s is forged",
  async (forged) => {
    const database = new ChecksumDatabase();
    database.pad(100);
    const proxy = await localProxy({ database, toolchains: [tinyToolchain("1.22.5", host)] });
    database.pad(200);
    let isAsked = false;
    proxy.intercept = ({ url }, response) => {
      if (url !== `/sumdb/${database.name}/${forged}`) return false;
      const tile = database.serve(forged) ?? Buffer.alloc(0);
      response.end(tile.fill(tile.readUInt8(0) ^ 1, 0, 1));
      return (isAsked = true);
    };
    const box = sandbox(settingsFor(proxy));
    const ran = await refused(box, ["install", "1.22.5"]);
    expect(ran.stderr).toContain("signed head of 304 records");
    expect(isAsked).toBe(true);
    expect(box.listing().filter((path) => path.startsWith("sumdb/"))).toEqual([]);
  },
);
