/**
 * gv setup: makes the root ready, and puts gv on PATH in the start-up files of the shells in use; with options also
 * where no shell starts, and GOPROXY where every go command reads it.
 *
 * What can't be changed is named with its reason and what to do by hand; the rest is done all the same.
 */
import { isAbsolute, join } from "node:path";

import { apply, bytesAt, type Change, diffOf, isChange, type Refusal } from "../changes.ts";
import type { Context } from "../context.ts";
import { desktopChanges, desktopFiles, desktopUndo } from "../desktop.ts";
import { GvError } from "../errors.ts";
import { sweepBeside } from "../files.ts";
import { userEnvFile } from "../goenv.ts";
import { withLock } from "../lock.ts";
import { didYouMean } from "../near.ts";
import {
  forgetProfiles,
  hasRecord,
  leftToPerson,
  profileChanges,
  profileUndo,
  recordProfiles,
  sourcedHere,
} from "../profiles.ts";
import { overriding, proxyChanges, proxyUndo, unknownBefore } from "../proxy-setting.ts";
import { checkRootPath, prepareRoot } from "../root.ts";
import { setUp } from "../setup.ts";
import { quoteFish, shellNames, type Sourced } from "../shells.ts";
import { quote } from "../shim-conf.ts";
import { listInstalled } from "../store.ts";

interface Options {
  readonly dryRun?: boolean;
  readonly undo?: boolean;
  readonly profiles: boolean;
  readonly shell?: readonly string[];
  readonly hook?: boolean;
  readonly gui?: boolean;
  readonly proxy?: string;
  readonly quiet?: boolean;
}

type Plan = readonly (Change | Refusal)[];

export async function setup(ctx: Context, options: Options): Promise<void> {
  checkShells(options.shell);
  checkRootPath(ctx.root.path);
  if (!isAbsolute(ctx.home))
    throw new GvError("BAD_ARGUMENT", `HOME is "${ctx.home}", which names no folder from everywhere`, {
      hint: "export HOME=/absolute/path   then the same again",
    });
  if (options.dryRun) return printDiffs(ctx, planFor(ctx, options));
  if (options.undo) return undo(ctx, options);
  planFor(ctx, options); // What can't be meant is refused before anything is written.
  setUp(ctx);
  const say = speaker(ctx, options);
  say(`${ctx.root.path} is ready: launcher, shims, env files\n`);
  const time = ctx.now();
  const failed = await locked(ctx, async () => {
    const plan = planFor(ctx, options);
    recordProfiles(
      ctx,
      plan.filter(({ kind }) => kind === "line"),
    );
    sweepBesideAll(ctx, plan);
    sayWhatIsThere(ctx, options, plan, say);
    return makeAll(ctx, plan, time, say);
  });
  if (failed.length === 0) sayWhatIsLeft(ctx, options, say);
  throwIfAny(failed);
}

async function undo(ctx: Context, options: Options): Promise<void> {
  const say = speaker(ctx, options);
  const plan = planFor(ctx, options);
  const unknown = plan.some((one) => "error" in one) ? undefined : unknownBefore(ctx, bytesAt);
  if (unknown !== undefined) say(`${unknown}\n`);
  if (plan.length === 0 && !hasRecord(ctx)) return say("nothing of gv's is in your files\n");
  prepareRoot(ctx);
  const failed = await locked(ctx, async () => makeAll(ctx, planFor(ctx, options), ctx.now(), say));
  throwIfAny(failed);
  forgetProfiles(ctx);
  say(
    `The versions and tools are still in ${ctx.root.path}; to remove them: rm -rf ${quote(ctx.root.path)}\n`,
  );
}

/** What is kept for the undo (gv's own files) stands beside what it is for: first, or last where that goes away. */
function planFor(ctx: Context, options: Options): Plan {
  if (options.undo)
    return [
      ...tried(() => proxyUndo(ctx, bytesAt)),
      ...tried(() => desktopUndo(ctx, bytesAt)),
      ...profileUndo(ctx),
    ].filter((one) => "error" in one || isChange(one));
  return [
    ...(options.proxy === undefined ? [] : tried(() => proxyChanges(ctx, options.proxy ?? "", bytesAt))),
    ...(options.profiles ? profileChanges(ctx, options.shell ?? [], options.hook) : []),
    ...(options.gui ? tried(() => desktopChanges(ctx, bytesAt)) : []),
  ];
}

/** One file that can't be read, or isn't gv's, keeps no other from its change. */
function tried(plan: () => readonly Change[]): Plan {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof GvError) || (error.code !== "NOT_READABLE" && error.code !== "NOT_WRITABLE"))
      throw error;
    return [{ path: "", error }];
  }
}

function locked<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  return withLock(ctx, "setup", work, () =>
    ctx.stderr.write("gv: another gv setup is at work, or was killed; waiting for it\n"),
  );
}

/** Who was killed when a file had just been made left its temporary name, and nothing is to be changed there now. */
function sweepBesideAll(ctx: Context, plan: Plan): void {
  const paths = [...plan.map(({ path }) => path), ...desktopFiles(ctx), userEnvFile(ctx) ?? ""];
  for (const path of paths) if (path !== "") sweepBeside(path);
}

/** Makes the changes, and says each. Gives those that couldn't be made. */
async function makeAll(ctx: Context, plan: Plan, time: number, say: Say): Promise<string[]> {
  const failed: string[] = [];
  for (const one of plan) {
    if (failed.length > 0 && one.kind === "own") continue;
    try {
      if ("error" in one) throw one.error;
      await make(ctx, one, time, say);
    } catch (error) {
      if (!(error instanceof GvError) || one.kind === "own") throw error;
      sayRefusal(ctx, { ...one, error });
      failed.push(one.path);
    }
  }
  return failed;
}

async function make(ctx: Context, change: Change, time: number, say: Say): Promise<void> {
  const { path, kind, before, after, note } = change;
  if (!isChange(change)) return say(`${path} has gv's line already\n`);
  const copy = apply(ctx, change, time);
  if (kind === "own") return;
  const done = before === undefined ? "made" : after === undefined ? "removed" : "changed";
  say(`${path} ${done}${copy === undefined ? "" : `; as it was: ${copy}`}\n`);
  if (kind !== "line" && after !== undefined) say(indented(await diffOf(change)));
  if (note !== undefined) say(indented(note));
}

function sayRefusal(ctx: Context, { error, byHand }: Refusal): void {
  const line = byHand === undefined ? "" : `    by hand: ${byHand}\n`;
  ctx.stderr.write(`gv: ${error.message}\n    ${error.hint ?? ""}\n${line}`);
}

async function printDiffs(ctx: Context, plan: Plan): Promise<void> {
  let isNothing = true;
  for (const one of plan)
    if ("error" in one) sayRefusal(ctx, one);
    else if (isChange(one) && one.kind !== "own") {
      ctx.stdout.write(await diffOf(one));
      isNothing = false;
    }
  ctx.stderr.write(isNothing ? "gv: nothing to change\n" : "gv: nothing was changed (--dry-run)\n");
}

/** What was asked for and needs no change. */
function sayWhatIsThere(ctx: Context, { proxy, gui }: Options, plan: Plan, say: Say): void {
  const isPlanned = (paths: readonly string[]): boolean => plan.some(({ path }) => paths.includes(path));
  if (gui && !isPlanned(desktopFiles(ctx))) say(`${desktopFiles(ctx).join(", ")} says so already\n`);
  if (proxy !== undefined && !isPlanned([userEnvFile(ctx) ?? ""]))
    say([`GOPROXY is that already in ${userEnvFile(ctx)}`, ...overriding(ctx, proxy), ""].join("\n"));
}

function sayWhatIsLeft(ctx: Context, options: Options, say: Say): void {
  const left = options.profiles ? leftToPerson(ctx, options.shell ?? []) : [];
  for (const { shell, file, line } of left)
    say(`For ${shell.names[0]}, put this line into ${file}:\n  ${line}\n`);
  if (!options.profiles || (ctx.env["PATH"] ?? "").split(":").includes(ctx.root.shims)) return;
  if (left.some(({ isOwn }) => isOwn))
    say("Then open a new terminal, and go is found. In this one, type that line.\n");
  else
    say(
      `Open a new terminal, and go is found. In this one, type:\n  ${lineForNow(ctx, sourcedHere(ctx, options.hook))}\n`,
    );
  if (listInstalled(ctx, ctx.platform).length === 0) say("No Go is here yet:\n  gv install latest\n");
}

function lineForNow({ env, root }: Context, what: Sourced): string {
  return env["SHELL"]?.endsWith("/fish")
    ? `source ${quoteFish(join(root.path, `${what}.fish`))}`
    : `. ${quote(join(root.path, what))}`;
}

function checkShells(named: readonly string[] = []): void {
  const unknown = named.find((name) => !shellNames().includes(name));
  if (unknown !== undefined)
    throw new GvError("BAD_ARGUMENT", `gv knows no shell named "${unknown}"`, {
      hint: `${didYouMean(unknown, shellNames())}it knows ${shellNames().join(", ")}`,
    });
}

function throwIfAny(failed: readonly string[]): void {
  if (failed.length > 0)
    throw new GvError("NOT_WRITABLE", `${failed.length} of your files could not be changed`, {
      hint: "the reasons are above; then type it again",
    });
}

type Say = (text: string) => void;

function speaker(ctx: Context, options: Options): Say {
  return (text) => void (options.quiet || ctx.stdout.write(text));
}

function indented(text: string): string {
  return `${text.trimEnd().replaceAll(/^/gm, "  ")}\n`;
}
