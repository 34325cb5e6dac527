/**
 * The sweep: one command, stopped at each call that changes the disk, and what must be true after each.
 *
 * A run begins with the same files as the one that was left in peace. After it: each version that is listed is proven
 * by its receipt, each shim runs, each file is what it was or what the whole run makes of it. After the same command
 * again everything is as the whole run leaves it, and nothing is left in staging/ or beside a file.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { audit } from "../../src/audit.ts";
import type { Environment } from "../../src/context.ts";
import { namesIn } from "../../src/read.ts";
import { listInstalled } from "../../src/store.ts";
import { type Goproxy } from "../support/goproxy.ts";
import { listTree, type Ran, type Sandbox, sandbox } from "../support/sandbox.ts";
import { settingsFor } from "../support/scene.ts";
import { inject, type Injection, type Point, pointsOf } from "./trace.ts";

/** A command that changes the disk. */
export interface Operation {
  readonly name: string;
  /** Makes what is there before it. */
  readonly prepare: (box: Sandbox) => Promise<void>;
  /** The program and its arguments. */
  readonly program: (box: Sandbox) => readonly string[];
  readonly env?: (box: Sandbox) => Environment;
  /** What other programs than gv write, relative to the sandbox: not ours to sweep. */
  readonly others?: RegExp;
  /** Whether the next gv may have to put back what it had set aside where it was killed. */
  readonly setsAside?: boolean;
  /** An exit code of the same command, typed again, that says that everything is done already. */
  readonly already?: number;
}

/** A sandbox in which an operation is run over and over. */
export interface Stage {
  readonly box: Sandbox;
  readonly program: readonly string[];
  readonly before: Files;
  readonly after: Files;
  readonly points: readonly Point[];
  /** Puts everything back to what it was before the operation. */
  readonly reset: () => void;
}

/** Text of each file by its path, both without what differs from run to run. */
type Files = ReadonlyMap<string, string>;

/** Sets the stage, and runs the operation once in peace. */
export async function stageOf(operation: Operation, proxy: Goproxy): Promise<Stage> {
  const settings = { ...settingsFor(proxy) };
  const made = sandbox(settings);
  const box = operation.env === undefined ? made : withEnv(made, operation.env(made));
  await operation.prepare(box);
  const top = join(box.home, "..");
  const kept = mkdtempSync(join(tmpdir(), "gv-kept-"));
  onTestFinished(() => rmSync(kept, { recursive: true }));
  execFileSync("cp", ["-a", `${top}/.`, kept]);
  const reset = (): void => {
    for (const name of readdirSync(top)) rmSync(join(top, name), { recursive: true });
    execFileSync("cp", ["-a", `${kept}/.`, top]);
  };
  const before = filesOf(top);
  const program = operation.program(box);
  const { ran, points } = await pointsOf(box, program);
  if (ran.code !== 0) throw new Error(`${operation.name}: ${JSON.stringify(ran)}`);
  const after = filesOf(top);
  const left = leftovers(box);
  if (left.length > 0) throw new Error(`${operation.name} in peace leaves ${left.join()}`);
  const own = points.filter((point) => !isBehind(point) && !operation.others?.test(point.path));
  return { box, program, before, after, points: own, reset };
}

/** The rm of the process behind an install, which may come there after the install has ended. */
function isBehind({ call, path }: Point): boolean {
  return call === "unlinkat" && path.includes("/unsynced/");
}

function withEnv(box: Sandbox, env: Environment): Sandbox {
  return {
    ...box,
    run: (program, words, more) => box.run(program, words, { ...more, env: { ...env, ...more?.env } }),
  };
}

/** Runs the operation with this at that point. Gives what is wrong afterwards; undefined where it never came there. */
export async function trial(
  stage: Stage,
  { already = 0, setsAside = false }: Operation,
  point: Point,
  what: Injection,
): Promise<string[] | undefined> {
  const { box, program, before, after } = stage;
  stage.reset();
  const ran = await inject(box, program, point, what);
  if (ran === undefined) return undefined;
  const wrong: string[] = [];
  if (what !== "SIGKILL") wrong.push(...ungraceful(ran));
  else if (isGv(program) && ran.signal !== "SIGKILL")
    wrong.push(`it outlived SIGKILL: ${JSON.stringify(ran)}`);
  wrong.push(...(await brokenIn(box)));
  if (what === "SIGKILL" && setsAside) {
    ageStaging(box);
    // Of what isn't there: it sweeps staging/ and does nothing else.
    const swept = await box.gv(["uninstall", "1.0.0"]);
    if (swept.code !== 3) wrong.push(`the next gv: ${JSON.stringify(swept)}`);
    wrong.push(...(await brokenIn(box)));
  }
  wrong.push(...neitherIn(box, before, after));
  ageStaging(box);
  const again = await box.run(program[0] ?? "", program.slice(1));
  if (again.code !== 0 && again.code !== already) wrong.push(`again: ${JSON.stringify(again)}`);
  // A dead one's lock, or a dead shim's folder: who installs or removes next takes it away.
  if (leftovers(box).some((path) => /\/(?:[^/]*\.lock|rehash-[^/]*)\/?$/.test(path)))
    await box.gv(["uninstall", "1.0.0"]);
  wrong.push(...leftovers(box).map((path) => `left for good: ${path}`));
  wrong.push(
    ...differencesOf(filesOf(join(box.home, "..")), after).map((text) => `after the run after: ${text}`),
  );
  return wrong;
}

function isGv([program = ""]: readonly string[]): boolean {
  return program === process.execPath;
}

/** An error is told in gv's own words. */
export function ungraceful({ code, signal, stderr, stdout }: Ran): string[] {
  const isTold = code === 0 || /^gv: .+\n( {4}.+\n)+/m.test(stderr) || stdout.includes('"error"');
  const isTrace = /^\s+at .*:\d+|node:internal|this is a bug/m.test(stderr);
  return signal !== null || isTrace || !isTold ? [`it ended with ${signal ?? code}: ${stderr}`] : [];
}

/** What is listed and not proven; shims that don't run. */
export async function brokenIn(box: Sandbox): Promise<string[]> {
  const ctx = box.context();
  const wrong: string[] = [];
  const installed = listInstalled(ctx);
  for (const { folder, name } of installed) {
    const { verdict, recordFrom } = await audit(ctx, folder, undefined, (text) => wrong.push(text));
    if (verdict !== "proven" || recordFrom !== "receipt") wrong.push(`${name} is listed: ${verdict}`);
  }
  for (const shim of namesIn(join(box.root, "shims")).filter((name) => !name.startsWith("."))) {
    // A tool here is build information and no program: which of its copies would run is all that it can tell.
    const ran = shim.startsWith("go")
      ? await box.run(join(box.root, "shims", shim), ["version"])
      : await box.run(join(box.root, "bin/gv"), ["which", shim]);
    const isMissing = ran.code === 127 && /^gv: .+\n( {4}.+\n)+$/.test(ran.stderr);
    if (ran.code !== 0 && !isMissing) wrong.push(`shims/${shim}: ${JSON.stringify(ran)}`);
  }
  return wrong;
}

/** Files that are neither what they were nor what they should become, and those that are lost. */
function neitherIn(box: Sandbox, before: Files, after: Files): string[] {
  const now = filesOf(join(box.home, ".."));
  const torn = [...now].flatMap(([path, text]) =>
    [before.get(path), after.get(path)].includes(text) ? [] : [`${path} is torn: ${text.slice(0, 200)}`],
  );
  const lost = [...before.keys()].flatMap((path) =>
    after.has(path) && !now.has(path) ? [`${path} is lost`] : [],
  );
  return [...torn, ...lost];
}

function differencesOf(now: Files, then: Files): string[] {
  const paths = new Set([...now.keys(), ...then.keys()]);
  return [...paths].flatMap((path) =>
    now.get(path) === then.get(path) ? [] : [`${path}: ${now.get(path)?.slice(0, 200) ?? "missing"}`],
  );
}

/** What may be left by who was killed, until the run after: all in staging/, and temporary files. */
export function leftovers(box: Sandbox): string[] {
  const below = listTree(join(box.home, ".."));
  return below.filter((path) => /^root\/staging\/.|(^|\/)\.gv-/.test(path));
}

/**
 * All files but leftovers, what the sweep itself needs, a file whose time alone is read, and the marks of versions that
 * may not be on disk yet: a process behind the install takes them away when it has written all out, or they stay until
 * the next start of the system looks at what they name.
 */
function filesOf(top: string): Files {
  const paths = listTree(top).filter(
    (path) =>
      !path.endsWith("/") &&
      !/^root\/(?:staging|unsynced)\/|(^|\/)\.gv-|^tmp\/|^names.cjs$|^root\/lib\/clock$|^strace.log$|^programs\//.test(
        path,
      ),
  );
  // A receipt without its version is harmless, and stays.
  const isOrphan = (path: string): boolean => {
    const [, version] = /^root\/receipts\/(.*)\.json$/.exec(path) ?? [];
    return version !== undefined && !existsSync(join(top, "root/versions", version));
  };
  const counted = paths.filter((path) => !isOrphan(path));
  return new Map(
    counted.map((path) => {
      const text = textAt(join(top, path));
      // One copy or two of the same, from one command or two: what was kept counts.
      return path.startsWith("root/backups/") ? [`a copy of ${text}`, text] : [path, text];
    }),
  );
}

function textAt(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  const text = readFileSync(path, "latin1");
  const mode = (stats.mode & 0o7777).toString(8);
  return `${mode} ${path.endsWith(".json") ? text.replaceAll(time, "<time>") : text}`;
}

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g;

/** As if hours had gone by: nobody here waits for a dead one's lock. */
function ageStaging(box: Sandbox): void {
  const staging = join(box.root, "staging");
  const then = Date.now() / 1000 - 7200;
  for (const name of namesIn(staging)) utimesSync(join(staging, name), then, then);
}
