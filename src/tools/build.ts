/**
 * Builds a tool: `go install <package>@<version>` by one Go, into a folder of gv's own, then one rename.
 *
 * Guarantees: the Go that was chosen builds it, or nobody does (GOTOOLCHAIN=local: the go command would fetch
 * another one); nothing is written to GOBIN or GOPATH/bin, unless the root is another user's; whatever fails or is
 * interrupted, tools/ is as it was and staging/ holds nothing. GOPROXY, GOSUMDB, GOFLAGS, CGO_ENABLED, GOMODCACHE and GOCACHE are the user's own.
 */
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Context, Environment } from "../context.ts";
import { GvError, printable, systemCode } from "../errors.ts";
import { makeFolder, replace } from "../files.ts";
import { findTool } from "../find-tool.ts";
import { goBinFolder } from "../goenv.ts";
import { namesIn } from "../read.ts";
import { noVersion, resolveVersion } from "../resolve.ts";
import { isShared } from "../root.ts";
import { isToolName } from "../shims.ts";
import { withStaging } from "../staging.ts";
import { formatVersion, parseFolderName, parseVersion, type Version } from "../version.ts";

/** A Go that builds tools. */
export interface Builder {
  /** Where its tools go, and how it is called: `1.22.5`, or the name of a linked Go. */
  readonly name: string;
  readonly version: Version;
  /** The path of its go command. */
  readonly program: string;
}

/**
 * The Go that applies here, or the installed one that `spec` means. The system's Go builds, too: its tools are
 * kept by its version. Throws NOT_INSTALLED, BAD_SPEC, NO_SYSTEM_GO, and BAD_TOOLCHAIN for one before 1.16.
 */
export async function builderHere(ctx: Context, spec?: string): Promise<Builder> {
  const chosen = await resolveVersion(ctx, spec === undefined ? {} : { spec });
  if (chosen.kind === "missing" || chosen.kind === "refused") throw noVersion(chosen);
  const program = findTool(ctx, "go", chosen).path;
  const named = chosen.kind === "version" ? parseFolderName(chosen.name) : undefined;
  const version = named ?? (await versionOf(ctx, program));
  const name = chosen.kind === "version" ? chosen.name : formatVersion(version);
  if (version.major === 1 && version.minor < 16)
    throw new GvError(
      "BAD_TOOLCHAIN",
      `Go ${formatVersion(version)} can't build a tool by its version: 1.16 was the first`,
      {
        hint: "gv tools install gopls --go latest   builds it with another Go that is installed",
      },
    );
  return { name, version, program };
}

/** Asks a Go that isn't gv's own which one it is. */
async function versionOf(ctx: Context, program: string): Promise<Version> {
  const options = {
    env: { ...ctx.env, GOTOOLCHAIN: "local" },
    cwd: "/",
    timeout: 30_000,
    signal: ctx.signal,
  };
  try {
    const { stdout } = await promisify(execFile)(program, ["version"], options);
    // A build from source says: go version devel go1.28-0123abc Fri Nov 20 ...
    const version = parseVersion(/\bgo\d+\.\d+(?:\.\d+|(?:beta|rc)\d+)?/.exec(stdout)?.[0] ?? "");
    if (version) return version;
    throw new Error(`it says "${stdout.trim()}"`);
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw new GvError("BAD_TOOLCHAIN", `${program} doesn't tell which Go it is: ${String(error)}`, {
      hint: "gv tools install gopls --go latest   builds it with another Go that is installed",
      cause: error,
    });
  }
}

/**
 * Builds `target` (`<package>@<version>`) and puts its program into tools/<os-arch>/<go>/bin, in place of an older
 * one; where the root is another user's, the go command puts it where it puts all programs. What the go command says
 * is passed on while it says it, with `quiet` only where it fails. Gives the names of the programs that are in tools/.
 * Throws BUILD_FAILED; the caller writes the shims.
 */
export async function buildTool(
  ctx: Context,
  go: Builder,
  target: string,
  { quiet = false, hint = "" } = {},
): Promise<string[]> {
  if (isShared(ctx)) {
    const bin = goBinFolder(ctx);
    makeFolder(bin);
    await goInstall(ctx, go, { target, bin }, { quiet, hint });
    return [];
  }
  return withStaging(ctx, async (staging) => {
    const bin = join(staging, "bin");
    makeFolder(bin);
    await goInstall(ctx, go, { target, bin }, { quiet, hint });
    const names = namesIn(bin);
    const unfit = names.find((name) => !isToolName(name));
    if (unfit !== undefined || names.length === 0)
      throw new GvError(
        "BUILD_FAILED",
        unfit === undefined ? `${target} gave no program` : `the program of ${target} is called ${unfit}`,
        { hint: unfit === undefined ? "is it a main package?" : "gv has that name for something else" },
      );
    const folder = join(ctx.root.tools(ctx.platform), go.name, "bin");
    makeFolder(folder);
    for (const name of names) replace(join(bin, name), join(folder, name));
    return names;
  });
}

async function goInstall(
  ctx: Context,
  go: Builder,
  { target, bin }: { target: string; bin: string },
  { quiet, hint }: { quiet: boolean; hint: string },
): Promise<void> {
  const { signal } = ctx;
  signal.throwIfAborted();
  // The two flags are what holds without any; said here, they win over those of GOFLAGS.
  const words = ["install", "-mod=mod", "-modfile=", target];
  const child = spawn(go.program, words, {
    cwd: bin,
    env: { ...environment(ctx), GOBIN: bin },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let held = "";
  const tell = (text: string): void => {
    if (quiet) held += text;
    else ctx.stderr.write(printable(text));
  };
  child.stdout.setEncoding("utf8").on("data", tell);
  child.stderr.setEncoding("utf8").on("data", tell);
  // The go command ends by an interrupt with its work folder removed.
  const interrupt = (): void => void child.kill("SIGINT");
  signal.addEventListener("abort", interrupt);
  let code: number | null;
  try {
    code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  } catch (error) {
    throw new GvError("BUILD_FAILED", `${go.program} can't be run: ${systemCode(error) ?? String(error)}`, {
      hint: "is it there, executable, and made for this machine?",
      cause: error,
    });
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
  signal.throwIfAborted();
  if (code === 0) return;
  ctx.stderr.write(printable(held));
  throw new GvError("BUILD_FAILED", `Go ${go.name} can't build ${target}`, {
    hint: `the go command says why, above${hint === "" ? "" : `\n${hint}`}`,
  });
}

/** The user's, but for what would choose another Go, another platform, or another way than modules. */
function environment(ctx: Context): Environment {
  const {
    GOROOT: _goroot,
    GV_HOPS: _hops,
    GOTOOLCHAIN_INTERNAL_SWITCH_COUNT: _count,
    GOTOOLCHAIN_INTERNAL_SWITCH_VERSION: _version,
    ...env
  } = ctx.env;
  const { os, arch } = ctx.platform;
  return { ...env, GOTOOLCHAIN: "local", GO111MODULE: "on", GOOS: os, GOARCH: arch };
}
