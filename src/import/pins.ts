/** What another manager uses where nothing is pinned, and here: taken over where gv has nothing, never over what is there. */
import { join } from "node:path";

import { newestOf } from "../choose.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { writeAtomically, writeIfAbsent } from "../files.ts";
import { rememberProject } from "../projects.ts";
import { startOf } from "../read.ts";
import { allAsked } from "../resolve.ts";
import { formatRequest, parseRequest, type Version } from "../version.ts";
import { goVersionFile, readLimit } from "../version-files.ts";
import type { Manager, Said } from "./managers.ts";

/** What becomes of a word of another manager's. */
export interface Taken extends Said {
  readonly became: "taken" | "read by gv" | "left";
  /** Where gv has it now, or why it stays with the other manager. */
  readonly words: string;
}

/** The global version; `versions` are those that gv has, or would have. */
export async function takeGlobal(
  ctx: Context,
  manager: Manager,
  versions: readonly Version[],
  dryRun: boolean,
): Promise<Taken | undefined> {
  const said = manager.global?.(ctx);
  if (!said) return undefined;
  if (said.isRead)
    return { ...said, became: "read by gv", words: "gv reads that file, before its own global version" };
  const left = (words: string): Taken => ({ ...said, became: "left", words });
  const [own] = goVersionFile.read(startOf(ctx.root.globalVersion, readLimit) ?? "");
  if (own) return left(`gv's own is ${own.spec}, and stays`);
  const text = await pinOf(said.spec, versions);
  if (text === undefined) return left(`gv has no such version: gv global 1.22.5   sets one`);
  if (!dryRun && !writeIfAbsent(ctx.root.globalVersion, `${text}\n`))
    return left("another gv set one meanwhile");
  return { ...said, became: "taken", words: `gv's global version is ${text} from now on` };
}

/**
 * What a file in the current directory asks for that gv doesn't read: a .go-version beside it, where no other file pins a
 * version here.
 */
export async function takePin(
  ctx: Context,
  manager: Manager,
  versions: readonly Version[],
  dryRun: boolean,
): Promise<Taken | undefined> {
  const said = manager.pinHere?.(ctx);
  if (!said) return undefined;
  const left = (words: string): Taken => ({ ...said, became: "left", words });
  const asked = await allAsked(ctx, ctx.platform);
  const other = asked.find(({ origin }) => origin.kind === "file")?.origin;
  if (other?.kind === "file") return left(`${other.file} pins ${other.text} here, which gv reads`);
  const text = await pinOf(said.spec, versions);
  if (text === undefined) return left("gv has no such version: gv local 1.22.5   pins one");
  if (ctx.cwd === ctx.home)
    return left(`this is your home folder: gv global ${text}   is for all folders below`);
  const file = join(ctx.cwd, goVersionFile.name);
  if (!dryRun) {
    writeAtomically(file, `${text}\n`);
    rememberProject(ctx);
  }
  return { ...said, became: "taken", words: `${file} says ${text} from now on` };
}

/** The word as gv would write it, where it is a version or a minor that is there. */
async function pinOf(spec: string, versions: readonly Version[]): Promise<string | undefined> {
  try {
    const request = parseRequest(spec);
    const isPlain = request.kind === "exact" || request.kind === "partial";
    return isPlain && (await newestOf([...versions], request)) ? formatRequest(request) : undefined;
  } catch (error) {
    if (error instanceof GvError) return undefined;
    throw error;
  }
}
