/**
 * Context: everything gv takes from the process it runs in, as one value that is passed along.
 *
 * Guarantees: this is the only file that reads `process`; nothing in gv changes the environment or the
 * working directory. A test makes a Context of its own (temporary home, local servers) and needs no mock.
 * It takes the global `process`: a default import of node:process reads each of its properties first, 0.5 ms.
 */
import { existsSync, readFileSync, statSync, writeSync } from "node:fs";
import { homedir, release, userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";

import { GvError, systemCode } from "./errors.ts";
import { archOf, hostPlatform } from "./host.ts";
import { type Patience, usualPatience } from "./patience.ts";
import { type Platform, platformFolder } from "./platform.ts";

/** The version of gv itself; a test holds it equal to package.json. */
export const gvVersion = "0.1.0";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where text goes: a stream, or a string that a test collects. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in columns; 80 where there is no terminal. */
  readonly columns: number;
}

/** The names of gv's folders and files under $GV_ROOT (docs/architecture.md, "On disk"). */
export interface Root {
  readonly path: string;
  readonly bin: string;
  readonly lib: string;
  readonly shims: string;
  /** What env and env.fish have the shells load at a TAB. */
  readonly completions: string;
  readonly cache: string;
  readonly sumdb: string;
  readonly staging: string;
  /** Marks of versions that may not be on disk yet (unsynced.ts). */
  readonly unsynced: string;
  /** Folders that asked for a version (projects.ts). */
  readonly projects: string;
  /** What the user's own files were before setup changed them. */
  readonly backups: string;
  /** What builds from source printed. */
  readonly logs: string;
  readonly globalVersion: string;
  versions(platform: Platform): string;
  tools(platform: Platform): string;
  receipts(platform: Platform): string;
}

export interface Context {
  readonly env: Environment;
  /** $PWD where it names the working directory (links kept, as sh does), else the physical path, else `.`. */
  readonly cwd: string;
  readonly home: string;
  /** The shell that the system starts for this user; undefined where it doesn't say. */
  readonly loginShell: string | undefined;
  /** The platform Go programs run on here (host.ts). */
  readonly platform: Platform;
  /** The running kernel's version, as `uname -r` prints it. */
  readonly kernel: string;
  /** Tells this run of the system from the one before its last start; empty where the system doesn't tell. */
  readonly boot: string;
  readonly root: Root;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborted by SIGINT, SIGTERM and SIGHUP from the first time it is asked for: whoever holds something lets go of it and stops. */
  readonly signal: AbortSignal;
  /** The process's file mode creation mask. */
  readonly umask: number;
  /** Path of the running Node, recorded by setup for the launcher. */
  readonly node: string;
  /** Whether that Node is a standalone gv: gv's own files are in it, and it runs nothing but gv. */
  readonly isStandalone: boolean;
  readonly uid: number | undefined;
  /** The folder of gv itself: the bundle's files, and shims/. */
  readonly program: string;
  /** Where Go itself publishes: the two addresses of each that `direct` stands for. */
  readonly origins: Origins;
  /** How long the network may take. */
  readonly patience: Patience;
  /** Called when a server answers: who would ask another one meanwhile (in-turn.ts) doesn't then. */
  readonly onAnswer?: () => void;
  /** Where the system's own files are (/proc, /etc, /Library), which gv only reads: `/`; a test has its own. */
  readonly system: string;
}

/** Base addresses, in the order they are tried; tests name local servers here. */
export interface Origins {
  /** GOPROXY-shaped servers of golang.org/toolchain alone (cmd/golangorg's `go-import` for it). */
  readonly toolchains: readonly string[];
  /** Where sum.golang.org answers. */
  readonly sumdb: readonly string[];
  /** Where the archives of releases are, and their index (`/?mode=json`). */
  readonly downloads: readonly string[];
  /** Who signs the archives: the fingerprint of the primary key, in upper-case hex. */
  readonly signer: string;
}

/** "Google Inc. (Linux Packages Signing Authority)" is the signer: https://www.google.com/linuxrepositories/. */
export const officialOrigins: Origins = {
  toolchains: ["https://go.dev/dl/mod", "https://golang.google.cn/dl/mod"],
  sumdb: ["https://sum.golang.org", "https://sum.golang.google.cn"],
  downloads: ["https://go.dev/dl", "https://golang.google.cn/dl"],
  signer: "EB4C1BFD4F042F6DDDCCEC917721F63BD38B4796",
};

/** The layout of one root. `path` is absolute. */
export function rootAt(path: string): Root {
  return {
    path,
    bin: join(path, "bin"),
    lib: join(path, "lib"),
    shims: join(path, "shims"),
    completions: join(path, "lib", "completions"),
    cache: join(path, "cache"),
    sumdb: join(path, "sumdb"),
    staging: join(path, "staging"),
    unsynced: join(path, "unsynced"),
    projects: join(path, "projects"),
    backups: join(path, "backups"),
    logs: join(path, "logs"),
    globalVersion: join(path, "version"),
    versions: (platform) => join(path, "versions", platformFolder(platform)),
    tools: (platform) => join(path, "tools", platformFolder(platform)),
    receipts: (platform) => join(path, "receipts", platformFolder(platform)),
  };
}

/**
 * $GV_ROOT, else the root that `program`, the folder of this gv, was set up in, else ~/.gv. A relative
 * $GV_ROOT is kept as it is: files.ts refuses to write to it.
 */
export function rootPath(env: Environment, home: string, program: string): string {
  if (env["GV_ROOT"]) return env["GV_ROOT"];
  const above = dirname(dirname(program));
  const isSetUpThere =
    program === join(above, "lib", gvVersion) && existsSync(join(above, "lib", "shim.conf"));
  return isSetUpThere ? above : join(home, ".gv");
}

/** $PWD when it names the same directory as `physical`, as POSIX sh decides it (XCU 2.5.3), else `physical`. */
export function logicalCwd(pwd: string | undefined, physical: string): string {
  if (pwd === undefined || !isAbsolute(pwd) || pwd.split("/").some((part) => part === "." || part === ".."))
    return physical;
  try {
    const [a, b] = [statSync(pwd), statSync(physical)];
    return a.dev === b.dev && a.ino === b.ino ? pwd : physical;
  } catch {
    return physical;
  }
}

/**
 * A stream of the process as an Output. It is written to by its descriptor: making a stream of it takes
 * Node 3 ms, so that is left to those who ask whether it is a terminal, and to a pipe that is full.
 */
function output(fd: 1 | 2): Output {
  const stream = (): NodeJS.WriteStream => (fd === 1 ? process.stdout : process.stderr);
  let isStream = false;
  return {
    write(text) {
      const bytes = Buffer.from(text);
      let at = 0;
      try {
        if (!isStream) while (at < bytes.length) at += writeSync(fd, bytes, at);
      } catch (error) {
        const code = systemCode(error);
        if (code === "EPIPE") return; // A reader that went away (gv list | head) is no error of ours.
        if (code !== "EAGAIN")
          throw new GvError("NOT_WRITABLE", `the output can't be written (${code ?? "no reason given"})`, {
            hint: "is the disk full that it goes to? send it elsewhere, such as to a file: ... >file",
            cause: error,
          });
        isStream = true;
        stream().on("error", () => undefined);
      }
      if (at < bytes.length) stream().write(bytes.subarray(at));
    },
    get isTerminal() {
      return stream().isTTY;
    },
    get columns() {
      return stream().columns || 80; // A terminal may say 0.
    },
  };
}

/** The Context of this process, whose bundle is in the folder `program`. */
export function processContext(program: string): Context {
  const { env } = process;
  const home = env["HOME"] || homedir();
  const physical = workingDirectory();
  return {
    env,
    cwd: logicalCwd(env["PWD"], physical),
    home,
    get loginShell() {
      return loginShell();
    },
    get platform() {
      return (platform ??= hostPlatform({
        os: process.platform,
        arch: process.arch,
        shell: () => archOf("/bin/sh"),
        sysctl,
      }));
    },
    kernel: release(),
    get boot() {
      return bootId();
    },
    root: rootAt(rootPath(env, home, program)),
    stdout: output(1),
    stderr: output(2),
    now: Date.now,
    get signal() {
      return (signal ??= interruptSignal());
    },
    umask: process.umask(),
    node: process.execPath,
    get isStandalone() {
      return process.getBuiltinModule("node:sea").isSea();
    },
    uid: process.getuid?.(),
    program,
    origins: officialOrigins,
    patience: usualPatience,
    system: "/",
  };
}

let platform: Platform | undefined;
let signal: AbortSignal | undefined;

/** The shell in the user's entry of passwd. */
function loginShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined; // A container's user may have no entry.
  }
}

/** What macOS says of itself; nothing where it doesn't know the name. */
function sysctl(name: string): string {
  const { spawnSync } = process.getBuiltinModule("node:child_process"); // Loading it takes 4 ms, and few need it.
  return spawnSync("/usr/sbin/sysctl", ["-in", name], { encoding: "utf8" }).stdout ?? "";
}

/** Linux makes a random one at each start, and so does macOS. */
function bootId(): string {
  if (process.platform === "darwin") return sysctl("kern.bootsessionuuid").trim();
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return "";
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let interruptedBy: NodeJS.Signals | undefined;
let receiver: ((name: NodeJS.Signals) => void) | undefined;

/**
 * From the first time that somebody asks for it, signals abort it instead of ending the process. The handlers
 * stay: where there are none besides its own, a library (signal-exit) would end the process at once.
 */
function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  for (const name of signals)
    process.on(name, () => {
      if (receiver) return receiver(name);
      if (interruptedBy) return endBy(name); // Whoever asks twice won't wait.
      interruptedBy = name;
      interrupt.abort(new GvError("INTERRUPTED", "interrupted"));
    });
  return interrupt.signal;
}

/** Until the answer is called, signals go to `receive` alone: gv neither stops nor ends by them. */
export function divertSignals(receive: (name: NodeJS.Signals) => void): () => void {
  signal ??= interruptSignal();
  receiver = receive;
  return () => (receiver = undefined);
}

/** Ends this process as the signal does that nobody handles: now, not when the handlers are asked. */
function endBy(name: NodeJS.Signals): void {
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}

/** The absolute path of what was typed. Throws NOT_READABLE for a relative one where `cwd` has no path. */
export function pathFrom(cwd: string, path: string): string {
  if (isAbsolute(cwd) || isAbsolute(path)) return resolve(cwd, path);
  throw new GvError("NOT_READABLE", `the current directory has no path that "${path}" could start from`, {
    hint: "it was deleted, or its name is not UTF-8: name an absolute path, or go elsewhere first: cd ~",
  });
}

/** The working directory; `.` where Node has no path for it: it has been deleted, or its name isn't UTF-8. */
function workingDirectory(): string {
  try {
    const path = process.cwd();
    return existsSync(path) ? path : ".";
  } catch {
    return ".";
  }
}

/** The id of this process. */
export const ownId = process.pid;

/** Whether a process of this number lives here, whoever's it is. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) !== "ESRCH";
  }
}

/** Sends a signal to a group of processes, by the number of its first one; fine where none of it lives any more. */
export function signalGroup(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch (error) {
    // EPERM: only ones that became another user's (sudo) are left, or on macOS only dead ones.
    if (systemCode(error) !== "ESRCH" && systemCode(error) !== "EPERM") throw error;
  }
}

/** Ends the process with this code once its output is written; by the signal it was interrupted with, if any. */
export function exitWith(code: number): void {
  if (interruptedBy) endBy(interruptedBy);
  else process.exitCode = code;
}

/** The words after the program's name. */
export function commandLine(): readonly string[] {
  return process.argv.slice(2);
}
