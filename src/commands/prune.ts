/** gv prune: takes away the versions that nothing known needs, and says why each other one stays. */
import type { Context } from "../context.ts";
import { GvError, printableLine } from "../errors.ts";
import { versionLock, withLock } from "../lock.ts";
import { type KnownProject, type Needed, whoNeeds } from "../needs.ts";
import { formatPlatform, samePlatform } from "../platform.ts";
import { forgetProject } from "../projects.ts";
import { prepareRoot } from "../root.ts";
import { quote } from "../shim-conf.ts";
import { writeShims } from "../shims.ts";
import { megabytes, sizeOnDisk } from "../space.ts";
import { withStaging } from "../staging.ts";
import { listInstalled, removeVersion } from "../store.ts";

interface Row extends Needed {
  readonly bytes: number;
}

export async function prune(
  ctx: Context,
  options: { dryRun?: boolean; json?: boolean; quiet?: boolean },
): Promise<void> {
  const { versions, projects } = await whoNeeds(ctx, listInstalled(ctx));
  const hidden = projects.find(({ state }) => state === "can't be looked at");
  if (hidden && !options.dryRun)
    throw new GvError(
      "NOT_READABLE",
      `the project ${hidden.path} can't be looked at: what it needs isn't known`,
      {
        hint: `mount it, or make it readable; or have it forgotten: rm ${quote(hidden.record)}`,
      },
    );
  const rows = versions.map((one) => ({ ...one, bytes: sizeOf(one) }));
  const doomed = rows.filter(({ because }) => because.length === 0);
  const isQuiet = options.quiet === true || options.json === true;
  const say = (text: string): void => {
    if (!isQuiet) ctx.stdout.write(`${printableLine(text)}\n`);
  };
  for (const row of rows) say(describe(ctx, row));
  for (const line of tellProjects(projects, options.dryRun === true)) say(line);
  if (!options.dryRun) await remove(ctx, doomed, projects);
  const freed = doomed.reduce((sum, { bytes }) => sum + bytes, 0);
  say(
    doomed.length === 0
      ? "nothing to remove"
      : `${doomed.length} of ${rows.length} ${options.dryRun ? "would go" : "are removed"}: ${megabytes(freed)}`,
  );
  if (options.json) ctx.stdout.write(`${JSON.stringify(asData(rows, projects, options), undefined, 2)}\n`);
}

/** Its shims go at the end, and also when one of the trees can't be removed: none is listed any more. */
async function remove(
  ctx: Context,
  doomed: readonly Row[],
  projects: readonly KnownProject[],
): Promise<void> {
  prepareRoot(ctx);
  await withStaging(ctx, async () => undefined); // Sweeps what others left there, too.
  for (const project of projects)
    if (["gone", "asks for nothing"].includes(project.state)) forgetProject(project);
  try {
    for (const { installed } of doomed) {
      const { platform, name } = installed;
      await withLock(ctx, versionLock(platform, name), () =>
        removeVersion(ctx, platform, name, { tools: true }),
      );
    }
  } finally {
    if (doomed.length > 0) writeShims(ctx);
  }
}

function sizeOf({ installed: { folder, link } }: Needed): number {
  return link === undefined ? sizeOnDisk(folder) : 0;
}

function describe(ctx: Context, { installed, because, bytes }: Row): string {
  const { name, platform } = installed;
  const what = samePlatform(platform, ctx.platform) ? name : `${name} ${formatPlatform(platform)}`;
  const [verb, why] = because.length > 0 ? ["stays", because.join("; ")] : ["goes", "nothing known needs it"];
  return `${verb.padEnd(6)} ${what.padEnd(10)} ${megabytes(bytes).padStart(8)}  ${why}`;
}

function* tellProjects(projects: readonly KnownProject[], isDry: boolean): Generator<string> {
  for (const { path, state } of projects)
    yield `project ${path}${state === "asks" ? "" : ` (${state}${isDry ? "" : ": forgotten"})`}`;
  if (projects.length === 0) yield "no project is known";
  yield "what gv has not been told of doesn't count: gv install, typed in a project, makes it known";
}

function asData(
  rows: readonly Row[],
  projects: readonly KnownProject[],
  options: { dryRun?: boolean },
): object {
  return {
    dryRun: options.dryRun === true,
    versions: rows.map(({ installed, because, bytes }) => ({
      name: installed.name,
      platform: formatPlatform(installed.platform),
      goroot: installed.folder,
      link: installed.link,
      bytes: Math.round(bytes),
      stays: because.length > 0,
      because,
    })),
    projects: projects.map(({ path, state }) => ({ path, state })),
  };
}
