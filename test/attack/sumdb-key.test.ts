/** A checksum database with the right name and another key, for lookups and for a whole install. */
import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { parseGosumdb } from "../../src/sumdb/database.ts";
import { countAttacks, flippedBits, refused } from "../support/attack.ts";
import { ChecksumDatabase, publicVectors } from "../support/checksum-database.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { asking, refusal, toolInLog } from "../support/lookup.ts";
import { sandbox } from "../support/sandbox.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";

const [, , right64 = ""] = publicVectors().publicKey.split(/\+(?=033de0ae|Ac4)/);

/** A key with the hash that belongs to it. */
function keyOf(name: string, bytes: Uint8Array): string {
  const hash = createHash("sha256").update(`${name}\n`).update(bytes).digest("hex").slice(0, 8);
  return `${name}+${hash}+${Buffer.from(bytes).toString("base64")}`;
}

describe("a key in GOSUMDB", () => {
  const key = Buffer.from(right64, "base64");

  it("whose bytes differ in one bit, under the hash of the right one", (test) => {
    expect(parseGosumdb(`sum.golang.org+033de0ae+${right64}`).key).toBe(publicVectors().publicKey);
    for (const { bit, flipped } of flippedBits(key))
      expect(
        () => parseGosumdb(`sum.golang.org+033de0ae+${flipped.toString("base64")}`),
        `bit ${bit}`,
      ).toThrow(expect.objectContaining({ code: "BAD_GOSUMDB" }));
    countAttacks(test, key.length * 8);
  });

  it("whose hash differs in one bit", (test) => {
    for (const { flipped } of flippedBits(Buffer.from("033de0ae", "hex")))
      expect(() => parseGosumdb(`sum.golang.org+${flipped.toString("hex")}+${right64}`)).toThrow(
        expect.objectContaining({ code: "BAD_GOSUMDB" }),
      );
    countAttacks(test, 32);
  });

  it.each([
    ["of another algorithm", keyOf("sum.golang.org", Buffer.from(key).fill(2, 0, 1))],
    ["one byte short", keyOf("sum.golang.org", key.subarray(0, -1))],
    ["one byte long", keyOf("sum.golang.org", Buffer.concat([key, Buffer.of(0)]))],
    ["for another name", `sum.golang.com+033de0ae+${right64}`],
  ])("%s", (_, gosumdb) => {
    expect(() => parseGosumdb(gosumdb)).toThrow(expect.objectContaining({ code: "BAD_GOSUMDB" }));
  });
});

it("a log signed by another key of the same name is refused", async () => {
  const [ours, theirs] = [toolInLog(), toolInLog()];
  const error = await refusal(asking(ours.database, theirs.log)());
  expect(error.hint).toContain(`no signature is by the key ${ours.database.key.split("+", 2).join("+")}`);
  expect(theirs.log.files.size).toBe(0);
});

describe("a whole install from a mirror with a database of its own", () => {
  const toolchains = [tinyToolchain("1.22.5", host)];

  it("under the name of the one that is trusted", async () => {
    const mirror = await localProxy({ toolchains });
    const trusted = new ChecksumDatabase(mirror.database.name);
    const box = sandbox({ GOPROXY: mirror.url, GOSUMDB: trusted.verifierKey });
    const ran = await refused(box, ["install", "1.22.5"]);
    expect(ran.stderr).toContain("no signature is by the key test.sum+");
    expect(box.listing().filter((path) => path.startsWith("sumdb/"))).toEqual([]);
  });

  it.each(["", "off", "sum.golang.org"])(
    "under the name sum.golang.org, where GOSUMDB is %j",
    async (gosumdb) => {
      const mirror = await localProxy({ toolchains, database: new ChecksumDatabase("sum.golang.org") });
      const box = sandbox({ GOPROXY: mirror.url, GOSUMDB: gosumdb });
      const ran = await refused(box, ["install", "1.22.5"]);
      expect(ran.stderr).toContain("no signature is by the key sum.golang.org+033de0ae");
    },
  );

  it("whose toolchain has no record in the one that is trusted", async () => {
    const mirror = await localProxy({ toolchains });
    const trusted = await localProxy();
    const box = sandbox({
      ...settingsFor(mirror),
      GOSUMDB: `${trusted.database.verifierKey} ${trusted.url}/sumdb/${trusted.database.name}`,
    });
    const ran = await refused(box, ["install", "1.22.5"]);
    expect(ran.stderr).toMatch(/^gv: the checksum database has no record of /);
  });

  it("where all of GONOSUMDB, GOPRIVATE, GOINSECURE and GONOSUMCHECK ask for no proof", async () => {
    const mirror = await localProxy({ toolchains });
    const trusted = new ChecksumDatabase(mirror.database.name);
    const all = "golang.org/toolchain,*";
    const box = sandbox({
      GOPROXY: mirror.url,
      GOSUMDB: trusted.verifierKey,
      GONOSUMDB: all,
      GOPRIVATE: all,
      GOINSECURE: all,
      GONOSUMCHECK: "1",
    });
    const ran = await refused(box, ["install", "1.22.5"]);
    expect(ran.stderr).toContain("no signature is by the key test.sum+");
  });
});
