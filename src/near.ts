/**
 * What somebody may have meant who mistyped a name: every "did you mean" is made here. Pure.
 *
 * Near is what few mistakes lead to: a letter too many, missing, another, or two that have changed places
 * (Damerau's distance, where no letter is changed twice); and the words of a name in another order. A third of the
 * letters may be wrong, and always one; of a version one digit, since another is another version.
 */

/**
 * The names that are nearest to what was typed, in their order; upper and lower case are one. A beginning of three
 * letters or more is one mistake away, however long the rest. Of several those that begin alike, where one does: the
 * first letter is seldom wrong. None where it is one of them, where none is near, or where more than three are alike: who
 * is offered everything is told nothing.
 */
export function nearest(typed: string, names: Iterable<string>): string[] {
  const away = new Map([...names].map((name) => [name, mistakes(typed.toLowerCase(), name.toLowerCase())]));
  const least = Math.min(...away.values());
  const near = [...away.keys()].filter((name) => away.get(name) === least && least <= allowed(typed, name));
  const alike = near.filter((name) => name.at(0)?.toLowerCase() === typed.at(0)?.toLowerCase());
  const best = alike.length > 0 ? alike : near;
  return best.length > 3 || best.includes(typed) ? [] : best;
}

/** The line for a hint, with its end: `did you mean install?`; nothing where no name is near. */
export function didYouMean(typed: string, names: Iterable<string>): string {
  const near = nearest(typed, names);
  return near.length > 0 ? `did you mean ${near.join(" or ")}?\n` : "";
}

function allowed(typed: string, name: string): number {
  return /^[\d.]+$/.test(name) ? 1 : Math.max(1, Math.floor(Math.max(typed.length, name.length) / 3));
}

function mistakes(typed: string, name: string): number {
  if (typed.length < 2) return Infinity; // One letter is near to every name of one or two.
  if (typed.length > 2 && name.startsWith(typed)) return Math.min(1, name.length - typed.length);
  return Math.min(distance(typed, name), inAnyOrder(typed.split("-"), name.split("-")));
}

/** `path-shms` for shims-on-path: another order is one mistake. */
function inAnyOrder(typed: readonly string[], name: readonly string[]): number {
  if (typed.length < 2) return Infinity;
  const each = typed.map((word) => Math.min(...name.map((other) => distance(word, other))));
  return 1 + each.reduce((all, one, i) => all + (one <= allowed(typed[i] ?? "", "") ? one : Infinity), 0);
}

/** By rows, as https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance has "optimal string alignment". */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = at(row, j - 1) + Number(a[i - 1] !== b[j - 1]);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(change, at(row, j) + 1, at(next, j - 1) + 1, isSwap ? at(before, j - 2) + 1 : Infinity),
      );
    }
    [before, row] = [row, next];
  }
  return at(row, b.length);
}

function at(row: readonly number[], i: number): number {
  return row[i] ?? Infinity;
}
