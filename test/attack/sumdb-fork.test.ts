/**
 * A log that shows different histories, each signed with the right key: to one client after the other head was
 * kept, over one route or two, sooner or later. The record is refused, both heads are printed as they were signed,
 * for that is the evidence against the log, and the head that was kept stays.
 */
import { describe, expect, it } from "vitest";

import type { GvError } from "../../src/errors.ts";
import { countAttacks, refused } from "../support/attack.ts";
import { ChecksumDatabase } from "../support/checksum-database.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { addTool, keptHead, logOnDisk, refusal, toolInLog } from "../support/lookup.ts";
import { sandbox } from "../support/sandbox.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";

/** The log up to `from`, then one that has v1.0.1 of the tool, too, and `size` records. */
function forked(server: ChecksumDatabase, from: number, size: number): ChecksumDatabase {
  const fork = server.fork(from);
  addTool(fork, "v1.0.1");
  fork.pad(size - fork.size);
  return fork;
}

/** A head as an error prints it, each line of the note indented. */
function printed(note: string | Uint8Array): string {
  return Buffer.from(note).toString().trimEnd().replaceAll("\n", "\n  ");
}

function expectBoth(hint: string | undefined, ...notes: (string | Uint8Array)[]): void {
  for (const note of notes) expect(hint).toContain(printed(note));
}

it.for([0, 1, 101, 255, 256, 257, 299])(
  "after a head of 300 records was kept, from record %i on",
  async (from, test) => {
    const { server, log, ask } = toolInLog({ id: 100, size: 300 });
    await ask();
    const kept = log.latest;
    const sizes = [from + 1, from + 2, 299, 300, 301, 512, 513, 600].filter((size) => size > from);
    for (const size of sizes) {
      // A smaller head is shown by a log that is larger and has every tile.
      log.database = forked(server, from, 700);
      log.database.shownSize = size;
      const error = await refusal(ask("v1.0.1"), `fork of ${size}`);
      expectBoth(error.hint, kept, log.database.head());
      expect(error.message).toMatch(
        size < 300 ? /do not belong to its signed head of 300/ : /two different histories/,
      );
      expect(log.latest).toBe(kept);
    }
    countAttacks(test, sizes.length);
  },
);

it("of the same size as the head that was kept, with the same record", async () => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  await ask();
  const kept = log.latest;
  log.database = server.fork(200);
  log.database.pad(100);
  expectBoth((await refusal(ask())).hint, kept, log.database.head());
  expect(log.latest).toBe(kept);
});

it("that splits after the first head that was kept, and before a later one", async () => {
  const { server, log, ask } = toolInLog({ id: 100, size: 600 });
  server.shownSize = 300;
  await ask();
  server.shownSize = 500;
  await ask();
  const kept = log.latest;
  expect(kept).toBe(server.head(500).toString());
  log.database = forked(server, 400, 700);
  expectBoth((await refusal(ask("v1.0.1"))).hint, kept, log.database.head());
  expect(log.latest).toBe(kept);
});

it("that can't be told until the other history is shown: then it is", async () => {
  const { server, log, ask } = toolInLog({ id: 100, size: 800 });
  server.shownSize = 300;
  await ask();
  log.database = forked(server, 400, 700);
  expect(await ask("v1.0.1")).toMatchObject({ id: 400, keptHead: "kept" });
  const kept = log.latest;
  server.shownSize = undefined;
  log.database = server;
  expectBoth((await refusal(ask())).hint, kept, server.head());
  expect(log.latest).toBe(kept);
});

it("with the tiles of the true log", async () => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  const fork = forked(server, 100, 300);
  for (const keep of [false, true]) {
    if (keep) await ask();
    log.tamper = (path, bytes) => (path.startsWith("lookup/") ? fork.serve(path) : bytes);
    await refusal(ask("v1.0.1"));
    log.tamper = (_, bytes) => bytes;
  }
});

it("with the head of the true log, for a record that is in the fork alone", async () => {
  const { server, log, ask } = toolInLog({ id: 100, size: 300 });
  const fork = forked(server, 100, 300);
  await ask();
  log.database = fork;
  log.tamper = (path, bytes) =>
    path.startsWith("lookup/")
      ? Buffer.concat([Buffer.from(`100\n${fork.record(100)}\n`), server.head()])
      : bytes;
  const error: GvError = await refusal(ask("v1.0.1"));
  expect(error.message).toMatch(/do not belong to its signed head|is not record 100/);
});

describe("over two routes", () => {
  it.each(["the fork second", "the fork first", "the fork alone"])("%s", async (order) => {
    const { server } = toolInLog({ id: 100, size: 300 });
    const [ours, theirs] = [
      await localProxy({ database: server }),
      await localProxy({ database: forked(server, 200, 400) }),
    ];
    const box = sandbox(settingsFor(ours));
    expect(await logOnDisk(box).ask()).toMatchObject({ id: 100 });
    const kept = keptHead(box, server);
    const routes = { "the fork first": [theirs, ours], "the fork second": [ours, theirs] }[order] ?? [theirs];
    const GOPROXY = routes.map(({ url }) => url).join(",");
    const error = await refusal(logOnDisk(box, { GOPROXY }).ask("v1.0.1"));
    expectBoth(error.hint, kept, theirs.database.head());
    expect(keptHead(box, server)).toBe(kept);
  });
});

describe("a whole install", () => {
  it.each([
    ["larger than", 100],
    ["as large as", 7],
    ["smaller than", 4],
  ])("from a fork that is %s the log that was seen", async (_, size) => {
    const toolchains = [tinyToolchain("1.22.4", host)];
    const ours = await localProxy({ toolchains });
    ours.database.pad(3);
    const box = sandbox(settingsFor(ours));
    expect(await box.gv(["install", "-q", "1.22.4"])).toMatchObject({ code: 0 });
    const kept = keptHead(box, ours.database);
    expect(kept).toContain("\n307\n");

    const theirs = await localProxy({
      database: ours.database.fork(300),
      toolchains: [tinyToolchain("1.22.5", host)],
    });
    theirs.database.pad(300);
    theirs.database.shownSize = 300 + size;
    const ran = await refused(box, ["install", "1.22.5"], { env: { GOPROXY: theirs.url } });
    const said = ran.stderr.replaceAll("\n    ", "\n");
    expectBoth(said, kept, theirs.database.head());
    expect(keptHead(box, ours.database)).toBe(kept);
  });
});
