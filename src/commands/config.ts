/** gv config: gv's own settings, each by its key (src/config.ts has the table). */
import {
  configFile,
  type ConfigKey,
  configKey,
  configKeys,
  configLines,
  configSetting,
  exampleOf,
  problemWith,
  wordsOf,
  writeSetting,
} from "../config.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { withLock } from "../lock.ts";
import { didYouMean, nearest } from "../near.ts";
import { prepareRoot } from "../root.ts";
import { isSetUp, setUp } from "../setup.ts";
import { parseTool } from "../tools/known.ts";

const keys = Object.keys(configKeys).flatMap((name) => configKey(name) ?? []);

/** Every key; what the file says and gv can't use is told on stderr. */
export async function list(ctx: Context, { json }: { json?: boolean }): Promise<void> {
  const settings = keys.map((key) => ({ key, ...configSetting(ctx, key) }));
  if (json) return print(ctx, settings);
  const width = Math.max(...keys.map((key) => key.length));
  for (const { key, value, isSet } of settings) {
    const text = `${key.padEnd(width)} = ${textOf(value)}`;
    ctx.stdout.write(isSet ? `${text}\n` : `${text.trimEnd()}  (default)\n`);
  }
  for (const { key: name, value, line } of configLines(ctx)) {
    const key = configKey(name);
    const [near] = nearest(name, keys);
    const wrong = key ? problemWith(key, value) : `is no key of this gv${near ? ` (is it ${near}?)` : ""}`;
    if (wrong !== undefined)
      ctx.stderr.write(`gv: ${configFile(ctx)}, line ${line}: ${name} ${wrong}, and counts as not set\n`);
  }
}

export async function get(ctx: Context, name: string, { json }: { json?: boolean }): Promise<void> {
  const { value } = configSetting(ctx, known(name));
  if (json) print(ctx, value);
  else ctx.stdout.write(`${textOf(value)}\n`);
}

export async function set(ctx: Context, name: string, words: readonly string[]): Promise<void> {
  const key = known(name);
  const value = words.join(" ").trim();
  const wrong = value === "" ? "is empty" : problemWith(key, value);
  if (wrong !== undefined) {
    const now = textOf(configSetting(ctx, key).value);
    const line = value === "" ? `gv config unset ${key}` : `gv config set ${key} ${exampleOf(key)}`;
    throw new GvError("BAD_ARGUMENT", `the value of ${key} ${wrong}`, {
      hint: value === "" || now === "" ? line : `${line}\nit is now: ${now}`,
    });
  }
  if (key === "default-tools") for (const word of wordsOf(value)) parseTool(word); // Which says what a tool may be.
  await change(ctx, key, value);
}

export async function unset(ctx: Context, name: string): Promise<void> {
  await change(ctx, known(name), undefined);
}

/** Writes it; the shims know their settings from lib/shim.conf, which follows. One after the other: both files hold all. */
async function change(ctx: Context, key: ConfigKey, value: string | undefined): Promise<void> {
  prepareRoot(ctx);
  await withLock(
    ctx,
    "config",
    async () => {
      writeSetting(ctx, key, value);
      if (!isSetUp(ctx)) setUp(ctx);
    },
    () => ctx.stderr.write("gv: another gv config is at work, or was killed; waiting for it\n"),
  );
}

function known(name: string): ConfigKey {
  const key = configKey(name);
  if (key !== undefined) return key;
  throw new GvError("BAD_ARGUMENT", `"${name}" is no key of gv's config`, {
    hint: `${didYouMean(name, keys)}the keys are ${keys.join(", ")}`,
  });
}

function textOf(value: boolean | string | readonly string[]): string {
  return typeof value === "object" ? value.join(" ") : `${value}`;
}

function print(ctx: Context, data: unknown): void {
  ctx.stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
}
