/** Where gv doesn't serve: on Windows, and in a root that a newer gv laid out. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { run } from "../src/cli.ts";
import { layout } from "../src/served.ts";
import { sandbox } from "./support/sandbox.ts";
import { failedWith, jsonError, scene, succeeded } from "./support/scene.ts";

async function newer() {
  const there = await scene();
  await there.install("1.22.5");
  const file = join(there.box.root, "lib/layout");
  expect(readFileSync(file, "utf8")).toBe(`${layout}\n`);
  writeFileSync(file, "2\n");
  return there;
}

describe("a root of a newer layout", () => {
  it.each([["list"], ["install", "1.22.5"], ["setup"], ["uninstall", "1.22.5"], ["doctor"], ["use", "1.22"]])(
    "is left alone by gv %s",
    async (...words) => {
      const { gv, box } = await newer();
      const before = box.listing();
      expect(failedWith(1, await gv(...words))).toEqual({
        fact: `${box.root} was set up by a newer gv: its layout is 2, and this gv knows 1`,
        hint: `nothing was read or changed; the gv that knows it is its own: ${box.root}/bin/gv list`,
      });
      expect(box.listing()).toEqual(before);
    },
  );

  it("is told to programs by its code, and its shims run on", async () => {
    const { gv, inRoot } = await newer();
    expect(jsonError(1, await gv("list", "--json")).code).toBe("ROOT_NEWER");
    expect(await inRoot("shims/go", ["version"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("is none where the file is missing: the first gv wrote none", async () => {
    const { gv, box, install } = await scene();
    await install("1.22.5");
    writeFileSync(join(box.root, "lib/layout"), "");
    expect((await gv("list")).code).toBe(1);
    rmSync(join(box.root, "lib/layout"));
    expect(await gv("list")).toEqual(succeeded("* 1.22.5      global\n"));
    expect((await gv("setup")).code).toBe(0);
    expect(readFileSync(join(box.root, "lib/layout"), "utf8")).toBe(`${layout}\n`);
  });
});

describe("native Windows", () => {
  const windows = { platform: { os: "windows", arch: "amd64" } };

  it.each([["list"], ["install", "latest"], ["setup"]])("is refused by gv %s, with WSL", async (...words) => {
    const box = sandbox();
    const ctx = box.context(windows);
    await run(ctx, words);
    expect(process.exitCode).toBe(1);
    process.exitCode = 0;
    expect(ctx.out()).toBe("");
    expect(ctx.err()).toBe(
      "gv: gv doesn't serve native Windows yet: its shims are for a POSIX sh\n" +
        "    use it in WSL, where Go for Linux runs: wsl --install   then gv there\n",
    );
    expect(box.listing()).toEqual([]);
  });

  it("still tells its version and its help", async () => {
    const ctx = sandbox().context(windows);
    await run(ctx, ["list", "--help"]);
    expect(ctx.out()).toContain("gv list");
    expect(ctx.err()).toBe("");
  });
});
