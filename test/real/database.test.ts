/**
 * The public checksum database, over the GOPROXY of this machine, against what it answered when the vectors in
 * test/data were made: the same records under the same numbers, and one history from those heads to today's.
 * Skips where no GOPROXY answers, unless GV_TEST_REQUIRE says network (or all).
 */
import { expect, it } from "vitest";

import { prepareRoot } from "../../src/root.ts";
import { proxyList } from "../../src/goproxy.ts";
import { lookup } from "../../src/sumdb/client.ts";
import { defaultDatabase } from "../../src/sumdb/database.ts";
import type { Log } from "../../src/sumdb/log.ts";
import { openLog } from "../../src/sumdb/routes.ts";
import { publicVectors, type PublicVectors } from "../support/checksum-database.ts";
import { online } from "../support/online.ts";
import type { Sandbox } from "../support/sandbox.ts";

type Vector = PublicVectors["modules"][number];

const vectors = publicVectors();
const toolchains = vectors.modules.filter(({ module }) => module === "golang.org/toolchain");

/** The database over this machine's GOPROXY, with nothing kept, or this head. */
async function openPublicLog(box: Sandbox, head?: string | Uint8Array): Promise<Log> {
  const ctx = box.context();
  prepareRoot(ctx);
  const log = openLog(ctx, defaultDatabase, proxyList(ctx));
  if (head !== undefined) await log.save("latest", Buffer.from(head));
  return log;
}

function ask(log: Log, { module, version }: Vector): ReturnType<typeof lookup> {
  return lookup(defaultDatabase, log, module, version);
}

/** What the database must say of a module, today as then. */
function recordOf({ recordId: id, recordText: text, h1, goModH1 }: Vector): object {
  return { id, text, h1, goModH1 };
}

/** The signed head of the vector's answer. */
function headOf({ lookup: answer }: Vector): string {
  return answer.slice(answer.indexOf("go.sum database tree\n"));
}

it("there are releases of several years and platforms among the vectors", () => {
  const releases = toolchains.map(({ version }) => /^v0\.0\.1-(go[^-]+)\.(.+)$/.exec(version));
  expect(new Set(releases.map((match) => match?.[1])).size).toBeGreaterThanOrEqual(4);
  expect(new Set(releases.map((match) => match?.[2])).size).toBeGreaterThanOrEqual(3);
});

it.for(toolchains)(
  "has the record of $version that it had, proven on the first day",
  async (vector, test) => {
    const log = await openPublicLog(await online(test));
    const answer = await ask(log, vector);
    expect(answer).toMatchObject({ ...recordOf(vector), keptHead: "none" });
    expect(answer?.proof.treeSize).toBeGreaterThan(vector.recordId);
  },
);

it.for(toolchains)("has the head that $version was proven with in its history", async (vector, test) => {
  const log = await openPublicLog(await online(test), headOf(vector));
  const answer = await ask(log, vector);
  expect(answer).toMatchObject({ ...recordOf(vector), keptHead: "kept" });
  expect(answer?.proof.treeSize).toBeGreaterThanOrEqual(vector.lookupTree.n);
});

it(
  "has each of those heads, and the newest of them, in the history of today's",
  { timeout: 120_000 },
  async (test) => {
    const box = await online(test);
    const today = await (await openPublicLog(box)).fetch("latest");
    if (today === undefined) {
      test.skip("this GOPROXY doesn't say which head is the newest");
      return;
    }
    const log = await openPublicLog(box, today);
    const size = Number(Buffer.from(today).toString().split("\n")[1]);
    for (const vector of toolchains)
      for (const head of [headOf(vector), vectors.latest]) {
        // The answer of then under a head of then, proven with today's tiles in today's tree.
        const path = vector.lookupPath.slice(1);
        const answer = Buffer.from(vector.lookup.replace(headOf(vector), head));
        const then: Log = {
          ...log,
          fetch: (asked) => (asked === path ? Promise.resolve(answer) : log.fetch(asked)),
        };
        const record = await ask(then, vector);
        expect(record).toMatchObject({ ...recordOf(vector), keptHead: "kept" });
        expect(record?.proof.treeSize).toBe(Math.max(size, Number(head.split("\n")[1])));
      }
  },
);
