/** gv completions, and the list of releases that gv leaves to them. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { completionScripts } from "../src/completions.ts";
import { gvVersion } from "../src/context.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { failedWith, host, hostFolder, scene, succeeded } from "./support/scene.ts";

function listOf(root: string, platform = hostFolder): string {
  return join(root, "cache", `releases-${platform}`);
}

const foreign = { os: "plan9", arch: "arm" };

describe("gv completions", () => {
  it("prints the script of the shell; setup has it in the root, too", async () => {
    const { gv, box } = await scene();
    await gv("setup");
    for (const [shell, file] of Object.entries(completionScripts)) {
      const text = readFileSync(join(import.meta.dirname, "../completions", file), "utf8");
      expect(await gv("completions", shell)).toEqual(succeeded(text));
      for (const folder of ["completions", `${gvVersion}/completions`])
        expect(readFileSync(join(box.root, "lib", folder, file), "utf8")).toBe(text);
    }
  });

  it("knows no other shell", async () => {
    const { gv } = await scene();
    expect(failedWith(2, await gv("completions", "ksh")).fact).toContain("bash, zsh, fish");
    failedWith(2, await gv("completions"));
  });
});

describe("the list of releases for completion", () => {
  const releases = ["1.9.7", "1.22.5", "1.22.10", "1.23rc1"];

  it("is left by what reads the proxy's list: newest first, pre-releases last", async () => {
    const { gv, box } = await scene(releases);
    await gv("setup");
    await gv("install", "1.22.5"); // An exact version needs no list.
    expect(existsSync(listOf(box.root))).toBe(false);
    await gv("list-remote", "1.9");
    expect(readFileSync(listOf(box.root), "utf8")).toBe("1.22.10\n1.22.5\n1.9.7\n1.23rc1\n");
  });

  it("the first install leaves it, too, for the platform that it is for, and a later one renews it", async () => {
    const toolchains = [
      ...releases.map((name) => tinyToolchain(name, host)),
      tinyToolchain("1.26.8", foreign),
    ];
    const { gv, box } = await scene([], { toolchains });
    expect((await gv("install", "--platform", "plan9/arm", "1.26")).code).toBe(0);
    expect(readFileSync(listOf(box.root, "plan9-arm"), "utf8")).toBe("1.26.8\n");
    expect(existsSync(listOf(box.root))).toBe(false);
    writeFileSync(listOf(box.root), "9.9.9\n");
    expect((await gv("install", "1.22")).stdout).toContain("Go 1.22.10 for"); // 9.9.9 is nobody's word.
    expect(readFileSync(listOf(box.root), "utf8")).toBe("1.22.10\n1.22.5\n1.9.7\n1.23rc1\n");
    rmSync(listOf(box.root));
    expect((await gv("install", "latest")).stdout).toContain("is installed already");
    expect(existsSync(listOf(box.root))).toBe(true);
  });

  it("looking makes no root", async () => {
    const { gv, box } = await scene(releases);
    expect((await gv("list-remote")).code).toBe(0);
    expect(existsSync(box.root)).toBe(false);
  });

  it("where it can't be written, the command does its work all the same", async () => {
    const { gv, box } = await scene(releases);
    mkdirSync(box.root, { recursive: true });
    writeFileSync(join(box.root, "cache"), "a file where the folder should be\n");
    const ran = await gv("install", "latest");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await gv("list-remote", "1.9")).toEqual(succeeded("1.9.7\n"));
    // Neither is anything written to a root that gv must not write to.
    rmSync(join(box.root, "cache"));
    chmodSync(box.root, 0o777);
    expect(await gv("list-remote", "1.9")).toEqual(succeeded("1.9.7\n"));
    expect(existsSync(join(box.root, "cache"))).toBe(false);
  });
});
