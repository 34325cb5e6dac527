/**
 * gv build with sources whose make.bash is a few lines of bash: what becomes of the user's tree, of names, of the log,
 * and of everything when it fails, is interrupted or killed. A real build is in test/real/build.test.ts.
 */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { tinyToolchain } from "../support/goproxy.ts";
import { noMounts, tmpfs } from "../support/mount.ts";
import { listTree, type Ran, type Sandbox } from "../support/sandbox.ts";
import {
  failedWith,
  host,
  hostFolder,
  hostName,
  type Scene,
  scene,
  start,
  succeeded,
} from "../support/scene.ts";
import { makes, releaseThatMakes, sources } from "../support/sources.ts";

async function ready(): Promise<Scene> {
  const there = await scene(["1.22.5"]);
  await there.install("1.22.5");
  return there;
}

function nothingLeft({ root }: Sandbox): void {
  expect(readdirSync(join(root, "staging"))).toEqual([]);
}

describe("a folder with sources", () => {
  it("is built in a copy, and its Go is chosen by its name", async () => {
    const { box, gv, inRoot } = await ready();
    const folder = sources(box);
    const before = listTree(folder);
    const ran = await gv("build", "clone", "--name", "mygo");
    const goroot = join(box.root, "versions", hostFolder, "mygo");
    expect(ran.stdout).toBe(
      `mygo is built by Go 1.22.5 from ${folder}; nothing proves it\n  go version go1.99.1 ${hostName}\nuse it:  gv local mygo\n`,
    );
    expect(listTree(folder)).toEqual(before);
    expect(listTree(goroot)).toEqual([
      "VERSION",
      "bin/",
      "bin/go",
      "pkg/",
      "pkg/tool/",
      `pkg/tool/${hostFolder.replace("-", "_")}/`,
      "src/",
      "src/fmt/",
      "src/fmt/print.go",
      "src/make.bash",
    ]);
    expect(lstatSync(join(goroot, "src/fmt/print.go")).mode & 0o777).toBe(0o644);
    expect(await gv("local", "mygo")).toMatchObject({ code: 0 });
    expect(await inRoot("shims/go", ["version"])).toEqual(succeeded(`go version go1.99.1 ${hostName}\n`));
    nothingLeft(box);
  });

  it("is shown as built here by list, doctor, check and prune, and never as proven", async () => {
    const { box, gv } = await ready();
    const folder = sources(box);
    expect(await gv("build", "-q", "clone", "--name", "mygo")).toEqual(succeeded(""));
    expect((await gv("list")).stdout).toContain("  mygo        built here\n");
    const rows: unknown = JSON.parse((await gv("list", "--json")).stdout);
    expect(rows).toContainEqual(expect.objectContaining({ name: "mygo", proven: false, form: "source" }));
    const receipt: unknown = JSON.parse(
      readFileSync(join(box.root, "receipts", hostFolder, "mygo.json"), "utf8"),
    );
    expect(receipt).toMatchObject({
      form: "source",
      from: folder,
      source: { bootstrap: "1.22.5" },
      evidence: [],
      unproven: "it was built here, by Go 1.22.5",
    });
    expect(await gv("doctor", "--offline", "store-proven", "store-whole")).toMatchObject({ code: 0 });
    await gv("local", "mygo");
    expect((await gv("check", "go")).stdout).toContain("a Go of your own, which was built here");
    await gv("local", "1.22.5");
    expect((await gv("prune")).stdout).toMatch(/^stays {2}mygo .*it was built here: gv uninstall$/m);
    expect((await gv("verify", "mygo")).code).not.toBe(0);
    expect((await gv("unlink", "mygo")).stderr).toContain("gv uninstall mygo");
    expect((await gv("link", "mygo", "clone")).code).toBe(2);
    expect((await gv("uninstall", "mygo")).code).toBe(0);
    expect(existsSync(join(box.root, "receipts", hostFolder, "mygo.json"))).toBe(false);
  });

  it("is built again under its name, and what was there goes", async () => {
    const { box, gv } = await ready();
    sources(box);
    expect((await gv("build", "clone")).stdout).toContain("use it:  gv local built-1.99.1\n");
    sources(box, `${makes}echo new >../new\n`);
    expect((await gv("build", "clone")).code).toBe(0);
    expect(existsSync(join(box.root, "versions", hostFolder, "built-1.99.1", "new"))).toBe(true);
    sources(box, "echo no >&2; exit 2");
    expect((await gv("build", "clone")).code).toBe(1);
    expect(existsSync(join(box.root, "versions", hostFolder, "built-1.99.1", "new"))).toBe(true);
    nothingLeft(box);
  });

  it("gets PATH and nothing of the user's Go or C", async () => {
    const { box } = await ready();
    sources(box, `env -0 | tr '\\0' '\\n' >../variables\n${makes}`);
    const odd = {
      GOROOT: "/nowhere",
      GOFLAGS: "-mod=nothing",
      GOOS: "plan9",
      GOEXPERIMENT: "x",
      CC: "false",
      CGO_ENABLED: "1",
      GIT_DIR: "/nowhere",
    };
    expect(await box.gv(["build", "-q", "clone", "--name", "mygo"], { env: odd })).toEqual(succeeded(""));
    const seen = readFileSync(join(box.root, "versions", hostFolder, "mygo", "variables"), "utf8")
      .split("\n")
      .map((line) => line.split("=")[0] ?? "")
      .filter((name) => !["", "_", "PWD", "OLDPWD", "SHLVL"].includes(name));
    expect(seen.toSorted()).toEqual([
      "GOENV",
      "GOROOT_BOOTSTRAP",
      "GOTOOLCHAIN",
      "HOME",
      "LC_ALL",
      "PATH",
      "TMPDIR",
    ]);
  });

  it.each([
    ["1.22.5", "is none that may be"],
    ["latest", "means something else"],
    ["a/b", "holds a slash"],
  ])("can't be called %s: it %s", async (name) => {
    const { box, gv } = await ready();
    sources(box);
    expect(await gv("build", "clone", "--name", name)).toMatchObject({ code: 2, stdout: "" });
  });

  it("doesn't take a link's name", async () => {
    const { box, gv, goroot } = await ready();
    sources(box);
    await gv("link", "mygo", goroot("1.22.5"));
    const { fact, hint } = failedWith(2, await gv("build", "clone", "--name", "mygo"));
    expect(fact).toBe(`mygo is ${goroot("1.22.5")} already`);
    expect(hint).toContain("gv unlink mygo");
  });

  it("must hold sources, and say which Go they are", async () => {
    const { box, gv } = await ready();
    expect(failedWith(2, await gv("build", "."))).toMatchObject({
      fact: `${box.project} holds no sources of Go: it has no src/make.bash`,
    });
    rmSync(join(sources(box), "VERSION"));
    expect(failedWith(2, await gv("build", "clone")).fact).toMatch(/^nothing in .* says which Go it is$/);
  });

  it("needs a Go that may build it: an installed one, else the line to type", async () => {
    const { box, gv } = await ready();
    sources(box, makes);
    const folder = join(box.project, "clone");
    writeFileSync(join(folder, "src/make.bash"), `bootgo=1.24.6\n${makes}`);
    expect(failedWith(3, await gv("build", "clone"))).toEqual({
      fact: "these sources are built by Go 1.24.6 or newer, and no such release is installed",
      hint: "gv install 1.24",
    });
    expect(failedWith(2, await gv("build", "clone", "--go", "1.22"))).toMatchObject({
      fact: "Go 1.22.5 can't build these sources: 1.24.6 or newer can",
    });
    // Before 1.20 they don't say, and before 1.5 they are in C.
    writeFileSync(join(folder, "src/make.bash"), makes);
    expect(failedWith(2, await gv("build", "clone")).fact).toContain("from before Go 1.5");
    box.write(join(folder, "src/cmd/dist/buildtool.go"), "package main\n");
    expect(await gv("build", "clone")).toMatchObject({ code: 0 });
    nothingLeft(box);
  });

  it("may be a clone: git says which commit it is, also with changes", async () => {
    const { box, gv } = await ready();
    const folder = sources(box, makes, "");
    const commit = await committed(box, folder);
    box.write(join(folder, "src/mine.go"), "package mine\n");
    const { stdout } = await gv("build", "clone");
    const name = `devel-${commit.slice(0, 10)}`;
    expect(stdout).toContain(`${name} is built by Go 1.22.5 from ${folder} at ${commit.slice(0, 10)};`);
    expect(stdout).toContain(`devel go1.99-${commit.slice(0, 7)}`);
    const built = join(box.root, "versions", hostFolder, name);
    expect(existsSync(join(built, "src/mine.go"))).toBe(true);
    expect(existsSync(join(built, ".git"))).toBe(false);
  });
});

/** Makes a repository of a folder, or one more commit. Gives git's name of it. */
async function committed(box: Sandbox, folder: string): Promise<string> {
  const git = [
    "-C",
    folder,
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@example.com",
    "-c",
    "commit.gpgSign=false",
  ];
  for (const words of [
    ["init", "-q"],
    ["add", "-A"],
    ["commit", "-q", "--allow-empty", "-m", "one"],
  ])
    expect(await box.run("git", [...git, ...words])).toMatchObject({ code: 0 });
  return (await box.run("git", [...git, "rev-parse", "HEAD"])).stdout.trim();
}

describe("a build that goes wrong", () => {
  it("shows the end of what it printed, and keeps all of it", async () => {
    const { box, gv } = await ready();
    sources(box, "for i in $(seq 200); do echo line $i; done; echo 'no such \u001b[31mthing' >&2; exit 2");
    const { fact, hint } = failedWith(1, await withoutNote(gv("build", "clone", "--name", "mygo")));
    expect(fact).toBe("make.bash ended with 2");
    const log = join(box.root, "logs", `${hostFolder}-mygo.log`);
    expect(hint.split("\n").slice(-2)).toEqual([
      "| no such \\u{1b}[31mthing",
      `all that it printed is in ${log}`,
    ]);
    expect(readFileSync(log, "utf8").split("\n")).toHaveLength(202);
    nothingLeft(box);
  });

  it("keeps ten logs, and gv cache clean takes them", async () => {
    const { box, gv } = await ready();
    sources(box, "echo no; exit 2");
    for (let i = 0; i < 12; i++) await gv("build", "-q", "clone", "--name", `go-${i}x`);
    const names = readdirSync(join(box.root, "logs"));
    expect(names).toHaveLength(10);
    expect(names).toContain(`${hostFolder}-go-11x.log`);
    await gv("cache", "clean");
    expect(readdirSync(join(box.root, "logs"))).toEqual([]);
  });

  it.each([
    ["made no go", "true", "what was built doesn't run"],
    [
      "made one that takes another tree for its own",
      "mkdir ../bin; printf '#!/bin/sh\\necho /nowhere' >../bin/go; chmod +x ../bin/go",
      "what was built takes /nowhere for its GOROOT",
    ],
  ])("is not published where it %s", async (_what, script, fact) => {
    const { box, gv } = await ready();
    sources(box, script);
    expect(failedWith(1, await withoutNote(gv("build", "clone", "--name", "mygo"))).fact).toContain(fact);
    expect(readdirSync(join(box.root, "versions", hostFolder))).toEqual(["1.22.5"]);
    nothingLeft(box);
  });

  it("says so where the disk got full", async () => {
    const { box, gv } = await ready();
    sources(box, "echo 'compile: writing output: write $WORK/b001/_pkg_.a: no space left on device'; exit 1");
    const { fact } = failedWith(1, await withoutNote(gv("build", "clone", "--name", "mygo")));
    expect(fact).toBe(`the disk of ${box.root} got full during the build`);
  });

  it.skipIf(noMounts)("isn't begun where there is no room for it", async () => {
    const there = await scene(["1.22.5"]);
    tmpfs(there.box.root, "300m");
    chmodSync(there.box.root, 0o755);
    await there.install("1.22.5");
    sources(there.box);
    const { fact } = failedWith(1, await there.gv("build", "clone", "--name", "mygo"));
    expect(fact).toMatch(/^a build needs about 1000 MB on disk, and .* has \d/);
    nothingLeft(there.box);
  });

  it("needs bash", async () => {
    const { box } = await ready();
    sources(box);
    const bare = join(box.home, "bare");
    mkdirSync(bare);
    for (const name of ["sh", "cat"]) symlinkSync(`/bin/${name}`, join(bare, name));
    const ran = await box.gv(["build", "clone", "--name", "mygo"], { env: { PATH: bare } });
    expect(failedWith(1, await withoutNote(ran)).fact).toContain("there is no bash on PATH");
  });
});

/** A run without the line that says where the log is. */
async function withoutNote(ran: Promise<Ran> | Ran): Promise<Ran> {
  const { stderr, ...rest } = await ran;
  return { ...rest, stderr: stderr.replace(/^gv: \S+: built by Go .*\n/, "") };
}

describe("a build that is ended", () => {
  /** It says that it runs by a line in its log; its children hear no INT, and wait for ever. */
  const waits = `
(trap '' INT; echo $BASHPID >"$HOME/../../../child"; exec sleep 1000) &
echo $$ >"$HOME/../../../leader"
echo begun
wait
`;

  async function begun(there: Scene): Promise<{ gv: ReturnType<typeof start>; pids: () => string[] }> {
    const { box } = there;
    sources(box, waits);
    const gv = start(there, ["build", "clone", "--name", "mygo"]);
    const log = join(box.root, "logs", `${hostFolder}-mygo.log`);
    const files = ["child", "leader"].map((name) => join(box.root, name));
    await expect
      .poll(
        () =>
          existsSync(log) &&
          readFileSync(log, "utf8") === "begun\n" &&
          files.every((file) => existsSync(file)),
        { timeout: 20_000 },
      )
      .toBe(true);
    return { gv, pids: () => files.map((file) => readFileSync(file, "utf8").trim()) };
  }

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s leaves nothing, and nobody", async (signal) => {
    const there = await ready();
    const { gv, pids } = await begun(there);
    gv.kill(signal);
    expect(await gv.ended).toMatchObject({ signal });
    expect(await areGone(there.box, pids())).toBe(true);
    nothingLeft(there.box);
    expect(readdirSync(join(there.box.root, "versions", hostFolder))).toEqual(["1.22.5"]);
  });

  it("by the end of gv itself (SIGKILL) leaves nobody, and the next gv takes away what is left", async () => {
    const there = await ready();
    const { gv, pids } = await begun(there);
    gv.kill("SIGKILL");
    await gv.ended;
    await expect.poll(() => areGone(there.box, pids()), { timeout: 20_000 }).toBe(true);
    sources(there.box);
    expect(await there.gv("build", "-q", "clone", "--name", "mygo")).toMatchObject({ code: 0 });
    nothingLeft(there.box);
  });
});

describe("tip", () => {
  it("is fetched by git, built, updated, and left alone where nothing changed", async () => {
    const { box, gv, folder, first } = await repository();
    const built = await gv("build", "tip");
    expect(built.stdout).toContain(
      `tip is built by Go 1.22.5 from file://${folder} at ${first.slice(0, 10)};`,
    );
    expect(built.stdout).toContain(`devel go1.99-${first.slice(0, 7)}`);
    expect((await gv("build", "tip")).stdout).toBe(
      `tip is built already, from file://${folder} at ${first.slice(0, 10)}\n`,
    );
    box.write(join(folder, "src/new.go"), "package p\n");
    const second = await committed(box, folder);
    const { stdout } = await gv("build", "tip", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      name: "tip",
      commit: second,
      bootstrap: "1.22.5",
      isNew: true,
    });
    expect(existsSync(join(box.root, "versions", hostFolder, "tip", "src/new.go"))).toBe(true);
    expect(await gv("local", "tip")).toMatchObject({ code: 0 });
    expect((await box.run(join(box.root, "shims/go"), ["version"])).stdout).toContain(second.slice(0, 7));
    nothingLeft(box);
  });

  it("is fetched again behind a git that died, and out of a hook of git's", async () => {
    const { box, gv, folder } = await repository();
    await gv("build", "-q", "tip");
    const cache = join(box.root, "cache/go.git");
    for (const name of ["shallow.lock", "refs/heads/tip.lock", "HEAD.lock"]) box.write(join(cache, name), "");
    const second = await committed(box, folder);
    const env = { GIT_DIR: "/nowhere", GIT_INDEX_FILE: "/nowhere/index", GIT_WORK_TREE: "/" };
    const ran = await box.gv(["build", "tip"], { env });
    expect(ran.stdout).toContain(second.slice(0, 10));
  });

  it("says in git's words why it can't be fetched, without a password", async () => {
    const { box, gv } = await ready();
    await gv("config", "set", "source", "https://me:secret@127.0.0.1:1/go");
    const ran = await gv("build", "tip");
    const { fact, hint } = failedWith(5, ran);
    expect(fact).toMatch(/^git can't fetch https:\/\/127\.0\.0\.1:1\/go: fatal: /);
    expect(hint).toContain("gv config set source");
    expect(ran.stderr).not.toContain("secret");
    expect((await gv("config", "set", "source", "ext::sh -c date")).code).toBe(2);
    nothingLeft(box);
  });

  it("is named where it is asked for and isn't there", async () => {
    const { box, gv } = await ready();
    box.write(".go-version", "tip\n");
    expect((await gv("which", "go")).stderr).toContain("to build it: gv build tip");
  });
});

describe("--reproduce", () => {
  it("says that a release comes out of its sources, built by another Go", async () => {
    const there = await releaseThatMakes(() => undefined);
    const ran = await there.gv("build", "--reproduce", "1.22");
    expect(ran.stderr).toBe(
      `gv: Go 1.22.5: built by Go 1.21.0; what that prints goes to ${there.box.root}/logs/reproduce-${hostFolder}-1.22.5.log\n`,
    );
    expect(ran.stdout).toMatch(
      new RegExp(
        `^Go 1\\.22\\.5 for ${hostName}, built here from its sources by Go 1\\.21\\.0, is the release, byte for byte\n  h1:.*=\n  is record \\d+ of .*\n$`,
      ),
    );
    expect(ran.code).toBe(0);
    const data = await there.gv("build", "-q", "--json", "--reproduce", "1.22.5");
    expect(JSON.parse(data.stdout)).toMatchObject({
      version: "1.22.5",
      platform: hostName,
      reproduced: true,
      bootstrap: "1.21.0",
      differences: { changed: [], added: [], missing: [] },
    });
    expect(readdirSync(join(there.box.root, "versions", hostFolder))).toEqual(["1.21.0", "1.22.5"]);
    nothingLeft(there.box);
  });

  it.each([
    { os: "linux", arch: host.arch === "arm64" ? "amd64" : "arm64" },
    { os: "windows", arch: "amd64" },
  ])("does it for another platform, $os/$arch, by a Go of this one", async (platform) => {
    const there = await releaseThatMakes(() => undefined, platform);
    const name = `${platform.os}/${platform.arch}`;
    const ran = await there.gv("build", "--reproduce", "1.22.5", "--platform", name);
    expect(ran.stdout).toContain(
      `Go 1.22.5 for ${name}, built here from its sources by Go 1.21.0, is the release, byte for byte`,
    );
    expect(ran.code).toBe(0);
    nothingLeft(there.box);
  });

  it("says where a release builds itself, for want of another", async () => {
    const there = await releaseThatMakes(() => undefined);
    await there.gv("uninstall", "1.21.0");
    const ran = await there.gv("build", "--reproduce", "1.22.5");
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("by Go 1.22.5, is the release") });
    expect(ran.stderr).toContain("gv: Go 1.22.5 builds itself here, which says less");
    const named = await there.gv("build", "--reproduce", "1.22.5", "--go", "1.22.5");
    expect(named.stderr).not.toContain("says less");
  });

  it("names the files that differ", async () => {
    const there = await releaseThatMakes((files) => {
      files.set("bin/go", "another\n");
      files.set("bin/more", "more\n");
      files.delete("src/fmt/print.go");
    });
    const ran = await there.gv("build", "--reproduce", "1.22.5");
    expect(ran.code).toBe(4);
    expect(ran.stdout.split("\n").slice(0, 4)).toEqual([
      `Go 1.22.5 for ${hostName}, built here from its sources by Go 1.21.0, is not the release`,
      "  changed  bin/go",
      "  added    bin/more",
      "  missing  src/fmt/print.go",
    ]);
    expect(ran.stdout).toMatch(/\n {2}built {4}h1:.*\n {2}recorded h1:.* \(record \d+ of .*\)\n/);
  });

  it("takes no sources that aren't the release's, and no release that Go promises nothing of", async () => {
    const there = await releaseThatMakes(() => undefined);
    writeFileSync(join(there.goroot("1.22.5"), "src/fmt/print.go"), "package fmt // changed\n");
    expect(failedWith(4, await there.gv("build", "--reproduce", "1.22.5"))).toMatchObject({
      hint: "gv verify 1.22.5   names the files that differ",
    });
    expect(failedWith(3, await there.gv("build", "--reproduce", "1.26"))).toMatchObject({
      hint: "gv install 1.26",
    });
    there.proxy.add(tinyToolchain("1.20.1", host));
    await there.install("1.20.1");
    expect(failedWith(2, await there.gv("build", "--reproduce", "1.20.1")).fact).toContain("since 1.21");
    expect((await there.gv("build")).code).toBe(2);
    expect((await there.gv("build", "tip", "--reproduce", "1.22.5")).code).toBe(2);
    expect((await there.gv("build", "tip", "--platform", "linux/arm64")).code).toBe(2);
  });
});

async function areGone(box: Sandbox, pids: readonly string[]): Promise<boolean> {
  const { stdout } = await box.run("ps", ["-o", "stat=", "-p", pids.join(",")]);
  return stdout.split("\n").every((state) => state === "" || state.startsWith("Z"));
}

async function repository(): Promise<Scene & { folder: string; first: string }> {
  const there = await ready();
  const folder = sources(there.box, makes, "");
  rmSync(join(folder, "bin"), { recursive: true });
  rmSync(join(folder, "pkg"), { recursive: true });
  const first = await committed(there.box, folder);
  await there.gv("config", "set", "source", `file://${folder}`);
  return { ...there, folder, first };
}
