/**
 * A home that `gv setup` has been run in, and what a program that is started there sees of go.
 *
 * Another go stands first on the PATH that every start begins with: "not found" finds that one. Which start-up files
 * were read is told by the files themselves: each begins with a line that adds its name to READ.
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";

import { expect } from "vitest";

import { entry, hostFolder } from "./scene.ts";
import { findProgram, type Ran, temporaryFolder, writeProgram } from "./shell.ts";

export type Environment = Readonly<Record<string, string>>;

export interface Home {
  /** The folder of everything; for whoever made it to remove. */
  readonly top: string;
  readonly path: string;
  readonly root: string;
  /** What a daemon or a desktop would start a program with: nothing of any profile. */
  readonly env: Environment;
  /** The line that asks for go; `out` (` >>file`): where each answer goes. */
  readonly line: (out?: string) => string;
  /** The same by a script of sh, for what can start a program and nothing else. */
  readonly asks: string;
}

/** What a started program finds. */
export interface Seen {
  /** `command -v go`, and what `go version` prints. */
  readonly go: string;
  readonly version: string;
  readonly path: readonly string[];
  /** Start-up files, in the order that they were read; relative to the home. */
  readonly read: readonly string[];
}

/** Every shell that gv has start-up files for. */
export const setupShells = ["bash", "zsh", "fish", "ksh", "mksh", "yash", "dash"] as const;

/** Without this folder a first fish at a terminal goes through all manual pages, behind its prompt. */
const fishHasCompletions = ".local/share/fish/generated_completions/.keep";

export interface HomeOptions {
  readonly files?: Readonly<Record<string, string>>;
  /** Those that gv sets up; it is typed in the first. */
  readonly shells?: readonly string[];
  /** What that shell has exported then. */
  readonly env?: Environment;
}

/** A home where `gv setup` was typed, and Go 1.22.5. */
export async function makeHome({
  files = {},
  shells = setupShells,
  env = {},
}: HomeOptions = {}): Promise<Home> {
  const top = temporaryFolder();
  const path = join(top, "home");
  const root = join(path, ".gv");
  for (const [name, text] of Object.entries({ [fishHasCompletions]: "", ...files })) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  writeProgram(join(top, "other/go"), "#!/bin/sh\necho the other go\n");
  const look = writeProgram(
    join(top, "look"),
    `#!/bin/sh\nprintf 'PATH=%s\\nREAD=%s\\n' "$PATH" "\${READ-}"\n`,
  );
  const line = (out = "") => ["command -v go", "go version", look].map((word) => word + out).join("; ");
  const home: Home = {
    top,
    path,
    root,
    line,
    asks: writeProgram(join(top, "asks"), `#!/bin/sh\n${line()}\n`),
    env: {
      HOME: path,
      PATH: `${top}/other:/usr/bin:/bin`,
      LC_ALL: "C.UTF-8",
      SHELL: findProgram(shells[0] ?? "") ?? "/bin/sh",
    },
  };
  await setUp(home, shells, env);
  writeProgram(join(root, "versions", hostFolder, "1.22.5/bin/go"), "#!/bin/sh\necho go version go1.22.5\n");
  writeFileSync(join(root, "version"), "1.22.5\n");
  markFiles(home);
  return home;
}

/** Types `gv setup` in the first of these shells, for all of them. */
export async function setUp(home: Home, shells: readonly string[], env: Environment = {}): Promise<void> {
  const rest = shells.length > 1 ? `--shell ${shells.join(" ")}` : "";
  const words = [home.env["SHELL"] ?? "sh", "-c", `'${process.execPath}' '${entry}' setup -q ${rest}`];
  expect(await launch(words, home.top, { ...home.env, ...env })).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "",
  });
}

/** The files that have gv's line, by gv's own record. */
export function profilesOf({ path, root }: Home): { readonly path: string; readonly name: string }[] {
  const lines = readFileSync(join(root, "profiles"), "utf8").split("\n").filter(Boolean);
  return lines.filter((file) => existsSync(file)).map((file) => ({ path: file, name: relative(path, file) }));
}

/** Each start-up file begins by saying that it is read. */
function markFiles(home: Home): void {
  for (const { path, name } of profilesOf(home)) {
    const mark = name.endsWith(".fish")
      ? `set -gx READ "$READ ${name}"\n`
      : `READ="\${READ-} ${name}"; export READ\n`;
    writeFileSync(path, mark + readFileSync(path, "utf8"));
  }
}

/** Writes on behind gv's line, as people and installers do: PATH anew. */
export function overwritePath(home: Home): void {
  for (const { path, name } of profilesOf(home))
    appendFileSync(path, name.endsWith(".fish") ? "set -gx PATH /usr/bin /bin\n" : "PATH=/usr/bin:/bin\n");
}

/** Words before a command that make it one that a terminal starts, whose shell has read its profiles. */
export const fromTerminal = ["/bin/bash", "-ic", 'unset READ; exec "$@"', "bash"] as const;

/** Starts it with exactly this environment, in a session of its own: no terminal is in reach. Ends it after 20 s. */
export function launch(words: readonly string[], cwd: string, env: Environment): Promise<Ran> {
  const [program = "", ...rest] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const stop = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), 20_000);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(stop);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** What the line printed; what a profile said before it is passed over. */
export function seenBy({ stdout, stderr }: Ran): Seen {
  const lines = stdout.replaceAll("\r", "").split("\n");
  const valueOf = (name: string) => lines.findLast((line) => line.startsWith(name))?.slice(name.length);
  const [path, read] = [valueOf("PATH="), valueOf("READ=")];
  if (path === undefined || read === undefined) throw new Error(`it never looked:\n${stdout}\n${stderr}`);
  return {
    go: lines.findLast((line) => /^\/.*\/go$/.test(line)) ?? "",
    version: lines.findLast((line) => /^(?:go version|the other)/.test(line)) ?? "",
    path: path.split(":"),
    read: read.split(" ").filter(Boolean),
  };
}
