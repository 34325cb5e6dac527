/** gv cache: what it takes away, and what must stay. */
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { gvVersion } from "../src/context.ts";
import { ownName } from "../src/owner.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { failedWith, host, localProxy, type Scene, scene, start, succeeded } from "./support/scene.ts";
import { listTree } from "./support/sandbox.ts";

async function installed(): Promise<Scene> {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  there.proxy.database.pad(600); // Between the two are tiles that are full: those are kept.
  there.proxy.add(tinyToolchain("1.22.6", host));
  await there.install("1.22.6");
  await there.gv("list-remote");
  return there;
}

/** The newest tree head that was seen. */
function headOf({ box }: Scene): string {
  const heads = listTree(join(box.root, "sumdb")).filter((path) => path.endsWith("/latest"));
  expect(heads).toHaveLength(1);
  return join(box.root, "sumdb", heads[0] ?? "");
}

interface Row {
  readonly name: string;
  readonly bytes: number;
  readonly paths: readonly string[];
}

async function rows({ gv }: Scene): Promise<Record<string, Row>> {
  const ran = await gv("cache", "list", "--json");
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  return Object.fromEntries((JSON.parse(ran.stdout) as Row[]).map((row) => [row.name, row]));
}

it("tiles and lists go; the newest tree head stays, and everything still works", async () => {
  const there = await installed();
  const head = headOf(there);
  const before = readFileSync(head, "utf8");
  const { tiles, releases } = await rows(there);
  expect([tiles?.paths.length, releases?.paths.length]).toEqual([1, 1]);
  expect((await there.gv("cache", "clean")).stdout).toMatch(/^[\d.]+ MB are free\n$/);
  expect(readFileSync(head, "utf8")).toBe(before);
  expect(readdirSync(join(head, ".."))).toEqual(["latest"]);
  expect(readdirSync(join(there.box.root, "staging"))).toEqual([]);
  expect(await there.gv("cache", "clean")).toEqual(succeeded("nothing to remove\n"));
  expect(await there.gv("verify", "-q")).toEqual(succeeded(""));
  expect(await there.gv("install", "-q", "--force", "1.22.6")).toEqual(succeeded(""));
});

it("a log that shows another history is noticed after a clean, too", async () => {
  const there = await installed();
  expect(await there.gv("cache", "clean", "-q")).toEqual(succeeded(""));
  const database = there.proxy.database.fork(200); // By the same key.
  database.pad(2000);
  const fork = await localProxy({ database, toolchains: [tinyToolchain("1.22.7", host)] });
  const ran = await there.box.gv(["install", "1.22.7"], { env: { GOPROXY: fork.url } });
  expect(failedWith(4, ran).fact).toMatch(/histor|fork/);
});

it.skipIf(process.platform !== "linux")(
  "gv's own files of another version go, unless one of it runs",
  async () => {
    const there = await installed();
    const lib = join(there.box.root, "lib");
    for (const version of ["0.0.1", "0.0.2", "0.0.3"]) {
      mkdirSync(join(lib, version));
      writeFileSync(join(lib, version, "gv.cjs"), "console.log('runs'); setTimeout(() => 0, 600_000);\n");
    }
    mkdirSync(join(lib, "mine"));
    const conf = join(lib, "shim.conf");
    writeFileSync(
      conf,
      readFileSync(conf, "utf8").replace(`_gv_version='${gvVersion}'`, "_gv_version='0.0.2'"),
    );
    const running = start(there, [join(lib, "0.0.1", "gv.cjs")], process.execPath);
    await running.said("runs");
    expect((await rows(there))["old gv"]?.paths).toEqual([join(lib, "0.0.3")]);
    running.kill("SIGKILL");
    await running.ended;
    expect(await there.gv("cache", "clean", "-q")).toEqual(succeeded(""));
    const left = readdirSync(lib).filter((name) => /^\d|mine/.test(name));
    expect(left).toEqual(["0.0.2", gvVersion, "mine"].toSorted());
  },
);

it("what killed processes left goes, what is in progress and what is the user's stays", async () => {
  const there = await installed();
  const now = Date.now() / 1000;
  const temporary = (owner: string, age: number): string => {
    const path = join(there.box.root, "shims", `.gv-${owner}-${crypto.randomUUID()}`);
    writeFileSync(path, "");
    utimesSync(path, now - age, now - age);
    return path;
  };
  const [machine, ...here] = ownName().split("-");
  const alive = temporary([machine, ...here.slice(0, 2)].join("-"), 900_000);
  const dead = temporary(`${machine}-999999999-1`, 0); // No process has so large a number.
  const [old, young] = [temporary("elsewhere-1-7", 86_400 + 60), temporary("elsewhere-1-7", 86_400 - 60)];
  const own = join(there.box.root, "backups", "2026-01-01", ".profile");
  mkdirSync(join(own, ".."), { recursive: true });
  writeFileSync(own, "mine\n");
  const { leftovers } = await rows(there);
  expect(leftovers?.paths.toSorted()).toEqual([dead, old].toSorted());
  expect(await there.gv("cache", "clean", "-q")).toEqual(succeeded(""));
  const kept = [dead, old, young, alive, own].map((path) => existsSync(path));
  expect(kept).toEqual([false, false, true, true, true]);
});
