/**
 * Real go commands under gv's shims: what they make of go.mod and GOTOOLCHAIN, that they find what gv has
 * installed without a download, and that what a switched one starts stays on its version.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { goEnvironment, online, patience } from "../support/online.ts";
import { hostFolder, hostName } from "../support/scene.ts";
import { writeProgram, writeTree } from "../support/shell.ts";
import { itself, others, switchingCases } from "../switching.cases.ts";

const [older, newer] = ["1.26.8", "1.27.1"];
const says = (version: string) => `go version go${version} ${hostName}\n`;

it("the table of cases is what Go 1.26.8 does", { timeout: patience }, async (test) => {
  const box = await online(test);
  expect((await box.gv(["install", "-q", older])).code).toBe(0);
  const go = join(box.root, "versions", hostFolder, older, "bin/go");
  const programs = join(box.home, "others");
  for (const name of others) writeProgram(join(programs, name), `#!/bin/sh\necho "${name} $*"\n`);
  let at = 0;
  for (const [about, rows] of Object.entries(switchingCases))
    for (const { name, files = {}, env = {}, goEnv, runs, refuses = false } of rows) {
      const top = join(box.home, `case ${(at += 1)}`);
      writeTree(top, { "p/": "", ...files, ...(goEnv === undefined ? {} : { env: goEnv }) });
      const given = Object.entries(env).map(([key, value]) => [key, value.replace("<top>", top)] as const);
      const settings = { ...goEnvironment(box), GOPROXY: "off", GOENV: join(top, "env"), GOFLAGS: "" };
      const options = {
        cwd: join(top, "p"),
        env: { ...settings, PATH: programs, ...Object.fromEntries(given) },
      };
      const ran = await box.run(go, ["version"], options);
      const told = ran.stdout === says(itself.slice(2)) ? itself : ran.stdout.split(" ")[0] || ran.stderr;
      const row = `${about}: ${name}`;
      if (typeof runs !== "string") expect(`${row}: ${told}`).toContain(runs.stops);
      else expect(`${row}: ${told}`).toBe(`${row}: ${runs}`);
      if (runs !== itself || !("p/go.mod" in files)) continue;
      // Whatever it has to build it reads go.mod for first.
      const { stderr } = await box.run(go, ["list", "-m"], options);
      expect(`${row}: ${/requires go >=/.test(stderr)}`).toBe(`${row}: ${refuses}`);
    }
});

/** Runs go by PATH and by its shim's path; says what both are. */
const teller = `package main

import (
	"os"
	"os/exec"
)

func main() {
	for _, name := range []string{"go", os.Getenv("SHIM")} {
		command := exec.Command(name, "version")
		command.Stdout, command.Stderr = os.Stdout, os.Stderr
		if err := command.Run(); err != nil {
			panic(err)
		}
	}
}
`;

const tellerTest = `package main

import "testing"

func TestIt(t *testing.T) { main() }
`;

/** What `go vet -vettool` runs: https://pkg.go.dev/golang.org/x/tools/go/analysis/unitchecker has the protocol. */
const vetTool = `#!/bin/sh
case $1 in
-V=full) echo "vettool version 1" ;;
-flags) echo "[]" ;;
*) go version >>"$LOG" && "$SHIM" version >>"$LOG" ;;
esac
`;

it(
  "a go.mod that asks for an installed version switches to gv's copy, and what that one starts stays on it",
  { timeout: patience },
  async (test) => {
    const box = await online(test);
    expect((await box.gv(["install", "-q", older, newer])).code).toBe(0);
    writeTree(box.project, {
      ".go-version": `${older}\n`,
      "go.mod": `module example.com/p\n\ngo ${newer}\n`,
      "main.go": `//go:generate go version\n//go:generate $SHIM version\n${teller}`,
      "main_test.go": tellerTest,
      "small/small.go": `package small\n\nimport _ "errors"\n`,
    });
    const shim = join(box.root, "shims/go");
    const vet = writeProgram(join(box.home, "vettool"), vetTool);
    const log = join(box.home, "vet.log");
    const env = { ...goEnvironment(box), GOPROXY: "off", SHIM: shim, LOG: log };
    const go = async (...words: string[]) => {
      const ran = await box.run(shim, words, { env });
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      return ran.stdout;
    };
    expect(await go("version")).toBe(says(newer));
    expect(await go("env", "GOROOT")).toBe(`${join(box.root, "versions", hostFolder, newer)}\n`);
    const twice = says(newer) + says(newer);
    expect(await go("generate")).toBe(twice);
    expect(await go("run", ".")).toBe(twice);
    expect(await go("test", "-v", ".")).toContain(twice);
    // A vet tool runs in the folder of each package, and in those of the standard library that it needs.
    await go("vet", `-vettool=${vet}`, "./small");
    const runs = readFileSync(log, "utf8");
    expect(runs.length).toBeGreaterThan(2 * twice.length);
    expect(runs.replaceAll(twice, "")).toBe("");
    expect(
      (await box.run(join(box.root, "bin/gv"), ["exec", older, "--", "go", "version"], { env })).stdout,
    ).toBe(says(newer));
    expect(existsSync(join(box.home, "gopath", "pkg/mod/golang.org"))).toBe(false);

    const told = await box.gv(["current", "--explain"], { env });
    expect(told.stdout.split("\n").slice(2)).toEqual([
      `GOTOOLCHAIN  auto, set by ${box.root}/versions/${hostFolder}/${older}/go.env, line 12`,
      `go.mod       ${box.project}/go.mod, line 3: go ${newer}`,
      `runs         go${newer}: by the go line the go command switches to it, installed as ${box.root}/shims/go${newer} (no download)`,
      "",
    ]);

    await box.gv(["config", "set", "strict-pin", "true"]);
    expect(await go("version")).toBe(says(older));
    const refused = await box.run(shim, ["build", "."], { env: { ...env, GOTOOLCHAIN: "auto" } });
    expect(refused.stderr).toContain(`requires go >= ${newer} (running go ${older}; GOTOOLCHAIN=local)`);
    expect((await box.gv(["current", "--explain"], { env })).stdout).toContain(
      `\nruns         go${older}, which refuses to build: go.mod says go ${newer}, and GOTOOLCHAIN=local allows no switch\n`,
    );
  },
);
