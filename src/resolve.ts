/**
 * Which version of Go applies here, and why: every answer carries its origin. Reads the disk, never writes.
 *
 * The order is that of docs/architecture.md, "Which version". shims/shim.sh is the same rule in sh for the plain
 * cases and hands the others over to this file; test/resolve.cases.ts runs through both.
 */
import { newestOf } from "./choose.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { didYouMean } from "./near.ts";
import { onPath } from "./on-path.ts";
import { formatPlatform, type Platform } from "./platform.ts";
import { startOf, upwards } from "./read.ts";
import { findInstalled, installedVersions } from "./store.ts";
import {
  goVersionFile,
  readLimit,
  toolVersionsFile,
  type VersionFile,
  versionFiles,
} from "./version-files.ts";
import {
  formatRequest,
  formatVersion,
  keywords,
  parseRequest,
  parseVersion,
  type Request,
} from "./version.ts";

/** Who asked for the version, in the words that were found there. */
export type Origin =
  | { readonly kind: "argument"; readonly text: string }
  | { readonly kind: "env"; readonly name: string; readonly text: string }
  | { readonly kind: "file" | "global"; readonly file: string; readonly line: number; readonly text: string }
  | { readonly kind: "none" };

export type Resolution =
  /** `name` is the folder's name: a version as gv writes it, or a linked name. */
  | { readonly kind: "version"; readonly name: string; readonly dir: string; readonly origin: Origin }
  /** `path` is the go command found on PATH; undefined when there is none. */
  | { readonly kind: "system"; readonly path: string | undefined; readonly origin: Origin }
  /** A good request that nothing installed answers. */
  | { readonly kind: "missing"; readonly request: Request; readonly origin: Origin }
  /** A word that is no request; `path` when it is one that must not reach the disk. */
  | { readonly kind: "refused"; readonly reason: "path" | "syntax"; readonly origin: AskedOrigin };

export type AskedOrigin = Exclude<Origin, { kind: "none" }>;

export interface ResolveOptions {
  /** What was typed for this one call: `gv exec <spec>`. */
  readonly spec?: string;
  /** The name a shim was called by, for `go1.22.5`; `go` where it is not said. */
  readonly tool?: string;
  /** The arguments of that shim, for `go +1.21 ...`. */
  readonly args?: readonly string[];
  readonly platform?: Platform;
}

/** The version that applies in ctx.cwd. For `go.mod` as an argument throws as requestOfModule does. */
export async function resolveVersion(ctx: Context, options: ResolveOptions = {}): Promise<Resolution> {
  for (const asked of askers(ctx, options)) {
    const answers: Resolution[] = [];
    for (const spec of asked.specs) {
      const answer = await choose(ctx, spec, asked.origin, options.platform ?? ctx.platform);
      if (answer.kind !== "missing") return answer;
      answers.push(answer);
    }
    if (answers[0]) return answers[0];
  }
  return { kind: "system", path: onPath(ctx, "go"), origin: { kind: "none" } };
}

/**
 * Everything that is asked for in ctx.cwd, past what applies: each word of GV_VERSION, of the nearest pin and of the
 * global version.
 */
export async function allAsked(ctx: Context, platform: Platform): Promise<Resolution[]> {
  const answers: Resolution[] = [];
  const seen = new Set<Origin["kind"]>();
  for (const { specs, origin } of askers(ctx, {})) {
    if (seen.has(origin.kind)) continue; // A pin further up.
    seen.add(origin.kind);
    for (const spec of specs) answers.push(await choose(ctx, spec, origin, platform));
  }
  return answers;
}

/**
 * What is asked for in ctx.cwd, installed or not, and by whom: what `gv install` installs when nothing is named. Throws
 * NO_SPEC where nothing (or a Go that is there: the system's, a linked one) is asked for, BAD_SPEC for a word that
 * is no version or that only counts where it is typed, NOT_INSTALLED for a name that nobody linked.
 */
export async function requestHere(ctx: Context): Promise<{ request: Request; origin: AskedOrigin }> {
  for (const { specs, origin } of askers(ctx, {})) {
    const [spec] = specs;
    if (spec === undefined) continue;
    const request = await readRequest(spec);
    if (typeof request === "string" || request.kind === "go.mod") {
      const reason = typeof request === "string" ? request : "syntax";
      throw noVersion({ kind: "refused", reason, origin: { ...origin, text: spec } });
    }
    const isNamed = request.kind === "name" || request.kind === "tip";
    if (isNamed && !findInstalled(ctx, ctx.platform, formatRequest(request)))
      throw noVersion({ kind: "missing", request, origin });
    if (request.kind !== "system" && !isNamed) return { request, origin };
    const there = isNamed ? `the linked Go ${formatRequest(request)}` : "the system's Go";
    throw new GvError("NO_SPEC", `${there} is asked for here: there is nothing to install`, {
      hint: `asked for by: ${formatOrigin(origin)}\nto choose a version: gv use 1.22`,
    });
  }
  throw new GvError("NO_SPEC", "no version is asked for here", {
    hint: "name one: gv install latest\nor pin one for this directory: gv use 1.22",
  });
}

/** Why an install failed of what nobody typed, with who asked for it. */
export function withAsker(error: unknown, request: Request, origin: Origin): unknown {
  if (!(error instanceof GvError) || error.code === "INTERRUPTED") return error;
  const why = `Go ${formatRequest(request)} is asked for by: ${formatOrigin(origin)}`;
  const hint = error.hint === undefined ? why : `${why}\n${error.hint}`;
  return new GvError(error.code, error.message, { hint, cause: error });
}

/** Someone who asks for a version. Several words mean the first one that is installed. */
interface Asker {
  readonly specs: readonly string[];
  readonly origin: AskedOrigin;
}

/** Everyone who asks, most important first. */
function* askers(ctx: Context, { spec, tool = "go", args = [] }: ResolveOptions): Generator<Asker> {
  const named = releaseNamed(tool);
  if (named !== undefined) yield { specs: [named], origin: { kind: "argument", text: tool } };
  const variable = "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION";
  const switched = spec === undefined && tool === "go" ? ctx.env[variable] : undefined;
  const target = switched === undefined ? undefined : releaseNamed(switched);
  if (switched !== undefined && target !== undefined)
    yield { specs: [target], origin: { kind: "env", name: variable, text: switched } };
  const [plus] = args;
  if (tool === "go" && plus?.startsWith("+"))
    yield { specs: [plus.slice(1)], origin: { kind: "argument", text: plus } };
  if (spec !== undefined) yield { specs: [spec], origin: { kind: "argument", text: spec } };
  const chosen = ctx.env["GV_VERSION"];
  if (chosen) yield { specs: [chosen], origin: { kind: "env", name: "GV_VERSION", text: chosen } };
  for (const directory of upwards(ctx.cwd))
    for (const format of versionFiles) yield* fileAsker(format, `${directory}/${format.name}`, "file");
  const ofHome = homeFile(ctx);
  if (ofHome !== undefined) yield* fileAsker(toolVersionsFile, ofHome, "file");
  yield* fileAsker(goVersionFile, ctx.root.globalVersion, "global");
}

/** asdf's own default, `$HOME/.tool-versions`, which it reads from outside $HOME, too. HOME must be absolute. */
export function homeFile({ env }: Context): string | undefined {
  const home = env["HOME"];
  return home?.startsWith("/") ? `${home}/${toolVersionsFile.name}` : undefined;
}

/** The file's words; nobody where it says nothing about Go, is no regular file, or may not be read. */
function* fileAsker(format: VersionFile, file: string, kind: "file" | "global"): Generator<Asker> {
  const lines = format.read(startOf(file, readLimit) ?? "");
  const [first] = lines;
  if (first === undefined) return;
  yield { specs: lines.map(({ spec }) => spec), origin: { kind, file, line: first.line, text: first.spec } };
}

/**
 * The release that a shim's name says, in gv's spelling: `go1.20` is Go's own name of 1.20.0, `go1.21.0`
 * of 1.21.0 (https://go.dev/doc/toolchain#name). Undefined for any other tool.
 */
export function releaseNamed(tool: string): string | undefined {
  if (!/^go\d+\.\d+(?:\.\d+|(?:beta|rc)\d+)?$/.test(tool)) return undefined;
  const version = parseVersion(tool);
  const name = version && formatVersion(version);
  return name === tool.slice(2) || name === `${tool.slice(2)}.0` ? name : undefined;
}

async function choose(
  ctx: Context,
  spec: string,
  asker: AskedOrigin,
  platform: Platform,
): Promise<Resolution> {
  const origin = asker.kind === "argument" ? asker : { ...asker, text: spec };
  const request = await readRequest(spec);
  if (typeof request === "string") return { kind: "refused", reason: request, origin };
  if (request.kind === "system") return { kind: "system", path: onPath(ctx, "go"), origin };
  // Typed for one call it means what go.mod asks for; a pin must not change with go.mod.
  if (request.kind === "go.mod" && origin.kind !== "argument")
    return { kind: "refused", reason: "syntax", origin };
  const wanted = request.kind === "go.mod" ? (await import("./switching.ts")).requestOfModule(ctx) : request;
  const name = await newestName(ctx, platform, wanted);
  if (name === undefined) return { kind: "missing", request: wanted, origin };
  return { kind: "version", name, dir: `${ctx.root.versions(platform)}/${name}`, origin };
}

/** Version files come from strangers: a word that could be a path or an option is refused unread. */
async function readRequest(spec: string): Promise<Request | "path" | "syntax"> {
  if (/^[.-]|\/|^(?:path|ref):/.test(spec)) return "path";
  try {
    const request = parseRequest(spec);
    await newestOf([], request); // Refuses a range that is none.
    return request;
  } catch (error) {
    if (error instanceof GvError) return "syntax";
    throw error;
  }
}

/** The name of the installed version that a request means: a linked one by its name, else the newest. */
async function newestName(ctx: Context, platform: Platform, request: Request): Promise<string | undefined> {
  if (request.kind === "name" || request.kind === "tip")
    return findInstalled(ctx, platform, formatRequest(request))?.name;
  const newest = await newestOf(installedVersions(ctx, platform), request);
  return newest && formatVersion(newest);
}

/** Who asked, as a person reads it: `/p/.go-version, line 1`. */
export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "argument":
      return `the argument ${origin.text}`;
    case "env":
      return origin.name;
    case "file":
    case "global":
      return `${origin.file}, line ${origin.line}`;
    default:
      return "nobody: there is no version file and no global version";
  }
}

/** The error for a resolution that leads to no Go; `platform` where another one than the host's was asked for. */
export function noVersion(
  resolution: Extract<Resolution, { kind: "missing" | "refused" }>,
  platform?: Platform,
): GvError {
  const by = `asked for by: ${formatOrigin(resolution.origin)}`;
  if (resolution.kind === "missing") {
    const { request } = resolution;
    const spec = formatRequest(request);
    if (request.kind === "name" || request.kind === "tip")
      return new GvError("NOT_INSTALLED", `there is no linked Go named ${spec}`, {
        hint: `${didYouMean(spec, keywords)}${by}\nto link one: gv link ${spec} <its folder>\n${request.kind === "tip" ? "to build it: gv build tip" : "a release is written as 1.22.5, 1.22 or latest"}`,
      });
    const fact = request.kind === "latest" || request.kind === "stable" ? "no Go is" : `Go ${spec} is not`;
    const where = platform ? ` for ${formatPlatform(platform)}` : "";
    const option = platform ? `--platform ${formatPlatform(platform)} ` : "";
    return new GvError("NOT_INSTALLED", `${fact} installed${where}`, {
      hint: `${by}\nto install it: gv install ${option}${/\s|[<>^*~|]/.test(spec) ? `'${spec}'` : spec}`,
    });
  }
  const text = JSON.stringify(resolution.origin.text);
  if (resolution.reason === "path")
    return new GvError("BAD_SPEC", `${text} is a path or a reference, not a version of Go`, {
      hint: `${by}\nto use a Go of your own: gv link mygo <its folder>, and write mygo there`,
    });
  return new GvError("BAD_SPEC", `${text} is not a version of Go`, {
    hint: `${by}\nwrite it as 1.22.5, 1.22, latest, oldstable, ^1.22, system, or the name of a linked Go`,
  });
}
