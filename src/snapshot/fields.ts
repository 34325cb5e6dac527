/**
 * The fields of a snapshot: which difference matters, why, what is typed against it, and which other one it follows from.
 */
import type { Field, Pair, Weight } from "./field.ts";
import { chooseRelease, chooseVersion, installTool, putFirst, quotedPath, settle } from "./lines.ts";
import { pathFields } from "./path-fields.ts";

const differs = ({ first, second }: Pair, place: string): boolean => first.get(place) !== second.get(place);
const nearby = (pair: Pair): Weight => (pair.isSameMachine ? "matters" : "harmless");
const ignored = (): undefined => undefined;

/** Whether both sides have that program: where one hasn't, its path says so. */
function isOnBoth({ place, first, second }: Pair): boolean {
  const path = place.replace(/[^.]*$/, "path");
  return [first, second].every((side) => typeof side.get(path) === "string");
}

const target = ["system.os", "system.arch", "env.GOHOSTOS", "env.GOHOSTARCH"];
const chosen = ["version.name", "programs.go.path", "env.GOTOOLCHAIN"];

/** The first whose place fits is it. */
export const fields: readonly Field[] = [
  {
    at: /^(?:schema|taken|programs\.\w+|env|version\.(?:kind|line)|set\..*|start\.evidence)$/,
    weight: ignored,
    why: "",
  },
  { at: /\.(?:device|inode)$/, weight: ignored, why: "" }, // They tell whether it is the same machine.
  {
    at: /^failure$/,
    weight: "matters",
    why: "where go env tells nothing, no go command works",
    fix: () => "gv doctor   says why",
    follows: ["path"],
  },
  {
    at: /^system\.os$/,
    weight: "matters",
    why: "programs, cgo's libraries and build constraints are another system's",
    fix: ({ want, first }) =>
      `GOOS=${quotedPath(String(want))} GOARCH=${quotedPath(String(first.get("system.arch")))} go build ./...   builds for the other`,
  },
  {
    at: /^system\.arch$/,
    weight: "matters",
    why: "programs are another processor's, and so is what go builds where GOARCH isn't set",
    fix: ({ want }) => `GOARCH=${quotedPath(String(want))} go build ./...   builds for the other`,
  },
  {
    at: /^system\.translated$/,
    weight: "matters",
    why: "under Rosetta the Intel half of every program is taken, and dlv refuses to debug",
    fix: ({ have }) =>
      have === true
        ? "arch -arm64 $SHELL   and: Get Info of the terminal, no Open using Rosetta"
        : "arch -x86_64 $SHELL",
  },
  {
    at: /^system\./,
    weight: "harmless",
    why: "Go's programs run on many versions of a system",
    follows: ["system.os"],
  },
  { at: /^gv$/, weight: "harmless", why: "a newer gv may know more versions and tools" },
  {
    at: /^folder$/,
    weight: "harmless",
    why: "they were taken in other folders: another project's files may apply",
  },
  { at: /^start\./, weight: "harmless", why: "what starts a shell decides which start-up files it reads" },
  {
    at: /^path$/,
    weight: "harmless",
    why: "of a name, the first program on PATH is the one that runs",
    fix: putFirst,
    follows: ["system.os"],
  },
  {
    at: /^version\.name$/,
    weight: "matters",
    why: "another Go builds, with another language version, library and vet",
    fix: chooseVersion,
  },
  {
    at: /^version\./,
    weight: "harmless",
    why: "another file or variable asks for the version",
    follows: ["version.name", "folder"],
  },
  {
    at: /^programs\.\w+\.path$/,
    weight: (pair) => {
      const row = pair.place.replace(/path$/, "");
      const isMissing = pair.want === undefined || pair.have === undefined;
      return isMissing || differs(pair, `${row}isShim`) || differs(pair, `${row}version`)
        ? "matters"
        : "harmless";
    },
    why: "another program runs by this name, or none",
    fix: (pair) =>
      pair.place.startsWith("programs.go.") || pair.want === undefined ? putFirst(pair) : installTool(pair),
    follows: ["path"],
  },
  {
    at: /^programs\.(?:gopls|dlv)\.(?:version|builtBy)$/,
    weight: "matters",
    why: "another version of the tool knows other settings and other releases of Go",
    fix: installTool,
  },
  {
    at: /^programs\.go\.version$/,
    weight: "matters",
    why: "another Go runs",
    fix: chooseRelease,
    follows: ["version.name", "programs.go.path", "path"],
  },
  {
    at: /^programs\.\w+\.archs$/,
    weight: (pair) => (isOnBoth(pair) ? "matters" : undefined),
    why: "it is made for another processor",
    fix: (pair) =>
      pair.place.startsWith("programs.go.") ? "gv doctor go-architecture   has the line" : installTool(pair),
    follows: ["system.arch"],
  },
  {
    at: /^programs\./,
    weight: (pair) => (isOnBoth(pair) ? "harmless" : undefined),
    why: "it is installed elsewhere",
  },

  {
    at: /^env\.GOVERSION$/,
    weight: "matters",
    why: "another Go builds: its library, its checks and its defaults differ",
    fix: chooseRelease,
    follows: chosen,
  },
  {
    at: /^env\.GOROOT$/,
    weight: (pair) => (differs(pair, "env.GOVERSION") ? "matters" : "harmless"),
    why: "where the same Go lies changes nothing that it builds",
    follows: [...chosen, "env.GOVERSION"],
  },
  {
    at: /^env\.GOTOOLDIR$/,
    weight: "matters",
    why: "the compiler of another Go is run",
    fix: settle,
    within: ["env.GOROOT", "env.GOHOSTOS", "env.GOHOSTARCH"],
  },
  {
    at: /^env\.GOHOST(?:OS|ARCH)$/,
    weight: "matters",
    why: "the go command itself is another platform's",
    fix: () => "gv doctor go-architecture",
    follows: ["system.os", "system.arch"],
  },
  {
    at: /^env\.GO(?:OS|ARCH)$/,
    weight: "matters",
    why: "what go builds is for another system or processor",
    fix: settle,
    follows: target,
  },
  {
    at: /^env\.GO(?:386|AMD64|ARM|ARM64|MIPS|MIPS64|PPC64|RISCV64|WASM)$/,
    weight: "matters",
    why: "what go builds needs another generation of the processor",
    fix: settle,
    follows: [...target, "env.GOARCH"],
  },
  {
    at: /^env\.GOEXE$/,
    weight: "harmless",
    why: "the ending of a program's name",
    follows: [...target, "env.GOOS"],
  },
  {
    at: /^env\.GOGCCFLAGS$/,
    weight: "harmless",
    why: "Go makes them of other settings",
    follows: [...target, "env.GOOS", "env.GOARCH", "env.CC", "env.CGO_ENABLED", "env.GOVERSION"],
  },
  {
    at: /^env\.CGO_ENABLED$/,
    weight: "matters",
    why: "packages with C code are built, or left out: net and os/user change with it",
    fix: settle,
    follows: ["system.os", "env.GOOS", "env.GOARCH", "paths.CC.0.exists"],
  },
  {
    at: /^env\.(?:CC|CXX)$/,
    weight: "matters",
    why: "packages with C code are built by another compiler",
    fix: settle,
    follows: ["system.os", "env.GOOS", "env.GOARCH"],
  },
  {
    at: /^env\.(?:CGO_\w+|GOFLAGS|GOEXPERIMENT|GODEBUG|GOFIPS140|GO111MODULE)$/,
    weight: "matters",
    why: "every go command takes it: it builds, tests or runs in another way",
    fix: settle,
  },
  {
    at: /^env\.(?:AR|GCCGO|PKG_CONFIG)$/,
    weight: "harmless",
    why: "few packages ask for this program",
    follows: ["system.os"],
  },
  {
    at: /^env\.GOTOOLCHAIN$/,
    weight: "matters",
    why: "it decides whether the go command switches to what go.mod asks for",
    fix: settle,
  },
  {
    at: /^env\.GO(?:PROXY|SUMDB|NOPROXY|NOSUMDB|PRIVATE|INSECURE|AUTH|VCS)$/,
    weight: "matters",
    why: "modules come from elsewhere, or with another proof: some are found on one side only",
    fix: settle,
  },
  {
    at: /^env\.(?:GOMOD|GOWORK)$/,
    weight: (pair) => (isPlace(pair.want) === isPlace(pair.have) ? "harmless" : "matters"),
    why: "whether a go.mod, and a go.work, applies decides which modules are built together",
    fix: ({ place, want }) =>
      place === "env.GOMOD"
        ? "cd   to the folder of the project"
        : isPlace(want)
          ? "go work init && go work use -r ."
          : "export GOWORK=off",
  },
  {
    at: /^env\.(?:GOCACHE|GOMODCACHE|GOPATH|GOBIN|GOENV)$/,
    weight: nearby,
    why: "on one machine two folders mean: built and downloaded twice, and programs or settings that one side misses",
    fix: settle,
    follows: ["system.os"],
    within: ["env.GOPATH"],
  },
  { at: /^env\.GOCACHEPROG$/, weight: "matters", why: "another program keeps what is built", fix: settle },
  {
    at: /^env\.(?:GOTMPDIR|GOTELEMETRY|GOTELEMETRYDIR)$/,
    weight: "harmless",
    why: "what is built is the same",
    follows: ["system.os"],
  },
  {
    at: /^env\.[A-Z][A-Z0-9_]*$/,
    weight: "matters",
    why: "it is a setting of Go's that this gv has no word on",
    fix: settle,
    follows: ["env.GOVERSION"],
  },
  ...pathFields,
];

function isPlace(value: Pair["want"]): boolean {
  return typeof value === "string" && value !== "" && value !== "off" && value !== "/dev/null";
}
