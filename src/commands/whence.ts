/** gv whence: which installed versions have a tool. */
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { whoHas } from "../find-tool.ts";

export function whence(ctx: Context, tool: string, options: { json?: boolean }): void {
  const versions = whoHas(ctx, tool);
  if (options.json) return ctx.stdout.write(`${JSON.stringify({ tool, versions }, undefined, 2)}\n`);
  if (versions.length === 0)
    throw new GvError("NO_SUCH_TOOL", `no installed version of Go has ${tool}`, {
      hint: `to build it: gv tools install ${tool}\nto find those that are installed already: gv rehash`,
    });
  ctx.stdout.write(versions.map((version) => `${version}\n`).join(""));
}
