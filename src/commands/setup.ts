/**
 * gv setup: makes the root ready, and puts gv on PATH in the start-up files of the shells in use.
 *
 * What can't be changed is named with its reason and what to do by hand; the rest is done all the same.
 */
import { join } from "node:path";

import { apply, type Change, changeOf, diffOf, type Edit, isChange } from "../changes.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { withLock } from "../lock.ts";
import { forgetProfiles, leftToPerson, profileEdits, profileUndo, recordProfiles } from "../profiles.ts";
import { prepareRoot } from "../root.ts";
import { setUp } from "../setup.ts";
import { quoteFish, shellNames } from "../shells.ts";
import { quote } from "../shim-conf.ts";

interface Options {
  readonly dryRun?: boolean;
  readonly undo?: boolean;
  readonly profiles: boolean;
  readonly shell?: readonly string[];
  readonly quiet?: boolean;
}

export async function setup(ctx: Context, options: Options): Promise<void> {
  const named = options.shell ?? [];
  const unknown = named.find((name) => !shellNames().includes(name));
  if (unknown !== undefined)
    throw new GvError("BAD_ARGUMENT", `gv knows no shell named "${unknown}"`, {
      hint: `it knows ${shellNames().join(", ")}`,
    });
  const edits = editsFor(ctx, options, named);
  if (options.dryRun) return printDiffs(ctx, edits);
  if (options.undo) prepareRoot(ctx);
  else setUp(ctx);
  const say = (text: string): void => void (options.quiet || ctx.stdout.write(text));
  if (!options.undo) say(`${ctx.root.path} is ready: launcher, shims, env files\n`);
  const time = ctx.now();
  const failed = await withLock(ctx, "setup", async () => {
    if (!options.undo) recordProfiles(ctx, edits);
    return edits.filter((edit) => !isDone(ctx, edit, (change) => make(ctx, edit, change, time, say)));
  });
  if (failed.length > 0)
    throw new GvError("NOT_WRITABLE", `${failed.length} of ${edits.length} files could not be changed`, {
      hint: "the reasons are above; then type it again",
    });
  if (options.undo) forgetProfiles(ctx);
  else if (options.profiles) sayWhatIsLeft(ctx, named, say);
  if (options.undo)
    say(
      `The versions and tools are still in ${ctx.root.path}; to remove them: rm -rf ${quote(ctx.root.path)}\n`,
    );
}

function editsFor(ctx: Context, options: Options, named: readonly string[]): readonly Edit[] {
  if (options.undo) return profileUndo(ctx);
  return options.profiles ? profileEdits(ctx, named) : [];
}

function sayWhatIsLeft(ctx: Context, named: readonly string[], say: (text: string) => void): void {
  for (const { shell, file, line } of leftToPerson(ctx, named))
    say(`For ${shell.names[0]}, put this line into ${file}:\n  ${line}\n`);
  if (!(ctx.env["PATH"] ?? "").split(":").includes(ctx.root.shims))
    say(`Open a new terminal, and go is found. In this one, type:\n  ${lineForNow(ctx)}\n`);
}

function lineForNow({ env, root }: Context): string {
  return env["SHELL"]?.endsWith("/fish")
    ? `source ${quoteFish(join(root.path, "env.fish"))}`
    : `. ${quote(join(root.path, "env"))}`;
}

/** False where the edit can't be done; then it is said why, and what to do by hand. */
function isDone(ctx: Context, edit: Edit, act: (change: Change) => void): boolean {
  try {
    act(changeOf(edit));
    return true;
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    const byHand = edit.byHand === undefined ? "" : `    by hand, put this line into it: ${edit.byHand}\n`;
    ctx.stderr.write(`gv: ${error.message}\n    ${error.hint ?? ""}\n${byHand}`);
    return false;
  }
}

function make(ctx: Context, edit: Edit, change: Change, time: number, say: (text: string) => void): void {
  if (!isChange(change)) {
    if (edit.byHand !== undefined) say(`${edit.path} has gv's line already\n`);
    return;
  }
  const copy = apply(ctx, change, time);
  const done = change.before === undefined ? "made" : change.after === undefined ? "removed" : "changed";
  say(`${edit.path} ${done}${copy === undefined ? "" : `; as it was: ${copy}`}\n`);
  if (edit.note !== undefined) say(`  ${edit.note}\n`);
}

async function printDiffs(ctx: Context, edits: readonly Edit[]): Promise<void> {
  const changes: Change[] = [];
  for (const edit of edits) isDone(ctx, edit, (change) => void (isChange(change) && changes.push(change)));
  for (const change of changes) ctx.stdout.write(await diffOf(change));
  ctx.stderr.write(
    changes.length === 0 ? "gv: nothing to change\n" : "gv: nothing was changed (--dry-run)\n",
  );
}
