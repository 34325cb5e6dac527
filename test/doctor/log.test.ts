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
    "fish: Unknown command: go",
    "sh: 1: go: not found",
    "make: go: No such file or directory",
    "make: go: Command not found",
    "/usr/bin/env: ‘go’: No such file or directory",
  ],
  "tool-not-on-path": [
    "zsh: command not found: gopls",
    "bash: golangci-lint: command not found",
    'exec: "dlv": executable file not found in $PATH',
    'The "gopls" command is not available. Run "go install -v golang.org/x/tools/gopls@latest" to install.',
  ],
  "goexperiment-unknown": ["go: unknown GOEXPERIMENT loopvar"],
  "gotoolchain-invalid": ['go: invalid GOTOOLCHAIN "go1.22.5+atuo"'],
  "gotoolchain-path": ['go: cannot find "go1.22.5" in PATH'],
  "gopath-path": [
    'go: GOPATH entry is relative; must be absolute path: "work".',
    "go: GOPATH entry cannot start with shell metacharacter '~': \"~/go\"",
  ],
  "gobin-path": ["cannot install, GOBIN must be an absolute path"],
  "gopath-in-goroot": ["warning: GOPATH set to GOROOT (/usr/local/go) has no effect"],
  "gopath-go-mod": ["$GOPATH/go.mod exists but should not"],
  goflags: ['go: parsing $GOFLAGS: non-flag "mod=mod"', "go: parsing $GOFLAGS: unknown flag -w'"],
  "no-home": [
    "build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined",
    "go: module cache not found: neither GOMODCACHE nor GOPATH is set",
  ],
  "cache-denied": [
    "failed to initialize build cache at /.cache/go-build: mkdir /.cache: permission denied",
    "go: could not create module cache: mkdir /go/pkg: permission denied",
    "open /root/.cache/go-build/00/00ab-d: permission denied",
  ],
  gocacheprog: [
    'go: error starting GOCACHEPROG program "/opt/cacher": fork/exec /opt/cacher: no such file or directory',
  ],
  "gotmpdir-gone": ["go: creating work dir: stat /var/tmp/gone: no such file or directory"],
  "target-pair": [
    "go: unsupported GOOS/GOARCH pair darwin/386",
    "go: invalid GOAMD64: must be v1, v2, v3, v4",
  ],
  "goroot-gone": ["go: cannot find GOROOT directory: /usr/local/go1.20", 'go: no such tool "compile"'],
  "module-needs-newer-go": [
    "go: golang.org/x/tools/gopls@v0.20.0 requires go >= 1.24.2 (running go 1.22.5; GOTOOLCHAIN=local)",
  ],
  "go-work-old": [
    "go: module ./b listed in go.work file requires go >= 1.23, but go.work lists go 1.21; to update it:",
  ],
  "std-too-young": [
    "main.go:4:2: package log/slog is not in GOROOT (/usr/lib/go/src/log/slog)",
    "main.go:4:2: package slices is not in std (/usr/lib/go/src/slices)",
  ],
  "go-sum-missing": [
    "missing go.sum entry for module providing package golang.org/x/text/language; to add:",
    "go: updates to go.mod needed; to update it:",
  ],
  "http-proxy": [
    'Get "https://goproxy.cn/x": proxyconnect tcp: dial tcp 127.0.0.1:7890: connect: connection refused',
  ],
  "goproxy-off": [
    "module lookup disabled by GOPROXY=off",
    "GOPROXY list is not the empty string, but contains no entries",
  ],
  "git-credentials": [
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    "git@github.com: Permission denied (publickey).",
  ],
  "git-missing": ['exec: "git": executable file not found in $PATH'],
  "vcs-status": [
    "error obtaining VCS status: exit status 128",
    "fatal: detected dubious ownership in repository at '/workspaces/x'",
  ],
  "modules-off": [
    'main.go:4:2: cannot find package "github.com/pkg/errors" in any of:',
    "go: modules disabled by GO111MODULE=off; see 'go help modules'",
  ],
  "install-version": ["go: 'go install' requires a version when current directory is not in a module"],
  "gopls-workspace": [
    "No active builds contain /x/a.go: consider opening a new workspace folder containing it",
  ],
  "race-needs-cgo": ["go: -race requires cgo; enable cgo by setting CGO_ENABLED=1", "go: -race requires cgo"],
  "files-excluded": [
    "package example.com/x: build constraints exclude all Go files in /x",
    "Binary was compiled with 'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub",
  ],
  "processor-too-old": [
    "This program can only be run on AMD64 processors with v3 microarchitecture support.",
  ],
  "tool-built-with-older-go": [
    "Error: can't load config: the Go language version (go1.23) used to build golangci-lint is lower than the targeted Go version (1.24)",
    "a.go:1:1: package requires newer Go version go1.24 (application built with go1.23)",
    'internal error: package "bufio" without types was imported from "example.com/x"',
  ],
  "x-tools-old": ["tokeninternal.go:64:9: invalid array length -delta * delta (constant -256 of type int64)"],
  "linkname-refused": ["link: golang.org/x/net/internal/socket: invalid reference to syscall.recvmsg"],
  "c-header-missing": [
    "sqlite3.c:1:10: fatal error: stdlib.h: No such file or directory",
    "x.go:4:10: fatal error: 'sqlite3.h' file not found",
  ],
  "c-architecture": ["gcc: error: unrecognized command-line option ‘-m64’"],
  "glibc-old": ["./x: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by ./x)"],
  "dlv-debugserver": [
    "could not launch process: debugserver or lldb-server not found: install Xcode's command line tools or lldb-server",
  ],
  "dlv-no-program": ["could not launch process: not an executable file"],
  "too-many-files": ["open /src/a.go: too many open files"],
  "wrong-version-object": ['compile: version "go1.21.5" does not match go tool version "go1.22.1"'],
  "go-too-old": [
    "go: go.mod requires go >= 1.23.4 (running go 1.22.5; GOTOOLCHAIN=local)",
    "note: module requires Go 1.21",
    "go.mod:3: invalid go version '1.21.0': must match format 1.23",
    "go: go.work requires go >= 1.25.0 (running go 1.24.1; GOTOOLCHAIN=local)",
    "go.mod:5: unknown directive: toolchain",
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
  "x509-date": [
    "x509: “goproxy.cn” certificate is expired",
    "x509: certificate has expired or is not yet valid: current time 2026-11-21",
  ],
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
  "module-unknown": [
    "git.corp/x@v1.0.0: reading https://sum.golang.org/lookup/git.corp/x@v1.0.0: 404 Not Found",
    "go: a/b@v9: reading a/b: 410 Gone",
    'unrecognized import path "corp/x"',
  ],
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
    "bash: ./x: cannot execute: required file not found",
  ],
  "fork-exec-denied": ["fork/exec /tmp/go-build1/b001/exe/main: permission denied"],
  "dlv-symbols": ["could not launch process: failed to load symbols", "could not open debug info"],
  "dlv-version": [
    "Version of Delve is too old for Go version go1.27.1 (maximum supported version 1.26, suppress this error with --check-go-version=false)",
    "Version of Delve is too old for this version of Go (maximum supported version 1.22)",
  ],
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

it("gives lines to type, and words apart from them", () => {
  for (const { id, fix = "" } of causes)
    expect([id, fix]).not.toEqual([id, expect.stringMatching(/ {3}|\n|: | [(]/)]);
});

it("tells nothing of what it doesn't know", () => {
  for (const line of ["zsh: command not found: google-chrome", 'go: warning: "./..." matched no packages'])
    expect(causesIn(line)).toEqual([]);
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
