/** The real standalone gv, which npm run build:standalone makes, on a PATH without Node. npm brings its Node. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";

import { gvVersion } from "../../src/context.ts";
import { listen } from "../support/http.ts";
import { isRequired } from "../support/required.ts";
import { basicPath, distFolder, type Sandbox } from "../support/sandbox.ts";
import { barePath, failedWith, hostFolder, hostName, scene, succeeded } from "../support/scene.ts";

const built = mkdtempSync(join(tmpdir(), "gv-standalone-test-"));
const file = join(built, `gv-${hostFolder}`);
let problem: string | undefined;

beforeAll(() => {
  try {
    const script = join(distFolder, "../scripts/standalone.mjs");
    execFileSync(process.execPath, [script, "--out", built], { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    problem = String(error);
  }
}, 600_000);

afterAll(() => rmSync(built, { recursive: true }));

function needBuilt({ skip }: TestContext): void {
  if (problem !== undefined && !isRequired("network")) skip(`it can't be built here: ${problem}`);
  expect(problem).toBeUndefined();
}

/** Every program of this machine but Node's own. */
function pathWithoutNode({ home }: Sandbox): string {
  const folder = join(home, "no-node");
  mkdirSync(folder);
  const programs = new Map(
    basicPath
      .split(":")
      .flatMap((from) => readdirSync(from).map((name) => [name, join(from, name)] as const)),
  );
  for (const name of ["node", "nodejs", "npm", "npx", "corepack"]) programs.delete(name);
  for (const [name, path] of programs) symlinkSync(path, join(folder, name));
  return folder;
}

describe("the standalone gv", { timeout: 300_000 }, () => {
  it("is gv by itself, and leaves nothing behind", async (test) => {
    needBuilt(test);
    const { box } = await scene();
    const env = { PATH: barePath(box) };
    expect(await box.run(file, ["--version"], { env })).toEqual(succeeded(`gv ${gvVersion}\n`));
    expect((await box.run(file, ["--help"], { env })).stdout).toContain("Usage: gv");
    expect(failedWith(2, await box.run(file, ["nonsense"], { env })).fact).toContain("nonsense");
    expect(readdirSync(box.env["TMPDIR"] ?? "")).toEqual([]);
    expect(box.listing()).toEqual([]);
    const nowhere = { ...env, TMPDIR: join(box.home, "none") };
    expect(failedWith(1, await box.run(file, ["list"], { env: nowhere })).hint).toContain("export TMPDIR=");
  });

  it("installs Go and then needs nothing outside the root", async (test) => {
    needBuilt(test);
    const { box, inRoot: anywhere } = await scene(["1.22.5", "1.23.1"]);
    const env = { PATH: barePath(box) };
    const inRoot = (program: string, ...words: string[]) => anywhere(program, words, { env });
    const copy = join(box.home, "gv");
    box.write(copy, readFileSync(file), 0o755);
    expect(await box.run(copy, ["install", "-q", "1.22.5"], { env })).toEqual(succeeded(""));
    unlinkSync(copy);
    const program = join(box.root, "lib", `node-${hostFolder}`);
    expect(readFileSync(program).equals(readFileSync(file))).toBe(true);
    expect(readFileSync(join(box.root, "lib/shim.conf"), "utf8")).toContain(`_gv_node='${program}'`);
    expect(await inRoot("bin/gv", "list")).toEqual(succeeded("* 1.22.5      global\n"));
    expect(await inRoot("bin/gv", "install", "-q", "1.23.1")).toEqual(succeeded(""));
    expect((await inRoot("bin/gv", "verify", "1.23.1")).stdout).toContain("proven");
    box.write(".go-version", "^1.23\n");
    expect(await inRoot("shims/go", "version")).toEqual(succeeded(`go version go1.23.1 ${hostName}\n`));
    const before = statSync(program);
    expect((await inRoot("bin/gv", "setup", "-q")).code).toBe(0);
    expect(statSync(program)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    // And the gv of npm's takes its place.
    expect(await box.gv(["setup", "-q"])).toEqual(succeeded(""));
    expect(readFileSync(join(box.root, "lib/shim.conf"), "utf8")).toContain(`_gv_node='${process.execPath}'`);
    expect((await inRoot("bin/gv", "list")).code).toBe(0);
  });

  it("comes by install.sh from a server", async (test) => {
    needBuilt(test);
    const { box, inRoot } = await scene();
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const name = (request.url ?? "").slice(1);
      asked.push(name);
      response.end(readFileSync(join(built, name)));
    });
    const base = `http://127.0.0.1:${await listen(server)}`;
    const env = { PATH: pathWithoutNode(box), GV_DOWNLOAD_BASE: base };
    const install = () => box.run("sh", [join(built, "install.sh"), "--no-profiles"], { env });
    const ran = await install();
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`${box.root} is ready`);
    expect((await inRoot("bin/gv", ["install", "-q", "1.22.5"], { env })).stderr).toBe("");
    expect(await inRoot("shims/go", ["version"], { env })).toEqual(
      succeeded(`go version go1.22.5 ${hostName}\n`),
    );
    expect((await install()).stdout).toContain("gv is that one already");
    expect(asked).toEqual(["SHA256SUMS", `gv-${hostFolder}.gz`, "SHA256SUMS"]);
    expect(readdirSync(box.env["TMPDIR"] ?? "")).toEqual([]);
  });
});
