/**
 * Asks the first go on PATH for `go env -json`.
 *
 * Guarantees: nothing is downloaded for it. Where go.mod or GOTOOLCHAIN would have that go fetch another toolchain (it
 * switches before it answers), it is kept from that by GOTOOLCHAIN=local, and tells of itself; the GOTOOLCHAIN that
 * holds is told all the same. To a toolchain that is there it switches as ever.
 */
import { allOnPath, isShim } from "../on-path.ts";
import { explainSwitching, strictPin, type Switching } from "../switching.ts";
import type { Machine } from "./machine.ts";
import type { Said } from "./probe.ts";
import { goHere } from "./settings.ts";

/** What it said, and what is to be put into that: the settings that were changed for the question. */
export async function askGoEnv(
  machine: Machine,
): Promise<Said & { readonly own: Readonly<Record<string, string>> }> {
  const switching = await switchingOf(machine);
  const isKept = switching?.target?.kind === "download";
  const { env, cwd } = machine.ctx;
  const said = await machine.run("go", ["env", "-json"], {
    env: isKept ? { ...env, GOTOOLCHAIN: "local" } : env,
    cwd,
    limit: 5000,
  });
  return { ...said, own: isKept ? { GOTOOLCHAIN: switching.gotoolchain?.value ?? "" } : {} };
}

/** What that go is about to do; undefined where there is none. */
async function switchingOf(machine: Machine): Promise<Switching | undefined> {
  const { ctx } = machine;
  const [first] = allOnPath(ctx, "go");
  if (first === undefined) return undefined;
  if (!isShim(ctx, first)) return explainSwitching(ctx, first);
  const [go, here] = [await goHere(machine), await machine.here];
  const forced = here.kind === "version" ? strictPin(ctx) : undefined;
  return go && explainSwitching(ctx, go.program, forced);
}
