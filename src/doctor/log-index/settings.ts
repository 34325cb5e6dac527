/** Errors of a go that isn't found, or that stops at its own settings before it does anything. */
import type { Cause } from "./cause.ts";

/** What shells, env and make say of a program that isn't on PATH. */
function notFound(names: string): RegExp {
  const name = `(?:${names})(?![\\w.-])`;
  return new RegExp(
    [
      `exec: "${name}": (?:executable file )?not found`,
      `(?:^|[\\s:/])${name}: (?:[Cc]ommand )?not found`,
      `command not found: ${name}`,
      `[Uu]nknown command:? '?${name}`,
      `make(?:\\[\\d+\\])?: ${name}: No such file`,
      `env: [‘'"]?${name}['’"]?: No such file`,
    ].join("|"),
  );
}

const toolNames = "gopls|dlv|dlv-dap|golangci-lint|staticcheck|goimports|gotests|gomodifytags|impl|goplay";

export const settingCauses: readonly Cause[] = [
  {
    id: "go-not-on-path",
    text: new RegExp(`${notFound("go|gofmt").source}|Failed to find the "go" binary`),
    cause: "the program that wrote this has no go on its PATH: it was started without your profile",
    fix: "gv setup",
    help: "then start that program anew; for what the desktop starts: gv setup --gui",
    checks: ["shims-on-path", "path-dead-link"],
  },
  {
    id: "tool-not-on-path",
    text: new RegExp(`${notFound(toolNames).source}|The "(?:${toolNames})" command is not available`),
    cause: "that tool isn't installed for the Go that applies, or lies in a folder that PATH hasn't",
    fix: "gv tools install gopls",
    help: "or another one: gv tools install dlv; where go install has built it: gv rehash",
    checks: ["gobin-on-path", "path-dead-link", "tool-missing"],
  },
  {
    id: "goroot-gone",
    text: /cannot find GOROOT directory: (\S+)|go: GOROOT=(\S+) .*not (?:found|exist)|go: no such tool "(?!covdata")\w+"/,
    cause:
      "GOROOT names a folder that is no Go, or no longer one: a variable, or a line that go env -w wrote",
    fix: "unset GOROOT; gv doctor goroot-frozen --fix",
    help: "go env -u GOROOT stops there, too; gv doctor goroot-gone   finds the line that sets the variable",
    checks: ["goroot-gone", "goroot-frozen"],
  },
  {
    id: "wrong-version-object",
    text: /compile: version "([^"]+)" does not match go tool version "([^"]+)"|does not match go tool version/,
    cause: "GOROOT is of another Go than the go command that runs: its compile is not that one's",
    fix: "unset GOROOT",
    checks: ["goroot-version", "shims-first"],
  },
  {
    id: "goexperiment-unknown",
    text: /unknown GOEXPERIMENT \S+/,
    cause:
      "GOEXPERIMENT asks for an experiment of an older or a newer Go: each one stops at what it doesn't know",
    fix: "unset GOEXPERIMENT; go env -u GOEXPERIMENT",
    checks: ["goexperiment-known"],
  },
  {
    id: "gotoolchain-invalid",
    text: /invalid GOTOOLCHAIN "/,
    cause: "GOTOOLCHAIN is no toolchain's name: every go command stops at it, go env -u too",
    fix: "unset GOTOOLCHAIN; go env -w GOTOOLCHAIN=",
    checks: ["gotoolchain-invalid"],
  },
  {
    id: "gotoolchain-path",
    text: /cannot find "go1[^"]*" in PATH/,
    cause: "GOTOOLCHAIN has go look for that toolchain on PATH alone, and it isn't there",
    fix: "gv install go.mod",
    help: "the shims have each installed version by that name; for another one: gv install VERSION",
    checks: ["shims-on-path"],
  },
  {
    id: "gopath-path",
    text: /GOPATH entry (?:is relative|cannot start with shell metacharacter)/,
    cause: "GOPATH has a relative path, or a ~ that no shell has expanded: go stops at it, go env -u too",
    fix: "unset GOPATH",
    help: "where that doesn't help it stands in Go's env file: gv doctor gopath-path   has the line",
    checks: ["gopath-path"],
  },
  {
    id: "gobin-path",
    text: /cannot install, GOBIN must be an absolute path|GOBIN entry is relative/,
    cause: "GOBIN is a relative path, or has a ~ that no shell has expanded",
    fix: "unset GOBIN; go env -u GOBIN",
    checks: ["gobin-path"],
  },
  {
    id: "gopath-in-goroot",
    text: /GOPATH set to GOROOT/,
    cause: "GOPATH is the folder of Go itself, which counts as none",
    fix: "unset GOPATH; go env -u GOPATH",
    checks: ["gopath-in-goroot"],
  },
  {
    id: "gopath-go-mod",
    text: /\$GOPATH\/go\.mod exists but should not/,
    cause: "a go.mod lies in GOPATH itself, by a go mod init in the wrong folder: go refuses to work with it",
    fix: 'mv "$(go env GOPATH)/go.mod" "$(go env GOPATH)/go.mod.bak"',
    help: "a project has a folder of its own, outside of GOPATH",
    checks: [],
  },
  {
    id: "goflags",
    text: /parsing \$GOFLAGS: /,
    cause: "GOFLAGS has a word that is no flag of go's; a quote counts around a whole flag alone",
    fix: "unset GOFLAGS; go env -u GOFLAGS",
    help: `with a space in it a flag is written so: GOFLAGS='"-ldflags=-s -w"'`,
    checks: ["goflags-words"],
  },
  {
    id: "no-home",
    text: /build cache is required, but could not be located|neither GOMODCACHE nor GOPATH is set|missing \$GOPATH/,
    cause:
      "go was started without HOME, as services, cron and containers do it, and knows no folder for its caches",
    fix: "export GOCACHE=/var/tmp/go-build GOPATH=/var/tmp/go",
    help: "or set HOME where it is started: Environment=HOME=... in a unit of systemd",
    checks: ["cache-path"],
  },
  {
    id: "cache-denied",
    text: /(?:failed to initialize build cache at|could not create module cache).*(?:permission denied|read-only file system)|\/(?:go-build|pkg\/mod)(?:\/\S*)?: (?:permission denied|read-only file system)/,
    cause:
      "the caches are another user's (a sudo, a volume of a container), or on a disk that can't be written",
    fix: 'sudo chown -R "$(id -un)" "$(go env GOCACHE)" "$(go env GOMODCACHE)"',
    help: "on a read-only disk: export GOCACHE=/tmp/go-build GOMODCACHE=/tmp/go-mod",
    checks: ["cache-not-writable", "cache-of-another-user"],
  },
  {
    id: "gocacheprog",
    text: /GOCACHEPROG program/,
    cause: "GOCACHEPROG names a program that keeps what is built, and it isn't there or ends at once",
    fix: "unset GOCACHEPROG; go env -u GOCACHEPROG",
    checks: ["gocacheprog-gone"],
  },
  {
    id: "gotmpdir-gone",
    text: /creating work dir: stat .*no such file/,
    cause: "the folder for what go builds meanwhile isn't there: GOTMPDIR, or TMPDIR",
    fix: 'mkdir -p "$(go env GOTMPDIR)"',
    help: "or: go env -u GOTMPDIR; unset GOTMPDIR TMPDIR",
    checks: ["gotmpdir-gone"],
  },
  {
    id: "target-pair",
    text: /unsupported GOOS\/GOARCH pair|invalid GO(?:386|AMD64|ARM|ARM64|MIPS|MIPS64|PPC64|RISCV64|WASM)\b/,
    cause: "GOOS, GOARCH or one such as GOAMD64 says what this Go builds for nobody",
    fix: "unset GOOS GOARCH; go env -u GOOS GOARCH",
    help: "go tool dist list   has all pairs",
    checks: ["target-pair", "goarm-range"],
  },
];
