/**
 * A home of its own for one test: a Context on it for calls, and the built program for whole runs.
 * Nothing of the machine's settings gets in: no GOPROXY, no go/env file, no Go on PATH.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import process from "node:process";

import { onTestFinished } from "vitest";

import {
  type Context,
  type Environment,
  officialOrigins,
  type Origins,
  type Output,
  rootAt,
} from "../../src/context.ts";
import { usualPatience } from "../../src/patience.ts";
import { platformOfNode } from "../../src/platform.ts";

export const distFolder = join(import.meta.dirname, "..", "..", "dist");

/** Programs that a shell or a script may need, without any Go or Node among them. */
export const basicPath = "/usr/bin:/bin";

/** No server of Go's own is asked by a test. */
export const noOrigins: Origins = { ...officialOrigins, toolchains: [], sumdb: [], downloads: [] };

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Sandbox {
  readonly home: string;
  /** $GV_ROOT. */
  readonly root: string;
  /** A project folder, the working directory of what is run. */
  readonly project: string;
  readonly env: Environment;
  context(overrides?: Partial<Context>): Context & { readonly out: () => string; readonly err: () => string };
  /** Writes a file (relative to the project, or by its whole path), with its folders. */
  write(path: string, text: string | Uint8Array, mode?: number): string;
  /** Runs the built gv with this Node. */
  gv(words: readonly string[], options?: RunOptions): Promise<Ran>;
  run(program: string, words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Every path below the root, relative and sorted; folders end in a slash. */
  listing(): string[];
}

export interface RunOptions {
  readonly env?: Environment;
  readonly cwd?: string;
  readonly input?: string;
  /** Called with the process's id once it runs. */
  readonly onStart?: (pid: number) => void;
}

/** A sandbox in the folder `within`, which is removed when the test is over. */
export function sandbox(settings: Environment = {}, within = tmpdir()): Sandbox {
  const folder = realpathSync(mkdtempSync(join(within, "gv-test-")));
  // A go that a test has run may still write its telemetry there, in a process of its own that it doesn't wait for.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  const [home, root, project] = [join(folder, "home"), join(folder, "root"), join(folder, "project")];
  const temporary = join(folder, "tmp");
  for (const path of [home, project, temporary]) mkdirSync(path);
  const fixed = { HOME: home, GV_ROOT: root, TMPDIR: temporary, PATH: basicPath, LC_ALL: "C.UTF-8" };
  const env: Environment = { ...fixed, ...settings };

  function run(program: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, words, {
        cwd: options.cwd ?? project,
        env: { ...env, ...options.env },
        stdio: ["pipe", "pipe", "pipe"],
      });
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
      child.stdin.on("error", () => undefined).end(options.input ?? "");
      if (child.pid !== undefined) options.onStart?.(child.pid);
    });
  }

  return {
    home,
    root,
    project,
    env,
    run,
    gv: (words, options) => run(process.execPath, [join(distFolder, "gv.cjs"), ...words], options),
    context(overrides = {}) {
      const [stdout, stderr] = [collector(), collector()];
      const context: Context = {
        env,
        cwd: project,
        home,
        loginShell: undefined,
        platform: platformOfNode(process.platform, process.arch),
        kernel: release(),
        boot: "this boot",
        root: rootAt(root),
        stdout,
        stderr,
        now: Date.now,
        signal: new AbortController().signal,
        umask: 0o022,
        node: process.execPath,
        isStandalone: false,
        uid: process.getuid?.(),
        program: distFolder,
        origins: noOrigins,
        patience: usualPatience,
        system: "/",
        ...overrides,
      };
      return { ...context, out: () => stdout.text, err: () => stderr.text };
    },
    write(path, text, mode) {
      const target = isAbsolute(path) ? path : join(project, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      if (mode !== undefined) chmodSync(target, mode);
      return target;
    },
    listing: () => listTree(root),
  };
}

function collector(): Output & { text: string } {
  return {
    text: "",
    write(text) {
      this.text += text;
    },
    isTerminal: false,
    columns: 80,
  };
}

/** Every path below a folder, relative and sorted; folders end in a slash. */
export function listTree(folder: string, prefix = ""): string[] {
  let entries;
  try {
    entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .flatMap((entry) => {
      const path = prefix + entry.name;
      return entry.isDirectory() ? [`${path}/`, ...listTree(folder, `${path}/`)] : [path];
    })
    .toSorted();
}
