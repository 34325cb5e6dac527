/** gv check: what should hold before a commit, a stage for each question, with its time; output of those that fail. */
import { type Answer, runStages } from "../check/run-stages.ts";
import { stagesHere } from "../check/stages.ts";
import type { Stage } from "../check/stage.ts";
import type { Context } from "../context.ts";
import { Machine } from "../doctor/machine.ts";
import { GvError, printable, printableLine } from "../errors.ts";
import { didYouMean } from "../near.ts";

interface Options {
  readonly json?: boolean;
  readonly list?: boolean;
  /** In seconds. */
  readonly limit?: number;
}

/** The version of what --json prints: docs/json/check.schema.json. */
const schema = 1;

/** Throws BAD_ARGUMENT for an id that no stage has, UNHEALTHY where one fails. */
export async function check(ctx: Context, ids: readonly string[], options: Options): Promise<void> {
  const machine = new Machine(ctx);
  const stages = chosen(await stagesHere(machine), ids);
  if (options.list) return list(ctx, stages, options);
  const width = Math.max(...stages.map(({ id }) => id.length));
  const began = performance.now();
  const running = new Set<Stage>();
  const draw = (text: string): void => {
    if (ctx.stderr.isTerminal && !options.json)
      ctx.stderr.write(`\r${text.slice(0, ctx.stderr.columns - 1)}\u001b[K`);
  };
  const drawRunning = (): void => draw([...running].map(({ id }) => `${id} ...`).join("  "));
  const answers = await runStages(machine, stages, {
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    onStart(stage) {
      running.add(stage);
      drawRunning();
    },
    onEnd(answer) {
      running.delete(answer.stage);
      draw("");
      if (!options.json) ctx.stdout.write(formatAnswer(answer, width));
      if (running.size > 0) drawRunning();
    },
  }).finally(() => draw(""));
  if (options.json)
    ctx.stdout.write(
      `${JSON.stringify(asData(answers, Math.round(performance.now() - began)), undefined, 2)}\n`,
    );
  const failed = answers.flatMap(({ stage: { id }, outcome }) =>
    outcome.kind === "failed" ? [{ id, fix: outcome.fix }] : [],
  );
  if (failed.length === 0) return;
  const names = failed.map(({ id }) => id);
  throw new GvError("UNHEALTHY", `${names.join(", ")} failed`, {
    hint: [...new Set(failed.flatMap(({ fix }) => fix.split("\n")))].join("\n"),
  });
}

function chosen(stages: readonly Stage[], ids: readonly string[]): readonly Stage[] {
  const unknown = ids.find((id) => !stages.some((stage) => stage.id === id));
  if (unknown !== undefined)
    throw new GvError("BAD_ARGUMENT", `"${unknown}" is no stage of gv check`, {
      hint: `${didYouMean(
        unknown,
        stages.map(({ id }) => id),
      )}gv check --list   names them all`,
    });
  return ids.length === 0 ? stages : stages.filter(({ id }) => ids.includes(id));
}

function list(ctx: Context, stages: readonly Stage[], { json }: Options): void {
  const rows = stages.map(({ id, title, limit }) => ({ id, title, limit }));
  if (json) return ctx.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  const width = Math.max(...rows.map(({ id }) => id.length));
  for (const { id, title } of rows) ctx.stdout.write(`${id.padEnd(width)}  ${title}\n`);
}

function formatAnswer({ stage, outcome, ms }: Answer, width: number): string {
  const said = outcome.kind === "ok" ? outcome.said : outcome.why;
  const time = `${ms} ms`.padStart(9);
  const line = `${stage.id.padEnd(width)}  ${outcome.kind.padEnd(7)} ${time}  ${printableLine(said ?? "")}`;
  const output = outcome.kind === "failed" ? (outcome.output ?? "").trimEnd() : "";
  return `${line.trimEnd()}\n${output === "" ? "" : `${printable(output).replace(/^/gm, "    ")}\n`}`;
}

function asData(answers: readonly Answer[], ms: number) {
  return {
    schema,
    ok: answers.every(({ outcome }) => outcome.kind !== "failed"),
    ms,
    stages: answers.map(({ stage: { id, title }, outcome: { kind, ...rest }, ms: time }) => ({
      id,
      title,
      outcome: kind,
      ms: time,
      ...rest,
    })),
  };
}
