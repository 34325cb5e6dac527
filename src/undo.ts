/**
 * What a command changed in the user's own files, kept so that an --undo takes it back: the newest first, then the one
 * before it.
 *
 * Guarantees: a command is on record before it changes its first file, so that one that was killed can be taken back,
 * too; undo gives back the bytes; a file that somebody else has changed since is left as it is, with the line that puts
 * the copy back.
 */
import { join } from "node:path";

import { apply, bytesAt, type Change, copyOf, diffOf, isSame } from "./changes.ts";
import { type Context, ownId } from "./context.ts";
import { GvError } from "./errors.ts";
import { makeFolder, removeFile, writeAtomically } from "./files.ts";
import { namesIn, textOf } from "./read.ts";
import { quote } from "./shim-conf.ts";

/** Where the records of a command are, and what it is called. */
export interface Stack {
  /** Below $GV_ROOT; a file for each time, named by its turn. */
  readonly folder: string;
  /** `gv doctor --fix` */
  readonly command: string;
}

/** One file that was changed: as it was and as it became, in base64; undefined: no file. */
interface Changed {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  /** Where it is kept as it was. */
  readonly copy?: string;
}

/**
 * Writes what will be changed, for its owner alone: settings may hold credentials. `time` is that of the copies
 * (changes.ts). Gives the path, to be removed where nothing was changed after all.
 */
export function remember(ctx: Context, stack: Stack, changes: readonly Change[], time: number): string {
  const folder = folderOf(ctx, stack);
  const last = Math.max(0, ...namesIn(folder).map((name) => turn(name) || 0));
  const path = join(folder, `${String(last + 1).padStart(6, "0")}-${ownId}`);
  const files = changes.map(({ path: file, before, after }): Changed => ({
    path: file,
    ...(before === undefined ? {} : { before: before.toString("base64"), copy: copyOf(ctx, file, time) }),
    ...(after === undefined ? {} : { after: after.toString("base64") }),
  }));
  makeFolder(folder);
  writeAtomically(path, `${JSON.stringify(files)}\n`, 0o600);
  return path;
}

/**
 * Takes back the newest that isn't yet, and says so; false where there is none. Throws BUSY where one of its files was
 * changed since, with the line that puts it back all the same; the others are as they were, and the next undo goes on
 * with the one before.
 */
export async function undoNewest(ctx: Context, stack: Stack): Promise<boolean> {
  for (const record of records(ctx, stack).toReversed()) {
    const files = remembered(record);
    const done = files.filter(({ path, before }) => !isSame(bytesAt(path), decoded(before)));
    const changedSince: Changed[] = [];
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
    if (changedSince.length > 0) throw leftAlone(stack, changedSince);
    // One that was killed before it changed anything is none.
    if (done.length > 0) return true;
  }
  return false;
}

function leftAlone({ command }: Stack, files: readonly Changed[]): GvError {
  const lines = files.map(({ path, copy }) =>
    copy === undefined ? `rm ${quote(path)}` : `cp ${quote(copy)} ${quote(path)}`,
  );
  return new GvError(
    "BUSY",
    `${files.map(({ path }) => path).join(", ")} was changed since, and left as it is`,
    {
      hint: `${lines.join("\n")}   makes it what it was before ${command}`,
    },
  );
}

function decoded(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64");
}

function folderOf(ctx: Context, { folder }: Stack): string {
  return join(ctx.root.path, folder);
}

/** The paths of the records, the oldest first. */
function records(ctx: Context, stack: Stack): string[] {
  const folder = folderOf(ctx, stack);
  return namesIn(folder)
    .filter((name) => /^\d{6,}-\d+$/.test(name))
    .toSorted((a, b) => turn(a) - turn(b))
    .map((name) => join(folder, name));
}

function turn(name: string): number {
  return Number.parseInt(name, 10);
}

function remembered(record: string): readonly Changed[] {
  try {
    const parsed: unknown = JSON.parse(textOf(record) ?? "[]");
    return Array.isArray(parsed) ? parsed.filter(isChanged) : [];
  } catch {
    return [];
  }
}

function isChanged(value: unknown): value is Changed {
  return typeof value === "object" && value !== null && "path" in value && typeof value.path === "string";
}
