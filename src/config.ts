/**
 * $GV_ROOT/config: what a person set for gv itself. One `key = value` a line, `#` starts a comment.
 *
 * Read where it is used, never written by an install. A key that gv doesn't know stops nothing, since an
 * older gv may meet a newer file.
 */
import { join } from "node:path";

import type { Context } from "./context.ts";
import { textOf } from "./read.ts";

/** Every key that gv reads. */
export type ConfigKey = "archive-mirrors" | "default-tools";

/** The words of a setting, between spaces or commas; none where it isn't set. */
export function configWords(ctx: Context, key: ConfigKey): string[] {
  for (const line of (textOf(join(ctx.root.path, "config")) ?? "").split("\n")) {
    const [, name, value = ""] = /^\s*([a-z-]+)\s*=\s*([^#]*)/.exec(line) ?? [];
    if (name === key) return value.split(/[\s,]+/).filter((word) => word !== "");
  }
  return [];
}
