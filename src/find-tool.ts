/** The program behind a shim's name once the version is known, or the error that says what there is instead. */
import { configFlag } from "./config.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { didYouMean } from "./near.ts";
import { isExecutable, onPath } from "./on-path.ts";
import type { Platform } from "./platform.ts";
import { namesIn } from "./read.ts";
import { formatOrigin, releaseNamed, type Resolution } from "./resolve.ts";
import { installedNames } from "./store.ts";
import { knownTools } from "./tools/known.ts";
import { formatVersion, newestMatching, parseFolderName, parseVersion } from "./version.ts";

export type ToolAnswer =
  /** `version` is the one that the copy belongs to; undefined for a program outside gv. */
  | { readonly kind: "found"; readonly path: string; readonly reason: ToolReason; readonly version?: string }
  /** `versions` are the installed versions that have it. */
  | { readonly kind: "no tool"; readonly tool: string; readonly versions: readonly string[] };

/** Why this copy: the chosen version's own, one of the same minor, the newest there is, or the next on PATH. */
export type ToolReason = "own" | "same minor" | "newest" | "path";

export interface ToolOptions {
  readonly platform?: Platform;
  /** Without it no other version's copy is taken. The setting `tool-fallback` where it isn't said. */
  readonly fallback?: boolean;
}

/** The program that the shim of `tool` executes once the version is known. */
export function whichTool(
  ctx: Context,
  tool: string,
  chosen: Extract<Resolution, { kind: "version" | "system" }>,
  { platform = ctx.platform, fallback = configFlag(ctx, "tool-fallback") }: ToolOptions = {},
): ToolAnswer {
  const name = chosen.kind === "version" ? chosen.name : undefined;
  const built = copiesIn(ctx.root.tools(platform), tool);
  const shipped = copiesIn(ctx.root.versions(platform), tool);
  const own = [...built, ...shipped].find((copy) => copy.version === name);
  const program = onPath(ctx, tool);
  const next: ToolAnswer | undefined =
    program === undefined ? program : { kind: "found", path: program, reason: "path" };
  const nothing: ToolAnswer = {
    kind: "no tool",
    tool,
    versions: [...new Set([...built, ...shipped].map((copy) => copy.version))],
  };

  if (isOfGo(tool)) {
    if (name === undefined) return next ?? { ...nothing, versions: [] };
    const path = `${ctx.root.versions(platform)}/${name}/bin/${tool === "gofmt" ? "gofmt" : "go"}`;
    if (!isExecutable(path)) return { ...nothing, versions: [] };
    return { kind: "found", path, reason: "own", version: name };
  }
  if (own) return { kind: "found", ...own, reason: "own" };
  if (name === undefined && next) return next;
  if (!fallback) return nothing.versions.length > 0 ? nothing : (next ?? nothing);
  const sibling = newestCopy(built.filter(({ version }) => isSameMinor(version, name)));
  if (sibling) return { kind: "found", ...sibling, reason: "same minor" };
  const newest = newestCopy(built) ?? newestCopy(shipped);
  return newest ? { kind: "found", ...newest, reason: "newest" } : (next ?? nothing);
}

/** The versions that have a tool, their own copies and what their releases ship: what `gv whence` prints. */
export function whoHas(ctx: Context, tool: string, platform: Platform = ctx.platform): string[] {
  if (isOfGo(tool)) return installedNames(ctx, platform);
  const copies = [
    ...copiesIn(ctx.root.tools(platform), tool),
    ...copiesIn(ctx.root.versions(platform), tool),
  ];
  return [...new Set(copies.map(({ version }) => version))].toSorted((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
}

/** True for what every Go brings: go (by its release's name, too) and gofmt. */
function isOfGo(tool: string): boolean {
  return tool === "go" || tool === "gofmt" || releaseNamed(tool) !== undefined;
}

interface Copy {
  readonly path: string;
  readonly version: string;
}

function copiesIn(folder: string, tool: string): readonly Copy[] {
  return namesIn(folder)
    .map((version) => ({ version, path: `${folder}/${version}/bin/${tool}` }))
    .filter(({ path }) => isExecutable(path));
}

function newestCopy(copies: readonly Copy[]): Copy | undefined {
  const versions = copies.flatMap((copy) => parseFolderName(copy.version) ?? []);
  const newest = newestMatching(versions, { kind: "latest" });
  return newest && copies.find(({ version }) => version === formatVersion(newest));
}

function isSameMinor(a: string, b: string | undefined): boolean {
  const [first, second] = [parseVersion(a), parseVersion(b ?? "")];
  return first !== undefined && first.major === second?.major && first.minor === second.minor;
}

/** Throws NO_SUCH_TOOL, or NO_SYSTEM_GO where the system's Go is meant and there is none. */
export function findTool(
  ctx: Context,
  tool: string,
  chosen: Extract<Resolution, { kind: "version" | "system" }>,
): Extract<ToolAnswer, { kind: "found" }> {
  const answer = whichTool(ctx, tool, chosen);
  if (answer.kind === "found") return answer;
  if (isOfGo(tool)) throw withoutOwn(tool, chosen);
  if (answer.versions.length > 0) {
    const name = chosen.kind === "version" ? `Go ${chosen.name}` : "the system's Go";
    const fact = `${name} has no ${tool}; these have: ${answer.versions.join(", ")} (tool-fallback is off)`;
    throw new GvError("NO_SUCH_TOOL", fact, {
      hint: "to build it with the version in use: go install <its package>@latest",
    });
  }
  throw new GvError("NO_SUCH_TOOL", `no installed version of Go has ${tool}, and PATH has no other`, {
    hint: `${toolMeant(ctx, tool)}${builds(tool)}   builds it; gv rehash finds those that are installed already`,
  });
}

/** Why there is no go or gofmt: as the shim says it. */
function withoutOwn(tool: string, chosen: Extract<Resolution, { kind: "version" | "system" }>): GvError {
  if (chosen.kind === "version")
    return new GvError("NO_SUCH_TOOL", `Go ${chosen.name} has no ${tool}`, {
      hint: parseFolderName(chosen.name)
        ? `gv install --force ${chosen.name}   installs it again`
        : `it is a Go of your own: ls -l '${chosen.dir}/bin'`,
    });
  if (chosen.origin.kind === "none")
    return new GvError(
      "NO_SYSTEM_GO",
      `no version of Go is chosen here, and PATH has no ${tool} besides gv's own`,
      { hint: "gv install latest   installs one, and gv global latest chooses it everywhere" },
    );
  return new GvError("NO_SYSTEM_GO", `there is no ${tool} on PATH besides gv's own`, {
    hint: `asked for by: ${formatOrigin(chosen.origin)}\ngv install latest   installs a Go`,
  });
}

/** The line for a hint, with its end, where a name is near to that of a tool: one with a shim, or of gv's table. */
export function toolMeant(ctx: Context, typed: string): string {
  return didYouMean(
    typed,
    new Set(["go", "gofmt", ...namesIn(ctx.root.shims), ...knownTools.map(({ name }) => name)]),
  );
}

/** The line that builds a tool. */
export function builds(tool: string): string {
  const isKnown = knownTools.some(({ name }) => name === tool);
  return isKnown ? `gv tools install ${tool}` : "go install <its package>@latest";
}
