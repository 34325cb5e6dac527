/**
 * The system stops before what was installed is on disk. A restart is a mark with another boot id in it: the program
 * that is built reads this machine's own.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { markUnsynced } from "../src/unsynced.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { entry, host, hostFolder, type Scene, scene, succeeded } from "./support/scene.ts";
import { findProgram } from "./support/shell.ts";

/** What an install leaves that was never noted to be on disk, in a run of the system that is over or in this one. */
function mark({ box }: Scene, version: string, boot = "another boot"): string {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return markUnsynced(box.context({ boot }), { version: { major, minor, patch }, platform: host });
}

const thisBoot = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();

async function installed(): Promise<Scene & { readonly file: string }> {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  return { ...there, file: join(there.goroot("1.22.5"), "src/fmt/print.go") };
}

it("a version that is whole after a restart is looked at once, without a network and without a word", async () => {
  const there = await installed();
  const path = mark(there, "1.22.5");
  const before = there.proxy.requests.length;
  expect(await there.gv("list", "--json")).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(path)).toBe(false);
  expect(there.proxy.requests.length).toBe(before);
  truncateSync(there.file, 0); // Nobody looks again.
  expect(await there.gv("list", "--json")).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(there.file, "utf8")).toBe("");
});

it.each([
  ["list", ["list"]],
  ["ls", ["ls"]],
  ["install", ["install", "1.22.5"]],
  ["verify", ["verify"]],
])("a torn version is installed again by the next gv %s", async (_, words) => {
  const there = await installed();
  const whole = readFileSync(there.file, "utf8");
  const path = mark(there, "1.22.5");
  truncateSync(there.file, 0);
  const ran = await there.gv(...words);
  expect([ran.code, ran.stderr]).toEqual([
    0,
    `gv: Go 1.22.5 for ${host.os}/${host.arch} was not on disk as a whole when the system stopped\n` +
      `gv: Go 1.22.5 is installed again, and proven (docs/reliability.md, "Power loss")\n`,
  ]);
  expect(readFileSync(there.file, "utf8")).toBe(whole);
  expect(existsSync(path)).toBe(false);
  expect(await there.gv("verify", "-q")).toEqual(succeeded(""));
  expect(readdirSync(join(there.box.root, "staging"))).toEqual([]);
});

it.each([
  ["its go command is gone", (goroot: string) => rmSync(join(goroot, "bin/go"))],
  ["its go command is empty", (goroot: string) => truncateSync(join(goroot, "bin/go"), 0)],
  ["a folder is gone", (goroot: string) => rmSync(join(goroot, "src"), { recursive: true })],
])("a version is torn where %s", async (_, tear) => {
  const there = await installed();
  mark(there, "1.22.5");
  tear(there.goroot("1.22.5"));
  expect((await there.gv("list")).stderr).toContain("is installed again, and proven");
  expect((await there.inRoot("shims/go", ["version"])).stdout).toContain("go1.22.5");
});

it("a version that somebody changed is kept aside, and a proven one is in its place", async () => {
  const there = await installed();
  mark(there, "1.22.5");
  writeFileSync(join(there.goroot("1.22.5"), "src/mine.go"), "package mine\n");
  const { stderr } = await there.gv("list");
  const [, kept = ""] = /it is kept as (.*), to look at or to remove/.exec(stderr) ?? [];
  expect(kept.startsWith(join(there.box.root, "backups/"))).toBe(true);
  expect(readFileSync(join(kept, "src/mine.go"), "utf8")).toBe("package mine\n");
  expect(stderr).toContain("is installed again, and proven");
  expect(existsSync(join(there.goroot("1.22.5"), "src/mine.go"))).toBe(false);
});

it("a dry run looks at nothing", async () => {
  const there = await installed();
  const path = mark(there, "1.22.5");
  truncateSync(there.file, 0);
  expect((await there.gv("prune", "--dry-run")).code).toBe(0);
  expect([existsSync(path), existsSync(there.goroot("1.22.5"))]).toEqual([true, true]);
});

it("a torn version that can't be had again is not listed any more, and the line to type is said", async () => {
  const there = await installed();
  mark(there, "1.22.5");
  truncateSync(there.file, 0);
  await there.proxy.close();
  const ran = await there.gv("list", "--json");
  expect([ran.code, ran.stdout]).toEqual([0, "[]\n"]);
  expect(ran.stderr).toContain("could not be installed again");
  expect(ran.stderr).toContain("\n    to try again: gv install 1.22.5\n");
  expect(existsSync(there.goroot("1.22.5"))).toBe(false);
});

it("what was written since the last start is sure: it isn't looked at", async () => {
  const there = await installed();
  const path = mark(there, "1.22.5", thisBoot());
  truncateSync(there.file, 0);
  expect(await there.gv("list", "--json")).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(path)).toBe(true);
});

it("a mark without its version goes, and what is no mark stays", async () => {
  const there = await installed();
  const orphan = mark(there, "1.21.0");
  const other = join(there.box.root, "unsynced", "notes.txt");
  writeFileSync(other, "mine\n");
  expect(await there.gv("list", "--json")).toMatchObject({ code: 0, stderr: "" });
  expect([existsSync(orphan), existsSync(other)]).toEqual([false, true]);
});

it("of an unproven version it is said that nothing can tell", async () => {
  const there = await scene([]);
  there.proxy.add(
    tinyToolchain("1.22.5", host, { served: { "src/fmt/print.go": "package fmt // other\n" } }),
  );
  expect(await there.gv("install", "--unproven", "-q", "1.22.5")).toMatchObject({ code: 0 });
  mark(there, "1.22.5");
  expect((await there.gv("list")).stderr).toContain(
    "which was installed unproven, is whole after the restart can't",
  );
  expect(existsSync(there.goroot("1.22.5"))).toBe(true);
});

it("where gv may not write, it lists what there is and leaves the rest", async () => {
  const there = await installed();
  const path = mark(there, "1.22.5");
  execFileSync("chmod", ["o+w", there.box.root]);
  expect(await there.gv("list", "--json")).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(path)).toBe(true);
});

const strace = findProgram("strace");

it.skipIf(strace === undefined)(
  "the file system is synced behind the rename, and nobody waits for that",
  async () => {
    const there = await scene(["1.22.5"]);
    mkdirSync(there.box.root);
    const trace = join(there.box.home, "trace");
    // The sync takes five seconds here; strace ends when all have ended.
    const words = [
      "-f",
      "-o",
      trace,
      "-e",
      "trace=syncfs,rename,renameat,renameat2,unlink,unlinkat,exit_group",
    ];
    const inject = ["-e", "inject=syncfs:delay_enter=5000000"];
    const gv = [process.execPath, entry, "install", "-q", "1.22.5"];
    expect(await there.box.run(strace ?? "", [...words, ...inject, ...gv])).toEqual(succeeded(""));
    const lines = readFileSync(trace, "utf8").split("\n");
    const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    const pid = lines.find((line) => line.includes(`versions/${hostFolder}/1.22.5"`))?.split(" ")[0];
    const marked = at(new RegExp(`rename.*/unsynced/${hostFolder}-1\\.22\\.5-`));
    const published = at(new RegExp(`rename.*tree", .*versions/${hostFolder}/1\\.22\\.5"`));
    const synced = at(/syncfs(?:\(\d+\)| resumed>\)) += 0/);
    const ended = at(new RegExp(`^${pid} +exit_group\\(0\\)`));
    const unmarked = at(/unlink.*\/unsynced\/[^.]/);
    const order = [marked, published, ended, synced, unmarked];
    expect(order, lines.join("\n")).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(readdirSync(join(there.box.root, "unsynced"))).toEqual([]);
  },
);
