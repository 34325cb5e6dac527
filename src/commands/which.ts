/** gv which: the program that a shim runs here, and with --json which version's copy it is and why. */
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { findTool } from "../find-tool.ts";
import { noVersion, resolveVersion } from "../resolve.ts";

export async function which(ctx: Context, tool: string, options: { json?: boolean }): Promise<void> {
  if (tool.includes("/"))
    throw new GvError("BAD_ARGUMENT", `"${tool}" is a path, not the name of a tool`, {
      hint: "gv which gopls",
    });
  const here = await resolveVersion(ctx, { tool });
  if (here.kind === "missing" || here.kind === "refused") throw noVersion(here);
  const { path, reason, version } = findTool(ctx, tool, here);
  ctx.stdout.write(
    options.json ? `${JSON.stringify({ tool, path, reason, version }, undefined, 2)}\n` : `${path}\n`,
  );
}
