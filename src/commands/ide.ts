/**
 * gv ide: what an editor, or another place where Go is used, should have in its files: shown as a diff, written, taken
 * back.
 *
 * Guarantees: without --write nothing is written. What is written is on record before the first file is changed, so that
 * --undo gives back the bytes, also of one that was killed between two files. Records are kept for each project and
 * integration, and for files of the user's outside: undo never takes back another project's.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";

import { apply, type Change, diffOf, isChange } from "../changes.ts";
import type { Context } from "../context.ts";
import { projectTop } from "../doctor/project.ts";
import { GvError } from "../errors.ts";
import { removeFile } from "../files.ts";
import { type IdeOptions, ideOptions, type Integration } from "../ide/integration.ts";
import { integrations } from "../ide/integrations.ts";
import { didYouMean } from "../near.ts";
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
      planned.map(async (one) => ({ path: one.path, diff: await diffOf(one) })),
    );
    ctx.stdout.write(`${JSON.stringify({ name, files, notes }, undefined, 2)}\n`);
  } else {
    for (const one of planned) ctx.stdout.write(await diffOf(one));
    for (const note of notes) ctx.stderr.write(`gv: ${note}\n`);
  }
  if (planned.length === 0) ctx.stderr.write("gv: nothing to change\n");
  else if (options.write) write(ctx, integration, planned);
  else ctx.stderr.write(`gv: nothing was changed; to do it: ${lineOf(integration, options)} --write\n`);
}

function write(ctx: Context, integration: Integration, planned: readonly Change[]): void {
  prepareRoot(ctx);
  const time = ctx.now();
  const top = projectTop(ctx);
  const all = (["project", "user"] as const).flatMap((whose) => {
    const changes = planned.filter(({ path }) => path.startsWith(`${top}/`) === (whose === "project"));
    if (changes.length === 0) return [];
    const record = remember(ctx, stackOf(ctx, integration, whose), changes, time);
    return [{ whose, changes, record }];
  });
  for (const { whose, changes, record } of all) {
    let isChanged = false;
    try {
      for (const change of changes) {
        const copy = apply(ctx, change, time);
        isChanged = true;
        const done = change.before === undefined ? "made" : "changed";
        ctx.stderr.write(`gv: ${change.path} ${done}${copy === undefined ? "" : `; as it was: ${copy}`}\n`);
      }
    } finally {
      if (!isChanged) removeFile(record);
    }
    const option = whose === "user" ? " --user" : "";
    ctx.stderr.write(`gv: to take it back: gv ide ${integration.name}${option} --undo\n`);
  }
}

async function undo(ctx: Context, integration: Integration, options: Options): Promise<void> {
  const whose = options.user || options.remote ? "user" : "project";
  if (await undoNewest(ctx, stackOf(ctx, integration, whose))) return;
  const where = whose === "user" ? "in your own settings" : `in ${projectTop(ctx)}`;
  ctx.stdout.write(`gv ide ${integration.name} has changed nothing ${where} that isn't taken back\n`);
}

/** Its name, and the options that decide which files it is about. */
function lineOf({ name, takes }: Integration, options: Options): string {
  const given = takes.flatMap((one) => {
    const value = options[one];
    return value === undefined || value === false ? [] : [`--${one}${value === true ? "" : ` ${value}`}`];
  });
  return ["gv ide", name, ...given].join(" ");
}

/** The records of what an integration changed in this project, or elsewhere: there no project decides over it. */
function stackOf(ctx: Context, { name }: Integration, whose: "project" | "user"): Stack {
  const top = projectTop(ctx);
  const tag = createHash("sha256").update(top).digest("hex").slice(0, 8);
  const project = `${basename(top)
    .replaceAll(/[^A-Za-z0-9._-]/g, "")
    .slice(0, 40)}-${tag}`;
  return {
    folder: join("ide", name, whose === "user" ? "user" : project),
    command: `gv ide ${name} --write`,
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
  const names = integrations.map((one) => one.name);
  throw new GvError("BAD_ARGUMENT", `gv ide knows no "${name}"`, {
    hint: `${didYouMean(name, names)}it knows ${names.join(", ")}`,
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
