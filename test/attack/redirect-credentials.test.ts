/**
 * A redirect to another host, by a proxy that gv gives a password to. The password isn't sent there, nor written
 * anywhere, and the bytes from there are proven like any others.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { ChecksumDatabase } from "../support/checksum-database.ts";
import { type Goproxy, tinyToolchain } from "../support/goproxy.ts";
import { listTree, type Sandbox, sandbox } from "../support/sandbox.ts";
import { host, localProxy } from "../support/scene.ts";

const toolchain = tinyToolchain("1.22.5", host);
const forged = tinyToolchain("1.22.5", host, { served: { "src/fmt/print.go": "package fmt // patched\n" } });
const password = "tr0ub4dor";
const right = `Basic ${Buffer.from(`user:${password}`).toString("base64")}`;

interface Redirected {
  readonly box: Sandbox;
  readonly there: Goproxy;
  /** What was sent as credentials to the proxy that is asked, and to the one that it redirects to. */
  readonly sent: { readonly here: (string | undefined)[]; readonly there: (string | undefined)[] };
}

/** A proxy that redirects everything to another one, at the address that `to` makes of its own. */
async function redirected(
  served: { database: ChecksumDatabase; toolchains: (typeof toolchain)[] },
  to: (there: string, path: string) => string = (there, path) => there + path,
): Promise<Redirected> {
  const sent: Redirected["sent"] = { here: [], there: [] };
  const there = await localProxy({
    ...served,
    intercept: ({ headers }) => {
      sent.there.push(headers.authorization);
      return false;
    },
  });
  const here = await localProxy({
    intercept: ({ headers, url = "" }, response) => {
      sent.here.push(headers.authorization);
      response.writeHead(302, { location: to(there.url, url) }).end();
      return true;
    },
  });
  const GOPROXY = here.url.replace("://", `://user:${password}@`);
  return { box: sandbox({ GOPROXY, GOSUMDB: served.database.verifierKey }), there, sent };
}

function expectNoPassword({ box, sent }: Redirected): void {
  expect(new Set(sent.here)).toEqual(new Set([right]));
  expect(sent.there.length).toBeGreaterThan(1);
  expect(new Set(sent.there)).toEqual(new Set([undefined]));
  const files = listTree(box.root).filter((path) => !path.endsWith("/"));
  expect(files.filter((path) => readFileSync(join(box.root, path)).includes(password))).toEqual([]);
}

function honest(): { database: ChecksumDatabase; toolchains: (typeof toolchain)[] } {
  const database = new ChecksumDatabase();
  database.pad(300);
  return { database, toolchains: [toolchain] };
}

it.each<[string, (there: string, path: string) => string]>([
  ["to another port", (there, path) => there + path],
  ["to another name", (there, path) => there.replace("127.0.0.1", "localhost") + path],
  ["that names other credentials", (there, path) => there.replace("://", "://mallory:tr0ub4dor@") + path],
  ["that names the right credentials", (there, path) => there.replace("://", `://user:${password}@`) + path],
  ["without a scheme", (there, path) => there.replace("http:", "") + path],
])("a redirect %s", async (_, to) => {
  const scene = await redirected(honest(), to);
  const ran = await scene.box.gv(["install", "1.22.5"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).not.toMatch(/tr0ub4dor|mallory/);
  expectNoPassword(scene);
});

it("a redirect to another host that leads back: what was left out stays out", async () => {
  const back: (string | undefined)[] = [];
  const here = await localProxy(honest());
  const there = await localProxy({
    intercept: ({ url = "" }, response) => {
      response.writeHead(302, { location: `${here.url}${url}?back` }).end();
      return true;
    },
  });
  here.intercept = ({ headers, url = "" }, response) => {
    if (url.endsWith("?back")) {
      back.push(headers.authorization);
      return false;
    }
    response.writeHead(302, { location: there.url + url }).end();
    return true;
  };
  const GOPROXY = here.url.replace("://", `://user:${password}@`);
  const box = sandbox({ GOPROXY, GOSUMDB: here.database.verifierKey });
  expect(await box.gv(["install", "1.22.5"])).toMatchObject({ code: 0, stderr: "" });
  expect(back.length).toBeGreaterThan(3);
  expect(new Set(back)).toEqual(new Set([undefined]));
});

describe("what another host serves is proven:", () => {
  it("another zip is refused", async () => {
    const scene = await redirected({ ...honest(), toolchains: [forged] });
    const ran = await refused(scene.box, ["install", "1.22.5"]);
    expect(ran.stderr).toContain(`recorded ${toolchain.h1}`);
    expectNoPassword(scene);
  });

  it("another database is refused", async () => {
    const scene = await redirected(honest());
    const GOSUMDB = new ChecksumDatabase(scene.there.database.name).verifierKey;
    const ran = await refused(scene.box, ["install", "1.22.5"], { env: { GOSUMDB } });
    expect(ran.stderr).toContain("no signature is by the key");
    expectNoPassword(scene);
  });

  it.each(["lookup", "tile/8/0/001.p/", "tile/8/1/"])("a %s with a flipped bit is refused", async (kind) => {
    const served = honest();
    const scene = await redirected(served);
    const before = scene.there.intercept;
    scene.there.intercept = (request, response) => {
      before?.(request, response);
      const path = request.url?.split(`/sumdb/${served.database.name}/`)[1];
      if (!path?.startsWith(kind)) return false;
      const bytes = Buffer.from(served.database.serve(path) ?? "");
      response.end(bytes.fill(bytes.readUInt8(20) ^ 1, 20, 21));
      return true;
    };
    await refused(scene.box, ["install", "1.22.5"]);
    expectNoPassword(scene);
  });
});
