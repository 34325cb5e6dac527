/**
 * The environment that the desktop starts programs with: launchd's on macOS, that of systemd's user manager on Linux.
 */
import type { Environment } from "../context.ts";
import type { Machine } from "./machine.ts";

/** The variables that Go reads, and PATH: launchd tells one at a time. */
const names = [
  "PATH",
  "GOROOT",
  "GOPATH",
  "GOBIN",
  "GOPROXY",
  "GOSUMDB",
  "GOFLAGS",
  "GOCACHE",
  "GOMODCACHE",
].concat(["GOTOOLCHAIN", "GO111MODULE", "GODEBUG"]);

/** Those of these variables that it sets; undefined where there is no desktop, or it doesn't say. */
export function desktopStart(machine: Machine): Promise<Environment | undefined> {
  return machine.once("desktop", () =>
    machine.ctx.platform.os === "darwin" ? ofLaunchd(machine) : ofSystemd(machine),
  );
}

async function ofLaunchd(machine: Machine): Promise<Environment | undefined> {
  const pairs = await Promise.all(
    names.map(async (name) => {
      const { code, stdout } = await machine.run("launchctl", ["getenv", name]);
      return code === undefined ? undefined : ([name, stdout.trim()] as const);
    }),
  );
  if (pairs.includes(undefined)) return undefined;
  return Object.fromEntries(pairs.flatMap((pair) => (pair?.[1] ? [pair] : [])));
}

async function ofSystemd(machine: Machine): Promise<Environment | undefined> {
  const { env } = machine.ctx;
  if (!env["XDG_CURRENT_DESKTOP"] && !env["WAYLAND_DISPLAY"] && !env["DISPLAY"]) return undefined;
  const { code, stdout } = await machine.run("systemctl", ["--user", "show-environment"]);
  if (code !== 0) return undefined;
  const pairs = stdout.split("\n").flatMap((line): [string, string][] => {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    return name && value !== undefined && names.includes(name)
      ? [[name, value.replace(/^\$?'(.*)'$/, "$1")]]
      : [];
  });
  return Object.fromEntries(pairs);
}
