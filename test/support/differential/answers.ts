/**
 * What comes of a call in a world: by shims/shim.sh in a shell, and by src/, in the same words, so that they can
 * be compared.
 */
import { spawn } from "node:child_process";
import { existsSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename } from "node:path";

import { countHop, environment } from "../../../src/tool-environment.ts";
import { type Context, type Environment, logicalCwd } from "../../../src/context.ts";
import { GvError } from "../../../src/errors.ts";
import { whichTool } from "../../../src/find-tool.ts";
import { textOf } from "../../../src/read.ts";
import {
  formatOrigin,
  noVersion,
  type Origin,
  type Resolution,
  resolveVersion,
} from "../../../src/resolve.ts";
import { goVersionFile, versionFiles } from "../../../src/version-files.ts";
import { formatRequest, type Request } from "../../../src/version.ts";
import { contextFor } from "../shell.ts";
import { type Calling, watched } from "./places.ts";

export type Answer =
  | { readonly kind: "ran"; readonly path: string; readonly words: readonly string[]; readonly env: Seen }
  /** `fact` is the message, or what it comes to; `by` who asked. */
  | { readonly kind: "stopped"; readonly fact: string; readonly by: string }
  | { readonly kind: "handed over"; readonly words: readonly string[] };

/** What the program sees of the watched variables. */
type Seen = Readonly<Record<(typeof watched)[number], string>>;

/** A folder may be executed, too, by its mode: what a shell says of that is its own affair. */
const isFolder = "the program is a folder";

/** What the shim does, run by that sh. */
export async function answerOfShell(sh: string, { shim, words, cwd, given, root }: Calling): Promise<Answer> {
  const { code, stdout, stderr } = await output(sh, [shim, ...words], { cwd, env: given });
  const fields = stdout.split("\0").slice(0, -1);
  const [first = ""] = fields;
  if (first === "node") return { kind: "handed over", words: fields.slice(1) };
  if (first !== "") {
    const count = Number(fields[1]);
    const seen = watched.map((name, at) => [name, settle(fields[2 + count + at] ?? "", root, cwd)]);
    return {
      kind: "ran",
      path: settle(first, root, cwd),
      words: fields.slice(2, 2 + count),
      env: Object.fromEntries(seen) as Seen,
    };
  }
  if (code === 126 && !stderr.startsWith("gv: ")) return { kind: "stopped", ...stop(isFolder, "") };
  const [, fact = ""] = /^gv: (.*)$/m.exec(stderr) ?? [];
  if (fact === "" || (code !== 127 && code !== 126))
    return { kind: "stopped", fact: `code ${code}: ${stderr}`, by: "" };
  const [, by = ""] = /^ {4}asked for by: (.*)$/m.exec(stderr) ?? [];
  return { kind: "stopped", ...stop(fact, by) };
}

/** A path below the root, however it leads there: a shim that is called by a relative path says it as it is. */
function settle(path: string, root: string, cwd: string): string {
  const [, before = "", behind = ""] = /^(.*\broot)(\/(?:versions|tools).*)$/s.exec(path) ?? [];
  const folder = before.startsWith("/") ? before : `${cwd}/${before}`;
  return behind !== "" && existsSync(folder) && realpathSync.native(folder) === root ? root + behind : path;
}

function output(
  program: string,
  words: readonly string[],
  options: { cwd: string; env: Environment },
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((fulfil, reject) => {
    const child = spawn(program, words, { ...options, stdio: ["ignore", "pipe", "pipe"], timeout: 20_000 });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (code) => fulfil({ code, stdout, stderr }));
  });
}

/** The same by src/, put together as `gv exec --shim` does; and whether the shim may leave it to Node. */
export async function answerOfSource(
  place: Calling,
  fallback: boolean,
): Promise<{ answer: Answer; isForNode: boolean }> {
  const [ctx, tool] = [contextOf(place), basename(place.shim)];
  try {
    const chosen = await resolveVersion(ctx, { tool, args: place.words });
    const isInstalled = chosen.kind === "missing" && tool === "go" && place.env["GV_AUTO_INSTALL"] === "1";
    const isForNode =
      place.isLost ||
      isInstalled ||
      !wordsOf(chosen.origin).every(isPlain) ||
      isOddOnTheWay(ctx, chosen.origin);
    return { answer: answerFor(ctx, place, chosen, fallback), isForNode };
  } catch (error) {
    // A range that is none.
    if (error instanceof GvError)
      return { answer: { kind: "stopped", ...stop(error.message, "") }, isForNode: true };
    throw error;
  }
}

function answerFor(ctx: Context, { shim, words }: Calling, chosen: Resolution, fallback: boolean): Answer {
  const tool = basename(shim);
  try {
    const by = byOf(chosen.origin, tool);
    if (chosen.kind === "missing" && isProgramFile(ctx, chosen.request))
      return { kind: "stopped", ...stop(notExecutable, by) };
    if (chosen.kind === "missing" || chosen.kind === "refused")
      return { kind: "stopped", ...stop(noVersion(chosen).message, by) };
    const found = whichTool(ctx, tool, chosen, { fallback });
    if (found.kind === "no tool") return { kind: "stopped", ...stop("no tool", "") };
    if (statSync(found.path).isDirectory()) return { kind: "stopped", ...stop(isFolder, "") };
    const hops = found.reason === "path" ? countHop(ctx, found.path) : {};
    const given: Environment = { ...environment(ctx, chosen, { shim: tool }), ...hops };
    const isPlus = chosen.origin.kind === "argument" && chosen.origin.text === words[0];
    const seen = watched.map((name) => [name, given[name] ?? "unset"]);
    return {
      kind: "ran",
      path: found.path,
      words: isPlus ? words.slice(1) : words,
      env: Object.fromEntries(seen) as Seen,
    };
  } catch (error) {
    if (error instanceof GvError) return { kind: "stopped", ...stop(error.message, "") };
    throw error;
  }
}

/** The words that were read where the version comes from. */
function wordsOf(origin: Origin): readonly string[] {
  if (origin.kind === "none") return [];
  if (origin.kind === "argument") return [origin.text.replace(/^\+/, "")];
  if (origin.kind === "env") return [origin.text];
  const format = versionFiles.find(({ name }) => name === basename(origin.file)) ?? goVersionFile;
  return format.read(textOf(origin.file) ?? "").map(({ spec }) => spec);
}

/** Whether a file on the way is too long for a shell, or has, outside of comments, more than ASCII: it may be a blank. */
function isOddOnTheWay(ctx: Context, origin: Origin): boolean {
  if (origin.kind === "argument" || origin.kind === "env") return false;
  const folders = ctx.cwd.split("/").map((_, at, all) => all.slice(0, at + 1).join("/"));
  return [
    ...folders.flatMap((folder) => versionFiles.map(({ name }) => `${folder}/${name}`)),
    ctx.root.globalVersion,
    `${ctx.env["HOME"] ?? ""}/.tool-versions`,
  ].some((file) => {
    const text = textOf(file) ?? "";
    const isLong = text.split("\n").some((line, at) => at >= 200 || line.length >= 1000);
    return isLong || /[^\t\n\v\f\r -~]/.test(text.replace(/^[^\n!-~]+/, "").replaceAll(/#.*/g, ""));
  });
}

/**
 * What a shim answers itself: versions as gv writes them, whole or partial, latest, stable, system and names; and
 * paths, which it refuses.
 */
function isPlain(word: string): boolean {
  if (/^[.-]|\/|^(?:path|ref):/.test(word)) return true;
  if (/^(?:go|v)?\d/.test(word)) return plainVersion.test(word);
  return /^[A-Za-z_][A-Za-z0-9._+-]*$/.test(word) && !/\.\.|^oldstable$|^go\.mod$/.test(word);
}

const number = "(?:0|[1-9]\\d{0,2})";
const plainVersion = new RegExp(
  `^(?:go|v)?${number}(?:(?:\\.${number}){0,2}|\\.${number}(?:rc|beta)${number}|(?:\\.${number})?(?:\\.[xX]){1,2})$`,
);

/** Whether the one folder that is asked for has a bin/go that is not executable: the shim says so. */
function isProgramFile(ctx: Context, request: Request): boolean {
  if (request.kind !== "exact" && request.kind !== "name" && request.kind !== "tip") return false;
  return textOf(`${ctx.root.versions(ctx.platform)}/${formatRequest(request)}/bin/go`) !== undefined;
}

function contextOf({ cwd, env, root }: Calling): Context {
  const home = env["HOME"] || homedir();
  return { ...contextFor(root, { cwd, env: {} }), env, cwd: logicalCwd(env["PWD"], realpathSync(cwd)), home };
}

/** Who asked, in the words of the shim. */
function byOf(origin: Origin, tool: string): string {
  if (origin.kind !== "argument") return formatOrigin(origin);
  return origin.text === tool ? `the name ${tool}` : `go ${origin.text}`;
}

const notExecutable = "bin/go may not be executed";

/** Facts that the two put in other words, or with other details. */
const facts: readonly (readonly [RegExp, string])[] = [
  [/ is a path or a reference, not a version of Go$/, "refused: a path"],
  [/ call each other without end$/, "too many hops"],
  [/^there is no \S+ on PATH besides gv's own$|, and PATH has no |^Go \S+ has no gofmt$/, "no tool"],
  [/bin\/go may not be executed$/s, notExecutable],
  [/ has no \S+; these have: /, "no tool"],
];

function stop(message: string, by: string): { fact: string; by: string } {
  const fact = facts.find(([pattern]) => pattern.test(message))?.[1];
  if (fact === "no tool" || fact === "too many hops") return { fact, by: "" };
  // The way to the root is as the shim was called.
  const asker = printable(by)
    .replace(/^.*(?=\/root\/version, line)/, "")
    .replace(/\/+/g, "/");
  return { fact: fact ?? printable(message), by: asker };
}

/** Without what a terminal could take for a command; each shell has its own idea of those beyond ASCII. */
function printable(text: string): string {
  return text.replace(/[^ ->@-~]+/g, "?");
}
