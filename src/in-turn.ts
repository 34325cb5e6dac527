/**
 * Places that may have the same thing, asked one after the other; the next one as well while one is silent, where
 * that is allowed.
 *
 * Guarantees: the first that has it wins, and the others are let go of; a place behind one whose failure stops the
 * list is never asked, and neither is one behind a silent place that isn't marked `hedged`.
 */
import { setMaxListeners } from "node:events";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";

/** A place, and what makes gv ask the one behind it. */
export interface Turn<Place> {
  readonly place: Place;
  /** After `missing` the next one is always asked; after `any` failure only if this says so. */
  readonly fallBackOn: "missing" | "any";
  /** The next one is asked as well when this one hasn't begun to answer after patience.nextSource. */
  readonly hedged: boolean;
}

interface Asked<T> {
  readonly stop: AbortController;
  readonly settled: Promise<unknown>;
  outcome?: { readonly found: T | undefined } | { readonly error: unknown };
}

/**
 * What the first place has; undefined where none has it. `ask` gives undefined where the place hasn't got it, and
 * throws for any other failure; the Context that it is given ends when another place was faster. Throws the first
 * failure, in the order of the places, that stopped the list or that it went past.
 */
export async function askInTurn<Place, T>(
  ctx: Context,
  turns: readonly Turn<Place>[],
  ask: (inner: Context, place: Place) => Promise<T | undefined>,
): Promise<T | undefined> {
  const all: Asked<T>[] = [];
  let winner: Asked<T> | undefined;
  try {
    for (const turn of turns) {
      const { asked, silent } = start(ctx, turn, ask);
      all.push(asked);
      // Until this one is done or too long silent, or an earlier one has it.
      while (!asked.outcome && !(winner = winnerOf(all)))
        if ((await Promise.race([silent, ...pending(all)])) === isSilent) break;
      winner = winnerOf(all);
      if (winner || (asked.outcome && "error" in asked.outcome && turn.fallBackOn !== "any")) break;
    }
    while (!(winner = winnerOf(all)) && pending(all).length > 0) await Promise.race(pending(all));
    if (winner?.outcome && "found" in winner.outcome) return winner.outcome.found;
    for (const { outcome } of all) if (outcome && "error" in outcome) throw outcome.error;
    return undefined;
  } finally {
    for (const one of all) if (one !== winner) one.stop.abort();
  }
}

const isSilent = Symbol("silent");

function start<Place, T>(
  ctx: Context,
  { place, hedged }: Turn<Place>,
  ask: (inner: Context, place: Place) => Promise<T | undefined>,
): { asked: Asked<T>; silent: Promise<unknown> } {
  const stop = new AbortController();
  const forever = new Promise<never>(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const silent = hedged
    ? new Promise((resolve) => (timer = setTimeout(resolve, ctx.patience.nextSource, isSilent)))
    : forever;
  const onAnswer = (): void => {
    clearTimeout(timer);
    ctx.onAnswer?.();
  };
  const inner = { ...ctx, signal: AbortSignal.any([ctx.signal, stop.signal]), onAnswer };
  setMaxListeners(0, inner.signal); // Each request of a place listens; Node warns of more than ten.
  const settled = ask(inner, place)
    .then(
      (found) => (asked.outcome = { found }),
      (error: unknown) => (asked.outcome = { error }),
    )
    .finally(() => clearTimeout(timer));
  const asked: Asked<T> = { stop, settled };
  return { asked, silent };
}

function pending<T>(all: readonly Asked<T>[]): Promise<unknown>[] {
  return all.filter(({ outcome }) => !outcome).map(({ settled }) => settled);
}

/** Who has it. Throws what no list goes past: an interrupt, and an error of gv's own. */
function winnerOf<T>(all: readonly Asked<T>[]): Asked<T> | undefined {
  for (const { outcome } of all)
    if (outcome && "error" in outcome)
      if (!(outcome.error instanceof GvError) || outcome.error.code === "INTERRUPTED") throw outcome.error;
  return all.find(({ outcome }) => outcome && "found" in outcome && outcome.found !== undefined);
}
