/**
 * Which start-up files each shell reads, and in which of them gv's line stands so that every start finds go.
 *
 * Facts: the shells' own manuals ("Invocation", "Startup/Shutdown Files"); test/shell/launch.test.ts starts each of
 * them in each way. docs/shells.md has the table that it prints.
 */
import { isAbsolute, join } from "node:path";

import { configFolder } from "./goenv.ts";
import { quote } from "./shim-conf.ts";

/** What the places of start-up files depend on. */
export interface Home {
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In Go's names: darwin. */
  readonly os: string;
  readonly has: (path: string) => boolean;
}

/** The files of the root that a profile may source; fish has them with its name behind. */
export type Sourced = "env" | "hook";

export interface Shell {
  /** Names of the program. */
  readonly names: readonly string[];
  /** The files that get gv's line, whether they are there or not. Absolute paths. */
  readonly files: (home: Home) => readonly string[];
  /** Files that tell that somebody uses this shell, whatever the login shell is. */
  readonly signs: (home: Home) => readonly string[];
  /** What its files get: the line that sources env, or the hook. */
  readonly line: (root: string, home: string, what: Sourced) => string;
  /** What the shell does where it finds no such file of its own: one that gv makes does that first. */
  readonly instead?: (file: string) => string | undefined;
}

/** A shell whose profiles gv doesn't edit: what to put where, for a person to do. */
export interface OtherShell {
  readonly names: readonly string[];
  readonly file: (home: Home) => string;
  readonly line: (root: string) => string;
}

const within =
  (...names: readonly string[]) =>
  ({ path }: Home): string[] =>
    names.map((name) => join(path, name));

/** The first that is there, else the last: a login shell that finds one of them reads no other. */
const firstOf = (home: Home, ...names: readonly string[]): string =>
  within(...names)(home).find(home.has) ?? join(home.path, names.at(-1) ?? "");

/** $ENV, which interactive POSIX shells expand and read (XCU 2.5.3), where it names a file of this home. */
const envFile = ({ path, env }: Home): string[] => {
  const file = (env["ENV"] ?? "").replace(/^\$(?:HOME|\{HOME\})\//, `${path}/`);
  return isAbsolute(file) && join(file).startsWith(`${path}/`) ? [join(file)] : [];
};

const zshFolder = ({ path, env }: Home): string =>
  env["ZDOTDIR"] && isAbsolute(env["ZDOTDIR"]) ? env["ZDOTDIR"] : path;

/** As nushell's `$nu.default-config-dir`: without XDG_CONFIG_HOME the folder that the system has for it. */
const nuFolder = ({ path, env, os }: Home): string =>
  os === "darwin" && !isAbsolute(env["XDG_CONFIG_HOME"] ?? "")
    ? join(path, "Library", "Application Support")
    : configFolder(path, env);

/** One row a shell. */
export const shells: readonly Shell[] = [
  {
    names: ["bash"],
    // A .bash_profile that gv made would hide the .profile that is there.
    files: (home) => [firstOf(home, ".bash_profile", ".bash_login", ".profile"), ...within(".bashrc")(home)],
    signs: within(".bashrc", ".bash_profile", ".bash_login"),
    line: shLine,
  },
  {
    names: ["zsh"],
    // .zshenv for every start; the others again, since what is read in between reorders PATH: /etc/zprofile on macOS
    // (path_helper), and what the user's own files add.
    files: (home) => {
      const own = join(home.path, ".zshenv"); // Where that sets ZDOTDIR, zsh begins with it.
      const folder = zshFolder(home);
      return [
        home.has(own) ? own : join(folder, ".zshenv"),
        join(folder, ".zprofile"),
        join(folder, ".zshrc"),
        ...[join(folder, ".zlogin")].filter(home.has),
      ];
    },
    signs: (home) => [".zshenv", ".zprofile", ".zshrc"].map((name) => join(zshFolder(home), name)),
    line: shLine,
  },
  {
    names: ["fish"],
    files: (home) => [join(configFolder(home.path, home.env), "fish", "config.fish")],
    // Its folder may be one that gv made; fish itself makes the other file.
    signs: (home) =>
      ["config.fish", "fish_variables"].map((name) => join(configFolder(home.path, home.env), "fish", name)),
    line: fishLine,
  },
  {
    names: ["ksh", "ksh93"],
    // The last one is read where ENV isn't set.
    files: (home) => [...within(".profile")(home), ...envFile(home), ...within(".kshrc")(home)],
    signs: within(".kshrc"),
    line: shLine,
  },
  {
    names: ["mksh"],
    files: (home) => [...within(".profile")(home), ...envFile(home), ...within(".mkshrc")(home)],
    signs: within(".mkshrc"),
    line: shLine,
  },
  {
    names: ["yash"],
    files: within(".yash_profile", ".yashrc"),
    signs: within(".yash_profile", ".yashrc"),
    line: shLine,
    instead: (file) =>
      file.endsWith("/.yashrc") ? "command . --autoload initialization/default" : undefined,
  },
  {
    names: ["sh", "dash", "ash", "busybox"],
    files: (home) => [...within(".profile")(home), ...envFile(home)],
    signs: within(".profile"),
    line: shLine,
  },
];

export const otherShells: readonly OtherShell[] = [
  {
    names: ["nu"],
    file: (home) => join(nuFolder(home), "nushell", "config.nu"),
    line: (root) =>
      `$env.PATH = ($env.PATH | split row (char esep) | prepend [${[join(root, "shims"), join(root, "bin")].map((path) => JSON.stringify(path)).join(" ")}])`,
  },
  {
    names: ["pwsh"],
    file: (home) => join(configFolder(home.path, home.env), "powershell", "profile.ps1"),
    line: (root) =>
      `$env:PATH = '${`${join(root, "shims")}:${join(root, "bin")}:`.replaceAll("'", "''")}' + $env:PATH`,
  },
  {
    names: ["tcsh", "csh"],
    file: (home) => firstOf(home, ".tcshrc", ".cshrc"),
    line: (root) => `setenv PATH ${quote(join(root, "shims"))}:${quote(join(root, "bin"))}":$PATH"`,
  },
];

/** The shells that somebody uses: those named (by path or name), and those whose own files are there. */
export function shellsInUse(home: Home, named: readonly string[]): Shell[] {
  const names = new Set(named.map(nameOf));
  return shells.filter(
    (shell) => shell.names.some((name) => names.has(name)) || shell.signs(home).some(home.has),
  );
}

/** Those that gv doesn't edit, in the same way. */
export function otherShellsInUse(home: Home, named: readonly string[]): OtherShell[] {
  const names = new Set(named.map(nameOf));
  return otherShells.filter(
    (shell) => shell.names.some((name) => names.has(name)) || home.has(shell.file(home)),
  );
}

/** Every name that a person may call a shell by. */
export function shellNames(): string[] {
  return [...shells, ...otherShells].flatMap(({ names }) => names);
}

function nameOf(shell: string): string {
  return shell.slice(shell.lastIndexOf("/") + 1).replace(/^-/, "");
}

/** What a POSIX shell runs: nothing happens where the root is gone, `set -e` or not. */
function shLine(root: string, home: string, what: Sourced): string {
  const file = fromHome(join(root, what), home, quote);
  return `[ ! -r ${file} ] || . ${file}`;
}

function fishLine(root: string, home: string, what: Sourced): string {
  const file = fromHome(join(root, `${what}.fish`), home, quoteFish);
  return `test -r ${file}; and source ${file}`;
}

/** A path as a word of the shell; below the home by $HOME, so that the file may be shared between machines. */
function fromHome(path: string, home: string, quoted: (word: string) => string): string {
  if (!path.startsWith(`${home}/`)) return quoted(path);
  const rest = path.slice(home.length + 1);
  return /^[\w./+-]+$/.test(rest) ? `"$HOME/${rest}"` : `"$HOME"/${quoted(rest)}`;
}

/** A word of fish, quoted: there a backslash counts within single quotes, too. */
export function quoteFish(word: string): string {
  return `'${word.replaceAll(/[\\']/g, "\\$&")}'`;
}
