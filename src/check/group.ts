/**
 * Starts a program as the head of a process group of its own, without a terminal and without input.
 *
 * Guarantees: it ends, and all that it started in its group with it: when it is done, or when `signal` is aborted (by
 * SIGINT first, at which the go command takes its work folder away); its output is kept apart, and bounded.
 */
import { spawn } from "node:child_process";

import { type Environment, signalGroup } from "../context.ts";
import { systemCode } from "../errors.ts";
import { statOf } from "../read.ts";

export interface GroupOptions {
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** It ends also when gv is killed at once (SIGKILL), and so can't end it. */
  readonly isTied?: boolean;
  /** Called with each piece of its output. */
  readonly onText?: (text: string) => void;
}

export interface GroupRan {
  /** Undefined where it could not be started, or a signal ended it. */
  readonly code: number | undefined;
  /** What it printed to stdout and stderr, in the order in which it came. */
  readonly output: string;
}

/** Characters of output that are kept. */
const mostKept = 400_000;

/** How long it may take to end after SIGINT, and its pipes after it, in ms. */
const grace = 2000;

/**
 * In sh: the program, and beside it one that reads a pipe which gv holds open. That one ends when gv does, and then
 * ends the group. It doesn't hear SIGINT (POSIX XCU 2.11).
 */
const tie = 'exec 3<&0 </dev/null; { cat <&3 >/dev/null; kill -KILL 0; } & exec 3<&-; exec "$@"';

/** Runs a program to its end. Never throws: what keeps it from starting is in the output. */
export function runGroup(
  program: string,
  words: readonly string[],
  { cwd, env, signal, isTied = false, onText }: GroupOptions,
): Promise<GroupRan> {
  return new Promise((resolve) => {
    const stdio = [isTied ? "pipe" : "ignore", "pipe", "pipe"] as const;
    const [file, args] = isTied ? ["/bin/sh", ["-c", tie, program, program, ...words]] : [program, words];
    const child = spawn(file, args, { cwd, env: { ...env }, detached: true, stdio: [...stdio] });
    let output = "";
    let isCut = false;
    const take = (text: string): void => {
      onText?.(text);
      if (isCut) return;
      isCut = output.length + text.length > mostKept;
      output += isCut ? `${text.slice(0, mostKept - output.length)}\n(and more)\n` : text;
    };
    const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
    for (const stream of streams) stream.setEncoding("utf8").on("data", take);

    const group = child.pid;
    const end = (name: NodeJS.Signals): void => {
      if (group !== undefined) signalGroup(group, name);
    };
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      end("SIGINT");
      timer = setTimeout(() => end("SIGKILL"), grace);
    };
    const finish = (code: number | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      for (const stream of [...streams, child.stdin]) stream?.destroy();
      resolve({ code, output });
    };
    child.on("error", (error) => {
      const reason = systemCode(error) ?? error.message;
      take(statOf(cwd) === undefined ? `${cwd} isn't there\n` : `${program} can't be run: ${reason}\n`);
      finish(undefined);
    });
    child.on("exit", (code) => {
      end("SIGKILL"); // What it left behind in its group.
      clearTimeout(timer);
      // Whoever left the group may hold the pipes for as long as it likes.
      timer = setTimeout(() => finish(code ?? undefined), grace);
    });
    child.on("close", (code) => finish(code ?? undefined));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
