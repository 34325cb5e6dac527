/**
 * From the text of an error to its cause: what people paste, each row with why it happens and the line to type. Pure.
 *
 * The texts are those of the go command, dlv, gopls, the shells and the linkers, as they print them.
 */

/** One text, and what it means. */
export interface Cause {
  /** Stable, as the ids of checks are. */
  readonly id: string;
  readonly text: RegExp;
  /** What has happened. */
  readonly cause: string;
  /** The line to type, and only that; undefined where there is none. */
  readonly fix?: string;
  /** In words: what comes after it, or what else would mend it. */
  readonly help?: string;
  /** The checks that look for it on this machine. */
  readonly checks: readonly string[];
}

/** Where a cause was found. */
export interface Match {
  readonly cause: Cause;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The first that fits a line is its cause: the narrow ones come first. */
export const causes: readonly Cause[] = [
  {
    id: "go-not-on-path",
    text: /exec: "(go|gofmt|gopls|dlv)": (?:executable file )?not found|(\S+): (?:line \d+: )?(?:go: (?:command )?not found|command not found: go)|unknown command: go|Failed to find the "go" binary/,
    cause: "the program that wrote this has no go on its PATH: it was started without your profile",
    fix: "gv setup",
    help: "then start that program anew; for what the desktop starts: gv setup --gui",
    checks: ["shims-on-path", "path-dead-link"],
  },
  {
    id: "goroot-gone",
    text: /cannot find GOROOT directory: (\S+)|go: GOROOT=(\S+) .*not (?:found|exist)|go: no such tool "(\w+)"/,
    cause:
      "GOROOT names a folder that is no Go, or no longer one: a variable, or a line that go env -w wrote",
    fix: "unset GOROOT; go env -u GOROOT",
    help: "and: gv doctor",
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
    id: "go-too-old",
    text: /go\.mod requires go >= (\S+) \(running go ([\w.]+)|requires go1?\.?\d.* but (?:go|Go) ?\S+ is (?:installed|running)|note: module requires Go ([\d.]+)|invalid go version '([^']+)': must match format/,
    cause:
      "go.mod asks for a newer Go than the one that runs, and GOTOOLCHAIN or its age keeps it from switching",
    fix: "gv install go.mod && gv use go.mod",
    checks: ["gotoolchain-local"],
  },
  {
    id: "toolchain-not-available",
    text: /download (go[\d.a-z]+) for (\S+): toolchain not available|golang\.org\/toolchain@\S+: (?:reading|Get) .*40[34]/,
    cause: "no entry of GOPROXY serves that toolchain for this platform",
    fix: "gv list-remote",
    help: "shows what can be had; gv doctor goproxy-toolchains",
    checks: ["goproxy-toolchains"],
  },
  {
    id: "wrong-architecture",
    text: /exec format error|bad CPU type in executable|cannot execute binary file/i,
    cause:
      "a program of another processor or system was started: a build with GOOS or GOARCH set, or a copy from another machine",
    fix: "file $(command -v PROGRAM)",
    help: "then: go env -u GOOS; go env -u GOARCH; build it again",
    checks: ["go-architecture", "tool-architecture", "target-other"],
  },
  {
    id: "x509-unknown",
    text: /x509: certificate signed by unknown authority|unable to get local issuer certificate|SELF_SIGNED_CERT_IN_CHAIN/,
    cause: "a proxy in between shows a certificate of its own authority, which this program doesn't know",
    fix: "export SSL_CERT_FILE=/path/to/ca.pem (go) and NODE_EXTRA_CA_CERTS=/path/to/ca.pem (gv)",
    checks: ["goproxy-reachable"],
  },
  {
    id: "x509-date",
    text: /x509: certificate has expired or is not yet valid/,
    cause: "the server's certificate has run out, or this machine's clock is wrong",
    fix: "date",
    help: "and, where that is right, another entry: gv setup --proxy cn",
    checks: ["goproxy-reachable"],
  },
  {
    id: "x509-name",
    text: /x509: certificate (?:relies on legacy Common Name|is valid for ([^,]+), not)/,
    cause:
      "the server shows a certificate of another name: something in between answers, or it is an old one",
    fix: "gv doctor goproxy-reachable",
    help: "names its subject",
    checks: ["goproxy-reachable"],
  },
  {
    id: "gatekeeper",
    text: /is damaged and can.t be opened|cannot be opened because (?:the developer|Apple) (?:cannot|could not)|"[^"]+" (?:Not Opened|was blocked)/,
    cause:
      "macOS holds back a download: it has the quarantine attribute, or its signature was broken by a change",
    fix: "xattr -d com.apple.quarantine PROGRAM",
    help: "or install it again with gv",
    checks: ["mac-quarantine", "mac-gatekeeper"],
  },
  {
    id: "killed-9",
    text: /(?:^|\s)(?:zsh|bash): (?:killed|Killed: 9)\b|signal: killed/,
    cause: "the system ended the program: on Apple silicon a broken signature, elsewhere no memory left",
    fix: "codesign -v PROGRAM",
    help: "and, where that fails, install it again; else: go build -p 1",
    checks: ["mac-signature"],
  },
  {
    id: "module-path",
    text: /module declares its path as: (\S+)|declares its path as/,
    cause:
      "the module's own name is another than the one it was asked for by: a fork, a renamed repository, or a mirror",
    fix: "go mod edit -replace=ASKED=DECLARED@VERSION",
    help: "or import it by the name that it declares",
    checks: [],
  },
  {
    id: "checksum-mismatch",
    text: /verifying \S+: checksum mismatch|SECURITY ERROR/,
    cause:
      "what was downloaded is not what go.sum or the checksum database recorded: a poisoned cache or mirror, or a moved tag",
    fix: "go clean -modcache",
    help: "and, if it comes again, another mirror: gv setup --proxy LIST",
    checks: ["checksum-database"],
  },
  {
    id: "sumdb-unreachable",
    text: /(?:verifying|reading) \S+.*sum\.golang\.org.*(?:timeout|connection refused|no such host|i\/o)|sum\.golang\.org\/lookup.*dial/,
    cause: "the checksum database can't be reached from here",
    fix: "gv setup --proxy cn",
    help: "which sets GOSUMDB to its address in China, too",
    checks: ["checksum-database"],
  },
  {
    id: "proxy-unreachable",
    text: /(?:proxy\.golang\.org|goproxy\.\w+|storage\.googleapis\.com)\S*.*(?:i\/o timeout|connection refused|connection reset|no such host|TLS handshake timeout)|dial tcp .*(?:i\/o timeout|connection refused)/,
    cause: "an entry of GOPROXY can't be reached from here",
    fix: "gv doctor goproxy-reachable",
    help: "then: gv setup --proxy cn",
    checks: ["goproxy-reachable"],
  },
  {
    id: "module-unknown",
    text: /(?:unrecognized import path|reading \S+: 410 Gone|404 Not Found.*@v|unknown revision)/,
    cause: "no proxy has that module: a private one, a typing mistake, or a tag that is not there",
    fix: "go env -w GOPRIVATE=HOST/PATH",
    help: "for a private one",
    checks: [],
  },
  {
    id: "no-module-here",
    text: /go(?:\.mod)?: (?:cannot find main module|go\.mod file not found)|no required module provides package|is not in (?:GOROOT|std)/,
    cause:
      "the package is of no module that is known here: no go.mod above, a missing require, or several modules without a go.work",
    fix: "go mod tidy",
    help: "or, with several modules: go work init ./a ./b",
    checks: ["modules-without-go-work"],
  },
  {
    id: "vendor-inconsistent",
    text: /inconsistent vendoring|-mod=vendor.*(?:vendor\/modules\.txt|cannot)/,
    cause: "vendor/ is older than go.mod, or GOFLAGS asks for a vendor folder that is not there",
    fix: "go mod vendor",
    help: "or: go env -u GOFLAGS",
    checks: ["goflags-vendor"],
  },
  {
    id: "go-work-missing",
    text: /current directory is contained in a module that is not one of the workspace modules|directory prefix \S+ does not contain (?:modules listed in go\.work|main module)/,
    cause: "a go.work above doesn't list this module",
    fix: "go work use .",
    checks: ["go-work-missing-module"],
  },
  {
    id: "cxx-library",
    text: /library not found for -lc\+\+|cannot find -lc\+\+|ld: library 'c\+\+' not found|cannot find -lstdc\+\+/,
    cause: "the linker has no C++ library: command line tools that are missing or were removed",
    fix: "xcode-select --install",
    help: "on Linux: sudo apt-get install g++",
    checks: ["xcode-tools"],
  },
  {
    id: "no-c-compiler",
    text: /cgo: C compiler "([^"]+)" not found|exec: "(?:gcc|clang|cc)": executable file not found|xcrun: error: invalid active developer path/,
    cause: "cgo wants a C compiler, and there is none, or CC names one that is gone",
    fix: "xcode-select --install",
    help: "on Linux: sudo apt-get install gcc; or build without: CGO_ENABLED=0 go build",
    checks: ["xcode-tools", "cc-frozen"],
  },
  {
    id: "loader-missing",
    text: /(?:error while loading shared libraries|ld-linux\S*: No such file|(?:fork\/exec|exec) \S+: no such file or directory)/,
    cause:
      "the file is there and its loader or a library isn't: a glibc program on musl, or a link that leads nowhere",
    fix: "ldd PROGRAM",
    help: "and build it here, or static: CGO_ENABLED=0 go build",
    checks: ["loader-missing", "path-dead-link"],
  },
  {
    id: "fork-exec-denied",
    text: /fork\/exec \S+: (?:permission denied|operation not permitted)|(?:bash|zsh|sh): \S+: Permission denied/,
    cause: "the file lacks the x bit, lies on a file system mounted noexec, or macOS or SELinux forbids it",
    fix: "chmod +x PROGRAM",
    help: "where go run fails: export GOTMPDIR=$HOME/tmp",
    checks: ["mount-noexec", "tool-not-executable", "security-module"],
  },
  {
    id: "dlv-symbols",
    text: /failed to load symbols|could not open debug info|debug_info: no (?:DWARF|debug)|no debug (?:info|symbols) found/i,
    cause:
      "the program was built without debug information (-ldflags=-s -w, or stripped), so dlv sees nothing",
    fix: "go build -gcflags='all=-N -l' .",
    help: "without -s -w; go env -u GOFLAGS where it stands there",
    checks: ["goflags-strip"],
  },
  {
    id: "dlv-version",
    text: /Version of Delve is too old for this version of Go|Go version (\S+) is too old for this version of Delve|undefined behavior - version of Delve is too old/,
    cause: "dlv and Go are too far apart: each dlv knows a range of Go versions",
    fix: "gv tools install dlv",
    help: "builds one that fits the Go that applies here",
    checks: ["dlv-range"],
  },
  {
    id: "dlv-launch",
    text: /could not launch process: ([^\n]+)|could not attach to pid/,
    cause:
      "the system doesn't let dlv control a process: no signature or developer mode (macOS), ptrace_scope (Linux), another architecture, or no program there",
    fix: "macOS: sudo DevToolsSecurity -enable; Linux: sudo sysctl kernel.yama.ptrace_scope=0; then gv doctor",
    checks: ["ptrace-scope", "dlv-developer-mode", "debug-architectures"],
  },
  {
    id: "gopls-old",
    text: /gopls.*(?:requires at least|was (?:built|compiled) with an older)|(?:This|this) version of gopls|packages\.Load error.*go list.*(?:unsupported|version)/,
    cause: "gopls was built for another Go than the one that it serves",
    fix: "gv tools install gopls",
    help: "then restart the language server",
    checks: ["gopls-too-old", "gopls-too-new"],
  },
  {
    id: "no-space",
    text: /no space left on device|disk quota exceeded/i,
    cause: "a disk is full: the build cache and old versions take most",
    fix: "gv prune --dry-run; go clean -cache",
    checks: ["cache-full"],
  },
  {
    id: "privacy",
    text: /open \S*\/(?:Desktop|Documents|Downloads)\S*: operation not permitted/,
    cause: "macOS keeps that folder from the program: its terminal or editor has no leave",
    help: "System Settings > Privacy & Security > Files and Folders: allow that program; or move the project",
    checks: ["mac-privacy"],
  },
  {
    id: "gv-not-installed",
    text: /gv: Go (\S+) is not installed/,
    cause: "a version file asks for a Go that is not installed here",
    fix: "gv install",
    checks: ["global-installed"],
  },
];

/** Every line of a log that tells a cause, each cause once, in the order of the log. */
export function causesIn(log: string): Match[] {
  const seen = new Set<string>();
  return log.split("\n").flatMap((line, i): Match[] => {
    for (const cause of causes) {
      const match = cause.text.exec(line);
      if (!match) continue;
      if (seen.has(cause.id)) return [];
      seen.add(cause.id);
      return [{ cause, line: i + 1, text: line.trim().slice(0, 300) }];
    }
    return [];
  });
}
