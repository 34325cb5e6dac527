/**
 * gv's line in the text of a start-up file: put in, and taken out again.
 *
 * Guarantees: taking it out gives the bytes that were there before, whatever they are; putting it in twice is putting
 * it in once. The text is one of bytes (latin1): a profile may be in any encoding.
 */
import { charactersOf, encoded, fileOf } from "./latin1.ts";

/** What marks gv's lines; what stands behind it says what else was added with it. */
const marker = `# added by gv setup; "gv setup --undo" takes it out`;
const withBreak = " with the line break before it";
const withFile = " with this file";
const owned = new RegExp(`${marker}(?<what>${withBreak}|${withFile})?[ \\t\\r]*$`);

/**
 * The file with gv's line at its end, where what comes earlier can't hide it again. Where the file may end early
 * (`return` for a shell that isn't interactive, as Debian's .bashrc has it), the line is at its start, too; only there
 * where the file ends within a line that goes on, or a here-document that nothing ends.
 * @param before undefined: there is no such file.
 * @param instead a command that stands before the line in a file that gv makes.
 */
export function withLine(before: Buffer | undefined, line: string, instead?: string): Buffer {
  const own = encoded(`${line} ${marker}`);
  // A file that gv made says so in its first line, whatever was put behind that since.
  const isMade = before === undefined || charactersOf(before).split("\n").some(isMadeLine);
  const made = isMade ? `${instead === undefined ? "" : `${instead}; `}${own}${withFile}\n` : "";
  const rest = before && withoutLine(before);
  if (rest === undefined) return fileOf(made);
  const text = charactersOf(rest);
  const goesOn = /(?<!\\)(?:\\\\)*\\\r?\n?$/.test(text) || endsInHereDocument(text);
  const top = goesOn || /^(?!\s*#).*\b(?:return|exit|exec)\b/m.test(text) ? `${own}\n` : "";
  const end = goesOn ? "" : text === "" || text.endsWith("\n") ? `${own}\n` : `\n${own}${withBreak}\n`;
  const first = text.startsWith("#!") ? text.indexOf("\n") + 1 : 0;
  return fileOf(text.slice(0, first) + (made || top) + text.slice(first) + end);
}

/** `<<EOF`, `<<-'EOF'`; no `<<<`, no shift in `((`. */
const hereDocument =
  /^(?!\s*#)(?!.*\(\().*?(?<!<)<<(?<tabs>-?)[ \t]*(?:(?<quote>["'])(?<quoted>[^"']+)\k<quote>|\\?(?<word>[A-Za-z_]\w*))/;

/** Whether the text ends within a here-document: what is put behind it is read by nobody. */
function endsInHereDocument(text: string): boolean {
  let open: { readonly word: string; readonly hasTabs: boolean } | undefined;
  for (const line of text.split("\n"))
    if (open) {
      if ((open.hasTabs ? line.replace(/^\t+/, "") : line) === open.word) open = undefined;
    } else {
      const { tabs, quoted, word } = hereDocument.exec(line)?.groups ?? {};
      const end = quoted ?? word;
      if (end !== undefined) open = { word: end, hasTabs: tabs === "-" };
    }
  return open !== undefined;
}

/** Whether that line is gv's own in this text. */
export function hasLine(text: Buffer, line: string): boolean {
  return charactersOf(text).includes(encoded(`${line} ${marker}`));
}

/** The file without gv's lines; undefined where gv made it and nothing else is in it. */
export function withoutLine(before: Buffer): Buffer | undefined {
  const lines = charactersOf(before).split("\n");
  let isMade = false;
  const rest = lines.flatMap((line, index) => {
    if (isMadeLine(line)) isMade = true;
    // The line break before the last line goes with it, unless somebody wrote on behind it.
    const above = owned.exec(lines[index - 1] ?? "")?.groups?.["what"];
    const isBreak = above === withBreak && line === "" && index === lines.length - 1;
    if (!owned.test(line)) return isBreak ? [] : [line];
    return isNeeded(lines, index) ? [line.replace(/\S.*/, ":")] : [];
  });
  const text = rest.join("\n");
  return isMade && text === "" ? undefined : fileOf(text);
}

/** Whether somebody wrote something around gv's line that no shell can read without it: `if ...; then` and `fi`. */
function isNeeded(lines: readonly string[], index: number): boolean {
  const before = lines.slice(0, index).findLast(isCode) ?? "";
  const behind = lines.slice(index + 1).find(isCode) ?? "";
  const isBody =
    /(?:\b(?:then|do|else)|[{(])\s*(?:#.*)?$/.test(before) && /^\s*(?:fi|done|el(?:se|if)|[})])/.test(behind);
  return isBody || (/(?:&&|\|\|)\s*$/.test(before) && behind !== "");
}

function isCode(line: string): boolean {
  return !owned.test(line) && /^\s*[^\s#]/.test(line);
}

function isMadeLine(line: string): boolean {
  return owned.exec(line)?.groups?.["what"] === withFile;
}
