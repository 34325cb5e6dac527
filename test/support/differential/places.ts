/**
 * Where the worlds of the differential test take place: on disk, in one shell. Knows what each shell makes of PWD
 * before the shim's first line.
 */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

import { type Environment, gvVersion, logicalCwd } from "../../../src/context.ts";
import { findProgram, removeTree, type ShellName, temporaryFolder } from "../shell.ts";
import { type Call, pathEntries, pwds, type World } from "./worlds.ts";

const repository = join(import.meta.dirname, "..", "..", "..");

/** The variables that a program tells: those that a shim may change, or could by mistake. */
export const watched = [
  "GOROOT",
  "GV_HOPS",
  "GV_VERSION",
  "OLDPWD",
  "HOME",
  "CDPATH",
  "LC_ALL",
  "PATH",
] as const;

/** Stands for every program: says its path, its words and those variables, by builtins alone. */
const teller = `#!/bin/sh
printf '%s\\0' "$0" "$#" "$@"${watched.map((name) => ` "\${${name}-unset}"`).join("")}
`;
/** Stands for Node. */
const node = `#!/bin/sh
printf '%s\\0' node "$@"
`;

/** Makes worlds. What is the same in many of them is there once, and linked to. */
export class Worlds {
  readonly #folder = temporaryFolder();
  #count = 0;

  constructor() {
    this.#write("node", node);
    this.#write("text/go", "", 0o644);
    mkdirSync(join(this.#folder, "folders/go"), { recursive: true });
    mkdirSync(join(this.#folder, "posix"));
    for (const name of ["[", "printf"])
      symlinkSync(findProgram(name) ?? "nowhere", join(this.#folder, "posix", name));
    for (const isFallback of [0, 1]) {
      const lib = `lib${isFallback}`;
      this.#write(`${lib}/shim.sh`, shippedText("shim.sh"));
      this.#write(`${lib}/${gvVersion}/gv.cjs`, "");
      const lines = [
        `_gv_version='${gvVersion}' _gv_tool_fallback=${isFallback} _gv_strict=''`,
        `[ -e / ] && _gv_platform='linux-amd64' _gv_node='${this.#folder}/node'\n`,
      ];
      this.#write(`${lib}/shim.conf`, lines.join("\n"));
      for (const name of ["on-path.sh", "on-path.fish"]) this.#write(`${lib}/${name}`, inAnyWorld(name));
    }
    for (const [name, script] of sourced) this.#write(name, inAnyWorld(script));
    this.#write("bin/gv", shippedText("gv.sh"));
    this.#write("shim", '#!/bin/sh\n. "${0%/*}/../lib/shim.sh"\n');
  }

  /** Writes a world with the shims that are called; its folder. */
  make(world: World, calls: readonly Call[]): string {
    const top = join(this.#folder, `${++this.#count}`);
    const link = (target: string, path: string): void => symlinkSync(target, join(top, path));
    const shared = (name: string, path: string): void => link(join(this.#folder, name), path);
    const folders = ["root/shims", "root/versions/linux-amd64", "root/tools/linux-amd64", "sys", "w", "home"];
    for (const folder of [...folders, world.chain.join("/")])
      mkdirSync(join(top, folder), { recursive: true });
    shared(world.isToolFallback ? "lib1" : "lib0", "root/lib");
    for (const name of ["bin", "text", "folders", "posix"])
      shared(name, name === "bin" ? "root/bin" : `sys/${name}`);
    for (const [name] of sourced) shared(name, `root/${name}`);
    for (const tool of new Set(calls.map(({ tool: name }) => name)))
      linkSync(join(this.#folder, "shim"), join(top, "root/shims", tool));
    for (const version of world.installed)
      link(
        this.#programs(/^1\.\d\D/.test(version) ? ["go", "gofmt", "godoc"] : ["go", "gofmt"]),
        `root/versions/linux-amd64/${version}`,
      );
    for (const [version, names] of Object.entries(world.tools))
      link(this.#programs(names), `root/tools/linux-amd64/${version}`);
    link(`${this.#programs(world.system)}/bin`, "sys/bin");
    link(`../${world.chain.slice(0, world.linked).join("/")}`, "w/ln");
    for (const [path, content] of Object.entries(world.files)) writeEntry(join(top, path), content);
    return top;
  }

  /** Removes one that make() gave. */
  drop(top: string): void {
    removeTree(top);
  }

  remove(): void {
    removeTree(this.#folder);
  }

  /** A folder with tellers of these names in bin/. */
  #programs(names: readonly string[]): string {
    const folder = ["programs", ...names].join("-");
    mkdirSync(join(this.#folder, folder, "bin"), { recursive: true });
    for (const name of names) this.#write(`${folder}/bin/${name}`, teller);
    return join(this.#folder, folder);
  }

  #write(path: string, text: string, mode = 0o755): void {
    const target = join(this.#folder, path);
    if (existsSync(target)) return;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    chmodSync(target, mode);
  }
}

function shippedText(name: string): string {
  return readFileSync(join(repository, "shims", name), "utf8");
}

/** What a person's shell sources. */
const sourced = [
  ["env", "env.sh"],
  ["hook", "hook.sh"],
  ["env.fish", "env.fish"],
  ["hook.fish", "hook.fish"],
] as const;

/** A script that setup tells its root, for the root that the variable world_root names. */
function inAnyWorld(name: string): string {
  return shippedText(name).replaceAll("@GV_ROOT@", name.endsWith(".fish") ? "$world_root" : '"$world_root"');
}

function writeEntry(path: string, content: string): void {
  mkdirSync(path.endsWith("/") ? path : dirname(path), { recursive: true });
  if (path.endsWith("/")) return;
  if (content.startsWith("-> ")) symlinkSync(content.slice(3), path);
  else writeFileSync(path, bytesOf(content));
}

/** The text in UTF-8, but each surrogate U+DC80 to U+DCFF as the byte 80 to FF: bytes that are no UTF-8. */
function bytesOf(text: string): Buffer {
  const parts = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, at) => (at % 2 === 0 ? Buffer.from(part) : Buffer.of(part.charCodeAt(0) & 0xff))),
  );
}

/** What Node passes on as a word or a variable: no NUL, no lone surrogate. */
function wellFormed(text: string): string {
  return Buffer.from(text.replaceAll("\0", "")).toString();
}

/** A call in a place. */
export interface Calling {
  readonly cwd: string;
  /** The variables, and what the shell makes of them. */
  readonly given: Environment;
  readonly env: Environment;
  /** Whether the shell may not find out where it is. */
  readonly isLost: boolean;
  readonly shim: string;
  readonly words: readonly string[];
  readonly root: string;
}

export function calling(shell: ShellName, top: string, world: World, call: Call): Calling {
  const depth = Math.min(call.depth, world.chain.length);
  const physical = depth < 0 ? "/" : join(top, ...world.chain.slice(0, depth));
  const logical =
    depth < world.linked ? physical : join(top, "w/ln", ...world.chain.slice(world.linked, depth));
  const PWD = pwds[call.pwd]({ top, physical, logical });
  const fill = (value: string): string => value.replaceAll("<top>", top).replaceAll("<cwd>", physical);
  const env = Object.fromEntries(
    Object.entries(call.env).map(([name, value]) => [name, fill(wellFormed(value))]),
  );
  const PATH = call.path.map((entry) => fill(pathEntries[entry])).join(":");
  const shim = join(top, "root/shims", call.tool);
  const given = { ...env, PATH, ...(PWD === undefined ? {} : { PWD }), ...habits[shell]?.needs?.(top, PATH) };
  return {
    cwd: physical,
    given,
    env: { ...given, ...habits[shell]?.makes?.(given, physical) },
    isLost: habits[shell]?.isLost?.(given) ?? false,
    shim: call.isRelative ? relative(physical, shim) : shim,
    words: call.args.map(wellFormed),
    root: join(top, "root"),
  };
}

interface Habit {
  /** Variables that the shell can't do without. */
  readonly needs?: (top: string, PATH: string) => Environment;
  /** What it makes of the variables before the shim's first line. */
  readonly makes?: (env: Environment, cwd: string) => Environment;
  readonly isLost?: (env: Environment) => boolean;
  /** What it can't read in a file. */
  readonly unreadable?: RegExp;
}

/** What the shim can't help; it begins with what its shell has made of PWD. */
const habits: Partial<Record<ShellName, Habit>> = {
  // HOME where PWD isn't there or is another folder.
  ksh: { makes: ({ PWD, HOME }, cwd) => (isSame(PWD, cwd) || !isSame(HOME, cwd) ? {} : { PWD: HOME }) },
  // cd -P goes by a PWD with dots without looking at the links in it, and so is elsewhere than it says.
  // With POSIXLY_CORRECT the dots are gone from the start.
  bash: {
    makes: ({ PWD = "", POSIXLY_CORRECT }) =>
      POSIXLY_CORRECT !== undefined && isAbsolute(PWD) && existsSync(resolve(PWD))
        ? { PWD: resolve(PWD) }
        : {},
    isLost: hasDots,
  },
  // The same, and the dots are gone from the start, wherever that leads.
  mksh: { makes: ({ PWD = "" }) => (isAbsolute(PWD) ? { PWD: resolve(PWD) } : {}), isLost: hasDots },
  // Its [ and printf are there only where PATH has them; a byte that is no character is an error.
  yash: {
    needs: (top, PATH) => ({ PATH: `${PATH}:${top}/sys/posix`, LC_ALL: "C.UTF-8" }),
    unreadable: /[\0\udc80-\udcff]/u,
  },
  // HOME comes first, and OLDPWD is where it starts.
  zsh: {
    makes: ({ PWD, HOME }, cwd) => {
      const start = logicalCwd(HOME, logicalCwd(PWD, cwd));
      return { PWD: start, OLDPWD: start };
    },
  },
};

function hasDots({ PWD = "" }: Environment): boolean {
  return PWD.split("/").some((part) => part === "." || part === "..");
}

function isSame(path: string | undefined, folder: string): boolean {
  if (path === undefined || !isAbsolute(path)) return false;
  const [one, other] = [statSync(path, { throwIfNoEntry: false }), statSync(folder)];
  return one?.ino === other.ino && one.dev === other.dev;
}

/** Whether the shell can read every file of the world. */
export function canRead(shell: ShellName, { files }: World): boolean {
  return !Object.values(files).some((text) => habits[shell]?.unreadable?.test(text));
}
