/**
 * The pre-commit hook that runs `gv check`.
 *
 * Guarantees: a hook that is there is never touched, and nothing is written where another program has a repository's
 * hooks (the table below): then the lines to add are told. What is taken out is what gv wrote, byte for byte.
 */
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { pathFrom } from "../context.ts";
import type { Machine } from "../doctor/machine.ts";
import { GvError } from "../errors.ts";
import { setMode } from "../files.ts";
import { isExecutable, onPath } from "../on-path.ts";
import { isGone, statOf, textOf } from "../read.ts";
import { quote } from "../shim-conf.ts";
import { changeFile } from "../user-file.ts";
import { git, repositoryTop } from "./facts.ts";

/** Who has a repository's hooks, and what to add there. */
interface Manager {
  readonly name: string;
  /** The file that the lines belong into; undefined where this one has not the hooks. */
  readonly find: (at: Repository) => string | undefined;
  /** `line` is sh, and needs no PATH; it is no use in a file that others share. */
  readonly lines: (line: string, file: string) => readonly string[];
}

interface Repository {
  readonly top: string;
  /** The hooks of all its working trees; of a submodule its own. */
  readonly hooks: string;
  /** core.hooksPath, where that is another folder. */
  readonly hooksPath: string | undefined;
}

/** In the order in which they are asked: husky sets core.hooksPath, too. */
const managers: readonly Manager[] = [
  {
    name: "husky",
    find: ({ top, hooksPath }) => {
      const isInstalled = /\/\.husky(?:\/_)?\/?$/.test(hooksPath ?? "");
      const isThere = statOf(join(top, ".husky"))?.isDirectory() === true;
      return isInstalled || isThere ? join(top, ".husky", "pre-commit") : undefined;
    },
    lines: () => ["gv check"],
  },
  {
    name: "pre-commit",
    find: ({ top }) => {
      const file = join(top, ".pre-commit-config.yaml");
      return statOf(file) === undefined ? undefined : file;
    },
    lines: () => [
      "  - repo: local",
      "    hooks:",
      "      - id: gv-check",
      "        name: gv check",
      "        entry: gv check",
      "        language: system",
      "        pass_filenames: false",
      "        always_run: true",
    ],
  },
  {
    name: "core.hooksPath",
    find: ({ hooksPath }) => hooksPath && join(hooksPath, "pre-commit"),
    lines: (line, file) => (isGone(file) ? ["#!/bin/sh", line, `then: chmod +x ${quote(file)}`] : [line]),
  },
];

/** Writes the hook, and gives what there is to say. Throws HOOK_TAKEN with the lines to add; as repositoryHere does. */
export async function installHook(machine: Machine): Promise<string> {
  const repository = await repositoryHere(machine);
  const launcher = join(machine.ctx.root.bin, "gv");
  const line = `${quote(launcher)} check || exit`;
  for (const { name, find, lines } of managers) {
    const file = find(repository);
    if (file === undefined) continue;
    if (runsCheck(file)) return `${file} runs gv check already`;
    throw new GvError("HOOK_TAKEN", `${name} has the hooks of this repository`, {
      hint: [`nothing was written; add to ${file}`, ...lines(line, file)].join("\n"),
    });
  }
  const path = join(repository.hooks, "pre-commit");
  const text = hookText(launcher);
  if (isGone(path)) changeFile(path, undefined, Buffer.from(text));
  else if (!isOurs(path, text)) {
    if (runsCheck(path)) return `${path} runs gv check already`;
    throw new GvError("HOOK_TAKEN", `there is a hook already: ${path}`, {
      hint: `it was left as it is; add to it, before any exit\n${line}`,
    });
  } else if (isExecutable(path)) return `${path} is there already`;
  setMode(path, 0o755);
  return (
    `git runs gv check before each commit now, by ${path}\n` +
    "to commit without it: git commit --no-verify   to take it out: gv check --uninstall-hook"
  );
}

/** Takes out the hook that gv wrote, and gives what there is to say. Throws HOOK_TAKEN for another one. */
export async function uninstallHook(machine: Machine): Promise<string> {
  const { hooks } = await repositoryHere(machine);
  const path = join(hooks, "pre-commit");
  if (isGone(path)) return `there is no hook of gv's: ${path} isn't there`;
  const text = hookText(join(machine.ctx.root.bin, "gv"));
  if (!isOurs(path, text))
    throw new GvError("HOOK_TAKEN", `${path} is not as gv wrote it`, {
      hint: "it was left as it is; take the line of gv check out of it by hand",
    });
  changeFile(path, Buffer.from(text), undefined);
  return `${path} is taken out`;
}

/** Throws NO_SUCH_TOOL without git, BAD_ARGUMENT outside a working tree. */
async function repositoryHere(machine: Machine): Promise<Repository> {
  const { ctx } = machine;
  if (onPath(ctx, "git") === undefined)
    throw new GvError("NO_SUCH_TOOL", "there is no git on PATH", { hint: "install git, then type it again" });
  if ((await git(machine, "rev-parse", "--is-bare-repository"))?.trim() === "true")
    throw new GvError("BAD_ARGUMENT", "this is a bare repository: nobody commits in it", {
      hint: "go to a working tree of it, or make one: git worktree add ../work",
    });
  const top = await repositoryTop(machine);
  if (top === undefined)
    throw new GvError("BAD_ARGUMENT", "this is no working tree of git", {
      hint: "go to one, or make one: git init",
    });
  const common = await git(machine, "rev-parse", "--git-common-dir");
  const hooks = join(pathFrom(ctx.cwd, withoutEnd(common) || ".git"), "hooks");
  // --type=path has ~ written out.
  const said = withoutEnd(await git(machine, "config", "--type=path", "--get", "core.hooksPath"));
  const hooksPath = said === "" ? undefined : pathFrom(top, said);
  return { top, hooks, hooksPath: hooksPath === hooks ? undefined : hooksPath };
}

function withoutEnd(printed: string | undefined): string {
  return printed?.replace(/\n$/, "") ?? "";
}

/** Whether a hook has a line that runs gv check. */
function runsCheck(file: string): boolean {
  return /^[^#\n]*\bgv["']? check\b/m.test(textOf(file) ?? "");
}

/** A hook that finds gv by its path, since a desktop's git has no profile's PATH, and that stops nobody where gv is gone. */
function hookText(launcher: string): string {
  const gv = quote(launcher);
  return `#!/bin/sh
# gv check --install-hook wrote this; gv check --uninstall-hook takes it out.
[ -x ${gv} ] && exec ${gv} check
echo "gv: there is no "${gv}" any more: nothing was checked, and the commit goes on" >&2
echo "    to take this hook out: rm '$0'" >&2
`;
}

/** True for the file itself, not for a link to one. */
function isOurs(path: string, text: string): boolean {
  try {
    return lstatSync(path).isFile() && readFileSync(path).equals(Buffer.from(text));
  } catch {
    return false;
  }
}
