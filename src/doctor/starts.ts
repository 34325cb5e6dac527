/**
 * What a shell's environment is, by how it is started: the shells that this user has are started, and asked.
 *
 * Guarantees: each is started with a plain environment, as the system does it (in a container with the image's), without
 * a terminal and with a time limit; what its profiles print is passed over. Of one that takes too long it is told what it
 * waits for.
 */
import { basename } from "node:path";

import type { Environment } from "../context.ts";
import { onPath } from "../on-path.ts";
import { ownShells } from "../profiles.ts";
import { statOf, textOf } from "../read.ts";
import { type Shell, shellsInUse } from "../shells.ts";
import type { Machine } from "./machine.ts";

/** The ways in which a shell is started. */
export const ways = {
  "login, interactive": ["-l", "-i", "-c"],
  interactive: ["-i", "-c"],
  login: ["-l", "-c"],
  plain: ["-c"],
} as const;

export type Way = keyof typeof ways;

/** One start of one shell. */
export interface Start {
  /** `zsh` */
  readonly shell: string;
  readonly way: Way;
  /** As it would be typed: `zsh -l -c`. */
  readonly line: string;
  /** Its environment; undefined where it didn't come up in time. */
  readonly env: Environment | undefined;
  /** Where it had to be ended. */
  readonly late?: Late;
}

export interface Late {
  readonly cut: "time" | "output";
  /** What it waited for, from the shell's child downwards, as `ps` shows them. */
  readonly waits: readonly string[];
}

/** How long a start may take, in ms. */
export const startLimit = 3000;

const mark = "gv-environment-begins";

/** Starts the shells in use in each way, side by side. */
export async function startsOf(machine: Machine): Promise<readonly Start[]> {
  const { ctx } = machine;
  const login = ownShells(ctx); // As gv setup has it: of another login shell nobody has a file.
  const inUse = shellsInUse({ path: ctx.home, env: ctx.env, os: ctx.platform.os, has }, login);
  const programs = inUse.flatMap((shell) => programOf(machine, shell, login) ?? []);
  return Promise.all(
    programs.flatMap((program) => waysOf(program).map((way) => start(machine, program, way))),
  );
}

/** The program of a shell: the login shell itself, else by its name. */
function programOf({ ctx }: Machine, shell: Shell, login: readonly string[]): string | undefined {
  const own = login.find((path) => shell.names.includes(basename(path)) && has(path));
  const [name = ""] = shell.names;
  return own ?? onPath(ctx, name) ?? ["/bin", "/usr/bin"].map((folder) => `${folder}/${name}`).find(has);
}

function has(path: string): boolean {
  return statOf(path) !== undefined;
}

function waysOf(program: string): Way[] {
  const all: Way[] = ["login, interactive", "interactive", "login", "plain"];
  return basename(program) === "dash" || basename(program) === "sh"
    ? all.filter((way) => way !== "interactive")
    : all;
}

async function start(machine: Machine, program: string, way: Way): Promise<Start> {
  const { ctx } = machine;
  const words = [...ways[way], `printf '%s\\0' ${mark}; /usr/bin/env -0`];
  const env = {
    PATH: ctx.platform.os === "darwin" ? "/usr/bin:/bin:/usr/sbin:/sbin" : "/usr/local/bin:/usr/bin:/bin",
    ...containerEnvironment(machine),
    HOME: ctx.home,
    USER: ctx.env["USER"],
    LOGNAME: ctx.env["LOGNAME"],
    SHELL: program,
    TERM: "dumb",
    LANG: ctx.env["LANG"],
    XDG_CONFIG_HOME: ctx.env["XDG_CONFIG_HOME"],
    // A zsh that starts anew begins with ~/.zshenv, which may set it.
    ZDOTDIR: has(`${ctx.home}/.zshenv`) ? undefined : ctx.env["ZDOTDIR"],
  };
  let waits: readonly string[] = [];
  const whenLate = async (shell: number): Promise<void> => void (waits = await childrenOf(machine, shell));
  const options = { env, cwd: ctx.home, limit: startLimit, whenLate };
  const { stdout, cut } = await machine.run(program, words, options);
  const at = stdout.indexOf(`${mark}\0`);
  const found = at < 0 ? {} : environmentIn(stdout.slice(at + mark.length + 1));
  const isUp = Object.keys(found).length > 0;
  const line = `${basename(program)} ${ways[way].join(" ")}`;
  return {
    shell: basename(program),
    way,
    line,
    env: isUp ? found : undefined,
    ...(cut !== undefined && !isUp ? { late: { cut, waits } } : {}),
  };
}

/**
 * What an image's ENV gives to every start in its container: the environment of the first process there, and PATH as it
 * is here where that one is another user's. Nothing outside of a container. The marks are Docker's, Podman's, Kubernetes'.
 */
function containerEnvironment(machine: Machine): Environment {
  const { env } = machine.ctx;
  const isOne =
    has(machine.at("/.dockerenv")) ||
    has(machine.at("/run/.containerenv")) ||
    env["KUBERNETES_SERVICE_HOST"] !== undefined;
  if (!isOne) return {};
  const text = textOf(machine.at("/proc/1/environ"));
  return text ? environmentIn(text) : { PATH: env["PATH"] };
}

/** An environment as `env -0` and /proc write it. */
function environmentIn(text: string): Environment {
  const pairs = text.split("\0").flatMap((line): [string, string][] => {
    const equals = line.indexOf("=");
    return equals < 1 ? [] : [[line.slice(0, equals), line.slice(equals + 1)]];
  });
  return Object.fromEntries(pairs);
}

/** The words of a shell's child, its child, and so on, of several the youngest; copies of the shell itself left out. */
async function childrenOf(machine: Machine, shell: number): Promise<string[]> {
  const { stdout } = await machine.run("ps", ["-A", "-o", "pid=,ppid=,args="], { limit: 500 });
  const all = stdout.split("\n").flatMap((line) => {
    const [, pid, parent, words] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return words === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), words }];
  });
  const own = all.find(({ pid }) => pid === shell)?.words;
  const chain: string[] = [];
  let at: number | undefined = shell;
  while (at !== undefined) {
    const next = all.findLast(({ parent }) => parent === at);
    if (next && next.words !== own) chain.push(next.words);
    at = next?.pid;
  }
  return chain;
}
