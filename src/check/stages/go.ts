/**
 * Whether the pinned Go is installed and proven. The proof is that of its receipt, checked with the key alone, and the
 * folder is looked at; hashing all of it is `gv verify`: a second, and more where it isn't in memory.
 */
import { join } from "node:path";

import type { Context } from "../../context.ts";
import { GvError } from "../../errors.ts";
import { textOf } from "../../read.ts";
import { findInstalled, type Installed, isBuilt } from "../../store.ts";
import { databaseId } from "../../sumdb/database.ts";
import { checkRecordProof } from "../../sumdb/record.ts";
import { databaseInForce } from "../../sumdb/routes.ts";
import { moduleVersion, toolchainModule } from "../../toolchain.ts";
import { releaseName } from "../../version.ts";
import { goHere, modulesHere } from "../facts.ts";
import type { Outcome, Stage } from "../stage.ts";

export const go: Stage = {
  id: "go",
  title: "the Go that is pinned here is installed and proven",
  limit: 30,
  async skips(machine) {
    const here = await machine.here;
    if (here.kind !== "system") return undefined;
    if (here.path !== undefined) return "no version is pinned here: the system's Go runs";
    // Without a module none is needed.
    return (await modulesHere(machine)).length === 0 ? "no version is pinned here" : undefined;
  },
  async run(machine) {
    const { ctx } = machine;
    const { chosen } = await goHere(machine);
    const installed = chosen.kind === "version" ? findInstalled(ctx, ctx.platform, chosen.name) : undefined;
    if (installed !== undefined && isBuilt(installed))
      return {
        kind: "skipped",
        why: `a Go of your own, which was built here: ${installed.receipt?.from ?? ""}`,
      };
    if (installed === undefined || installed.link !== undefined)
      return { kind: "skipped", why: "a Go of your own, which is linked: gv verify looks at it" };
    return wholeAndProven(ctx, installed);
  },
};

function wholeAndProven(ctx: Context, installed: Installed): Outcome {
  const { name, folder, version, platform, receipt } = installed;
  const [said] = (textOf(join(folder, "VERSION")) ?? "").split("\n");
  if (version !== undefined && said !== releaseName(version))
    return {
      kind: "failed",
      why: `${folder} says that it is ${said || "nothing (it has no VERSION)"}`,
      fix: `gv install --force ${name}`,
    };
  const fix = `gv verify ${name}`;
  if (receipt?.unproven !== undefined)
    return { kind: "failed", why: `Go ${name} was installed with --unproven: ${receipt.unproven}`, fix };
  if (version === undefined || !receipt || receipt.evidence.length === 0)
    return { kind: "failed", why: `Go ${name} has no receipt that proves it`, fix };
  const module = moduleVersion({ version, platform });
  for (const evidence of receipt.evidence) {
    // An archive from before 1.21 has its SHA-256 alone, which needs all of the archive's files.
    if (evidence.by === "table in gv" || evidence.by === "index of go.dev")
      return { kind: "ok", said: `Go ${name}, by the SHA-256 in its receipt` };
    if (evidence.by !== "checksum database") continue;
    try {
      const database = databaseInForce(ctx);
      if (evidence.database !== databaseId(database)) continue;
      const { h1 } = checkRecordProof(database, evidence.proof, toolchainModule, module);
      if (h1 === evidence.h1)
        return { kind: "ok", said: `Go ${name}, record ${evidence.proof.id} of ${evidence.database}` };
    } catch (error) {
      if (!(error instanceof GvError)) throw error;
    }
  }
  return { kind: "failed", why: `the receipt of Go ${name} doesn't prove itself`, fix };
}
