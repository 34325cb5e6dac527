/** gv verify: a Go on disk is proven, or what differs is named; by the receipt alone where that suffices. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import type { Verdict } from "../src/audit.ts";
import type { Receipt } from "../src/store.ts";
import { ChecksumDatabase } from "./support/checksum-database.ts";
import { layGoroot, setFolders } from "./support/foreign.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import type { Ran } from "./support/sandbox.ts";
import { host, hostFolder, hostName, type Scene, scene } from "./support/scene.ts";

const there = async (versions: readonly string[] = ["1.22.5"]): Promise<Scene> => {
  const made = await scene(versions);
  await made.install(...versions);
  return made;
};

const receiptOf = ({ box }: Scene, version = "1.22.5"): string =>
  join(box.root, "receipts", hostFolder, `${version}.json`);

type Result = Omit<Verdict, "release"> & { version?: string; platform?: string; receipt?: Receipt };

async function results({ gv }: Scene, ...words: string[]): Promise<{ code: Ran["code"]; results: Result[] }> {
  const { code, stdout } = await gv("verify", "--json", ...words);
  return { code, ...(JSON.parse(stdout) as { results: Result[] }) };
}

/** Of one subject. */
async function result(made: Scene, ...words: string[]): Promise<Result & { code: Ran["code"] }> {
  const { code, results: all } = await results(made, ...words);
  const [only] = all;
  if (!only || all.length !== 1) throw new Error(`${all.length} results`);
  return { ...only, code };
}

it("says that there is nothing to look at", async () => {
  const { gv } = await scene([]);
  expect(await gv("verify")).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "gv: no Go is installed, so nothing was looked at\n    gv install latest\n",
  });
  expect(await gv("verify", "-q")).toMatchObject({ code: 0, stderr: "" });
});

describe("proven", () => {
  it("by the receipt, without any network", async () => {
    const made = await there();
    made.proxy.requests.length = 0;
    expect(await result(made, "1.22.5")).toMatchObject({
      code: 0,
      verdict: "proven",
      version: "1.22.5",
      platform: hostName,
      recordFrom: "receipt",
      h1: tinyToolchain("1.22.5", host).h1,
      unchecked: [],
      evidence: [{ by: "checksum database" }],
    });
    expect(made.proxy.requests).toEqual([]);
    const said = await made.gv("verify");
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(said.stdout).toContain(`${made.goroot("1.22.5")}: go1.22.5 for ${hostName}: proven\n`);
    expect(await made.gv("verify", "-q")).toMatchObject({ code: 0, stdout: "" });
  });

  it("without a receipt by the network, which writes one", async () => {
    const made = await there();
    rmSync(receiptOf(made));
    expect((await made.gv("list")).stdout).toContain("not proven");
    expect(await result(made)).toMatchObject({ code: 0, verdict: "proven", recordFrom: "network" });
    expect((await made.gv("list")).stdout).not.toContain("not proven");
    expect(await result(made)).toMatchObject({ verdict: "proven", recordFrom: "receipt" });
  });

  it("a Go that gv did not install: by its path, by that of its go command, as system, as a link", async () => {
    const made = await there();
    const copy = join(made.box.project, "go");
    cpSync(made.goroot("1.22.5"), copy, { recursive: true });
    symlinkSync(copy, join(made.box.project, "link"));
    mkdirSync(join(copy, "api"));
    await made.gv("link", "mine", copy);
    for (const spec of ["./go", `${copy}/bin/go`, "./link", "mine"])
      expect(await result(made, spec)).toMatchObject({
        code: 0,
        verdict: "proven",
        goroot: copy,
        files: 8,
      });
    const env = { PATH: `${join(copy, "bin")}:/usr/bin:/bin` };
    expect(await made.box.gv(["verify", "-q", "system"], { env })).toMatchObject({ code: 0 });
    expect(await made.gv("verify", "system")).toMatchObject({ code: 3 });
    writeFileSync(join(copy, "api/go1.txt"), "in no log");
    expect(await result(made, "./go")).toMatchObject({ verdict: "proven", unchecked: ["api"] });
    expect(await made.gv("verify", "./nowhere")).toMatchObject({ code: 2 });
  });

  it("as the module cache and golang.org/dl keep it: what is beside it is named, and a go.mod that isn't its own differs", async () => {
    const made = await scene();
    const { box } = made;
    const name = `toolchain@v0.0.1-go1.22.5.${hostFolder}`;
    const cached = layGoroot(join(box.home, "mod/golang.org", name), "1.22.5", { inModuleCache: true });
    onTestFinished(() => setFolders(cached, 0o755));
    const kept = { code: 0, verdict: "proven", h1: tinyToolchain("1.22.5", host).h1 };
    const reason = "each go.mod is there as _go.mod, as the module cache keeps it";
    expect(await result(made, cached)).toMatchObject({ ...kept, reason });
    setFolders(cached, 0o755);
    const goMod = join(cached, "src/go.mod");
    rmSync(goMod); // No go command has run it yet.
    expect(await result(made, cached)).toMatchObject({ ...kept, reason });
    chmodSync(join(cached, "bin/gofmt"), 0o755);
    box.write(join(cached, "bin/gofmt"), "another\n");
    const changed = { changed: ["bin/gofmt"], added: [], missing: [] };
    expect(await result(made, cached)).toMatchObject({ verdict: "differs", differences: changed });
    box.write(goMod, "module other\n");
    expect((await result(made, cached)).differences).toEqual({
      changed: ["bin/gofmt", "src/go.mod"],
      added: ["src/_go.mod"],
      missing: [],
    });

    const mark = { files: { ".unpacked-success": "" } };
    const sdk = layGoroot(join(box.home, "sdk/go1.22.5"), "1.22.5", mark);
    expect(await result(made, sdk)).toMatchObject({
      ...kept,
      reason: "its empty .unpacked-success is golang.org/dl's own mark",
    });
    const elsewhere = layGoroot(join(box.home, "go"), "1.22.5", mark);
    expect((await result(made, elsewhere)).differences?.added).toEqual([".unpacked-success"]);
  });

  it("a foreign platform's build", async () => {
    const platform = { os: "windows", arch: "amd64" };
    const made = await scene([], { toolchains: [tinyToolchain("1.22.5", platform)] });
    expect(await made.gv("install", "--platform", "windows/amd64", "1.22.5")).toMatchObject({ code: 0 });
    expect(await result(made)).toMatchObject({ verdict: "proven", platform: "windows/amd64" });
    const copy = join(made.box.project, "go");
    cpSync(join(made.box.root, "versions/windows-amd64/1.22.5"), copy, { recursive: true });
    expect(await result(made, "./go")).toMatchObject({ verdict: "proven", platform: "windows/amd64" });
  });
});

describe("differs", () => {
  it("and names each file, the rest being proven", async () => {
    const made = await there();
    const goroot = made.goroot("1.22.5");
    writeFileSync(join(goroot, "go.env"), "GOPROXY=direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=local\n");
    writeFileSync(join(goroot, "src/fmt/evil\n.go"), "package fmt");
    rmSync(join(goroot, "src/go.mod"));
    rmSync(join(goroot, "bin/gofmt"));
    symlinkSync("go", join(goroot, "bin/gofmt"));
    const found = await result(made, "1.22.5");
    expect(found).toMatchObject({ code: 4, verdict: "differs" });
    expect(found.differences).toEqual({
      changed: ["bin/gofmt", "go.env"],
      added: ["src/fmt/evil\n.go"],
      missing: ["src/go.mod"],
    });
    const { stdout, code } = await made.gv("verify", "1.22.5");
    expect(code).toBe(4);
    expect(stdout).toContain("  changed  go.env\n");
    expect(stdout).toContain("  all else is proven to be as Go published it\n");
    expect(stdout).toContain("it should have h1:");
  });

  it("where the size and the CRC-32 are the same, and where another server's directory lies", async () => {
    const made = await there();
    const goroot = made.goroot("1.22.5");
    const path = join(goroot, "src/fmt/print.go");
    writeFileSync(path, sameCrc(readFileSync(path)));
    expect((await result(made)).differences).toEqual({
      changed: ["src/fmt/print.go"],
      added: [],
      missing: [],
    });

    const { zip, version } = tinyToolchain("1.22.5", host, { served: { "go.env": "changed" } });
    made.proxy.intercept = (request, response) => {
      if (request.url !== `/golang.org/toolchain/@v/${version}.zip`) return false;
      response.end(zip);
      return true;
    };
    const lied = await result(made);
    expect([lied.verdict, lied.differences]).toEqual(["differs", undefined]);
    expect(lied.reason).toContain("is not the release that the log recorded, either");
  });

  it.each([
    ["a file that is named almost as a folder of no log", "docs", "added"],
    ["a link of such a name", "apis", "added"],
    ["a go.mod under its name in the module", "src/_go.mod", "added"],
  ])("%s", async (_, name) => {
    const made = await there();
    const goroot = made.goroot("1.22.5");
    if (name === "apis") symlinkSync("/etc", join(goroot, name));
    else if (name === "docs") writeFileSync(join(goroot, name), "evil");
    else renameSync(join(goroot, "src/go.mod"), join(goroot, name));
    const { differences, code } = await result(made);
    expect([code, differences?.added]).toEqual([4, [name]]);
  });

  it("whatever a go.env on PATH says of who is to be believed", async () => {
    const made = await there();
    const goroot = made.goroot("1.22.5");
    const liar = new ChecksumDatabase("sum.golang.org");
    liar.pad(3);
    writeFileSync(join(goroot, "go.env"), `GOSUMDB=${liar.verifierKey} ${made.proxy.url}\n`);
    const env = { PATH: `${join(goroot, "bin")}:/usr/bin:/bin` };
    const ran = await made.box.gv(["verify", "system"], { env });
    expect(ran).toMatchObject({ code: 4, stdout: expect.stringContaining("changed  go.env") as string });
  });

  it("in names that a terminal obeys, each on one line", async () => {
    const made = await there();
    writeFileSync(join(made.goroot("1.22.5"), "src/a\nproven\u009b2K"), "");
    const { stdout } = await made.gv("verify");
    expect(stdout).toContain("  added    src/a\\nproven\\u{9b}2K\n");
  });

  it("and can't say in what without a zip", async () => {
    const made = await there();
    rmSync(join(made.goroot("1.22.5"), "go.env"));
    await made.proxy.close();
    expect(await result(made)).toMatchObject({
      code: 4,
      verdict: "differs",
      reason: expect.stringContaining("which files") as string,
    });
  });

  it("whatever the receipt says", async () => {
    const made = await there();
    const goroot = made.goroot("1.22.5");
    writeFileSync(join(goroot, "go.env"), "GOTOOLCHAIN=local\n");
    const { h1 = "" } = await result(made);
    const receipt = readFileSync(receiptOf(made), "utf8");
    writeFileSync(receiptOf(made), receipt.replaceAll(tinyToolchain("1.22.5", host).h1, h1));
    const { stdout, stderr, code } = await made.gv("verify", "1.22.5");
    expect(code).toBe(4);
    expect(stderr).toContain("doesn't prove itself");
    expect(stdout).toContain("changed  go.env");
  });

  it.each([
    ["no proof", { proof: undefined }],
    ["a proof of another shape", { proof: { id: "1", text: 2, inclusion: [3] } }],
  ])("nothing where the receipt has %s: the log is asked, and the receipt mended", async (_, damage) => {
    const made = await there();
    const receipt = JSON.parse(readFileSync(receiptOf(made), "utf8")) as Receipt;
    const evidence = receipt.evidence.map((one) => ({ ...one, ...damage }));
    writeFileSync(receiptOf(made), JSON.stringify({ ...receipt, evidence }));
    const ran = await made.gv("verify");
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("doesn't prove itself") as string });
    expect(await made.gv("verify")).toMatchObject({ code: 0, stderr: "" });
  });

  it("one of two: all are looked at, and it fails", async () => {
    const made = await there(["1.22.5", "1.22.6"]);
    writeFileSync(join(made.goroot("1.22.5"), "go.env"), "");
    const { code, results: all } = await results(made);
    expect([code, all.map(({ verdict }) => verdict)]).toEqual([4, ["differs", "proven"]]);
  });
});

/** The same length and CRC-32: the polynomial is added to the bits from the second byte on (ISO 3309). */
function sameCrc(content: Buffer): Buffer {
  const bits = (0x104c11db7).toString(2).split("");
  const changed = Buffer.from(content);
  for (const [i, bit] of bits.entries())
    if (bit === "1") changed.writeUInt8(changed.readUInt8(1 + (i >> 3)) ^ (1 << (i & 7)), 1 + (i >> 3));
  expect(crc32(changed)).toBe(crc32(content));
  return changed;
}

describe("not a release", () => {
  it.each([
    ["no VERSION", undefined, "no file VERSION"],
    ["a development tree", "devel go1.28-3f2a Thu Aug 27", 'says "devel go1.28'],
    ["a vendor's version", "go1.22.5-custom", 'says "go1.22.5-custom"'],
  ])("%s", async (_, version, reason) => {
    const made = await there();
    const copy = join(made.box.project, "go");
    cpSync(made.goroot("1.22.5"), copy, { recursive: true });
    if (version === undefined) rmSync(join(copy, "VERSION"));
    else writeFileSync(join(copy, "VERSION"), version);
    const found = await result(made, "./go");
    expect(found).toMatchObject({ code: 4, verdict: "not a release" });
    expect(found.reason).toContain(reason);
  });
});

it("a release that the log doesn't know is none; where the log can't be reached, that isn't said", async () => {
  const made = await there();
  const copy = join(made.box.project, "go");
  cpSync(made.goroot("1.22.5"), copy, { recursive: true });
  writeFileSync(join(copy, "VERSION"), "go1.22.99\n");
  const { database, url } = made.proxy;
  const itself = { GOSUMDB: `${database.verifierKey} ${url}/sumdb/${database.name}` };
  const asked = await made.box.gv(["verify", "./go"], { env: itself });
  expect(asked).toMatchObject({ code: 4, stdout: expect.stringContaining("no record") as string });
  const byProxy = await made.box.gv(["verify", "./go"]);
  expect(byProxy).toMatchObject({ code: 5, stdout: expect.stringContaining("can't be reached") as string });
});

it("needs no root, and writes to none that gv wouldn't write to", async () => {
  const made = await there();
  const copy = join(made.box.project, "go");
  cpSync(made.goroot("1.22.5"), copy, { recursive: true });
  const fresh = join(made.box.project, "new");
  const open = join(made.box.project, "open");
  mkdirSync(open);
  chmodSync(open, 0o777);
  for (const GV_ROOT of [fresh, open, "relative"])
    expect(await made.box.gv(["verify", "-q", copy], { env: { GV_ROOT } })).toMatchObject({ code: 0 });
  expect(readdirSync(open)).toEqual([]);
  expect(readdirSync(made.box.project).toSorted()).toEqual(["go", "new", "open"]);
});

it("a receipt of another version is none", async () => {
  const made = await there(["1.22.5", "1.22.6"]);
  const receipt = readFileSync(receiptOf(made), "utf8");
  writeFileSync(receiptOf(made, "1.22.6"), receipt.replace('"1.22.5"', '"../../../escaped"'));
  expect((await made.gv("list")).stdout).toMatch(/1\.22\.6 +not proven/);
  expect(await made.gv("verify")).toMatchObject({ code: 0 });
  expect((await made.gv("list")).stdout).not.toContain("not proven");
  expect(readdirSync(dirname(made.box.root))).not.toContain("escaped.json");
});

it("where the log can't be asked about one, the others are looked at, and it is exit code 5; 4 where one differs", async () => {
  const made = await there(["1.22.5", "1.22.6"]);
  rmSync(receiptOf(made, "1.22.5"));
  await made.proxy.close();
  const ran = await made.gv("verify");
  expect(ran).toMatchObject({ code: 5, stdout: expect.stringContaining("can't be reached") as string });
  expect(ran.stdout).toContain("go1.22.6 for");
  const { results: all } = await results(made);
  expect(all.map(({ verdict }) => verdict)).toEqual(["unknown", "proven"]);
  writeFileSync(join(made.goroot("1.22.6"), "go.env"), "");
  expect(await made.gv("verify")).toMatchObject({ code: 4 });
});

it("a version that isn't installed is exit code 3", async () => {
  const made = await there();
  expect(await made.gv("verify", "1.21")).toMatchObject({ code: 3, stdout: "" });
  expect((await results(made, "1.22")).results).toHaveLength(1);
});
