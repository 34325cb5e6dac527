/**
 * JSON with comments, as editors write their settings: what it says and on which line, and a text without some of it.
 * The only file that knows jsonc-parser, the parser of VS Code itself.
 */
import type { Node, ParseError } from "jsonc-parser";

/** A value, and where it stands. */
export interface Json {
  readonly value: unknown;
  /** Of its name, for a member of an object; from 1. */
  readonly line: number;
  /** Of an object, by name; as in VS Code the last one of a name counts. */
  readonly members: ReadonlyMap<string, Json>;
}

const options = { allowTrailingComma: true, disallowComments: false };

/** What a text says, as far as it can be read: VS Code passes over mistakes, too. Undefined for an empty one. */
export async function readJson(text: string): Promise<Json | undefined> {
  const { parseTree, getNodeValue } = await import("jsonc-parser");
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  const read = (node: Node, at: number): Json => ({
    value: getNodeValue(node),
    line: lineAt(at),
    members: new Map(
      (node.type === "object" ? (node.children ?? []) : []).flatMap(({ children: [name, value] = [] }) =>
        name && value ? [[String(name.value), read(value, name.offset)] as const] : [],
      ),
    ),
  });
  try {
    const tree = parseTree(text.replace(/^\uFEFF/, " "), [], options);
    return tree && read(tree, tree.offset);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // Brackets in brackets, more than anybody writes.
    throw error;
  }
}

/** The text without those members, each by the names that lead to it; undefined where it has mistakes. */
export async function withoutMembers(
  text: string,
  paths: readonly (readonly string[])[],
): Promise<string | undefined> {
  const { applyEdits, modify, parseTree } = await import("jsonc-parser");
  const mistakes: ParseError[] = [];
  parseTree(text, mistakes, options);
  if (mistakes.length > 0) return undefined;
  return paths.reduce((rest, path) => applyEdits(rest, modify(rest, [...path], undefined, {})), text);
}

/** The strings of an array; none of anything else. */
export function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
