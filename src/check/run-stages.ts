/**
 * Runs stages, some at once, each for no longer than its limit.
 *
 * Guarantees: an answer for each stage in bounded time; one that fails or hangs spoils no other.
 */
import { GvError } from "../errors.ts";
import type { Machine } from "../doctor/machine.ts";
import type { Outcome, Stage } from "./stage.ts";

/** How many stages run at once: the go command keeps all processors busy by itself. */
const atOnce = 2;

export interface Answer {
  readonly stage: Stage;
  readonly outcome: Outcome;
  /** How long it took, in ms. */
  readonly ms: number;
}

export interface Watcher {
  /** In seconds; in place of each stage's own. */
  readonly limit?: number;
  readonly onStart: (stage: Stage) => void;
  readonly onEnd: (answer: Answer) => void;
}

/** The answers in the order of the stages. Throws INTERRUPTED. */
export async function runStages(
  machine: Machine,
  stages: readonly Stage[],
  watcher: Watcher,
): Promise<readonly Answer[]> {
  const answers = new Map<Stage, Answer>();
  const waiting = stages.values();
  const work = async (): Promise<void> => {
    for (const stage of waiting) {
      machine.ctx.signal.throwIfAborted();
      watcher.onStart(stage);
      const answer = await runStage(machine, stage, watcher.limit ?? stage.limit);
      machine.ctx.signal.throwIfAborted();
      answers.set(stage, answer);
      watcher.onEnd(answer);
    }
  };
  // All of them, where one throws, too: what the others started has ended then.
  for (const ended of await Promise.allSettled(Array.from({ length: atOnce }, work)))
    if (ended.status === "rejected") throw ended.reason;
  return stages.flatMap((stage) => answers.get(stage) ?? []);
}

async function runStage(machine: Machine, stage: Stage, limit: number): Promise<Answer> {
  const began = performance.now();
  const late = AbortSignal.timeout(limit * 1000);
  const signal = AbortSignal.any([machine.ctx.signal, late]);
  let outcome = await outcomeOf(machine, stage, signal);
  if (late.aborted && outcome.kind !== "ok")
    outcome = {
      ...outcome,
      kind: "failed",
      why: `it took longer than ${limit} s, and was ended`,
      fix: `gv check ${stage.id} --limit ${limit * 4}`,
    };
  return { stage, outcome, ms: Math.round(performance.now() - began) };
}

async function outcomeOf(machine: Machine, stage: Stage, signal: AbortSignal): Promise<Outcome> {
  try {
    const why = await stage.skips(machine);
    return why === undefined ? await stage.run(machine, signal) : { kind: "skipped", why };
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    return { kind: "failed", why: error.message, fix: error.hint ?? `gv check ${stage.id}` };
  }
}
