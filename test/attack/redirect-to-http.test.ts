/**
 * A redirect from https to http, of each file that an install reads: it isn't followed, so nobody on the way sees
 * or answers what was asked for in private. Nothing is asked over http, and no password is printed.
 */
import { describe, expect, it } from "vitest";

import type { Environment } from "../../src/context.ts";
import { countAttacks, refused } from "../support/attack.ts";
import { type Goproxy, tinyToolchain } from "../support/goproxy.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { host, localProxy } from "../support/scene.ts";
import { httpsFront, makeCertificate, noTls } from "../support/tls.ts";

interface Front {
  readonly box: Sandbox;
  readonly proxy: Goproxy;
  readonly settings: Environment;
}

/** A proxy over https that redirects what ends like this to where `to` says, the plain proxy's address given. */
async function front(end: string, to: (plain: string, path: string) => string): Promise<Front> {
  const proxy = await localProxy({ toolchains: [tinyToolchain("1.22.5", host)] });
  const box = sandbox();
  const certificate = makeCertificate(box);
  const plain = await localProxy({ database: proxy.database, toolchains: [tinyToolchain("1.22.5", host)] });
  const other = await httpsFront(certificate, proxy.url, ({ url = "" }, response) => {
    response.writeHead(307, { location: plain.url + url }).end();
    return true;
  });
  const url = await httpsFront(certificate, proxy.url, ({ url: path = "" }, response) => {
    if (!path.endsWith(end)) return false;
    response.writeHead(302, { location: to(plain.url, path).replace("OTHER", other) }).end();
    return true;
  });
  const GOPROXY = url.replace("://", "://user:secret@");
  const { name, verifierKey } = proxy.database;
  const GOSUMDB = `${verifierKey} ${GOPROXY}/sumdb/${name}`;
  return { box, proxy: plain, settings: { GOPROXY, GOSUMDB, NODE_EXTRA_CA_CERTS: certificate.file } };
}

async function expectRefusal({ box, proxy, settings }: Front, spec = "1.22.5"): Promise<void> {
  const ran = await refused(box, ["install", spec], { env: settings, code: 5 });
  expect(ran.stderr).toMatch(/redirects to http:\S+: from https to http, which gv never follows/);
  expect(ran.stdout + ran.stderr).not.toContain("secret");
  expect(proxy.requests).toEqual([]);
}

describe.skipIf(noTls)(`a whole install over https${noTls}`, () => {
  it("is proven where nothing is redirected: what follows is refused for that", async (test) => {
    const { box, settings } = await front("/nowhere", (plain) => plain);
    expect(await box.gv(["install", "-q", "1.22.5"], { env: settings })).toMatchObject({
      code: 0,
      stderr: "",
    });
    countAttacks(test, 0);
  });

  it.each([
    ["/@v/list", "1.22"],
    [".zip", "1.22.5"],
    [`${host.os}-${host.arch}`, "1.22.5"],
    ["tile/8/1/000.p/1", "1.22.5"],
  ])("with …%s redirected", async (end, spec) => {
    await expectRefusal(await front(end, (plain, path) => plain + path), spec);
  });

  it.each<[string, (plain: string, path: string) => string]>([
    ["in upper case", (plain, path) => plain.replace("http", "HTTP") + path],
    ["with backslashes", (plain, path) => plain.replace("//", "\\\\") + path],
    ["without slashes", (plain, path) => plain.replace("//", "") + path],
    ["with credentials", (plain, path) => plain.replace("//", "//mallory:secret@") + path],
    ["by way of https elsewhere", (_, path) => `OTHER${path}`],
  ])("with the zip redirected, written %s", async (_, to) => {
    await expectRefusal(await front(".zip", to));
  });
});
