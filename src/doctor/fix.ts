/**
 * What `gv doctor --fix` does, and its undo.
 *
 * Guarantees: only what a check calls safe; each change of a file of the user's is shown before it is made, a copy is
 * kept, and what was changed last can be put back as long as nobody else has changed it since. What is done in gv's own
 * root is no change of the user's files, and is made again by gv itself.
 */
import { join } from "node:path";

import { apply, bytesAt, type Change, diffOf, isChange } from "../changes.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { writeAtomically } from "../files.ts";
import { textOf } from "../read.ts";
import type { Answer } from "./diagnose.ts";

/** What was changed by one --fix: the files as they were and as they became, in base64; undefined: none. */
interface Fixed {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Does what is safe of it, and tells each. */
export async function fix(ctx: Context, answers: readonly Answer[]): Promise<void> {
  const time = ctx.now();
  const fixed: Fixed[] = [];
  for (const { check, findings } of answers)
    for (const { changes = [], mend } of findings) {
      for (const change of changes.filter(isChange)) {
        // Another finding may have changed that file by now.
        const now = bytesAt(change.path);
        if (!isSame(now, change.before)) {
          ctx.stderr.write(`gv: ${check.id}: ${change.path} has just been changed; type it again\n`);
          continue;
        }
        ctx.stdout.write(await diffOf(change));
        const copy = apply(ctx, change, time);
        fixed.push({ path: change.path, before: encoded(change.before), after: encoded(change.after) });
        remember(ctx, fixed);
        const kept = copy === undefined ? "" : `; as it was: ${copy}`;
        ctx.stdout.write(`${check.id}: ${change.path} changed${kept}\n`);
      }
      if (mend) ctx.stdout.write(`${check.id}: ${await mend()}\n`);
    }
  if (fixed.length > 0) ctx.stdout.write("to take it back: gv doctor --undo\n");
}

/** Puts back what the last --fix changed. Throws BUSY where one of the files was changed since; the others are done. */
export async function undoFix(ctx: Context): Promise<void> {
  const fixed = remembered(ctx);
  if (fixed.length === 0) {
    ctx.stdout.write("gv doctor has changed none of your files\n");
    return;
  }
  const left: Fixed[] = [];
  for (const one of fixed.toReversed()) {
    const change: Change = { path: one.path, before: decoded(one.after), after: decoded(one.before) };
    if (!isSame(bytesAt(one.path), change.before)) {
      left.unshift(one);
      continue;
    }
    ctx.stdout.write(await diffOf(change));
    apply(ctx, change, ctx.now());
    ctx.stdout.write(`${one.path} is as it was\n`);
  }
  remember(ctx, left);
  if (left.length > 0)
    throw new GvError("BUSY", `${left.map(({ path }) => path).join(", ")} was changed since`, {
      hint: `it is left as it is; copies of what was there before are in ${ctx.root.backups}`,
    });
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

function encoded(bytes: Buffer | undefined): string | undefined {
  return bytes?.toString("base64");
}

function decoded(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64");
}

/** Where the last --fix is kept, for its owner alone: settings may hold credentials. */
function fileOf(ctx: Context): string {
  return join(ctx.root.path, "doctor-fixed");
}

function remember(ctx: Context, fixed: readonly Fixed[]): void {
  writeAtomically(fileOf(ctx), `${JSON.stringify(fixed)}\n`, 0o600);
}

function remembered(ctx: Context): readonly Fixed[] {
  try {
    const parsed: unknown = JSON.parse(textOf(fileOf(ctx)) ?? "[]");
    return Array.isArray(parsed) ? parsed.filter(isFixed) : [];
  } catch {
    return [];
  }
}

function isFixed(value: unknown): value is Fixed {
  return typeof value === "object" && value !== null && "path" in value && typeof value.path === "string";
}
