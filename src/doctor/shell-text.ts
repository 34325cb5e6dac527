/** A line of a shell's start-up file as text: which variables it sets, and itself with those put in that are known. Pure. */

/** A value as a shell's word, quotes and what is run in it kept; or the list of an array, as in zsh's `path=(...)`. */
const run = String.raw`\$\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\`[^\`]*\``;
const word = String.raw`(?:"(?:\\.|${run}|[^"\\])*"|'[^']*'|${run}|\\.|[^\s;&|"'\\(])`;
const list = String.raw`\((?:"[^"]*"|'[^']*'|${run}|[^()"'])*\)`;
const assigned = new RegExp(String.raw`(?:^|[\s;&])([A-Za-z_]\w*)=(${list}|${word}*)`, "g");
const ofFish = new RegExp(String.raw`^\s*set\s+(?:-\S+\s+)*([A-Za-z_]\w*)\s+(.+)$`);

/** The variables that a line sets, with their values as they stand there; of a comment none. */
export function setBy(line: string, isFish: boolean): readonly { name: string; value: string }[] {
  if (/^\s*#/.test(line)) return [];
  const own = isFish ? ofFish.exec(line) : undefined;
  const found = own ? [own] : [...line.matchAll(assigned)];
  return found.map(([, name = "", value = ""]) => ({ name, value }));
}

/** A line with those that follow, up to the end of the array that it begins. */
export function wholeLine(lines: readonly string[], at: number): string {
  const text = lines[at] ?? "";
  if (!/(?:^|\s)[A-Za-z_]\w*=\([^)]*$/.test(text)) return text;
  const end = lines.findIndex((line, i) => i > at && line.includes(")"));
  return end < 0 || end > at + longestList
    ? text
    : lines
        .slice(at, end + 1)
        .map((line) => line.trim())
        .join(" ");
}

/** In lines. */
const longestList = 50;

/**
 * A shell's text with the variables that are known in it, and `~` as a word's begin; others stay. Of `${A:-b}` it is b
 * where A isn't known.
 */
export function expand(text: string, known: (name: string) => string | undefined): string {
  const plain = (part: string): string =>
    part
      .replaceAll(/(?<=^|[\s=:"'])~(?=\/)/g, known("HOME") ?? "~")
      .replaceAll(
        /\$(?:(\w+)|\{(\w+)\})/g,
        (whole: string, bare?: string, braced?: string) => known(bare ?? braced ?? "") ?? whole,
      );
  return plain(text).replaceAll(
    /\$\{(\w+):?-([^{}]*)\}/g,
    (_, name: string, otherwise: string) => known(name) || otherwise,
  );
}

/**
 * What is known of variables while a file is read line by line: those of the environment, then what the lines set. Not of
 * PATH: what it has had before says nothing about a line that puts something before it.
 */
export class Known {
  readonly #set: Map<string, string>;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(home: string, env: Readonly<Record<string, string | undefined>>) {
    this.#set = new Map([["HOME", home]]);
    this.#env = env;
  }

  expand(line: string): string {
    return expand(line, (name) =>
      /^path$/i.test(name) ? undefined : (this.#set.get(name) ?? this.#env[name]),
    );
  }

  /** Takes over what a line sets. */
  read(line: string, isFish: boolean): void {
    for (const { name, value } of setBy(line, isFish))
      this.#set.set(name, this.expand(value).replaceAll(/["']/g, ""));
  }
}
