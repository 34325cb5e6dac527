/**
 * Asks all checks at once, each for no longer than its time limit.
 *
 * Guarantees: an answer for every row that was asked, in the order of the table, and in bounded time; a check that fails
 * or hangs spoils no other.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { checks } from "../checks.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import type { Check, Finding, Severity } from "./check.ts";
import { Machine } from "./machine.ts";

/** How long a check may take, in ms. */
export const limits = { usual: 5000, network: 20_000, deep: 120_000 } as const;

/** What came of one check. `unknown`: it took too long, or failed; `reason` says how. */
export interface Answer {
  readonly check: Check;
  readonly outcome: "ok" | "found" | "unknown";
  readonly findings: readonly Finding[];
  readonly reason?: string;
  /** How long it took, in ms. */
  readonly ms: number;
}

/** Which checks are asked. */
export interface Choice {
  /** Only these; none: all. */
  readonly ids: readonly string[];
  readonly offline: boolean;
  readonly deep: boolean;
}

/** Asks the checks that apply here. Throws BAD_ARGUMENT for an id that no check has, and INTERRUPTED. */
export async function diagnose(ctx: Context, choice: Choice, machine = new Machine(ctx)): Promise<Answer[]> {
  const answers = await Promise.all(chosen(ctx, choice).map((check) => ask(check, machine)));
  ctx.signal.throwIfAborted();
  return answers;
}

function chosen(ctx: Context, { ids, offline, deep }: Choice): readonly Check[] {
  const unknown = ids.find((id) => !checks.some((check) => check.id === id));
  if (unknown !== undefined)
    throw new GvError("BAD_ARGUMENT", `"${unknown}" is no check of gv doctor`, {
      hint: "gv doctor --list   names them all",
    });
  const isNamed = ({ id }: Check): boolean => ids.includes(id);
  const isAsked = (check: Check): boolean =>
    ids.length > 0
      ? isNamed(check)
      : !(check.cost === "network" && offline) && !(check.cost === "deep" && !deep);
  return checks.filter((check) => isAsked(check) && (check.only?.includes(ctx.platform.os) ?? true));
}

async function ask(check: Check, machine: Machine): Promise<Answer> {
  const began = performance.now();
  const limit = limits[check.cost ?? "usual"];
  const late = new AbortController();
  const signal = AbortSignal.any([late.signal, machine.ctx.signal]);
  const inTime = sleep(limit, undefined, { signal, ref: false }).then(
    () => `it took longer than ${limit / 1000} s`,
    () => "",
  );
  const answer = (outcome: Answer["outcome"], findings: readonly Finding[], reason?: string): Answer => ({
    check,
    outcome,
    findings,
    ...(reason === undefined ? {} : { reason }),
    ms: Math.round(performance.now() - began),
  });
  try {
    const found = await Promise.race([(async () => check.find(machine))(), inTime]);
    if (typeof found === "string") return answer("unknown", [], found);
    return answer(found.length > 0 ? "found" : "ok", found);
  } catch (error) {
    return answer("unknown", [], error instanceof Error ? error.message : String(error));
  } finally {
    late.abort();
  }
}

/** How bad the worst finding is; undefined where there is none. */
export function worstOf(answers: readonly Answer[]): Severity | undefined {
  const found = answers.flatMap(({ check, findings }) =>
    findings.map((finding) => finding.severity ?? check.severity),
  );
  return (["error", "warning", "note"] as const).find((severity) => found.includes(severity));
}
