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

function settingIn(file: string | undefined, name: string): Setting | undefined {
  const value = file === undefined ? undefined : readEnvFile(file).get(name);
  return file !== undefined && value ? { value, origin: file } : undefined;
}

/** The user's file: $GOENV, else go/env in os.UserConfigDir. Undefined for GOENV=off. */
export function userEnvFile({ env, home, platform }: Context): string | undefined {
  const goenv = env["GOENV"];
  if (goenv) return goenv === "off" ? undefined : goenv;
  if (platform.os === "darwin") return join(home, "Library", "Application Support", "go", "env");
  const config = env["XDG_CONFIG_HOME"];
  return join(config && isAbsolute(config) ? config : join(home, ".config"), "go", "env");
}

/** $GOROOT/go.env of the first Go on PATH that is no shim of gv's. */
function installedEnvFile(ctx: Context): string | undefined {
  const go = onPath(ctx, "go");
  return go === undefined ? undefined : join(dirname(dirname(realpathSync(go))), "go.env");
}

/** KEY=value lines; a line without `=` or whose first byte isn't A-Z is ignored (cfg.readEnvFile). */
function readEnvFile(path: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of (textOf(path) ?? "").split("\n")) {
    const match = /^([A-Z][^=]*)=(.*)$/.exec(line.replace(/\r$/, ""));
    if (match?.[1] && match[2] !== undefined) values.set(match[1], match[2]);
  }
  return values;
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
