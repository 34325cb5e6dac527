/** docs/matrix.md: what whole runs of the matrix have shown, as a page. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { format } from "prettier";

import type { RealRow } from "./real.ts";
import { type Cause, type Outcome, type Step, steps } from "./run.ts";
import { nameOf, sample, type SetUp, setUps } from "./set-ups.ts";

const held = (failures: Outcome["first"]): boolean => Object.keys(failures).length === 0;
const share = (part: number, all: number): string =>
  `${part} of ${all} (${((part / all) * 100).toFixed(1)} %)`;

/** Rows of Markdown, each a list of cells. */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** The rows of each key, in the order in which the keys come first. */
function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

/** Of the set-ups that have each name: how many there are, and how many hold. */
function byName(outcomes: readonly Outcome[], nameIn: (setUp: SetUp) => string): (string | number)[][] {
  const groups = grouped(outcomes, ({ setUp }) => nameIn(setUp));
  return [...groups].map(([name, group]) => [
    name,
    group.length,
    group.filter(({ first }) => held(first)).length,
    group.filter(({ last }) => held(last)).length,
  ]);
}

function causes(outcomes: readonly Outcome[]): (string | number)[][] {
  const all = outcomes.flatMap((outcome) => outcome.causes);
  const groups = grouped(all, ({ cause, line }) => JSON.stringify({ cause, line }));
  return [...groups].map(([text, group]) => {
    const { cause, line }: Cause = JSON.parse(text);
    const failed = steps.filter((step) => group.some((one) => one.steps.includes(step)));
    return [cause, group.length, failed.join(", "), line];
  });
}

function unknown(outcomes: readonly Outcome[]): string {
  const rows = outcomes.filter(({ last }) => !held(last));
  if (rows.length === 0) return "No set-up failed for another reason.";
  return table(
    ["failed for no known cause", "steps"],
    rows.map(({ setUp, last }) => [nameOf(setUp), Object.keys(last).join(", ")]),
  );
}

/** How many hold, all steps or this one. */
function count(outcomes: readonly Outcome[], which: "first" | "last", step?: Step): number {
  return outcomes.filter(({ [which]: failures }) =>
    step === undefined ? held(failures) : failures[step] === undefined,
  ).length;
}

/** A start or a neighbour that gv can do nothing about before a line is typed. */
function isForeseen({ setUp: { start, shell, beside } }: Outcome): boolean {
  return (start.mend?.(shell) ?? beside.mend) !== undefined;
}

/** The page's text. They are of all set-ups; `minutes` that the run took. */
export function pageOf(inAnyOrder: readonly Outcome[], minutes: number): string {
  const outcomes = inAnyOrder.toSorted((a, b) => setUps.indexOf(a.setUp) - setUps.indexOf(b.setUp));
  const others = outcomes.filter((outcome) => !isForeseen(outcome));
  const all = outcomes.length;
  const real = outcomes.filter(({ setUp }) => setUp.system.isReal);
  const byStep = steps.map((step) => [
    `\`${step}\``,
    share(count(outcomes, "first", step), all),
    share(count(outcomes, "last", step), all),
  ]);
  const names = ["", "set-ups", "at once", "with the line"];
  return `# Set-ups that were tried

**${count(outcomes, "last")} of ${all} set-ups hold all four steps: ${count(outcomes, "first")} at once, the others after the line that gv's documents give for
the cause.** ${all - others.length} are of a kind that gv alone can do nothing about (a start that reads no file of yours, a PATH that is set anew, a
proxy that is down); of the other ${others.length}, ${share(count(others, "first"), others.length)} held at once.

${real.length} of them are on a real system, this Linux, and ${count(real, "first")} of those held at once. The other ${all - real.length} are acted on it: gv has never run on a
Mac. A set-up is a combination of the tables below, nobody's own machine.

\`GV_MATRIX=whole npx vitest run test/matrix\` runs all of them and writes this page; it took ${minutes.toFixed(0)} minutes on
${new Date().toISOString().slice(0, 10)}. CI runs ${sample.length} of them, which have
each row of each table.

| step | what holds |
| --- | --- |
| \`setup\` | \`gv setup\`, typed in the shell, ends with 0 |
| \`install\` | \`gv install\` of two releases from a GOPROXY: both are there, proven, and are those that this system can run |
| \`switch\` | what was started finds gv's go first; in a folder with \`.go-version\` it is that version, in another the global one; \`go env GOROOT\` is that version's own |
| \`tool\` | after \`go install\` the tool runs by its name, by its shim, and does so after the switch |

${table(["step", "at once", "with the line"], byStep)}

## Why steps failed

The line was typed, and the steps were tried again. A set-up may have several causes; a step counts for the one whose line mended it.

${table(["cause", "set-ups", "fails", "line"], causes(outcomes))}

${unknown(outcomes)}

## What was combined

Each two rows of different tables below are together in a set-up at least once, so each shell was started in each way;
not each of the combinations of four, which would be many thousands.

### Systems

${table(
  names,
  byName(outcomes, ({ system }) => system.name),
)}

Real: Debian 12 on linux/amd64, once with busybox as its \`/bin/sh\`. Acted: a Node that says another system, processor and
kernel; \`uname\`, \`sw_vers\`, \`sysctl\` and \`csrutil\` that say so, too; \`path_helper\` in \`/etc/profile\` and \`/etc/zsh/zprofile\`;
for Linux a \`/bin/sh\` whose header names the processor. The kernel, file system and shells are this Linux's. No step reads
whether SIP is on. musl was not run. Go for linux/arm64 runs by qemu-user in \`test/real/arm64.test.ts\`.

The releases are small ones that a server on this machine has, proven by a checksum database of its own: their \`go\` is a
script, which runs wherever sh does. So \`install\` shows that the right build is chosen, proven and put in its place, not
that Apple's kernel runs it.

### Shells

${table(
  names,
  byName(outcomes, ({ shell }) => shell),
)}

All real.

### Ways of starting

${table(
  names,
  byName(outcomes, ({ start }) => start.name),
)}

Real, but for cron, whose environment is written down from crontab(5), and the desktop: on Linux systemd's own generator
reads the file, on an acted Mac the agent's script runs with a \`launchctl\` that keeps one variable. All begin without a
profile's environment. [shells.md](shells.md) has more ways, real cron and sshd among them.

### What else was there

${table(
  names,
  byName(outcomes, ({ beside }) => beside.name),
)}

Other managers are the folders, variables and lines that they leave, before gv's line in the profiles; their \`go\` is a
script that names them. None of their programs ran.
`;
}

/** What begins the page's last part, which a run of its own writes. */
const realMark = "<!-- releases of Go itself -->";

/** The part on Go itself, of what real.ts has shown. */
export function realPartOf(rows: readonly RealRow[]): string {
  const cells = rows.map((row) => [
    row.platform,
    row.release,
    row.done,
    row.failure === undefined ? "yes" : "no",
  ]);
  return `${realMark}

## Releases of Go itself

Installed from a GOPROXY, proven by sum.golang.org: ${rows.filter(({ failure }) => failure === undefined).length} of ${rows.length} hold. \`GV_MATRIX=real npx vitest run test/matrix\`
did it on ${new Date().toISOString().slice(0, 10)}. The shells share one install; the tool is a
module of one file, asked for by its name alone.

${table(["platform", "release", "what was done", "holds"], cells)}
`;
}

const page = new URL("../../docs/matrix.md", import.meta.url);

/** Writes the page anew but for the part on Go itself, or that part. */
export async function writePage(
  part: { readonly setUps: string } | { readonly real: string },
): Promise<void> {
  const before = existsSync(page) ? readFileSync(page, "utf8") : "";
  const at = before.includes(realMark) ? before.indexOf(realMark) : before.length;
  const text =
    "setUps" in part ? `${part.setUps}\n${before.slice(at)}` : `${before.slice(0, at)}\n${part.real}`;
  writeFileSync(page, await format(text, { parser: "markdown", printWidth: 110 }));
}
