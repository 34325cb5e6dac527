/**
 * Whose a `go` on PATH is, told by where it lies and what lies beside it: who put it there, how it is upgraded, how it
 * goes, and by what a start-up file puts it on PATH.
 *
 * The places are those of each one's own documents, moved by its own variable where it has one; the first row that fits
 * is taken. Nothing is started.
 */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { textOf } from "../read.ts";
import { managers } from "./owners/managers.ts";
import { packages } from "./owners/packages.ts";
import { goroot, type Owner } from "./owners/place.ts";

/** Who put a program there; undefined where nobody is known (a copy, a folder of one's own). */
export function ownerOf(ctx: Context, path: string, real: string): Owner | undefined {
  const row = [...managers, ...packages].find((one) => one.has({ path, real, ctx }));
  if (!row) return undefined;
  const root = goroot(real);
  const version = /^go(\S+)/.exec(textOf(join(root, "VERSION")) ?? "")?.[1];
  const filled = (line: string): string =>
    line.replaceAll("GOROOT", root).replaceAll("VERSION", version ?? "VERSION");
  const { has: _has, upgrade, remove, ...rest } = row;
  return {
    ...rest,
    ...(upgrade === undefined ? {} : { upgrade: filled(upgrade) }),
    ...(remove === undefined ? {} : { remove: filled(remove) }),
  };
}
