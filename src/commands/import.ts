/** gv import: the Go versions of another manager, proven and taken over; what can't be proven is linked. */
import { basename, dirname, join } from "node:path";

import { configWords } from "../config.ts";
import { type Context, exitWith } from "../context.ts";
import { Machine } from "../doctor/machine.ts";
import { type ErrorCode, GvError, printableLine } from "../errors.ts";
import { releaseOf } from "../goroot.ts";
import { leaving } from "../import/leave.ts";
import { gorootsOf, type Manager, managers } from "../import/managers.ts";
import { takeGlobal, takePin } from "../import/pins.ts";
import {
  type Brought,
  describeBrought,
  describeManager,
  type Imported,
  importRecord,
} from "../import/report.ts";
import { type Judged, judge, treeSource } from "../import/takeover.ts";
import { installFrom } from "../install.ts";
import { didYouMean } from "../near.ts";
import { isProgram } from "../on-path.ts";
import { formatPlatform, samePlatform } from "../platform.ts";
import { realPath, statOf } from "../read.ts";
import { prepareRoot } from "../root.ts";
import { isSetUp, setUp } from "../setup.ts";
import { writeShims } from "../shims.ts";
import { addLink, findInstalled, listInstalled } from "../store.ts";
import { formatVersion, parseFolderName, releaseName, type Version } from "../version.ts";

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export async function importFrom(ctx: Context, word: string, options: Options): Promise<void> {
  const chosen = managersNamed(word);
  const dryRun = options.dryRun === true;
  if (!dryRun) prepareRoot(ctx);
  const say = (text: string): void => {
    if (!options.json) ctx.stdout.write(`${text}\n`);
  };
  const machine = new Machine(ctx);
  const imported: Imported[] = [];
  let failure: GvError | undefined;
  for (const manager of chosen) {
    const found = [...new Set(gorootsOf(ctx, manager).map(realPath))].filter((path) => !isOwn(ctx, path));
    if (found.length === 0) continue;
    say(`${manager.title}:`);
    const brought: Brought[] = [];
    for (const goroot of found) {
      const one = await bring(ctx, manager, goroot, dryRun).catch((error: unknown): Brought => {
        if (!(error instanceof GvError) || endsAll.has(error.code)) throw error;
        failure ??= error; // The others may do.
        return { goroot, became: "left", reason: oneReason(error), others: [] };
      });
      brought.push(one);
      say(describeBrought(one, dryRun));
    }
    const versions = brought.flatMap((one) => versionHere(ctx, one) ?? []);
    const done = brought.filter(({ became }) => became === "taken" || became === "there");
    const rest: Imported = {
      manager,
      brought,
      global: await takeGlobal(ctx, manager, versions, dryRun),
      pin: await takePin(ctx, manager, versions, dryRun),
      leaving: leaving(
        machine,
        manager,
        done.map(({ goroot }) => goroot),
        done.length === brought.length,
      ),
    };
    imported.push(rest);
    say(describeManager(rest, dryRun));
  }
  if (options.json)
    ctx.stdout.write(`${JSON.stringify(importRecord(ctx, imported, dryRun), undefined, 2)}\n`);
  else if (imported.length === 0) throw nothingFound(ctx, word, chosen);
  for (const line of toolsToBuild(ctx, imported)) say(line);
  if (failure) exitWith(failure.exitCode);
}

/** Building default-tools is a download, which an import never makes: it says the lines. */
function* toolsToBuild(ctx: Context, imported: readonly Imported[]): Generator<string> {
  const tools = configWords(ctx, "default-tools");
  const here = formatPlatform(ctx.platform);
  const taken = imported
    .flatMap(({ brought }) => brought)
    .filter(({ became, platform }) => became === "taken" && platform === here);
  if (tools.length === 0 || taken.length === 0) return;
  yield "default-tools are not built by an import; to build them:";
  for (const { as } of taken) yield `  ${printableLine(`gv tools install ${tools.join(" ")} --go ${as}`)}`;
}

/** What is no fault of one folder's: nothing after it would do. */
const endsAll: ReadonlySet<ErrorCode> = new Set(["INTERRUPTED", "NO_SPACE", "NOT_WRITABLE", "ROOT_UNSAFE"]);

function managersNamed(word: string): readonly Manager[] {
  if (word === "all") return managers;
  const manager = managers.find(({ id }) => id === word);
  if (manager) return [manager];
  const ids = [...managers.map(({ id }) => id), "all"];
  throw new GvError("BAD_ARGUMENT", `gv import knows no "${word}"`, {
    hint: /^sdkman$/i.test(word)
      ? "SDKMAN has no Go. One that you put into its folder by hand:  gv link mygo <its folder>"
      : `${didYouMean(word, ids)}it knows ${ids.join(", ")}\nany other Go:  gv verify <its folder>, gv link mygo <its folder>`,
  });
}

/** A folder in gv's own root, where another manager has a link to it. */
function isOwn(ctx: Context, path: string): boolean {
  return path.startsWith(`${realPath(ctx.root.path)}/`);
}

/** One GOROOT: taken where it is proven, else linked, else left, with the reason. Throws as judge and installFrom do. */
async function bring(ctx: Context, manager: Manager, goroot: string, dryRun: boolean): Promise<Brought> {
  const unfinished = manager.unfinished?.(goroot);
  if (unfinished !== undefined) return { goroot, became: "left", reason: unfinished, others: [] };
  const release = releaseOf(goroot);
  if (typeof release === "string")
    return link(ctx, manager, goroot, { kind: "unprovable", reason: release }, dryRun);
  const name = formatVersion(release.version);
  const facts = { goroot, version: name, platform: formatPlatform(release.platform), as: name, others: [] };
  if (findInstalled(ctx, release.platform, name)) return { ...facts, became: "there" };
  const warn = (text: string): void => ctx.stderr.write(`gv: ${text}\n`);
  const judged = await judge(ctx, goroot, release, { marks: manager.marks ?? [], keep: !dryRun, warn });
  if (judged.kind !== "proven") return link(ctx, manager, goroot, judged, dryRun);
  const { h1, id } = judged.expected.record;
  const taken: Brought = {
    ...facts,
    became: "taken",
    others: judged.others,
    proof: { h1, record: id, database: judged.expected.database },
  };
  if (dryRun) return taken;
  const isNew = await installFrom(ctx, release, () => [treeSource(ctx, goroot, judged)], {
    onProgress: () => undefined,
    onWait: () => ctx.stderr.write(`gv: Go ${name}: another gv is installing it; waiting for that one\n`),
    onWarning: warn,
    onNote: () => undefined,
  });
  makeUsable(ctx);
  return isNew ? taken : { ...facts, became: "there" };
}

/** Gives a Go that can't be proven a name, so that version files may say it; nothing of it is copied. */
function link(
  ctx: Context,
  manager: Manager,
  goroot: string,
  judged: Exclude<Judged, { kind: "proven" }>,
  dryRun: boolean,
): Brought {
  const { release } = judged;
  const facts: Omit<Brought, "became"> = {
    goroot,
    ...(release
      ? { version: formatVersion(release.version), platform: formatPlatform(release.platform) }
      : {}),
    reason:
      judged.kind === "differs"
        ? `it is not ${releaseName(judged.release.version)} as Go published it`
        : judged.reason,
    ...(judged.kind === "differs" && judged.differences ? { differences: judged.differences } : {}),
    others: [],
  };
  const problem =
    release && !samePlatform(release.platform, ctx.platform)
      ? `a linked Go is one for ${formatPlatform(ctx.platform)}`
      : !isProgram(join(goroot, "bin", "go"))
        ? "it has no bin/go that may be executed, so it can't be linked"
        : statOf(join(goroot, "src"))?.isDirectory() !== true
          ? "it has no src/, so it is no whole Go, and isn't linked"
          : undefined;
  if (problem !== undefined) return { ...facts, became: "left", reason: `${facts.reason}; ${problem}` };
  const there = listInstalled(ctx, ctx.platform).find((one) => one.link === goroot);
  const name = there?.name ?? linkName(manager, goroot, facts.version);
  if (!there && !dryRun) {
    addLink(ctx, name, goroot);
    makeUsable(ctx);
  }
  return { ...facts, as: name, became: "linked" };
}

/** `goenv-1.22.5`: of the version that it says, else of its folder's name. */
function linkName({ id }: Manager, goroot: string, version: string | undefined): string {
  const folder = ["go", "libexec"].includes(basename(goroot)) ? basename(dirname(goroot)) : basename(goroot);
  return `${id}-${(version ?? folder).replaceAll(/[^A-Za-z0-9._+-]+|\.\.+/g, "-")}`;
}

/** Shims for what has just come. */
function makeUsable(ctx: Context): void {
  if (!isSetUp(ctx)) setUp(ctx);
  writeShims(ctx);
}

/** The version that gv has now, or would have, for this platform. */
function versionHere(ctx: Context, { became, as, platform }: Brought): Version | undefined {
  const isHere = (became === "taken" || became === "there") && platform === formatPlatform(ctx.platform);
  return isHere && as !== undefined ? parseFolderName(as) : undefined;
}

function oneReason({ message, hint }: GvError): string {
  return [message, ...(hint === undefined ? [] : hint.split("\n"))].join("\n");
}

function nothingFound(ctx: Context, word: string, chosen: readonly Manager[]): GvError {
  const places = chosen.flatMap(({ goroots }) => goroots(ctx));
  const whose = word === "all" ? "another manager" : chosen[0]?.title;
  return new GvError("NOT_INSTALLED", `no Go of ${whose} is here`, {
    hint: ["looked for:", ...places, "one that lies elsewhere:  gv link mygo <its folder>"].join("\n"),
  });
}
