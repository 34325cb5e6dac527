/** An environment that a setting of an editor makes: whether gv's go is still the first one in it. */
import type { Finding } from "../../doctor/check.ts";
import type { Machine } from "../../doctor/machine.ts";
import { allOnPath, isShim } from "../../on-path.ts";
import { open, pathOf, reach, type Setting, where } from "./settings.ts";

/**
 * GOROOT, or a PATH in which another go comes first than without it, or none, in an environment that a setting makes;
 * `inside` it by that name.
 */
export function environmentFindings(
  { ctx }: Machine,
  setting: Setting,
  { members } = setting.json,
  inside = "",
): readonly Finding[] {
  return ["GOROOT", "PATH"].flatMap((name): Finding[] => {
    const json = members.get(name);
    if (typeof json?.value !== "string" || json.value === "") return [];
    const fact = `${where(setting, [`${inside}${name}`, json])} is ${json.value}`;
    if (name === "GOROOT") return [{ fact, ...open(setting, "take it out", json), reach }];
    // What gv can't tell is left out: another variable of the editor's.
    const folders = json.value.split(/:(?![^{}]*\})/).flatMap((one) => pathOf(ctx, setting, one) ?? []);
    const [go] = allOnPath({ ...ctx, env: { ...ctx.env, PATH: folders.join(":") } }, "go");
    const isOurs = go !== undefined && (isShim(ctx, go) || go.startsWith(`${ctx.root.path}/`));
    if (isOurs || (go !== undefined && go === allOnPath(ctx, "go")[0])) return [];
    const what = `take it out, or begin it with ${ctx.root.shims}`;
    return [{ fact: `${fact}: ${go ?? "no go"} is found there first`, ...open(setting, what, json), reach }];
  });
}
