/**
 * A machine for gv doctor: a home that gv was set up in, with one Go and the profiles of a bash and a zsh, in which a
 * case puts one fault. All checks run in this process; what they start is real, or a program that the case wrote.
 */
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { setup } from "../../src/commands/setup.ts";
import type { Context } from "../../src/context.ts";
import { type Answer, diagnose } from "../../src/doctor/diagnose.ts";
import type { Platform } from "../../src/platform.ts";
import { tinyFiles } from "./goproxy.ts";
import { noOrigins, sandbox, type Sandbox } from "./sandbox.ts";

/** One fault: the check that must find it, and only where it is. */
export interface Case {
  /** The id of the check. */
  readonly check: string;
  /** What is wrong, in words. */
  readonly fault: string;
  /** What the fact must say; the id alone is not enough where a check finds several things. */
  readonly finds: RegExp;
  /** What is there before, and must not be found: a machine near the fault that is well. */
  readonly before?: (scene: Scene) => unknown;
  /** Puts it there. */
  readonly put: (scene: Scene) => unknown;
  /** The system that it is a fault of; else the one that the tests run on. */
  readonly platform?: Platform;
  /** Why it can't be made here; the case is skipped then. */
  readonly cannot?: string | undefined;
  /** What `--fix` must leave well: the check is asked again after its changes and mends. */
  readonly mends?: boolean;
}

/** What a case changes. */
export interface Scene {
  readonly box: Sandbox;
  readonly home: string;
  readonly root: string;
  readonly project: string;
  /** The environment in which the checks run; PATH is made of `path`. */
  readonly env: Record<string, string | undefined>;
  /** The folders of PATH, in order: the shims, bin, `programs`, /usr/bin, /bin, ~/go/bin. */
  readonly path: string[];
  /** Writes a file, with its folders; relative to the project, or by its whole path. */
  readonly write: (path: string, text: string | Uint8Array, mode?: number) => string;
  /** A program that is found before the system's own, such as a uname: the body of a sh script, or the bytes of a file. */
  readonly program: (name: string, body: string | Uint8Array) => string;
  /** One more Go of that version at a path: VERSION, bin/go, ... Gives the path. */
  readonly go: (path: string, version: string, platform?: Platform) => string;
  /** Installs one more version in the store, with a receipt. */
  readonly install: (version: string, platform?: Platform) => string;
  /** The context as it is now. */
  readonly context: (overrides?: Partial<Context>) => Context;
  /** Where the system's own files are (/proc, /Library): an empty folder, in which a case writes. */
  readonly system: string;
  /** What else of the context is as the case says. */
  readonly overrides: { -readonly [K in keyof Context]?: Context[K] };
  /** What a check finds now. */
  readonly ask: (id: string) => Promise<Answer>;
}

/** Go's own servers: there are some, and nobody listens there. */
const origins = { ...noOrigins, toolchains: ["http://127.0.0.1:1"] };

/** Where writing costs no time; a check of its file system needs a place of its own. */
const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export const linux: Platform = { os: "linux", arch: "amd64" };
export const mac: Platform = { os: "darwin", arch: "arm64" };

/** A machine that is well. */
export async function healthy(platform: Platform = linux): Promise<Scene> {
  const box = sandbox({}, memory);
  const programs = join(box.home, "programs");
  const system = join(box.home, "..", "system");
  for (const folder of [programs, system]) mkdirSync(folder);
  const env: Record<string, string | undefined> = { ...box.env, SHELL: "/bin/bash", USER: "somebody" };
  const { root, home } = box;
  const path = [join(root, "shims"), join(root, "bin"), programs, "/usr/bin", "/bin", join(home, "go/bin")];
  const scene: Scene = {
    box,
    home,
    root,
    project: box.project,
    system,
    overrides: {},
    env,
    path,
    write: (file, text, mode) => box.write(file, text, mode),
    program: (name, body) =>
      box.write(join(programs, name), typeof body === "string" ? `#!/bin/sh\n${body}\n` : body, 0o755),
    go(at, version, of = platform) {
      const { files } = tinyFiles(version, of);
      for (const [name, text] of Object.entries(files))
        if (text !== undefined)
          box.write(
            join(at, name.replace("_go.mod", "go.mod")),
            text,
            /^(?:bin|pkg\/tool)\//.test(name) ? 0o755 : 0o644,
          );
      return at;
    },
    install(version, of = platform) {
      const receipt = { version, platform: `${of.os}/${of.arch}`, evidence: [{ by: "a test" }] };
      box.write(join(root, "receipts", `${of.os}-${of.arch}`, `${version}.json`), JSON.stringify(receipt));
      return scene.go(join(root, "versions", `${of.os}-${of.arch}`, version), version, of);
    },
    context: (overrides = {}) =>
      box.context({
        env: { ...env, PATH: path.join(delimiter) },
        platform,
        loginShell: undefined,
        origins,
        system,
        ...scene.overrides,
        ...overrides,
      }),
    async ask(id) {
      const [answer] = await diagnose(scene.context(), { ids: [id], offline: true, deep: true });
      if (!answer) throw new Error(`${id} was not asked: is it a check of ${platform.os}?`);
      return answer;
    },
  };
  for (const folder of ["go/pkg/mod", ".cache/go-build"]) mkdirSync(join(home, folder), { recursive: true });
  scene.install("1.22.5");
  box.write(join(root, "version"), "1.22.5\n");
  for (const [name, body] of Object.entries(platform.os === "darwin" ? macPrograms : {}))
    scene.program(name, body);
  for (const file of platform.os === "darwin" ? macFiles : []) box.write(join(system, file), "", 0o755);
  const gui = platform.os === "darwin";
  await setup(scene.context(), { profiles: true, shell: ["bash", "zsh"], gui, quiet: true });
  return scene;
}

/** What a Mac that is well says of itself. */
const macPrograms: Readonly<Record<string, string>> = {
  uname: 'case "$*" in -m) echo arm64 ;; *) echo Darwin ;; esac',
  sw_vers:
    'case "$*" in -productVersion) echo 14.6 ;; *) printf "ProductName:\\tmacOS\\nProductVersion:\\t14.6\\n" ;; esac',
  sysctl: 'case "$*" in *proc_translated*) echo 0 ;; *) exit 1 ;; esac',
  csrutil: 'echo "System Integrity Protection status: enabled."',
  "xcode-select": "echo /Library/Developer/CommandLineTools",
  DevToolsSecurity: 'echo "Developer mode is currently enabled."',
  launchctl:
    'case "$1 $2" in "getenv PATH") echo "$GV_ROOT/shims:$GV_ROOT/bin:/usr/bin:/bin" ;; getenv*) echo ;; *) exit 1 ;; esac',
  codesign: "exit 0",
  xattr: "exit 0",
  spctl: "exit 0",
  pkgutil: 'printf "package-id: com.apple.pkg.CLTools_Executables\\nversion: 16.0.0.0.1.1724870825\\n"',
  clang: "exit 1",
  "clang++": "exit 1",
};

/** What it has of the system's own. */
const macFiles: readonly string[] = [
  "Library/Developer/CommandLineTools/usr/bin/clang",
  "Library/Developer/CommandLineTools/SDKs/MacOSX.sdk/SDKSettings.plist",
  "Library/Developer/CommandLineTools/Library/PrivateFrameworks/LLDB.framework/Versions/A/Resources/debugserver",
];
