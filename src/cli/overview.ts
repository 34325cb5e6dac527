/**
 * `gv --help`: every command on one screen of 24 lines and 80 columns, by what a person wants, the most used first.
 * What a command takes is in its own --help, and all of that in the man page.
 */
import type { Command } from "commander";

interface Group {
  /** What is wanted. */
  readonly title: string;
  /** Commands that have a line of their own. */
  readonly often: readonly string[];
  /** Those that are named alone. */
  readonly also: readonly string[];
}

/** Each command is in one group. */
export const groups: readonly Group[] = [
  {
    title: "Get a Go",
    often: ["install", "list", "uninstall"],
    also: ["list-remote", "prune", "import", "link", "unlink", "build", "mirror"],
  },
  { title: "Choose one", often: ["use", "local", "global", "current"], also: ["shell", "which", "exec"] },
  { title: "Tools", often: ["tools"], also: ["whence", "rehash"] },
  { title: "Editors and CI", often: ["ide", "check"], also: ["env"] },
  { title: "Something is wrong", often: ["doctor", "verify"], also: ["snapshot"] },
  { title: "gv itself", often: ["setup"], also: ["config", "completions", "cache"] },
];

/** The text, of a command line that has every command. */
export function overview(gv: Command): string {
  const summaries = new Map(gv.commands.map((command) => [command.name(), command.summary()]));
  return [
    "Usage: gv <command> ...   A version manager for Go that proves what it installs\n",
    ...groups.flatMap(({ title, often, also }) => [
      `${title} (also ${also.join(", ")}):`,
      ...often.map((name) => `  ${name.padEnd(11)}${summaries.get(name) ?? ""}`),
    ]),
    "\nMore: gv <command> --help (options, examples); man gv (all of it); gv --version\n",
  ].join("\n");
}
