/**
 * What differs between two snapshots: each difference once, with what follows from it. Pure.
 */
import type { Field, Pair, Weight } from "./field.ts";
import { fields } from "./fields.ts";
import type { Leaves } from "./shape.ts";

export interface Difference extends Pick<Pair, "place" | "want" | "have"> {
  /** Its own, or the worst of what follows from it. */
  readonly weight: Weight;
  readonly why: string;
  /** The line to type; undefined where nothing need be done. */
  readonly fix: string | undefined;
  readonly with: readonly Pick<Pair, "place" | "want" | "have">[];
}

export interface Comparison {
  /** By device and inode of the folders that both have by one name; unknown where there are none. */
  readonly machine: "same" | "another" | "unknown";
  /** Of how many such folders and files they agree. */
  readonly agreeing: number;
  readonly shared: number;
  /** Those that matter first. */
  readonly differences: readonly Difference[];
}

/** `first` is how it should be, `second` how it is. */
export function compare(first: Leaves, second: Leaves): Comparison {
  const { shared, agreeing } = identity(first, second);
  const isSameMachine = shared > 0 && agreeing * 2 > shared;
  const places = [...new Set([...first.keys(), ...second.keys()])];
  const found = new Map<string, Found>();
  for (const place of places) {
    const pair = { place, want: first.get(place), have: second.get(place), first, second, isSameMachine };
    const field = pair.want === pair.have ? undefined : fields.find(({ at }) => at.test(place));
    const weight = field && (typeof field.weight === "function" ? field.weight(pair) : field.weight);
    if (field && weight) found.set(place, { pair, field, weight });
  }
  const chains = [...found.values()]
    .map((one) => chainOf(one, found))
    .toSorted((a, b) => a.length - b.length);
  const roots = new Map<Found, Found[]>(); // What follows at once comes before what follows from that.
  for (const [one, ...above] of chains) {
    const root = above.at(-1);
    if (root === undefined) roots.set(one, []);
    else roots.get(root)?.push(one);
  }
  const differences = [...roots].map(([root, others]) => told(root, others));
  return {
    machine: shared === 0 ? "unknown" : isSameMachine ? "same" : "another",
    agreeing,
    shared,
    differences: differences.toSorted((a, b) => rank(a) - rank(b)),
  };
}

interface Found {
  readonly pair: Pair;
  readonly field: Field;
  readonly weight: Weight;
}

function told({ pair, field, weight }: Found, others: readonly Found[]): Difference {
  const { place, want, have } = pair;
  const matters = weight === "matters" || others.some((one) => one.weight === "matters");
  return {
    place,
    want,
    have,
    weight: matters ? "matters" : "harmless",
    why: field.why,
    fix: matters ? (field.fix ?? (() => "gv doctor   asks this machine"))(pair) : undefined,
    with: others.map((one) => ({ place: one.pair.place, want: one.pair.want, have: one.pair.have })),
  };
}

const rank = ({ weight }: Difference): number => (weight === "matters" ? 0 : 1);

/** A difference, what it comes from, and so on to the one that comes from nothing else. */
function chainOf(one: Found, found: ReadonlyMap<string, Found>): [Found, ...Found[]] {
  const chain: [Found, ...Found[]] = [one];
  for (let at: Found | undefined = one; at !== undefined;) {
    at = causesOf(at.pair, at.field)
      .map((place) => found.get(place))
      .find((other) => other !== undefined && !chain.includes(other));
    if (at !== undefined) chain.push(at);
  }
  return chain;
}

function causesOf(pair: Pair, field: Field): readonly string[] {
  const { place, first, second } = pair;
  const { follows = [], within = [] } = field;
  const [group, name, number] = place.split(".");
  if (group === "paths") {
    // Its paths are those of the settings, and what isn't there can't be read.
    const above = name === "GOBIN" ? ["env.GOPATH"] : [];
    return [`env.${name}`, ...above, "failure", `paths.${name}.${number}.exists`];
  }
  if (group !== "env") return follows;
  const inside = within.filter((cause) => cause !== place && first.get(cause) !== second.get(cause));
  const isInside = inside.length > 0 && filled(pair, first, inside) === filled(pair, second, inside);
  // What somebody sets follows from nothing else.
  const isSet = first.has(`set.${name}`) || second.has(`set.${name}`);
  return ["failure", ...(isInside ? inside : []), ...(isSet ? [] : follows)];
}

/** The value with what the causes are on that side replaced by their names. */
function filled({ place }: Pair, side: Leaves, causes: readonly string[]): string {
  return causes.reduce(
    (text, cause) => {
      const value = side.get(cause);
      return typeof value === "string" && value !== "" ? text.replaceAll(value, `$${cause}`) : text;
    },
    String(side.get(place)),
  );
}

/** Of how many paths that both have by one name device and inode are the same. */
function identity(first: Leaves, second: Leaves): { shared: number; agreeing: number } {
  const pairs = [...first].flatMap(([place, path]) => {
    if (!/^paths\..*\.path$/.test(place) || second.get(place) !== path) return [];
    const [a, b] = [first, second].map((side) =>
      ["device", "inode"].map((name) => side.get(place.replace(/path$/, name))),
    );
    return [a, b].some((one) => one?.includes(undefined)) ? [] : [a?.join() === b?.join()];
  });
  return { shared: pairs.length, agreeing: pairs.filter(Boolean).length };
}
