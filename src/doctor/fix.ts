/**
 * What `gv doctor --fix` does, and its undo.
 *
 * Guarantees: only what a check calls safe. What several findings change in one file is one change: shown as one diff
 * before it is made, a copy kept. Each --fix that changes files of the user's is on record before it changes the first,
 * so that --undo takes back the newest, then the one before it, also of one that was killed; a file that somebody else
 * has changed since is left as it is, with the line that puts the copy back. What is done in gv's own root is no change
 * of the user's files, and is made again by gv itself.
 */
import { join } from "node:path";

import { apply, bytesAt, type Change, composed, copyOf, diffOf, isChange } from "../changes.ts";
import { type Context, ownId } from "../context.ts";
import { GvError } from "../errors.ts";
import { makeFolder, removeFile, writeAtomically } from "../files.ts";
import { namesIn, textOf } from "../read.ts";
import { quote } from "../shim-conf.ts";
import type { Answer } from "./diagnose.ts";

/** One file that a --fix changed: as it was and as it became, in base64; undefined: no file. */
interface Fixed {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** Where it is kept as it was. */
  readonly copy?: string;
}

/** Does what is safe of it, and tells each. */
export async function fix(ctx: Context, answers: readonly Answer[]): Promise<void> {
  const time = ctx.now();
  const planned = [...(await plan(ctx, answers))];
  const record = planned.length > 0 ? remember(ctx, planned, time) : undefined;
  let isChanged = false;
  for (const { ids, change } of planned) {
    ctx.stdout.write(await diffOf(change));
    try {
      const copy = apply(ctx, change, time);
      isChanged = true;
      const kept = copy === undefined ? "" : `; as it was: ${copy}`;
      ctx.stdout.write(`${ids.join(", ")}: ${change.path} changed${kept}\n`);
    } catch (error) {
      if (!(error instanceof GvError)) throw error;
      tell(ctx, ids.join(", "), `${error.message}; ${error.hint ?? "it was left as it is"}`);
    }
  }
  if (record !== undefined && !isChanged) removeFile(record);
  for (const { check, findings } of answers)
    for (const { mend } of findings) if (mend) ctx.stdout.write(`${check.id}: ${await mend()}\n`);
  if (isChanged) ctx.stdout.write("to take it back: gv doctor --undo\n");
}

/** What becomes of each file, and by which checks. */
async function plan(
  ctx: Context,
  answers: readonly Answer[],
): Promise<Iterable<{ readonly ids: string[]; readonly change: Change }>> {
  const files = new Map<string, { ids: string[]; change: Change }>();
  const all = answers.flatMap(({ check, findings }) =>
    findings.flatMap(({ changes = [] }) =>
      changes.filter(isChange).map((change) => ({ id: check.id, change })),
    ),
  );
  for (const { id, change } of all) {
    const first = files.get(change.path);
    const both = first ? await composed(first.change, change) : change;
    if (both === undefined)
      tell(
        ctx,
        id,
        `${change.path} is changed at the same place by ${first?.ids.join(", ")}; then type it again`,
      );
    else files.set(change.path, { ids: [...new Set([...(first?.ids ?? []), id])], change: both });
  }
  return files.values();
}

function tell(ctx: Context, id: string, text: string): void {
  ctx.stderr.write(`gv: ${id}: ${text}\n`);
}

/**
 * Takes back the newest --fix that isn't yet. Throws BUSY where one of its files was changed since, with the line that
 * puts it back all the same; the others are as they were, and the next --undo goes on with the --fix before.
 */
export async function undoFix(ctx: Context): Promise<void> {
  for (const record of records(ctx).toReversed()) {
    const files = remembered(record);
    const done = files.filter(({ path, before }) => !isSame(bytesAt(path), decoded(before)));
    const changedSince: Fixed[] = [];
    for (const one of done.toReversed()) {
      const change: Change = { path: one.path, before: decoded(one.after), after: decoded(one.before) };
      if (!isSame(bytesAt(one.path), change.before)) {
        changedSince.unshift(one);
        continue;
      }
      ctx.stdout.write(await diffOf(change));
      apply(ctx, change, ctx.now());
      ctx.stdout.write(`${one.path} is as it was\n`);
    }
    removeFile(record);
    if (changedSince.length > 0) throw leftAlone(changedSince);
    // One that was killed before it changed anything is none.
    if (done.length > 0) return;
  }
  ctx.stdout.write("gv doctor has changed none of your files\n");
}

function leftAlone(files: readonly Fixed[]): GvError {
  const lines = files.map(({ path, copy }) =>
    copy === undefined ? `rm ${quote(path)}` : `cp ${quote(copy)} ${quote(path)}`,
  );
  return new GvError(
    "BUSY",
    `${files.map(({ path }) => path).join(", ")} was changed since, and left as it is`,
    {
      hint: `${lines.join("\n")}   makes it what it was before gv doctor --fix`,
    },
  );
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

function decoded(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64");
}

/** The folder of the records; a file for each --fix, named by its turn. */
function folderOf(ctx: Context): string {
  return join(ctx.root.path, "fixes");
}

/** The paths of the records, the oldest first. */
function records(ctx: Context): string[] {
  return namesIn(folderOf(ctx))
    .filter((name) => /^\d{6,}-\d+$/.test(name))
    .toSorted((a, b) => turn(a) - turn(b))
    .map((name) => join(folderOf(ctx), name));
}

function turn(name: string): number {
  return Number.parseInt(name, 10);
}

/** Writes what will be changed, for its owner alone: settings may hold credentials. Gives the path. */
function remember(ctx: Context, planned: readonly { readonly change: Change }[], time: number): string {
  const last = Math.max(0, ...namesIn(folderOf(ctx)).map((name) => turn(name) || 0));
  const path = join(folderOf(ctx), `${String(last + 1).padStart(6, "0")}-${ownId}`);
  const files = planned.map(({ change: { path: file, before, after } }): Fixed => ({
    path: file,
    ...(before === undefined ? {} : { before: before.toString("base64"), copy: copyOf(ctx, file, time) }),
    ...(after === undefined ? {} : { after: after.toString("base64") }),
  }));
  makeFolder(folderOf(ctx));
  writeAtomically(path, `${JSON.stringify(files)}\n`, 0o600);
  return path;
}

function remembered(record: string): readonly Fixed[] {
  try {
    const parsed: unknown = JSON.parse(textOf(record) ?? "[]");
    return Array.isArray(parsed) ? parsed.filter(isFixed) : [];
  } catch {
    return [];
  }
}

function isFixed(value: unknown): value is Fixed {
  return typeof value === "object" && value !== null && "path" in value && typeof value.path === "string";
}
