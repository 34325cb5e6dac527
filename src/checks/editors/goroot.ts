/** Which Go an editor should take here, to hold against the one that it does take. */
import { join } from "node:path";

import type { Machine } from "../../doctor/machine.ts";
import { textOf } from "../../read.ts";

/** The GOROOT of the version that applies, or of the system's Go; undefined where there is none. */
export async function gorootHere(machine: Machine): Promise<string | undefined> {
  const here = await machine.here;
  if (here.kind === "version") return here.dir;
  return here.kind === "system" ? machine.gos.find(({ path }) => path === here.path)?.goroot : undefined;
}

/** What a GOROOT says of itself: go1.22.5; empty where it doesn't. */
export function versionOf(goroot: string): string {
  return (textOf(join(goroot, "VERSION")) ?? "").split("\n")[0] ?? "";
}
