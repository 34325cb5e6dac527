/**
 * The set-ups of the matrix: for every two rows of different tables (system, shell, start, what else is there), one
 * that has both. The same list each time. Its first ones have every row once, as far as so few can.
 */
import { setupShells } from "../support/launch.ts";
import { type Beside, besides } from "./beside.ts";
import { type Start, starts } from "./starts.ts";
import { type System, systems } from "./systems.ts";

export interface SetUp {
  readonly system: System;
  readonly shell: string;
  readonly start: Start;
  readonly beside: Beside;
}

/** One row of each table, by its number. */
type Choice = readonly number[];

const tables = [systems, setupShells, starts, besides] as const;
const sizes: Choice = tables.map((table) => table.length);

/** The pairs that a choice has, each as one word. */
function pairsOf(choice: Choice): string[] {
  return choice.flatMap((a, i) => choice.slice(i + 1).map((b, j) => `${i}:${a} ${i + 1 + j}:${b}`));
}

/** Choices, such that each pair is in one: the two longest tables give the rows, what is left over follows. */
function pairwise(): Choice[] {
  const left = new Set<string>();
  sizes.forEach((size, i) =>
    sizes.slice(i + 1).forEach((other, j) => {
      for (let a = 0; a < size; a++) for (let b = 0; b < other; b++) left.add(`${i}:${a} ${i + 1 + j}:${b}`);
    }),
  );
  const gain = (choice: Choice): number => pairsOf(choice).filter((pair) => left.has(pair)).length;
  const chosen: Choice[] = [];
  const [systemCount = 0, shellCount = 0, startCount = 0, besideCount = 0] = sizes;
  // Along the diagonals: the first ones have each system, and each row of the other tables.
  for (let n = 0; n < systemCount * besideCount; n++) {
    const system = n % systemCount;
    const beside = (system + Math.floor(n / systemCount)) % besideCount;
    let best: Choice = [];
    let most = -1;
    for (let k = 0; k < shellCount * startCount; k++) {
      // Another one first each time, so that equals take turns; 7 shells and 9 starts have no common divisor.
      const choice = [system, (k + n) % shellCount, (k + n) % startCount, beside];
      const value = gain(choice);
      if (value > most) [best, most] = [choice, value];
    }
    for (const pair of pairsOf(best)) left.delete(pair);
    chosen.push(best);
  }
  if (left.size > 0)
    throw new Error(`${left.size} pairs are in no set-up: ${[...left].slice(0, 3).join("; ")}`);
  return chosen;
}

/** All of them. */
export const setUps: readonly SetUp[] = pairwise().flatMap(([a = 0, b = 0, c = 0, d = 0]) => {
  const [system, shell, start, beside] = [systems[a], setupShells[b], starts[c], besides[d]];
  return system && shell && start && beside ? [{ system, shell, start, beside }] : [];
});

/** The first ones, as many as the longest table has rows. */
export const sample: readonly SetUp[] = setUps.slice(0, Math.max(...sizes));

export function nameOf({ system, shell, start, beside }: SetUp): string {
  return [system.name, shell, start.name, `besides: ${beside.name}`].join("; ");
}
