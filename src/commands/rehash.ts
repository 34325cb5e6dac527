/** gv rehash: collects tools that were installed past the shims, and renews the shims. */
import type { Context } from "../context.ts";
import { prepareRoot } from "../root.ts";
import { isSetUp, setUp } from "../setup.ts";
import { writeShims } from "../shims.ts";
import { sweepStaging } from "../staging.ts";
import { collectTools } from "../tools/collect.ts";

export async function rehash(ctx: Context, options: { quiet?: boolean }): Promise<void> {
  prepareRoot(ctx);
  await sweepStaging(ctx); // What is put back has its shims, too.
  if (!isSetUp(ctx)) setUp(ctx);
  const collected = await collectTools(ctx);
  const added = writeShims(ctx);
  if (options.quiet) return;
  for (const { name, version } of collected) ctx.stdout.write(`${name} (built by Go ${version})\n`);
  const rest = added.filter((name) => collected.every((tool) => tool.name !== name));
  if (rest.length > 0) ctx.stdout.write(`new shims: ${rest.join(", ")}\n`);
  if (collected.length + rest.length === 0) ctx.stdout.write("nothing new\n");
}
