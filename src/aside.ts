/**
 * What a version's name stands for, moved out of the way of a successor: no rename replaces a folder with files in it.
 *
 * Guarantees: whoever is killed between the two renames loses nothing: the old tree is put back with its own receipt, or
 * with none where it had none, by who sweeps staging/ next; it is dropped only where a whole Go has its name by then.
 * Killed while it puts back, a gv leaves what the next one goes on with. Both are for who holds the version's lock: where
 * that is lost meanwhile, a tree of another's stays whole, and may stand beside the receipt of the old one.
 *
 *     <private folder>/aside/<os-arch>/<version>/tree
 *                                                told/receipt.json   told/ is there where there was a receipt
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Context } from "./context.ts";
import { makeFolder, move } from "./files.ts";
import { isExecutable } from "./on-path.ts";
import { ownName } from "./owner.ts";
import { type Platform, platformFolder, platformOfFolder } from "./platform.ts";
import { isGone, linkTarget, namesIn } from "./read.ts";
import { goBinary } from "./toolchain.ts";

/** A version, or a Go of one's own. */
export interface Named {
  readonly platform: Platform;
  readonly name: string;
}

/** Where it is, and what is known of it. */
export function placeOf({ root }: Context, { platform, name }: Named): { tree: string; receipt: string } {
  return {
    tree: join(root.versions(platform), name),
    receipt: join(root.receipts(platform), `${name}.json`),
  };
}

/** Takes the tree out of its name, then the receipt, which is for no other tree. */
export function setAside(ctx: Context, folder: string, named: Named): void {
  const { tree, receipt } = placeOf(ctx, named);
  const at = join(folder, "aside", platformFolder(named.platform), named.name);
  makeFolder(existsSync(receipt) ? join(at, "told") : at);
  if (move(tree, join(at, "tree")) === "moved") move(receipt, join(at, "told", "receipt.json"));
}

/** The successor has its name: what was set aside has none any more, before its first file is removed. */
export function settle(folder: string): void {
  move(join(folder, "aside"), join(folder, "replaced"));
}

/** What is set aside in a private folder, if anything is, and where. */
export function asideIn(folder: string): (Named & { readonly at: string }) | undefined {
  const top = join(folder, "aside");
  for (const word of namesIn(top))
    for (const name of namesIn(join(top, word))) {
      const platform = platformOfFolder(word);
      if (platform) return { platform, name, at: join(top, word, name) };
    }
  return undefined;
}

/** Puts it back, unless a successor has the name: the receipt first, as a version is published. */
export function putBack(ctx: Context, folder: string): void {
  const aside = asideIn(folder);
  if (!aside) return;
  const { tree, receipt } = placeOf(ctx, aside);
  if (!isGone(join(aside.at, "tree")) && !isWhole(tree, aside.platform)) {
    for (const path of [tree, receipt]) makeFolder(dirname(path));
    // What is no Go, where something of that name is there. If it is one by now, it stays.
    const husk = join(folder, ownName());
    if (move(tree, husk) === "moved" && isWhole(husk, aside.platform)) {
      move(husk, tree);
      return settle(folder);
    }
    if (existsSync(join(aside.at, "told"))) move(join(aside.at, "told", "receipt.json"), receipt);
    else move(receipt, join(folder, ownName())); // The successor's, which never came.
    if (move(join(aside.at, "tree"), tree) !== "moved") return;
  }
  settle(folder);
}

/** True for a whole Go, and for a link. */
function isWhole(path: string, platform: Platform): boolean {
  return linkTarget(path) !== undefined || isExecutable(join(path, "bin", goBinary(platform)));
}
