/**
 * Every key of GODEBUG that is set for what is built or run here, and where: the environment, the godebug lines of
 * go.mod and go.work (since 1.23), //go:debug in the sources of this folder (since 1.21).
 */
import { dirname, join } from "node:path";

import type { Machine } from "../../doctor/machine.ts";
import { openAt } from "../../doctor/open-at.ts";
import { change, type SettingHere, settingsOf, told } from "../../doctor/settings.ts";
import { namesIn, startOf, upwards } from "../../read.ts";

export interface DebugKey {
  readonly key: string;
  readonly value: string;
  /** In words: a file and line, or the environment. */
  readonly where: string;
  readonly fix: string | undefined;
  readonly help?: string | undefined;
  readonly reach: string;
}

/** All of them; the environment's first. */
export function debugKeys(machine: Machine): Promise<readonly DebugKey[]> {
  return machine.once("godebug", async () => {
    const settings = await settingsOf(machine, "GODEBUG");
    return [...settings.flatMap((setting) => inEnvironment(machine, setting)), ...inProject(machine)];
  });
}

function inEnvironment(machine: Machine, setting: SettingHere): DebugKey[] {
  if (setting.origin !== "environment") return [];
  const pairs = setting.value.split(",").filter((pair) => pair.includes("="));
  const where = told(machine, "GODEBUG", setting).replace(/^.*?, in /, "");
  return pairs.map((pair) => {
    const rest = pairs.filter((other) => other !== pair).join(",");
    const { fix, help, reach = "" } = change(machine, "GODEBUG", setting, rest || undefined);
    return { ...cut(pair), where, fix, help, reach };
  });
}

const project = "this project, in the next build";

function inProject({ ctx }: Machine): DebugKey[] {
  const folder = [...upwards(ctx.cwd)].find((one) => namesIn(one || "/").includes("go.mod"));
  const work = [...upwards(ctx.cwd)].find((one) => namesIn(one || "/").includes("go.work"));
  const files = [
    ...(work === undefined ? [] : [`${work}/go.work`]),
    ...(folder === undefined ? [] : [`${folder}/go.mod`]),
  ];
  const sources = namesIn(ctx.cwd)
    .filter((name) => name.endsWith(".go"))
    .slice(0, 200)
    .map((name) => join(ctx.cwd, name));
  return [
    ...files.flatMap((file) =>
      directives(startOf(file, 100_000) ?? "").map(({ pair, line }) => ({
        ...cut(pair),
        where: `${file}, line ${line}`,
        fix: `cd ${dirname(file)} && go ${file.endsWith("go.work") ? "work" : "mod"} edit -dropgodebug=${cut(pair).key}`,
        reach: project,
      })),
    ),
    ...sources.flatMap((file) =>
      (startOf(file, 8000) ?? "").split("\n").flatMap((text, i) => {
        const [, pair] = /^\/\/go:debug\s+(\S+=\S+)/.exec(text) ?? [];
        return pair === undefined
          ? []
          : [
              {
                ...cut(pair),
                where: `${file}, line ${i + 1}`,
                fix: openAt(ctx, file, i + 1),
                help: "take that line out",
                reach: project,
              },
            ];
      }),
    ),
  ];
}

/** The godebug lines of a go.mod, in a block or not. `default` names a whole release's behaviour, and is no key. */
function directives(text: string): { pair: string; line: number }[] {
  let inBlock = false;
  return text.split("\n").flatMap((content, i) => {
    const words = content.replace(/\/\/.*/, "").trim();
    if (/^godebug\s*\($/.test(words)) inBlock = true;
    else if (inBlock && words === ")") inBlock = false;
    const [, single] = /^godebug\s+(\S+=\S+)$/.exec(words) ?? [];
    const pair = single ?? (inBlock && /^\S+=\S+$/.test(words) ? words : undefined);
    return pair === undefined || pair.startsWith("default=") ? [] : [{ pair, line: i + 1 }];
  });
}

function cut(pair: string): { key: string; value: string } {
  const at = pair.indexOf("=");
  return { key: pair.slice(0, at), value: pair.slice(at + 1) };
}
