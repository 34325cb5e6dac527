/**
 * What the go command's settings say here, without running it.
 *
 * Precedence as in cmd/go/internal/cfg (Getenv, envCache): a non-empty environment variable, then the
 * user's go/env file ($GOENV, `go env -w`), then $GOROOT/go.env of the Go that is there (since 1.21).
 * Every value carries where it came from. Reads files only, and treats an unreadable one as not there.
 */
import { realpathSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";

import type { Context } from "./context.ts";
import { onPath } from "./on-path.ts";
import { textOf } from "./read.ts";

export interface Setting {
  readonly value: string;
  /** "environment", or the path of the file. */
  readonly origin: string;
  /** Where in the file, from 1. */
  readonly line?: number;
}

/** The setting of that name, or undefined where Go's built-in default holds. */
export function goSetting(ctx: Context, name: string): Setting | undefined {
  return ownSetting(ctx, name) ?? settingIn(installedEnvFile(ctx), name);
}

/** The same without what an installed Go says, which may be the very one that is to be proven. */
export function ownSetting(ctx: Context, name: string): Setting | undefined {
  const value = ctx.env[name];
  return value ? { value, origin: "environment" } : settingIn(userEnvFile(ctx), name);
}

/**
 * What the go command of this GOROOT finds (cfg.Getenv). An empty value in the user's file counts: it hides
 * go.env, and `go env -w NAME=` writes it.
 */
export function settingWithin(ctx: Context, goroot: string, name: string): Setting | undefined {
  const value = ctx.env[name];
  if (value) return { value, origin: "environment" };
  const user = userEnvFile(ctx);
  return (user === undefined ? undefined : lineIn(user, name)) ?? lineIn(join(goroot, "go.env"), name);
}

/** The same where it has a value: an empty one counts as none. */
export function valueWithin(ctx: Context, goroot: string, name: string): Setting | undefined {
  const setting = settingWithin(ctx, goroot, name);
  return setting?.value ? setting : undefined;
}

/** The GOROOT that a go command is in, behind links. */
export function gorootAbove(go: string): string {
  return dirname(dirname(realpathSync(go)));
}

function settingIn(file: string | undefined, name: string): Setting | undefined {
  const setting = file === undefined ? undefined : lineIn(file, name);
  return setting?.value ? setting : undefined;
}

/** The user's file: $GOENV, else go/env in os.UserConfigDir. Undefined for GOENV=off. */
export function userEnvFile({ env, home, platform }: Context): string | undefined {
  const goenv = env["GOENV"];
  if (goenv) return goenv === "off" ? undefined : goenv;
  if (platform.os === "darwin") return join(home, "Library", "Application Support", "go", "env");
  return join(configFolder(home, env), "go", "env");
}

/** $XDG_CONFIG_HOME where it is an absolute path (a relative one counts as none), else ~/.config. */
export function configFolder(home: string, env: Context["env"]): string {
  const config = env["XDG_CONFIG_HOME"];
  return config && isAbsolute(config) ? config : join(home, ".config");
}

/** $GOROOT/go.env of the first Go on PATH that is no shim of gv's. */
function installedEnvFile(ctx: Context): string | undefined {
  const go = onPath(ctx, "go");
  return go === undefined ? undefined : join(gorootAbove(go), "go.env");
}

/** The last KEY=value line; one without `=` or whose first byte isn't A-Z is ignored (cfg.readEnvFile). */
function lineIn(path: string, name: string): Setting | undefined {
  const lines = (textOf(path) ?? "").split("\n");
  const index = lines.findLastIndex((line) => line.startsWith(`${name}=`));
  if (index < 0) return undefined;
  const value = lines[index]?.slice(name.length + 1).replace(/\r$/, "") ?? "";
  return { value, origin: path, line: index + 1 };
}

/** GOBIN, else bin/ in the first GOPATH, else ~/go/bin: where `go install` puts programs. */
export function goBinFolder(ctx: Context): string {
  return goSetting(ctx, "GOBIN")?.value ?? join(firstGopath(ctx), "bin");
}

/** GOMODCACHE, else pkg/mod in the first GOPATH: where the go command keeps modules. */
export function moduleCacheFolder(ctx: Context): string {
  return goSetting(ctx, "GOMODCACHE")?.value ?? join(firstGopath(ctx), "pkg", "mod");
}

function firstGopath(ctx: Context): string {
  return goSetting(ctx, "GOPATH")?.value.split(delimiter)[0] || join(ctx.home, "go");
}
