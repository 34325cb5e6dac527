/**
 * gv env: what a shell, a CI job or another program must set so that gv's shims come first on PATH.
 *
 * A shell gets the line that sources $GV_ROOT/env, so nothing is said twice. Everyone else gets variables: PATH as
 * that file makes it of this one, and GV_ROOT where it is set here. GOROOT is none of them: it would stay the same
 * where another version applies, and go obeys it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { appendLines } from "../user-file.ts";
import { checkRootPath } from "../root.ts";
import { quoteFish } from "../shells.ts";
import { quote } from "../shim-conf.ts";

/** What `--shell` may name, and what each of them prints. */
const writers = {
  sh: (ctx) => line(ctx, `. ${quote(join(ctx.root.path, "env"))}`, 'eval "$(gv env)"'),
  fish: (ctx) =>
    line(ctx, `source ${quoteFish(join(ctx.root.path, "env.fish"))}`, "gv env --shell fish | source"),
  github,
  dotenv: (ctx) => {
    for (const [name, value] of Object.entries(variables(ctx)))
      ctx.stdout.write(`${name}=${quoteDotenv(name, value)}\n`);
  },
} satisfies Readonly<Record<string, (ctx: Context) => void>>;

export type EnvShell = keyof typeof writers;

/** Prints it. Throws NOT_INSTALLED where the root isn't set up, ROOT_UNSAFE where PATH can't hold it. */
export function env(ctx: Context, options: { shell: EnvShell; json?: boolean }): void {
  checkRootPath(ctx.root.path);
  if (!existsSync(join(ctx.root.path, "env")))
    throw new GvError("NOT_INSTALLED", `there are no shims in ${ctx.root.path} yet: it is not set up`, {
      hint: "gv setup",
    });
  if (options.json) ctx.stdout.write(`${JSON.stringify(variables(ctx), undefined, 2)}\n`);
  else writers[options.shell](ctx);
}

/** The line; whoever sees it at a terminal has not run it. */
function line(ctx: Context, text: string, how: string): void {
  ctx.stdout.write(`${text}\n`);
  if (ctx.stdout.isTerminal) ctx.stderr.write(`gv: to run that line in this shell: ${how}\n`);
}

/**
 * For the steps of a job that follow: appended to the files that the runner names, as actions/toolkit's addPath and
 * exportVariable do; printed where there are none. The runner puts each line of $GITHUB_PATH before the ones above
 * it, and what is on PATH already stays behind them.
 */
function github(ctx: Context): void {
  const { root, env: environment } = ctx;
  const files = {
    GITHUB_PATH: [root.bin, root.shims],
    GITHUB_ENV: environment["GV_ROOT"] ? [`GV_ROOT=${root.path}`] : [],
  };
  for (const [name, lines] of Object.entries(files)) {
    const file = environment[name];
    if (lines.length === 0) continue;
    if (file) appendLines(file, lines);
    else ctx.stdout.write([`# for $${name}`, ...lines, ""].join("\n"));
  }
  if (environment["GITHUB_PATH"])
    ctx.stderr.write("gv: the shims come first on PATH from the next step on; for this one: gv env\n");
}

/** What a program needs that is started with it. */
function variables(ctx: Context): Readonly<Record<string, string>> {
  const { root, env: environment } = ctx;
  return { ...(environment["GV_ROOT"] ? { GV_ROOT: root.path } : {}), PATH: pathBehind(ctx) };
}

/** PATH as shims/env.sh makes it: the shims and gv first, what `go install` builds last. */
function pathBehind({ root, env: environment }: Context): string {
  const own = [root.shims, root.bin];
  const path = environment["PATH"];
  const folders = path ? path.split(":").filter((folder) => !own.includes(folder)) : [];
  const built = builtFolder(environment);
  if (built.startsWith("/") && !folders.includes(built)) folders.push(built);
  return [...own, ...folders].join(":");
}

function builtFolder({ GOBIN, GOPATH, HOME }: Context["env"]): string {
  if (GOBIN) return GOBIN;
  const folder = GOPATH?.split(":")[0] || (HOME && `${HOME}/go`);
  return folder ? `${folder}/bin` : "";
}

/**
 * A value as readers of .env files agree on it: bare, else in single quotes, else in double ones with nothing in them
 * that one of the readers would expand. There is no escape that they agree on.
 */
function quoteDotenv(name: string, value: string): string {
  if (/^[\w./:@%+,-]*$/.test(value)) return value;
  if (!/['\\]/.test(value)) return `'${value}'`;
  if (!/["\\$`]/.test(value)) return `"${value}"`;
  throw new GvError(
    "BAD_ARGUMENT",
    `${name} has quotes or backslashes that no two readers of .env files take alike`,
    {
      hint: "gv env --json   says it for a program, gv env for a shell",
    },
  );
}
