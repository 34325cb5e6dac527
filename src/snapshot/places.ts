/**
 * The 17 paths of Go's environment: which they are here, and what is there. Nothing is written, and nothing started
 * but `mount`.
 */
import { accessSync, constants } from "node:fs";
import { isAbsolute, join } from "node:path";

import type { Context } from "../context.ts";
import { mountOf, nearestThere, spaceAt } from "../doctor/folders.ts";
import type { Machine } from "../doctor/machine.ts";
import { allOnPath } from "../on-path.ts";
import { realPath, statOf } from "../read.ts";
import { redacted } from "./redact.ts";
import { goPaths, type PathFacts } from "./shape.ts";

type Env = Readonly<Record<string, string>>;

/**
 * The paths of each variable, by what `go env` says; of an empty one by Go's default; none where it has no path.
 * `show` is how a path is shown.
 */
export async function placesOf(
  machine: Machine,
  env: Env,
  show: (path: string) => string,
): Promise<Readonly<Record<string, readonly PathFacts[]>>> {
  const places = Object.entries(goPaths).map(async ([name, kind]) => {
    const paths = kind === "program" ? programIn(machine, env[name] ?? "") : pathsIn(machine.ctx, env, name);
    return [name, await Promise.all(paths.map((path) => factsOf(machine, path, show)))] as const;
  });
  return Object.fromEntries(await Promise.all(places));
}

function pathsIn(ctx: Context, env: Env, name: string): readonly string[] {
  const value = env[name] ?? "";
  if (name === "GOPATH") return value.split(":").filter((path) => path !== "");
  if (value === "off" || value === "/dev/null") return [];
  if (value !== "") return [value];
  const [gopath] = pathsIn(ctx, env, "GOPATH");
  if (name === "GOBIN") return gopath === undefined ? [] : [join(gopath, "bin")];
  return name === "GOTMPDIR" ? [ctx.env["TMPDIR"] || "/tmp"] : [];
}

/** The program of a command, as cmd/internal/quoted splits it; its bare name where PATH has none. */
function programIn({ ctx }: Machine, command: string): readonly string[] {
  const [, single, double, plain] = /^\s*(?:'([^']*)'|"([^"]*)"|(\S+))/.exec(command) ?? [];
  const program = single ?? double ?? plain;
  if (!program) return [];
  if (program.includes("/")) return [program];
  return [allOnPath(ctx, program)[0] ?? redacted("GOCACHEPROG", program)];
}

/** What is known of a path; of a missing one what holds where it would be made. */
export async function factsOf(
  machine: Machine,
  path: string,
  show: (path: string) => string,
): Promise<PathFacts> {
  const stats = statOf(path);
  const there = isAbsolute(path) ? realPath(nearestThere(path)) : undefined;
  const [mount, space] =
    there === undefined ? [] : await Promise.all([mountOf(machine, there), spaceAt(machine, there)]);
  return {
    path: show(path),
    exists: stats !== undefined,
    readable: allows(path, constants.R_OK),
    writable: allows(path, constants.W_OK),
    ...(stats && {
      kind: stats.isDirectory() ? "folder" : stats.isFile() ? "file" : "other",
      device: stats.dev,
      inode: stats.ino,
    }),
    ...(mount && { filesystem: mount.type }),
    ...(space && { free: space.bytes }),
  };
}

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
