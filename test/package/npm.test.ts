/** gv from npm: what the package holds, and that a root needs none of it once it is set up. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { gvVersion } from "../../src/context.ts";
import { npm, npmEnvironment, packGv } from "../support/package.ts";
import { distFolder, sandbox } from "../support/sandbox.ts";
import { barePath, hostFolder, hostName, type Scene, scene, succeeded } from "../support/scene.ts";

const goSays = (version: string) => succeeded(`go version go${version} ${hostName}\n`);

describe("the package", () => {
  it("holds what runs and nothing else, and asks for no other package", async () => {
    const { files } = await packGv(sandbox());
    const beside = files.filter((path) => !path.startsWith("dist/"));
    expect(beside).toEqual(["LICENSE", "README.md", "package.json"]);
    const chunks = files.filter((path) => path.endsWith(".cjs")).map((path) => path.slice("dist/".length));
    const others = files.filter((path) => path.startsWith("dist/") && !path.endsWith(".cjs"));
    expect(
      others.filter((path) => !/^dist\/(?:completions|data|features\/gv|shims)\/[^/]+$/.test(path)),
    ).toEqual(["dist/gv.1", "dist/openpgp.LICENSE.txt"]);
    // Each file of code is the program, or something loads it by its name.
    const texts = new Map(chunks.map((name) => [name, readFileSync(join(distFolder, name), "utf8")]));
    const unused = chunks.filter(
      (name) => ![...texts].some(([other, text]) => other !== name && text.includes(`${name}"`)),
    );
    expect(unused).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(distFolder, "../package.json"), "utf8"));
    expect(manifest).toMatchObject({ version: gvVersion, bin: { gv: "dist/gv.cjs" } });
    for (const key of ["dependencies", "optionalDependencies", "peerDependencies", "bundleDependencies"])
      expect(manifest).not.toHaveProperty(key);
    // What npm would run when it installs the package, or warn of: "prepare" of one that is a file. "postprepare", which
    // builds in a clone and for an address of git, is none.
    for (const key of ["preinstall", "install", "postinstall", "prepare"])
      expect(manifest.scripts).not.toHaveProperty(key);
  });
});

/** What a root does by itself, with no node on PATH and nothing of npm's left. */
async function expectWhole({ box, inRoot: anywhere }: Scene): Promise<void> {
  const env = { PATH: barePath(box) };
  const inRoot = (program: string, ...words: string[]) => anywhere(program, words, { env });
  expect(await inRoot("bin/gv", "--version")).toEqual(succeeded(`gv ${gvVersion}\n`));
  expect(await inRoot("bin/gv", "install", "-q", "1.22.5", "1.23.1")).toEqual(succeeded(""));
  expect(await inRoot("shims/go", "version")).toEqual(goSays("1.22.5"));
  expect((await inRoot("bin/gv", "verify", "1.22.5")).stdout).toContain("proven");
  expect((await inRoot("bin/gv", "completions", "bash")).stdout).toContain("gv");
  expect((await inRoot("bin/gv", "ide", "devcontainer", "--from", "x")).stdout).toContain("install.sh");
  expect((await inRoot("bin/gv", "setup", "-q")).code).toBe(0);
  box.write(".go-version", "^1.23\n");
  expect(await inRoot("shims/go", "version")).toEqual(goSays("1.23.1"));
}

describe("gv setup makes a root that needs nothing of npm's", () => {
  it("from npm install -g", async () => {
    const there = await scene(["1.22.5", "1.23.1"]);
    const { box } = there;
    const prefix = join(box.home, "prefix");
    const { archive } = await packGv(box);
    const installed = await npm(box, ["install", "--global", "--prefix", prefix, archive]);
    expect(installed, installed.stderr).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(join(prefix, "lib/node_modules/gv"))).not.toContain("node_modules");
    const env = npmEnvironment(box);
    const gv = (...words: string[]) => box.run(join(prefix, "bin/gv"), words, { env });
    expect(await gv("--version")).toEqual(succeeded(`gv ${gvVersion}\n`));
    expect(await gv("setup", "-q")).toEqual(succeeded(""));
    renameSync(prefix, `${prefix}-away`);
    rmSync(archive);
    await expectWhole(there);
    expect(existsSync(prefix)).toBe(false);
  });

  it.each([
    ["npx", (archive: string) => ["exec", "--yes", "--package", archive, "--", "gv"]],
    ["npx of the file itself", (archive: string) => ["exec", "--yes", "--", `file:${archive}`]],
  ])("from %s", async (_, words) => {
    const there = await scene(["1.22.5", "1.23.1"]);
    const { archive } = await packGv(there.box);
    const ran = await npm(there.box, [...words(archive), "setup", "-q"]);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    rmSync(join(there.box.home, "npm-cache"), { recursive: true });
    rmSync(archive);
    await expectWhole(there);
  });
});

describe("a newer gv over an older one", () => {
  it("keeps versions, tools and pins, and what runs meanwhile", async () => {
    const there = await scene(["1.22.5", "1.23.1"]);
    const { box, inRoot } = there;
    const prefix = join(box.home, "prefix");
    const install = async (version?: string) => {
      const { archive } = await packGv(box, version);
      const installed = await npm(box, ["install", "--global", "--prefix", prefix, archive]);
      expect(installed, installed.stderr).toMatchObject({ code: 0 });
    };
    const gv = (...words: string[]) => box.run(join(prefix, "bin/gv"), words, { env: npmEnvironment(box) });
    await install("0.0.9");
    expect(await gv("--version")).toEqual(succeeded("gv 0.0.9\n"));
    expect(await gv("install", "-q", "1.22.5", "1.23.1")).toEqual(succeeded(""));
    rmSync(join(box.root, "lib/layout")); // The first gv wrote none.
    const tool = join(box.root, "tools", hostFolder, "1.22.5/bin/gopls");
    box.write(tool, "#!/bin/sh\necho gopls\n", 0o755);
    expect(await gv("local", "1.23.1")).toMatchObject({ code: 0 });
    expect(await gv("rehash")).toMatchObject({ code: 0 });
    const listed = await gv("list", "--json");
    const before = box.listing();

    await install();
    // Before setup, too: both serve the root.
    expect(await gv("list", "--json")).toEqual(listed);
    expect(await inRoot("bin/gv", ["--version"])).toEqual(succeeded("gv 0.0.9\n"));
    expect(await gv("setup", "-q")).toEqual(succeeded(""));
    expect(await inRoot("bin/gv", ["--version"])).toEqual(succeeded(`gv ${gvVersion}\n`));
    expect(await inRoot("bin/gv", ["list", "--json"])).toEqual(listed);
    expect(await inRoot("shims/go", ["version"])).toEqual(goSays("1.23.1"));
    expect(await inRoot("shims/gopls", [])).toEqual(succeeded("gopls\n"));
    const after = box.listing();
    expect(before.filter((path) => !after.includes(path))).toEqual([]);
    expect(after).toContain("lib/0.0.9/gv.cjs");
    // The older one that still runs, or is typed by its path, serves it as well.
    const older = join(box.root, "lib/0.0.9/gv.cjs");
    expect(await box.run(process.execPath, [older, "list", "--json"])).toEqual(listed);
  });
});
