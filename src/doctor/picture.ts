/**
 * What decides which Go runs, as steps: who wins on PATH (a ladder, the first rung runs), and how the version that runs
 * in the end comes about (a chain). Pure but for what the machine knows.
 */
import { GvError } from "../errors.ts";
import { findTool } from "../find-tool.ts";
import { formatOrigin } from "../resolve.ts";
import { explainSwitching } from "../switching.ts";
import { formatRequest } from "../version.ts";
import type { Machine } from "./machine.ts";

/** One `go` on PATH, in its order. */
export interface Rung {
  readonly path: string;
  /** Whose it is, and which version. */
  readonly what: string;
  /** True for the one that a shell runs. */
  readonly wins: boolean;
}

/** One step of the decision: what was asked, and what it says. */
export interface Step {
  readonly label: string;
  readonly text: string;
}

/** Every `go` on PATH. */
export function ladderOf(machine: Machine): Rung[] {
  return machine.gos.map(({ path, isShim, version, owner }, i) => ({
    path,
    what: isShim ? "gv's shim" : [version ?? "of unknown version", owner?.name ?? "nobody known"].join(", "),
    wins: i === 0,
  }));
}

/** From who asks for a version to the toolchain that the go command runs. */
export async function chainOf({ ctx, here: resolving }: Machine): Promise<Step[]> {
  const here = await resolving;
  const asked: Step = { label: "asked for by", text: formatOrigin(here.origin) };
  if (here.kind === "missing")
    return [asked, { label: "version", text: `${formatRequest(here.request)}, which is not installed` }];
  if (here.kind === "refused") return [asked, { label: "version", text: "a word that is none" }];
  const version: Step = { label: "version", text: here.kind === "version" ? here.name : "system" };
  try {
    const go = findTool(ctx, "go", here).path;
    const { itself, file, selection } = explainSwitching(ctx, go);
    const line = file?.lines.toolchain ?? file?.lines.go;
    const word = file?.lines.toolchain ? "toolchain" : "go";
    const module = file && line ? [{ label: file.path, text: `${word} ${line.value}` }] : [];
    const runs =
      selection?.kind === "stops"
        ? `nothing: ${selection.message}`
        : selection && selection.toolchain !== itself
          ? `${selection.toolchain}, to which the go command switches`
          : (itself ?? go);
    return [asked, version, ...module, { label: "runs", text: runs }];
  } catch (error) {
    if (!(error instanceof GvError)) throw error;
    return [asked, version, { label: "runs", text: `nothing: ${error.message}` }];
  }
}

/** Both, for a terminal of that width in columns. */
export function drawn(ladder: readonly Rung[], chain: readonly Step[], columns: number): string {
  const width = columns > 0 ? columns : 80; // Some terminals have no size.
  const cut = (text: string): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);
  const wide = Math.max(0, ...ladder.map(({ path }) => path.length));
  const rungs = ladder.map(
    ({ path, what, wins }, i) => `${wins ? "➜" : " "} ${i + 1} ${path.padEnd(wide)}  ${what}`,
  );
  const steps = chain.map(({ label, text }, i) => `${"  ".repeat(i)}${i > 0 ? "└ " : "  "}${label}: ${text}`);
  const path = rungs.length > 0 ? rungs : ["  none"];
  return [
    ...["go on PATH, the first one runs", ...path, "", "the version here", ...steps].map(cut),
    "",
    "",
  ].join("\n");
}
