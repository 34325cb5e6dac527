/**
 * gv current: the version that the shims run here; with --json who asked for it, and with --explain the whole
 * chain, as far as the toolchain that the go command runs in the end.
 */
import { configFile, configFlag, configLines } from "../config.ts";
import type { Context } from "../context.ts";
import { printableLine } from "../errors.ts";
import { findTool } from "../find-tool.ts";
import type { Setting } from "../goenv.ts";
import { allOnPath, isShim } from "../on-path.ts";
import { formatOrigin, noVersion, type Resolution, resolveVersion } from "../resolve.ts";
import { shimsFollowConfig } from "../shim-conf.ts";
import { explainSwitching, fileKind, formatOutcome, formatSetting, type Switching } from "../switching.ts";
import { parseVersion } from "../version.ts";

export async function current(ctx: Context, options: { json?: boolean; explain?: boolean }): Promise<void> {
  const here = await resolveVersion(ctx);
  if (here.kind === "missing" || here.kind === "refused") throw noVersion(here);
  const go = findTool(ctx, "go", here).path;
  const name = here.kind === "version" ? here.name : "system";
  const chain = options.explain ? explainSwitching(ctx, go, strictPin(ctx, here)) : undefined;
  if (options.json) {
    const typed = options.explain && { goOnPath: goOnPath(ctx) ?? null };
    ctx.stdout.write(
      `${JSON.stringify({ name, go, origin: here.origin, ...chain, ...typed }, undefined, 2)}\n`,
    );
    return;
  }
  if (chain === undefined) return ctx.stdout.write(`${name}\n`);
  const lines = [
    ["version", `${name}, asked for by ${formatOrigin(here.origin)}`],
    ["go", go],
    ...describe(ctx, chain),
  ];
  for (const [label = "", text = ""] of lines)
    ctx.stdout.write(`${label.padEnd(12)} ${printableLine(text)}\n`);
}

/** What strict-pin makes the shim set, where gv chose the version. */
function strictPin(ctx: Context, here: Resolution): Setting | undefined {
  if (here.kind !== "version" || !configFlag(ctx, "strict-pin")) return undefined;
  const line = configLines(ctx).find(({ key }) => key === "strict-pin")?.line ?? 1;
  return { value: "local", origin: `strict-pin in ${configFile(ctx)}`, line };
}

/** The `go` that a shell runs here, where PATH has one. */
function goOnPath(ctx: Context): { path: string; isShim: boolean } | undefined {
  const [path] = allOnPath(ctx, "go");
  return path === undefined ? path : { path, isShim: isShim(ctx, path) };
}

/** A label and a text for each thing that has a say, and what comes of them. */
function describe(ctx: Context, chain: Switching): string[][] {
  const { gotoolchain, file } = chain;
  const rows = [
    [
      "GOTOOLCHAIN",
      gotoolchain ? `${gotoolchain.value || "(empty)"}, set by ${formatSetting(gotoolchain)}` : "not set",
    ],
  ];
  const kind = fileKind(chain);
  if (file === undefined && chain.selection?.kind !== "stops")
    rows.push([kind, "none, and no go.work, here or in a folder above"]);
  for (const word of ["go", "toolchain"] as const) {
    const line = file?.lines[word];
    if (file && line) rows.push([kind, `${file.path}, line ${line.line}: ${word} ${line.value}`]);
  }
  if (file && !file.lines.go && !file.lines.toolchain) rows.push([kind, `${file.path} has no go line`]);
  rows.push(["runs", formatOutcome(chain)]);
  const { target, selection } = chain;
  if (target && "installed" in target && selection?.kind === "runs") {
    if (target.installed) rows.push(["to mend it", `gv setup   says how ${ctx.root.shims} comes on PATH`]);
    else if (parseVersion(selection.toolchain))
      rows.push(["to have it", `gv install ${selection.toolchain.slice(2)}`]);
  }
  if (!shimsFollowConfig(ctx))
    rows.push(["but", "the shims don't know yet what $GV_ROOT/config says: gv setup"]);
  const typed = goOnPath(ctx);
  if (!typed?.isShim) {
    const fact = typed ? `go on PATH is ${typed.path}, not gv's shim` : "PATH has no go";
    rows.push(["but", `${fact}: gv setup says how ${ctx.root.shims} comes first`]);
  }
  return rows;
}
