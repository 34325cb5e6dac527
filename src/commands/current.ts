/** gv current: the version that the shims run here, and with --json who asked for it. */
import type { Context } from "../context.ts";
import { findTool } from "../find-tool.ts";
import { noVersion, resolveVersion } from "../resolve.ts";

export async function current(ctx: Context, options: { json?: boolean }): Promise<void> {
  const here = await resolveVersion(ctx);
  if (here.kind === "missing" || here.kind === "refused") throw noVersion(here);
  const go = findTool(ctx, "go", here).path;
  const name = here.kind === "version" ? here.name : "system";
  ctx.stdout.write(
    options.json ? `${JSON.stringify({ name, go, origin: here.origin }, undefined, 2)}\n` : `${name}\n`,
  );
}
