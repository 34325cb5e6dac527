/**
 * gv exec: a command with one version of Go. The launcher answers what sh can tell; here comes the rest: a
 * range, oldstable, another platform, and (--shim) what a shim hands over, a missing version that may be installed on the spot.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

import { type Context, exitWith } from "../context.ts";
import { GvError } from "../errors.ts";
import { findTool } from "../find-tool.ts";
import { goBinFolder } from "../goenv.ts";
import { formatPlatform, type Platform } from "../platform.ts";
import { progressBar } from "../progress.ts";
import { rememberProject } from "../projects.ts";
import { noVersion, resolveVersion, type Resolution, withAsker } from "../resolve.ts";
import { runProgram } from "../run.ts";
import { makeUsable } from "../setup.ts";
import { writeShims } from "../shims.ts";
import { countHop, environment } from "../tool-environment.ts";
import { collectTools, installsPrograms } from "../tools/collect.ts";
import { formatRequest } from "../version.ts";

/** `command` is what stands behind `--`, `spec` what stands before it. */
export async function exec(
  host: Context,
  spec: string | undefined,
  command: readonly string[],
  options: { shim?: string; platform?: Platform },
): Promise<void> {
  const ctx = options.platform === undefined ? host : { ...host, platform: options.platform };
  const [tool, ...words] = options.shim === undefined ? command : [options.shim, ...command];
  if (tool === undefined)
    throw new GvError("BAD_ARGUMENT", "gv exec needs a command behind --", {
      hint: "gv exec 1.22.5 -- go test ./...",
    });
  const typed = spec === undefined ? {} : { spec };
  const asked = options.shim === undefined ? typed : { tool, args: words };
  let chosen = await resolveVersion(ctx, asked);
  if (chosen.kind === "missing" && options.shim === "go") chosen = await installOnTheSpot(ctx, chosen, asked);
  if (chosen.kind === "missing" || chosen.kind === "refused") throw noVersion(chosen, options.platform);
  if (chosen.kind === "system" && options.platform !== undefined)
    throw new GvError("BAD_ARGUMENT", "no version of Go is chosen here, and --platform means one of gv's", {
      hint: `gv exec --platform ${formatPlatform(options.platform)} 1.22.5 -- go version`,
    });
  if (chosen.kind === "version" && options.platform !== undefined)
    await checkRuns(host, options.platform, `${chosen.dir}/bin/go`);
  const code = await run(ctx, tool, words, chosen, options).catch((error: unknown) => {
    throw wasRemoved(chosen) ?? error;
  });
  exitWith(code);
}

/** Runs a tool of the version that was chosen, and collects what that installed: the tool's exit code. */
async function run(
  ctx: Context,
  tool: string,
  words: readonly string[],
  chosen: Extract<Resolution, { kind: "version" | "system" }>,
  options: { shim?: string },
): Promise<number> {
  const isPlus = options.shim === "go" && words[0]?.startsWith("+") === true;
  const found = tool.includes("/") ? { path: tool, reason: "path" } : findTool(ctx, tool, chosen);
  const env = environment(ctx, chosen, options);
  const hops = options.shim !== undefined && found.reason === "path" ? countHop(ctx, found.path) : {};
  const goWords = isPlus ? words.slice(1) : words;
  const code = await runProgram(ctx, found.path, goWords, { ...env, ...hops });
  if (tool === "go" && installsPrograms(goWords)) await collect(ctx);
  return code;
}

/** Why a version that was there a moment ago can't be run: another gv removed it in between. */
function wasRemoved(chosen: Resolution): GvError | undefined {
  if (chosen.kind !== "version" || existsSync(chosen.dir)) return undefined;
  const hint = `gv install ${chosen.name}`;
  return new GvError("NOT_INSTALLED", `Go ${chosen.name} is not installed any more: another gv removed it`, {
    hint,
  });
}

/** What go installed is there, and its exit code stands, whether or not it can be collected: as in shims/rehash.sh. */
async function collect(ctx: Context): Promise<void> {
  try {
    await collectTools(ctx);
    writeShims(ctx);
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    const hint = `what go installed is in ${goBinFolder(ctx)} as always; to try again: gv rehash`;
    ctx.stderr.write(`gv: ${error.message}\n    ${hint}\n`);
  }
}

/** As the go command downloads a toolchain that go.mod asks for: where somebody sees it, or asked for it. */
async function installOnTheSpot(
  ctx: Context,
  missing: Extract<Resolution, { kind: "missing" }>,
  asked: Parameters<typeof resolveVersion>[1],
): Promise<Resolution> {
  const { request, origin } = missing;
  const release =
    request.kind === "exact" ? request.version : request.kind === "partial" ? request : undefined;
  const said = ctx.env["GV_AUTO_INSTALL"];
  const isWanted = said ? said === "1" : ctx.stderr.isTerminal;
  if (release === undefined || (release.minor ?? 21) < 21 || !isWanted) return missing;
  const { install } = await import("../install.ts"); // A range in .go-version comes here for each go command.
  const name = `Go ${formatRequest(request)}`;
  const bar = progressBar(ctx, name, { isSilent: false });
  const { installed, endOfSupport } = await install(ctx, request, ctx.platform, {
    onProgress: (received, total) => bar.update(received, total),
    onWait: () => ctx.stderr.write(`gv: another gv is installing ${name}; waiting for that one\n`),
    onWarning: (text) => ctx.stderr.write(`gv: ${text}\n`),
    onNote: (text) => ctx.stderr.write(`gv: ${text}\n`),
  })
    .catch((error: unknown) => {
      throw withAsker(error, request, origin);
    })
    .finally(() => bar.clear());
  makeUsable(ctx, installed);
  if (origin.kind === "file") rememberProject(ctx);
  ctx.stderr.write(
    `gv: Go ${installed.name} is installed and proven\n${endOfSupport ? `gv: ${endOfSupport}\n` : ""}`,
  );
  return resolveVersion(ctx, asked);
}

/**
 * Throws UNSUPPORTED_SYSTEM unless this system runs a go of that platform, itself or by an emulator. It is asked,
 * since nothing else tells; and before anything else, since a program that the kernel doesn't know is run as a
 * script by the C library (POSIX, execvp).
 */
async function checkRuns(host: Context, platform: Platform, go: string): Promise<void> {
  const env = { GOTOOLCHAIN: "local", GOENV: "off", GOFLAGS: "", HOME: host.home };
  const version = async (): Promise<string> => {
    const { stdout } = await promisify(execFile)(go, ["version"], { env, signal: host.signal });
    return stdout;
  };
  const said = platform.os === host.platform.os ? await version().catch(() => "") : "";
  host.signal.throwIfAborted();
  if (said.startsWith("go version ")) return;
  const here = formatPlatform(host.platform);
  throw new GvError(
    "UNSUPPORTED_SYSTEM",
    `this ${here} system doesn't run Go for ${formatPlatform(platform)}`,
    {
      hint:
        platform.os === "linux" && host.platform.os === "linux"
          ? "an emulator does, where the kernel knows it (qemu-user and binfmt_misc); to build for it, none is needed:\n" +
            `GOARCH=${platform.arch} go build`
          : `to build for it, the go of this system does:  GOOS=${platform.os} GOARCH=${platform.arch} go build`,
    },
  );
}
