/**
 * gv ide: what an editor, or another place where Go is used, should have in its files: shown as a diff, written, taken
 * back.
 *
 * Guarantees: without --write nothing is written. What is written is on record before the first file is changed, so that
 * --undo gives back the bytes, also of one that was killed between two files. Records are kept for each project and
 * integration, and for the user's own files: one is never taken back from the folder of another.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";

import { apply, type Change, diffOf, isChange } from "../changes.ts";
import type { Context } from "../context.ts";
import { projectFolders } from "../doctor/project.ts";
import { GvError } from "../errors.ts";
import { removeFile } from "../files.ts";
import { type IdeOptions, ideOptions, type Integration } from "../ide/integration.ts";
import { integrations } from "../ide/integrations.ts";
import { prepareRoot } from "../root.ts";
import { remember, type Stack, undoNewest } from "../undo.ts";

export interface Options extends IdeOptions {
  readonly write?: boolean;
  readonly undo?: boolean;
  readonly json?: boolean;
}

export async function ide(ctx: Context, name: string | undefined, options: Options): Promise<void> {
  if (name === undefined) return list(ctx, options);
  const integration = integrationNamed(name);
  checkOptions(integration, options);
  if (options.undo) return undo(ctx, integration, options);
  const { changes, notes = [] } = await integration.plan(ctx, options);
  const planned = changes.filter(isChange);
  if (options.json) {
    const files = await Promise.all(
      planned.map(async (one) => ({ path: one.path, diff: await diffOf(one), note: one.note })),
    );
    ctx.stdout.write(`${JSON.stringify({ name, files, notes }, undefined, 2)}\n`);
  } else {
    for (const one of planned) {
      ctx.stdout.write(await diffOf(one));
      if (one.note !== undefined) ctx.stderr.write(`gv: ${one.path}: ${one.note}\n`);
    }
    for (const note of notes) ctx.stderr.write(`gv: ${note}\n`);
  }
  if (planned.length === 0) ctx.stderr.write("gv: nothing to change\n");
  else if (options.write) write(ctx, integration, options, planned);
  else ctx.stderr.write(`gv: nothing was changed; to do it: ${lineOf(integration, options)} --write\n`);
}

function write(ctx: Context, integration: Integration, options: Options, planned: readonly Change[]): void {
  prepareRoot(ctx);
  const time = ctx.now();
  const record = remember(ctx, stackOf(ctx, integration, options), planned, time);
  let isChanged = false;
  try {
    for (const change of planned) {
      const copy = apply(ctx, change, time);
      isChanged = true;
      ctx.stderr.write(
        `gv: ${change.path} ${change.before === undefined ? "made" : "changed"}${copy === undefined ? "" : `; as it was: ${copy}`}\n`,
      );
    }
  } finally {
    if (!isChanged) removeFile(record);
  }
  ctx.stderr.write(`gv: to take it back: ${lineOf(integration, options)} --undo\n`);
}

async function undo(ctx: Context, integration: Integration, options: Options): Promise<void> {
  if (await undoNewest(ctx, stackOf(ctx, integration, options))) return;
  ctx.stdout.write(`gv ide ${integration.name} has changed nothing here that isn't taken back\n`);
}

/** Its name, and the options that decide which files it is about. */
function lineOf({ name, takes }: Integration, options: Options): string {
  const given = takes.flatMap((one) => {
    const value = options[one];
    return value === undefined || value === false ? [] : [`--${one}${value === true ? "" : ` ${value}`}`];
  });
  return ["gv ide", name, ...given].join(" ");
}

/** The records of an integration in this project, or of the user's own files. */
function stackOf(ctx: Context, integration: Integration, options: Options): Stack {
  const isUsers = options.user === true || options.remote === true;
  const top = projectFolders(ctx).at(-1) ?? ctx.cwd;
  const tag = createHash("sha256").update(top).digest("hex").slice(0, 8);
  const whose = isUsers
    ? "user"
    : `${basename(top)
        .replaceAll(/[^A-Za-z0-9._-]/g, "")
        .slice(0, 40)}-${tag}`;
  return {
    folder: join("ide", integration.name, whose),
    command: `${lineOf(integration, options)} --write`,
  };
}

function list(ctx: Context, options: Options): void {
  if (options.json)
    ctx.stdout.write(
      `${JSON.stringify(
        integrations.map(({ name, title, takes }) => ({ name, title, options: takes })),
        undefined,
        2,
      )}\n`,
    );
  else for (const { name, title } of integrations) ctx.stdout.write(`${name.padEnd(14)}${title}\n`);
}

function integrationNamed(name: string): Integration {
  const found = integrations.find((one) => one.name === name);
  if (found) return found;
  throw new GvError("BAD_ARGUMENT", `gv ide knows no "${name}"`, {
    hint: `it knows ${integrations.map((one) => one.name).join(", ")}`,
  });
}

function checkOptions(integration: Integration, options: Options): void {
  const others = ideOptions.filter((one) => options[one] && !integration.takes.includes(one));
  if (others.length === 0 && !(options.write && options.undo)) return;
  const fact =
    others.length > 0
      ? `gv ide ${integration.name} has no ${others.map((one) => `--${one}`).join(" ")}`
      : "--write and --undo are each other's opposite";
  throw new GvError("BAD_ARGUMENT", fact, { hint: `gv ide --help   shows what there is` });
}
