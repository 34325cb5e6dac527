/**
 * Starts a program to see what it prints.
 *
 * Guarantees: an answer soon after the time limit, whatever the program does; it has no input and no terminal, and is
 * found on the PATH of its environment. It has a process group of its own, which is ended with it: at the limit, by an
 * interrupt of gv, and where what it has started holds its output still open. Who leaves that group (a daemon) lives on.
 */
import { spawn } from "node:child_process";

import { type Context, type Environment, signalGroup } from "../context.ts";

/** What a program printed. */
export interface Said {
  /** Undefined where it could not be started, or was ended. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it was ended. time: it took too long. output: it printed too much, and would never end. */
  readonly cut?: "time" | "output";
}

export interface ProbeOptions {
  readonly env?: Environment;
  readonly cwd?: string;
  /** In ms; 2,000 where none is said. */
  readonly limit?: number;
  /** Asked before a program that took too long is ended, with the number of its process group. */
  readonly whenLate?: (group: number) => Promise<void>;
}

/** Characters of a program's output: whoever prints more is ended. */
const mostPrinted = 4_000_000;

/** How long the output of a program that has ended may stay open, in ms: what it wrote is read by then. */
const patience = 100;

/** What it prints. Never throws. */
export function probe(
  ctx: Context,
  program: string,
  words: readonly string[],
  { env = ctx.env, cwd, limit = 2000, whenLate }: ProbeOptions = {},
): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
    });
    const group = child.pid;
    let [stdout, stderr] = ["", ""];
    let isAnswered = false;
    let lingering: NodeJS.Timeout | undefined;
    const answer = (code: number | null, cut?: Said["cut"]): void => {
      isAnswered = true;
      clearTimeout(timer);
      clearTimeout(lingering);
      ctx.signal.removeEventListener("abort", interrupt);
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      resolve({ code: code ?? undefined, stdout, stderr, ...(cut === undefined ? {} : { cut }) });
    };
    /** The group isn't another one's by now: the program lives, or something holds its output. */
    const end = (code: number | null, cut?: Said["cut"]): void => {
      if (isAnswered) return;
      if (group !== undefined) signalGroup(group, "SIGKILL");
      answer(code, cut);
    };
    const interrupt = (): void => end(null);
    const timer = setTimeout(() => {
      const asked = group === undefined ? undefined : whenLate?.(group);
      if (asked === undefined) end(null, "time");
      else void asked.finally(() => end(null, "time"));
    }, limit);
    ctx.signal.addEventListener("abort", interrupt);
    const take = (sum: string, text: string): string => {
      if (sum.length + text.length <= mostPrinted) return sum + text;
      end(null, "output");
      return sum;
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout = take(stdout, text)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = take(stderr, text)));
    child.on("error", () => answer(null)).on("close", (code) => answer(code));
    child.on("exit", (code) => {
      // What is there is read between the two: the loop looks at the pipes before it comes to the second.
      lingering = setTimeout(() => setImmediate(end, code), patience);
    });
  });
}
