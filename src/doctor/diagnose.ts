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
import { didYouMean } from "../near.ts";
import type { Check, Finding, Measured, Severity } from "./check.ts";
import { Machine } from "./machine.ts";

/** How long a check may take, in ms. */
export const limits = { usual: 5000, network: 20_000, deep: 120_000, "deep network": 120_000 } as const;

/** What came of one check. `unknown`: it took too long, or failed; `reason` says how. */
export interface Answer {
  readonly check: Check;
  readonly outcome: "ok" | "found" | "unknown";
  readonly findings: readonly Finding[];
  readonly reason?: string;
  readonly measured?: readonly Measured[];
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

/** Asks the checks that apply here. Throws BAD_ARGUMENT for an id that no check has and for a deep one without `deep`, and INTERRUPTED. */
export async function diagnose(ctx: Context, choice: Choice, machine = new Machine(ctx)): Promise<Answer[]> {
  const asked = chosen(ctx, choice);
  // What takes longest, and most checks wait for: the shells come up while the others read files.
  if (choice.ids.length === 0) void machine.starts;
  const answers = await Promise.all(asked.map((check) => ask(check, machine)));
  ctx.signal.throwIfAborted();
  return answers;
}

function chosen(ctx: Context, { ids, offline, deep }: Choice): readonly Check[] {
  const unknown = ids.find((id) => !checks.some((check) => check.id === id));
  if (unknown !== undefined)
    throw new GvError("BAD_ARGUMENT", `"${unknown}" is no check of gv doctor`, {
      hint: `${didYouMean(
        unknown,
        checks.map(({ id }) => id),
      )}gv doctor --list   names them all`,
    });
  const isNamed = ({ id }: Check): boolean => ids.includes(id);
  const slow = checks.find((check) => isNamed(check) && isDeep(check));
  if (slow !== undefined && !deep)
    throw new GvError("BAD_ARGUMENT", `"${slow.id}" is a slow check: it is asked with --deep alone`, {
      hint: `gv doctor ${slow.id} --deep`,
    });
  const isAsked = (check: Check): boolean =>
    ids.length > 0
      ? isNamed(check)
      : !(check.cost?.includes("network") && offline) && (deep || !isDeep(check));
  return checks.filter((check) => isAsked(check) && (check.only?.includes(ctx.platform.os) ?? true));
}

function isDeep({ cost }: Check): boolean {
  return cost === "deep" || cost === "deep network";
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
    const measured = await check.measure?.(machine);
    return { ...answer(found.length > 0 ? "found" : "ok", found), ...(measured && { measured }) };
  } catch (error) {
    return answer("unknown", [], error instanceof Error ? error.message : String(error));
  } finally {
    late.abort();
  }
}

/** How many are well: a check that couldn't look isn't. */
export function wellOf(answers: readonly Answer[]): string {
  const well = answers.filter(({ outcome }) => outcome === "ok").length;
  if (answers.length === 1) return well === 1 ? "1 check is well" : "the check is not well";
  return `${well === answers.length ? "all" : `${well} of`} ${answers.length} checks are well`;
}

/** How bad the worst finding is; undefined where there is none. */
export function worstOf(answers: readonly Answer[]): Severity | undefined {
  const found = answers.flatMap(({ check, findings }) =>
    findings.map((finding) => finding.severity ?? check.severity),
  );
  return (["error", "warning", "note"] as const).find((severity) => found.includes(severity));
}
