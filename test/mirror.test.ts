/** A mirror: what is in it is proven, it proves itself to whoever has nothing else, and it grows by what is missing alone. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, it } from "vitest";

import { tinyToolchain } from "./support/goproxy.ts";
import { keptFolder, keptHead } from "./support/lookup.ts";
import { type Ran, type Sandbox, sandbox } from "./support/sandbox.ts";
import { failedWith, host, hostFolder, hostName, type Scene, scene } from "./support/scene.ts";

interface Mirror extends Scene {
  readonly folder: string;
  readonly run: (...words: string[]) => Promise<Ran>;
  /** A machine that has the mirror and nothing else. */
  readonly client: () => Sandbox;
  readonly read: (path: string) => string;
  /** Size of the tree that it shows. */
  readonly size: () => number;
}

async function mirrored(versions = ["1.22.5", "1.22.6"]): Promise<Mirror> {
  const one = await scene(versions);
  const folder = join(one.box.home, "mirror");
  const { database } = one.proxy;
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  return {
    ...one,
    folder,
    run: (...words) => one.box.gv(["mirror", folder, ...words]),
    client: () => sandbox({ GOPROXY: pathToFileURL(folder).href, GOSUMDB: database.verifierKey }),
    read,
    size: () => Number(read(`sumdb/${database.name}/latest`).split("\n")[1]),
  };
}

const zip = (version: string): string => `golang.org/toolchain/@v/v0.0.1-go${version}.${hostFolder}.zip`;
const isZip = ({ path }: { path: string }): boolean => path.endsWith(".zip");

describe("gv mirror", () => {
  it("makes a folder from which gv installs without the server", async () => {
    const { run, proxy, client, read } = await mirrored();
    const ran = await run("1.22.5");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("fetched and proven");
    expect(read("golang.org/toolchain/@v/list")).toBe(`v0.0.1-go1.22.5.${hostFolder}\n`);
    await proxy.close();
    const box = client();
    expect(await box.gv(["install", "-q", "latest"])).toMatchObject({ code: 0, stderr: "" });
    expect((await box.gv(["list"])).stdout).toContain("1.22.5");
    expect((await box.gv(["verify"])).stdout).toContain("proven");
  });

  it("fetches what is missing, proves what is there, and keeps its head while that is enough", async () => {
    const { run, proxy, size } = await mirrored();
    await run("1.22.5");
    const before = size();
    proxy.database.pad(20);
    proxy.requests.length = 0;
    const ran = await run("1.22.5", "1.22.6");
    expect(ran.stdout).toMatch(/1\.22\.5 .*there, and proven\n.*1\.22\.6 .*fetched and proven\n/);
    expect(proxy.requests.filter(isZip).every(({ path }) => path.includes("1.22.6"))).toBe(true);
    expect(size()).toBe(before);
    expect(await run("--refresh")).toMatchObject({ code: 0 });
    expect(size()).toBe(before + 20);
  });

  it("moves its head where a record asks for it", async () => {
    const { run, proxy, size, client } = await mirrored(["1.22.5"]);
    await run("1.22.5");
    const before = size();
    proxy.add(tinyToolchain("1.22.7", host));
    expect(await run("1.22.7")).toMatchObject({ code: 0, stderr: "" });
    expect(size()).toBeGreaterThan(before);
    const box = client();
    expect(await box.gv(["install", "-q", "1.22.5", "1.22.7"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("fetches anew what was damaged there, and says so", async () => {
    const { run, folder, client } = await mirrored();
    await run("1.22.5");
    const bytes = readFileSync(join(folder, zip("1.22.5")));
    bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200);
    writeFileSync(join(folder, zip("1.22.5")), bytes);
    const ran = await run();
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("it is fetched anew");
    expect(await client().gv(["install", "-q", "1.22.5"])).toMatchObject({ code: 0, stderr: "" });
  });

  it.each(["mod", "info"])("fetches a damaged .%s anew, and no zip", async (kind) => {
    const { run, folder, read, proxy } = await mirrored();
    await run("1.22.5");
    const file = zip("1.22.5").replace(/zip$/, kind);
    const before = read(file);
    writeFileSync(join(folder, file), "damaged\n");
    proxy.requests.length = 0;
    const ran = await run();
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("it is fetched anew");
    expect(read(file)).toBe(before);
    expect(proxy.requests.filter(isZip)).toEqual([]);
  });

  it("has nothing of a release that isn't the recorded one", async () => {
    const { run, proxy, folder } = await mirrored(["1.22.5"]);
    proxy.add(tinyToolchain("1.22.6", host, { served: { "src/evil.go": "package evil\n" } }));
    const { fact } = failedWith(4, { ...(await run("1.22.6")), stdout: "" });
    expect(fact).toContain("is not the");
    expect(readdirSync(join(folder, "golang.org/toolchain/@v"))).toEqual([]);
    expect(existsSync(join(folder, "sumdb"))).toBe(false);
  });

  it("refuses a folder that has a GOPROXY's files from somebody else", async () => {
    const { run, box, folder } = await mirrored();
    box.write(join(folder, "sumdb/other/latest"), "theirs");
    const { fact } = failedWith(2, await run("1.22.5", "--prune"));
    expect(fact).toContain("that no gv mirror made");
    expect(readdirSync(folder)).toEqual(["sumdb"]);
  });

  it("removes with --prune what wasn't named, and what proved it", async () => {
    const { run, folder, read, client, box } = await mirrored();
    await run("1.22.5", "1.22.6");
    box.write(join(folder, "index.html"), "mine");
    expect((await run("1.22.6", "--prune", "--dry-run")).stdout).toMatch(/1\.22\.5 .*goes/);
    expect(existsSync(join(folder, zip("1.22.5")))).toBe(true);
    expect(await run("1.22.6", "--prune")).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(folder, zip("1.22.5")))).toBe(false);
    expect(read("golang.org/toolchain/@v/list")).toBe(`v0.0.1-go1.22.6.${hostFolder}\n`);
    expect(read("index.html")).toBe("mine");
    expect(await client().gv(["install", "-q", "1.22.6"])).toMatchObject({ code: 0, stderr: "" });
    expect(failedWith(1, await client().gv(["install", "1.22.5"])).fact).toContain("no release");
  });

  it("says what it would fetch, with sizes, and changes nothing; as JSON, too", async () => {
    const { run, folder, proxy } = await mirrored();
    const data = JSON.parse((await run("1.22.5", "--dry-run", "--json", "--platform", hostName)).stdout);
    const bytes = tinyToolchain("1.22.5", host).zip.length;
    expect(data).toMatchObject({
      mirror: folder,
      dryRun: true,
      releases: [{ version: "1.22.5", platform: hostName, bytes, state: "missing" }],
    });
    expect(existsSync(folder)).toBe(false);
    expect(proxy.zipDownloads).toBeLessThanOrEqual(1); // Its first byte, to learn the size.
  });

  it("takes each platform that is named", async () => {
    const { run, proxy, read } = await mirrored(["1.22.5"]);
    proxy.add(tinyToolchain("1.22.5", { os: "plan9", arch: "386" }));
    expect(await run("1.22", "--platform", hostName, "--platform", "plan9/386")).toMatchObject({ code: 0 });
    expect(read("golang.org/toolchain/@v/list").split("\n").filter(Boolean)).toHaveLength(2);
  });
});

describe("a client with a head of its own", () => {
  it("that is older and was the mirror's is taken on", async () => {
    const { run, client, proxy, size } = await mirrored();
    await run("1.22.5", "1.22.6");
    const box = client();
    expect(await box.gv(["install", "-q", "1.22.5"])).toMatchObject({ code: 0 });
    for (const more of [300, 70_000]) {
      proxy.database.pad(more);
      expect(await run("--refresh")).toMatchObject({ code: 0, stderr: "" });
    }
    expect(await box.gv(["install", "-q", "1.22.6"])).toMatchObject({ code: 0, stderr: "" });
    expect(Number(keptHead(box, proxy.database).split("\n")[1])).toBe(size());
  }, 120_000);

  it("that is older and from elsewhere is taken on once the mirror knows it", async () => {
    const { run, client, proxy, box } = await mirrored();
    const note = String(proxy.database.head(3)); // In the first tile of 256, which no record is in.
    proxy.database.pad(600);
    await run("1.22.5");
    const other = client();
    other.write(join(keptFolder(other, proxy.database), "latest"), note);
    const { hint } = failedWith(5, await other.gv(["install", "1.22.5"]));
    expect(hint).toContain("gv mirror <dir> --known-head <file>");
    const file = box.write("latest", note);
    expect(await run("--known-head", file)).toMatchObject({ code: 0, stderr: "" });
    expect(await other.gv(["install", "-q", "1.22.5"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("that is newer is told so, and a refresh helps", async () => {
    const { run, client, proxy } = await mirrored();
    await run("1.22.5");
    proxy.database.pad(600);
    const note = String(proxy.database.head());
    const box = client();
    const kept = box.write(join(keptFolder(box, proxy.database), "latest"), note);
    const { fact, hint } = failedWith(5, await box.gv(["install", "1.22.5"]));
    expect(fact).toBe("the mirror is older than the log you have seen");
    expect(hint).toContain("gv mirror <dir> --refresh");
    expect(fact + hint).not.toMatch(/attack|fork|histor/);
    expect(readFileSync(kept, "utf8")).toBe(note);
    expect(await run("--refresh")).toMatchObject({ code: 0, stderr: "" });
    expect(await box.gv(["install", "-q", "1.22.5"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("that is of another history is refused by the mirror", async () => {
    const { run, proxy, box, folder } = await mirrored();
    await run("1.22.5");
    const latest = readFileSync(join(folder, `sumdb/${proxy.database.name}/latest`), "utf8");
    const fork = proxy.database.fork(100);
    fork.pad(50);
    const file = box.write("latest", fork.head());
    failedWith(4, { ...(await run("--known-head", file)), stdout: "" });
    expect(readFileSync(join(folder, `sumdb/${proxy.database.name}/latest`), "utf8")).toBe(latest);
  });
});
