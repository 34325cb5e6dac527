/** How to leave another manager once its versions are gv's: the lines of start-up files, and what to type. Changes nothing. */
import { join } from "node:path";

import type { Machine } from "../doctor/machine.ts";
import { ownerOf } from "../doctor/owners.ts";
import type { Owner } from "../doctor/owners/place.ts";
import { linesThatAdd, type PathLine } from "../doctor/path-lines.ts";
import { realPath } from "../read.ts";
import { type Manager, matching } from "./managers.ts";

export interface Leaving {
  /** What start-up files have for it. */
  readonly lines: readonly PathLine[];
  /** What removes the versions that are gv's now, in the manager's own words. */
  readonly remove: readonly string[];
  /** What to know before. */
  readonly help?: string;
}

/** `done`: the GOROOTs that gv doesn't need any more; `isAll`: the manager has no other Go. */
export function leaving(
  machine: Machine,
  manager: Manager,
  done: readonly string[],
  isAll: boolean,
): Leaving {
  const { ctx } = machine;
  const { managesMore, removeAll, removeOne, title } = manager;
  const owners = done.flatMap((goroot) => {
    const go = join(goroot, "bin", "go");
    return ownerOf(ctx, go, realPath(go)) ?? [];
  });
  const each = removeOne ? done.map(removeOne) : owners.flatMap(({ remove }) => remove ?? []);
  return {
    lines: isAll ? startUpLines(machine, manager, owners[0]) : [],
    remove: isAll && removeAll ? [removeAll(ctx)] : [...new Set(each)],
    ...(managesMore ? { help: `${title} may manage more than Go here: then its lines stay` } : {}),
  };
}

function startUpLines(machine: Machine, manager: Manager, owner: Owner | undefined): PathLine[] {
  const { variable } = manager;
  const sources = [variable && `\\b${variable}\\b`, variable && owner?.line?.source].filter(Boolean);
  const sign = sources.length > 0 ? new RegExp(sources.join("|")) : undefined;
  return [...linesThatAdd(machine, manager.onPath(machine.ctx).flatMap(matching), sign)];
}
