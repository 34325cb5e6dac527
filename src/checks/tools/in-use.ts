/**
 * Which copy of a tool runs here, in a terminal and in an editor, and what it says of itself; which Go it works with.
 *
 * VS Code's Go extension looks in GOBIN and GOPATH/bin before it asks PATH (docs/tools.md there), so it may run another
 * copy than a terminal, where the shims come first.
 */
import { realpathSync } from "node:fs";
import { join } from "node:path";

import type { Context } from "../../context.ts";
import type { Machine } from "../../doctor/machine.ts";
import { GvError } from "../../errors.ts";
import { whichTool } from "../../find-tool.ts";
import { goBinFolder } from "../../goenv.ts";
import { allOnPath, isProgram, isShim } from "../../on-path.ts";
import { type BuildInfo, readBuildInfo } from "../../program/buildinfo.ts";
import type { Resolution } from "../../resolve.ts";
import { compareGoVersions, goVersionOf, type ModuleLines } from "../../select.ts";
import { findModuleFile } from "../../switching.ts";
import { quote } from "../../shim-conf.ts";
import { parseVersion } from "../../version.ts";
import { gorootHere, versionOf } from "../editors/goroot.ts";

/** Those that understand Go itself: which Go built them, and which they work with, matters. */
export const toolNames = ["gopls", "dlv", "golangci-lint", "staticcheck"] as const;

export interface ToolInUse {
  readonly name: string;
  readonly path: string;
  /** Who runs it. */
  readonly by: "a terminal" | "an editor";
  readonly info: BuildInfo | undefined;
  /** The line that builds one that fits. */
  readonly fix: string;
}

/** The copy that a terminal runs, and the one that an editor runs where that is another. */
export function toolsInUse(machine: Machine): Promise<readonly ToolInUse[]> {
  return machine.once("tools in use", async () => {
    const { ctx } = machine;
    const here = await machine.here;
    return toolNames.flatMap((name): ToolInUse[] => {
      const terminal = copyOnPath(ctx, name, here);
      const own = join(goBinFolder(ctx), name);
      const editor = isProgram(own) && !(terminal && isSame(terminal, own)) ? own : undefined;
      const install = `gv tools install ${name}`;
      const copy = (path: string, by: ToolInUse["by"], fix: string): ToolInUse => {
        return { name, path, by, info: readBuildInfo(path, ctx.platform), fix };
      };
      return [
        ...(terminal === undefined ? [] : [copy(terminal, "a terminal", install)]),
        // Without that one the extension finds the shim.
        ...(editor === undefined ? [] : [copy(editor, "an editor", `${install} && rm ${quote(editor)}`)]),
      ];
    });
  });
}

function copyOnPath(ctx: Context, name: string, here: Resolution): string | undefined {
  const [first] = allOnPath(ctx, name);
  if (first === undefined || !isShim(ctx, first)) return first;
  const answer = here.kind === "version" || here.kind === "system" ? whichTool(ctx, name, here) : undefined;
  return answer?.kind === "found" ? answer.path : undefined;
}

function isSame(path: string, other: string): boolean {
  return realpathSync(path) === realpathSync(other);
}

/** `gopls v0.16.2 (/home/a/go/bin/gopls, which an editor runs)` */
export function describe({ name, path, by, info }: ToolInUse): string {
  return `${name}${info?.module ? ` ${info.module.version}` : ""} (${path}, which ${by} runs)`;
}

/** The go line that applies here: `1.22`, `1.22.5`; undefined where there is none, or GOWORK is one that Go refuses. */
export function goLine(ctx: Context): string | undefined {
  return linesHere(ctx)?.go?.value;
}

function linesHere(ctx: Context): ModuleLines | undefined {
  try {
    return findModuleFile(ctx)?.lines;
  } catch (error) {
    if (error instanceof GvError) return undefined;
    throw error;
  }
}

/** The minor of Go 1 that builds here: of the version that applies, or of the newer one that go.mod asks for. */
export async function minorHere(machine: Machine): Promise<number | undefined> {
  const goroot = await gorootHere(machine);
  const itself = goroot === undefined ? undefined : goVersionOf(versionOf(goroot));
  if (itself === undefined) return undefined;
  const lines = linesHere(machine.ctx);
  const asked = [lines?.go?.value, goVersionOf(lines?.toolchain?.value ?? "")].filter(
    (one) => one !== undefined,
  );
  const newest = [itself, ...asked].toSorted(compareGoVersions).at(-1) ?? itself;
  return parseVersion(newest)?.minor;
}
