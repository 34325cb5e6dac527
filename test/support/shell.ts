/**
 * Shells and roots for the tests of shims/: each shell under the name sh, and a root whose versions are
 * scripts that say which one they are. Nothing here needs Node on PATH, or gv to be built.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { type Context, gvVersion, logicalCwd, rootAt } from "../../src/context.ts";
import { shellFiles } from "../../src/setup.ts";
import { confPath, shimConf, type System } from "../../src/shim-conf.ts";
import { usualPatience } from "../../src/patience.ts";
import { bundled } from "../../scripts/source.mjs";
import { type ResolveCase, standard } from "../resolve.cases.ts";
import { isRequired } from "./required.ts";
import { noOrigins } from "./sandbox.ts";

const repository = join(import.meta.dirname, "..", "..");
const nodeSide = await bundled("test/support/node-side.ts", "cjs");

/** Everything that is somebody's /bin/sh, or sources our env file. */
export const shellNames = ["dash", "bash", "busybox", "ksh", "mksh", "yash", "zsh"] as const;
export type ShellName = (typeof shellNames)[number];

/** Where the machine has a program; undefined when it doesn't. */
export function findProgram(name: string): string | undefined {
  const folders = ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Stands for the tests of a shell that isn't here: skipped by name; failed where GV_TEST_REQUIRE says shells. */
export function testsWithout(name: string): void {
  if (isRequired("shells")) it(`needs ${name}`, () => expect.fail(`no ${name} is installed here`));
  else it.skip(`skipped: no ${name}`, () => undefined);
}

/** The shells of this machine, each as a path that ends in /sh: then it behaves as a /bin/sh would. */
export function shellsAsSh(folder: string): { name: ShellName; sh: string | undefined }[] {
  return shellNames.map((name) => {
    const program = findProgram(name);
    if (program === undefined) return { name, sh: undefined };
    const sh = join(folder, "shells", name, "sh");
    mkdirSync(dirname(sh), { recursive: true });
    symlinkSync(program, sh);
    return { name, sh };
  });
}

/** A new folder under its physical path; whoever makes it removes it. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "gv-shell-")));
}

export function removeTree(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Writes a tree: a path ending in a slash is a folder, a content `-> x` a symbolic link to x. */
export function writeTree(top: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(top, path);
    mkdirSync(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (path.endsWith("/")) continue;
    if (content.startsWith("-> ")) symlinkSync(content.slice(3), target);
    else writeFileSync(target, content);
  }
}

export function writeProgram(path: string, text: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** A program that prints its own name, its arguments, and what a shim may change. */
export function teller(name: string): string {
  return `#!/bin/sh
printf '%s' "ran ${name}"
for word do printf ' <%s>' "$word"; done
printf '\\n%s\\n' "GOROOT=\${GOROOT-unset} GV_HOPS=\${GV_HOPS-unset}"
`;
}

export interface RootOptions {
  /** Folders in versions/linux-amd64, each with a teller as bin/go and bin/gofmt. */
  readonly versions: readonly string[];
  /** Tools: version -> names. */
  readonly tools?: Readonly<Record<string, readonly string[]>>;
  /** Names of shims besides go and gofmt. */
  readonly shims?: readonly string[];
  readonly node?: string;
  readonly toolFallback?: boolean;
  /** The system that it was set up on; default: this one. */
  readonly system?: System;
  readonly strict?: boolean;
}

/** A root as setup makes it, with fake versions. */
export function makeRoot(root: string, options: RootOptions): void {
  for (const version of options.versions)
    for (const tool of ["go", "gofmt"])
      writeProgram(join(root, "versions/linux-amd64", version, "bin", tool), teller(`${tool} ${version}`));
  for (const [version, names] of Object.entries(options.tools ?? {}))
    for (const name of names)
      writeProgram(join(root, "tools/linux-amd64", version, "bin", name), teller(`${name} ${version}`));
  mkdirSync(join(root, "lib", gvVersion), { recursive: true });
  for (const name of ["shim.sh", "rehash.sh", "quick.sh"])
    writeFileSync(join(root, "lib", name), readFileSync(join(repository, "shims", name)));
  const ctx = { ...contextFor(root, { cwd: root, env: {} }), node: options.node ?? process.execPath };
  const settings = [
    options.toolFallback === false ? "tool-fallback = false\n" : "",
    options.strict === true ? "strict-pin = true\n" : "",
  ];
  writeFileSync(join(root, "config"), settings.join(""));
  writeFileSync(confPath(ctx), shimConf(ctx, options.system));
  for (const [path, text] of Object.entries(shellFiles(ctx))) writeFileSync(join(root, path), text);
  writeFileSync(join(root, "lib", gvVersion, "gv.cjs"), nodeSide);
  writeProgram(join(root, "bin/gv"), readFileSync(join(repository, "shims/gv.sh"), "utf8"));
  for (const name of ["go", "gofmt", ...(options.shims ?? [])])
    writeProgram(join(root, "shims", name), '#!/bin/sh\n. "${0%/*}/../lib/shim.sh"\n');
}

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** The whole environment; PWD is the cwd where it isn't named. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly onStart?: (pid: number) => void;
  /** Called with all of stdout so far. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a program to its end, with exactly this environment. */
export function run(program: string, words: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const env = { PWD: options.cwd, ...options.env };
    const child = spawn(program, words, { cwd: options.cwd, env, stdio: "pipe" });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      options.onOutput?.(stdout);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    child.stdin.on("error", () => undefined).end(options.input ?? "");
    if (child.pid !== undefined) options.onStart?.(child.pid);
  });
}

/** A Context that reads this root, this environment and this directory as a process there would. */
export function contextFor(root: string, { cwd, env }: RunOptions): Context {
  const silent = { write: () => undefined, isTerminal: false, columns: 80 };
  return {
    env,
    cwd: logicalCwd("PWD" in env ? env["PWD"] : cwd, realpathSync(cwd)),
    home: root,
    loginShell: undefined,
    platform: { os: "linux", arch: "amd64" },
    boot: "this boot",
    kernel: release(),
    root: rootAt(root),
    stdout: silent,
    stderr: silent,
    now: Date.now,
    signal: new AbortController().signal,
    umask: 0o022,
    node: process.execPath,
    isStandalone: false,
    uid: process.getuid?.(),
    program: repository,
    origins: noOrigins,
    patience: usualPatience,
    system: "/",
  };
}

/** Where a row of the table takes place. */
export interface Scene extends RunOptions {
  /** The folder that the row's paths start from. */
  readonly top: string;
  readonly root: string;
}

/** Makes the scene of each row once; rows that change nothing in the root share one. */
export class Scenes {
  readonly #folders: string[] = [];
  readonly #scenes = new Map<ResolveCase, Scene>();
  #shared: string | undefined;

  of(row: ResolveCase): Scene {
    const known = this.#scenes.get(row);
    if (known) return known;
    const isOwn =
      row.installed !== undefined || Object.keys(row.files ?? {}).some((path) => path.startsWith("root/"));
    const top = isOwn ? this.withRoot(row.installed) : this.#newFolder();
    const home = isOwn ? top : (this.#shared ??= this.withRoot(undefined));
    const cwd = join(top, row.cwd ?? "p");
    writeTree(top, row.files ?? {});
    mkdirSync(cwd, { recursive: true });
    const own = Object.entries(row.env ?? {}).map(([name, value]) => [name, value.replace("<top>", top)]);
    const path = [join(home, "root/shims"), join(home, "sys/bin"), "/usr/bin", "/bin"];
    const env = { PATH: path.join(":"), PWD: cwd, ...Object.fromEntries(own) };
    const scene = { top: row.origin.startsWith("root/") ? home : top, root: join(home, "root"), cwd, env };
    this.#scenes.set(row, scene);
    return scene;
  }

  /** A folder with a root, and a system's go in sys/bin. */
  withRoot(versions: readonly string[] = standard): string {
    const top = this.#newFolder();
    const names = ["go1.22.5", "go1.22.9", "go1.20", "go1.21.0", "go1.23rc1"];
    makeRoot(join(top, "root"), { versions, shims: names });
    writeProgram(join(top, "sys/bin/go"), teller("go system"));
    return top;
  }

  remove(): void {
    this.#folders.forEach(removeTree);
  }

  #newFolder(): string {
    const folder = temporaryFolder();
    this.#folders.push(folder);
    return folder;
  }
}

/** True where there is an strace that may trace. */
export function canTrace(): boolean {
  const strace = findProgram("strace");
  return strace !== undefined && spawnSync(strace, ["-f", "/bin/true"]).status === 0;
}
