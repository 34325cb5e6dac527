/**
 * A mirror behind a real web server, and the real go command as its client: with its own log, and with Go's. nginx is
 * tried as a caching proxy, too. Skips where nginx, go or a network is missing, unless GV_TEST_REQUIRE says otherwise.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

import { expect, it, type TestContext } from "vitest";

import { onPath } from "../../src/on-path.ts";
import { isRequired } from "../support/required.ts";
import { type Intercept, tinyToolchain } from "../support/goproxy.ts";
import { startNginx } from "../support/nginx.ts";
import { online, patience } from "../support/online.ts";
import { type Ran, type Sandbox, sandbox } from "../support/sandbox.ts";
import { host, hostFolder, localProxy, settingsFor } from "../support/scene.ts";

/** Newer than any go on this machine: it would switch to none that is there. */
const versions = ["1.99.1", "1.99.2"];

/** Runs `go version` with the toolchain of that name, from this GOPROXY, in the sandbox's GOPATH. */
function goVersion(box: Sandbox, { skip }: TestContext, env: Record<string, string>): Promise<Ran> {
  const go = onPath({ ...box.context(), env: process.env }, "go");
  if (go === undefined) {
    if (isRequired("network")) throw new Error("there is no go on PATH");
    return skip("there is no go on PATH");
  }
  // Its telemetry goes on in a process behind it, which writes to the home.
  box.write(join(box.home, ".config/go/telemetry/mode"), "off");
  return box.run(go, ["version"], {
    env: { PATH: "/usr/bin:/bin", GOFLAGS: "-modcacherw", GOPATH: join(box.home, "go"), ...env },
  });
}

async function mirrorOfOwn() {
  const proxy = await localProxy({ toolchains: versions.map((version) => tinyToolchain(version, host)) });
  const box = sandbox(settingsFor(proxy));
  const folder = join(box.home, "mirror");
  const run = (...words: string[]): Promise<Ran> => box.gv(["mirror", folder, ...words]);
  expect(await run(...versions)).toMatchObject({ code: 0, stderr: "" });
  return { proxy, box, folder, run, GOSUMDB: proxy.database.verifierKey };
}

it("nginx serves a mirror to gv and to the go command", { timeout: patience }, async (test) => {
  const { folder, box, GOSUMDB } = await mirrorOfOwn();
  const { url, log } = await startNginx(test, join(box.home, "nginx"), `root ${folder};`);
  const client = sandbox({ GOPROXY: url, GOSUMDB });
  expect(await client.gv(["install", "-q", ...versions])).toMatchObject({ code: 0, stderr: "" });
  const ran = await goVersion(sandbox(), test, { GOPROXY: url, GOSUMDB, GOTOOLCHAIN: "go1.99.2+auto" });
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("go1.99.2") });
  expect(log().filter(({ status }) => status >= 400)).toEqual([]);
});

it("the go command follows a mirror from each head that it showed", { timeout: patience }, async (test) => {
  const { folder, run, proxy, GOSUMDB } = await mirrorOfOwn();
  const GOPROXY = pathToFileURL(folder).href;
  const client = sandbox();
  const at = (name: string): Promise<Ran> => goVersion(client, test, { GOPROXY, GOSUMDB, GOTOOLCHAIN: name });
  expect(await at("go1.99.1+auto")).toMatchObject({ code: 0 });
  proxy.database.pad(900);
  expect(await run("--refresh")).toMatchObject({ code: 0 });
  expect(await at("go1.99.2+auto")).toMatchObject({ code: 0, stdout: expect.stringContaining("go1.99.2") });
});

it.for([
  ["older, which the mirror was told of, and its module cache was emptied", 7, true],
  ["newer than the mirror's", 1500, false],
] as const)("the go command has a head that is %s", { timeout: patience }, async ([, size, works], test) => {
  const { folder, run, proxy, box, GOSUMDB } = await mirrorOfOwn();
  proxy.database.pad(2000);
  const note = proxy.database.head(size);
  if (works)
    expect(await run("--refresh", "--known-head", box.write("head", note))).toMatchObject({ code: 0 });
  const client = sandbox();
  const kept = join(client.home, "go/pkg/sumdb", proxy.database.name);
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, "latest"), note);
  const GOPROXY = pathToFileURL(folder).href;
  const ran = await goVersion(client, test, { GOPROXY, GOSUMDB, GOTOOLCHAIN: "go1.99.1+auto" });
  if (works) expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("go1.99.1") });
  else {
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/checking tree#1500.*: reading .*tile.*no such file or directory/);
    expect(ran.stderr).not.toContain("SECURITY ERROR");
  }
});

/** What docs/fleet.md has for a cache: the lines of its server, and those before it. */
function documentedCache(upstream: string, folder: string): [server: string, http: string] {
  const text = readFileSync(join(import.meta.dirname, "../../docs/fleet.md"), "utf8");
  const found = /^(proxy_cache_path .*;)\nserver \{\n {2}listen 80;\n([^]*?)\n\}$/m.exec(text);
  const [, http = "", server = ""] = found ?? [];
  return [server.replaceAll("https://goproxy.cn", upstream), http.replace("/var/cache/go", folder)];
}

/** As a public GOPROXY does; nginx asks by HTTP/1.0 unless it is told. */
const refuseOld: Intercept = ({ httpVersion }, response) => {
  if (httpVersion === "1.1") return false;
  response.writeHead(426).end();
  return true;
};

it(
  "fifty clients at once cost what one does, behind a caching nginx",
  { timeout: patience },
  async (test) => {
    const toolchains = versions.map((version) => tinyToolchain(version, host));
    const proxy = await localProxy({ toolchains, intercept: refuseOld });
    const box = sandbox();
    const asDocumented = documentedCache(proxy.url, join(box.home, "cache"));
    const { url, log } = await startNginx(test, join(box.home, "nginx"), ...asDocumented);
    const clients = Array.from({ length: 50 }, () =>
      sandbox({ GOPROXY: url, GOSUMDB: proxy.database.verifierKey }),
    );
    const waiting = [...clients];
    const next = async (): Promise<void> => {
      for (let one = waiting.pop(); one; one = waiting.pop())
        expect(await one.gv(["install", "-q", "1.99.1"])).toMatchObject({ code: 0, stderr: "" });
    };
    await Promise.all(Array.from({ length: 50 }, next));
    const zips = proxy.requests.filter(({ path }) => path.endsWith(".zip"));
    expect(zips).toHaveLength(1);
    const paths = proxy.requests.map(({ path }) => path).filter((path) => path !== "/is-it-up");
    expect(paths).toHaveLength(new Set(paths).size);
    expect(log().filter(({ path }) => path.endsWith(".zip"))).toHaveLength(50);
  },
);

it("the go command and gv install a release of Go from a mirror", { timeout: patience }, async (test) => {
  const box = await online(test);
  const folder = join(box.home, "mirror");
  expect(await box.gv(["mirror", folder, "1.26.10", "--platform", "linux/amd64"])).toMatchObject({
    code: 0,
    stderr: "",
  });
  const GOPROXY = pathToFileURL(folder).href;
  const client = sandbox({ GOPROXY });
  const words = ["install", "-q", "--platform", "linux/amd64", "1.26.10"];
  expect(await client.gv(words)).toMatchObject({ code: 0, stderr: "" });
  if (hostFolder !== "linux-amd64") return;
  const ran = await goVersion(client, test, { GOPROXY, GOTOOLCHAIN: "go1.26.10+auto" });
  expect(ran).toMatchObject({ code: 0, stdout: "go version go1.26.10 linux/amd64\n" });
});
