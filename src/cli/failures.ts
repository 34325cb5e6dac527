/**
 * Every code of an error for a person who met one: what it means, what to do, and one as gv prints it. The table behind
 * docs/errors.md; read where that is made (scripts/docs.mjs), never when gv runs: there the error says it itself.
 */
import type { ErrorCode } from "../errors.ts";

/** What gv's exit codes mean, in words. */
export const exits: Readonly<Record<number, string>> = {
  0: "done; a warning goes to stderr and changes nothing of it",
  1: "it failed; or what was looked at (`doctor`, `check`, `snapshot check`) is not as it should be",
  2: "what was typed, or a setting, makes no sense; nothing was begun",
  3: "a version or a tool is not installed",
  4: "not proven: what came is not what was published, or nothing says that it is; nothing was installed",
  5: "the network, or what a proxy's owner allows",
  6: "another gv, or another program, is at the same thing",
  127: "from a shim, whatever the code of its error: there is no program to run, as a shell says it",
  130: "interrupted by Ctrl-C (128 and the signal's number)",
};

interface Failure {
  readonly meaning: string;
  readonly remedy: string;
  /** A command line that fails so where 1.22.4 and 1.22.5 for linux/amd64 are all that there is, and none is installed. */
  readonly typed?: string;
  /** The fact, and the lines below it. */
  readonly said: string;
}

export const failures: Readonly<Record<ErrorCode, Failure>> = {
  BAD_ARGUMENT: {
    meaning: "A word or an option that the command doesn't know, or that can't be meant here.",
    remedy: "Type the line that it offers, or read `gv <command> --help`.",
    typed: "gv ide vscod",
    said: 'gv ide knows no "vscod"\ndid you mean vscode?\nit knows vscode, goland, direnv, devcontainer, github',
  },
  BAD_SPEC: {
    meaning: "A word that means no version of Go, typed or in a version file.",
    remedy: "Write it in one of the ways that are named; in a file, in the line that is named.",
    typed: "gv install 1.2.3.4",
    said: '"1.2.3.4" is not a version of Go\nwrite it as 1.22.5, 1.22, latest, oldstable, ^1.22, system, or the name of a linked Go',
  },
  BAD_PLATFORM: {
    meaning: "A word that is no pair of a system and a processor.",
    remedy: "Write GOOS/GOARCH, as `go tool dist list` prints them.",
    typed: "gv install --platform linux 1.22.5",
    said: '"linux" is not a platform\nwrite it as os/arch with Go\'s names, for example --platform linux/arm64',
  },
  BAD_GOPROXY: {
    meaning: "GOPROXY holds what the go command couldn't use, either.",
    remedy: "`go env GOPROXY` shows it; `go env -w GOPROXY=...` sets it.",
    typed: "GOPROXY=nonsense gv list-remote",
    said: 'GOPROXY has an entry that is no address: "nonsense"\nentries are https://, http:// or file:/// addresses, direct or off, between commas or |',
  },
  BAD_GOSUMDB: {
    meaning: "GOSUMDB names a checksum database whose key isn't given, or is none.",
    remedy: "`go env -u GOSUMDB` goes back to Go's own.",
    said: "the key of the checksum database cannot be used\nit is not of the form name+hash+key",
  },
  NO_SPEC: {
    meaning: "No version was named, and nothing here asks for one.",
    remedy: "Name one, or pin one for the directory.",
    typed: "gv install",
    said: "no version is asked for here\nname one: gv install latest\nor pin one for this directory: gv use 1.22",
  },
  NOT_INSTALLED: {
    meaning: "A version, or a linked name, that is asked for is not in gv's root.",
    remedy: "Install it: the error says who asks for it, and the line.",
    typed: "gv verify --platform linux/arm64 1.22.6",
    said: "Go 1.22.6 is not installed for linux/arm64\ngv list   shows what is",
  },
  NO_SUCH_TOOL: {
    meaning: "No installed Go has that tool, or its program can't be started.",
    remedy: "Build it: `gv tools install <name>`; what something else installed is found by `gv rehash`.",
    typed: "gv whence goplz",
    said: "no installed version of Go has goplz\ndid you mean gopls?\ngo install <its package>@latest   builds it; gv rehash finds those that are installed already",
  },
  NO_SYSTEM_GO: {
    meaning: "The system's own Go is asked for, and PATH has none besides gv's shims.",
    remedy: "Choose a version: `gv global latest`.",
    typed: "gv verify system",
    said: "there is no go on PATH besides gv's own\ngv verify /usr/local/go   looks at one that isn't on PATH",
  },
  NO_SUCH_RELEASE: {
    meaning: "Go has no such release, or the proxy's list doesn't have it.",
    remedy: "`gv list-remote` shows what there is.",
    typed: "gv install --platform linux/amd64 1.22.55",
    said: "there is no release 1.22.55 of Go for linux/amd64\ndid you mean 1.22.5?\nnear it: 1.22.4, 1.22.5\ngv list-remote   shows all",
  },
  NO_SUCH_PLATFORM: {
    meaning: "The release is there, and not for that platform.",
    remedy: "Take one of the platforms that are named, or another release.",
    typed: "gv install --platform linux/amd46 latest",
    said: "the list of your GOPROXY has no Go latest for linux/amd46\ndid you mean linux/amd64?\nit has it for linux/amd64\ngv list-remote --all   shows what there is\nto ask go.dev itself: GOPROXY=direct gv install ...",
  },
  UNSUPPORTED_SYSTEM: {
    meaning: "This system can't run that release, or the command has no way to do it here.",
    remedy: "Take the release that is named, or the other way that is.",
    said: "go1.25.0 needs macOS 12 or newer, and this is macOS 11\nthe newest that runs here is 1.24.13:  gv install 1.24.13",
  },
  NOT_PROVEN: {
    meaning:
      "What came, or what is on disk, is not what Go's checksum database recorded; or what should prove it doesn't hold.",
    remedy:
      "Nothing was installed. Name another server; ask who runs this one. `--unproven` is the one way past.",
    said: "https://proxy.example/golang.org/toolchain/@v/v0.0.1-go1.22.5.linux-amd64.zip is not the v0.0.1-go1.22.5.linux-amd64 that sum.golang.org recorded\nrecorded h1:... (record 26464311)\n     got h1:...\nNothing was installed. That server, or something before it, hands out another file: name another one in GOPROXY.",
  },
  BAD_ARCHIVE: {
    meaning: "What came is no archive as Go publishes them: damaged, or made to escape its folder.",
    remedy: "Nothing was installed. Try again, or name another server.",
    said: "the zip is not one that Go publishes: two files have one name\nnothing was installed. The server or something before it sent a damaged file: try again, or name another one in GOPROXY",
  },
  BAD_TOOLCHAIN: {
    meaning:
      "A Go that is proven doesn't run here, or is not what its name says; or is too old for what was asked.",
    remedy:
      "Where it doesn't run: a file system that allows no programs, or another platform. Else take another release.",
    said: "go1.22.5 is proven, but doesn't run here: spawn EACCES\nis /home/me/.gv on a filesystem that allows programs (mount | grep noexec), and is this linux/amd64?",
  },
  NO_SUCH_MODULE: {
    meaning: "No proxy has the module of a tool, or that version of it.",
    remedy: "Look at the path; for a module of your own, at GOPROXY and GOPRIVATE.",
    said: "no proxy of GOPROXY=https://proxy.example has a module with example.com/cmd/tool\nis the path right? where the proxies come from: GOPROXY in the environment",
  },
  NO_FITTING_VERSION: {
    meaning: "Every version of the tool needs a newer Go than the one that should build it.",
    remedy: "Build it with a newer Go (`--go latest`), or name a version behind an @.",
    said: "none of the 3 releases of gopls that GOPROXY lists can be built with Go 1.12.17\nthe oldest, v0.7.0, needs Go 1.13\ngv tools install gopls --go latest   builds it with a newer Go\ngv tools install gopls@v1.2.3   builds a version that you know of",
  },
  BUILD_FAILED: {
    meaning:
      "A tool, or a Go from source, was not built: the go command, make.bash or git failed, or isn't there.",
    remedy: "Why is above, or in the log that is named.",
    said: "Go 1.22.5 can't build golang.org/x/tools/gopls@v0.20.0\nthe go command says why, above",
  },
  NO_CHECKSUM_DATABASE: {
    meaning: "Nobody who was asked serves the checksum database, or all of it: nothing can be proven.",
    remedy: "Name a proxy that serves it, such as goproxy.cn; bring a mirror up to date.",
    said: "the checksum database sum.golang.org can't be reached\nWithout it nothing can be proven, and gv installs nothing unproven.\nGOPROXY=https://goproxy.cn,direct gv install ...   reaches it over a proxy that serves it",
  },
  NETWORK: {
    meaning: "A server can't be reached, broke off, or answers something else than what was asked for.",
    remedy: "Try again; `gv doctor goproxy-reachable proxy-variables` looks at the settings.",
    typed: "GOPROXY=http://127.0.0.1:1 gv list-remote",
    said: "http://127.0.0.1:1/golang.org/toolchain/@v/list: nothing answers there\ncheck the network, HTTPS_PROXY and GOPROXY (go env GOPROXY); gv takes any module proxy, since it proves what it gets",
  },
  PROXY_REFUSED: {
    meaning:
      "The proxy answers 401, 403 or 407: whoever runs it doesn't hand this out, or wants credentials.",
    remedy: "gv doesn't go past a policy: ask them, or name another proxy.",
    said: "https://proxy.example/golang.org/toolchain/@v/v0.0.1-go1.22.5.linux-amd64.zip refuses (403)\nwhoever runs that proxy doesn't hand this out, and gv doesn't go past a policy: ask them to allow golang.org/toolchain, or take another version or proxy",
  },
  PROXY_OFF: {
    meaning: "GOPROXY says `off`, or doesn't reach `direct`: the network is forbidden.",
    remedy: "For one command: `GOPROXY=direct gv install ...`.",
    typed: "GOPROXY=off gv list-remote",
    said: "GOPROXY=off (environment) forbids the network after what it names\nGOPROXY=direct gv install ...   asks go.dev for this one command",
  },
  NO_SPACE: {
    meaning: "The disk is full, or has less room than it takes.",
    remedy:
      "Nothing is left half done. `gv prune --dry-run` shows what nothing needs; GV_ROOT puts gv's root elsewhere.",
    said: "it needs 230 MB on disk, and /home/me/.gv has 112 MB left\ngv prune --dry-run   shows which versions nothing needs\nor put gv's root elsewhere with GV_ROOT. Nothing was installed.",
  },
  NOT_WRITABLE: {
    meaning: "The system refuses a change of a file or folder, or gv doesn't dare it.",
    remedy: "The file is as it was. The reason says whose it is, or what stands in the way.",
    said: "/home/me/.bashrc is read-only\nchmod u+w '/home/me/.bashrc'",
  },
  NOT_READABLE: {
    meaning: "A file that must be read can't be, or can't be understood well enough to change it.",
    remedy: "The file is as it was. Make it readable, or mend it at the place that is named.",
    said: "/home/me/build.log can't be read\ngv doctor --log FILE, or - for a pipe",
  },
  ROOT_UNSAFE: {
    meaning: "gv's root is one where others could change the Go that you run, or that PATH can't hold.",
    remedy: "Type the line; with sudo, run gv without it.",
    typed: "GV_ROOT=gv gv install 1.22.5",
    said: 'GV_ROOT is "gv", a relative path: it would be another folder in each directory\nexport GV_ROOT="$HOME/.gv"',
  },
  ROOT_NEWER: {
    meaning: "The root was laid out by a newer gv, which this one would misread.",
    remedy: "Run the gv in the root's own `bin`, or upgrade this one.",
    said: "/home/you/.gv was set up by a newer gv: its layout is 2, and this gv knows 1\nnothing was read or changed; the gv that knows it is its own: /home/you/.gv/bin/gv list",
  },
  UNHEALTHY: {
    meaning:
      "What was looked at is not as it should be. With `--json` that is in the data, and no error is printed.",
    remedy: "The lines to type are above it, one for each finding.",
    said: "1 error and 2 warnings\ngv doctor --fix   does what is safe of it",
  },
  HOOK_TAKEN: {
    meaning: "git has a hook there already, or somebody has changed gv's.",
    remedy: "Nothing was written. Add the line by hand.",
    said: "there is a hook already: .git/hooks/pre-commit\nit was left as it is; add to it, before any exit\ngv check",
  },
  BUSY: {
    meaning: "Another gv holds what this one needs, or another program has just written the same file.",
    remedy: "Type it again. Of a lock that nobody holds the error says the line that removes it.",
    said: "another gv has held /home/me/.gv/staging/lock-linux-amd64-1.22.5 for 15 minutes\nif none is running: rm -r '/home/me/.gv/staging/lock-linux-amd64-1.22.5'",
  },
  INTERRUPTED: {
    meaning: "Ctrl-C, or a TERM or HUP signal.",
    remedy: "Nothing is left half done: type it again. The one error without a line to type.",
    said: "interrupted",
  },
};
