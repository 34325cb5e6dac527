/** gv local and gv global: which version a directory, or this user, uses. */
import { basename, join } from "node:path";

import { sdksNamed } from "../checks/editors/goland-sdk.ts";
import { newestOf } from "../choose.ts";
import type { Context } from "../context.ts";
import { projectFolders } from "../doctor/project.ts";
import { GvError, printableLine } from "../errors.ts";
import { writeAtomically } from "../files.ts";
import { prepareRoot } from "../root.ts";
import { didYouMean } from "../near.ts";
import { proxyList } from "../goproxy.ts";
import { rememberProject } from "../projects.ts";
import { isSameFile, linkTarget, realPath, startOf } from "../read.ts";
import { findRelease } from "../releases.ts";
import { homeFile, resolveVersion } from "../resolve.ts";
import { findInstalled, installedNames, installedVersions } from "../store.ts";
import { explainSwitching, formatOutcome, requestOfModule, strictPin } from "../switching.ts";
import { goBinary } from "../toolchain.ts";
import { replaceFile } from "../user-file.ts";
import { goVersionFile, type Line, readLimit, toolVersionsFile, type VersionFile } from "../version-files.ts";
import { formatRequest, formatVersion, keywords, parseRequest, type Request } from "../version.ts";

export async function local(
  ctx: Context,
  spec: string | undefined,
  options: { quiet?: boolean },
): Promise<void> {
  const file = join(ctx.cwd, goVersionFile.name);
  if (spec === undefined) return show(ctx, file, "nothing is pinned in this directory", "gv local 1.22");
  const text = await pin(ctx, file, parseRequest(spec), options);
  rememberProject(ctx);
  const other = said(toolVersionsFile, join(ctx.cwd, toolVersionsFile.name));
  if (options.quiet) return;
  if (other && other.spec !== text)
    tell(
      ctx,
      `it goes before ${toolVersionsFile.name}, line ${other.line}, which says ${other.spec} to asdf and mise`,
      `to have them agree, write there:  golang ${text}`,
    );
  await tellSwitch(ctx);
  const sdk = projectFolders(ctx)
    .flatMap((folder) => sdksNamed(folder, ctx.home))
    .find(({ goroot }) => goroot.startsWith(`${ctx.root.path}/versions/`) && basename(goroot) !== text);
  if (sdk)
    tell(
      ctx,
      `GoLand's SDK here is still ${sdk.goroot}`,
      "to change it, with the project closed:  gv ide goland --write",
    );
  if (isSameFile(ctx.cwd, ctx.home))
    tell(
      ctx,
      "that is your home folder: it applies to every folder below",
      `for all folders that pin nothing, rather:  rm ~/${goVersionFile.name} && gv global ${text}`,
    );
}

export async function global(
  ctx: Context,
  spec: string | undefined,
  options: { quiet?: boolean },
): Promise<void> {
  const file = ctx.root.globalVersion;
  if (spec === undefined) return show(ctx, file, "no global version is set", "gv global 1.22");
  prepareRoot(ctx);
  await pin(ctx, file, parseRequest(spec), options);
  const path = homeFile(ctx);
  const first = path === undefined ? undefined : said(toolVersionsFile, path);
  if (first && !options.quiet)
    tell(
      ctx,
      `${path}, line ${first.line}, asks for ${first.spec} and goes first`,
      "to let the global version apply, take that line out",
    );
}

/** What the file asks for, best first word; undefined where it says nothing about Go. */
function said(format: VersionFile, path: string): Line | undefined {
  return format.read(startOf(path, readLimit) ?? "")[0];
}

function tell(ctx: Context, ...lines: string[]): void {
  for (const line of lines) ctx.stdout.write(`${printableLine(line)}\n`);
}

function show(ctx: Context, file: string, fact: string, hint: string): void {
  const first = said(goVersionFile, file);
  if (!first) throw new GvError("NOT_INSTALLED", fact, { hint: `${hint}   sets one` });
  tell(ctx, first.spec);
}

async function pin(
  ctx: Context,
  file: string,
  request: Request,
  options: { quiet?: boolean },
): Promise<string> {
  const text = await pinText(ctx, request);
  const path = fileBehind(ctx, file);
  const whose = file === ctx.root.globalVersion ? "root" : "user";
  if (linkTarget(path) === undefined) replaceFile(path, Buffer.from(`${text}\n`), whose);
  else writeAtomically(path, `${text}\n`); // It isn't followed: a file of the project's own takes its place.
  if (options.quiet) return text;
  tell(ctx, `${file} says ${text}`);
  if (request.kind !== "system" && !(await isInstalled(ctx, parseRequest(text))))
    tell(ctx, `no Go ${text} is installed yet:  gv install ${text}`);
  const chosen = ctx.env["GV_VERSION"];
  if (chosen && chosen !== text)
    tell(ctx, `GV_VERSION=${chosen} goes first in this shell`, "to take it back:  gv shell --unset");
  return text;
}

/**
 * What is written: one bare word that goenv, asdf, mise and setup-go read alike. What they can't read
 * (a range, latest, go.mod) is written as the version that it means now: the newest installed, else published.
 */
async function pinText(ctx: Context, request: Request): Promise<string> {
  switch (request.kind) {
    case "exact":
    case "partial":
    case "system":
      return formatRequest(request);
    case "name":
    case "tip": {
      const name = formatRequest(request);
      if (findInstalled(ctx, ctx.platform, name)) return name;
      const installed = installedNames(ctx, ctx.platform);
      throw new GvError("NOT_INSTALLED", `no Go is linked as "${name}"`, {
        hint: `${didYouMean(name, [...keywords, ...installed])}installed: ${installed.join(", ") || "nothing"}`,
      });
    }
    case "go.mod":
      return pinText(ctx, requestOfModule(ctx));
    default: {
      const installed = await newestOf(installedVersions(ctx, ctx.platform), request);
      return formatVersion(
        installed ?? (await findRelease(ctx, proxyList(ctx), request, ctx.platform)).release.version,
      );
    }
  }
}

/**
 * The file to write: where a link leads, so that it stays one. A project's link may be a stranger's, and is followed to a
 * file of the same name alone: it must not reach another file of the user's.
 */
function fileBehind(ctx: Context, file: string): string {
  const there = realPath(file);
  return file === ctx.root.globalVersion || basename(there) === basename(file) ? there : file;
}

/** That the go command won't stay on what was pinned, or can't build with it: by go.mod, go.work or GOTOOLCHAIN. */
async function tellSwitch(ctx: Context): Promise<void> {
  const here = await resolveVersion(ctx);
  if (here.kind !== "version" || here.origin.kind !== "file") return;
  const chain = explainSwitching(ctx, join(here.dir, "bin", goBinary(ctx.platform)), strictPin(ctx));
  const { selection, target } = chain;
  const stays = selection?.kind === "runs" && target === undefined && !selection.isTooOld;
  if (selection && !stays)
    tell(ctx, `but go runs ${formatOutcome(chain)}`, "who says so:  gv current --explain");
}

async function isInstalled(ctx: Context, request: Request): Promise<boolean> {
  return (
    request.kind === "name" ||
    request.kind === "tip" ||
    (await newestOf(installedVersions(ctx, ctx.platform), request)) !== undefined
  );
}
