/**
 * The newest sources, by git, from the address in the setting `source`: a shallow repository in cache/, fetched
 * again the next time, so that only what changed comes over the network.
 *
 * Guarantees: the repository is gv's own, and bare; nothing of the user's (hooks, attributes, line ends) has a part
 * in what is checked out. The caller holds the lock: what a dead git left locked in it is nobody's.
 */
import { join } from "node:path";

import { sourceCache } from "../cache.ts";
import { configSource } from "../config.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { makeFolder, removeFile } from "../files.ts";
import { display } from "../http.ts";
import { namesIn } from "../read.ts";
import { askGit } from "./git.ts";
import type { Source } from "./sources.ts";

const branch = "refs/heads/tip";
const fetching = ["fetch", "--progress", "--depth=1", "--no-tags", "--force"];

/** Fetches what the address calls HEAD. Throws NETWORK in git's words. */
export async function fetchTip(ctx: Context, onText: (text: string) => void): Promise<Source> {
  const address = configSource(ctx);
  const gitDir = sourceCache(ctx.root);
  makeFolder(ctx.root.cache);
  const git = (words: readonly string[], more = {}) =>
    askGit(ctx, ctx.root.cache, [`--git-dir=${gitDir}`, ...words], more);
  for (const folder of ["", "refs/heads"])
    for (const name of namesIn(join(gitDir, folder)))
      if (name.endsWith(".lock")) removeFile(join(gitDir, folder, name));
  const steps = [
    ["init", "--quiet", "--bare", "--template="],
    ["symbolic-ref", "HEAD", branch],
    [...settings(["gc.autoDetach=false", "gc.pruneExpire=now"]), ...fetching, address, `HEAD:${branch}`],
  ];
  for (const words of steps) {
    const { isFine, said } = await git(words, { onText });
    if (!isFine) throw noFetch(display(address), said.replaceAll(address, display(address)));
  }
  const { said: commit } = await git(["rev-parse", "--verify", branch]);
  return {
    from: display(address),
    commit,
    gitDir,
    name: "tip",
    async put(inner, tree) {
      const { isFine, said } = await askGit(
        inner,
        tree,
        [
          ...settings(["core.autocrlf=false", "core.hooksPath=/dev/null", "core.attributesFile=/dev/null"]),
          `--git-dir=${gitDir}`,
          `--work-tree=${tree}`,
          ...["checkout", "--quiet", "--force"].concat(commit, "--", "."),
        ],
        { more: { GIT_INDEX_FILE: `${tree}.index` } },
      );
      if (!isFine)
        throw new GvError("BUILD_FAILED", `git can't check out ${commit}: ${lastLine(said)}`, {
          hint: "is the disk full? if not, have the sources fetched anew: gv cache clean",
        });
    },
  };
}

/** For this call alone. */
function settings(all: readonly string[]): string[] {
  return all.flatMap((setting) => ["-c", setting]);
}

function noFetch(address: string, said: string): GvError {
  return new GvError("NETWORK", `git can't fetch ${address}: ${lastLine(said)}`, {
    hint: [
      `is it reachable? try:  git ls-remote ${address} HEAD`,
      "another address:  gv config set source https://...   a damaged cache:  gv cache clean",
    ].join("\n"),
  });
}

/** Git's own reason comes first among its last words. */
function lastLine(said: string): string {
  const lines = said.split(/[\r\n]+/).filter((line) => line !== "");
  return lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? "it says nothing";
}
