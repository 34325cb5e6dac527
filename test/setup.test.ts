/** What setup leaves: a root that needs nothing else, in any place, and the promises the README makes about it. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { gvVersion } from "../src/context.ts";
import { setUpAgain } from "../src/errors.ts";
import { shimText } from "../src/shims.ts";
import { basicPath, distFolder, listTree, type Sandbox } from "./support/sandbox.ts";
import { barePath, failedWith, hostName, nodeFolder, type Scene, scene, succeeded } from "./support/scene.ts";
import { findProgram, shellNames, testsWithout } from "./support/shell.ts";

const goSays = (version: string) => succeeded(`go version go${version} ${hostName}\n`);

/** A scene whose root was set up by a copy of gv, with a copy of Node, both of which may go away. */
async function movable(): Promise<
  Scene & { readonly removeGv: () => void; readonly removeNode: () => void }
> {
  const there = await scene(["1.22.5", "1.22.6", "1.23.1"]);
  const { box } = there;
  const [program, node] = [join(box.home, "built"), join(box.home, "node/bin/node")];
  cpSync(distFolder, program, { recursive: true });
  mkdirSync(join(node, ".."), { recursive: true });
  // A copy: behind a link, process.execPath (which setup records) is the file that the link leads to.
  cpSync(process.execPath, node);
  expect((await box.run(node, [join(program, "gv.cjs"), "setup"])).code).toBe(0);
  return {
    ...there,
    removeGv: () => rmSync(program, { recursive: true }),
    removeNode: () => rmSync(join(node, "../.."), { recursive: true }),
  };
}

describe("a root that is set up", () => {
  it("works when the folder gv was built in is gone, and no node is on PATH", async () => {
    const { inRoot: anywhere, removeGv, box } = await movable();
    const env = { PATH: barePath(box) };
    const inRoot = (program: string, words: readonly string[]) => anywhere(program, words, { env });
    removeGv();
    expect(await inRoot("bin/gv", ["--version"])).toEqual(succeeded(`gv ${gvVersion}\n`));
    expect((await inRoot("bin/gv", ["install", "1.22.5"])).stdout).toContain("is installed and proven");
    expect(await inRoot("shims/go", ["version"])).toEqual(goSays("1.22.5"));
    expect(await inRoot("shims/go1.22.5", ["version"])).toEqual(goSays("1.22.5"));
    expect(await inRoot("bin/gv", ["exec", "^1.22.0", "--", "go", "version"])).toEqual(goSays("1.22.5"));
    expect((await inRoot("bin/gv", ["install", "1.23.1"])).code).toBe(0);
    box.write(".go-version", "^1.23.0\n");
    expect(await inRoot("shims/go", ["version"])).toEqual(goSays("1.23.1"));
    expect((await inRoot("bin/gv", ["setup"])).code).toBe(0);
    expect((await inRoot("bin/gv", ["list"])).stdout).toContain("* 1.23.1");
    expect((await inRoot("bin/gv", ["nonsense"])).code).toBe(2);
  });

  it("takes PATH's node when the recorded one is gone, and says what to type when there is none", async () => {
    const { inRoot, removeGv, removeNode, box } = await movable();
    expect((await inRoot("bin/gv", ["install", "-q", "1.22.5"])).code).toBe(0);
    removeGv();
    removeNode();
    const recorded = join(box.home, "node/bin/node");
    const none = { PATH: barePath(box) };
    const gone = await inRoot("bin/gv", ["list"], { env: none });
    expect(gone.stderr).toBe(
      `gv: the Node that setup recorded is gone: ${recorded}\n    install Node 20.19 or newer, then type: gv setup\n`,
    );
    expect(gone).toMatchObject({ code: 127, stdout: "" });
    // What needs no Node goes on.
    expect(await inRoot("shims/go", ["version"])).toEqual(goSays("1.22.5"));
    expect(await inRoot("bin/gv", ["current"], { env: none })).toEqual(succeeded("1.22.5\n"));

    box.write("old/node", "#!/bin/sh\necho v18.20.4\n", 0o755);
    const old = await inRoot("bin/gv", ["list"], { env: { PATH: `${box.project}/old:${basicPath}` } });
    expect(failedWith(127, old)).toEqual({
      fact: `gv needs Node 20.19 or newer; ${box.project}/old/node is older`,
      hint: "install a newer Node, then type: gv setup",
    });
    const env = { PATH: `${nodeFolder}:${basicPath}` };
    expect(await inRoot("bin/gv", ["list"], { env })).toEqual(succeeded("* 1.22.5      global\n"));
    // The line that the message says to type mends it.
    expect((await inRoot("bin/gv", ["setup", "-q"], { env })).code).toBe(0);
    expect(await inRoot("bin/gv", ["list"], { env: none })).toEqual(succeeded("* 1.22.5      global\n"));
  });

  it("says so when its own files are gone", async () => {
    const { inRoot, removeGv, box } = await movable();
    removeGv();
    rmSync(join(box.root, "lib", gvVersion), { recursive: true });
    expect(failedWith(127, await inRoot("bin/gv", ["list"])).hint).toBe(setUpAgain);
    rmSync(join(box.root, "lib/shim.conf"));
    const shim = failedWith(127, await inRoot("shims/go", ["version"]));
    expect(shim).toEqual({ fact: expect.stringContaining("lib/shim.conf is missing"), hint: setUpAgain });
    rmSync(join(box.root, "lib"), { recursive: true });
    expect(failedWith(127, await inRoot("bin/gv", ["list"])).fact).toContain("not set up");
  });

  it("setup again changes no file, and mends one that was changed", async () => {
    const { gv, box, install } = await scene();
    await install("1.22.5");
    expect((await gv("setup")).code).toBe(0);
    const before = states(box);
    expect((await gv("setup")).code).toBe(0);
    expect(await gv("rehash")).toEqual(succeeded("nothing new\n"));
    expect(states(box)).toEqual(before);
    for (const file of [
      "shims/go",
      "bin/gv",
      "lib/shim.sh",
      "lib/shim.conf",
      "env",
      "env.fish",
      "hook",
      "lib/on-path.sh",
    ])
      writeFileSync(join(box.root, file), "broken\n");
    rmSync(join(box.root, "lib", gvVersion, "gv.cjs"));
    expect((await gv("setup")).code).toBe(0);
    expect(readFileSync(join(box.root, "shims/go"), "utf8")).toBe(shimText);
    expect(states(box).map(([path]) => path)).toEqual(before.map(([path]) => path));
    expect(await box.run(join(box.root, "bin/gv"), ["list"])).toEqual(succeeded("* 1.22.5      global\n"));
  });

  it("leaves a file of the user's in shims/ alone", async () => {
    const { gv, box } = await scene();
    await gv("setup");
    writeFileSync(join(box.root, "shims/mine"), "#!/bin/sh\necho mine\n");
    await gv("rehash");
    expect(readFileSync(join(box.root, "shims/mine"), "utf8")).toContain("mine");
  });
});

/** Every file with what tells that it was written again. Staging is the work of the moment. */
function states({ root }: Sandbox): [path: string, ...unknown[]][] {
  return listTree(root)
    .filter((path) => path !== "staging/" && !path.endsWith("/"))
    .map((path) => {
      const { ino, mtimeNs, mode, size } = statSync(join(root, path), { bigint: true });
      return [path, ino, mtimeNs, mode, size];
    });
}

describe("a root in a path with spaces, quotes and $", () => {
  const odd = `it's "my" \\ $HOME root; *`;
  const there = async () => {
    const made = await scene(["1.22.5", "1.23.1"]);
    const root = join(made.box.home, odd);
    const env = { GV_ROOT: root };
    expect((await made.box.gv(["install", "-q", "1.22.5", "1.23.1"], { env })).code).toBe(0);
    return { ...made, root, env };
  };

  it("launcher, shims and exec", async () => {
    const { box, root, env } = await there();
    for (const set of [env, { GV_ROOT: "" }]) {
      const run = (program: string, ...words: string[]) => box.run(join(root, program), words, { env: set });
      expect(await run("shims/go", "version")).toEqual(goSays("1.22.5"));
      expect(await run("shims/go1.23.1", "version")).toEqual(goSays("1.23.1"));
      expect(await run("bin/gv", "exec", "^1.23.0", "--", "go", "version")).toEqual(goSays("1.23.1"));
      expect(await run("bin/gv", "list")).toEqual(succeeded("* 1.22.5      global\n  1.23.1\n"));
      expect(await run("bin/gv", "which")).toMatchObject({ code: 0 });
    }
    expect((await box.gv(["setup"], { env })).stdout).toContain(
      `\n  . '${root.replaceAll("'", `'\\''`)}/env'\n`,
    );
    expect(await box.gv(["uninstall", "-q", "1.23.1"], { env })).toEqual(succeeded(""));
    expect(readdirSync(join(root, "shims"))).toEqual(["go", "go1.22.5", "gofmt"]);
  });

  for (const name of [...shellNames, "fish"] as const) {
    const shell = findProgram(name);
    if (shell === undefined) testsWithout(name);
    else
      it(`the line that setup prints, in ${name}`, async () => {
        const { box, env } = await there();
        const ran = await box.gv(["setup"], { env: { ...env, SHELL: shell } });
        const line = ran.stdout.split("\n").at(-2);
        const words = { busybox: ["sh", "-c"], fish: ["--no-config", "-c"] }[name as string] ?? ["-c"];
        const script = `${line}\ngo version\ngv current`;
        expect(await box.run(shell, [...words, script], { env: { GV_ROOT: "" } })).toEqual(
          succeeded(`go version go1.22.5 ${hostName}\n1.22.5\n`),
        );
      });
  }
});

describe("what the README promises of shims", () => {
  it("a new root, .go-version says 1.22, node is not on PATH: go is go1.22.5", async () => {
    const { box, install, inRoot } = await scene(["1.22.5", "1.21.3"]);
    expect((await box.gv(["setup"])).code).toBe(0);
    await install("1.22.5", "1.21.3");
    await box.gv(["global", "1.21.3"]);
    box.write(".go-version", "1.22\n");
    const env = { PATH: `${box.root}/shims:${barePath(box)}` };
    expect(await box.run("/bin/sh", ["-c", "go version"], { env })).toEqual(goSays("1.22.5"));
    expect(await box.run("/bin/sh", ["-c", "go1.21.3 version"], { env })).toEqual(goSays("1.21.3"));
    expect(await inRoot("shims/go1.22.5", ["version"])).toEqual(goSays("1.22.5"));
    expect(await inRoot("shims/go", ["version"], { cwd: box.home })).toEqual(goSays("1.21.3"));
    expect(await inRoot("shims/gofmt", [])).toEqual(succeeded("gofmt go1.22.5\n"));
    expect((await inRoot("shims/go", ["env", "GOROOT"], { env: { GOROOT: "/elsewhere" } })).stdout).toMatch(
      /\/versions\/[^/]+\/1\.22\.5\n$/,
    );
  });

  it("a missing pinned version: 127 with file, line and command; on the spot with GV_AUTO_INSTALL=1", async () => {
    const { box, proxy, install, inRoot } = await scene(["1.22.5", "1.22.6", "1.23.1"]);
    await install("1.22.5");
    const file = box.write(".go-version", "# ours\n1.22.6\n");
    const missing = await inRoot("shims/go", ["version"]);
    expect(failedWith(127, missing)).toEqual({
      fact: "Go 1.22.6 is not installed",
      hint: `asked for by: ${file}, line 2\nto mend it: gv install 1.22.6`,
    });
    const env = { GV_AUTO_INSTALL: "1" };
    expect(await inRoot("shims/gofmt", [], { env })).toMatchObject({ code: 127 });
    expect(proxy.zipDownloads).toBe(1);
    const ran = await inRoot("shims/go", ["build", "a b", "--"], { env });
    expect(ran).toEqual({
      ...succeeded("go go1.22.6\narg: build\narg: a b\narg: --\n"),
      stderr: expect.stringMatching(
        /^gv: Go 1\.22\.6 is installed and proven\ngv: Go 1\.22 is past its end of support: .*\n$/,
      ),
    });
    expect((await box.gv(["prune", "--dry-run"])).stdout).toContain(file); // It knows who wants it.
    expect(await inRoot("shims/go", ["version"])).toEqual(goSays("1.22.6"));
    expect(await inRoot("shims/go1.22.6", ["version"])).toEqual(goSays("1.22.6"));
    expect((await inRoot("shims/go", ["exit", "9"], { env })).code).toBe(9);
    expect(await inRoot("shims/go", ["+1.23", "version"], { env })).toMatchObject({
      stdout: `go version go1.23.1 ${hostName}\n`,
    });
    expect(await box.gv(["global"])).toEqual(succeeded("1.22.5\n"));
  });

  it("on the spot: what can't be had is said, and the shim ends with 127 as for anything it can't run", async () => {
    const { box, install, inRoot } = await scene();
    await install("1.22.5");
    const file = box.write(".go-version", "1.22.7\n");
    const asked = `Go 1.22.7 is asked for by: ${file}, line 1\n`;
    const env = { GV_AUTO_INSTALL: "1" };
    const { hint } = failedWith(127, await inRoot("shims/go", ["version"], { env }));
    expect(hint).toContain("near it: 1.22.5");
    expect(hint).toContain(asked);
    const offline = { ...env, GOPROXY: "http://127.0.0.1:1" };
    const unreached = failedWith(127, await inRoot("shims/go", ["version"], { env: offline }));
    expect(unreached.hint).toContain(asked);
  });

  it("on the spot, by way of Node: not a release from before 1.21, and not where somebody said no", async () => {
    const { proxy, install, inRoot } = await scene(["1.22.5", "1.20rc1", "1.23rc1"]);
    await install("1.22.5");
    const go = (version: string, said: string) =>
      inRoot("shims/go", ["version"], { env: { GV_VERSION: version, GV_AUTO_INSTALL: said } });
    // sh doesn't know this spelling.
    expect(failedWith(127, await go("1.20-rc.1", "1")).fact).toBe("Go 1.20rc1 is not installed");
    expect(failedWith(127, await go("1.23-rc.1", "0")).fact).toBe("Go 1.23rc1 is not installed");
    expect(proxy.zipDownloads).toBe(1);
    expect((await go("1.23-rc.1", "1")).stdout).toBe(`go version go1.23rc1 ${hostName}\n`);
  });

  it("a shim of a version that is gone says so", async () => {
    const { box, install, inRoot } = await scene(["1.21.3", "1.22.5"]);
    await install("1.21.3", "1.22.5");
    cpSync(join(box.root, "shims/go"), join(box.root, "shims/go1.9.7"));
    chmodSync(join(box.root, "shims/go1.9.7"), 0o755);
    expect(failedWith(127, await inRoot("shims/go1.9.7", ["version"])).hint).toContain("gv install 1.9.7");
  });
});
