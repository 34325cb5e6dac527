/**
 * A mirror of go.dev/dl, named in the config, that hands out another archive, one that would be written elsewhere,
 * or leads to one: through whole installs. Of the real 1.22.5 the built gv has the SHA-256, which none of these
 * archives has; what is wrong with them is noticed before that is compared, and the reason is that.
 */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { prepareRoot } from "../../src/root.ts";
import { parsePlatform } from "../../src/platform.ts";
import { countAttacks, refused } from "../support/attack.ts";
import { goZip, startDownloads } from "../support/downloads.ts";
import { type Files, tinyToolchain } from "../support/goproxy.ts";
import { serve } from "../support/http.ts";
import { distFolder, listTree, type Ran, type Sandbox, sandbox } from "../support/sandbox.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { goTarball, makeTar, type Tarball, type TarEntry } from "../support/tar.ts";
import { httpsFront, makeCertificate, noTls } from "../support/tls.ts";

const version = "1.22.5";
const windows = parsePlatform("windows/amd64");
const honest = goTarball(version, host);
const older = goTarball("1.22.4", host);

interface Mirrored {
  readonly box: Sandbox;
  /** Writes the config: this mirror, and no other. */
  readonly name: (mirror: string) => void;
}

/** A root whose proxy and checksum database have the release as a module. */
async function mirrored(): Promise<Mirrored> {
  const toolchains = [host, windows].map((platform) => tinyToolchain(version, platform));
  const proxy = await localProxy({ toolchains });
  const box = sandbox({
    ...settingsFor(proxy),
    GOPROXY: `${proxy.url},direct`,
    // go.dev itself, which is asked where no mirror has it, can't be reached.
    HTTPS_PROXY: "http://127.0.0.1:1",
    NO_PROXY: "127.0.0.1",
  });
  prepareRoot(box.context());
  const name = (mirror: string) =>
    writeFileSync(join(box.root, "config"), `archive-mirrors = ${mirror} # nearer\n`);
  return { box, name };
}

/** An install from a mirror that has these bytes for the release, and an index that says the same of them. */
async function refusedFrom({ name, bytes }: Tarball, words: readonly string[] = []): Promise<Ran> {
  const { box, name: nameMirror } = await mirrored();
  const mirror = await startDownloads([{ ...older, name, bytes }]);
  nameMirror(mirror.url);
  const ran = await refused(box, ["install", "--full", ...words, version]);
  expect(mirror.asked).toEqual([`/dl/${name}`, `/go/${name}`]);
  return ran;
}

/** The SHA-256 is compared with the table's. */
const isAnother = new RegExp(`is not the ${honest.name.replaceAll(".", "\\.")} that Go published`);
const damaged = /the archive is not one that Go publishes: /;
const outside = /names a place outside the folder/;
const noFile = /is a link, a device or something else that is no file/;
const oneName = /are one name in some places/;

const disguised: Files = { VERSION: "go1.22.4\n", "src/fmt/print.go": "// 1.22.4\npackage fmt\n" };

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}

it.each<[string, Buffer, RegExp]>([
  ["an older release", older.bytes, isAnother],
  ["an older release's files, as this one's", goTarball(version, host, disguised).bytes, isAnother],
  ["a file more", goTarball(version, host, { "src/evil.go": "package evil\n" }).bytes, isAnother],
  ["a file less", goTarball(version, host, { "src/fmt/print.go": undefined }).bytes, isAnother],
  ["a bit flipped in its header", flipped(honest.bytes, 4), isAnother],
  ["a bit flipped in its data", flipped(honest.bytes, Math.floor(honest.bytes.length / 2)), damaged],
  ["a bit flipped in its checksum", flipped(honest.bytes, honest.bytes.length - 8), damaged],
  ["its end missing", honest.bytes.subarray(0, -9), /cut short/],
])("a tar.gz with %s is refused", async (_, bytes, reason) => {
  const ran = await refusedFrom({ ...honest, bytes });
  expect(ran.stderr).toMatch(reason);
  if (reason === isAnother) expect(ran.stderr).toMatch(/published [0-9a-f]{64} \(table in gv\)/);
});

const start: TarEntry[] = [
  { name: "go/VERSION", data: `go${version}\n` },
  { name: "go/bin/go", data: "#!/bin/sh\n", mode: 0o755 },
];

it.each<[string, readonly TarEntry[], RegExp]>([
  ["a name above go/", [{ name: "go/../evil", data: "evil" }], outside],
  ["a name far above go/", [{ name: `go/${"../".repeat(9)}evil`, data: "evil" }], outside],
  ["a folder above go/", [{ name: "go/../evil/" }], outside],
  [
    "a symbolic link out, and a file through it",
    [
      { name: "go/out", type: "2", link: "../../../.." },
      { name: "go/out/evil", data: "evil" },
    ],
    noFile,
  ],
  ["a symbolic link in the place of a file", [{ name: "go/bin/go", type: "2", link: "/bin/sh" }], noFile],
  ["a hard link out", [{ name: "go/out", type: "1", link: "../../../../config" }], noFile],
  ["a file's name in another case", [{ name: "go/bin/GO", data: "evil" }], oneName],
  ["a folder's name in another case", [{ name: "go/Bin/evil", data: "evil" }], oneName],
  ["a file twice", [{ name: "go/bin/go", data: "evil" }], /in it twice/],
])("a tar.gz with %s is refused", async (_, evil, reason) => {
  expect((await refusedFrom({ ...honest, bytes: makeTar([...start, ...evil]) })).stderr).toMatch(reason);
});

it.each<[string, Parameters<typeof goZip>[2], RegExp]>([
  [
    "the same files in other bytes",
    (all) => all,
    /is not the go1\.22\.5\.windows-amd64\.zip that Go published/,
  ],
  ["a name above go/", (all) => [...all, { name: "go/../evil", data: "evil" }], outside],
  ["a file's name in another case", (all) => [...all, { name: "go/bin/GO.exe", data: "evil" }], oneName],
  ["a folder's name in another case", (all) => [...all, { name: "go/Bin/evil", data: "evil" }], oneName],
  ["a folder with data", (all) => [...all, { name: "go/evil/", data: "evil" }], /lies about its size/],
  [
    "a link",
    (all) => [...all, { name: "go/out", data: "../../../..", mode: 0o120777 }],
    /is a link, a device or a folder/,
  ],
  ["a file outside go/", (all) => [...all, { name: "evil", data: "evil" }], /not in (?:its folder )?go\//],
])("a zip for Windows with %s is refused", async (_, change, reason) => {
  const zip = goZip(version, windows, change);
  expect((await refusedFrom(zip, ["--platform", "windows/amd64"])).stderr).toMatch(reason);
});

/** A sandbox whose mirror has this archive, with a copy of the built gv whose table has its SHA-256. */
async function knowing(archive: Tarball): Promise<Sandbox> {
  const { box, name: nameMirror } = await mirrored();
  nameMirror((await startDownloads([archive])).url);
  const program = join(box.home, "program");
  cpSync(distFolder, program, { recursive: true });
  writeFileSync(join(program, "data", "SHA256SUMS"), `${archive.sha256}  ${archive.name}\n`);
  const entry = join(program, "gv.cjs");
  return { ...box, gv: (words, options) => box.run(process.execPath, [entry, ...words], options) };
}

describe("where the table has the archive's SHA-256", () => {
  it("the release is installed: what follows is refused for what was changed", async (test) => {
    const box = await knowing(honest);
    expect(await box.gv(["install", "-q", "--full", version])).toMatchObject({ code: 0, stderr: "" });
    expect(box.listing().filter((path) => /^versions\/.*\/api\/go1\.txt$/.test(path))).toHaveLength(1);
    countAttacks(test, 0);
  });

  it.each<[string, Files]>([
    ["an older release's files", disguised],
    ["a file more", { "src/evil.go": "package evil\n" }],
    ["a file less", { "src/fmt/print.go": undefined }],
    ["a file in a folder that is only called like one outside the module", { "src/api/a.go": "package a\n" }],
  ])("%s: refused, since the log has another tree", async (_, files) => {
    const box = await knowing(goTarball(version, host, files));
    const ran = await refused(box, ["install", "--full", version]);
    expect(ran.stderr).toMatch(/is not the v0\.0\.1-go1\.22\.5\.\S+ that test\.sum\S* recorded/);
  });
});

describe("a redirect", () => {
  const leadsNowhere = { code: 5 };

  it("to a file of this machine is not followed", async () => {
    const { box, name } = await mirrored();
    const file = box.write(honest.name, honest.bytes);
    name(await serve((_, response) => response.writeHead(302, { location: `file://${file}` }).end()));
    const ran = await refused(box, ["install", "--full", version], leadsNowhere);
    expect(ran.stderr).toContain("from http to file, which gv never follows");
  });

  it.skipIf(noTls)(`from https to http is not followed${noTls}`, async () => {
    const plain = await startDownloads([honest]);
    const { box, name } = await mirrored();
    const certificate = makeCertificate(box);
    const url = await httpsFront(certificate, plain.url, ({ url: path = "" }, response) => {
      response.writeHead(302, { location: plain.url.replace("/dl", path) }).end();
      return true;
    });
    name(`${url}/dl`);
    const env = { NODE_EXTRA_CA_CERTS: certificate.file };
    const ran = await refused(box, ["install", "--full", version], { env, ...leadsNowhere });
    expect(ran.stderr).toContain("from https to http, which gv never follows");
    expect(plain.asked).toEqual([]);
  });

  it("to another host doesn't take the config's credentials along", async () => {
    const sent: Record<"here" | "there", (string | undefined)[]> = { here: [], there: [] };
    const there = await serve(({ headers }, response) => {
      sent.there.push(headers.authorization);
      response.end(honest.bytes);
    });
    const here = await serve(({ headers, url = "" }, response) => {
      sent.here.push(headers.authorization);
      response.writeHead(302, { location: there + url }).end();
    });
    const { box, name } = await mirrored();
    name(here.replace("://", "://user:tr0ub4dor@"));
    const ran = await refused(box, ["install", "--full", version]);
    expect(ran.stderr).toMatch(isAnother);
    expect(ran.stdout + ran.stderr).not.toContain("tr0ub4dor");
    expect(sent).toEqual({
      here: [`Basic ${Buffer.from("user:tr0ub4dor").toString("base64")}`],
      there: [undefined],
    });
    const files = listTree(box.root).filter((path) => !path.endsWith("/"));
    const holding = files.filter((path) => readFileSync(join(box.root, path)).includes("tr0ub4dor"));
    expect(holding).toEqual(["config"]);
  });
});
