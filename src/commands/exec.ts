/**
 * gv exec: a command with one version of Go. The launcher answers what sh can tell; here comes the rest: a
 * range, oldstable, and (--shim) what a shim hands over, a missing version that may be installed on the spot.
 */
import { type Context, type Environment, exitWith } from "../context.ts";
import { GvError } from "../errors.ts";
import { findTool } from "../find-tool.ts";
import { install } from "../install.ts";
import { progressBar } from "../progress.ts";
import { noVersion, resolveVersion, type Resolution } from "../resolve.ts";
import { runProgram } from "../run.ts";
import { makeUsable } from "../setup.ts";
import { formatRequest, parseVersion } from "../version.ts";

/** `command` is what stands behind `--`, `spec` what stands before it. */
export async function exec(
  ctx: Context,
  spec: string | undefined,
  command: readonly string[],
  options: { shim?: string },
): Promise<void> {
  const [tool, ...words] = options.shim === undefined ? command : [options.shim, ...command];
  if (tool === undefined)
    throw new GvError("BAD_ARGUMENT", "gv exec needs a command behind --", {
      hint: "gv exec 1.22.5 -- go test ./...",
    });
  const typed = spec === undefined ? {} : { spec };
  const asked = options.shim === undefined ? typed : { tool, args: words };
  let chosen = await resolveVersion(ctx, asked);
  if (chosen.kind === "missing" && options.shim === "go") chosen = await installOnTheSpot(ctx, chosen, asked);
  if (chosen.kind === "missing" || chosen.kind === "refused") throw noVersion(chosen);
  const isPlus = options.shim === "go" && words[0]?.startsWith("+") === true;
  const found = tool.includes("/") ? { path: tool, reason: "path" } : findTool(ctx, tool, chosen);
  const env = environment(ctx, chosen, options);
  const hops = options.shim !== undefined && found.reason === "path" ? countHop(ctx, found.path) : {};
  exitWith(await runProgram(ctx, found.path, isPlus ? words.slice(1) : words, { ...env, ...hops }));
}

/** As the go command downloads a toolchain that go.mod asks for: where somebody sees it, or asked for it. */
async function installOnTheSpot(
  ctx: Context,
  missing: Extract<Resolution, { kind: "missing" }>,
  asked: Parameters<typeof resolveVersion>[1],
): Promise<Resolution> {
  const { request } = missing;
  const isRelease = request.kind === "exact" || request.kind === "partial";
  if (!isRelease || !(ctx.stderr.isTerminal || ctx.env["GV_AUTO_INSTALL"] === "1")) return missing;
  const name = `Go ${formatRequest(request)}`;
  const bar = progressBar(ctx, name, { isSilent: false });
  const { installed } = await install(ctx, request, ctx.platform, {
    onProgress: (received, total) => bar.update(received, total),
    onWait: () => ctx.stderr.write(`gv: another gv is installing ${name}; waiting for that one\n`),
    onWarning: (text) => ctx.stderr.write(`gv: ${text}\n`),
  }).finally(() => bar.clear());
  makeUsable(ctx, installed);
  ctx.stderr.write(`gv: Go ${installed.name} is installed and proven\n`);
  return resolveVersion(ctx, asked);
}

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
  if (options.shim !== undefined) return { ...env, ...goroot };
  const tools = `${ctx.root.tools(ctx.platform)}/${chosen.name}/bin`;
  const path = [`${chosen.dir}/bin`, tools, ctx.env["PATH"]].filter((folder) => folder).join(":");
  return { ...env, ...goroot, GV_VERSION: chosen.name, PATH: path };
}
