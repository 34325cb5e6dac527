/**
 * go.mod: what gv needs of it. Pure: text in, words out; nothing in it is judged here, for strangers write it.
 *
 * The grammar is https://go.dev/ref/mod#go-mod-file-grammar: a directive is a word and its operands on a line, or
 * a block of such lines between parentheses. What isn't understood is passed over, as for any dependency's go.mod.
 */

export interface GoMod {
  readonly module: string | undefined;
  /** The oldest Go that builds it: `1.21`, `1.24.2`; undefined where it doesn't say. */
  readonly go: string | undefined;
  readonly require: readonly { readonly path: string; readonly version: string }[];
  /** Paths of modules that are replaced by others. */
  readonly replaced: readonly string[];
  /** Versions of the module itself that its authors took back, each a range with both its ends. */
  readonly retracted: readonly { readonly from: string; readonly to: string }[];
  /** Packages of tools (since Go 1.24). */
  readonly tools: readonly string[];
}

export function parseGoMod(text: string): GoMod {
  const all = [...directives(text)];
  const of = (verb: string): string[][] => all.filter(([word]) => word === verb).map(([, ...rest]) => rest);
  return {
    module: of("module")[0]?.[0],
    go: of("go")[0]?.[0],
    require: of("require").map(([path = "", version = ""]) => ({ path, version })),
    replaced: of("replace").map(([path = ""]) => path),
    retracted: of("retract").map(([from = "", to = from]) => ({ from, to })),
    tools: of("tool").map(([path = ""]) => path),
  };
}

/** The folders that a go.work names, as they are written there. */
export function usesIn(text: string): readonly string[] {
  return [...directives(text)].flatMap(([word, path]) =>
    word === "use" && path !== undefined ? [path] : [],
  );
}

/** Each directive's word and operands, without quotes, brackets and commas. */
function* directives(text: string): Generator<string[]> {
  let block: string | undefined;
  for (const line of text.split("\n")) {
    const words = Array.from(
      line.replace(/\/\/.*/s, "").matchAll(/"([^"]*)"|`([^`]*)`|[()]|[^\s()[\],"`]+/g),
      (found) => found[1] ?? found[2] ?? found[0],
    );
    if (words.length === 0) continue;
    if (block !== undefined && words[0] === ")") block = undefined;
    else if (block !== undefined) yield [block, ...words];
    else if (words[1] === "(") block = words[0];
    else yield words;
  }
}
