/** gv doctor --log: each error text, as its program prints it, has its cause. */
import { expect, it } from "vitest";

import { checks } from "../../src/checks.ts";
import { causes, causesIn } from "../../src/doctor/log-index.ts";
import { sandbox } from "../support/sandbox.ts";

/** Lines as they were printed, by the id of their cause. */
const lines: Readonly<Record<string, readonly string[]>> = {
  "go-not-on-path": [
    'exec: "go": executable file not found in $PATH',
    "zsh: command not found: go",
    "bash: line 1: go: command not found",
    'Failed to find the "go" binary in either GOROOT() or PATH(/usr/bin:/bin)',
  ],
  "goroot-gone": ["go: cannot find GOROOT directory: /usr/local/go1.20", 'go: no such tool "compile"'],
  "wrong-version-object": ['compile: version "go1.21.5" does not match go tool version "go1.22.1"'],
  "go-too-old": [
    "go: go.mod requires go >= 1.23.4 (running go 1.22.5; GOTOOLCHAIN=local)",
    "note: module requires Go 1.21",
    "go.mod:3: invalid go version '1.21.0': must match format 1.23",
  ],
  "toolchain-not-available": ["go: download go1.99.1 for linux/amd64: toolchain not available"],
  "wrong-architecture": [
    "bash: ./dlv: cannot execute binary file: Exec format error",
    "zsh: bad CPU type in executable: gopls",
    "fork/exec /tmp/go-build1/b001/exe/main: exec format error",
  ],
  "x509-unknown": [
    'Get "https://goproxy.cn/x": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  "x509-date": ["x509: certificate has expired or is not yet valid: current time 2026-11-21"],
  "x509-name": [
    "x509: certificate is valid for *.example.com, not goproxy.cn",
    "x509: certificate relies on legacy Common Name field, use SANs instead",
  ],
  gatekeeper: ["\u201cgo\u201d is damaged and can\u2019t be opened. You should move it to the Trash."],
  "killed-9": ["zsh: killed     dlv debug"],
  "module-path": ["\tmodule declares its path as: github.com/new/name"],
  "checksum-mismatch": ["verifying github.com/a/b@v1.0.0: checksum mismatch", "SECURITY ERROR"],
  "sumdb-unreachable": [
    'verifying a/b@v1: Get "https://sum.golang.org/lookup/a/b@v1": dial tcp 142.250.1.1:443: i/o timeout',
  ],
  "proxy-unreachable": [
    'go: a/b@v1: Get "https://goproxy.cn/a/b/@v/v1.info": dial tcp 142.251.43.17:443: i/o timeout',
  ],
  "module-unknown": ["go: a/b@v9: reading a/b: 410 Gone", 'unrecognized import path "corp/x"'],
  "no-module-here": [
    "go: cannot find main module, but found .git/config in /src",
    "go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
    "main.go:4:2: no required module provides package github.com/a/b; to add it:",
    "main.go:4:2: package foo/bar is not in std (/usr/local/go/src/foo/bar)",
  ],
  "vendor-inconsistent": ["go: inconsistent vendoring in /src:"],
  "go-work-missing": [
    "current directory is contained in a module that is not one of the workspace modules listed in go.work",
  ],
  "cxx-library": ["ld: library not found for -lc++"],
  "no-c-compiler": [
    'cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH',
    "xcrun: error: invalid active developer path (/Library/Developer/CommandLineTools)",
  ],
  "loader-missing": [
    "./dlv: error while loading shared libraries: libc.so.6: cannot open shared object file",
    "fork/exec /root/go/bin/gopls: no such file or directory",
  ],
  "fork-exec-denied": ["fork/exec /tmp/go-build1/b001/exe/main: permission denied"],
  "dlv-symbols": ["could not launch process: failed to load symbols", "could not open debug info"],
  "dlv-version": ["Version of Delve is too old for this version of Go (maximum supported version 1.22)"],
  "dlv-launch": [
    "could not launch process: can not run under Rosetta, check that the installed build of Go is right",
    "could not attach to pid 123: operation not permitted",
  ],
  "gopls-old": ["gopls requires at least Go 1.23 to build"],
  "no-space": ["write /root/.cache/go-build/x: no space left on device"],
  privacy: ["open /Users/someone/Documents/go.mod: operation not permitted"],
  "gv-not-installed": ["gv: Go 1.22.5 is not installed"],
};

it.each(Object.entries(lines))("%s", (id, texts) => {
  for (const text of texts) {
    const [found, ...others] = causesIn(`# main\n${text}\n`);
    expect([found?.cause.id, found?.line, others], text).toEqual([id, 2, []]);
  }
});

it("has a line for each cause, and each names checks that there are", () => {
  expect(causes.map(({ id }) => id).toSorted()).toEqual(Object.keys(lines).toSorted());
  const ids = new Set(checks.map(({ id }) => id));
  expect(causes.flatMap((cause) => cause.checks.filter((check) => !ids.has(check)))).toEqual([]);
});

it("tells nothing of what it doesn't know", () => {
  expect(causesIn("ok  \texample.com/x\t0.1s\n--- FAIL: TestX\nPASS\ngo: downloading a/b v1.0.0\n")).toEqual(
    [],
  );
});

it("reads a file or a pipe", async () => {
  const box = sandbox();
  const file = box.write("log.txt", "# x\nzsh: command not found: go\n");
  const byFile = await box.gv(["doctor", "--log", file]);
  expect(byFile).toMatchObject({ code: 0, stderr: "" });
  expect(byFile.stdout).toContain("line 2: zsh: command not found: go\n  go-not-on-path: ");
  const input = "fork/exec /x: exec format error\n";
  const piped = await box.gv(["doctor", "--log", "-", "--json"], { input });
  expect(JSON.parse(piped.stdout)).toMatchObject([{ line: 1, id: "wrong-architecture" }]);
  expect((await box.gv(["doctor", "--log", "-"], { input: "all is well\n" })).code).toBe(1);
  expect((await box.gv(["doctor", "--log", "nowhere"])).stderr).toContain("can't be read");
});
