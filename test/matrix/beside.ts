/**
 * What else is on a machine of the matrix: other Gos and their managers, as their own documents have one set them up,
 * settings of Go, and lines that come after gv's. Each is a row.
 */
import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { type Home, overwritePath } from "../support/launch.ts";
import { files } from "../support/starts.ts";
import { writeProgram, writeTree } from "../support/shell.ts";

/** Addresses that a GOPROXY may name. */
export interface Proxies {
  /** The one that has the releases. */
  readonly good: string;
  /** Answers 404 to everything. */
  readonly empty: string;
  /** Where nobody listens. */
  readonly dead: string;
}

/** A line of a profile: a variable, or a folder that comes first on PATH. */
type Line = readonly ["set", name: string, value: string] | readonly ["first", folder: string];

export interface Beside {
  readonly name: string;
  /** Lines that the profiles have before gv's; `$HOME` as it stands. */
  readonly lines?: readonly Line[];
  /** What is there besides. */
  readonly make?: (home: Home) => void;
  /** GOPROXY; by default the good one. */
  readonly goproxy?: (proxies: Proxies) => string;
  /** What happens after `gv setup`. */
  readonly after?: (home: Home) => void;
  /** Why it may make a step fail, and the line to type then; run: setup again, or install with this GOPROXY. */
  readonly mend?: {
    readonly cause: string;
    readonly line: string;
    readonly goproxy?: (proxies: Proxies) => string;
  };
}

/** A go of another's, which says whose it is. */
const other = (home: Home, path: string, whose: string): string =>
  writeProgram(join(home.path, path), `#!/bin/sh\necho "the go of ${whose}"\n`);

const variables = (...pairs: readonly (readonly [string, string])[]): readonly Line[] =>
  pairs.map(([name, value]) => ["set", name, value]);

export const besides: readonly Beside[] = [
  { name: "nothing" },
  {
    name: "go.dev's archive, with GOROOT exported",
    lines: [...variables(["GOROOT", "$HOME/usr-local/go"]), ["first", "$HOME/usr-local/go/bin"]],
    make: (home) => other(home, "usr-local/go/bin/go", "/usr/local"),
  },
  {
    name: "Homebrew",
    lines: [
      ...variables(
        ["HOMEBREW_PREFIX", "$HOME/opt/homebrew"],
        ["HOMEBREW_CELLAR", "$HOME/opt/homebrew/Cellar"],
      ),
      ["first", "$HOME/opt/homebrew/bin"],
    ],
    make(home) {
      other(home, "opt/homebrew/Cellar/go/1.24.0/libexec/bin/go", "Homebrew");
      writeTree(home.path, { "opt/homebrew/bin/": "" });
      symlinkSync("../Cellar/go/1.24.0/libexec/bin/go", join(home.path, "opt/homebrew/bin/go"));
    },
  },
  {
    name: "asdf",
    lines: [["first", "$HOME/.asdf/shims"]],
    make(home) {
      other(home, ".asdf/shims/go", "asdf");
      writeTree(home.path, { ".tool-versions": "nodejs 20.1.0\n" });
    },
  },
  {
    name: "goenv",
    lines: [
      ...variables(["GOENV_ROOT", "$HOME/.goenv"]),
      ["first", "$HOME/.goenv/bin"],
      ["first", "$HOME/.goenv/shims"],
      ...variables(["GOROOT", "$HOME/.goenv/versions/1.20.1"], ["GOPATH", "$HOME/go/1.20.1"]),
    ],
    make: (home) => other(home, ".goenv/shims/go", "goenv"),
  },
  {
    name: "gvm",
    lines: [
      ...variables(["GVM_ROOT", "$HOME/.gvm"], ["GOROOT", "$HOME/.gvm/gos/go1.20.1"]),
      ...variables(["GOPATH", "$HOME/.gvm/pkgsets/go1.20.1/global"]),
      ["first", "$HOME/.gvm/gos/go1.20.1/bin"],
      ["first", "$HOME/.gvm/pkgsets/go1.20.1/global/bin"],
    ],
    make: (home) => other(home, ".gvm/gos/go1.20.1/bin/go", "gvm"),
  },
  {
    name: "mise",
    lines: [
      ...variables(["GOROOT", "$HOME/.local/share/mise/installs/go/1.24.0"]),
      ...variables(["GOBIN", "$HOME/.local/share/mise/installs/go/1.24.0/bin"]),
      ["first", "$HOME/.local/share/mise/installs/go/1.24.0/bin"],
      ["first", "$HOME/.local/share/mise/shims"],
    ],
    make(home) {
      other(home, ".local/share/mise/shims/go", "mise");
      other(home, ".local/share/mise/installs/go/1.24.0/bin/go", "mise");
    },
  },
  {
    name: "koala",
    lines: [["first", "$HOME/.koala/bin"]],
    make: (home) => other(home, ".koala/bin/go", "koala"),
  },
  {
    name: "a profile that sets PATH anew behind gv's line",
    after: overwritePath,
    mend: { cause: "a line behind gv's sets PATH anew", line: "`gv setup`, which moves its own to the end" },
  },
  { name: "GOBIN set", lines: variables(["GOBIN", "$HOME/programs"]) },
  { name: "GOPATH of two folders", lines: variables(["GOPATH", "$HOME/one:$HOME/two"]) },
  {
    name: "GOPROXY whose first entry has no such thing, and a comma",
    goproxy: ({ empty, good }) => `${empty},${good}`,
  },
  {
    name: "GOPROXY whose first entry is down, and a bar",
    goproxy: ({ dead, good }) => `${dead}|${good}`,
  },
  {
    name: "GOPROXY whose first entry is down, and a comma",
    goproxy: ({ dead, good }) => `${dead},${good}`,
    mend: {
      cause: "behind a comma the next entry is for 404 and 410 alone, as in the go command",
      line: "GOPROXY with a bar in place of the comma",
      goproxy: ({ dead, good }) => `${dead}|${good}`,
    },
  },
];

/** The profiles of a shell with these lines, by their paths below the home. */
export function profilesWith(shell: string, lines: readonly Line[] = []): Record<string, string> {
  if (lines.length === 0) return {};
  const text = lines.map((line) => `${inShell(shell, line)}\n`).join("");
  return Object.fromEntries([...new Set(files[shell]?.flat())].map((name) => [name, text]));
}

function inShell(shell: string, [kind, name, value]: Line): string {
  if (kind === "set") return shell === "fish" ? `set -gx ${name} "${value}"` : `export ${name}="${value}"`;
  return shell === "fish" ? `set -gx PATH "${name}" $PATH` : `export PATH="${name}:$PATH"`;
}
