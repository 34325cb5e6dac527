/** gv install: each release, from what was asked to the line that runs it. */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { install as installRelease, type InstallOptions, type Outcome } from "../install.ts";
import { formatPlatform, type Platform, samePlatform } from "../platform.ts";
import { progressBar } from "../progress.ts";
import { rememberProject } from "../projects.ts";
import { requestHere, resolveVersion, withAsker } from "../resolve.ts";
import { makeUsable } from "../setup.ts";
import { quote } from "../shim-conf.ts";
import type { SourceOptions } from "../sources.ts";
import { megabytes } from "../space.ts";
import { isProven } from "../store.ts";
import { requestOfModule } from "../switching.ts";
import { provideDefaultTools } from "../tools/provide.ts";
import type { Evidence } from "../verify.ts";
import { formatRequest, parseRequest, releaseName } from "../version.ts";

export async function install(
  ctx: Context,
  specs: readonly string[],
  options: { platform?: Platform; quiet?: boolean } & Partial<InstallOptions>,
): Promise<void> {
  const { full = false, gpg = false, unproven = false, force = false } = options;
  const platform = options.platform ?? ctx.platform;
  const say = (text: string): void => {
    if (!options.quiet) ctx.stdout.write(`${text}\n`);
  };
  const typed = specs.map(parseRequest);
  const requests = typed.map((request) => (request.kind === "go.mod" ? requestOfModule(ctx) : request));
  const here = specs.length > 0 ? undefined : await requestHere(ctx);
  for (const [i, request] of (here === undefined ? requests : [here.request]).entries()) {
    const asked = `Go ${formatRequest(request)}`;
    const bar = progressBar(ctx, asked, { isSilent: options.quiet === true });
    let fetched = { received: 0, total: undefined as number | undefined };
    const events = {
      onProgress: (received: number, total: number | undefined) => {
        fetched = { received, total };
        bar.update(received, total);
      },
      onWait: () => say(`${asked}: another gv is installing it; waiting for that one`),
      onWarning: (text: string) => ctx.stderr.write(`gv: ${text}\n`),
      onNote: (text: string) => options.quiet || ctx.stderr.write(`gv: ${text}\n`),
    };
    const outcome = await installRelease(ctx, request, platform, events, {
      full,
      gpg,
      unproven,
      force,
    })
      .catch((error: unknown) => {
        throw here === undefined ? error : withAsker(error, request, here.origin);
      })
      .finally(() => bar.clear());
    if (typed.every(({ kind }) => kind === "go.mod")) rememberProject(ctx); // Nothing named, or go.mod.
    const isGlobal = makeUsable(ctx, outcome.installed); // Before any word that it works.
    say(describe(outcome, { full, gpg }));
    if (outcome.isNew && fetched.total !== undefined && fetched.received < fetched.total)
      say(
        `  ${megabytes(fetched.received)} were fetched, of ${megabytes(fetched.total)}: a version that was here has the rest`,
      );
    if (outcome.endOfSupport) say(outcome.endOfSupport);
    if (isGlobal) say("it is the first one here, and the global version from now on (gv global)");
    const isForHere = samePlatform(platform, ctx.platform);
    if (isForHere && outcome.isNew)
      await provideDefaultTools(ctx, outcome.installed.name, { quiet: options.quiet === true }, (tool) =>
        say(`${tool.name} ${tool.version ?? ""} is built by it`),
      );
    if (isForHere) {
      const line = await runLine(ctx, outcome);
      say(`run it:  ${line}`);
      // A go command switches to the very version of a go line, and finds no newer one.
      if (typed[i]?.kind === "go.mod" && request.kind !== "exact" && !/\bgo version$/.test(line))
        say("pin it here, or a go command may fetch the very version that go.mod names:  gv use go.mod");
    } else
      say(
        `its GOROOT is ${outcome.installed.folder}\n` +
          `the shims run Go for ${formatPlatform(ctx.platform)}; this one:  ` +
          `gv exec --platform ${formatPlatform(platform)} ${outcome.installed.name} -- go version`,
      );
  }
}

function describe({ installed, isNew }: Outcome, asked: SourceOptions): string {
  const { name, platform, receipt } = installed;
  const what = `Go ${name} for ${formatPlatform(platform)}`;
  if (!isNew) {
    const again = `gv install --force ${name}   installs it anew`;
    if (!isProven(receipt)) return `${what} is installed already, and not proven\n  gv verify ${name}`;
    const isLess = (asked.full || asked.gpg) && receipt?.form === "module";
    return `${what} is installed already${isLess ? `, in the module form\n  ${again}` : ""}`;
  }
  if (!isProven(receipt)) return `${what} is installed, and NOT PROVEN: ${receipt?.unproven}`;
  return [`${what} is installed and proven`, ...(receipt?.evidence ?? []).flatMap(describeEvidence)].join(
    "\n  ",
  );
}

function describeEvidence(evidence: Evidence): string[] {
  switch (evidence.by) {
    case "checksum database": {
      const { h1, proof, database, covers } = evidence;
      const record = `is record ${proof.id} of ${database}, in its signed tree of ${proof.treeSize}`;
      return [h1, covers === "all files" ? record : `${record}: ${covers}`];
    }
    case "signature":
      return [`signed by ${evidence.fingerprint} (key ${evidence.keyId}) at ${evidence.signed}`];
    default:
      return [evidence.sha256, `is the SHA-256 of ${evidence.archive} (${evidence.by})`];
  }
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
