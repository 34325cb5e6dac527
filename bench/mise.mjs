/**
 * mise, the peer that npm holds, for the rows beside gv's: its shim of a go that is the same tiny program, and its
 * reshim of as many tools. `MISE` in the environment names a binary to take instead of npm's.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** The package that holds mise's binary for this machine (150 MB unpacked). */
const npmPackage = "@jdxcode/mise-linux-x64@2026.9.15";

/**
 * A data folder of mise's below `top`, with Go 1.22.5 installed as `go` and `tools` (copies of `tiny`).
 * @returns {{ env: Record<string, string>, mise: string, shim: string, version: string }}
 */
export function makeMise(top, tiny, tools) {
  const mise = process.env["MISE"] ?? fetchMise(join(top, "mise-package"));
  const data = join(top, "mise");
  const env = {
    MISE_DATA_DIR: join(data, "data"),
    MISE_CACHE_DIR: join(data, "cache"),
    MISE_CONFIG_DIR: join(data, "config"),
    MISE_STATE_DIR: join(data, "state"),
    MISE_OFFLINE: "1",
    MISE_IDIOMATIC_VERSION_FILE_ENABLE_TOOLS: "go",
  };
  const bin = join(env.MISE_DATA_DIR, "installs/go/1.22.5/bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["go", ...tools]) copyFileSync(tiny, join(bin, name));
  const project = join(data, "project");
  mkdirSync(project);
  writeFileSync(join(project, ".tool-versions"), "go 1.22.5\n");
  const run = (...words) =>
    execFileSync(mise, words, { cwd: project, env: { HOME: top, ...env }, encoding: "utf8" });
  run("reshim");
  const shim = join(env.MISE_DATA_DIR, "shims/go");
  if (!run("which", "go").includes(bin)) throw new Error("mise doesn't find its go");
  return { env, mise, shim, version: run("--version").trim() };
}

/** Its binary, from npm. */
export function fetchMise(folder) {
  mkdirSync(folder, { recursive: true });
  execFileSync("npm", ["pack", "--silent", npmPackage], {
    cwd: folder,
    stdio: ["ignore", "ignore", "ignore"],
  });
  execFileSync("sh", ["-c", "tar xzf *.tgz"], { cwd: folder });
  return join(folder, "package/bin/mise");
}
