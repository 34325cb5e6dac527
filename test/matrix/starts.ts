/**
 * The ways of starting in the matrix: each for every shell, and what gv's documents say where it reads no file of
 * yours. The table of all starts, with the files that each reads, is support/starts.ts.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Home } from "../support/launch.ts";
import { inTmux, typed } from "../support/starts.ts";
import { writeProgram } from "../support/shell.ts";
import type { System } from "./systems.ts";

/** Where something is started. */
export interface Place {
  readonly home: Home;
  readonly system: System;
  /** The shell's name, and its program. */
  readonly shell: string;
  readonly program: string;
}

/** What is started, without the words that enter its system. */
export type Words = (place: Place) => readonly string[];

export interface Start {
  readonly name: string;
  readonly words: Words;
  /** Whether it takes `gv setup --gui`. */
  readonly isDesktop?: true;
  /** Where gv can't reach it: why, the line that the documents give, and what is run then. */
  readonly mend?: (
    shell: string,
  ) => { readonly cause: string; readonly line: string; readonly words: Words } | undefined;
}

const source = '. "$HOME/.gv/env"';

/** A script of that shell's own with the line. */
function scriptOf({ home, shell }: Place): string {
  const file = join(home.top, `script.${shell}`);
  writeFileSync(file, `${home.line()}\n`);
  return file;
}

/** The environment that cron gives its jobs (crontab(5)). */
const cron = ({ home }: Place, path = "/usr/bin:/bin"): readonly string[] => [
  "env",
  "-i",
  `HOME=${home.path}`,
  "LOGNAME=you",
  "SHELL=/bin/sh",
  `PATH=${path}`,
  "/bin/sh",
  "-c",
  home.asks,
];

const generator = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";

/** As systemd's user manager starts a program: by its own generator, where that is installed. */
function bySystemd({ home }: Place): readonly string[] {
  const read = existsSync(generator)
    ? `"$1" | sed 's/^/export /'`
    : `sed -n 's/^PATH=/export PATH=/p' "$HOME/.config/environment.d/gv.conf"`;
  const script = `eval "$(${read})"; exec "$2"`;
  return [
    "env",
    "-i",
    `HOME=${home.path}`,
    "PATH=/usr/bin:/bin",
    "/bin/sh",
    "-c",
    script,
    "sh",
    generator,
    home.asks,
  ];
}

/** As launchd starts a program after the agent has run at login: the agent's own words, and an acted launchctl. */
function byLaunchd({ home }: Place): readonly string[] {
  const kept = join(home.top, "launchd-path");
  writeFileSync(kept, "/usr/bin:/bin:/usr/sbin:/sbin\n");
  const launchctl = writeProgram(
    join(home.top, "launchd/launchctl"),
    `#!/bin/sh
case $1,$2 in
  getenv,PATH) cat '${kept}' ;;
  setenv,PATH) printf '%s\\n' "$3" >'${kept}' ;;
  *) exit 64 ;;
esac
`,
  );
  const agent = join(home.path, "Library/LaunchAgents/gv.environment.plist");
  const code = `const text = require("node:fs").readFileSync(process.argv[1], "utf8").split("<array>")[1].split("</array>")[0];
const xml = { amp: "&", lt: "<", gt: ">" };
const words = [...text.matchAll(/<string>([^]*?)<.string>/g)].map(([, word]) => word.replace(/&(\\w+);/g, (_, name) => xml[name]));
process.exitCode = require("node:child_process").spawnSync(words[0], words.slice(1), { stdio: "inherit" }).status;`;
  const script = `PATH="$1:$PATH" "$2" -e "$3" "$4" || exit; read -r PATH <"$5"; export PATH; exec "$6"`;
  const env = ["env", "-i", `HOME=${home.path}`, "PATH=/usr/bin:/bin:/usr/sbin:/sbin"];
  const words = [join(launchctl, ".."), process.execPath, code, agent, kept, home.asks];
  return [...env, "/bin/sh", "-c", script, "sh", ...words];
}

export const starts: readonly Start[] = [
  { name: "a login at a terminal", words: ({ program, home }) => [program, "-l", "-i", "-c", home.line()] },
  {
    name: "a login that isn't interactive",
    words: ({ program, home }) => [program, "-l", "-c", home.line()],
  },
  {
    name: "interactive, no login",
    words: ({ program, home }) => [program, "-i", "-c", home.line()],
    mend: (shell) =>
      shell === "dash"
        ? {
            cause: "dash reads no file where it isn't a login",
            line: "`dash -l -i`",
            words: ({ program, home }) => [program, "-l", "-i", "-c", home.line()],
          }
        : undefined,
  },
  {
    name: "a script that such a shell starts",
    words: (place) => [place.program, "-l", "-i", "-c", `${place.program} ${scriptOf(place)}`],
  },
  {
    name: "`sh -c` by a service",
    words: ({ home }) => ["/bin/sh", "-c", home.line()],
    mend: () => ({
      cause: "sh -c reads no file",
      line: `\`${source}\` before it`,
      words: ({ home }) => ["/bin/sh", "-c", `${source}; ${home.line()}`],
    }),
  },
  {
    name: "cron's environment",
    words: cron,
    mend: () => ({
      cause: "cron's PATH is its own",
      line: "in the crontab: `PATH=/home/you/.gv/shims:/usr/bin:/bin`",
      words: (place) => cron(place, `${place.home.root}/shims:/usr/bin:/bin`),
    }),
  },
  {
    name: "a window of tmux",
    words: ({ program, home }) => inTmux(program, typed)(home, []),
  },
  {
    name: "an editor's probe, `-i -l -c env`",
    words: ({ program, home }) => [
      "/bin/sh",
      "-c",
      `"$1" -i -l -c env | grep -E '^(PATH|GO[A-Z]*|HOME)=' | tr '\\n' '\\0' | xargs -0 sh -c 'exec env -i "$@" "$0"' ${home.asks}`,
      "sh",
      program,
    ],
  },
  {
    name: "a program of the desktop",
    words: (place) => (place.system.platform.os === "darwin" ? byLaunchd(place) : bySystemd(place)),
    isDesktop: true,
  },
];
