/**
 * Runs a program in the place of gv: its streams are gv's own; INT, TERM and HUP reach it, each once and as it
 * is; gv ends with its exit code, 128 and more where a signal ended it.
 * The shims and the launcher use exec instead; this is for what only Node can resolve (a range, a platform).
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";

import { type Context, divertSignals, type Environment } from "./context.ts";
import { GvError, systemCode } from "./errors.ts";

/** Resolves with the exit code, or 128 plus the number of the signal that ended it. Throws NO_SUCH_TOOL. */
export function runProgram(
  ctx: Context,
  path: string,
  words: readonly string[],
  env: Environment,
): Promise<number> {
  ctx.signal.throwIfAborted();
  return new Promise<number>((resolve, reject) => {
    const child = spawn(path, words, { stdio: "inherit", env: { ...env } });
    // A terminal sends its Ctrl-C to both; whoever sends a signal to gv alone means the program.
    const atTerminal = ctx.stdout.isTerminal || ctx.stderr.isTerminal;
    const restore = divertSignals((name) => {
      if (name !== "SIGINT" || !atTerminal) child.kill(name);
    });
    child.on("error", (error) => {
      restore();
      reject(
        new GvError("NO_SUCH_TOOL", `${path} can't be run: ${systemCode(error) ?? error.message}`, {
          hint: "is it there, executable, and made for this machine?",
          cause: error,
        }),
      );
    });
    child.on("exit", (code, signal) => {
      restore();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
