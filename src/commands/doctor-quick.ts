/**
 * gv doctor --quick where Node was started for it: the launcher of the root answers (shims/quick.sh), so that there is
 * one answer, however gv is called.
 */
import { join } from "node:path";

import { type Context, exitWith } from "../context.ts";
import { GvError } from "../errors.ts";
import { isExecutable } from "../on-path.ts";
import { runProgram } from "../run.ts";

interface Options {
  readonly offline?: boolean;
}

/** Ends with the launcher's exit code. Throws BAD_ARGUMENT for the id of a check, UNHEALTHY where there is no launcher. */
export async function doctorQuick(ctx: Context, ids: readonly string[], { offline }: Options): Promise<void> {
  if (ids.length > 0)
    throw new GvError("BAD_ARGUMENT", "--quick has questions of its own, and asks no check", {
      hint: `gv doctor ${ids.join(" ")}   or: gv doctor --quick`,
    });
  const launcher = join(ctx.root.bin, "gv");
  if (!isExecutable(launcher))
    throw new GvError("UNHEALTHY", `gv is not set up in ${ctx.root.path}: there is no launcher to ask`, {
      hint: "gv setup",
    });
  const words = ["doctor", "--quick", ...(offline ? ["--offline"] : [])];
  exitWith(await runProgram(ctx, launcher, words, { ...ctx.env, GV_ROOT: ctx.root.path }));
}
