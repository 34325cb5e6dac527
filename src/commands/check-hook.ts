/** gv check --install-hook, --uninstall-hook. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { installHook, uninstallHook } from "../check/hook.ts";
import type { Context } from "../context.ts";
import { Machine } from "../doctor/machine.ts";
import { setUp } from "../setup.ts";

export async function checkHook(ctx: Context, how: "install" | "uninstall"): Promise<void> {
  const machine = new Machine(ctx);
  if (how === "install" && !existsSync(join(ctx.root.bin, "gv"))) setUp(ctx);
  ctx.stdout.write(`${await (how === "install" ? installHook : uninstallHook)(machine)}\n`);
}
