/** gv local and gv global: which version a directory, or this user, uses. */
import { join } from "node:path";

import { newestOf } from "../choose.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { writeAtomically } from "../files.ts";
import { prepareRoot } from "../root.ts";
import { proxyList } from "../goproxy.ts";
import { textOf } from "../read.ts";
import { findRelease } from "../releases.ts";
import { findInstalled, installedNames, installedVersions } from "../store.ts";
import { requestOfModule } from "../switching.ts";
import { formatRequest, formatVersion, parseRequest, type Request } from "../version.ts";

export async function local(
  ctx: Context,
  spec: string | undefined,
  options: { quiet?: boolean },
): Promise<void> {
  const file = join(ctx.cwd, ".go-version");
  if (spec === undefined) show(ctx, file, "nothing is pinned in this directory", "gv local 1.22");
  else await pin(ctx, file, parseRequest(spec), options);
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
}

function show(ctx: Context, file: string, fact: string, hint: string): void {
  const text = textOf(file)?.trim();
  if (!text) throw new GvError("NOT_INSTALLED", fact, { hint: `${hint}   sets one` });
  ctx.stdout.write(`${text}\n`);
}

async function pin(
  ctx: Context,
  file: string,
  request: Request,
  options: { quiet?: boolean },
): Promise<void> {
  const text = await pinText(ctx, request);
  writeAtomically(file, `${text}\n`);
  if (options.quiet) return;
  ctx.stdout.write(`${file} says ${text}\n`);
  if (request.kind === "system" || (await isInstalled(ctx, parseRequest(text)))) return;
  ctx.stdout.write(`no Go ${text} is installed yet:  gv install ${text}\n`);
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
      if (findInstalled(ctx, ctx.platform, request.name)) return request.name;
      throw new GvError("NOT_INSTALLED", `no Go is linked as "${request.name}"`, {
        hint: `installed: ${installedNames(ctx, ctx.platform).join(", ") || "nothing"}`,
      });
    case "go.mod":
      return pinText(ctx, requestOfModule(ctx));
    case "tip":
      throw new GvError("BAD_SPEC", `"${request.kind}" can't be pinned`, {
        hint: "name a version: gv local 1.22",
      });
    default: {
      const installed = await newestOf(installedVersions(ctx, ctx.platform), request);
      return formatVersion(
        installed ?? (await findRelease(ctx, proxyList(ctx), request, ctx.platform)).version,
      );
    }
  }
}

async function isInstalled(ctx: Context, request: Request): Promise<boolean> {
  return (
    request.kind === "name" || (await newestOf(installedVersions(ctx, ctx.platform), request)) !== undefined
  );
}
