/** Errors about versions and modules: what go.mod asks for, what the proxies serve, what is private. */
import type { Cause } from "./cause.ts";

/** Packages that came to Go's own library since 1.16. */
const young =
  "embed|io/fs|testing/fstest|net/netip|debug/buildinfo|crypto/(?:ecdh|mlkem|sha3|hkdf|pbkdf2|hpke|fips140)|" +
  "slices|maps|cmp|log/slog|testing/(?:slogtest|synctest|cryptotest)|math/rand/v2|go/version|iter|unique|structs|weak";

export const moduleCauses: readonly Cause[] = [
  {
    id: "module-needs-newer-go",
    text: /\S+@\S+ requires go >= \S+/,
    cause:
      "that version of a module or tool asks for a newer Go than the one that runs, which may not switch",
    fix: "gv use latest",
    help: "or an older version of it; for a tool that fits the Go here: gv tools install NAME",
    checks: ["gotoolchain-local"],
  },
  {
    id: "go-work-old",
    text: /listed in go\.work file requires go >= /,
    cause: "a module of the go.work asks for a newer Go than the go.work says",
    fix: "go work use",
    checks: ["go-work-below-module"],
  },
  {
    id: "std-too-young",
    text: new RegExp(`package (?:${young}) is not in (?:GOROOT|std)`),
    cause: "the Go that runs is older than that package of its library: the code was written for a newer one",
    fix: "gv use latest",
    help: "or what the go line asks for: gv use go.mod",
    checks: ["shims-first", "pin-below-go-line"],
  },
  {
    id: "go-too-old",
    text: /go\.(?:mod|work) requires go >= (\S+) \(running go ([\w.]+)|requires go1?\.?\d.* but (?:go|Go) ?\S+ is (?:installed|running)|note: module requires Go ([\d.]+)|invalid go version '([^']+)': must match format|unknown directive: (?:toolchain|tool|godebug|ignore)\b/,
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
    id: "x509-unknown",
    text: /x509: certificate signed by unknown authority|certificate is not trusted|unable to get local issuer certificate|SELF_SIGNED_CERT_IN_CHAIN/,
    cause: "a proxy in between shows a certificate of its own authority, which this program doesn't know",
    fix: "export SSL_CERT_FILE=/path/to/ca.pem NODE_EXTRA_CA_CERTS=/path/to/ca.pem",
    help: "the first is for go on Linux, the second for gv; on macOS go asks the keychain alone",
    checks: ["goproxy-reachable"],
  },
  {
    id: "x509-date",
    text: /x509: certificate has expired or is not yet valid|certificate is expired/,
    cause: "the server's certificate has run out, or this machine's clock is wrong",
    fix: "date",
    help: "and, where that is right, another entry: gv setup --proxy cn",
    checks: ["goproxy-reachable"],
  },
  {
    id: "x509-name",
    text: /x509: certificate (?:relies on legacy Common Name|is valid for ([^,]+), not)|certificate name does not match input|doesn't contain any IP SANs/,
    cause:
      "the server shows a certificate of another name: something in between answers, or it is an old one",
    fix: "gv doctor goproxy-reachable",
    help: "names its subject",
    checks: ["goproxy-reachable"],
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
    id: "go-sum-missing",
    text: /missing go\.sum entry|updates to go\.(?:mod|sum) needed/,
    cause: "go.mod and go.sum don't have all that the code needs, and go build changes neither of them",
    fix: "go mod tidy",
    help: "and commit both files; for one package alone: go get PACKAGE",
    checks: [],
  },
  {
    id: "http-proxy",
    text: /proxyconnect tcp/,
    cause: "HTTP_PROXY or HTTPS_PROXY names a proxy that doesn't answer",
    fix: "unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy",
    help: "and take it out of the file that sets it",
    checks: ["proxy-variables"],
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
    text: /(?:proxy\.golang\.org|goproxy\.\w+|storage\.googleapis\.com)\S*.*(?:i\/o timeout|connection refused|connection reset|no such host|TLS handshake timeout|server misbehaving|context deadline exceeded|: (?:unexpected )?EOF$)|dial tcp .*(?:i\/o timeout|connection refused|network is unreachable)/,
    cause: "an entry of GOPROXY can't be reached from here",
    fix: "gv doctor goproxy-reachable",
    help: "then: gv setup --proxy cn",
    checks: ["goproxy-reachable"],
  },
  {
    id: "goproxy-off",
    text: /module lookup disabled by GOPROXY=off|GOPROXY list is not the empty string, but contains no entries/,
    cause: "GOPROXY forbids every download, or names nobody to ask",
    fix: "unset GOPROXY; go env -u GOPROXY",
    checks: ["goproxy-list"],
  },
  {
    id: "git-credentials",
    text: /could not read (?:Username|Password) for|terminal prompts disabled|[Pp]ermission denied \(publickey|Host key verification failed/,
    cause: "the module is in a private repository, and git may not ask for a password where go starts it",
    fix: 'git config --global url."git@HOST:".insteadOf "https://HOST/"',
    help: "with a token instead: a line of ~/.netrc; and: go env -w GOPRIVATE=HOST/PATH",
    checks: [],
  },
  {
    id: "git-missing",
    text: /exec: "(?:git|hg|svn|bzr|fossil)": executable file not found|(?:git|hg) executable not found/,
    cause: "go gets a module from its repository, and the program for that isn't here",
    fix: "sudo apt-get install git",
    help: "on macOS: xcode-select --install; on Alpine: apk add git; or a GOPROXY that serves the module",
    checks: ["goproxy-list"],
  },
  {
    id: "vcs-status",
    text: /error obtaining VCS status|detected dubious ownership/,
    cause:
      "git refuses to look into a repository of another user (a container's volume, a sudo), and go asks it",
    fix: 'git config --global --add safe.directory "$PWD"',
    help: "in the repository's own folder; or, for one build: go build -buildvcs=false",
    checks: [],
  },
  {
    id: "module-unknown",
    text: /(?:unrecognized import path|reading \S+: 4(?:04|10) |404 Not Found.*@v|unknown revision)/,
    cause: "no proxy has that module: a private one, a typing mistake, or a tag that is not there",
    fix: "go env -w GOPRIVATE=HOST/PATH",
    help: "for a private one",
    checks: [],
  },
  {
    id: "modules-off",
    text: /cannot find package "[^"]*" in any of|modules disabled by GO111MODULE=off|in GOPATH mode/,
    cause: "go looks in GOPATH and not in go.mod: GO111MODULE is off, or this Go is older than 1.16",
    fix: "unset GO111MODULE; go env -u GO111MODULE",
    checks: ["go111module"],
  },
  {
    id: "install-version",
    text: /'go install' requires a version when|'go get' is no longer supported outside a module|installing executables with 'go get'/,
    cause:
      "outside of a module go install wants to be told which version, and go get builds nothing any more",
    fix: "go install PACKAGE@latest",
    help: "gopls, dlv and other tools: gv tools install NAME",
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
    text: /current directory is contained in a module that is not one of the workspace modules|directory prefix \S+ does not contain (?:modules listed in go\.work|main module)|which is not included in your workspace/,
    cause: "a go.work above doesn't list this module",
    fix: "go work use .",
    checks: ["go-work-missing-module"],
  },
  {
    id: "gopls-workspace",
    text: /No active builds contain|gopls requires a module at the root|gopls was not able to find modules/,
    cause:
      "gopls has no module for that file: the editor's folder has none, or several without a go.work, or the file is for another GOOS",
    fix: "go work init && go work use -r .",
    help: "or open the module's own folder; for another GOOS: build.env in gopls's settings",
    checks: ["modules-without-go-work", "go-work-missing-module"],
  },
];
