/** gv tools: programs that a Go builds and their shims run: list, install, upgrade, remove, sync. */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { GvError, printable } from "../errors.ts";
import { removeFile } from "../files.ts";
import { whichTool } from "../find-tool.ts";
import { goBinFolder } from "../goenv.ts";
import { isProgram } from "../on-path.ts";
import { formatPlatform, samePlatform } from "../platform.ts";
import { rememberProject } from "../projects.ts";
import { resolveVersion } from "../resolve.ts";
import { didYouMean } from "../near.ts";
import { prepareRoot } from "../root.ts";
import { writeShims } from "../shims.ts";
import { type Builder, builderHere } from "../tools/build.ts";
import { folderMeant, sourceOf, type ToolCopy, toolCopies } from "../tools/copies.ts";
import { parseTool, programMeant, type ToolRequest } from "../tools/known.ts";
import { prepareTools, type Provided, type ProvideOptions, provideTools } from "../tools/provide.ts";
import { newestOther, wantedByProject, wantedFromGo } from "../tools/wanted.ts";

interface Options {
  readonly go?: string;
  readonly quiet?: boolean;
}

export async function list(ctx: Context, options: { json?: boolean }): Promise<void> {
  const here = await resolveVersion(ctx);
  const isCurrent = ({ name, path, platform }: ToolCopy): boolean => {
    if (here.kind === "missing" || here.kind === "refused" || !samePlatform(platform, ctx.platform))
      return false;
    const answer = whichTool(ctx, name, here);
    return answer.kind === "found" && answer.path === path;
  };
  const rows = toolCopies(ctx).map((copy) => ({
    name: copy.name,
    module: copy.info?.module?.path,
    version: copy.info?.module?.version,
    package: copy.info?.path,
    go: copy.go,
    builtBy: copy.info?.goVersion,
    platform: formatPlatform(copy.info?.platform ?? copy.platform),
    variant: variantOf(copy),
    path: copy.path,
    current: isCurrent(copy),
  }));
  if (options.json) return ctx.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  if (rows.length === 0) ctx.stderr.write("gv: no tools are installed yet\n    gv tools install gopls dlv\n");
  for (const row of rows) {
    const parts = [
      row.name.padEnd(16),
      (row.version ?? "?").padEnd(10),
      `Go ${row.go}`.padEnd(10),
      [row.platform, row.variant].filter((part) => part !== undefined).join(" "),
      row.builtBy === undefined || row.builtBy.startsWith(`go${row.go.replace(/\.0$/, "")}`)
        ? ""
        : `built by ${row.builtBy}`,
    ];
    ctx.stdout.write(`${row.current ? "*" : " "} ${printable(parts.join("  ").trimEnd())}\n`);
  }
}

/** The processor that it was built for, in more detail than GOARCH: GOAMD64's v1, GOARM's 7. */
function variantOf({ info }: ToolCopy): string | undefined {
  return Object.entries(info?.settings ?? {}).find(([key]) =>
    /^GO(?:AMD64|ARM|ARM64|386|MIPS|MIPS64|PPC64|RISCV64)$/.test(key),
  )?.[1];
}

export async function install(ctx: Context, words: readonly string[], options: Options): Promise<void> {
  const tools = words.map(parseTool); // All are read before one is built.
  const go = await builderHere(ctx, options.go);
  await provide(ctx, tools, go, { quiet: options.quiet === true });
}

export async function upgrade(ctx: Context, words: readonly string[], options: Options): Promise<void> {
  const go = await builderHere(ctx, options.go);
  const names = new Set(words.map(programMeant));
  const there = toolCopies(ctx, ctx.platform).filter((copy) => copy.go === go.name);
  for (const name of names)
    if (!there.some((copy) => copy.name === name))
      throw new GvError("NO_SUCH_TOOL", `Go ${go.name} has no ${name} to upgrade`, {
        hint: `${didYouMean(
          name,
          there.map((copy) => copy.name),
        )}gv tools install ${name}   builds it\ngv tools list   shows what there is`,
      });
  const meant = there.filter(({ name }) => names.size === 0 || names.has(name));
  const tools = meant.flatMap((copy) => {
    const tool = sourceOf(copy);
    if (!tool)
      ctx.stderr.write(`gv: ${copy.name} stays: it doesn't say which version of which module it is\n`);
    return tool ?? [];
  });
  if (meant.length === 0 && !options.quiet)
    ctx.stderr.write(`gv: Go ${go.name} has no tools yet\n    gv tools install gopls dlv\n`);
  await provide(ctx, tools, go, { quiet: options.quiet === true, onlyNewer: true });
}

export async function sync(ctx: Context, options: Options & { from?: string }): Promise<void> {
  const go = await builderHere(ctx, options.go);
  const copies = toolCopies(ctx, ctx.platform);
  const from =
    options.from === undefined ? newestOther(copies, go.name) : await folderMeant(copies, options.from);
  const skip = (text: string): void => ctx.stderr.write(`gv: ${printable(text)}\n`);
  const asked = wantedByProject(ctx, copies, skip);
  const others = from === undefined ? [] : wantedFromGo(copies, from, go.name, skip);
  // Of one name the last one counts: go.mod's, then that of .tool-versions.
  const wanted = new Map([...others, ...asked.toReversed()].map((one) => [one.tool.name, one]));
  if (!options.quiet) {
    for (const { tool, by } of wanted.values())
      ctx.stderr.write(printable(`${tool.name} ${tool.version ?? ""}`.trimEnd() + ` (${by})`) + "\n");
    if (wanted.size === 0) ctx.stderr.write(`gv: nothing to build: Go ${go.name} has what the others have\n`);
  }
  rememberProject(ctx);
  await provide(
    ctx,
    Array.from(wanted.values(), ({ tool }) => tool),
    go,
    { quiet: options.quiet === true },
  );
}

async function provide(
  ctx: Context,
  tools: readonly ToolRequest[],
  go: Builder,
  options: ProvideOptions,
): Promise<void> {
  prepareTools(ctx);
  await provideTools(ctx, tools, go, options, (tool) => {
    if (!options.quiet) ctx.stdout.write(`${describe(tool, go)}\n`);
  });
}

function describe({ name, version, isNew }: Provided, go: Builder): string {
  const what = version === undefined ? name : `${name} ${version}`;
  return isNew ? `${what} is built by Go ${go.name}` : `${what} of Go ${go.name} is there already`;
}

export async function remove(ctx: Context, words: readonly string[], options: Options): Promise<void> {
  const names = new Set(words.map(programMeant));
  prepareRoot(ctx);
  const all = toolCopies(ctx, ctx.platform);
  const go = options.go === undefined ? undefined : await folderMeant(all, options.go);
  const doomed = [...names].map((name) => ({
    name,
    copies: all.filter((copy) => copy.name === name && (go === undefined || copy.go === go)),
  }));
  for (const { name, copies } of doomed)
    if (copies.length === 0)
      throw new GvError(
        "NO_SUCH_TOOL",
        `there is no ${name}${go === undefined ? "" : ` of Go ${go}`} in gv's tools`,
        {
          hint:
            all.length > 0
              ? `${didYouMean(
                  name,
                  all.map((copy) => copy.name),
                )}there are ${[...new Set(all.map((copy) => copy.name))].join(", ")}`
              : "gv tools install gopls   builds one",
        },
      );
  for (const { copies } of doomed) for (const { path } of copies) removeFile(path);
  writeShims(ctx);
  if (options.quiet) return;
  for (const { name, copies } of doomed) {
    ctx.stdout.write(`${name} of Go ${copies.map((copy) => copy.go).join(", ")} is removed\n`);
    const original = join(goBinFolder(ctx), name);
    if (isProgram(original))
      ctx.stdout.write(`${original} stays, and gv rehash would find it again: rm '${original}'\n`);
  }
}
