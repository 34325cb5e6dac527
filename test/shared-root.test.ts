/**
 * One root for many users: an admin installs it, nobody else can write there. A second user, by its own number, runs Go
 * by the shims, and has its tools in its own folder. Only root can be two users: elsewhere these tests are skipped.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { buildable, buildingToolchain, serveModules, versions } from "./support/modules.ts";
import type { Ran } from "./support/sandbox.ts";
import { failedWith, hostFolder, scene, type Scene, succeeded } from "./support/scene.ts";

/** Nobody's number on Linux and elsewhere: no user of the system has it. */
const stranger = 65_534;
const isRoot = process.getuid?.() === 0;

interface Shared extends Scene {
  /** Runs a program of the root as the stranger, in its own home. */
  readonly as: (program: string, ...words: string[]) => Promise<Ran>;
  readonly own: string;
  readonly state: () => string;
}

/** A root with two releases and a tool of the admin's, read-only. */
async function shared(): Promise<Shared> {
  const made = await scene([], { toolchains: ["1.25.14", "1.26.8"].map(buildingToolchain) });
  const { box, proxy, install } = made;
  serveModules(proxy, versions("example.com/tiny", { "v1.0.0": "1.20", "v1.1.0": "1.20" }));
  for (const version of ["v1.0.0", "v1.1.0"])
    buildable(box, "1.26.8", `example.com/tiny/cmd/tiny@${version}`);
  await install("1.26.8", "1.25.14");
  box.write(join(box.root, "tools", hostFolder, "1.26.8/bin/admins"), "#!/bin/sh\necho admins\n", 0o755);
  expect((await box.gv(["rehash"])).code).toBe(0);
  expect((await box.gv(["setup", "-q", "--no-profiles"])).code).toBe(0);
  const top = dirname(box.home);
  execFileSync("chmod", ["-R", "a-w,a+rX", box.root]);
  const own = join(top, "own");
  mkdirSync(own);
  chownSync(own, stranger, stranger);
  for (const path of [top, join(top, "programs")]) chmodSync(path, path === top ? 0o755 : 0o777);
  const { PATH } = box.env;
  const env = {
    HOME: own,
    PATH: `${box.root}/shims:${box.root}/bin:${PATH}:${own}/go/bin`,
    GV_ROOT: "",
    TMPDIR: "/tmp",
    GV_TEST_PROGRAMS: join(top, "programs"),
  };
  const id = ["--reuid", `${stranger}`, "--regid", `${stranger}`, "--clear-groups"];
  return {
    ...made,
    own,
    as: (program, ...words) =>
      box.run("setpriv", [...id, join(box.root, program), ...words], { env, cwd: own }),
    state: () =>
      execFileSync("find", [box.root, "-printf", "%p %m %s %T@ %U\n"], { encoding: "utf8" })
        .split("\n")
        .toSorted()
        .join("\n"),
  };
}

describe.skipIf(!isRoot)("a root of root's, read-only, to another user", { timeout: 120_000 }, () => {
  it("a pin that a group shares may be changed by who is in it, and stays the group's", async () => {
    const { as, own } = await shared();
    const pin = join(own, ".go-version");
    writeFileSync(pin, "1.25.14\n");
    chownSync(pin, 0, stranger);
    chmodSync(pin, 0o664);
    expect(await as("bin/gv", "local", "1.26.8")).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(pin, "utf8")).toBe("1.26.8\n");
    expect(statSync(pin)).toMatchObject({ uid: stranger, gid: stranger, mode: 0o100664 });
    chownSync(pin, 0, 0);
    chmodSync(pin, 0o666);
    const said = failedWith(1, await as("bin/gv", "local", "1.25.14"));
    expect(said.fact).toContain("belongs to user 0 and group 0");
  });

  it("serves: shims, list, current, which, exec, verify, pins", async () => {
    const { as, box, own, state } = await shared();
    const before = state();
    expect(await as("shims/go", "version")).toMatchObject({ code: 0, stderr: "" });
    expect((await as("shims/go", "version")).stdout).toContain("go1.26.8");
    expect(await as("shims/admins")).toEqual(succeeded("admins\n"));
    expect(await as("bin/gv", "list")).toEqual(succeeded("  1.25.14\n* 1.26.8      global\n"));
    expect(await as("bin/gv", "current")).toEqual(succeeded("1.26.8\n"));
    const bin = join(box.root, "versions", hostFolder, "1.26.8/bin");
    expect(await as("bin/gv", "which", "go")).toEqual(succeeded(`${bin}/go\n`));
    expect(await as("bin/gv", "verify", "1.26.8")).toMatchObject({ code: 0, stderr: "" });
    expect(await as("bin/gv", "local", "1.25")).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(own, ".go-version"), "utf8")).toBe("1.25\n");
    expect((await as("shims/go", "version")).stdout).toContain("go1.25.14");
    expect((await as("bin/gv", "exec", "1.26", "--", "go", "version")).stdout).toContain("go1.26.8");
    expect((await as("bin/gv", "use", "1.26")).code).toBe(0);
    expect(state()).toBe(before);
  });

  it.each([
    ["install", "1.25.13"],
    ["global", "1.25"],
    ["uninstall", "1.25"],
    ["setup"],
    ["rehash"],
    ["cache", "clean"],
  ])("says at gv %s whose it is, and how to have an own one", async (...words) => {
    const { as, box, state } = await shared();
    const before = state();
    expect(failedWith(1, await as("bin/gv", ...words))).toEqual({
      fact: `${box.root} belongs to user 0, and gv runs as user ${stranger}`,
      hint:
        "what is there runs, and whoever it belongs to can change it\n" +
        `for a root of your own:  GV_ROOT="$HOME/.gv" gv setup   and in a new terminal the same again`,
    });
    expect(state()).toBe(before);
  });

  it("gv tools puts tools into that user's own folder, as go install does", async () => {
    const { as, box, own, state } = await shared();
    const before = state();
    const built = await as("bin/gv", "tools", "install", "-q", "example.com/tiny/cmd/tiny@v1.0.0");
    expect(built).toEqual(succeeded(""));
    expect(existsSync(join(own, "go/bin/tiny"))).toBe(true);
    expect((await as("bin/gv", "tools", "list")).stdout).toMatch(/^\* tiny +v1\.0\.0 +Go 1\.26\.8/m);
    expect((await as("bin/gv", "which", "tiny")).stdout).toBe(`${own}/go/bin/tiny\n`);
    const again = await as("bin/gv", "tools", "install", "example.com/tiny/cmd/tiny@v1.0.0");
    expect(again).toEqual(succeeded("tiny v1.0.0 of Go 1.26.8 is there already\n"));
    expect((await as("bin/gv", "tools", "upgrade", "tiny")).stdout).toBe(
      "tiny v1.1.0 is built by Go 1.26.8\n",
    );
    const calls = readFileSync(join(dirname(box.home), "programs/calls"), "utf8");
    expect(calls).toContain(`GOBIN=${own}/go/bin GOTOOLCHAIN=local`);
    expect(state()).toBe(before);
  });

  it("a shim's go install ends as go's own, without a word of gv's", async () => {
    const { as, own, state, box } = await shared();
    const before = state();
    mkdirSync(join(own, "go/bin"), { recursive: true });
    chmodSync(join(own, "go/bin"), 0o777);
    // The go command of the test builds into GOBIN alone.
    box.write(join(own, ".config/go/env"), `GOBIN=${own}/go/bin\n`);
    const ran = await as("shims/go", "install", "example.com/tiny/cmd/tiny@v9.0.0");
    expect(ran).toMatchObject({ code: 1, stderr: "go: example.com/tiny/cmd/tiny@v9.0.0: no such thing\n" });
    expect(state()).toBe(before);
  });

  it("has an own root beside it by the line that gv says", async () => {
    const { as, box, own } = await shared();
    const env = { GV_ROOT: join(own, ".gv") };
    const id = ["--reuid", `${stranger}`, "--regid", `${stranger}`, "--clear-groups"];
    const gv = (...words: string[]) =>
      box.run("setpriv", [...id, join(box.root, "bin/gv"), ...words], {
        env: { ...env, HOME: own },
        cwd: own,
      });
    expect(await gv("setup", "-q")).toEqual(succeeded(""));
    expect(await gv("install", "-q", "1.25.14")).toEqual(succeeded(""));
    expect(await as("../own/.gv/bin/gv", "list")).toEqual(succeeded("* 1.25.14     global\n"));
    expect((await as("bin/gv", "current")).stdout).toBe("1.26.8\n");
  });
});
