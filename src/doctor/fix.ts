/**
 * What `gv doctor --fix` does, and its undo.
 *
 * Guarantees: only what a check calls safe. What several findings change in one file is one change: shown as one diff
 * before it is made, a copy kept, on record for --undo (undo.ts). What is done in gv's own root is no change of the user's
 * files, and is made again by gv itself.
 */
import { apply, type Change, composed, diffOf, isChange } from "../changes.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { removeFile } from "../files.ts";
import { remember, type Stack, undoNewest } from "../undo.ts";
import type { Answer } from "./diagnose.ts";

const fixes: Stack = { folder: "fixes", command: "gv doctor --fix" };

/** Does what is safe of it, and tells each. */
export async function fix(ctx: Context, answers: readonly Answer[]): Promise<void> {
  const time = ctx.now();
  const planned = [...(await plan(ctx, answers))];
  const changes = planned.map(({ change }) => change);
  const record = changes.length > 0 ? remember(ctx, fixes, changes, time) : undefined;
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

/** Takes back the newest --fix that isn't yet. Throws BUSY where one of its files was changed since. */
export async function undoFix(ctx: Context): Promise<void> {
  if (!(await undoNewest(ctx, fixes))) ctx.stdout.write("gv doctor has changed none of your files\n");
}
