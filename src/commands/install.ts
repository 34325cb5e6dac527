/** gv install: each release, from what was asked to the line that runs it. */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { install as installRelease, type Outcome } from "../install.ts";
import { formatPlatform, type Platform, samePlatform } from "../platform.ts";
import { progressBar } from "../progress.ts";
import { requestHere, resolveVersion } from "../resolve.ts";
import { makeUsable, quote } from "../setup.ts";
import { formatRequest, parseRequest, releaseName } from "../version.ts";

export async function install(
  ctx: Context,
  specs: readonly string[],
  options: { platform?: Platform; quiet?: boolean },
): Promise<void> {
  const platform = options.platform ?? ctx.platform;
  const say = (text: string): void => {
    if (!options.quiet) ctx.stdout.write(`${text}\n`);
  };
  for (const request of specs.length > 0 ? specs.map(parseRequest) : [await requestHere(ctx)]) {
    const asked = `Go ${formatRequest(request)}`;
    const bar = progressBar(ctx, asked, { isSilent: options.quiet === true });
    const outcome = await installRelease(ctx, request, platform, {
      onProgress: (received, total) => bar.update(received, total),
      onWait: () => say(`${asked}: another gv is installing it; waiting for that one`),
      onWarning: (text) => ctx.stderr.write(`gv: ${text}\n`),
    }).finally(() => bar.clear());
    const isGlobal = makeUsable(ctx, outcome.installed); // Before any word that it works.
    say(describe(outcome));
    if (isGlobal) say("it is the first one here, and the global version from now on (gv global)");
    if (samePlatform(platform, ctx.platform)) say(`run it:  ${await runLine(ctx, outcome)}`);
    else say(`its GOROOT is ${outcome.installed.folder}`);
  }
}

function describe({ installed, isNew }: Outcome): string {
  const { name, platform, receipt } = installed;
  const what = `Go ${name} for ${formatPlatform(platform)}`;
  if (!isNew) return `${what} is installed already`;
  const proof = receipt?.proof;
  return `${what} is installed and proven${proof ? `\n  ${proof.h1}\n  is record ${proof.record} of ${proof.database}, in its signed tree of ${proof.treeSize}` : ""}`;
}

/** For `gv use`: installs only where nothing installed is what the spec means. */
export async function installMissing(
  ctx: Context,
  spec: string,
  options: { quiet?: boolean },
): Promise<void> {
  const there = await resolveVersion(ctx, { spec });
  if (there.kind === "missing") await install(ctx, [spec], options);
}

/** The shim by its plain name where it comes first on PATH and this version applies; else by a path that always works. */
async function runLine(ctx: Context, { installed }: Outcome): Promise<string> {
  const { shims } = ctx.root;
  const here = await resolveVersion(ctx);
  const applies = here.kind === "version" && here.name === installed.name;
  const program = applies ? "go" : installed.version ? releaseName(installed.version) : "go";
  const isOnPath = (ctx.env["PATH"] ?? "").split(":")[0] === shims;
  if (isOnPath) return `${program} version`;
  const path = join(shims, program);
  return `${/^[\w/.+-]+$/.test(path) ? path : quote(path)} version`;
}
