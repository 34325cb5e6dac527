/** gv verify: whether what is on disk is what Go published, and which files are not. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";

import { audit, type Verdict } from "../audit.ts";
import { type Context, exitWith, gvVersion, pathFrom } from "../context.ts";
import { GvError, printable } from "../errors.ts";
import { onPath } from "../on-path.ts";
import { formatPlatform, type Platform } from "../platform.ts";
import {
  type Installed,
  isProven,
  listInstalled,
  namedBy,
  notInstalled,
  type Receipt,
  writeReceipt,
} from "../store.ts";
import type { Release } from "../toolchain.ts";
import type { Evidence } from "../verify.ts";
import { formatVersion, parseRequest, releaseName } from "../version.ts";

/** Something to look at: a GOROOT, and for one of gv's own what it should be. */
interface Subject {
  readonly goroot: string;
  readonly release: Release | undefined;
  readonly installed: Installed | undefined;
}

/** What became of looking at it. */
interface Looked {
  readonly verdict: Verdict;
  readonly receipt: Receipt | undefined;
}

export async function verify(
  ctx: Context,
  spec: string | undefined,
  options: { platform?: Platform; json?: boolean; quiet?: boolean },
): Promise<void> {
  const looked: Looked[] = [];
  let failure: GvError | undefined;
  for (const { goroot, release, installed } of subjects(ctx, spec, options.platform)) {
    const warn = (text: string): void => ctx.stderr.write(`gv: ${text}\n`);
    const verdict = await audit(ctx, goroot, release, warn).catch((error: unknown) => {
      if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
      failure ??= error; // The others are looked at, all the same.
      return unknown(goroot, release, error);
    });
    const receipt = installed && settled(ctx, installed, verdict);
    looked.push({ verdict, receipt });
    if (!options.json && (!options.quiet || verdict.verdict !== "proven"))
      ctx.stdout.write(`${describe(verdict, options.quiet === true)}\n`);
  }
  if (looked.length === 0 && !options.json && !options.quiet)
    ctx.stderr.write("gv: no Go is installed, so nothing was looked at\n    gv install latest\n");
  if (options.json) ctx.stdout.write(`${JSON.stringify(auditRecord(ctx, looked), undefined, 2)}\n`);
  const isBad = looked.some(
    ({ verdict: { verdict } }) => verdict === "differs" || verdict === "not a release",
  );
  if (isBad)
    exitWith(4); // The graver news.
  else if (failure) exitWith(failure.exitCode);
}

/** That the log can't be asked, or a file not be read, says nothing of the others. */
function unknown(goroot: string, release: Release | undefined, { message, hint = "" }: GvError): Verdict {
  const reason = [message, ...hint.split("\n")].filter((line) => line !== "").join("\n");
  return { goroot, release, verdict: "unknown", reason, evidence: [], files: 0, unchecked: [] };
}

/** Every installed release, those that a version means, a linked Go, or the GOROOT at or above a path. */
function subjects(ctx: Context, spec: string | undefined, platform: Platform | undefined): Subject[] {
  if (spec === undefined)
    return listInstalled(ctx, platform)
      .filter(({ version }) => version !== undefined)
      .map(ofInstalled);
  if (spec.includes("/") || spec === "." || spec === "..") return [ofPath(pathFrom(ctx.cwd, spec))];
  const request = parseRequest(spec);
  if (request.kind === "system") {
    const go = onPath(ctx, "go");
    if (go === undefined)
      throw new GvError("NO_SYSTEM_GO", "there is no go on PATH besides gv's own", {
        hint: "gv verify /usr/local/go   looks at one that isn't on PATH",
      });
    return [ofPath(go)];
  }
  const here = platform ?? ctx.platform;
  const installed = listInstalled(ctx, here);
  const meant = namedBy(installed, request);
  if (meant.length > 0) return meant.map(ofInstalled);
  if (request.kind === "name" && existsSync(pathFrom(ctx.cwd, spec)))
    throw new GvError("BAD_ARGUMENT", `no Go is linked as "${spec}"; a path is told by its slash`, {
      hint: `gv verify ./${spec}`,
    });
  throw notInstalled(installed, request, here);
}

function ofInstalled(installed: Installed): Subject {
  const { version, platform, folder } = installed;
  // What a linked Go is, it says itself.
  const isOwn = version !== undefined && installed.link === undefined;
  return {
    goroot: folder,
    release: isOwn ? { version, platform } : undefined,
    installed: isOwn ? installed : undefined,
  };
}

/** A GOROOT, or the one that a go command belongs to. */
function ofPath(path: string): Subject {
  if (!existsSync(path))
    throw new GvError("BAD_ARGUMENT", `${path} isn't there`, { hint: "gv verify /usr/local/go" });
  const real = realpathSync(path);
  const goroot = statSync(real).isDirectory() ? real : dirname(dirname(real));
  if (goroot !== real && basename(dirname(real)) !== "bin")
    throw new GvError("BAD_ARGUMENT", `${path} is neither a GOROOT nor a go command in one`, {
      hint: "gv verify /usr/local/go",
    });
  return { goroot, release: undefined, installed: undefined };
}

/** A version that had to be looked up, or had no evidence, and is proven, gets that written into its receipt. */
function settled(ctx: Context, installed: Installed, verdict: Verdict): Receipt | undefined {
  const { receipt, platform, name } = installed;
  if (verdict.verdict !== "proven" || (isProven(receipt) && verdict.recordFrom !== "network")) return receipt;
  const signatures = receipt?.evidence.filter(({ by }) => by === "signature") ?? [];
  const { unproven: _unproven, ...rest } = receipt ?? {
    version: name,
    platform: formatPlatform(platform),
    form: verdict.unchecked.length > 0 ? "archive" : "module",
    from: "unknown: found in the store",
    installed: new Date(ctx.now()).toISOString(),
    gv: gvVersion,
  };
  const written: Receipt = { ...rest, evidence: [...verdict.evidence, ...signatures] };
  writeReceipt(ctx, platform, written);
  return written;
}

const shownFiles = 40;

function describe(verdict: Verdict, quiet: boolean): string {
  const { goroot, release, evidence, differences, unchecked } = verdict;
  const name = release
    ? `${releaseName(release.version)} for ${formatPlatform(release.platform)}`
    : "no release";
  const lines = [
    oneLine(
      `${goroot}: ${verdict.verdict === "not a release" ? "not a release" : `${name}: ${verdict.verdict}`}`,
    ),
  ];
  if (verdict.reason !== undefined) lines.push(printable(verdict.reason).replaceAll(/^/gm, "  "));
  if (differences) {
    const { changed, added, missing } = differences;
    const files = [
      ...changed.map((path) => `  changed  ${oneLine(path)}`),
      ...added.map((path) => `  added    ${oneLine(path)}`),
      ...missing.map((path) => `  missing  ${oneLine(path)}`),
    ];
    lines.push(...files.slice(0, shownFiles));
    if (files.length > shownFiles) lines.push(`  and ${files.length - shownFiles} more: --json names all`);
    lines.push("  all else is proven to be as Go published it");
  }
  if (!quiet) lines.push(...evidence.map((one) => `  ${explain(one, verdict)}`));
  if (unchecked.length > 0)
    lines.push(`  ${unchecked.map((folder) => `${folder}/`).join(", ")}: in no log, so not looked at`);
  return lines.join("\n");
}

/** A stranger's name, on one line. */
function oneLine(name: string): string {
  return printable(name).replaceAll("\n", "\\n");
}

function explain(evidence: Evidence, { verdict }: Verdict): string {
  if (evidence.by === "signature") return `signed by ${evidence.fingerprint} when it was unpacked`;
  if (evidence.by !== "checksum database")
    return `all as in ${evidence.archive}, which had the SHA-256 of the ${evidence.by} when it was unpacked`;
  const { h1, proof, database } = evidence;
  const record = `record ${proof.id} of ${database}, in its signed tree of ${proof.treeSize}`;
  return verdict === "proven" ? `${h1} is ${record}` : `it should have ${h1}, ${record}`;
}

/** Everything that is known, for whoever keeps such things; docs/json/verify.schema.json is its shape. */
function auditRecord(ctx: Context, looked: readonly Looked[]): object {
  return {
    schema: 1,
    gv: gvVersion,
    at: new Date(ctx.now()).toISOString(),
    results: looked.map(({ verdict: { release, ...facts }, receipt }) => ({
      version: release && formatVersion(release.version),
      platform: release && formatPlatform(release.platform),
      ...facts,
      receipt,
    })),
  };
}
