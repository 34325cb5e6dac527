/**
 * A head that is smaller than the one that was kept. Where it is a prefix, it is normal, since proxies keep answers
 * for a long time: what it signs is proven, in the newer tree, and the kept head stays. Where it isn't, it is refused.
 */
import { describe, expect, it } from "vitest";

import { countAttacks, refused } from "../support/attack.ts";
import type { ChecksumDatabase } from "../support/checksum-database.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { addTool, keptHead, refusal, toolInLog, toolPath } from "../support/lookup.ts";
import { sandbox } from "../support/sandbox.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";

describe("a smaller head", () => {
  it("that is a prefix is accepted, and the kept one doesn't shrink", async (test) => {
    const { server, log, ask } = toolInLog({ id: 100, size: 600 });
    await ask();
    const kept = log.latest;
    for (const size of [101, 102, 128, 255, 256, 257, 300, 511, 512, 513, 599, 600]) {
      server.shownSize = size;
      expect(await ask(), `${size}`).toMatchObject({
        id: 100,
        proof: { treeSize: 600, treeHash: server.treeHash(600).toString("base64") },
        keptHead: "kept",
      });
      expect(log.latest).toBe(kept);
    }
    countAttacks(test, 0);
  });

  it("that has no such record yet is refused", async (test) => {
    const { server, log, ask } = toolInLog({ id: 300, size: 600 });
    await ask();
    const [kept, answer] = [log.latest, String(server.serve(toolPath()))];
    const sizes = [1, 2, 256, 299, 300];
    for (const size of sizes) {
      const forged = answer.replace(server.head().toString(), server.head(size).toString());
      expect(forged).not.toBe(answer);
      log.files.clear();
      log.tamper = (path, bytes) => (path === toolPath() ? Buffer.from(forged) : bytes);
      const error = await refusal(ask(), `${size}`);
      expect(error.message).toContain("record 300 is not in the log");
      expect(log.files.size).toBe(0);
    }
    expect(kept).toBe(server.head().toString());
    countAttacks(test, sizes.length);
  });

  it("that is no prefix is refused, with each number of records in common", async (test) => {
    const { server, log, ask } = toolInLog({ id: 0, size: 300 });
    await ask();
    const kept = log.latest;
    let attacks = 0;
    for (const common of [1, 2, 127, 128, 200, 255, 256, 257, 290])
      for (const size of [common + 1, common + 2, 299]) {
        const fork = forkAt(server, common, size);
        // Over the tiles of the log that was seen, and over those of the fork. The first record is in both.
        for (const tiles of [server, forkAt(server, common, 400)])
          for (const version of ["v1.0.0", "v1.0.1"]) {
            log.files.delete("tile/8/0/000");
            log.tamper = (path) => (path === toolPath(version) ? fork : tiles).serve(path);
            const error = await refusal(ask(version), `${version}, ${size} records, ${common} in common`);
            expect(error.hint).toContain(
              `head of ${size} records, hash ${fork.treeHash().toString("base64")}`,
            );
            expect(log.latest).toBe(kept);
            attacks++;
          }
      }
    countAttacks(test, attacks);
  });
});

function forkAt(server: ChecksumDatabase, common: number, size: number): ChecksumDatabase {
  const fork = server.fork(common);
  addTool(fork, "v1.0.1");
  fork.pad(size - fork.size);
  return fork;
}

describe("a whole install over a mirror with an older copy of the log", () => {
  it("is proven, and the kept head doesn't shrink", async (test) => {
    const versions = ["1.22.4", "1.22.5"].map((version) => tinyToolchain(version, host));
    const proxy = await localProxy({ toolchains: versions });
    const box = sandbox(settingsFor(proxy));
    expect(await box.gv(["install", "-q", "1.22.4"])).toMatchObject({ code: 0, stderr: "" });
    const kept = keptHead(box, proxy.database);
    proxy.database.shownSize = 306;
    expect(await box.gv(["install", "1.22.5"])).toMatchObject({ code: 0, stderr: "" });
    expect(keptHead(box, proxy.database)).toBe(kept);
    countAttacks(test, 0);
  });

  it("is refused where that copy is of another history", async () => {
    const toolchain = tinyToolchain("1.22.5", host);
    const ours = await localProxy({ toolchains: [tinyToolchain("1.22.4", host)] });
    ours.database.pad(300);
    const box = sandbox(settingsFor(ours));
    expect(await box.gv(["install", "-q", "1.22.4"])).toMatchObject({ code: 0 });
    const kept = keptHead(box, ours.database);
    const theirs = await localProxy({ database: ours.database.fork(200), toolchains: [toolchain] });
    theirs.intercept = (request, response) => {
      const path = request.url?.split(`/sumdb/${ours.database.name}/`)[1];
      if (!path?.startsWith("tile/")) return false;
      const tile = ours.database.serve(path);
      response.writeHead(tile ? 200 : 404).end(tile);
      return true;
    };
    const ran = await refused(box, ["install", "1.22.5"], { env: { GOPROXY: theirs.url } });
    expect(ran.stderr).toMatch(/two different histories/);
    expect(keptHead(box, ours.database)).toBe(kept);
  });
});
