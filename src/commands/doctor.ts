/**
 * gv doctor: what is wrong with this machine, why that hurts, and the line to type; with --fix it does what is safe.
 */
import { checks } from "../checks.ts";
import { type Context, gvVersion, pathFrom } from "../context.ts";
import type { Finding, Measured, Severity } from "../doctor/check.ts";
import { signDlv } from "../doctor/dlv-sign.ts";
import { type Answer, diagnose, wellOf, worstOf } from "../doctor/diagnose.ts";
import { fix as mend, undoFix } from "../doctor/fix.ts";
import { htmlOf } from "../doctor/html.ts";
import { Machine } from "../doctor/machine.ts";
import { chainOf, drawn, ladderOf } from "../doctor/picture.ts";
import { GvError, printable, printableLine } from "../errors.ts";
import { formatPlatform } from "../platform.ts";
import { writeOutput } from "../user-file.ts";

interface Options {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly undo?: boolean;
  readonly list?: boolean;
  readonly offline?: boolean;
  readonly html?: string;
  readonly deep?: boolean;
}

/** The version of what --json prints: docs/json/doctor.schema.json. */
const schema = 2;

export async function doctor(ctx: Context, ids: readonly string[], options: Options): Promise<void> {
  if (options.list) return list(ctx, options);
  if (options.undo) return undoFix(ctx);
  if (ids[0] === "dlv-sign") {
    if (options.json)
      throw new GvError("BAD_ARGUMENT", "dlv-sign prints no data", {
        hint: "gv doctor dlv-sign ~/go/bin/dlv",
      });
    return signDlv(ctx, ids[1], options.fix === true);
  }
  const choice = { ids, offline: options.offline === true, deep: options.deep === true };
  const machine = new Machine(ctx);
  const answers = await diagnose(ctx, choice, machine);
  if (options.html !== undefined) await writePage(machine, answers, options.html);
  if (!options.json) {
    if (ctx.stdout.isTerminal && ids.length === 0)
      ctx.stdout.write(printable(drawn(ladderOf(machine), await chainOf(machine), ctx.stdout.columns)));
    tell(ctx, answers);
  }
  let left = answers;
  if (options.fix) {
    await mend({ ...ctx, stdout: options.json ? ctx.stderr : ctx.stdout }, answers);
    left = await diagnose(ctx, choice);
  }
  // Behind --fix: where that fails its error stands there alone.
  if (options.json) ctx.stdout.write(`${JSON.stringify(asData(answers), undefined, 2)}\n`);
  const worst = worstOf(left);
  if (worst === "error" || worst === "warning")
    throw new GvError("UNHEALTHY", `${count(left, "error")} and ${count(left, "warning")}`, {
      hint: left.some(({ findings }) => findings.some(isMendable))
        ? "gv doctor --fix   does what is safe of it"
        : "the lines to type are above",
    });
}

/** The report as a page, in place of an older one. */
async function writePage(machine: Machine, answers: readonly Answer[], file: string): Promise<void> {
  const { ctx } = machine;
  const path = pathFrom(ctx.cwd, file);
  const time = new Date(ctx.now()).toISOString().slice(0, 16).replace("T", " ");
  const about = `${formatPlatform(ctx.platform)}, kernel ${ctx.kernel}, gv ${gvVersion} in ${ctx.root.path}, ${time} UTC`;
  const page = htmlOf({ answers, ladder: ladderOf(machine), chain: await chainOf(machine), about });
  writeOutput(path, page);
  ctx.stderr.write(`gv: the report is ${path}\n`);
}

function list(ctx: Context, { json }: Options): void {
  const rows = checks.map(({ id, severity, title, cost }) => ({ id, severity, title, cost: cost ?? "none" }));
  if (json) return ctx.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  const width = Math.max(...rows.map(({ id }) => id.length));
  for (const { id, title } of rows) ctx.stdout.write(`${id.padEnd(width)}  ${title}\n`);
}

function asData(answers: readonly Answer[]) {
  return {
    schema,
    checks: answers.map(({ check, outcome, findings, reason, measured, ms }) => ({
      id: check.id,
      title: check.title,
      outcome,
      ms,
      ...(reason === undefined ? {} : { reason }),
      ...(measured === undefined ? {} : { measured }),
      findings: findings.map(({ fact, fix, help, reach, severity, ...rest }) => ({
        severity: severity ?? check.severity,
        fact,
        why: check.why,
        ...(fix === undefined ? {} : { fix }),
        ...(help === undefined ? {} : { help }),
        ...(reach === undefined ? {} : { reach }),
        fixable: isMendable(rest),
      })),
    })),
  };
}

function tell(ctx: Context, answers: readonly Answer[]): void {
  for (const { check, findings, reason, measured = [] } of answers) {
    for (const line of tableOf(measured)) ctx.stdout.write(`${printableLine(line)}\n`);
    if (measured.length > 0) ctx.stdout.write("\n");
    if (reason !== undefined) ctx.stdout.write(`unknown  ${check.id}: ${reason}\n\n`);
    for (const { fact, fix, help, reach, severity = check.severity } of findings)
      ctx.stdout.write(
        `${severity.padEnd(8)} ${check.id}: ${printableLine(fact)}\n` +
          `         ${check.why}\n${below("fix", fix)}${below("help", help)}${below("reaches", reach)}\n`,
      );
  }
  ctx.stdout.write(`${wellOf(answers)}\n`);
}

function below(label: string, text: string | undefined): string {
  return text === undefined ? "" : `         ${label}: ${printableLine(text)}\n`;
}

/** What was measured, as lines: the names above, numbers to the right. */
function tableOf(measured: readonly Measured[]): readonly string[] {
  const names = Object.keys(measured[0] ?? {});
  const cells = [names, ...measured.map((row) => names.map((name) => String(row[name] ?? "")))];
  const widths = names.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  const isNumber = names.map((name) => typeof measured[0]?.[name] === "number");
  return measured.length === 0
    ? []
    : cells.map((line) =>
        line
          .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
          .join("  ")
          .trimEnd(),
      );
}

function count(answers: readonly Answer[], severity: Severity): string {
  const number = answers
    .flatMap(({ check, findings }) => findings.map((finding) => finding.severity ?? check.severity))
    .filter((one) => one === severity).length;
  return `${number} ${severity}${number === 1 ? "" : "s"}`;
}

function isMendable(finding: Pick<Finding, "changes" | "mend">): boolean {
  return finding.changes !== undefined || finding.mend !== undefined;
}
