/**
 * JSON with comments, as editors write their settings: what it says and on which line, a text without some of it, and one
 * with something else in it (what is there stays byte for byte: comments, order, indentation, line ends, a byte order mark).
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
  return withEdits(
    text,
    paths.map((path) => ({ path, value: undefined })),
  );
}

/** What a text should say. */
export interface Edit {
  /** The names that lead there; those that aren't there are made. */
  readonly path: readonly string[];
  /** Undefined: nothing of that name. */
  readonly value: unknown;
  /** It is one more element of the array there, not the value itself. */
  readonly isElement?: boolean;
}

/** The text with those, in their order; undefined where it has mistakes. An empty text becomes an object. */
export async function withEdits(text: string, edits: readonly Edit[]): Promise<string | undefined> {
  const { parseTree } = await import("jsonc-parser");
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const tree = (of: string): Node | undefined => {
    const mistakes: ParseError[] = [];
    const root = parseTree(of, mistakes, { ...options, allowEmptyContent: true });
    return mistakes.length > 0 ? undefined : (root ?? { type: "null", offset: of.length, length: 0 });
  };
  let whole: string | undefined = text.slice(mark.length);
  for (const edit of edits) {
    const root = tree(whole);
    if (root === undefined) return undefined;
    whole = withEdit(whole, root, edit);
  }
  return tree(whole) && mark + whole;
}

/** Goes as far along the path as there are objects, and puts the rest in there. */
function withEdit(text: string, root: Node, { path, value, isElement }: Edit): string {
  const style = styleOf(text);
  let [at, rest] = [root, path];
  while (rest.length > 0 && at.type === "object") {
    const next = memberOf(at, rest[0] ?? "");
    if (next === undefined) break;
    [at, rest] = [next, rest.slice(1)];
  }
  if (value === undefined) {
    const object = path
      .slice(0, -1)
      .reduce<Node | undefined>((node, name) => node && memberOf(node, name), root);
    return rest.length > 0 || object === undefined ? text : without(text, object, path.at(-1) ?? "");
  }
  if (isElement && rest.length === 0 && at.type === "array") return inserted(text, at, value, style);
  const whole = isElement ? [value] : value;
  const nested = (names: readonly string[]): unknown =>
    names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), whole);
  const [name, ...below] = rest;
  if (name !== undefined && at.type === "object")
    return inserted(text, at, nested(below), style, `${JSON.stringify(name)}: `);
  // No object to put it in, or the value itself: it is replaced. A text of comments alone gets it behind them.
  const written = indented(nested(rest), indentAt(text, at.offset), style);
  const before = text.slice(0, at.offset);
  const isEnd = at.length === 0;
  const gap = isEnd && before !== "" && !before.endsWith("\n") ? style.eol : "";
  return before + gap + written + (isEnd ? style.eol : text.slice(at.offset + at.length));
}

function memberOf(object: Node, name: string): Node | undefined {
  // As in VS Code the last one of a name counts.
  return object.children?.findLast(({ children }) => children?.[0]?.value === name)?.children?.[1];
}

/** How a text is written. */
interface Style {
  readonly eol: string;
  /** One step of it. */
  readonly indent: string;
}

function styleOf(text: string): Style {
  const indent = /^[{[][^\n]*\n(?:\s*\n)*([ \t]+)\S/m.exec(text)?.[1] ?? /^([ \t]+)\S/m.exec(text)?.[1];
  return { eol: text.includes("\r\n") ? "\r\n" : "\n", indent: indent ?? "    " };
}

/** The blanks at the start of the line of that place. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

function indented(value: unknown, before: string, { eol, indent }: Style): string {
  return JSON.stringify(value, undefined, indent).replaceAll("\n", eol + before);
}

const blank = /(?:\s|\/\/[^\r\n]*|\/\*[^]*?\*\/)/y;
const restOfLine = /(?:[ \t]|\/\*[^\r\n]*?\*\/)*(?:\/\/[^\r\n]*)?(?=\r?\n)/y;

/** What a sticky expression finds at that place; empty where it finds nothing. */
function found(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}

/** Behind the comma that follows there, over blanks and comments; undefined where none does. */
function behindComma(text: string, from: number): number | undefined {
  let at = from;
  for (let one; (one = found(blank, text, at)) !== undefined;) at += one.length;
  return text[at] === "," ? at + 1 : undefined;
}

/** The text without a member: with its comma, and with its line and the comment there where it has one to itself. */
function without(text: string, object: Node, name: string): string {
  const members = object.children ?? [];
  const index = members.findLastIndex(({ children }) => children?.[0]?.value === name);
  const [member, previous] = [members[index], members[index - 1]];
  if (member === undefined) return text;
  const comma = behindComma(text, member.offset + member.length);
  let [start, end] = [member.offset, comma ?? member.offset + member.length];
  const line = found(restOfLine, text, end);
  const own = indentAt(text, start);
  if (line !== undefined && text.slice(0, start).endsWith(`\n${own}`)) {
    start -= own.length;
    end = text.indexOf("\n", end + line.length) + 1;
  } else if (text[end] === " ") end++;
  const rest = text.slice(0, start) + text.slice(end);
  const dangling =
    comma === undefined && previous ? behindComma(rest, previous.offset + previous.length) : undefined;
  return dangling === undefined ? rest : rest.slice(0, dangling - 1) + rest.slice(dangling);
}

/**
 * One more member or element at the end of an object or array: on a line of its own where the others are, behind the
 * comment that belongs to the one before.
 */
function inserted(text: string, into: Node, value: unknown, style: Style, name = ""): string {
  const { eol, indent } = style;
  const last = into.children?.at(-1);
  const close = into.offset + into.length - 1;
  if (last === undefined) {
    const outer = indentAt(text, into.offset);
    const inner = text.slice(into.offset + 1, close).trimEnd();
    const written = name + indented(value, outer + indent, style);
    return `${text.slice(0, into.offset + 1)}${inner}${eol}${outer}${indent}${written}${eol}${outer}${text.slice(close)}`;
  }
  const end = last.offset + last.length;
  const before = text.slice(0, end);
  const trailing = text.slice(end, behindComma(text, end) ?? end);
  const behind = text.slice(end + trailing.length);
  const line = found(restOfLine, behind, 0);
  const [separator, after] = trailing === "" ? [",", ""] : [trailing, ","];
  if (line === undefined) return `${before}${separator} ${name}${JSON.stringify(value)}${after}${behind}`;
  const own = indentAt(text, last.offset);
  return `${before}${separator}${line}${eol}${own}${name}${indented(value, own, style)}${after}${behind.slice(line.length)}`;
}

/** The strings of an array; none of anything else. */
export function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
