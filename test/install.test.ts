/** Installing: what arrives is proven, unpacked as Go wants it, published once; a failure leaves nothing. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it, onTestFinished } from "vitest";

import type { Environment } from "../src/context.ts";
import { GvError } from "../src/errors.ts";
import { install, type InstallEvents } from "../src/install.ts";
import { findInstalled } from "../src/store.ts";
import { databaseId } from "../src/sumdb/database.ts";
import { examine } from "../src/trial.ts";
import { parseRequest } from "../src/version.ts";
import { type Goproxy, type GoproxyOptions, startGoproxy, tinyToolchain } from "./support/goproxy.ts";
import { noOrigins, sandbox } from "./support/sandbox.ts";

const silent: InstallEvents = {
  onProgress: () => undefined,
  onWait: () => undefined,
  onWarning: () => undefined,
  onNote: () => undefined,
};

async function proxy(options: GoproxyOptions = {}): Promise<Goproxy> {
  const started = await startGoproxy({ toolchains: [tinyToolchain("1.22.5")], ...options });
  onTestFinished(() => started.close());
  return started;
}

function settings(...proxies: Goproxy[]): Environment {
  return {
    GOPROXY: proxies.map(({ url }) => url).join(","),
    GOSUMDB: proxies[0]?.database.verifierKey,
  };
}

/** The error of an install that fails, and what it left in the root. */
async function failure(box: ReturnType<typeof sandbox>, spec: string, platform = box.context().platform) {
  const before = box.listing();
  const error: unknown = await install(box.context(), parseRequest(spec), platform, silent).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GvError)) throw error ?? new Error("it did not fail");
  const left = box
    .listing()
    .filter((path) => !before.includes(path) && path !== "staging/" && !path.startsWith("sumdb/"));
  return { error, left };
}

describe("install", () => {
  it("unpacks a proven toolchain: names, modes, _go.mod", async () => {
    const server = await proxy();
    const box = sandbox(settings(server));
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const ctx = box.context({ umask: 0o077 });
    const { installed, isNew } = await install(ctx, parseRequest("1.22.5"), ctx.platform, silent);
    expect(isNew).toBe(true);
    const mode = (path: string): number => statSync(join(installed.folder, path)).mode & 0o777;
    expect([mode("bin/go"), mode("pkg/tool/linux_amd64/compile"), mode("lib/time/update.bash")]).toEqual([
      0o755, 0o755, 0o755,
    ]);
    expect([mode("VERSION"), mode("src/fmt/print.go")]).toEqual([0o644, 0o644]);
    expect([mode(""), mode("src"), mode("src/fmt")]).toEqual([0o755, 0o755, 0o755]);
    expect(readFileSync(join(installed.folder, "src/go.mod"), "utf8")).toContain("module std");
    expect(box.listing().some((path) => path.includes("_go.mod"))).toBe(false);
    expect(box.listing().filter((path) => path.startsWith("staging/"))).toEqual(["staging/"]);
  });

  it("keeps what proved it in a receipt", async () => {
    const server = await proxy();
    const box = sandbox(settings(server));
    const { installed } = await install(
      box.context(),
      parseRequest("1.22.5"),
      box.context().platform,
      silent,
    );
    const key = { name: server.database.name, key: server.database.verifierKey };
    expect(installed.receipt).toMatchObject({
      version: "1.22.5",
      platform: "linux/amd64",
      form: "module",
      from: `${server.url}/golang.org/toolchain/@v/v0.0.1-go1.22.5.linux-amd64.zip`,
      evidence: [{ by: "checksum database", database: databaseId(key), h1: tinyToolchain("1.22.5").h1 }],
      versionTime: "2024-06-27T20:11:12Z",
      trial: "go version go1.22.5 linux/amd64",
    });
  });

  it("takes zips without modes, and Go's old names", async () => {
    const server = await proxy({ toolchains: [tinyToolchain("1.20"), tinyToolchain("1.4.3")] });
    const box = sandbox(settings(server));
    const ctx = box.context();
    for (const [spec, name] of [
      ["1.20.0", "1.20.0"],
      ["1.4", "1.4.3"],
    ] as const) {
      const { installed } = await install(ctx, parseRequest(spec), ctx.platform, silent);
      expect(installed.name).toBe(name);
      expect(statSync(join(installed.folder, "bin/go")).mode & 0o111).toBe(0o111);
    }
  });

  it.each([
    ["1.22", "1.22.10"],
    ["1", "1.23.1"],
    ["latest", "1.23.1"],
    ["oldstable", "1.22.10"],
    ["^1.22.0 <1.22.10", "1.22.9"],
    ["1.24", "1.24rc1"],
    ["1.24rc1", "1.24rc1"],
  ])("%s means %s", async (spec, name) => {
    const versions = ["1.22.9", "1.22.10", "1.23.1", "1.24rc1"];
    const server = await proxy({ toolchains: versions.map((version) => tinyToolchain(version)) });
    const box = sandbox(settings(server));
    const ctx = box.context();
    const { installed } = await install(ctx, parseRequest(spec), ctx.platform, silent);
    expect(installed.name).toBe(name);
  });

  it("does nothing where the version is there, not even ask the network for it", async () => {
    const server = await proxy();
    const box = sandbox(settings(server));
    const ctx = box.context();
    await install(ctx, parseRequest("1.22.5"), ctx.platform, silent);
    server.requests.length = 0;
    expect((await install(ctx, parseRequest("1.22.5"), ctx.platform, silent)).isNew).toBe(false);
    expect(server.requests).toEqual([]);
  });

  it("installs another platform's build beside the host's, without running it", async () => {
    const platform = { os: "darwin", arch: "arm64" };
    const server = await proxy({
      toolchains: [tinyToolchain("1.26.8", platform, { files: { "bin/go": "not for here" } })],
    });
    const box = sandbox(settings(server));
    const { installed } = await install(box.context(), parseRequest("1.26.8"), platform, silent);
    expect(installed.folder).toBe(join(box.root, "versions/darwin-arm64/1.26.8"));
  });

  it("takes a server without ranges by way of a spool file, and no zip is left of it", async () => {
    const server = await proxy({ ranges: false });
    const box = sandbox(settings(server));
    const ctx = box.context();
    expect((await install(ctx, parseRequest("1.22.5"), ctx.platform, silent)).isNew).toBe(true);
    expect(box.listing().filter((path) => path.endsWith(".zip"))).toEqual([]);
    expect(server.zipDownloads).toBe(1);
  });

  it("installs once when sixteen ask at once, and all of them succeed", async () => {
    const server = await proxy();
    const box = sandbox(settings(server));
    const ctx = box.context();
    const all = await Promise.all(
      Array.from({ length: 16 }, () => install(ctx, parseRequest("1.22.5"), ctx.platform, silent)),
    );
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(server.zipDownloads).toBe(1);
  });
});

describe("GOPROXY", () => {
  it("is read from the user's go/env file where the environment has none", async () => {
    const server = await proxy();
    const box = sandbox();
    const goenv = join(box.home, "env");
    const { GOPROXY, GOSUMDB } = settings(server);
    writeFileSync(goenv, `GOPROXY=${GOPROXY}\nGOSUMDB=${GOSUMDB}\n`);
    const ctx = box.context({ env: { ...box.env, GOENV: goenv } });
    expect((await install(ctx, parseRequest("1.22.5"), ctx.platform, silent)).isNew).toBe(true);
  });

  it("is read from go.env of a Go on PATH; GOSUMDB isn't, which would say who is to be believed", async () => {
    const server = await proxy();
    const box = sandbox();
    box.write("go/bin/go", "#!/bin/sh\n", 0o755);
    const { GOPROXY, GOSUMDB } = settings(server);
    box.write("go/go.env", `# comment\nGOPROXY=${GOPROXY}\nGOSUMDB=${GOSUMDB}\n`);
    const env = { ...box.env, PATH: `${join(box.project, "go/bin")}:/usr/bin:/bin` };
    const foreign = box.context({ env });
    await expect(install(foreign, parseRequest("1.22.5"), foreign.platform, silent)).rejects.toMatchObject({
      message: expect.stringContaining("sum.golang.org") as string,
    });
    const ctx = box.context({ env: { ...env, GOSUMDB } });
    expect((await install(ctx, parseRequest("1.22.5"), ctx.platform, silent)).isNew).toBe(true);
  });

  it("goes on after 404, and after any failure only across |", async () => {
    const [empty, server] = [await proxy({ toolchains: [] }), await proxy()];
    const box = sandbox({ GOPROXY: `${empty.url},${server.url}`, GOSUMDB: server.database.verifierKey });
    const ctx = box.context();
    expect((await install(ctx, parseRequest("1.22.5"), ctx.platform, silent)).isNew).toBe(true);

    const broken = await proxy({ intercept: (_, response) => Boolean(response.writeHead(500).end()) });
    const comma = sandbox({ GOPROXY: `${broken.url},${server.url}`, GOSUMDB: server.database.verifierKey });
    expect((await failure(comma, "1.22.5")).error.code).toBe("NETWORK");
    const pipe = sandbox({ GOPROXY: `${broken.url}|${server.url}`, GOSUMDB: server.database.verifierKey });
    expect((await install(pipe.context(), parseRequest("1.22.5"), ctx.platform, silent)).isNew).toBe(true);
  });

  it("may be a folder: file://", async () => {
    const server = await proxy();
    const box = sandbox();
    const { version, zip } = tinyToolchain("1.22.5");
    box.write(`mirror/golang.org/toolchain/@v/${version}.zip`, zip);
    const env = {
      ...box.env,
      GOPROXY: `file://${join(box.project, "mirror")},${server.url}`,
      GOSUMDB: server.database.verifierKey,
    };
    const ctx = box.context({ env });
    const { installed } = await install(ctx, parseRequest("1.22.5"), ctx.platform, silent);
    expect(installed.receipt?.from).toBe(
      join(box.project, "mirror/golang.org/toolchain/@v", `${version}.zip`),
    );
    expect(server.zipDownloads).toBe(0);
  });

  it("stands for go.dev where it says direct, or nothing, and for golang.google.cn where that fails", async () => {
    const server = await proxy();
    const dead = await proxy({ intercept: (_, response) => Boolean(response.destroy()) });
    const box = sandbox({
      GOSUMDB: `${server.database.verifierKey} ${server.url}/sumdb/${server.database.name}`,
    });
    const ctx = box.context({ origins: { ...noOrigins, toolchains: [dead.url, server.url] } });
    const { installed } = await install(ctx, parseRequest("1.22"), ctx.platform, silent);
    expect(installed.receipt?.from).toContain(server.url);
    expect(dead.requests.length).toBeGreaterThan(0);
  });
});

describe("refusals leave nothing behind", () => {
  it("a zip that differs from its record", async () => {
    const served = tinyToolchain("1.22.5", undefined, {
      served: { "src/fmt/print.go": "package fmt // patched\n" },
    });
    const { error, left } = await failure(sandbox(settings(await proxy({ toolchains: [served] }))), "1.22.5");
    expect(error).toMatchObject({ code: "NOT_PROVEN", exitCode: 4 });
    expect(error.hint).toContain(tinyToolchain("1.22.5").h1);
    expect(left).toEqual([]);
  });

  it("a record signed by another key", async () => {
    const [server, other] = [await proxy(), await proxy()];
    const box = sandbox({ GOPROXY: server.url, GOSUMDB: other.database.verifierKey });
    const { error, left } = await failure(box, "1.22.5");
    expect(error.code).toBe("NOT_PROVEN");
    expect(left).toEqual([]);
  });

  it("no checksum database in reach", async () => {
    const box = sandbox(settings(await proxy({ sumdb: false })));
    const gone = { ...box.env, GOSUMDB: `${box.env["GOSUMDB"]} http://127.0.0.1:1` };
    const error: unknown = await install(
      box.context({ env: gone }),
      parseRequest("1.22.5"),
      box.context().platform,
      silent,
    ).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "NO_CHECKSUM_DATABASE", exitCode: 5 });
    expect(box.listing()).toEqual(["staging/"]);
  });

  it("an unknown version names the nearest ones", async () => {
    const server = await proxy({
      toolchains: ["1.21.3", "1.22.5", "1.22.6"].map((version) => tinyToolchain(version)),
    });
    const { error, left } = await failure(sandbox(settings(server)), "1.22.99");
    expect(error).toMatchObject({ code: "NO_SUCH_RELEASE", exitCode: 1 });
    expect(error.hint).toContain("1.22.5, 1.22.6");
    expect(left).toEqual([]);
  });

  it("a version that another platform alone has names that platform", async () => {
    const server = await proxy({ toolchains: [tinyToolchain("1.26.8", { os: "darwin", arch: "arm64" })] });
    const { error } = await failure(sandbox(settings(server)), "1.26.8");
    expect(error).toMatchObject({ code: "NO_SUCH_PLATFORM", exitCode: 1 });
    expect(error.hint).toContain("darwin/arm64");
  });

  it("a zip whose files are another module's", async () => {
    const other = tinyToolchain("1.22.6");
    const server = await proxy({ toolchains: [tinyToolchain("1.22.5", undefined, { zip: other.zip })] });
    const { error, left } = await failure(sandbox(settings(server)), "1.22.5");
    expect(error).toMatchObject({ code: "BAD_ARCHIVE", exitCode: 4 });
    expect(left).toEqual([]);
  });

  it.each(["half of it", "all but its end", "nothing"])("a zip cut short: %s", async (how) => {
    const { zip, version } = tinyToolchain("1.22.5");
    const kept = { "half of it": zip.length / 2, "all but its end": zip.length - 10, nothing: 0 }[how] ?? 0;
    const server = await proxy({
      toolchains: [tinyToolchain("1.22.5", undefined, { zip: zip.subarray(0, kept) })],
    });
    const { error, left } = await failure(sandbox(settings(server)), "1.22.5");
    expect(["BAD_ARCHIVE", "NETWORK"]).toContain(error.code);
    expect(error.hint).toBeDefined();
    expect(left).toEqual([]);
    expect(version).toContain("1.22.5");
  });

  it("a server that cuts the connection in the middle", async () => {
    const server = await proxy({
      intercept: (request, response) => {
        if (!request.url?.endsWith(".zip")) return false;
        response.writeHead(200, { "content-length": 100_000 }).write("PK");
        response.socket?.end();
        return true;
      },
    });
    const { error, left } = await failure(sandbox(settings(server)), "1.22.5");
    expect(error).toMatchObject({ code: "NETWORK", exitCode: 5 });
    expect(left).toEqual([]);
  });

  it("a web page where the zip should be", async () => {
    const server = await proxy({
      intercept: (_, response) =>
        Boolean(response.writeHead(200, { "content-type": "text/html" }).end("<p>Please log in")),
    });
    const { error, left } = await failure(sandbox(settings(server)), "1.22.5");
    expect(error).toMatchObject({ code: "NETWORK", exitCode: 5 });
    expect(error.message).toContain("web page");
    expect(left).toEqual([]);
  });

  it("a 403 is a policy: no other proxy is asked", async () => {
    const refusing = await proxy({
      intercept: (_, response) => Boolean(response.writeHead(403).end("not allowed")),
    });
    const other = await proxy();
    const { error } = await failure(sandbox(settings(refusing, other)), "1.22.5");
    expect(error).toMatchObject({ code: "PROXY_REFUSED", exitCode: 5 });
    expect(other.zipDownloads).toBe(0);
  });

  it("GOPROXY=off, an empty list, a list that names nothing", async () => {
    expect((await failure(sandbox({ GOPROXY: "off" }), "1.22.5")).error.code).toBe("PROXY_OFF");
    expect((await failure(sandbox({ GOPROXY: " , " }), "1.22.5")).error.code).toBe("BAD_GOPROXY");
    expect((await failure(sandbox({ GOPROXY: "nonsense" }), "1.22.5")).error.code).toBe("BAD_GOPROXY");
  });

  it("no network", async () => {
    const { error } = await failure(sandbox({ GOPROXY: "http://127.0.0.1:1" }), "1.22.5");
    expect(error).toMatchObject({ code: "NETWORK", exitCode: 5 });
    expect(error.hint).toContain("GOPROXY");
  });

  it("a redirect from https to http, and credentials to another host, are not followed", async () => {
    const asked: string[] = [];
    const other = await proxy({
      intercept: (request) => {
        asked.push(request.headers.authorization ?? "none");
        return false;
      },
    });
    const server = await proxy({
      intercept: (request, response) => {
        if (!request.url?.endsWith(".zip")) return false;
        response.writeHead(302, { location: `${other.url}${request.url}` }).end();
        return true;
      },
    });
    const withCredentials = server.url.replace("http://", "http://user:secret@");
    const box = sandbox({ GOPROXY: withCredentials, GOSUMDB: server.database.verifierKey });
    const { installed } = await install(
      box.context(),
      parseRequest("1.22.5"),
      box.context().platform,
      silent,
    );
    expect(asked).toContain("none");
    expect(asked).not.toContain(`Basic ${btoa("user:secret")}`);
    expect(JSON.stringify(installed.receipt)).not.toContain("secret");
  });

  it("a toolchain that is proven but doesn't run here", async () => {
    const broken = tinyToolchain("1.22.5", undefined, { files: { "bin/go": "#!/bin/sh\nexit 3\n" } });
    const { error, left } = await failure(sandbox(settings(await proxy({ toolchains: [broken] }))), "1.22.5");
    expect(error.code).toBe("BAD_TOOLCHAIN");
    expect(left.filter((path) => !path.startsWith("receipts/"))).toEqual([]);
  });

  it("a toolchain whose VERSION the disk doesn't give back", async () => {
    const box = sandbox();
    const ctx = box.context();
    mkdirSync(join(box.project, "tree/VERSION"), { recursive: true });
    const release = { version: { major: 1, minor: 22, patch: 5 }, platform: ctx.platform };
    const looked = examine(ctx, release, join(box.project, "tree"), { home: box.home, mayRun: false });
    await expect(looked).rejects.toMatchObject({ code: "NOT_READABLE" });
  });

  it("a root that is relative, world-writable, or another user's", async () => {
    const box = sandbox(settings(await proxy()));
    const ctx = box.context();
    const { chmodSync } = await import("node:fs");
    mkdirSync(box.root);
    chmodSync(box.root, 0o777);
    await expect(install(ctx, parseRequest("1.22.5"), ctx.platform, silent)).rejects.toMatchObject({
      code: "ROOT_UNSAFE",
    });
    chmodSync(box.root, 0o755);
    const stranger = box.context({ uid: 12345 });
    await expect(install(stranger, parseRequest("1.22.5"), ctx.platform, silent)).rejects.toMatchObject({
      code: "ROOT_UNSAFE",
    });
    expect(findInstalled(ctx, ctx.platform, "1.22.5")).toBeUndefined();
  });
});
