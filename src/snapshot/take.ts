/**
 * Takes a snapshot: this shell as it is, or a start that a user makes (`login`, `desktop`).
 *
 * Guarantees: nothing is changed; go is started once; what can't be found out is left out, and fails nothing.
 */
import { basename, join } from "node:path";

import { type Context, type Environment, gvVersion } from "../context.ts";
import { desktopStart } from "../doctor/desktop-start.ts";
import { caches, gopath } from "../doctor/folders.ts";
import { causesIn } from "../doctor/log-index.ts";
import { Machine } from "../doctor/machine.ts";
import { ownerOf } from "../doctor/owners.ts";
import { goHere } from "../doctor/settings.ts";
import type { Way } from "../doctor/starts.ts";
import { GvError } from "../errors.ts";
import { whichTool } from "../find-tool.ts";
import { goBinFolder, userEnvFile, valueWithin } from "../goenv.ts";
import { didYouMean } from "../near.ts";
import { allOnPath, isShim } from "../on-path.ts";
import { readBuildInfo } from "../program/buildinfo.ts";
import { readExecutable } from "../program/executable.ts";
import { realPath, textOf } from "../read.ts";
import { formatOrigin, type Resolution } from "../resolve.ts";
import { placesOf } from "./places.ts";
import { redacted, scrubbed, withoutHome } from "./redact.ts";
import { schema, type Snapshot, type Winner } from "./shape.ts";
import { startOf } from "./start.ts";

/** The starts that can be named, and how each shell is started for it. */
const shellStarts: Readonly<Record<string, Way>> = {
  login: "login",
  "login-interactive": "login, interactive",
  interactive: "interactive",
  plain: "plain",
};

export const startNames: readonly string[] = [...Object.keys(shellStarts), "desktop"];

/** The snapshot of this shell; with `start` of that one. Throws BAD_ARGUMENT for a start that there isn't. */
export async function takeSnapshot(ctx: Context, start?: string): Promise<Snapshot> {
  if (start === undefined) return take(new Machine(ctx));
  const started = await startedAs(new Machine(ctx), start);
  const machine = new Machine({ ...ctx, env: started.env });
  return take(machine, { by: start, evidence: `gv started it: ${started.line}`, chain: [] });
}

interface Started {
  readonly line: string;
  readonly env: Environment;
}

/** The environment of a start of the user's own shell, or of the desktop. */
async function startedAs(machine: Machine, name: string): Promise<Started> {
  const { ctx } = machine;
  if (name === "desktop") {
    const env = await desktopStart(machine);
    if (env) return { line: "the desktop's own environment", env: { HOME: ctx.home, ...env } };
    throw new GvError("BAD_ARGUMENT", "no desktop tells its environment here", {
      hint: "only launchd (macOS) and systemd of a desktop session do; login is a login shell",
    });
  }
  const way = shellStarts[name];
  if (way === undefined)
    throw new GvError("BAD_ARGUMENT", `"${name}" is no start of a shell`, {
      hint: `${didYouMean(name, startNames)}the starts are ${startNames.join(", ")}`,
    });
  const own = basename(ctx.loginShell ?? ctx.env["SHELL"] ?? "");
  const starts = (await machine.starts).filter((one) => one.way === way);
  const start = starts.find(({ shell }) => shell === own) ?? starts[0];
  if (start?.env) return { line: start.line, env: start.env };
  throw new GvError("BAD_ARGUMENT", `${start?.line ?? "no shell"} didn't come up, so it has no environment`, {
    hint: "gv doctor starts-differ   looks at every start",
  });
}

async function take(machine: Machine, start?: Snapshot["start"]): Promise<Snapshot> {
  const { ctx } = machine;
  const homes = [ctx.home, realPath(ctx.home)];
  const show = (text: string): string => withoutHome(text, homes);
  const [env, failed, here] = await Promise.all([machine.goEnv, machine.goFailure, machine.here]);
  const shown = (pairs: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, show(redacted(name, value))]));
  const known = env ?? (await withoutGo(machine));
  return {
    schema,
    gv: gvVersion,
    taken: new Date(ctx.now()).toISOString(),
    folder: show(ctx.cwd),
    system: await systemOf(machine),
    start: start ?? (await startOf(machine)),
    path: machine.path.map(({ folder }) => show(folder)),
    programs: {
      go: winnerOf(ctx, "go", here, show),
      gopls: winnerOf(ctx, "gopls", here, show),
      dlv: winnerOf(ctx, "dlv", here, show),
    },
    version: versionOf(here, show),
    env: env ? shown(env) : null,
    ...(env ? {} : { failure: failureOf(ctx, failed) }),
    set: await settersOf(machine, Object.keys(known), show),
    paths: await placesOf(machine, known, show),
  };
}

/** The paths that Go's settings name where no go tells them. */
async function withoutGo(machine: Machine): Promise<Readonly<Record<string, string>>> {
  const { ctx } = machine;
  const [gopaths, [cache, modules]] = await Promise.all([gopath(machine), caches(machine)]);
  return {
    GOPATH: gopaths.map(({ path }) => path).join(":"),
    GOBIN: goBinFolder(ctx),
    GOCACHE: cache?.path ?? "",
    GOMODCACHE: modules?.path ?? "",
    GOENV: userEnvFile(ctx) ?? "off",
  };
}

/** Why go told nothing; not in its own words, which may quote what is left out. */
function failureOf(ctx: Context, failed: string | undefined): string {
  if (allOnPath(ctx, "go").length === 0) return "no go on PATH";
  if (failed === undefined) return "go env didn't start, or took too long";
  const [match] = causesIn(failed);
  return match ? `go env fails: ${match.cause.cause}` : "go env fails, and says why itself";
}

async function systemOf(machine: Machine): Promise<Snapshot["system"]> {
  const { ctx } = machine;
  const { os, arch } = ctx.platform;
  const isMac = os === "darwin";
  const said = (program: string, words: readonly string[]): Promise<string> =>
    machine.run(program, words).then(({ stdout }) => stdout.trim());
  const [version, translated] = isMac
    ? await Promise.all([
        said("sw_vers", ["-productVersion"]),
        said("sysctl", ["-in", "sysctl.proc_translated"]),
      ])
    : [];
  const pretty = /^PRETTY_NAME=["']?(.*?)["']?$/m.exec(textOf(machine.at("/etc/os-release")) ?? "")?.[1];
  const name = isMac ? version && `macOS ${version}` : pretty;
  return { os, arch, ...(name && { name }), kernel: ctx.kernel, translated: translated === "1" };
}

function winnerOf(
  ctx: Context,
  name: string,
  here: Resolution,
  show: (text: string) => string,
): Winner | null {
  const [path] = allOnPath(ctx, name);
  if (path === undefined) return null;
  const runs = isShim(ctx, path) ? behindShim(ctx, name, here) : realPath(path);
  const owner = ownerOf(ctx, path, realPath(path))?.name;
  const info = runs === undefined ? undefined : readBuildInfo(runs);
  const [release = ""] = runs === undefined ? [] : (textOf(join(runs, "../../VERSION")) ?? "").split("\n");
  const version = name === "go" ? release || info?.goVersion : info?.module?.version;
  const images = runs === undefined ? [] : (readExecutable(runs)?.images ?? []);
  return {
    path: show(path),
    isShim: isShim(ctx, path),
    ...(owner && { owner }),
    ...(runs !== undefined && { runs: show(runs) }),
    ...(version && { version }),
    ...(name !== "go" && info && { builtBy: info.goVersion }),
    archs: images.map(({ arch }) => arch ?? "unknown"),
  };
}

/** The program that gv's shim runs here. */
function behindShim(ctx: Context, name: string, here: Resolution): string | undefined {
  if (here.kind === "missing" || here.kind === "refused") return undefined;
  const tool = whichTool(ctx, name, here);
  return tool.kind === "found" ? realPath(tool.path) : undefined;
}

function versionOf(here: Resolution, show: (text: string) => string): Snapshot["version"] {
  const { origin } = here;
  const name = here.kind === "version" ? here.name : here.kind === "system" ? "system" : null;
  const file = "file" in origin ? { file: show(origin.file), line: origin.line } : {};
  const text = "text" in origin ? { text: scrubbed(origin.text) } : {};
  return { kind: here.kind, name, by: show(formatOrigin(origin)), ...file, ...text };
}

/** Who sets each variable; those that are Go's default aren't there. */
async function settersOf(
  machine: Machine,
  names: readonly string[],
  show: (text: string) => string,
): Promise<Snapshot["set"]> {
  const goroot = (await goHere(machine))?.goroot ?? "/";
  return Object.fromEntries(
    names.flatMap((name) => {
      const setting = valueWithin(machine.ctx, goroot, name);
      if (!setting) return [];
      const { origin, line } = setting;
      return [[name, line === undefined ? origin : `${show(origin)}, line ${line}`]];
    }),
  );
}
