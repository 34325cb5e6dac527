/**
 * What Go's settings say to the go command in force here, from files alone; what new shells have that this process
 * hasn't; and how a person changes one.
 */
import { basename, join } from "node:path";

import { gorootAbove, type Setting, userEnvFile, valueWithin } from "../goenv.ts";
import { withoutCredentials } from "../proxy-list.ts";
import { quote } from "../shim-conf.ts";
import { placesOf, whereSet } from "./assignments.ts";
import type { Finding } from "./check.ts";
import type { Machine } from "./machine.ts";
import { openAt } from "./open-at.ts";
import type { Start } from "./starts.ts";

/** A setting here, or in a new shell. */
export interface SettingHere extends Setting {
  /** The start of a shell that has it, where this process hasn't; its origin is the environment then. */
  readonly start?: Start;
}

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
    return { program: here.path, goroot: gorootAbove(here.path) };
  });
}

/** What a setting is for it, and who says so; undefined where Go's built-in default holds, or the value is empty. */
export async function settingHere(machine: Machine, name: string): Promise<Setting | undefined> {
  const go = await goHere(machine);
  return valueWithin(machine.ctx, go?.goroot ?? "/", name);
}

/**
 * Every value that a setting has: the one here, then those that new shells alone have, by what their start-up files set.
 * Without empty ones, each value once.
 */
export async function settingsOf(machine: Machine, name: string): Promise<readonly SettingHere[]> {
  const here = await settingHere(machine, name);
  const known = new Set([here?.value, machine.ctx.env[name]]);
  const elsewhere = (await machine.starts).flatMap((start): SettingHere[] => {
    const value = start.env?.[name];
    if (!value || known.has(value)) return [];
    known.add(value);
    return [{ value, origin: "environment", start }];
  });
  return [...(here ? [here] : []), ...elsewhere];
}

/** Another setting where that one holds: in the same new shell, or here. */
export function beside(
  machine: Machine,
  { start }: SettingHere,
  name: string,
): Promise<SettingHere | undefined> {
  const value = start?.env?.[name];
  return value && start
    ? Promise.resolve({ value, origin: "environment", start })
    : settingHere(machine, name);
}

/** A list of words as the go command takes it apart (cmd/internal/quoted): one may be in quotes as a whole. */
export function wordsIn(value: string): string[] {
  return Array.from(value.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g), ([, a, b, c]) => a ?? b ?? c ?? "");
}

/** A setting in words: `GOFLAGS=-mod=vendor, in the environment (/home/me/.bashrc, line 3)`. No credentials. */
export function told(machine: Machine, name: string, setting: SettingHere): string {
  const { value, origin, line, start } = setting;
  const set = `${name}=${shown(name, value)}`;
  if (start) {
    const file = whereSet(machine, name, start.shell);
    return `${set}, in new shells (${start.line}${file === undefined ? "" : `; ${file}`})`;
  }
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
  { value: was, origin, start }: SettingHere,
  value?: string,
): Pick<Finding, "fix" | "help" | "reach"> {
  const { ctx } = machine;
  if (origin !== "environment") {
    const isOwn = origin === userEnvFile(ctx);
    return {
      fix: value === undefined && isOwn ? unfreeze(name, was, origin) : written(name, value ?? ""),
      reach: "every go command, whoever starts it, at once, until it is set again",
    };
  }
  const isFish = (start?.shell ?? basename(ctx.env["SHELL"] ?? "")) === "fish";
  const here =
    value === undefined
      ? `${isFish ? "set -e" : "unset"} ${name}`
      : isFish
        ? `set -gx ${name} ${quoted(value)}`
        : `export ${name}=${quoted(value)}`;
  const [place] = placesOf(machine, name, start?.shell);
  const verb = value === undefined ? "take out" : "change";
  if (start)
    return {
      ...(place
        ? {
            fix: openAt(ctx, place.file, place.line),
            help: `${verb} that line${value === undefined ? "" : `: ${here}`}`,
          }
        : { help: `${here}, behind what sets it, in the start-up files of ${start.shell}` }),
      reach: "new shells; programs that are open keep what they have",
    };
  return {
    fix: here,
    help: place && `and ${verb} line ${place.line} of ${place.file}: ${openAt(ctx, place.file, place.line)}`,
    reach: `this shell${place ? "; with the file every new one" : ", for as long as it lives; a program that is open keeps what it has"}`,
  };
}

/** Names that go env changes for nobody (cmd/go/internal/envcmd, checkEnvWrite); they count in the environment alone. */
const unsettable =
  /^GO(?:DEBUG|ENV|EXE|GCCFLAGS|HOSTARCH|HOSTOS|MOD|ROOT|TELEMETRY|TELEMETRYDIR|TOOLDIR|VERSION|WORK)$/;

/** The line that takes a setting out of Go's env file: by go itself, but for one that go refuses, or stops at. */
export function unfreeze(name: string, value: string, file: string): string {
  const stops =
    (name === "GOPATH" && value.split(":").some((path) => path !== "" && !path.startsWith("/"))) ||
    (name === "GOTOOLCHAIN" &&
      !/^(?:(?:auto|path|local|default|go1[\w.-]*)(?:\+(?:auto|path))?)$/.test(value));
  return stops || unsettable.test(name) ? `sed -i.bak '/^${name}=/d' ${quote(file)}` : `go env -u ${name}`;
}

/** The line that writes one there: go looks at the GOPATH in force before it takes a new one. */
function written(name: string, value: string): string {
  const line = `go env -w ${name}=${quoted(value)}`;
  return name === "GOPATH" && value !== "" ? `GOPATH=${quoted(value)} ${line}` : line;
}

function quoted(value: string): string {
  return /^[\w.:/,@%+-]*$/.test(value) ? value : quote(value);
}
