/**
 * gv shell: the version for one shell, as GV_VERSION. A program can't change the shell that starts it, so this
 * prints the line that does; the function gv of $GV_ROOT/env (env.fish) runs that line.
 */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { findTool } from "../find-tool.ts";
import { noVersion, resolveVersion } from "../resolve.ts";
import { quote } from "../shim-conf.ts";

export async function shell(
  ctx: Context,
  spec: string | undefined,
  options: { unset?: boolean; fish?: boolean },
): Promise<void> {
  if (options.unset && spec !== undefined)
    throw new GvError("BAD_ARGUMENT", "gv shell takes a spec or --unset, not both", {
      hint: "gv shell --unset",
    });
  if (options.unset) return print(ctx, options.fish ? "set -e GV_VERSION" : "unset GV_VERSION", "--unset");
  if (spec === undefined) {
    const now = ctx.env["GV_VERSION"];
    if (!now)
      throw new GvError("NOT_INSTALLED", "no version is set for this shell", {
        hint: "gv shell 1.22   sets one",
      });
    return ctx.stdout.write(`${now}\n`);
  }
  const chosen = await resolveVersion(ctx, { spec });
  if (chosen.kind === "missing" || chosen.kind === "refused") throw noVersion(chosen);
  findTool(ctx, "go", chosen);
  // No quotes: it is a version, the name of a link (no character of it means anything to a shell), or system.
  const name = chosen.kind === "version" ? chosen.name : "system";
  print(ctx, options.fish ? `set -gx GV_VERSION ${name}` : `export GV_VERSION=${name}`, quoted(spec));
}

/** The line; whoever sees it at a terminal has no function that runs it. */
function print(ctx: Context, line: string, argument: string): void {
  ctx.stdout.write(`${line}\n`);
  if (!ctx.stdout.isTerminal) return;
  const env = join(ctx.root.path, "env");
  ctx.stderr.write(
    `gv: that line sets it, and nothing has run it yet\n` +
      `    for this shell: eval "$(gv shell ${argument})"\n` +
      `    for good: put  . ${quote(env)}  into your profile (gv setup), and gv shell does it\n`,
  );
}

function quoted(spec: string): string {
  return /^[\w.+-]+$/.test(spec) ? spec : quote(spec);
}
