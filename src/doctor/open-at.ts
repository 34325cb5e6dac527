/** The line to type that opens a file at a line, in the editor of this user. Pure. */
import { basename } from "node:path";

import type { Context } from "../context.ts";
import { quote } from "../shim-conf.ts";

/** Editors that take the place as FILE:LINE; all others (vi, vim, nano, emacs, micro, kak) take +LINE FILE. */
const colon: Readonly<Record<string, readonly string[]>> = {
  code: ["-g"],
  "code-insiders": ["-g"],
  codium: ["-g"],
  cursor: ["-g"],
  subl: [],
  zed: [],
  hx: [],
  helix: [],
};

/** `vi +12 /home/me/.profile`; by $VISUAL, else $EDITOR, else vi. */
export function openAt({ env }: Pick<Context, "env">, file: string, line: number): string {
  const editor = env["VISUAL"]?.trim() || env["EDITOR"]?.trim() || "vi";
  const [program = ""] = editor.split(" ");
  const words = colon[basename(program)];
  return words === undefined
    ? `${editor} +${line} ${quote(file)}`
    : [editor, ...words, quote(`${file}:${line}`)].join(" ");
}
