/** gv whence: which installed versions have a tool. */
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { builds, toolMeant, whoHas } from "../find-tool.ts";

export function whence(ctx: Context, tool: string, options: { json?: boolean }): void {
  if (tool.includes("/"))
    throw new GvError("BAD_ARGUMENT", `"${tool}" is a path, not the name of a tool`, {
      hint: "gv whence gopls",
    });
  const versions = whoHas(ctx, tool);
  if (options.json) return ctx.stdout.write(`${JSON.stringify({ tool, versions }, undefined, 2)}\n`);
  if (versions.length === 0)
    throw new GvError("NO_SUCH_TOOL", `no installed version of Go has ${tool}`, {
      hint: `${toolMeant(ctx, tool)}${builds(tool)}   builds it; gv rehash finds those that are installed already`,
    });
  ctx.stdout.write(versions.map((version) => `${version}\n`).join(""));
}
