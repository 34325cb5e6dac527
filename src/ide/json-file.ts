/** An editor's file of JSON with comments: what it says, and the change that makes it say something else besides. */
import { bytesAt, type Change } from "../changes.ts";
import { GvError } from "../errors.ts";
import { type Edit, type Json, readJson, withEdits } from "../jsonc.ts";

/**
 * The change of a file by the edits that follow from what it says (undefined: there is no such file, or it is empty).
 * Throws NOT_READABLE where it has mistakes, or isn't UTF-8: it is left as it is then.
 */
export async function jsonChange(
  path: string,
  edits: (json: Json | undefined) => readonly Edit[],
): Promise<Change> {
  const before = bytesAt(path);
  const text = before?.toString("utf8") ?? "";
  if (before !== undefined && !Buffer.from(text).equals(before)) throw unreadable(path, "it isn't UTF-8");
  const needed = edits(await readJson(text));
  if (needed.length === 0) return { path, before, after: before };
  const after = await withEdits(text, needed);
  if (after === undefined) throw unreadable(path, "it is no JSON with comments");
  return { path, before, after: Buffer.from(after) };
}

function unreadable(path: string, reason: string): GvError {
  return new GvError("NOT_READABLE", `${path} can't be changed: ${reason}`, {
    hint: "it was left as it is; mend it in the editor, which underlines the place, then type it again",
  });
}

/** The value that those names lead to. */
export function jsonAt(json: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((at, name) => at?.members.get(name), json);
}

/** Whether two values of JSON are the same. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
