/** What a program gets that gv starts for a chosen version: as from the shim, and for `gv exec` and `gv check` by any name. */
import { configFlag } from "./config.ts";
import type { Context, Environment } from "./context.ts";
import { GvError } from "./errors.ts";
import type { Resolution } from "./resolve.ts";
import { parseVersion } from "./version.ts";

/** As shim.sh counts: programs outside gv that could call a shim again, of which the 20th is refused. */
export function countHop({ env, root }: Context, path: string): Environment {
  const before = env["GV_HOPS"] ?? "";
  const hops = /^1?\d$/.test(before) ? Number(before) + 1 : /^\d+$/.test(before) ? 20 : 1;
  if (hops < 20) return { GV_HOPS: String(hops) };
  throw new GvError("NO_SUCH_TOOL", `${path} and ${root.shims} call each other without end`, {
    hint: "both are shims: take one of their folders out of PATH, or choose a version: gv global latest",
  });
}

/** What the program gets: as from the shim, and for `gv exec` the version first on PATH and by any shim. */
export function environment(
  ctx: Context,
  chosen: Extract<Resolution, { kind: "version" | "system" }>,
  options: { shim?: string },
): Environment {
  const { GOROOT: _goroot, GV_HOPS: _hops, ...env } = ctx.env;
  if (chosen.kind === "system") return options.shim === undefined ? { ...env, GV_VERSION: "system" } : env;
  const version = parseVersion(chosen.name);
  // Up to 1.8 a go command did not find its own tree.
  const needsGoroot = version !== undefined && version.major === 1 && version.minor <= 8;
  const goroot = needsGoroot ? { GOROOT: chosen.dir } : {};
  const switched = env["GOTOOLCHAIN_INTERNAL_SWITCH_VERSION"] ?? "";
  const isStrict = switched === "" && configFlag(ctx, "strict-pin");
  const given = { ...env, ...goroot, ...(isStrict ? { GOTOOLCHAIN: "local" } : {}) };
  // What a go command switched to is for all that it starts, in whatever folder.
  const isSwitched = /^go\d/.test(switched);
  if (options.shim !== undefined) return { ...given, ...(isSwitched ? { GV_VERSION: chosen.name } : {}) };
  const tools = `${ctx.root.tools(ctx.platform)}/${chosen.name}/bin`;
  const path = [`${chosen.dir}/bin`, tools, ctx.env["PATH"]].filter((folder) => folder).join(":");
  return { ...given, GV_VERSION: chosen.name, PATH: path };
}
