/**
 * The network's faults, a row each: what is resumed arrives proven, what can't be is a clear error in bounded time,
 * and two different files are never joined. test/support/faulty.ts is the server, docs/reliability.md the promise.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Context } from "../src/context.ts";
import { openDownload } from "../src/downloads.ts";
import { GvError } from "../src/errors.ts";
import { makeFolder } from "../src/files.ts";
import { install, type InstallEvents } from "../src/install.ts";
import { type Patience, seconds, usualPatience } from "../src/patience.ts";
import { parseRequest, parseVersion } from "../src/version.ts";
import { etagOf, type Fault, faulty, type Faulty, lastModified, type Plan } from "./support/faulty.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { serve } from "./support/http.ts";
import { noOrigins, sandbox } from "./support/sandbox.ts";
import { host, largeToolchain, localProxy, settingsFor } from "./support/scene.ts";
import { goTarball } from "./support/tar.ts";

const toolchain = largeToolchain("1.22.5");
const size = toolchain.zip.length;
/** Another zip of that length. */
const other = Buffer.from(toolchain.zip.toReversed());
/** Where the part at the end starts, which gv reads first. */
const tailStart = size - 2_500_000;

/** Waits that no test comes to the end of, but those of its row. */
const patience: Patience = {
  ...usualPatience,
  resume: { times: 4, pause: 0 },
};

const silentEvents: InstallEvents = {
  onProgress: () => undefined,
  onWait: () => undefined,
  onWarning: () => undefined,
  onNote: () => undefined,
};

/** The first bytes of what was planned, of which the whole was promised. */
function part(plan: Plan, ending: Plan["ending"], length = 300_000): Plan {
  const headers = { "content-length": `${plan.body.length}`, ...plan.headers };
  return { ...plan, headers, body: plan.body.subarray(0, length), ending };
}

const empty = (plan: Plan, ending: Plan["ending"]): Plan => part(plan, ending, 0);

const isTail = ({ headers }: Plan): boolean =>
  headers["content-range"]?.startsWith("bytes " + tailStart) ?? false;
const without = (plan: Plan, ...names: string[]): Plan => ({
  ...plan,
  headers: { ...plan.headers, ...Object.fromEntries(names.map((name) => [name, undefined])) },
});
const saying = (plan: Plan, headers: Plan["headers"]): Plan => ({
  ...plan,
  headers: { ...plan.headers, ...headers },
});
/** The whole file, as a server without ranges sends it. */
const whole = (plan: Plan, file: Uint8Array = toolchain.zip): Plan => ({
  status: 200,
  headers: { ...plan.headers, "content-range": undefined },
  body: file,
});
const broken = (n: number, plan: Plan, ending: Plan["ending"], times = 1): Plan =>
  !isTail(plan) && n <= times ? part(plan, ending) : plan;

interface Row {
  readonly fault: Fault;
  /** What the zip is asked for by, from the third request on: the tail and the rest are the first two. */
  readonly asks?: readonly unknown[];
  /** The error; none where it is installed, and proven. */
  readonly error?: { readonly message: RegExp; readonly hint?: RegExp; readonly code?: string };
  readonly patience?: Partial<Patience>;
  /** Milliseconds that must have passed between the first two requests. */
  readonly wait?: number;
  readonly now?: number;
}

const etag = etagOf(toolchain.zip);
/** A wish for the rest: how much was read before is up to the system. */
const goesOn = (ifRange = etag): unknown =>
  expect.objectContaining({
    range: expect.stringMatching(new RegExp(`^bytes=\\d+-${tailStart - 1}$`)),
    ifRange,
  });
const asWhole = expect.objectContaining({ range: undefined, ifRange: undefined });

const rows: Readonly<Record<string, Row>> = {
  "no fault": { fault: (plan) => plan, asks: [] },
  // How much of it was read before that is up to the system.
  "a connection that is reset": {
    fault: (plan, n) => broken(n, plan, "reset"),
    asks: [goesOn()],
  },
  "one that is closed early: short": {
    fault: (plan, n) => broken(n, plan, "close"),
    asks: [goesOn()],
  },
  "one that is closed early, three times": {
    fault: (plan, n) => broken(n, plan, "close", 3),
    asks: [goesOn(), goesOn(), goesOn()],
  },
  "one that is closed early each time": {
    fault: (plan, n) => broken(n, plan, "close", 99),
    error: { message: /cut after \d+ of \d+ bytes$/, hint: /^it was resumed 4 times: try again/ },
  },
  "one that is closed early, and then twice before anything came": {
    fault: (plan, n) => (n < 2 ? broken(n, plan, "close") : empty(plan, "close")),
    asks: [goesOn(), goesOn()],
    error: { message: /cut after \d+ of \d+ bytes$/, hint: /^it was resumed 2 times/ },
  },
  "one that is closed before anything came, each second time": {
    fault: (plan, n) => (isTail(plan) || n > 4 ? plan : n % 2 ? empty(plan, "close") : part(plan, "close")),
    asks: [goesOn(), goesOn(), goesOn(), goesOn()],
  },
  "one that is closed in the part at the end": {
    fault: (plan, n) => (n === 0 ? part(plan, "close") : plan),
    asks: [expect.objectContaining({ range: expect.stringMatching(`-${size - 1}$`), ifRange: etag })],
  },
  "a stall": {
    fault: (plan, n) => broken(n, plan, "stall"),
    asks: [goesOn()],
    patience: { silence: 500 },
  },
  "a stall for good": {
    fault: (plan) => (isTail(plan) ? plan : empty(plan, "stall")),
    error: { message: /nothing arrived for 0.5 s after 0 of \d+ bytes$/ },
    patience: { silence: 500 },
  },
  "a drip": {
    fault: (plan) => ({
      ...plan,
      headers: { ...plan.headers, "content-length": `${plan.body.length}` },
      ending: "drip",
    }),
    error: { message: /only \d+ bytes arrived within [\d.]+ s after \d+ of \d+ bytes$/ },
    patience: { slowest: { bytes: 100_000, time: 300 }, resume: { times: 1, pause: 0 } },
  },
  "no answer": {
    fault: (plan) => ({ ...plan, silent: true }),
    error: { message: /no answer within 0.3 s$/, hint: /GOPROXY/ },
    patience: { answer: 300 },
  },
  "more bytes than it said": {
    fault: (plan) =>
      saying(
        { ...plan, body: Buffer.concat([plan.body, Buffer.alloc(500)]) },
        { "content-length": `${plan.body.length}` },
      ),
    asks: [],
  },
  "more bytes than the range that it said": {
    fault: (plan) =>
      isTail(plan)
        ? plan
        : without({ ...plan, body: Buffer.concat([plan.body, Buffer.alloc(500)]) }, "content-length"),
    error: { message: /sends more than the \d+ bytes that it said$/ },
  },
  "a length that isn't that of the range": {
    fault: (plan) => (isTail(plan) ? plan : saying(plan, { "content-length": "1000" })),
    error: { message: /says what can't be: bytes 0 to \d+ of \d+, in 1000 bytes$/ },
  },
  "another range than was asked for": {
    fault: (plan) =>
      plan.status === 206 && !isTail(plan)
        ? saying(plan, { "content-range": `bytes 1-${tailStart}/${size}` })
        : plan,
    asks: [asWhole],
  },
  "another length of the whole": {
    fault: (plan) =>
      plan.status === 206 && !isTail(plan)
        ? saying(plan, { "content-range": `bytes 0-${tailStart - 1}/${size + 1}` })
        : plan,
    asks: [asWhole],
  },
  "an ETag that is another each time": {
    fault: (plan, n) => saying(plan, { etag: `"${n}"` }),
    asks: [asWhole],
  },
  "an ETag at the first time alone": {
    fault: (plan, n) => (n === 0 ? plan : without(plan, "etag")),
    asks: [asWhole],
  },
  "no ETag": {
    fault: (plan, n) => without(broken(n, plan, "close"), "etag"),
    asks: [goesOn(lastModified)],
  },
  "a weak ETag": {
    fault: (plan, n) => saying(broken(n, plan, "close"), { etag: 'W/"weak"' }),
    asks: [goesOn(lastModified)],
  },
  "neither ETag nor Last-Modified: in one piece": {
    fault: (plan) => without(plan, "etag", "last-modified"),
  },
  "neither of them, and a connection that is closed": {
    fault: (plan) => without(plan.status === 200 ? part(plan, "close") : plan, "etag", "last-modified"),
    error: {
      message: /cut after \d+ of \d+ bytes$/,
      hint: /^it can't be resumed, for the server names no state/,
    },
  },
  "a file that changed, and If-Range is heard": {
    fault: (plan, n) =>
      n < 2 ? broken(n, plan, "close") : saying(whole(plan, other), { etag: etagOf(other) }),
    asks: [goesOn()],
    error: { message: /changed while it was being read$/ },
  },
  "a file that changed, and If-Range is not heard": {
    fault: (plan, n) => {
      if (n < 2) return broken(n, plan, "close");
      return saying({ ...plan, body: other.subarray(300_000, tailStart) }, { etag: etagOf(other) });
    },
    asks: [goesOn()],
    error: { message: /changed while it was being read$/ },
  },
  "a file that changed, without ETag": {
    fault: (plan, n) =>
      n < 2
        ? without(broken(n, plan, "close"), "etag")
        : saying(without({ ...plan, body: other.subarray(300_000, tailStart) }, "etag"), {
            "last-modified": "Fri, 28 Jun 2024 20:11:12 GMT",
          }),
    error: { message: /changed while it was being read$/ },
  },
  "a file that changed between the first two answers": {
    fault: (plan, n) => (n === 0 ? plan : saying({ ...whole(plan, other) }, { etag: etagOf(other) })),
    asks: [asWhole],
    error: { code: "BAD_ARCHIVE", message: /./ },
  },
  "an ETag that is gone when it goes on": {
    fault: (plan, n) => (n < 2 ? broken(n, plan, "close") : without(plan, "etag")),
    error: { message: /changed while it was being read$/ },
  },
  "no ranges: the whole once more, of the same ETag": {
    fault: (plan, n) => (n === 0 ? part(whole(plan), "close") : whole(plan)),
  },
  "no ranges from when it goes on": {
    fault: (plan, n) => (n < 2 ? broken(n, plan, "close") : whole(plan)),
    asks: [goesOn()],
  },
  "no ranges, and the connection closed each time": {
    fault: (plan) => part(whole(plan), "close"),
    error: { message: /cut after \d+ of \d+ bytes$/ },
  },
  "a refusal when it goes on": {
    fault: (plan, n) =>
      n < 2 ? broken(n, plan, "close") : { status: 403, headers: {}, body: new Uint8Array() },
    error: { message: /broke off, and answered 403 for the rest$/ },
  },
  "429, come at once": {
    fault: (plan, n) => (n === 0 ? busy(429, "0") : plan),
  },
  "503, come in a second": {
    fault: (plan, n) => (n === 0 ? busy(503, "1") : plan),
    wait: 990,
  },
  "503, come at a time": {
    fault: (plan, n) => (n === 0 ? busy(503, lastModified) : plan),
    now: Date.parse(lastModified) - 200,
    wait: 190,
  },
  "429, come in two minutes": {
    fault: () => busy(429, "120"),
    now: Date.parse(lastModified),
    error: {
      message: /answered 429: it is asked too often$/,
      hint: /^it says to come again in 120 s, at 2024-06-27T20:13:12Z; try again then/,
    },
  },
  "429, and never anything else": {
    fault: () => busy(429, "0"),
    asks: [expect.anything()],
    error: { message: /answered 429/ },
  },
  "503 without a time": {
    fault: () => busy(503, undefined),
    error: { message: /answered 503: it can't answer now$/, hint: /^try again/ },
  },
};

function busy(status: number, retryAfter: string | undefined): Plan {
  return { status, headers: { "retry-after": retryAfter }, body: new Uint8Array() };
}

describe("the zip of a proxy", () => {
  it.each(Object.entries(rows))("%s", async (_, row) => {
    const proxy = await localProxy({ toolchains: [toolchain] });
    const server: Faulty = faulty(toolchain.zip, row.fault);
    proxy.intercept = (request, response) => {
      if (!request.url?.endsWith(".zip")) return false;
      server.answer(request, response);
      return true;
    };
    const box = sandbox(settingsFor(proxy));
    const now = row.now;
    const ctx = box.context({
      patience: { ...patience, ...row.patience },
      ...(now === undefined ? {} : { now: () => now }),
    });
    const result = await outcome(install(ctx, parseRequest("1.22.5"), host, silentEvents));
    if (row.asks) expect(server.asked.slice(2)).toEqual(row.asks);
    if (row.wait !== undefined)
      expect((server.asked[1]?.time ?? 0) - (server.asked[0]?.time ?? 0)).toBeGreaterThanOrEqual(row.wait);
    if (row.error) {
      expect(result).toBeInstanceOf(GvError);
      const { message, hint = /./, code = "NETWORK" } = row.error;
      expect(result).toMatchObject({
        code,
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
      expect(box.listing().filter((path) => !path.startsWith("sumdb/"))).toEqual(["staging/"]);
      return;
    }
    expect(result).toMatchObject({
      isNew: true,
      installed: { receipt: { evidence: [{ by: "checksum database", h1: toolchain.h1 }] } },
    });
  });
});

function outcome<T>(asking: Promise<T>): Promise<unknown> {
  return asking.catch((error: unknown) => error);
}

describe("an archive", () => {
  const noise = randomBytes(1_000_000).toString("latin1");
  const tarball = goTarball("1.99.1", host, { "pkg/noise": noise });
  const half = Math.floor(tarball.bytes.length / 2);
  const archiveRows: Readonly<Record<string, Pick<Row, "fault" | "error"> & { readonly second?: unknown }>> =
    {
      "that is closed early": {
        fault: (plan, n) => (n === 0 ? part(plan, "close", half) : plan),
        second: {
          range: expect.stringMatching(`^bytes=\\d+-${tarball.bytes.length - 1}$`),
          ifRange: etagOf(tarball.bytes),
        },
      },
      "whose length isn't said, and that is cut": {
        fault: (plan, n) =>
          n === 0 ? saying({ ...plan, body: plan.body.subarray(0, half), ending: "close" }, chunked) : plan,
        second: { range: expect.stringMatching(/^bytes=\d+-$/), ifRange: etagOf(tarball.bytes) },
      },
      "that changed": {
        fault: (plan, n) => (n === 0 ? part(plan, "close", half) : saying(plan, { etag: '"another"' })),
        error: { message: /changed while it was being read$/ },
      },
      "of a server that names no state": {
        fault: (plan) => without(part(plan, "close", half), "etag", "last-modified"),
        error: { message: /the connection was cut after \d+ of \d+ bytes$/, hint: /can't be resumed/ },
      },
    };

  it.each(Object.entries(archiveRows))("%s", async (_, row) => {
    const server = faulty(tarball.bytes, row.fault);
    const origins = { ...noOrigins, downloads: [await serve(server.answer)] };
    const box = sandbox();
    const ctx = box.context({ origins, patience });
    const version = parseVersion("1.99.1");
    if (!version) throw new Error("no version");
    const spool = join(box.home, "spool");
    makeFolder(spool);
    const release = { version, platform: host };
    const options = { spool, keep: false, progress: () => undefined };
    const unpacked = openDownload(ctx, release, options).then((opened) =>
      opened?.unpack(join(spool, "tree")),
    );
    const result = await outcome(unpacked);
    if (row.second) expect(server.asked[1]).toMatchObject(row.second);
    if (row.error)
      expect(result).toMatchObject({
        code: "NETWORK",
        message: expect.stringMatching(row.error.message),
        hint: expect.stringMatching(row.error.hint ?? /./),
      });
    else expect(result).toMatchObject({ sha256: tarball.sha256 });
  });
});

const chunked = { "content-length": undefined, "transfer-encoding": "chunked" };

/** `silent` never answers, `has` does; who was asked for anything, and the outcome. */
async function installFrom(list: string, more: Partial<Context> = {}): Promise<[string[], unknown]> {
  const asked = new Set<string>();
  const proxy = await localProxy({ toolchains: [tinyToolchain("1.22.5", host)] });
  proxy.intercept = () => !asked.add("has");
  const silent = await serve(() => void asked.add("silent"));
  const refusing = await serve((_, response) => {
    asked.add("refuses");
    response.writeHead(403).end();
  });
  const GOPROXY = list.replace("silent", silent).replace("has", proxy.url).replace("refuses", refusing);
  // The database is reached without any of them.
  const database = await localProxy({ database: proxy.database });
  const GOSUMDB = `${proxy.database.verifierKey} ${database.url}/sumdb/${proxy.database.name}`;
  const ctx = sandbox({ GOPROXY, GOSUMDB }).context({
    patience: { ...patience, nextSource: 50, answer: 700 },
    ...more,
    ...(more.origins && { origins: { ...noOrigins, toolchains: [silent, proxy.url] } }),
  });
  const result = await outcome(install(ctx, parseRequest("1.22.5"), host, silentEvents));
  return [[...asked].toSorted(), result];
}

describe("a proxy that is silent", () => {
  it.each(["silent|has", "silent|refuses|has", "refuses|silent|has"])(
    "%s: the next one is asked",
    async (list) => {
      const [asked, result] = await installFrom(list);
      expect(asked).toContain("has");
      expect(result).toMatchObject({ isNew: true });
    },
  );

  it("of Go's own two: the other is asked", async () => {
    const [asked, result] = await installFrom("direct", { origins: noOrigins });
    expect(asked).toEqual(["has", "silent"]);
    expect(result).toMatchObject({ isNew: true });
  });

  it.each([
    ["silent,has", ["silent"], /no answer within 0.7 s$/, "NETWORK"],
    ["silent,off", ["silent"], /no answer within 0.7 s$/, "NETWORK"],
    ["silent|off", ["silent"], /no answer within 0.7 s$/, "NETWORK"],
    ["refuses,has", ["refuses"], /refuses \(403\)$/, "PROXY_REFUSED"],
    ["silent|refuses,has", ["refuses", "silent"], /no answer within 0.7 s$/, "NETWORK"],
  ])("%s: nobody is asked past a policy, or a comma", async (list, servers, message, code) => {
    const [asked, result] = await installFrom(list);
    expect(asked).toEqual(servers);
    expect(result).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

it("docs/reliability.md promises what the code keeps", () => {
  const text = readFileSync(join(import.meta.dirname, "..", "docs", "reliability.md"), "utf8");
  const { connection, answer, silence, slowest, comeAgain, resume, nextSource } = usualPatience;
  expect(text).toContain(`a connection, TLS included: ${seconds(connection)}`);
  expect(text).toContain(`from a request to the head of its answer: ${seconds(answer)}`);
  expect(text).toContain(`the next byte of a body: ${seconds(silence)}`);
  expect(text).toContain(`fewer than ${slowest.bytes / 1024} KiB in ${seconds(slowest.time)}`);
  expect(text).toContain(`at most ${seconds(comeAgain.longest)}, and ${comeAgain.times} times`);
  expect(text).toContain(`resumed at most ${resume.times} times, ${seconds(resume.pause)} after`);
  expect(text).toContain(`${seconds(nextSource)} without the head of an answer`);
});
