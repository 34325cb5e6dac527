/** What gv import did, in words and as data (docs/json/import.schema.json is its shape). */
import { type Context, gvVersion } from "../context.ts";
import type { Differences } from "../differences.ts";
import { printableLine } from "../errors.ts";
import type { Leaving } from "./leave.ts";
import type { Manager } from "./managers.ts";
import type { Taken } from "./pins.ts";

/** What became of one Go of another manager. */
export interface Brought {
  /** Its folder there, links resolved. */
  readonly goroot: string;
  readonly became: "taken" | "there" | "linked" | "left";
  /** What it is, or says it is; absent for what names no release. */
  readonly version?: string;
  readonly platform?: string;
  /** Its name in gv. */
  readonly as?: string;
  /** Why it isn't taken. */
  readonly reason?: string;
  readonly proof?: { readonly h1: string; readonly record: number; readonly database: string };
  readonly differences?: Differences;
  /** What else is in its folder, and stays there. */
  readonly others: readonly string[];
}

/** One manager, when all of its Go were looked at. */
export interface Imported {
  readonly manager: Manager;
  readonly brought: readonly Brought[];
  readonly global: Taken | undefined;
  readonly pin: Taken | undefined;
  readonly leaving: Leaving;
}

const shown = 20; // files

/** One Go, in lines of two spaces and more. */
export function describeBrought(one: Brought, dryRun: boolean): string {
  const { goroot, became, version, platform, as, reason, proof, differences, others } = one;
  const name = version === undefined ? goroot : `${version} for ${platform}`;
  const where = version === undefined ? "" : ` (${goroot})`;
  const would = dryRun ? "would be " : "";
  const lines: string[] = [];
  if (became === "taken")
    lines.push(
      `  ${name}: ${would || "is "}taken from ${goroot}`,
      `    ${proof?.h1} is record ${proof?.record} of ${proof?.database}`,
    );
  else if (became === "there") lines.push(`  ${name}: gv has it already${where}`);
  else if (became === "linked")
    lines.push(`  ${name}: not proven, ${would || "so it is "}linked as ${as}${where}`);
  else lines.push(`  ${name}: left${where}`);
  if (reason !== undefined) lines.push(...reason.split("\n").map((text) => `    ${text}`));
  if (differences) lines.push(...describeDifferences(differences));
  if (others.length > 0)
    lines.push(`    not of the release, or in no log, so it stays there: ${listed(others)}`);
  return lines.map(printableLine).join("\n");
}

function describeDifferences({ changed, added, missing }: Differences): string[] {
  const all = Object.entries({ changed, added, missing }).flatMap(([what, paths]) =>
    paths.map((path) => `    ${what.padEnd(8)} ${path}`),
  );
  const more = all.length - shown;
  return [...all.slice(0, shown), ...(more > 0 ? [`    and ${more} more: --json names all`] : [])];
}

function listed(paths: readonly string[]): string {
  const more = paths.length - shown;
  return [...paths.slice(0, shown), ...(more > 0 ? [`and ${more} more (--json names all)`] : [])].join(", ");
}

/** What follows the last Go of a manager. */
export function describeManager(
  { manager, brought, global, pin, leaving }: Imported,
  dryRun: boolean,
): string {
  const lines: string[] = [];
  const word = (what: string, one: Taken): string =>
    `  ${what}: ${one.file}, line ${one.line}, says ${one.spec}: ${dryRun && one.became === "taken" ? "without --dry-run " : ""}${one.words}`;
  if (global) lines.push(word("its global version", global));
  if (pin) lines.push(word("its pin here", pin));
  lines.push(`  ${manager.pins}`);
  const { lines: startUp, remove, help } = leaving;
  if (startUp.length + remove.length > 0)
    lines.push(
      `  to leave ${manager.title}, which gv doesn't do:`,
      ...startUp.map(({ file, line, text }) => `    take out of ${file}, line ${line}: ${text}`),
      ...remove.map((line) => `    ${line}`),
      ...(help === undefined ? [] : [`    (${help})`]),
    );
  const linked = brought.filter(({ became }) => became === "linked").length;
  if (linked > 0)
    lines.push(`  ${linked} linked: what is linked stays with ${manager.title}, or its name leads nowhere`);
  return lines.map(printableLine).join("\n");
}

/** The same as data. */
export function importRecord(ctx: Context, imported: readonly Imported[], dryRun: boolean): object {
  return {
    schema: 1,
    gv: gvVersion,
    at: new Date(ctx.now()).toISOString(),
    dryRun,
    managers: imported.map(({ manager, brought, global, pin, leaving }) => ({
      manager: manager.id,
      versions: brought,
      global,
      pin,
      leaving,
    })),
  };
}
