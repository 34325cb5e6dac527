/**
 * Whether the tools that the project uses are there, and fit the Go that builds it: those of .tool-versions, and
 * golangci-lint where it is configured, must be there; gopls, dlv and the linters that are there must fit, as the checks
 * of `gv doctor` have it.
 */
import { tools as checks } from "../../checks/tools.ts";
import { toolsInUse } from "../../checks/tools/in-use.ts";
import { diagnose } from "../../doctor/diagnose.ts";
import { Machine } from "../../doctor/machine.ts";
import { wantedByToolVersions } from "../../tools/wanted.ts";
import { goHere, toolHere } from "../facts.ts";
import type { Stage } from "../stage.ts";
import { hasLintTool, lintedModules } from "./lint.ts";
import { noModules } from "./vet.ts";

interface Fault {
  readonly fact: string;
  readonly fix: string;
}

export const tools: Stage = {
  id: "tools",
  title: "the tools that the project uses are there, and fit its Go",
  limit: 30,
  skips: noModules,
  async run(machine) {
    await goHere(machine);
    const { env, root } = machine.ctx;
    // What a terminal runs, wherever this was started: a desktop's git has no profile's PATH.
    const terminal = new Machine({
      ...machine.ctx,
      env: { ...env, PATH: `${root.shims}:${env["PATH"] ?? ""}` },
    });
    const faults = [...(await missing(machine)), ...(await unfit(terminal))];
    if (faults.length > 0)
      return {
        kind: "failed",
        why: faults.length === 1 ? "one of them doesn't do" : `${faults.length} things are wrong`,
        output: faults.map(({ fact }) => `${fact}\n`).join(""),
        fix: [...new Set(faults.map(({ fix }) => fix))].join("\n"),
      };
    const there = (await toolsInUse(terminal)).map(
      ({ name, info }) => `${name} ${info?.module?.version ?? ""}`,
    );
    return { kind: "ok", ...(there.length > 0 ? { said: there.map((one) => one.trim()).join(", ") } : {}) };
  },
};

async function missing(machine: Machine): Promise<Fault[]> {
  const linted = (await lintedModules(machine)).filter((module) => !hasLintTool(module));
  const asked = [
    ...(linted.length > 0
      ? [{ name: "golangci-lint", by: "its configuration", fix: "gv tools install golangci-lint" }]
      : []),
    ...wantedByToolVersions(machine.ctx, () => undefined).map(({ tool: { name }, by }) => ({
      name,
      by,
      fix: "gv tools sync",
    })),
  ];
  const faults: Fault[] = [];
  for (const { name, by, fix } of asked)
    if ((await toolHere(machine, name)) === undefined)
      faults.push({ fact: `there is no ${name}, which ${by} asks for`, fix });
  return faults;
}

async function unfit(machine: Machine): Promise<Fault[]> {
  const choice = { ids: checks.map(({ id }) => id), offline: true, deep: false };
  const answers = await diagnose(machine.ctx, choice, machine);
  return answers.flatMap(({ check, findings }) =>
    findings
      .filter(({ severity = check.severity }) => severity !== "note")
      .map(({ fact, fix, help = "" }) => ({ fact: `${fact}\n    ${check.why}`, fix: fix ?? help })),
  );
}
