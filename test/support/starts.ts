/**
 * The launch matrix: ways in which programs are started, and where each finds go after `gv setup`.
 * test/shell/launch.test.ts starts all of them; docs/shells.md has them as a table. Here are those that somebody at a
 * terminal starts; in system-starts.ts those of a system.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import process from "node:process";

import { fromTerminal, type Home, setupShells } from "./launch.ts";
import { findProgram } from "./shell.ts";

/** What is started; `terminal`: the words before a command that a terminal starts, or none. */
export type Words = (home: Home, terminal: readonly string[]) => readonly string[];

/** One row of the table. Texts are Markdown. */
export interface Start {
  readonly name: string;
  readonly words: Words;
  /** Start-up files that are read where gv made them all. */
  readonly reads: readonly string[];
  /**
   * always; inherited: no file of yours is read, it has what the program has that starts it, a terminal for one;
   * never: the environment is dropped, too.
   */
  readonly found: "always" | "inherited" | "never";
  /** Where it isn't always found: what to do about it, and what is run then; without that it is not proven here. */
  readonly mend?: { readonly text: string; readonly words?: Words };
  /** How many folders whoever starts it puts before PATH. */
  readonly ahead?: number;
  readonly needs: readonly string[];
  /** Started by a daemon or by root: no terminal of yours comes in. */
  readonly byDaemon?: true;
  /** Needs a system of its own (support/machine.ts). */
  readonly onMachine?: true;
}

const source = '. "$HOME/.gv/env"';

/** The start-up files of each shell: neither login nor interactive, login, interactive, both. */
export const files: Readonly<Record<string, readonly (readonly string[])[]>> = {
  bash: [[], [".profile"], [".bashrc"], [".profile"]],
  zsh: [[".zshenv"], [".zshenv", ".zprofile"], [".zshenv", ".zshrc"], [".zshenv", ".zprofile", ".zshrc"]],
  fish: Array.from({ length: 4 }, () => [".config/fish/config.fish"]),
  dash: [[], [".profile"], [], [".profile"]],
  ksh: [[], [".profile"], [".kshrc"], [".profile", ".kshrc"]],
  mksh: [[], [".profile"], [".mkshrc"], [".profile", ".mkshrc"]],
  yash: [[], [".yash_profile"], [".yashrc"], [".yash_profile", ".yashrc"]],
};

function shellStart(shell: string, options: readonly string[], reads: readonly string[]): Start {
  const start = {
    name: `\`${[shell, ...options, "-c"].join(" ")}\``,
    words: (home: Home, terminal: readonly string[]) => [...terminal, shell, ...options, "-c", home.line()],
    reads,
    needs: [shell],
  };
  if (reads.length > 0) return { ...start, found: "always" };
  const mend = options.includes("-i")
    ? {
        text: `\`${shell} -l -i\`; or ENV names a file, and \`gv setup\``,
        words: (home: Home) => [shell, "-l", "-i", "-c", home.line()],
      }
    : {
        text: `\`${shell} -l -c\`; in a script: \`. ~/.gv/env\``,
        words: (home: Home) => [shell, "-c", `${source}; ${home.line()}`],
      };
  return { ...start, found: "inherited", mend };
}

/** The four ways to start a shell. */
export function startsOf(shell: string): readonly Start[] {
  const ways = [[], ["-l"], ["-i"], ["-l", "-i"]];
  return ways.map((options, index) => shellStart(shell, options, files[shell]?.[index] ?? []));
}

/** Asks the login shell for the environment as an editor does at its start; what it says starts the editor's go. */
const editors: readonly Start[] = ["bash", "zsh", "fish"].flatMap((shell) => {
  const start = { reads: files[shell]?.[3] ?? [], found: "always", needs: [shell] } as const;
  const env = `"$1" -i -l -c env | grep -E '^(PATH|READ)=' | tr '\\n' '\\0' | xargs -0 sh -c 'exec env -i "$@" "$0"'`;
  // As src/vs/platform/shell/node/shellEnv.ts has it.
  const code = `const { spawnSync } = require("node:child_process"); const [shell, asks] = process.argv.slice(1);
const command = \`'\${process.execPath}' -p '"mark" + JSON.stringify(process.env) + "mark"'\`;
const ran = spawnSync(shell, ["-i", "-l", "-c", command], { stdio: ["ignore", "pipe", "pipe"] });
spawnSync(asks, { stdio: "inherit", env: JSON.parse(/mark({.*})mark/.exec(ran.stdout)[1]) });`;
  return [
    {
      ...start,
      name: `an editor's probe, \`${shell} -i -l -c env\``,
      words: (home, terminal) => [...terminal, "sh", "-c", `${env} ${home.asks}`, "sh", shell],
    },
    {
      ...start,
      name: `VS Code's probe, in \`${shell}\``,
      words: (home, terminal) => [...terminal, process.execPath, "-e", code, shell, home.asks],
    },
  ] satisfies Start[];
});

export const typed = `tmux new-session -d -x 200 -y 50; tmux send-keys -l "$line"; tmux send-keys Enter`;
// Beside another window: the server ends with its last one.
const command = `tmux new-session -d cat; tmux new-window -d "$line"`;

/** In a tmux server of its own; `$line` asks for go. */
export const inTmux =
  (shell: string, how: string): Words =>
  (home, terminal) => {
    const name = `tmux-${randomUUID()}`;
    const file = join(home.top, name);
    const script = `set -e; export SHELL="$1" TMUX_TMPDIR="$2"; line=$3
tmux() { command tmux -L ${name} -f /dev/null "$@"; }
${how}
tmux wait-for done; tmux kill-server; cat ${file}`;
    const line = `${home.line(` >>${file}`)}; tmux -L ${name} wait-for -S done`;
    return [...terminal, "sh", "-c", script, "sh", findProgram(shell) ?? shell, home.top, line];
  };

const multiplexers: readonly Start[] = [
  ...["bash", "zsh", "fish"].map((shell): Start => ({
    name: `a window of tmux, \`${shell}\``,
    words: inTmux(shell, typed),
    reads: files[shell]?.[3] ?? [],
    found: "always",
    needs: ["tmux", shell],
  })),
  {
    name: "`tmux new-window 'go version'`, `bash`",
    words: inTmux("bash", command),
    reads: [],
    found: "inherited",
    mend: {
      text: "`tmux kill-server`, then start it from a terminal that finds go",
      words: (home) => inTmux("bash", command)(home, fromTerminal),
    },
    needs: ["tmux", "bash"],
  },
];

/** A commit whose hook is `$1`; git hands on what it prints as stderr. */
const commit = `set -e; dir=$(mktemp -d "$2/git.XXXXXX"); cd "$dir"; git init -q .
printf '#!/bin/sh\\n%s\\n' "$1" >.git/hooks/post-commit; chmod +x .git/hooks/post-commit
git -c user.name=a -c user.email=a@localhost commit -q --allow-empty -m a 2>&1`;

const programs: readonly Start[] = [
  {
    name: "`sh -c` by another program",
    words: (home, terminal) => [...terminal, "sh", "-c", home.line()],
    reads: [],
    found: "inherited",
    mend: { text: "`sh -l -c`", words: (home) => ["sh", "-l", "-c", home.line()] },
    needs: [],
  },
  {
    name: "`env -i bash -c`",
    words: (home, terminal) => [...terminal, "env", "-i", "bash", "-c", home.line()],
    reads: [],
    found: "never",
    mend: {
      text: '`env -i HOME="$HOME" bash -l -c`',
      words: (home) => ["env", "-i", `HOME=${home.path}`, "bash", "-l", "-c", home.line()],
    },
    needs: ["bash"],
  },
  {
    name: "a hook of git",
    words: (home, terminal) => [...terminal, "sh", "-c", commit, "sh", home.line(), home.top],
    reads: [],
    found: "inherited",
    mend: {
      text: "in the hook: `. ~/.gv/env`",
      words: (home) => ["sh", "-c", commit, "sh", `${source}\n${home.line()}`, home.top],
    },
    ahead: 1,
    needs: ["git"],
  },
];

export const starts: readonly Start[] = [
  ...setupShells.flatMap(startsOf),
  ...editors,
  ...multiplexers,
  ...programs,
];
