/**
 * The head that was kept, changed on disk: it is never taken for a head, what is asked is proven as on the first
 * day, and a person is told. One that the log did sign is a head, however old.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { countAttacks, flippedBits, refused } from "../support/attack.ts";
import { ChecksumDatabase } from "../support/checksum-database.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { addTool, keptFolder, keptHead, refusal, toolInLog, toolPath } from "../support/lookup.ts";
import { host, localProxy, scene, settingsFor } from "../support/scene.ts";

it("each bit of it", async (test) => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  const kept = server.head(280);
  const proof = { treeSize: 300, treeHash: server.treeHash().toString("base64") };
  for (const { bit, flipped } of flippedBits(kept)) {
    log.files.set("latest", Buffer.from(flipped));
    expect(await ask(), `bit ${bit}`).toMatchObject({ id: 100, proof, keptHead: "damaged" });
    expect(log.latest).toBe(server.head().toString());
  }
  countAttacks(test, kept.length * 8);
});

/** Claims more than the log has, so that it would stay for ever, or hide a fork. */
it.each<[string, (server: ChecksumDatabase) => string | Uint8Array]>([
  ["nothing", () => ""],
  ["zeros, as after a crash", () => Buffer.alloc(200)],
  ["half of a head", (server) => server.head().subarray(0, 80)],
  ["a larger size", (server) => server.head().toString().replace("\n300\n", "\n900\n")],
  [
    "another hash",
    (server) =>
      server
        .head()
        .toString()
        .replace(/\n(.{44})\n/, `\n${"A".repeat(43)}=\n`),
  ],
  ["a head of another log", () => otherLog("sum.golang.org", 900).head()],
  ["a head by another key of the same name", (server) => otherLog(server.name, 900).head()],
  [
    "a head without a signature",
    (server) =>
      server
        .head()
        .toString()
        .replace(/— .*\n/, ""),
  ],
  ["a record that the log serves", (server) => server.serve(toolPath())?.subarray(4) ?? ""],
])("%s in its place", async (_, forge) => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  log.files.set("latest", Buffer.from(forge(server)));
  expect(await ask()).toMatchObject({ id: 100, proof: { treeSize: 300 }, keptHead: "damaged" });
  expect(log.latest).toBe(server.head().toString());
});

function otherLog(name: string, size: number): ChecksumDatabase {
  const server = new ChecksumDatabase(name);
  server.pad(size);
  return server;
}

it("a text that the log signed and that is no head is no head", async () => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  const note = server.sign("some other text\n");
  log.files.set("latest", note);
  await refusal(ask());
  expect(log.files.get("latest")).toBe(note);
});

it("an older head of the same log is one: it is proven against, and replaced", async (test) => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  await ask();
  for (const size of [1, 100, 255, 256, 299]) {
    log.files.set("latest", server.head(size));
    expect(await ask()).toMatchObject({ id: 100, proof: { treeSize: 300 }, keptHead: "kept" });
    expect(log.latest).toBe(server.head().toString());
  }
  countAttacks(test, 0);
});

it("an older head still finds a fork from before it", async () => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  await ask();
  const older = server.head(200);
  log.files.set("latest", older);
  log.database = server.fork(150);
  addTool(log.database, "v1.0.1");
  log.database.pad(300);
  await refusal(ask("v1.0.1"));
  expect(log.files.get("latest")).toBe(older);
});

it("a person is told that it was damaged, once, and the next install is as before", async (test) => {
  const there = await scene(["1.22.4", "1.22.5", "1.22.6"]);
  const { box, gv, proxy } = there;
  await there.install("1.22.4");
  const file = join(keptFolder(box, proxy.database), "latest");
  const right = readFileSync(file);
  writeFileSync(file, Buffer.from(right).fill(right.readUInt8(30) ^ 1, 30, 31));
  const warned = await gv("install", "1.22.5");
  expect(warned).toMatchObject({ code: 0 });
  expect(warned.stderr).toMatch(/the newest tree head of test\.sum that was kept in .* is damaged/);
  expect(readFileSync(file)).toEqual(right);
  expect(await gv("install", "1.22.6")).toMatchObject({ code: 0, stderr: "" });
  countAttacks(test, 0);
});

it("a log with another key of the same name keeps its own, and leaves this one", async () => {
  const toolchains = ["1.22.4", "1.22.5", "1.22.6"].map((version) => tinyToolchain(version, host));
  const there = await scene([], { toolchains });
  const { box, proxy } = there;
  await there.install("1.22.4");
  const kept = keptHead(box, proxy.database);
  const other = await localProxy({ toolchains });
  expect(other.database.name).toBe(proxy.database.name);
  // It may be trusted on purpose: then it is another log, with another history.
  expect(await box.gv(["install", "1.22.5"], { env: settingsFor(other) })).toMatchObject({ code: 0 });
  expect(keptHead(box, proxy.database)).toBe(kept);
  expect(keptHead(box, other.database)).toBe(other.database.head().toString());
  await refused(box, ["install", "1.22.6"], { env: { GOPROXY: other.url } });
  expect(keptHead(box, proxy.database)).toBe(kept);
});
