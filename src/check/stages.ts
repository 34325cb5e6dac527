/** The stages of `gv check`: the table, in the order in which they are told. */
import type { Machine } from "../doctor/machine.ts";
import { debug } from "./stages/debug.ts";
import { go } from "./stages/go.ts";
import { lint } from "./stages/lint.ts";
import { ownStages } from "./stages/own.ts";
import { shellcheck } from "./stages/shellcheck.ts";
import { tools } from "./stages/tools.ts";
import { vet } from "./stages/vet.ts";
import type { Stage } from "./stage.ts";

export const stages: readonly Stage[] = [go, tools, vet, lint, debug, shellcheck];

/** Those of the table, and the user's own commands. */
export async function stagesHere(machine: Machine): Promise<readonly Stage[]> {
  return [...stages, ...(await ownStages(machine))];
}
