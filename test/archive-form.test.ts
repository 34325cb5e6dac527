/** The archive form: --full, --gpg, releases without a module; go.dev's own servers and mirrors are local here. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as openpgp from "openpgp";
import { describe, expect, it } from "vitest";

import { verify } from "../src/commands/verify.ts";
import type { Context, Environment } from "../src/context.ts";
import { GvError } from "../src/errors.ts";
import { install, type InstallOptions, plainInstall } from "../src/install.ts";
import { parsePlatform } from "../src/platform.ts";
import { parseRequest } from "../src/version.ts";
import { type Downloads, goZip, startDownloads } from "./support/downloads.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { noValidator, problems } from "./support/json-schema.ts";
import { distFolder, listTree, noOrigins, type Sandbox, sandbox } from "./support/sandbox.ts";
import { host, localProxy, settingsFor } from "./support/scene.ts";
import { goTarball, type Tarball } from "./support/tar.ts";

/** A version that the table in the package can't know. */
const version = "1.99.1";
const tarball = goTarball(version, host);

interface Scene {
  readonly box: Sandbox;
  readonly ctx: Context;
  readonly warnings: string[];
  readonly get: (
    spec: string,
    options?: Partial<InstallOptions>,
    platform?: string,
  ) => ReturnType<typeof install>;
}

/** A root whose GOPROXY reaches `direct`, and whose go.dev/dl are these. */
async function scene(
  downloads: readonly Downloads[],
  settings: Environment = {},
  overrides: Partial<Context> = {},
): Promise<Scene> {
  const versions = [version, "1.20.99"].map((one) => tinyToolchain(one, host));
  const windows = tinyToolchain(version, parsePlatform("windows/amd64"));
  const proxy = await localProxy({ toolchains: [...versions, windows] });
  // The database itself is asked: its 404 is final.
  const GOSUMDB = `${proxy.database.verifierKey} ${proxy.url}/sumdb/${proxy.database.name}`;
  const box = sandbox({ GOSUMDB, GOPROXY: `${proxy.url},direct`, ...settings });
  const origins = { ...noOrigins, downloads: downloads.map(({ url }) => url) };
  const ctx = box.context({ origins, ...overrides });
  const warnings: string[] = [];
  const events = {
    onProgress: () => undefined,
    onWait: () => undefined,
    onWarning: (text: string) => void warnings.push(text),
    onNote: () => undefined,
  };
  return {
    box,
    ctx,
    warnings,
    get: (spec, options = { full: true }, platform) =>
      install(ctx, parseRequest(spec), platform ? parsePlatform(platform) : host, events, {
        ...plainInstall,
        ...options,
      }),
  };
}

async function failure(work: Promise<unknown>): Promise<GvError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GvError) return error;
  throw error ?? new Error("it did not fail");
}

/** Nothing of a failed install is left. */
function expectNothing(box: Sandbox): void {
  expect(listTree(join(box.root, "versions"))).toEqual([]);
  expect(listTree(join(box.root, "staging"))).toEqual([]);
}

describe("the archive form", () => {
  it("has more folders; its SHA-256 is the index's, its tree the log's", async () => {
    const { get, ctx } = await scene([await startDownloads([tarball])]);
    const { installed } = await get(version);
    expect(listTree(installed.folder)).toEqual(
      expect.arrayContaining(["api/go1.txt", "misc/go.mod", "test/a.go", "src/go.mod", "bin/go"]),
    );
    expect(statSync(join(installed.folder, "bin/go")).mode & 0o777).toBe(0o755);
    expect(statSync(join(installed.folder, "VERSION")).mode & 0o777).toBe(0o644);
    expect(installed.receipt).toMatchObject({
      form: "archive",
      from: expect.stringContaining(`/go/${tarball.name}`) as string,
      evidence: [
        { by: "index of go.dev", covers: "the archive", archive: tarball.name, sha256: tarball.sha256 },
        { by: "checksum database", covers: "all but api/, doc/, misc/, test/" },
      ],
      trial: `go version go${version} ${host.os}/${host.arch}`,
    });
    expect(readFileSync(join(ctx.root.receipts(host), `${version}.json`), "utf8")).toContain(tarball.sha256);
  });

  it("of a release before 1.21 is proven by its SHA-256 alone", async () => {
    const { get } = await scene([await startDownloads([goTarball("1.20.99", host)])]);
    const { installed } = await get("1.20.99");
    expect(installed.receipt?.evidence.map(({ by }) => by)).toEqual(["index of go.dev"]);
  });

  it("is a zip for Windows", async () => {
    const platform = parsePlatform("windows/amd64");
    const zip = goZip(version, platform);
    const { get } = await scene([await startDownloads([zip])]);
    const { installed } = await get(version, { full: true }, "windows/amd64");
    expect(installed.receipt?.evidence).toHaveLength(2);
    expect(listTree(installed.folder)).toEqual(expect.arrayContaining(["bin/go.exe", "api/go1.txt"]));
  });

  it("comes from the second server where the first fails, and where it hasn't got it", async () => {
    const empty = await startDownloads([]);
    const dead = { url: "http://127.0.0.1:1/dl", asked: [] };
    const last = await startDownloads([tarball]);
    const { get } = await scene([dead, empty, last]);
    // The index of the second one answers, and doesn't name it.
    expect((await failure(get(version))).code).toBe("NOT_PROVEN");
    const whole = await scene([dead, last]);
    expect((await whole.get(version)).isNew).toBe(true);
  });

  it("comes from a mirror of the config first, whose word counts for nothing", async () => {
    const origin = await startDownloads([tarball]);
    const mirror = await startDownloads([tarball], { index: false });
    const there = await scene([origin]);
    mkdirSync(there.box.root);
    const config = join(there.box.root, "config");
    writeFileSync(config, `# nearer\narchive-mirrors = http://127.0.0.1:1/x, ${mirror.url}/\n`);
    const { installed } = await there.get(version);
    expect(installed.receipt?.from).toContain(new URL(mirror.url).host);
    expect(origin.asked).toEqual(["/dl/?mode=json&include=all"]);
    expect(mirror.asked).toEqual([`/dl/${tarball.name}`, `/go/${tarball.name}`]);
    const wrong = await scene([origin]);
    mkdirSync(wrong.box.root);
    writeFileSync(join(wrong.box.root, "config"), "archive-mirrors = somewhere\n");
    expect(await failure(wrong.get(version))).toMatchObject({ code: "BAD_ARGUMENT" });
  });

  it("is refused where GOPROXY doesn't reach go.dev", async () => {
    const { get, box } = await scene([await startDownloads([tarball])], { GOPROXY: "https://127.0.0.1:1" });
    expect(await failure(get(version))).toMatchObject({
      code: "PROXY_OFF",
      message: expect.stringContaining("https://127.0.0.1:1") as string,
    });
    expectNothing(box);
  });
});

describe("refused", () => {
  const other = { ...tarball, bytes: goTarball(version, host, { "src/evil.go": "package evil\n" }).bytes };

  it.each<[string, () => Promise<Downloads[]>, RegExp]>([
    [
      "an archive that isn't the index's",
      async () => [await startDownloads([other], { sums: { [tarball.name]: tarball.sha256 } })],
      /is not the go1\.99\.1.* that Go published/,
    ],
    [
      "an archive that isn't the log's, though the index says so",
      async () => [await startDownloads([{ ...other, sha256: sha256Of(other) }])],
      /is not the v0\.0\.1-go1\.99\.1/,
    ],
    [
      "an archive whose SHA-256 nobody says",
      async () => [await startDownloads([tarball], { sums: { [tarball.name]: "" } })],
      /nobody's word/,
    ],
  ])("%s", async (_, servers, reason) => {
    const { get, box } = await scene(await servers());
    const error = await failure(get(version));
    expect(error).toMatchObject({ code: "NOT_PROVEN", exitCode: 4 });
    expect(error.message).toMatch(reason);
    expectNothing(box);
  });

  it("one that no place has", async () => {
    const { get, box } = await scene([await startDownloads([], {})]);
    expect((await failure(get(version))).message).toContain("no place has go1.99.1");
    expectNothing(box);
  });

  it("another file under a name that the table in the package knows", async () => {
    const known = { ...goTarball("1.22.5", host) };
    const { get, box } = await scene([await startDownloads([known])]);
    const error = await failure(get("1.22.5"));
    expect([error.code, error.hint]).toEqual(["NOT_PROVEN", expect.stringContaining("(table in gv)")]);
    expectNothing(box);
  });
});

describe("a release without a module", () => {
  it("comes as the archive that the table knows", async () => {
    const lone = goTarball("1.99.2", host);
    const program = programWith(lone);
    const { get } = await scene([await startDownloads([lone])], {}, { program });
    // Since 1.21 each has a module, so the log is asked, and has none of this one.
    expect((await failure(get("1.99.2", {}))).message).toContain("has no record");
    const old = goTarball("1.20.98", host);
    const there = await scene([await startDownloads([old])], {}, { program: programWith(old) });
    const { installed } = await there.get("1.20.98", {});
    expect(installed.receipt?.evidence).toMatchObject([{ by: "table in gv", sha256: old.sha256 }]);
  });
});

describe("--unproven", () => {
  const changed = tinyToolchain(version, host, { served: { "src/fmt/print.go": "package evil\n" } });

  it("installs what the log doesn't vouch for, says so, and never runs it", async () => {
    const proxy = await localProxy({ toolchains: [changed] });
    const there = await scene([], settingsFor(proxy));
    expect((await failure(there.get(version, {}))).code).toBe("NOT_PROVEN");
    const { installed } = await there.get(version, { unproven: true });
    expect(installed.receipt).toMatchObject({
      evidence: [],
      unproven: expect.stringContaining("is not the") as string,
    });
    expect(installed.receipt?.trial).toBeUndefined();
    expect(there.warnings.join()).toContain("--unproven");
    expect((await there.box.gv(["list"])).stdout).toContain("not proven");
  });

  it("installs where no database answers", async () => {
    const proxy = await localProxy({ toolchains: [tinyToolchain(version, host)], sumdb: false });
    const there = await scene([], settingsFor(proxy));
    expect((await failure(there.get(version, {}))).code).toBe("NO_CHECKSUM_DATABASE");
    expect((await there.get(version, { unproven: true })).installed.receipt?.unproven).toContain(
      "can't be reached",
    );
  });

  it("changes nothing where the proof holds", async () => {
    const there = await scene([]);
    const { installed } = await there.get(version, { unproven: true });
    expect(installed.receipt?.evidence).toHaveLength(1);
    expect(installed.receipt).not.toHaveProperty("unproven");
    expect(there.warnings).toEqual([]);
  });
});

describe("--gpg", () => {
  it("wants a signature of the pinned key over the archive", async () => {
    const { privateKey, publicKey } = await openpgp.generateKey({
      userIDs: [{ name: "signer" }],
      format: "object",
    });
    const message = await openpgp.createMessage({ binary: tarball.bytes });
    const asc = await openpgp.sign({ message, signingKeys: privateKey, detached: true });
    const program = programWith(undefined, publicKey.armor());
    const files = { [`${tarball.name}.asc`]: asc };
    const downloads = await startDownloads([tarball], { files });
    const origins = {
      ...noOrigins,
      downloads: [downloads.url],
      signer: publicKey.getFingerprint().toUpperCase(),
    };
    const there = await scene([], {}, { program, origins });
    const { installed } = await there.get(version, { gpg: true });
    expect(installed.receipt?.evidence.map(({ by }) => by)).toEqual([
      "index of go.dev",
      "checksum database",
      "signature",
    ]);
    if (!noValidator) {
      const printing = there.box.context({ program, origins });
      await verify(printing, version, { json: true });
      expect(problems({ schema: "verify", json: printing.out() })).toEqual([]);
      for (const by of ["index of go.dev", "signature"]) expect(printing.out()).toContain(`"by": "${by}"`);
    }

    const google = await scene([], {}, { origins: { ...origins, signer: noOrigins.signer } });
    expect((await failure(google.get(version, { gpg: true }))).message).toContain("has no valid signature");
    expectNothing(google.box);

    const none = await scene([await startDownloads([tarball])]);
    expect((await failure(none.get(version, { gpg: true }))).message).toContain("there is no signature of");
    const zip = goZip(version, parsePlatform("windows/amd64"));
    const windows = await scene([await startDownloads([zip])]);
    expect((await failure(windows.get(version, { gpg: true }, "windows/amd64"))).hint).toContain(
      "tar.gz files alone",
    );
  });
});

function sha256Of({ bytes }: Tarball): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A copy of gv's folder with another table, or another key. */
function programWith(archive?: Tarball, key?: string): string {
  const box = sandbox();
  const program = join(box.project, "program");
  mkdirSync(program);
  for (const name of listTree(distFolder)) {
    const [top = ""] = name.split("/");
    if (top !== "data" && !name.includes("/")) symlinkSync(join(distFolder, top), join(program, top));
  }
  cpSync(join(distFolder, "data"), join(program, "data"), { recursive: true });
  if (archive) writeFileSync(join(program, "data/SHA256SUMS"), `${archive.sha256}  ${archive.name}\n`);
  if (key !== undefined) writeFileSync(join(program, "data/linux-packages-keymaster.asc"), key);
  return program;
}
