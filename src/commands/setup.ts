/** gv setup: makes the root ready and prints the line that a profile needs. */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { setUp } from "../setup.ts";
import { quote } from "../shim-conf.ts";

export async function setup(ctx: Context, options: { quiet?: boolean }): Promise<void> {
  setUp(ctx);
  if (options.quiet) return;
  const { path, shims } = ctx.root;
  ctx.stdout.write(`${path} is ready: launcher, shims, env files\n`);
  const isOnPath = (ctx.env["PATH"] ?? "").split(":").includes(shims);
  if (isOnPath) return;
  ctx.stdout.write(
    `Put this line into your shell's profile (~/.profile, ~/.zshrc, ...), then open a new terminal:\n`,
  );
  ctx.stdout.write(`  . ${quote(join(path, "env"))}\n`);
  ctx.stdout.write(`for fish, into ~/.config/fish/config.fish:\n  source ${quote(join(path, "env.fish"))}\n`);
}
