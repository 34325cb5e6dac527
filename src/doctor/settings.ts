/**
 * What Go's settings say to the go command in force here, from files alone, and how a person changes one.
 */
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { type Setting, settingWithin, userEnvFile } from "../goenv.ts";
import { withoutCredentials } from "../goproxy.ts";
import { quote } from "../shim-conf.ts";
import { assignments, whereSet } from "./assignments.ts";
import type { Finding } from "./check.ts";
import type { Machine } from "./machine.ts";
import { openAt } from "./open-at.ts";

/** The go command that runs here, behind the shim. */
export interface GoHere {
  readonly program: string;
  readonly goroot: string;
}

/** The Go in force; undefined where there is none. */
export function goHere(machine: Machine): Promise<GoHere | undefined> {
  return machine.once("the go in force", async () => {
    const here = await machine.here;
    if (here.kind === "version") return { program: join(here.dir, "bin", "go"), goroot: here.dir };
    if (here.kind !== "system" || here.path === undefined) return undefined;
    return { program: here.path, goroot: dirname(dirname(realpathSync(here.path))) };
  });
}

/** What a setting is for it, and who says so; undefined where Go's built-in default holds, or the value is empty. */
export async function settingHere(machine: Machine, name: string): Promise<Setting | undefined> {
  const go = await goHere(machine);
  const setting = settingWithin(machine.ctx, go?.goroot ?? "/", name);
  return setting?.value ? setting : undefined;
}

/** A setting in words: `GOFLAGS=-mod=vendor, in the environment (/home/me/.bashrc, line 3)`. No credentials. */
export function told(machine: Machine, name: string, { value, origin, line }: Setting): string {
  const set = `${name}=${shown(name, value)}`;
  if (origin !== "environment") return `${set}, in ${origin}${line === undefined ? "" : `, line ${line}`}`;
  const where = whereSet(machine, name);
  return `${set}, in the environment${where === undefined ? "" : ` (${where})`}`;
}

/** A value as it may be printed: of a list of proxies without users and passwords, else as it is (llvm@15). */
export function shown(name: string, value: string): string {
  return name === "GOPROXY" || value.includes("://") ? withoutCredentials(value) : value;
}

/** The line that gives a setting another value, or takes it away; and what that reaches. */
export function change(
  machine: Machine,
  name: string,
  { origin }: Setting,
  value?: string,
): Pick<Finding, "fix" | "help" | "reach"> {
  const { ctx } = machine;
  if (origin !== "environment") {
    const isOwn = origin === userEnvFile(ctx);
    return {
      fix: value === undefined && isOwn ? `go env -u ${name}` : `go env -w ${name}=${quoted(value ?? "")}`,
      reach: "every go command, whoever starts it, at once, until it is set again",
    };
  }
  const isFish = basename(ctx.env["SHELL"] ?? "") === "fish";
  const here =
    value === undefined
      ? `${isFish ? "set -e" : "unset"} ${name}`
      : isFish
        ? `set -gx ${name} ${quoted(value)}`
        : `export ${name}=${quoted(value)}`;
  const [place] = assignments(machine).filter((one) => one.name === name);
  const verb = value === undefined ? "take out" : "change";
  return {
    fix: here,
    help: place && `and ${verb} line ${place.line} of ${place.file}: ${openAt(ctx, place.file, place.line)}`,
    reach: `this shell${place ? "; with the file every new one" : ", for as long as it lives; a program that is open keeps what it has"}`,
  };
}

function quoted(value: string): string {
  return /^[\w.:/,@%+-]*$/.test(value) ? value : quote(value);
}
