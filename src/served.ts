/**
 * Whether this gv can serve here, asked before every command: the system is one that it is made for, and the root is
 * laid out as it knows.
 *
 * Guarantees: a root that a newer gv laid out anew is neither read nor changed by an older one. It costs one look for
 * one file.
 */
import { join } from "node:path";

import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { textOf } from "./read.ts";

/**
 * The number of the layout that this gv knows (docs/architecture.md, "On disk"). It grows when an older gv would take
 * what is in a root for something else; a root without the file has the first.
 */
export const layout = "1";

export function layoutPath(ctx: Context): string {
  return join(ctx.root.lib, "layout");
}

/** Throws UNSUPPORTED_SYSTEM on Windows, and ROOT_NEWER for a root of a layout that this gv doesn't know. */
export function checkServed(ctx: Context): void {
  if (ctx.platform.os === "windows")
    throw new GvError(
      "UNSUPPORTED_SYSTEM",
      "gv doesn't serve native Windows yet: its shims are for a POSIX sh",
      {
        hint: "use it in WSL, where Go for Linux runs: wsl --install   then gv there",
      },
    );
  const there = textOf(layoutPath(ctx))?.trim() ?? layout;
  if (there !== layout)
    throw new GvError(
      "ROOT_NEWER",
      `${ctx.root.path} was set up by a newer gv: its layout is ${there}, and this gv knows ${layout}`,
      {
        hint: `nothing was read or changed; the gv that knows it is its own: ${join(ctx.root.bin, "gv")} list`,
      },
    );
}
