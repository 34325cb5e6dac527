/** What the documents show: fenced blocks, code in a line, and the commands of gv in both. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const repository = join(import.meta.dirname, "..", "..");

/** A block between ``` fences. */
export interface Block {
  readonly document: string;
  /** The line of its fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly lines: readonly string[];
}

/** Code between backticks in a line of text. */
export interface Mention {
  readonly document: string;
  readonly code: string;
}

/** Those that show what can't be typed: commands as they were, and what is typed wrongly. */
const otherwise = ["CHANGELOG.md", "docs/errors.md"];

/** Every other page. */
export const documents: readonly string[] = [
  ...namesIn("."),
  ...["docs", "examples", "features"].flatMap((folder) => namesIn(folder, true)),
].filter((name) => !otherwise.includes(name));

export const blocks: readonly Block[] = documents.flatMap(blocksOf);
export const mentions: readonly Mention[] = documents.flatMap(mentionsOf);

function namesIn(folder: string, recursive = false): string[] {
  const names = readdirSync(join(repository, folder), { recursive, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name))
    .toSorted();
}

function textOf(document: string): string {
  return readFileSync(join(repository, document), "utf8");
}

function blocksOf(document: string): Block[] {
  const all: Block[] = [];
  let open: string[] | undefined;
  for (const [i, text] of textOf(document).split("\n").entries()) {
    const [, language] = /^ *```(.*)$/.exec(text) ?? [];
    if (language === undefined) open?.push(text);
    else if (open) open = undefined;
    else all.push({ document, line: i + 1, language, lines: (open = []) });
  }
  return all;
}

function mentionsOf(document: string): Mention[] {
  const text = textOf(document).replaceAll(/^ *```[^]*?^ *```$/gm, "");
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => ({
    document,
    code: code.replaceAll(/\s+/g, " ").replaceAll("\\|", "|"),
  }));
}

/** What a block of this language has a reader type, a line each; none where it is no shell's. */
export function typedIn({ language, lines }: Block): string[] {
  if (language === "sh") return whole(lines);
  if (language === "dockerfile") return lines.flatMap((line) => /^RUN (.*)$/.exec(line)?.[1] ?? []);
  return lines.flatMap((line) => /^\$ (.*)$/.exec(line)?.[1] ?? []);
}

/** The lines that are commands, those that end in a backslash as one with the next. */
function whole(lines: readonly string[]): string[] {
  return lines
    .join("\n")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => !/^\s*(?:#|$)/.test(line));
}

/** The command lines of gv in a line of sh: the words behind each `gv` that is a command, where there are any. */
export function gvLinesIn(line: string): string[][] {
  const command = line.replace(/\s#\s.*$/, "");
  return [...command.matchAll(/(?<=^|[\s"(;&|]|\/bin\/)gv (?=\S)/g)]
    .map(({ index }) => wordsOf(command.slice(index + "gv ".length)))
    .filter((words) => words.length > 0);
}

/** The words up to the end of the command, without quotes. What stands for a word stays as it is: `<dir>`. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [word, quoted] of text.matchAll(
    /'([^']*)'|<[^<>]*>|[^\s"'|;&()<>#][^\s"'|;&()<>]*|["|;&()<>#]/g,
  )) {
    if (quoted === undefined && /^["|;&()<>#]$/.test(word)) break;
    words.push(quoted ?? word);
  }
  return words;
}

/** True of a word that stands for others: `<version>`, `FILE`, `ID...`, `OWNER/REPOSITORY@REF`. */
export function isPlaceholder(word: string): boolean {
  return /^(?:<.*>|[A-Z]+(?:[/@][A-Z]+)*)(?:\.\.\.)?$|^\.\.\.$/.test(word);
}
