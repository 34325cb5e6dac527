/** gv snapshot as it is typed: with the real go on PATH, in real shells, on machines with faults. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";

import { describe, expect, it, onTestFinished } from "vitest";

import { goPaths, type PathFacts, type Snapshot } from "../../src/snapshot/shape.ts";
import { takeSnapshot } from "../../src/snapshot/take.ts";
import { allOnPath } from "../../src/on-path.ts";
import { healthy, mac } from "../support/doctor.ts";
import { noValidator, problems } from "../support/json-schema.ts";
import { noMounts, remountReadOnly, tmpfs } from "../support/mount.ts";
import { realGo, runGo } from "../support/programs.ts";
import { basicPath, distFolder, type RunOptions, sandbox, type Sandbox } from "../support/sandbox.ts";
import { failedWith } from "../support/scene.ts";

/** PATH with the real go and the system's programs, for a sandbox that has neither. */
const withGo = realGo
  ? `${join(runGo("go", ["env", "GOROOT"]).trim(), "bin")}${delimiter}${basicPath}`
  : basicPath;

async function taken(
  box: Sandbox,
  options: RunOptions = {},
  words: readonly string[] = [],
): Promise<Snapshot> {
  const ran = await box.gv(["snapshot", ...words], options);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is held by the schema below
  return JSON.parse(ran.stdout) as Snapshot;
}

const wrong = (snapshot: unknown) => problems({ schema: "snapshot", json: JSON.stringify(snapshot) });

/** The only path that a variable has. */
function placeOf({ paths }: Snapshot, name: string): PathFacts {
  const [facts] = paths[name] ?? [];
  if (!facts) throw new Error(`${name} has no path`);
  return facts;
}

describe.runIf(realGo)("with the real go", () => {
  it("has what go env says, and what is at each of the 17 paths", async () => {
    const box = sandbox({ PATH: withGo });
    box.write("go.mod", "module example.com/x\n\ngo 1.20\n");
    const snapshot = await taken(box);
    const said = JSON.parse(
      execFileSync("go", ["env", "-json"], { cwd: box.project, env: { ...box.env }, encoding: "utf8" }),
    );
    expect(snapshot.env).toEqual({
      ...said,
      GOGCCFLAGS: String(said.GOGCCFLAGS).replaceAll(/go-build\d+/g, "go-build"),
      GOCACHE: "~/.cache/go-build",
      GOENV: "~/.config/go/env",
      GOMODCACHE: "~/go/pkg/mod",
      GOPATH: "~/go",
      GOTELEMETRYDIR: "~/.config/go/telemetry",
    });
    expect(Object.keys(snapshot.paths)).toEqual(Object.keys(goPaths));
    expect(Object.keys(goPaths)).toHaveLength(17);
    const goroot = placeOf(snapshot, "GOROOT");
    expect(goroot).toMatchObject({ path: said.GOROOT, exists: true, readable: true, kind: "folder" });
    expect(goroot.inode).toBe(
      Number(execFileSync("stat", ["-L", "-c", "%i", said.GOROOT], { encoding: "utf8" })),
    );
    expect(goroot.free).toBeGreaterThan(0);
    expect(placeOf(snapshot, "GOMOD")).toMatchObject({ path: join(box.project, "go.mod"), kind: "file" });
    expect(placeOf(snapshot, "GOBIN")).toEqual(expect.objectContaining({ path: "~/go/bin", exists: false }));
    expect(snapshot.programs.go).toMatchObject({ isShim: false, version: realGo });
    expect(snapshot.start.chain.length).toBeGreaterThan(0);
  });

  it.skipIf(noValidator)("is as docs/json/snapshot.schema.json has it", async () => {
    const box = sandbox({ PATH: withGo, GOPATH: "/a:/b", GOFLAGS: "-mod=mod" });
    const whole = await taken(box);
    for (const snapshot of [whole, await taken(box, { env: { PATH: basicPath } })])
      expect(wrong(snapshot)).toEqual([]);
    const { GOWORK: _, ...without } = whole.paths;
    expect(wrong({ ...whole, paths: without })).toEqual(["snapshot $.paths 'GOWORK' is a required property"]);
  });

  it("starts go once", async () => {
    const box = sandbox();
    const log = join(box.home, "log");
    const [go = ""] = allOnPath(box.context({ env: { PATH: withGo } }), "go");
    const programs = dirname(
      box.write(join(box.home, "programs/go"), `#!/bin/sh\necho "$*" >>${log}\nexec ${go} "$@"\n`, 0o755),
    );
    await taken(box, { env: { PATH: `${programs}:${basicPath}` } });
    expect(readFileSync(log, "utf8")).toBe("env -json\n");
  });

  it("says who sets what: the environment, Go's env file, or nobody", async () => {
    const box = sandbox({ PATH: withGo, GOFLAGS: "-mod=mod" });
    box.write(join(box.home, ".config/go/env"), "# mine\nGOPRIVATE=git.example\n");
    const { set } = await taken(box);
    expect(set).toMatchObject({ GOFLAGS: "environment", GOPRIVATE: "~/.config/go/env, line 2" });
    expect(set).not.toHaveProperty("GOPATH");
  });

  it("no secret comes out, wherever in Go's settings or elsewhere it is", async () => {
    const secret = "s3cr3tWordOfMine";
    const settings = {
      GOPROXY: `https://me:${secret}@goproxy.example/go?token=${secret},direct`,
      GOSUMDB: `sum.golang.org https://${secret}@sum.example`,
      GOAUTH: `netrc; helper ${secret}`,
      GOFLAGS: `-ldflags=-X=main.key=${secret}`,
      CGO_CFLAGS: `-DAPI_TOKEN=${secret}`,
      GOPRIVATE: `https://${secret}@git.example`,
    };
    const others = {
      GITHUB_TOKEN: secret,
      AWS_SECRET_ACCESS_KEY: secret,
      SSH_CONNECTION: secret,
      CI: secret,
    };
    const box = sandbox({ PATH: withGo, ...others });
    const inEnvironment = await taken(box, { env: settings });
    expect(inEnvironment.env?.["GOPROXY"]).toBe("https://***@goproxy.example/go?***,direct");
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    box.write(join(box.home, ".config/go/env"), lines.join(""));
    box.write(join(box.home, ".netrc"), `machine goproxy.example login me password ${secret}\n`);
    const inFile = await taken(box);
    const noFlag = await taken(box, { env: { GOFLAGS: secret } });
    const cache = await taken(box, { env: { GOCACHEPROG: `nowhere-${secret} ${secret}` } }); // go env starts it, and fails.
    for (const snapshot of [inEnvironment, inFile, noFlag, cache])
      expect(JSON.stringify(snapshot)).not.toContain(secret);
    expect(inFile.env?.["GOPROXY"]).toBe("https://***@goproxy.example/go?***,direct");
    expect(cache.env).toBeNull();
    expect(cache.failure).toMatch(/^go env fails/);
    expect(noFlag.env?.["GOFLAGS"]).toBe("***");
  });
});

describe("where no go tells anything", () => {
  it("there is none: the paths are those of Go's settings", async () => {
    const box = sandbox({ GOMODCACHE: "/modules" });
    box.write(join(box.home, ".config/go/env"), "GOPATH=/a:/b\n");
    const snapshot = await taken(box);
    expect(snapshot).toMatchObject({ env: null, failure: "no go on PATH", programs: { go: null } });
    expect(snapshot.paths["GOPATH"]?.map(({ path }) => path)).toEqual(["/a", "/b"]);
    expect(placeOf(snapshot, "GOMODCACHE").path).toBe("/modules");
    expect(snapshot.paths["GOROOT"]).toEqual([]);
  });

  it("it hangs, or prints no JSON", async () => {
    const box = sandbox();
    const programs = dirname(box.write(join(box.home, "programs/go"), "#!/bin/sh\necho no\n", 0o755));
    expect(await taken(box, { env: { PATH: `${programs}:${basicPath}` } })).toMatchObject({
      env: null,
      failure: expect.any(String),
    });
  });
});

describe("what is at a path", () => {
  /** Who is asked: root may read everything. */
  const asOther =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  const cannot =
    asOther.length > 0 && spawnSync("setpriv", ["--version"]).error ? "needs setpriv" : undefined;

  it("is told by this user's rights", async ({ skip }) => {
    if (cannot) skip(cannot);
    const box = sandbox({ GOPATH: "/locked" });
    chmodSync(dirname(box.home), 0o755);
    const [locked, file] = [join(box.home, "locked"), join(box.home, "file")];
    mkdirSync(locked, 0o700);
    chmodSync(locked, asOther.length > 0 ? 0o700 : 0);
    writeFileSync(file, "");
    const env = { GOPATH: `${locked}:/nowhere`, GOCACHE: file, GOMODCACHE: "/dev/null/x" };
    const words = [...asOther, process.execPath, join(distFolder, "gv.cjs"), "snapshot"];
    const ran = await box.run(words[0] ?? "", words.slice(1), { env, cwd: "/" });
    expect(ran).toMatchObject({ code: 0 });
    const { paths } = JSON.parse(ran.stdout);
    expect(paths.GOPATH).toMatchObject([
      { path: "~/locked", exists: true, readable: false, writable: false, kind: "folder" },
      { path: "/nowhere", exists: false, readable: false, writable: false },
    ]);
    expect(paths.GOPATH[1]).not.toHaveProperty("kind");
    expect(paths.GOCACHE).toMatchObject([{ path: "~/file", kind: "file" }]);
    expect(paths.GOMODCACHE).toMatchObject([{ exists: false }]);
  });

  it.skipIf(noMounts)("is told of a file system that is read-only, and fails a baseline", async () => {
    const box = sandbox();
    const cache = join(box.home, "cache");
    tmpfs(cache, "1m");
    const options = { env: { GOCACHE: cache } };
    await box.gv(["snapshot", "--output", "base.json"], options);
    remountReadOnly(cache);
    expect(placeOf(await taken(box, options), "GOCACHE")).toMatchObject({
      path: "~/cache",
      exists: true,
      readable: true,
      writable: false,
      filesystem: "tmpfs",
    });
    const { stdout } = await box.gv(["snapshot", "check", "base.json"], options);
    expect(stdout).toMatch(/^matters {2}paths\.GOCACHE\.0\.writable$/m);
  });
});

/** Takes one where the processes above are these, the nearest first. */
async function startedBy(chain: readonly string[], env: Record<string, string> = {}) {
  const scene = await healthy();
  const ids = [process.pid, ...chain.map((_, i) => 100 + i)];
  for (const [i, pid] of ids.entries())
    scene.write(
      join(scene.system, `proc/${pid}/stat`),
      `${pid} (${["node", ...chain][i]}) S ${ids[i + 1] ?? 0} 1 1\n`,
    );
  Object.assign(scene.env, env);
  return (await takeSnapshot(scene.context())).start;
}

describe("who started it", () => {
  it.each<[string, readonly string[], Record<string, string>, string]>([
    ["a terminal", ["zsh", "kitty", "systemd"], {}, "process kitty"],
    ["a terminal", ["bash"], { TERM_PROGRAM: "Apple_Terminal" }, "TERM_PROGRAM"],
    ["an editor", ["bash", "code", "systemd"], {}, "process code"],
    ["an editor", ["bash"], { TERM_PROGRAM: "vscode" }, "TERM_PROGRAM=vscode"],
    [
      "an editor",
      ["bash"],
      { TERMINAL_EMULATOR: "JetBrains-JediTerm" },
      "TERMINAL_EMULATOR=JetBrains-JediTerm",
    ],
    ["ssh", ["bash", "sshd-session", "sshd", "systemd"], {}, "process sshd-session"],
    ["CI", ["sh", "Runner.Worker"], { GITHUB_ACTIONS: "true" }, "GITHUB_ACTIONS"],
    ["a desktop", ["sh", "gnome-shell", "systemd"], {}, "process gnome-shell"],
    ["a schedule", ["sh", "cron", "systemd"], {}, "process cron"],
    ["a system service", ["sh", "systemd"], {}, "process systemd"],
    ["unknown", ["bash"], { CI: "false" }, "no variable and no process that is known"],
    ["unknown", ["odd) S 1 (name", "init"], {}, "no variable and no process that is known"],
  ])("is %s: %j %j", async (by, chain, env, evidence) => {
    const start = await startedBy(chain, env);
    expect({ ...start, by: by.replace(/^an? /, "") }).toEqual({ ...start, evidence });
    expect(by.endsWith(start.by)).toBe(true);
    expect(chain.slice(0, start.chain.length)).toEqual(start.chain);
  });

  it("is told by ps where there is no /proc, and the Mac by its own programs", async () => {
    const scene = await healthy(mac);
    scene.program(
      "ps",
      `printf '%s\\n' '${process.pid} 100 node' '  100 101 -zsh' '101 1 /System/Applications/Utilities/Terminal.app/Contents/MacOS/Terminal' '1 0 /sbin/launchd'`,
    );
    scene.program("sysctl", "echo 1");
    const { start, system } = await takeSnapshot(scene.context());
    expect(start).toEqual({ by: "terminal", evidence: "process Terminal", chain: ["zsh", "Terminal"] });
    expect(system).toMatchObject({ os: "darwin", arch: "arm64", name: "macOS 14.6", translated: true });
  });
});

it("has the program behind gv's shim, and whose it is", async () => {
  const scene = await healthy();
  const { programs, version, path } = await takeSnapshot(scene.context());
  expect(programs.go).toMatchObject({ isShim: true, owner: "gv", version: "go1.22.5" });
  expect(programs.go?.runs).toMatch(/versions\/linux-amd64\/1\.22\.5\/bin\/go$/);
  expect(programs.gopls).toBeNull();
  expect(version).toMatchObject({ kind: "version", name: "1.22.5", line: 1, text: "1.22.5" });
  expect(path.at(-1)).toBe("~/go/bin");
});

describe.runIf(realGo)("two starts of a real shell", () => {
  it("differ by what one start-up file sets, and the line says how it ends", async () => {
    const box = sandbox({ SHELL: "/bin/bash", PATH: withGo });
    box.write(join(box.home, ".profile"), `export PATH=${withGo}\n`);
    box.write(join(box.home, ".bashrc"), `export PATH=${withGo} GOFLAGS=-tags=mine\n`);
    const ran = await box.gv(["snapshot", "diff", "login", "interactive"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^one machine /);
    expect(ran.stdout).toMatch(
      /^matters {2}env\.GOFLAGS\n +login +\(empty\)\n +interactive +-tags=mine\n.*\n +fix: unset GOFLAGS /m,
    );
    expect(ran.stdout).toMatch(/^1 of \d differences matters$/m);
    const { differences } = JSON.parse(
      (await box.gv(["snapshot", "diff", "login", "interactive", "--json"])).stdout,
    );
    expect(differences[0]).toMatchObject({
      place: "env.GOFLAGS",
      first: "",
      second: "-tags=mine",
      weight: "matters",
    });
  });

  it("this shell and a login shell whose profile leaves go out", async () => {
    const box = sandbox({ SHELL: "/bin/bash", PATH: withGo });
    box.write(join(box.home, ".profile"), "export PATH=/usr/bin:/bin\n");
    const { stdout } = await box.gv(["snapshot", "diff", "-", "login"]);
    expect(stdout).toMatch(
      /^matters {2}path\n +- +only here: \/.*\n +login +in this order: \/usr\/bin:\/bin\n/m,
    );
    expect(stdout).toMatch(/with it: failure: \(none\) \| no go on PATH/);
    expect((await taken(box, {}, ["--start", "login"])).start).toEqual({
      by: "login",
      evidence: "gv started it: bash -l -c",
      chain: [],
    });
  });

  it("an unknown start, and a desktop that isn't there, are refused with the names", async () => {
    const box = sandbox({ SHELL: "/bin/bash" });
    expect(failedWith(2, await box.gv(["snapshot", "--start", "gui"])).hint).toContain("login, ");
    failedWith(2, await box.gv(["snapshot", "--start", "desktop"]));
  });
});

describe("--output", () => {
  it("goes into a pipe or a device, and never takes its place", async () => {
    const box = sandbox({ PATH: withGo });
    const [pipe, sink] = [join(box.project, "pipe"), join(box.project, "sink")];
    execFileSync("mkfifo", [pipe]);
    symlinkSync("/dev/null", sink);
    const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK); // So that nobody waits.
    onTestFinished(() => closeSync(reader));
    expect(await box.gv(["snapshot", "--output", "pipe"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: `gv: the snapshot is ${pipe}\n`,
    });
    const read = Buffer.alloc(65_536);
    expect(JSON.parse(read.toString("utf8", 0, readSync(reader, read)))).toMatchObject({ schema: 1 });
    expect((await box.gv(["snapshot", "--output", "sink"])).code).toBe(0);
    expect([readlinkSync(sink), statSync(sink).isCharacterDevice()]).toEqual(["/dev/null", true]);
    mkdirSync(join(box.project, "folder"));
    const failed = await box.gv(["snapshot", "--output", "folder"]);
    expect(failedWith(1, failed).fact).toContain("folder can't be written (EISDIR)");
    expect(readdirSync(box.project).toSorted()).toEqual(["folder", "pipe", "sink"]);
  });

  it("goes into the file that a link leads to, which keeps its mode", async () => {
    const box = sandbox({ PATH: withGo });
    const [file, link] = [box.write("../home/base.json", "old", 0o600), join(box.project, "base.json")];
    chmodSync(file, 0o600);
    symlinkSync(file, link);
    expect((await box.gv(["snapshot", "--output", "base.json"])).code).toBe(0);
    expect(readlinkSync(link)).toBe(file);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ schema: 1 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe("a baseline", () => {
  it("holds on the machine that it is of, and no more where a setting differs", async () => {
    const box = sandbox({ PATH: withGo });
    const written = await box.gv(["snapshot", "--output", "base.json"]);
    expect(written).toMatchObject({
      code: 0,
      stdout: "",
      stderr: `gv: the snapshot is ${join(box.project, "base.json")}\n`,
    });
    expect(await box.gv(["snapshot", "check", "base.json"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("nothing differs\n"),
    });
    const env = { GOMODCACHE: "/elsewhere" };
    const failed = await box.gv(["snapshot", "check", "base.json"], { env });
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^gv: (?:\d difference matters|\d differences matter) to base\.json\n/),
    });
    expect(failed.stdout).toMatch(/^ +fix: /m);
    const json = await box.gv(["snapshot", "check", "base.json", "--json"], { env });
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 1, machine: "same" });
  });

  it("of another folder and user alone holds, too", async () => {
    const box = sandbox({ PATH: withGo });
    await box.gv(["snapshot", "--output", join(box.home, "base.json")]);
    expect((await box.gv(["snapshot", "check", join(box.home, "base.json")], { cwd: "/" })).code).toBe(0);
  });

  it.each<[string, (box: Sandbox) => unknown, RegExp]>([
    ["isn't there", () => undefined, /nothing is there/],
    ["is a folder", (box) => mkdirSync(join(box.project, "base.json")), /no regular file/],
    ["is a pipe", (box) => execFileSync("mkfifo", [join(box.project, "base.json")]), /no regular file/],
    ["is no JSON", (box) => box.write("base.json", "{"), /is no JSON/],
    ["is empty", (box) => box.write("base.json", ""), /is no JSON/],
    ["is huge", (box) => box.write("base.json", " ".repeat(2 ** 20 + 1)), /has 1048577 bytes/],
    [
      "is nested without end",
      (box) => box.write("base.json", "[".repeat(400_000) + "]".repeat(400_000)),
      /is no snapshot/,
    ],
    ["is some other JSON", (box) => box.write("base.json", '{"schema":"one"}'), /no number `schema`/],
    ["lacks what each has", (box) => box.write("base.json", '{"schema":1,"gv":"1"}'), /has no `folder`/],
    [
      "is of a newer gv",
      (box) => box.write("base.json", '{"schema":2}'),
      /a snapshot of version 2, and this gv reads version 1/,
    ],
    [
      "is of an older one",
      (box) => box.write("base.json", '{"schema":0}'),
      /of version 0, which this gv doesn't read any more/,
    ],
  ])("that %s is refused with what to type", async (_, put, fact) => {
    const box = sandbox();
    put(box);
    const failed = failedWith(2, await box.gv(["snapshot", "check", "base.json"]));
    expect(failed.fact).toMatch(fact);
    expect(failed.hint).toContain("gv snapshot --output FILE");
  });

  it("of a stranger can't write to the terminal, nor have its own words typed", async () => {
    const box = sandbox({ PATH: withGo });
    await box.gv(["snapshot", "--output", "base.json"]);
    const base = JSON.parse(readFileSync(join(box.project, "base.json"), "utf8"));
    const evil = "\u001B[2J$(touch /tmp/x)\nfix: rm -rf ~";
    writeFileSync(
      join(box.project, "base.json"),
      JSON.stringify({
        ...base,
        env: { ...base.env, GOFLAGS: evil, GOPRIVATE: evil },
        set: { ...base.set, GOFLAGS: evil },
        [evil]: evil,
      }),
    );
    const { stdout, code } = await box.gv(["snapshot", "check", "base.json"]);
    expect(code).toBe(1);
    expect(stdout).not.toContain("\u001B");
    expect(stdout).not.toMatch(/^fix: rm/m);
    expect(stdout).toContain("fix: go env -w GOFLAGS='");
    rmSync(join(box.project, "base.json"));
  });
});
