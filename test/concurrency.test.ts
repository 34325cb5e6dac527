/** Many gv's at once, and gv's that are killed or interrupted: one download, nothing half-made, nothing left. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import { tinyToolchain } from "./support/goproxy.ts";
import type { Sandbox } from "./support/sandbox.ts";
import {
  holdZip,
  host,
  hostFolder,
  hostName,
  largeToolchain,
  type Running,
  scene,
  start,
  succeeded,
} from "./support/scene.ts";

const crowd = Array.from({ length: 16 });
const isProven = `Go 1.22.5 for ${hostName} is installed and proven`;
const isThere = `Go 1.22.5 for ${hostName} is installed already`;

function below(box: Sandbox, folder: string): string[] {
  return box.listing().filter((path) => path.startsWith(`${folder}/`) && path !== `${folder}/`);
}

/** The versions that are there, as their folders are. */
function versions(box: Sandbox): string[] {
  return below(box, `versions/${hostFolder}`).filter(
    (path) => path.split("/").length === 4 && path.endsWith("/"),
  );
}

describe("sixteen installs of one version", () => {
  it("all succeed, one downloads, and one sets the global version", async () => {
    const there = await scene();
    const { box, proxy } = there;
    const all = await Promise.all(crowd.map(() => there.gv("install", "1.22.5")));
    expect(all.map(({ code, signal, stderr }) => [code, signal, stderr])).toEqual(
      crowd.map(() => [0, null, ""]),
    );
    expect(all.filter(({ stdout }) => stdout.includes(isProven))).toHaveLength(1);
    expect(all.filter(({ stdout }) => stdout.includes(isThere))).toHaveLength(15);
    expect(all.filter(({ stdout }) => stdout.includes("the global version from now on"))).toHaveLength(1);
    expect(proxy.zipDownloads).toBe(1);
    expect(versions(box)).toEqual([`versions/${hostFolder}/1.22.5/`]);
    expect(below(box, "staging")).toEqual([]);
    expect(box.listing().filter((path) => path.includes(".gv-"))).toEqual([]);
    expect((await there.inRoot("shims/go", ["version"])).stdout).toContain("go1.22.5");
  });

  it("when the one that downloads is killed, another takes over and nothing of it is left", async () => {
    const toolchain = largeToolchain("1.22.5");
    const there = await scene([], { toolchains: [toolchain] });
    const { box, proxy } = there;
    const held = holdZip(proxy, toolchain);
    const doomed = start(there, ["install", "1.22.5"]);
    await held.begun;
    const others: Running[] = crowd.slice(1).map(() => start(there, ["install", "1.22.5"]));
    await Promise.all(
      others.map((other) => other.said("another gv is installing it; waiting for that one\n")),
    );
    const ofTheDead = () => below(box, "staging").filter((path) => path.includes(`-${doomed.pid}-`));
    expect(ofTheDead().some((path) => path.endsWith("/tree/"))).toBe(true);
    held.release();
    doomed.kill("SIGKILL");
    expect((await doomed.ended).signal).toBe("SIGKILL");
    held.cut();
    const all = await Promise.all(others.map(({ ended }) => ended));
    expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(others.map(() => [0, ""]));
    expect(all.filter(({ stdout }) => stdout.includes(isProven))).toHaveLength(1);
    // Two or three may take over a dead one's lock; that costs a download, and changes nothing.
    expect([1, 2, 3]).toContain(proxy.zipDownloads);
    expect(versions(box)).toEqual([`versions/${hostFolder}/1.22.5/`]);
    expect(below(box, "staging")).toEqual([]);
  });
});

describe("sixteen shims that want a missing version", () => {
  it("run it all, and one downloads", async () => {
    const there = await scene(["1.21.3", "1.22.5"]);
    const { box, proxy, install } = there;
    await install("1.21.3");
    box.write(".go-version", "1.22\n");
    const env = { GV_AUTO_INSTALL: "1" };
    const all = await Promise.all(crowd.map(() => there.inRoot("shims/go", ["version"], { env })));
    expect(all.map(({ code, stdout }) => [code, stdout])).toEqual(
      crowd.map(() => [0, `go version go1.22.5 ${hostName}\n`]),
    );
    expect(proxy.zipDownloads).toBe(2);
    expect(below(box, "staging")).toEqual([]);
  });
});

describe("an install that is interrupted", () => {
  it.each([
    ["SIGINT", "with ranges"],
    ["SIGTERM", "with ranges"],
    ["SIGHUP", "with ranges"],
    ["SIGINT", "without ranges"],
  ] as const)("by %s, from a server %s", async (signal, server) => {
    const ranges = server === "with ranges";
    const toolchain = largeToolchain("1.22.5");
    const there = await scene([], { toolchains: [toolchain], ranges });
    const { box } = there;
    const held = holdZip(there.proxy, toolchain, ranges);
    const running = start(there, ["install", "1.22.5"]);
    await held.begun;
    // Some of it has been written: files, or the spool.
    const written = ranges ? /\/tree\/pkg\/noise0$/ : /\.zip$/;
    await vi.waitFor(
      () => expect(below(box, "staging").some((path) => written.test(path))).toBe(true),
      30_000,
    );
    running.kill(signal);
    const ran = await running.ended;
    expect(ran).toMatchObject({ code: null, signal, stdout: "" });
    expect(ran.stderr).toBe("gv: interrupted\n");
    held.cut();
    expect(below(box, "staging")).toEqual([]);
    expect(versions(box)).toEqual([]);
    expect(box.listing()).not.toContain("version");
    held.release();
    expect((await there.gv("install", "1.22.5")).stdout).toContain(isProven);
  });

  it("while it waits for another one", async () => {
    const toolchain = tinyToolchain("1.22.5", host);
    const there = await scene([], { toolchains: [toolchain] });
    const held = holdZip(there.proxy, toolchain);
    const first = start(there, ["install", "1.22.5"]);
    await held.begun;
    const second = start(there, ["install", "1.22.5"]);
    await second.said("waiting for that one\n");
    second.kill("SIGINT");
    expect((await second.ended).signal).toBe("SIGINT");
    held.release();
    held.cut();
    expect((await first.ended).code).toBe(5);
    expect((await there.gv("install", "1.22.5")).stdout).toContain(isProven);
    expect(below(there.box, "staging")).toEqual([]);
  });
});

describe("different work at once", () => {
  it("two versions: neither waits for the other", async () => {
    const toolchains = ["1.22.5", "1.23.1"].map((version) => tinyToolchain(version, host));
    const there = await scene([], { toolchains });
    const held = holdZip(there.proxy, toolchains[0] as (typeof toolchains)[0]);
    const first = start(there, ["install", "1.22.5"]);
    await held.begun;
    expect((await there.gv("install", "1.23.1")).stdout).toContain("Go 1.23.1 for");
    expect(versions(there.box)).toEqual([`versions/${hostFolder}/1.23.1/`]);
    held.release();
    held.cut();
    expect((await first.ended).code).toBe(5);
    const both = await Promise.all([there.gv("install", "1.22.5"), there.gv("install", "1.23.1")]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    for (const name of ["go1.22.5", "go1.23.1"])
      expect((await there.inRoot(`shims/${name}`, ["version"])).stdout).toContain(name);
  });

  it("an install, and an uninstall of another version meanwhile", async () => {
    const there = await scene(["1.22.5"]);
    const { box, proxy } = there;
    await there.install("1.22.5");
    const answers: (() => void)[] = [];
    proxy.add(tinyToolchain("1.23.1", host));
    const asked = new Promise<void>((resolve) => {
      proxy.intercept = (request, response) => {
        if (!request.url?.endsWith(".zip")) return false;
        const { zip } = tinyToolchain("1.23.1", host);
        answers.push(() => response.writeHead(200, { "content-length": zip.length }).end(zip));
        resolve();
        return true;
      };
    });
    const installing = start(there, ["install", "1.23.1"]);
    await asked;
    expect((await there.gv("uninstall", "1.22.5")).stdout).toContain("Go 1.22.5 for");
    answers.forEach((answer) => answer());
    expect((await installing.ended).code).toBe(0);
    expect(versions(box)).toEqual([`versions/${hostFolder}/1.23.1/`]);
    expect(below(box, "shims")).toEqual(["shims/go", "shims/go1.23.1", "shims/gofmt"]);
    expect(below(box, "staging")).toEqual([]);
  });

  it("many of everything: what is there afterwards works, and has its shim", async () => {
    const names = ["1.20.14", "1.21.3", "1.22.5", "1.23.1"];
    const there = await scene(names);
    await there.install("1.20.14", "1.21.3");
    const all = await Promise.all([
      there.gv("install", "-q", "1.22.5"),
      there.gv("uninstall", "-q", "1.20.14"),
      there.gv("install", "-q", "1.23.1"),
      there.gv("rehash", "-q"),
      there.gv("uninstall", "-q", "1.21.3"),
      there.gv("setup", "-q"),
      there.gv("install", "-q", "1.22.5"),
    ]);
    expect(all).toEqual(all.map(() => succeeded("")));
    expect(below(there.box, "shims")).toEqual([
      "shims/go",
      "shims/go1.22.5",
      "shims/go1.23.1",
      "shims/gofmt",
    ]);
    expect(below(there.box, "receipts").filter((path) => path.endsWith(".json"))).toHaveLength(2);
    expect(readFileSync(join(there.box.root, "version"), "utf8")).toBe("1.20.14\n");
    expect(existsSync(there.goroot("1.21.3"))).toBe(false);
    expect(below(there.box, "staging")).toEqual([]);
  });
});
