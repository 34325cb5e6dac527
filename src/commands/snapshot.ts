/**
 * gv snapshot: this machine's Go environment as data; diff says what differs between two, check whether this machine
 * is still as a baseline says.
 */
import { type Context, pathFrom } from "../context.ts";
import { GvError, printableLine } from "../errors.ts";
import { compare, type Comparison, type Difference } from "../snapshot/compare.ts";
import { type Leaves, leavesOf, listed, readSnapshot, schema } from "../snapshot/shape.ts";
import { startNames, takeSnapshot } from "../snapshot/take.ts";
import { writeOutput } from "../user-file.ts";

interface Options {
  readonly output?: string;
  readonly start?: string;
}

export async function snapshot(ctx: Context, { output, start }: Options): Promise<void> {
  const text = `${JSON.stringify(await takeSnapshot(ctx, start), undefined, 2)}\n`;
  if (output === undefined) return ctx.stdout.write(text);
  const path = pathFrom(ctx.cwd, output);
  writeOutput(path, text);
  ctx.stderr.write(`gv: the snapshot is ${path}\n`);
}

/** What differs between two: each a file, `-` for this shell, or the name of a start of one. */
export async function diff(ctx: Context, a: string, b: string, { json }: { json?: boolean }): Promise<void> {
  const compared = compare(await read(ctx, a), await read(ctx, b));
  print(ctx, compared, [a, b], json);
}

/** Throws UNHEALTHY where a difference matters; BAD_ARGUMENT where the baseline is none. */
export async function check(
  ctx: Context,
  baseline: string,
  { json, start }: { json?: boolean; start?: string },
): Promise<void> {
  const wanted = await read(ctx, baseline);
  const compared = compare(wanted, leavesOf(await takeSnapshot(ctx, start)));
  print(ctx, compared, ["baseline", "here"], json);
  const many = compared.differences.filter(matters).length;
  if (many > 0)
    throw new GvError(
      "UNHEALTHY",
      `${many} ${many === 1 ? "difference matters" : "differences matter"} to ${baseline}`,
      { hint: "the lines to type are above; where it should be as it is: gv snapshot --output FILE" },
    );
}

async function read(ctx: Context, word: string): Promise<Leaves> {
  if (word === "-") return leavesOf(await takeSnapshot(ctx));
  if (startNames.includes(word)) return leavesOf(await takeSnapshot(ctx, word));
  return readSnapshot(pathFrom(ctx.cwd, word));
}

const matters = ({ weight }: Difference): boolean => weight === "matters";

const machines = {
  same: "one machine",
  another: "two machines, or folders that were made anew",
  unknown: "one machine or two: they have no folder in common by which to tell",
} as const;

/** Of what follows from a difference so many are told one by one. */
const mostTold = 8;

function print(ctx: Context, compared: Comparison, names: readonly string[], json = false): void {
  if (json) {
    const { differences, ...rest } = compared;
    const rows = differences.map(({ want, have, fix, ...row }) => ({
      ...row,
      first: want ?? null,
      second: have ?? null,
      ...(fix === undefined ? {} : { fix }),
      with: row.with.map(({ place, want: one, have: other }) => ({
        place,
        first: one ?? null,
        second: other ?? null,
      })),
    }));
    return ctx.stdout.write(`${JSON.stringify({ schema, ...rest, differences: rows }, undefined, 2)}\n`);
  }
  const { machine, agreeing, shared, differences } = compared;
  const many = shared === 0 ? "" : ` (device and inode agree for ${agreeing} of ${shared} paths)`;
  ctx.stdout.write(`${machines[machine]}${many}\n\n`);
  const [first = "", second = ""] = names.map(printableLine);
  const width = Math.max(first.length, second.length);
  for (const one of differences) {
    const [a, b] = sidesOf(one);
    ctx.stdout.write(`${one.weight.padEnd(8)} ${printableLine(one.place)}\n`);
    ctx.stdout.write(`         ${first.padEnd(width)}  ${a}\n         ${second.padEnd(width)}  ${b}\n`);
    ctx.stdout.write(`         ${one.why}\n`);
    if (one.fix !== undefined) ctx.stdout.write(`         fix: ${printableLine(one.fix)}\n`);
    for (const { place, want, have } of one.with.slice(0, mostTold))
      ctx.stdout.write(`         with it: ${printableLine(`${place}: ${shown(want)} | ${shown(have)}`)}\n`);
    if (one.with.length > mostTold)
      ctx.stdout.write(`         and ${one.with.length - mostTold} more (--json)\n`);
    ctx.stdout.write("\n");
  }
  const grave = differences.filter(matters).length;
  ctx.stdout.write(
    differences.length === 0
      ? "nothing differs\n"
      : `${grave} of ${differences.length} differences ${grave === 1 ? "matters" : "matter"}\n`,
  );
}

/** Both values; of PATH only what the other one hasn't. */
function sidesOf({ place, want, have }: Difference): [string, string] {
  if (place !== "path") return [printableLine(shown(want)), printableLine(shown(have))];
  const [first, second] = [want, have].map((value) => String(value ?? "").split(listed));
  return [printableLine(missingIn(second, first)), printableLine(missingIn(first, second))];
}

/** Of the folders of `own` those that `other` hasn't; all of them where it has them all. */
function missingIn(other: readonly string[] = [], own: readonly string[] = []): string {
  const rest = own.filter((folder) => !other.includes(folder));
  return rest.length > 0 ? `only here: ${rest.join(":")}` : `in this order: ${own.join(":")}`;
}

function shown(value: Difference["want"]): string {
  return value === undefined || value === null ? "(none)" : value === "" ? "(empty)" : String(value);
}
