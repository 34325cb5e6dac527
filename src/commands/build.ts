/** gv build: a Go of one's own from source; and --reproduce: a release from its own sources, compared with the log. */
import { build as buildSource, type BuildEvents, type Built } from "../build/build.ts";
import { formatRelease, reproduce as reproduceRelease, type Reproduction } from "../build/reproduce.ts";
import { type Source, sourceIn } from "../build/sources.ts";
import { fetchTip } from "../build/tip.ts";
import { newestOf } from "../choose.ts";
import { type Context, exitWith, pathFrom } from "../context.ts";
import { GvError } from "../errors.ts";
import { versionLock, withLock } from "../lock.ts";
import { formatPlatform, type Platform, samePlatform } from "../platform.ts";
import { statusLine } from "../progress.ts";
import { prepareRoot } from "../root.ts";
import { makeUsable } from "../setup.ts";
import { checkFree, findInstalled, type Installed, installedVersions } from "../store.ts";
import { formatRequest, formatVersion, parseRequest } from "../version.ts";

interface BuildOptions {
  readonly name?: string;
  readonly go?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `from` is `tip`, or a folder with Go's sources. */
export async function build(ctx: Context, from: string, options: BuildOptions): Promise<void> {
  prepareRoot(ctx);
  if (options.name !== undefined) checkFree(ctx, ctx.platform, options.name);
  if (from !== "tip") return buildNamed(ctx, await sourceIn(ctx, pathFrom(ctx.cwd, from)), options);
  checkFree(ctx, ctx.platform, options.name ?? "tip");
  // Until it is built: cmd/dist asks the repository which commit it is.
  await withLock(
    ctx,
    "source-of-tip",
    async () => {
      const line = statusLine(ctx, "tip", { isSilent: options.quiet === true });
      const source = await fetchTip(ctx, line.add).finally(line.clear);
      await buildNamed(ctx, source, options);
    },
    () => tell(ctx, options, "another gv is building tip; waiting for that one"),
  );
}

async function buildNamed(ctx: Context, source: Source, options: BuildOptions): Promise<void> {
  const name = options.name ?? source.name;
  checkFree(ctx, ctx.platform, name);
  const there = findInstalled(ctx, ctx.platform, name);
  const isSame = source.name === "tip" && there?.receipt?.source?.commit === source.commit;
  if (there && isSame && options.force !== true) {
    if (options.json) return print(ctx, asData(there, { isNew: false }));
    return say(
      ctx,
      options,
      `${name} is built already, from ${source.from} at ${source.commit?.slice(0, 10)}`,
    );
  }
  const events = eventsFor(ctx, name, options);
  const built = await withLock(
    ctx,
    versionLock(ctx.platform, name),
    () => buildSource(ctx, source, name, { spec: options.go, events }),
    () => tell(ctx, options, `another gv is building ${name}; waiting for that one`),
  ).finally(events.clear);
  const isGlobal = makeUsable(ctx, built.installed);
  if (options.json) return print(ctx, asData(built.installed, { isNew: true, log: built.log }));
  say(ctx, options, describe(built, source));
  if (isGlobal) say(ctx, options, "it is the first one here, and the global version from now on (gv global)");
  say(ctx, options, `use it:  gv local ${name}`);
}

/** A bar's place on a terminal; elsewhere one line, before a wait of minutes. */
function eventsFor(
  ctx: Context,
  what: string,
  options: BuildOptions,
): BuildEvents & { readonly clear: () => void } {
  const line = statusLine(ctx, what, { isSilent: options.quiet === true });
  return {
    onStart: ({ name }, log) =>
      tell(ctx, options, `${what}: built by Go ${name}; what that prints goes to ${log}`),
    onText: line.add,
    clear: line.clear,
  };
}

function describe({ installed, bootstrap, said }: Built, { from, commit }: Source): string {
  const at = commit === undefined ? "" : ` at ${commit.slice(0, 10)}`;
  return [
    `${installed.name} is built by Go ${bootstrap} from ${from}${at}; nothing proves it`,
    `  ${said}`,
  ].join("\n");
}

function asData(
  { name, platform, folder, receipt }: Installed,
  more: { isNew: boolean; log?: string },
): object {
  return {
    name,
    platform: formatPlatform(platform),
    goroot: folder,
    from: receipt?.from,
    commit: receipt?.source?.commit,
    bootstrap: receipt?.source?.bootstrap,
    says: receipt?.trial,
    ...more,
  };
}

/** Ends with 4 where what was built is another one than the release. */
export async function reproduce(
  ctx: Context,
  spec: string,
  options: BuildOptions & { platform?: Platform },
): Promise<void> {
  prepareRoot(ctx);
  const installed = await releaseToReproduce(ctx, spec, options.platform ?? ctx.platform);
  const events = eventsFor(ctx, `Go ${installed.name}`, options);
  const warn = (text: string): void => ctx.stderr.write(`gv: ${text}\n`);
  const done = await reproduceRelease(ctx, installed, { spec: options.go, events, warn }).finally(
    events.clear,
  );
  if (options.json) print(ctx, reproductionData(done));
  else say(ctx, options, describeReproduction(done));
  if (done.built !== done.recorded.h1) exitWith(4);
}

async function releaseToReproduce(ctx: Context, spec: string, platform: Platform): Promise<Installed> {
  const request = parseRequest(spec);
  const newest = await newestOf(installedVersions(ctx, platform), request);
  const found = newest && findInstalled(ctx, platform, formatVersion(newest));
  if (found) return found;
  const option = samePlatform(platform, ctx.platform) ? "" : `--platform ${formatPlatform(platform)} `;
  throw new GvError(
    "NOT_INSTALLED",
    `Go ${formatRequest(request)} is not installed for ${formatPlatform(platform)}: its sources are taken from there`,
    { hint: `gv install ${option}${formatRequest(request)}` },
  );
}

const shownFiles = 40;

function describeReproduction(done: Reproduction): string {
  const { release, bootstrap, recorded, built, differences, log } = done;
  const what = `${formatRelease(release)}, built here from its sources by Go ${bootstrap}`;
  const record = `record ${recorded.id} of ${recorded.database}`;
  if (built === recorded.h1) return `${what}, is the release, byte for byte\n  ${built}\n  is ${record}`;
  const files = [
    ...differences.changed.map((path) => `changed  ${path}`),
    ...differences.added.map((path) => `added    ${path}`),
    ...differences.missing.map((path) => `missing  ${path}`),
  ];
  const rest = files.length > shownFiles ? [`and ${files.length - shownFiles} more`] : [];
  const signed =
    release.platform.os === "darwin" ? ["Go's builders sign the programs for macOS: those differ"] : [];
  return [
    `${what}, is not the release`,
    ...[...files.slice(0, shownFiles), ...rest, ...signed].map((line) => `  ${line}`),
    `  built    ${built}`,
    `  recorded ${recorded.h1} (${record})`,
    `  what the build printed: ${log}`,
  ].join("\n");
}

function reproductionData(done: Reproduction): object {
  const { release, ...facts } = done;
  return {
    version: formatVersion(release.version),
    platform: formatPlatform(release.platform),
    reproduced: done.built === done.recorded.h1,
    ...facts,
  };
}

function say(ctx: Context, { quiet }: BuildOptions, text: string): void {
  if (!quiet) ctx.stdout.write(`${text}\n`);
}

/** What is no result. */
function tell(ctx: Context, { quiet }: BuildOptions, text: string): void {
  if (!quiet) ctx.stderr.write(`gv: ${text}\n`);
}

function print(ctx: Context, data: object): void {
  ctx.stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
}
