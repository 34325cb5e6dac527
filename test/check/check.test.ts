/** gv check: the stages, each with what it should find and where it should be silent; times, limits, and the data. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import { buildInfoBlob, realGo } from "../support/programs.ts";
import { basicPath, type Ran, type Sandbox, sandbox } from "../support/sandbox.ts";
import { failedWith, hostFolder, scene, start } from "../support/scene.ts";

const git = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"];

/** A repository whose files git tracks. */
async function repository(box: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) box.write(path, text);
  for (const words of [
    ["init", "-q"],
    ["add", "-A"],
  ])
    expect(await box.run("git", [...git, ...words])).toMatchObject({ code: 0 });
}

/** The rows that it printed, by their stage: `ok`, `skipped: why`, `failed: why`. */
function rows({ stdout }: Ran): Record<string, string> {
  const lines = stdout.split("\n").filter((line) => /^\S/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [, id = "", outcome = "", said = ""] =
        /^(\S+) +(ok|skipped|failed) +\d+ ms(?:  (.*))?$/.exec(line) ?? [];
      return [id, outcome === "ok" ? outcome : `${outcome}: ${said}`];
    }),
  );
}

/** How the process lives whose number is in that file: empty where it doesn't, Z where only its parent hasn't asked yet. */
async function stateOf(box: Sandbox, file: string): Promise<string> {
  const pid = readFileSync(join(box.project, file), "utf8").trim();
  return (await box.run("ps", ["-o", "stat=", "-p", pid])).stdout;
}

const clean = "package p\n";
const dirty = 'package p\n\nimport "fmt"\n\nfunc F() { fmt.Printf("%d\\n", "one") }\n';

describe("the Go that is pinned", () => {
  it("is proven by its receipt, without network", async () => {
    const { box, install, gv } = await scene();
    await install("1.22.5");
    expect(await box.gv(["check", "go"])).toMatchObject({ code: 0, stderr: "" });
    expect((await box.gv(["check", "go"], { env: { GOPROXY: "off" } })).stdout).toMatch(
      /^go  ok +\d+ ms  Go 1\.22\.5, record \d+ of /,
    );
    expect(rows(await gv("check"))).toMatchObject({ go: "ok", vet: "skipped: there is no go.mod here" });
  });

  it("may be missing, and then nothing is run by another one", async () => {
    const { box, install, gv } = await scene();
    await install("1.22.5");
    box.write(".go-version", "1.20.1\n");
    box.write("go.mod", "module example.com/p\n");
    const ran = await gv("check");
    expect(ran.code).toBe(1);
    expect(rows(ran)).toMatchObject({
      go: "failed: Go 1.20.1 is not installed",
      vet: "failed: Go 1.20.1 is not installed",
    });
    expect(ran.stderr).toContain("to install it: gv install 1.20.1\n");
  });

  it.each([
    [
      "a receipt of another tree",
      (text: string) => text.replace(/"h1": "h1:..../, '"h1": "h1:AAAA'),
      "doesn't prove itself",
    ],
    [
      "a record that was changed",
      (text: string) => text.replace(/toolchain v0\.0\.1-go1\.22\.5/, "toolchain v0.0.1-go1.22.4"),
      "doesn't prove itself",
    ],
    ["no receipt", () => "", "has no receipt"],
  ])("isn't believed with %s", async (_what, change, why) => {
    const { box, install, gv } = await scene();
    await install("1.22.5");
    const receipt = join(box.root, "receipts", hostFolder, "1.22.5.json");
    const before = readFileSync(receipt, "utf8");
    expect(change(before)).not.toBe(before);
    box.write(receipt, change(before));
    const ran = await gv("check", "go");
    expect(rows(ran)["go"]).toContain(why);
    expect(ran.stderr).toBe("gv: go failed\n    gv verify 1.22.5\n");
  });

  it("is looked at: a folder that holds another Go", async () => {
    const { box, install, gv, goroot } = await scene();
    await install("1.22.5");
    box.write(join(goroot("1.22.5"), "VERSION"), "go1.21.0\n");
    expect((await gv("check", "go")).stderr).toBe("gv: go failed\n    gv install --force 1.22.5\n");
  });
});

it("may be missing altogether, which a project without a module doesn't mind", async () => {
  const box = sandbox();
  expect(rows(await box.gv(["check"]))).toMatchObject({
    go: "skipped: no version is pinned here",
    tools: "skipped: there is no go.mod here",
  });
  box.write("go.mod", "module example.com/p\n");
  const ran = await box.gv(["check"]);
  expect(rows(ran)["go"]).toMatch(/^failed: no version of Go is chosen here, and PATH has no go/);
  expect(ran.stderr).toContain("gv install latest");
});

describe("tools", () => {
  it("that the project asks for must be there", async () => {
    const { box, install, gv } = await scene();
    await install("1.22.5");
    await repository(box, { "go.mod": "module example.com/p\n\ngo 1.22\n", ".golangci.yml": "" });
    box.write(".tool-versions", "golang 1.22.5\ngopls 0.16.2\n");
    const ran = await gv("check", "tools", "lint");
    expect(rows(ran)).toEqual({
      tools: "failed: 2 things are wrong",
      lint: "skipped: golangci-lint isn't here: gv tools install golangci-lint",
    });
    expect(ran.stdout).toContain("    there is no golangci-lint, which its configuration asks for\n");
    expect(ran.stderr).toBe("gv: tools failed\n    gv tools install golangci-lint\n    gv tools sync\n");
    // go tool builds it itself.
    box.write(
      "go.mod",
      "module example.com/p\n\ngo 1.24\n\ntool github.com/golangci/golangci-lint/v2/cmd/golangci-lint\n",
    );
    box.write(".tool-versions", "golang 1.22.5\n");
    expect(rows(await gv("check", "tools"))).toEqual({ tools: "ok" });
  });

  it.each([
    ["1.21.3", "failed: one of them doesn't do"],
    ["1.22.1", "ok"],
  ])("built by Go %s are %s", async (builder, outcome) => {
    const { box, install, gv } = await scene();
    await install("1.22.5");
    box.write("go.mod", "module example.com/p\n\ngo 1.22\n");
    const blob = buildInfoBlob(`go${builder}`, {
      modules: "path\tgolang.org/x/tools/gopls\nmod\tgolang.org/x/tools/gopls\tv0.16.2\th1:x=\n",
    });
    box.write(join(box.root, "tools", hostFolder, "1.22.5", "bin", "gopls"), blob, 0o755);
    await gv("rehash");
    const ran = await gv("check", "tools");
    expect(rows(ran)).toEqual({ tools: outcome });
    if (outcome !== "ok") {
      expect(ran.stdout).toContain("was built with go1.21.3, and the go line asks for 1.22");
      expect(ran.stderr).toContain("gv tools install gopls");
    }
  });

  it("golangci-lint runs in each module that is configured, and not elsewhere", async () => {
    const { box, install, gv } = await scene();
    await install("1.22.5");
    await repository(box, {
      "go.work": "go 1.22\n\nuse (\n\t./a\n\t./b\n\t../outside\n)\n",
      "a/go.mod": "module example.com/a\n",
      "a/.golangci.toml": "",
      "b/go.mod": "module example.com/b\n",
    });
    const linter = join(box.root, "tools", hostFolder, "1.22.5", "bin", "golangci-lint");
    box.write(linter, '#!/bin/sh\necho "$PWD $1" | tee -a "$HOME/log"\nexit "${LINT:-0}"\n', 0o755);
    for (const name of ["go.mod", ".golangci.yml"]) box.write(join(box.project, "../outside", name), "");
    expect(rows(await gv("check", "lint"))).toEqual({ lint: "ok" });
    expect(readFileSync(join(box.home, "log"), "utf8")).toBe(`${box.project}/a run\n`);
    const ran = await box.gv(["check", "lint"], { env: { LINT: "3" } });
    expect(rows(ran)).toEqual({ lint: "failed: golangci-lint ended with 3" });
    expect(ran.stdout).toContain(`    ${box.project}/a run\n`);
    expect(ran.stderr).toBe("gv: lint failed\n    (cd './a' && golangci-lint run)\n");
  });
});

/** A sandbox with this machine's go, and its cache of builds. */
function withGo(): Sandbox {
  const [go = "", cache = ""] = ["GOROOT", "GOCACHE"].map((name) =>
    execFileSync("go", ["env", name], { encoding: "utf8" }).trim(),
  );
  const box = sandbox({
    PATH: `${go}/bin:${basicPath}`,
    GOTOOLCHAIN: "local",
    GOPROXY: "off",
    GOCACHE: cache,
  });
  // Else go leaves a process behind that writes there for a while.
  box.write(join(box.home, ".config/go/telemetry/mode"), "off");
  return box;
}

describe.skipIf(!realGo)("go vet", () => {
  it("is told with what it found, and the line to type", async () => {
    const box = withGo();
    await repository(box, { "go.mod": "module example.com/p\n", "p.go": dirty });
    const ran = await box.gv(["check", "vet"]);
    expect(rows(ran)).toEqual({ vet: "failed: go vet ended with 1" });
    expect(ran.stdout).toMatch(
      /^ {4}\S*p\.go:5:\d+: fmt\.Printf format %d has arg "one" of wrong type string$/m,
    );
    expect(ran.stderr).toBe("gv: vet failed\n    go vet ./...\n");
    box.write("p.go", clean);
    expect(rows(await box.gv(["check", "vet"]))).toEqual({ vet: "ok" });
    box.write("go.mod", "module example.com/p\n\ngo 1.99\n");
    expect((await box.gv(["check", "vet"])).stderr).toContain("gv install go.mod && gv use go.mod");
  });

  it("looks at the modules of go.work that are in the repository; without one, from a folder in none, at those below", async () => {
    const box = withGo();
    await repository(box, {
      "a/go.mod": "module example.com/a\n\ngo 1.21\n",
      "a/a.go": clean,
      "b/go.mod": "module example.com/b\n\ngo 1.21\n",
      "b/p.go": dirty,
      "empty/go.mod": "module example.com/empty\n\ngo 1.21\n",
    });
    expect((await box.gv(["check", "vet"])).stderr).toContain("(cd './b' && go vet ./...)");
    box.write("go.work", "go 1.21\n\nuse ./gone\n");
    expect((await box.gv(["check", "vet"])).stdout).toContain(`    ${box.project}/gone isn't there\n`);
    box.write("go.work", "go 1.21\n\nuse (\n\t./a\n\t./empty\n)\n");
    const ran = await box.gv(["check", "vet"]);
    expect(ran.stdout).toMatch(/ms {2}2 modules\n$/);
    expect(
      (await box.gv(["check", "vet"], { cwd: join(box.project, "b"), env: { GOWORK: "off" } })).code,
    ).toBe(1);
  });

  it("and dlv: a package without tests is nothing to debug", async () => {
    const box = withGo();
    await repository(box, { "go.mod": "module example.com/p\n", "p.go": clean });
    expect(rows(await box.gv(["check", "debug"]))).toEqual({
      debug: "skipped: dlv isn't here: gv tools install dlv",
    });
    const dlv = box.write(join(box.home, "bin", "dlv"), "#!/bin/sh\n", 0o755);
    const env = { PATH: `${dirname(dlv)}:${box.env["PATH"]}` };
    expect(rows(await box.gv(["check", "debug"], { env }))).toEqual({
      debug: "skipped: no package has tests",
    });
  });
});

const hasShellcheck = ["/usr/bin", "/bin"].some((folder) => existsSync(join(folder, "shellcheck")));

describe.skipIf(!hasShellcheck)("shellcheck", () => {
  const bad = "echo $1\n";
  it.each([
    ["x.sh", `#!/bin/sh\n${bad}`, true],
    ["bin/deploy", `#!/usr/bin/env bash\n${bad}`, true],
    ["a b\n.sh", `#!/bin/dash\n${bad}`, true],
    ["-x.sh", `#!/bin/sh\n${bad}`, true],
    ["x.zsh", `#!/bin/zsh\n${bad}`, false],
    ["zsh.sh", `#!/bin/zsh\n${bad}`, false],
    ["vendor/x.sh", `#!/bin/sh\n${bad}`, false],
    ["notes", bad, false],
  ])("is asked of %j: %#", async (path, text, isAsked) => {
    const box = sandbox();
    await repository(box, { [path]: text, "fine.sh": '#!/bin/sh\necho "$1"\n' });
    box.write("untracked.sh", `#!/bin/sh\n${bad}`);
    const ran = await box.gv(["check", "shellcheck"]);
    expect(ran.code).toBe(isAsked ? 1 : 0);
    expect(ran.stdout).toContain(isAsked ? "SC2086" : "1 script");
    expect(ran.stdout).not.toContain("untracked");
  });

  it("has nothing to do outside a working tree", async () => {
    expect(rows(await sandbox().gv(["check", "shellcheck"]))).toEqual({
      shellcheck: "skipped: this is no working tree of git",
    });
  });
});

describe("the user's own commands", () => {
  it("are git's settings, run at the top, each with its time; a file of the project is none", async () => {
    const box = sandbox();
    await repository(box, {
      "sub/gv.check": "touch stranger",
      ".gitconfig": "[gv]\n\tcheck = touch stranger\n",
    });
    await box.run("git", ["config", "--add", "gv.check", "pwd; echo told >&2; exit 3 # really"]);
    await box.run("git", ["config", "--add", "gv.check", "test -d sub"]);
    const ran = await box.gv(["check"], { cwd: join(box.project, "sub") });
    expect(ran.code).toBe(1);
    expect(rows(ran)).toMatchObject({
      "own-1": "failed: pwd; echo told >&2; exit 3 # really ended with 3",
      "own-2": "ok",
    });
    expect(ran.stdout).toContain(`    ${box.project}\n    told\n`);
    expect(existsSync(join(box.project, "stranger"))).toBe(false);
    expect((await box.gv(["check", "--list"])).stdout).toMatch(
      /^own-2 {7}your own command ends well: test -d sub$/m,
    );
  });

  it("that hang are ended in time, with all that they started", async () => {
    const box = sandbox();
    await repository(box, {});
    await box.run("git", [
      "config",
      "--add",
      "gv.check",
      "trap '' INT; sleep 1000 & echo $! >pid; wait; wait",
    ]);
    await box.run("git", ["config", "--add", "gv.check", "sleep 1000 & echo $! >left"]);
    const ran = await box.gv(["check", "own-1", "own-2", "--limit", "1"]);
    expect(rows(ran)).toEqual({ "own-1": "failed: it took longer than 1 s, and was ended", "own-2": "ok" });
    expect(ran.stderr).toContain("gv check own-1 --limit 4");
    for (const name of ["pid", "left"]) expect(await stateOf(box, name)).toMatch(/^Z|^$/);
  });

  it("end with gv, at the first interrupt", async () => {
    const box = sandbox();
    await repository(box, {});
    await box.run("git", ["config", "--add", "gv.check", "echo $$ >pid; exec sleep 1000"]);
    await box.run("git", ["config", "--add", "gv.check", "while [ ! -s pid ]; do :; done"]);
    const running = start({ box }, ["check", "own-1", "own-2"]);
    await running.said("own-2");
    running.kill("SIGINT");
    expect((await running.ended).signal).toBe("SIGINT");
    expect(await stateOf(box, "pid")).toMatch(/^Z|^$/);
  });
});

describe("gv check", () => {
  it("prints data with --json: docs/json/check.schema.json", async () => {
    const box = sandbox();
    await repository(box, {});
    await box.run("git", ["config", "gv.check", "echo why; exit 2"]);
    const ran = await box.gv(["check", "--json"]);
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    const data = JSON.parse(ran.stdout);
    expect(data).toMatchObject({ schema: 1, ok: false, ms: expect.any(Number) });
    expect(data.stages.map(({ id }: { id: string }) => id)).toEqual([
      "go",
      "tools",
      "vet",
      "lint",
      "debug",
      "shellcheck",
      "own-1",
    ]);
    expect(data.stages.at(-1)).toEqual({
      id: "own-1",
      title: "your own command ends well: echo why; exit 2",
      outcome: "failed",
      ms: expect.any(Number),
      why: "echo why; exit 2 ended with 2",
      output: "why\n",
      fix: "echo why; exit 2",
    });
  });

  it("refuses what is no stage, and no number of seconds", async () => {
    const box = sandbox();
    expect(failedWith(2, await box.gv(["check", "vett"]))).toEqual({
      fact: '"vett" is no stage of gv check',
      hint: "did you mean vet?\ngv check --list   names them all",
    });
    expect((await box.gv(["check", "--limit", "0"])).code).toBe(2);
  });
});
