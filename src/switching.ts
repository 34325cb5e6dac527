/**
 * What the go command that runs here will make of go.mod, go.work and GOTOOLCHAIN: which toolchain it runs in the
 * end, and where it will find that one. Reads files only: no go command is run to learn it.
 *
 * The files are found as cmd/go/internal/modload does (FindGoWork, FindGoMod); the rule is go-mod.ts. `go install`
 * and `go run` of a package@version, `go get` and -C may switch further: that is theirs.
 */
import { basename, join } from "node:path";

import { configFlag } from "./config.ts";
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import {
  canSwitch,
  type ModuleLines,
  readModuleLines,
  requestOf,
  type Selection,
  selectToolchain,
} from "./select.ts";
import { gorootAbove, moduleCacheFolder, type Setting, settingWithin } from "./goenv.ts";
import { allOnPath, isProgram, isShim } from "./on-path.ts";
import { platformFolder } from "./platform.ts";
import { isSameFile, textOf, upwards } from "./read.ts";
import { goBinary, toolchainModule } from "./toolchain.ts";
import { formatVersion, parseVersion, type Request } from "./version.ts";

/** The go.work or go.mod that applies in a directory. */
export interface ModuleFile {
  readonly path: string;
  readonly lines: ModuleLines;
}

/**
 * The go.work that GOWORK names, else the nearest one upwards, else the nearest go.mod; undefined where there is
 * none. `goroot` is the Go that asks: it passes over a go.work above itself. Throws BAD_ARGUMENT for a GOWORK
 * that the go command refuses.
 */
export function findModuleFile(ctx: Context, goroot = ""): ModuleFile | undefined {
  const gowork = settingWithin(ctx, goroot, "GOWORK");
  const path = workFile(ctx, gowork, goroot) ?? nearest(ctx, "go.mod");
  // The go command passes over a go.mod in the folder of temporary files itself, and looks no further.
  if (path === undefined || path === join(ctx.env["TMPDIR"] || "/tmp", "go.mod")) return undefined;
  return { path, lines: readModuleLines(textOf(path) ?? "") };
}

function workFile(ctx: Context, setting: Setting | undefined, goroot: string): string | undefined {
  const gowork = setting?.value;
  if (gowork === "off") return undefined;
  if (setting === undefined || !gowork || gowork === "auto") return nearest(ctx, "go.work", goroot);
  if (!isRefused(setting)) return isThere(gowork) ? gowork : undefined;
  throw new GvError("BAD_ARGUMENT", `GOWORK=${gowork} is not an absolute path: the go command refuses it`, {
    hint: `it is set by ${formatSetting(setting)}`,
  });
}

/** True for a GOWORK at which the go command stops. */
function isRefused({ value }: Setting): boolean {
  return value !== "" && value !== "auto" && value !== "off" && !value.startsWith("/");
}

/** The nearest file of that name here or above; from below the folder `stop`, only as far as that one. */
function nearest(ctx: Context, name: string, stop = ""): string | undefined {
  for (const folder of upwards(ctx.cwd)) {
    const isStop = folder.startsWith(".") ? isSameFile(folder, stop) : (folder || "/") === stop;
    if (isStop && folder !== ctx.cwd) return undefined;
    const path = `${folder}/${name}`;
    if (isThere(path)) return path;
  }
  return undefined;
}

/** A file, or something else that can be read as one; no folder. */
function isThere(path: string): boolean {
  return textOf(path) !== undefined;
}

/**
 * What go.mod or go.work asks for here. Throws NO_SPEC where there is none or it names no version, BAD_SPEC where
 * it names a toolchain that is no release.
 */
export function requestOfModule(ctx: Context): Request {
  const file = findModuleFile(ctx);
  if (file === undefined)
    throw new GvError("NO_SPEC", "there is no go.mod or go.work here, nor in a folder above", {
      hint: "name a version: gv install latest",
    });
  const request = requestOf(file.lines);
  if (request !== undefined) return request;
  const { go, toolchain } = file.lines;
  const odd = toolchain && toolchain.value !== "default" ? toolchain : go;
  if (odd === undefined)
    throw new GvError("NO_SPEC", `${file.path} has no go line: it asks for no version of Go`, {
      hint: "name a version: gv install latest",
    });
  throw new GvError("BAD_SPEC", `"${odd.value}" is no release of Go`, {
    hint: `asked for by: ${file.path}, line ${odd.line}\nname a version: gv install latest`,
  });
}

/** How a go command comes to the toolchain that it runs. */
export interface Switching {
  /** The name that the go command gives itself: go1.22.5; undefined where its tree doesn't tell. */
  readonly itself: string | undefined;
  /** What sets GOTOOLCHAIN for it; undefined where nothing does, and it never switches. */
  readonly gotoolchain: Setting | undefined;
  readonly file: ModuleFile | undefined;
  /** Why it doesn't even look at those; undefined where it does. */
  readonly off: "old" | "no modules" | undefined;
  readonly selection: Selection | undefined;
  /** Where the toolchain is that it switches to; undefined where it runs itself. */
  readonly target: Target | undefined;
}

export type Target =
  /** A program of that name on PATH, which is asked before anything is downloaded. */
  | { readonly kind: "shim" | "program" | "module cache"; readonly path: string }
  /** `installed`: gv has it, and the go command can't see that, since the shims are not on PATH. Nowhere: it fails. */
  | { readonly kind: "download" | "nowhere"; readonly installed: boolean };

/** What the program `go` will do here. `forced` is a GOTOOLCHAIN that its shim sets. */
export function explainSwitching(ctx: Context, go: string, forced?: Setting): Switching {
  const goroot = gorootAbove(go);
  const itself = ownName(goroot);
  const gotoolchain = forced ?? settingWithin(ctx, goroot, "GOTOOLCHAIN");
  const gowork = settingWithin(ctx, goroot, "GOWORK");
  const refused =
    gowork && isRefused(gowork)
      ? `GOWORK=${gowork.value}, set by ${formatSetting(gowork)}, is not an absolute path`
      : undefined;
  const file = refused ? undefined : findModuleFile(ctx, goroot);
  const modules = settingWithin(ctx, goroot, "GO111MODULE")?.value || "on";
  const isOn = modules === "on" || (modules === "auto" && (file ?? refused) !== undefined);
  const off = itself !== undefined && !canSwitch(itself) ? "old" : isOn ? undefined : "no modules";
  const selection =
    itself === undefined || off
      ? undefined
      : refused
        ? { kind: "stops" as const, message: refused }
        : selectToolchain(itself, gotoolchain?.value ?? "", file?.lines ?? {});
  const switches = selection?.kind === "runs" && selection.toolchain !== itself ? selection : undefined;
  const target = switches && targetOf(ctx, switches.toolchain, switches.mode);
  return { itself, gotoolchain, file, off, selection, target };
}

/** The name that the go command of a tree gives itself (runtime.Version), from the files that cmd/dist wrote. */
function ownName(goroot: string): string | undefined {
  const text = textOf(join(goroot, "VERSION")) ?? textOf(join(goroot, "VERSION.cache"));
  return /^(?:devel )?(go[0-9]\S*)/.exec(text ?? "")?.[1];
}

/** As Exec in select.go: a program of that name on PATH, the module cache, a download. */
function targetOf(ctx: Context, toolchain: string, mode: "auto" | "path" | "none"): Target {
  const version = parseVersion(toolchain);
  const installed = version !== undefined && hasVersion(ctx, formatVersion(version));
  const [path] = allOnPath(ctx, toolchain);
  const isOurs = path !== undefined && isShim(ctx, path);
  if (path !== undefined && (installed || !isOurs)) return { kind: isOurs ? "shim" : "program", path };
  if (mode === "path" || isOurs) return { kind: "nowhere", installed };
  const module = `${toolchainModule}@v0.0.1-${toolchain}.${platformFolder(ctx.platform)}`;
  const cached = join(moduleCacheFolder(ctx), module, "bin", "go");
  return isProgram(cached) ? { kind: "module cache", path: cached } : { kind: "download", installed };
}

function hasVersion(ctx: Context, name: string): boolean {
  return isProgram(join(ctx.root.versions(ctx.platform), name, "bin", goBinary(ctx.platform)));
}

/** Who set it, as a person reads it: `the environment`, or the file with its line. */
export function formatSetting({ origin, line }: Setting): string {
  return line === undefined ? `the ${origin}` : `${origin}, line ${line}`;
}

/** What a shim makes of GOTOOLCHAIN for a version that gv chose; undefined where `strict-pin` is off. */
export function strictPin(ctx: Context): Setting | undefined {
  return configFlag(ctx, "strict-pin") ? { value: "local", origin: "strict-pin" } : undefined;
}

/** `go.mod` or `go.work`: what the file is that has a say. */
export function fileKind({ file }: Switching): string {
  return file === undefined ? "go.mod" : basename(file.path);
}

/** What the go command runs in the end, and why. */
export function formatOutcome(chain: Switching): string {
  const { itself, off, selection, target, gotoolchain, file } = chain;
  if (itself === undefined)
    return "that can't be told: this go is in no GOROOT; is it another manager's shim?";
  if (off === "old") return `${itself}: only since Go 1.21 a go command switches to another one`;
  if (off === "no modules") return `${itself}: GO111MODULE turns modules off, and switching with them`;
  if (selection?.kind !== "runs") return `nothing, the go command stops: ${selection?.message}`;
  const { toolchain, by, isTooOld } = selection;
  const setting = gotoolchain?.value ? `GOTOOLCHAIN=${gotoolchain.value}` : "an empty GOTOOLCHAIN";
  const older = `${fileKind(chain)} says go ${file?.lines.go?.value}`;
  if (target !== undefined) {
    const why = by === "GOTOOLCHAIN" ? setting : `the ${by} line`;
    const refuses = isTooOld ? `; that one refuses to build, since ${older}` : "";
    return `${toolchain}: by ${why} the go command switches to it, ${where(target)}${refuses}`;
  }
  if (!isTooOld) return `${itself}: there is no switch to another one`;
  return `${itself}, which refuses to build: ${older}, and ${setting} allows no switch`;
}

function where(target: Target): string {
  switch (target.kind) {
    case "shim":
      return `installed as ${target.path} (no download)`;
    case "program":
      return `found as ${target.path} (no download)`;
    case "module cache":
      return `found in the module cache (no download): ${target.path}`;
    case "nowhere":
      return "and fails: nothing of that name on PATH runs";
    default:
      return target.installed
        ? "and downloads it, since gv's shims are not on PATH"
        : "and downloads it, since it is not installed";
  }
}
