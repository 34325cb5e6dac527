/**
 * What mise's own files say of Go: the `[tools]` table of its TOML, as far as it names go. A line of another shape than
 * those below says nothing here: no version is guessed.
 */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { configFolder } from "../goenv.ts";
import type { Line } from "../version-files.ts";

/** The files of a folder that mise reads, the first first (mise.jdx.dev/configuration.html). */
export const miseFiles: readonly string[] = [
  "mise.local.toml",
  ".mise.local.toml",
  "mise.toml",
  ".mise.toml",
  "mise/config.toml",
  ".mise/config.toml",
  ".config/mise.toml",
  ".config/mise/config.toml",
];

/** The file of `mise use -g`. */
export function miseGlobalFile({ env, home }: Context): string {
  const file = env["MISE_GLOBAL_CONFIG_FILE"];
  if (file?.startsWith("/")) return file;
  const folder = env["MISE_CONFIG_DIR"];
  return join(folder?.startsWith("/") ? folder : join(configFolder(home, env), "mise"), "config.toml");
}

/** A tool's name as a key: go, "go", golang, "core:go". */
const name = String.raw`["']?(?:core:)?(?:go|golang)["']?`;
const text = String.raw`["']([^"']+)["']`;
const lineOfTools = new RegExp(
  String.raw`^\s*${name}\s*=\s*(?:${text}|\[\s*${text}|\{.*?\bversion\s*=\s*${text})`,
);
const dotted = new RegExp(String.raw`^\s*tools\s*\.\s*${name}\s*=\s*(?:${text}|\[\s*${text})`);
const ownTable = new RegExp(String.raw`^tools\s*\.\s*${name}$`);

/** The version that a mise.toml asks for, the first of several; `prefix:1.22` is 1.22. */
export function miseSpec(toml: string): Line | undefined {
  let table = "";
  for (const [i, line] of toml.split("\n").entries()) {
    table = /^\s*\[\s*([^[\]]+?)\s*\]\s*(?:#.*)?$/.exec(line)?.[1] ?? table;
    const found =
      table === "tools"
        ? lineOfTools.exec(line)
        : table === ""
          ? dotted.exec(line)
          : ownTable.test(table)
            ? new RegExp(String.raw`^\s*version\s*=\s*${text}`).exec(line)
            : null;
    const spec = found?.slice(1).find((group) => group !== undefined);
    if (spec !== undefined) return { spec: spec.replace(/^prefix:/, ""), line: i + 1 };
  }
  return undefined;
}
