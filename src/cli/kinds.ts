/**
 * What stands for a word of the command line, by its kind: the table behind completions/. Read where those are made
 * (scripts/completions.mjs); at a TAB the shells have only what that wrote, and the disk.
 */
import { newestPackaged, packagedPlatforms } from "../archive-sums.ts";
import { stages } from "../check/stages.ts";
import { checks } from "../checks.ts";
import { completionScripts } from "../completions.ts";
import { configKeys } from "../config.ts";
import type { Context } from "../context.ts";
import { integrations } from "../ide/integrations.ts";
import { managers } from "../import/managers.ts";
import { formatPlatform } from "../platform.ts";
import { shellNames } from "../shells.ts";
import { startNames } from "../snapshot/take.ts";
import { knownTools } from "../tools/known.ts";

/** What is found at the TAB; each script in completions/ has a function for each. */
export type Source =
  /** The releases that gv last saw for the platform, in cache/; installed ones where it saw none. */
  | "releases"
  /** Their minors: 1.22. */
  | "minors"
  /** Installed versions of the platform, and linked names. */
  | "installed"
  | "links"
  /** What has a shim besides go and gofmt. */
  | "tools"
  /** Folders, as the shell completes them. */
  | "folders"
  | "files"
  /** Behind `--`: a program and its words. */
  | "command";

interface KindRow {
  /** What is always offered, first. */
  readonly words?: (ctx: Context) => readonly string[];
  readonly from?: readonly Source[];
}

const newest = ["latest", "stable", "oldstable", "go.mod"];

export const kinds = {
  /** What can be installed. */
  release: { words: () => newest, from: ["releases"] },
  minor: { from: ["minors"] },
  /** What can be chosen. */
  spec: { words: () => [...newest, "system"], from: ["installed"] },
  installed: { from: ["installed"] },
  link: { from: ["links"] },
  goroot: { words: () => ["system"], from: ["installed", "folders"] },
  sources: { words: () => ["tip"], from: ["folders"] },
  tool: { from: ["tools"] },
  program: { words: () => ["go", "gofmt"], from: ["tools"] },
  known: { words: () => knownTools.map(({ name }) => name) },
  platform: { words: (ctx) => platforms(ctx) },
  shell: { words: () => Object.keys(completionScripts) },
  /** Whose start-up files setup knows. */
  login: { words: () => shellNames() },
  /** Who reads what gv env prints. */
  reader: { words: () => ["sh", "fish", "github", "dotenv"] },
  proxy: { words: () => ["cn"] },
  key: { words: () => Object.keys(configKeys) },
  /** Whose Go gv import knows. */
  manager: { words: () => [...managers.map(({ id }) => id), "all"] },
  check: { words: () => [...checks.map(({ id }) => id), "dlv-sign"] },
  stage: { words: () => [...stages.map(({ id }) => id), "own-1"] },
  integration: { words: () => integrations.map(({ name }) => name) },
  folder: { from: ["folders"] },
  start: { words: () => startNames },
  snapshot: { words: () => ["-", ...startNames], from: ["files"] },
  file: { words: () => ["-"], from: ["files"] },
  "--": { words: () => ["--"] },
  command: { from: ["command"] },
  /** Nothing that gv could know. */
  free: {},
} as const satisfies Readonly<Record<string, KindRow>>;

export type Kind = keyof typeof kinds;

/** Those that the newest release in the package is for. */
function platforms(ctx: Context): string[] {
  const version = newestPackaged(ctx);
  return version ? packagedPlatforms(ctx, version).map(formatPlatform).toSorted() : [];
}
