/** The lines to type that gv doctor gives: what they do where more than the fault stands in a file. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { assignments } from "../../src/doctor/assignments.ts";
import { Machine } from "../../src/doctor/machine.ts";
import { openAt } from "../../src/doctor/open-at.ts";
import { healthy, type Scene } from "../support/doctor.ts";
import { realGo } from "../support/programs.ts";

async function remedies(scene: Scene, id: string): Promise<{ fix: string; help: string }[]> {
  const { findings } = await scene.ask(id);
  return findings.map(({ fix = "", help = "" }) => ({ fix, help }));
}

it.each([
  [{}, "vi +3 '/a b'"],
  [{ EDITOR: "nano" }, "nano +3 '/a b'"],
  [{ EDITOR: "nano", VISUAL: "code --wait" }, "code --wait -g '/a b:3'"],
  [{ EDITOR: "/usr/bin/hx" }, "/usr/bin/hx '/a b:3'"],
])("opens a file at a line with %o", (env, line) => {
  expect(openAt({ env }, "/a b", 3)).toBe(line);
});

it("takes a line out of an .envrc only where it says nothing else", async () => {
  const scene = await healthy();
  scene.program("direnv", "exit 0");
  const file = scene.write(".envrc", "use flake\nexport GOROOT=/usr/local/go # old\nexport A=b\n");
  const [alone] = await remedies(scene, "envrc-goroot");
  execFileSync("sh", ["-c", alone?.fix ?? ""], { env: scene.context().env });
  expect(readFileSync(file, "utf8")).toBe("use flake\nexport A=b\n");
  for (const line of [
    "export GOROOT=/usr/local/go GOPATH=/go",
    "export GOROOT=$(go1.20 env GOROOT)",
    "export GOROOT=/usr/local/go; PATH_add bin",
  ]) {
    scene.write(".envrc", `${line}\n`);
    const [shared] = await remedies(scene, "envrc-goroot");
    expect(shared?.fix).toMatch(/^vi \+1 '.*\.envrc' && direnv allow /);
  }
});

it("takes a folder out of an .envrc's PATH only where its line has no other", async () => {
  const scene = await healthy();
  scene.go(join(scene.home, "sdk"), "1.20.1");
  const lines: readonly (readonly [text: string, fix: RegExp])[] = [
    ['PATH_add "$HOME/sdk/bin"', /^sed -i\.bak 1d /],
    ["export PATH=$HOME/sdk/bin:$PATH # ours", /^sed -i\.bak 1d /],
    ["export PATH=$HOME/sdk/bin:$HOME/bin:$PATH", /^vi \+1 /],
    ["PATH_add $HOME/sdk/bin bin", /^vi \+1 /],
    ["PATH_add $HOME/sdk/bin && use flake", /^vi \+1 /],
  ];
  for (const [text, fix] of lines) {
    scene.write(".envrc", `${text}\n`);
    expect(await remedies(scene, "envrc-path"), text).toMatchObject([{ fix: expect.stringMatching(fix) }]);
  }
});

it("opens the profile that sets what new shells alone have", async () => {
  const scene = await healthy();
  const file = scene.write(join(scene.home, ".bashrc"), "# mine\nexport GOFLAGS=-ldflags=-s\n");
  expect(await remedies(scene, "goflags-strip")).toEqual([
    { fix: `vi +2 '${file}'`, help: "take out that line" },
  ]);
});

it("says with an entry of GOPROXY that fails where the list is set, and what its failure says", async () => {
  const scene = await healthy();
  const list = "http://127.0.0.1:1,http://127.0.0.1:2";
  scene.env["GOPROXY"] = list;
  const file = scene.write(join(scene.home, ".bashrc"), `export GOPROXY=${list}\n`);
  const [first] = await remedies(scene, "goproxy-reachable");
  expect(first?.fix).toBe("export GOPROXY='http://127.0.0.1:1|http://127.0.0.1:2'");
  expect(first?.help).toMatch(`and change line 1 of ${file}: vi +1 '${file}'; check the network`);
});

it("doesn't freeze what a shell makes up anew each time", async () => {
  const scene = await healthy();
  const set = async (value: string): Promise<{ fix: string; help: string }[]> => {
    scene.write(join(scene.home, ".bashrc"), `export GOCACHE=${value}\n`);
    return remedies(scene, "starts-differ");
  };
  expect(await set("/var/tmp/cache")).toEqual([
    {
      fix: "go env -w GOCACHE=/var/tmp/cache",
      help: expect.stringMatching(/^and take .*\.bashrc, line 1 out of the start-up files: vi \+1 /),
    },
  ]);
  for (const value of ["/tmp/cache-$$", '"$(mktemp -d)"', "`mktemp -d`"])
    expect(await set(value)).toEqual([
      {
        fix: `vi +1 '${join(scene.home, ".bashrc")}'`,
        help: expect.stringContaining("go env -w GOCACHE=VALUE"),
      },
    ]);
});

it.skipIf(realGo === undefined)("takes out of Go's env file what go env -u refuses or stops at", async () => {
  const scene = await healthy();
  const file = join(scene.home, ".config/go/env");
  for (const [id, line] of [
    ["gopath-path", "GOPATH=work"],
    ["gopath-path", "GOPATH=~/work"],
    ["gopath-path", "GOPATH=/var:work"],
    ["goenv-frozen", "GOPATH=work"],
    ["goenv-frozen", "GOTOOLCHAIN=bogus"],
    ["goenv-frozen", "GODEBUG=madvdontneed=1"],
    ["goenv-frozen", "GOWORK=off"],
    ["goenv-frozen", "GOTELEMETRY=off"],
    ["goenv-frozen", "GOFLAGS=mod=mod"],
    ["goenv-frozen", "GOTOOLCHAIN=local"],
  ] as const) {
    scene.write(file, `${line}\nCC=cc\n`);
    const [{ fix } = { fix: "" }] = await remedies(scene, id);
    const env = { ...scene.context().env, PATH: process.env["PATH"] };
    execFileSync("sh", ["-c", fix], { env, stdio: "pipe" });
    const left = readFileSync(file, "utf8");
    expect([line, fix, left]).toEqual([
      line,
      fix,
      expect.stringMatching(/^(?:GOPATH=\/.*\n)?CC=cc\n(?:GOPATH=\/.*\n)?$/),
    ]);
  }
});

it.skipIf(realGo === undefined)("takes out of a go.work what is gone, however it is written", async () => {
  const scene = await healthy();
  scene.write("a/go.mod", "module example.com/a\n\ngo 1.21\n");
  for (const use of ["./gone", "./gone/", '"../no pe"', `${scene.project}/gone`]) {
    const file = scene.write("go.work", `go 1.21\n\nuse ./a\n\nuse ${use}\n`);
    const [{ fix } = { fix: "" }] = await remedies(scene, "go-work-dead-use");
    const env = { ...scene.context().env, PATH: process.env["PATH"], GOTOOLCHAIN: "local" };
    execFileSync("sh", ["-c", fix], { env, stdio: "pipe" });
    expect([use, readFileSync(file, "utf8")]).toEqual([use, "go 1.21\n\nuse ./a\n"]);
  }
});

it("tells nobody to remove the go that runs here", async () => {
  const scene = await healthy();
  scene.path.push(join(scene.go(join(scene.home, ".asdf/installs/golang/1.20.1/go"), "1.20.1"), "bin"));
  const [behind] = await remedies(scene, "other-go");
  expect(behind?.fix).toMatch(/asdf uninstall/);
  scene.write(join(scene.root, "version"), "system\n");
  expect(await remedies(scene, "other-go")).toEqual([
    {
      fix: "gv install latest && gv global latest",
      help: expect.stringMatching(/^it is the go that runs here; .*asdf uninstall/),
    },
  ]);
});

it("makes up no host from a word for nothing", async () => {
  const scene = await healthy();
  scene.env["GOPROXY"] = "none";
  expect(await remedies(scene, "goproxy-list")).toEqual([
    { fix: "unset GOPROXY", help: expect.stringContaining("the word is direct") },
  ]);
  scene.env["GOPROXY"] = undefined;
  scene.write(join(scene.home, ".config/go/env"), "GOPROXY=\n");
  expect(await remedies(scene, "goproxy-list")).toMatchObject([{ fix: "go env -u GOPROXY" }]);
});

it("reads a shell's values whole", async () => {
  const scene = await healthy();
  const lines: readonly (readonly [text: string, name: string, value: string])[] = [
    ['export GOFLAGS="$(cat "$HOME/flags file")" A=1', "GOFLAGS", '"$(cat "$HOME/flags file")"'],
    ["GOCACHE=$(mktemp -d /tmp/x.XXX); B=2", "GOCACHE", "$(mktemp -d /tmp/x.XXX)"],
    ["GOPROXY=`cat /etc/proxy | head -1`", "GOPROXY", "`cat /etc/proxy | head -1`"],
    ["typeset -U path; path=(~/bin $path /x)", "path", "(~/bin $path /x)"],
    ["fpath=(", "fpath", "( /a $fpath )"],
    ["  /a", "", ""],
    ["  $fpath", "", ""],
    [")", "", ""],
    ["export GOBIN=$(echo $(echo /a))/bin", "GOBIN", "$(echo $(echo /a))/bin"],
  ];
  const file = scene.write(join(scene.home, ".zshrc"), lines.map(([text]) => `${text}\n`).join(""));
  const found = assignments(new Machine(scene.context())).filter((one) => one.file === file);
  for (const [i, [, name, value]] of lines.entries())
    if (name !== "") expect(found).toContainEqual(expect.objectContaining({ name, value, line: i + 1 }));
});
