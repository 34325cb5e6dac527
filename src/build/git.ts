/**
 * Asks git. It gets the user's own settings, since they say how the network is reached, but none of the variables
 * by which a hook tells git which repository it is in.
 */
import { runGroup } from "../check/group.ts";
import type { Context, Environment } from "../context.ts";
import { GvError } from "../errors.ts";
import { onPath } from "../on-path.ts";

/** What says which repository it is: `git rev-parse --local-env-vars`, the settings left out. */
const ofARepository =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|INDEX_VERSION|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|GRAFT_FILE|SHALLOW_FILE|IMPLICIT_WORK_TREE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|INTERNAL_SUPER_PREFIX)$/;

export interface GitAnswer {
  readonly isFine: boolean;
  /** What it printed, trimmed. */
  readonly said: string;
}

/** Runs git in a folder. It never asks at the terminal. Throws BUILD_FAILED where there is no git, and INTERRUPTED. */
export async function askGit(
  ctx: Context,
  cwd: string,
  words: readonly string[],
  { onText, more = {} }: { onText?: (text: string) => void; more?: Environment } = {},
): Promise<GitAnswer> {
  const git = onPath(ctx, "git");
  if (git === undefined)
    throw new GvError("BUILD_FAILED", "there is no git on PATH", {
      hint: "install it, or name a folder with Go's sources and a file VERSION: gv build <dir>",
    });
  const own = Object.entries(ctx.env).filter(([name]) => !ofARepository.test(name));
  const { code, output } = await runGroup(git, words, {
    cwd,
    env: { ...Object.fromEntries(own), GIT_TERMINAL_PROMPT: "0", ...more },
    signal: ctx.signal,
    isTied: true,
    ...(onText ? { onText } : {}),
  });
  ctx.signal.throwIfAborted();
  return { isFine: code === 0, said: output.trim() };
}
