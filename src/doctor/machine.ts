/**
 * The facts that checks share, each found out once and when it is first asked for.
 *
 * Guarantees: nothing is changed; every program that is started has a time limit, no input, and is found on the PATH of
 * the context (so a test puts its own uname there); the go command is started once for all checks.
 */
import { setMaxListeners } from "node:events";
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Context } from "../context.ts";
import { userEnvFile } from "../goenv.ts";
import { allOnPath, isShim } from "../on-path.ts";
import { type Executable, readExecutable } from "../program/executable.ts";
import { textOf } from "../read.ts";
import { type Resolution, resolveVersion } from "../resolve.ts";
import { askGoEnv } from "./go-env.ts";
import { ownerOf } from "./owners.ts";
import type { Owner } from "./owners/place.ts";
import { probe, type ProbeOptions, type Said } from "./probe.ts";
import { type Start, startsOf } from "./starts.ts";

/** A folder of PATH. */
export interface PathFolder {
  /** As PATH has it; empty for an empty entry, which means the current directory. */
  readonly folder: string;
  /** From 1. */
  readonly place: number;
}

/** A `go` on PATH, in the order of PATH. */
export interface FoundGo {
  readonly path: string;
  /** Behind all links. */
  readonly real: string;
  /** Whose it is; undefined where nobody is known. */
  readonly owner: Owner | undefined;
  readonly isShim: boolean;
  /** Its GOROOT, where it lies in one. */
  readonly goroot: string | undefined;
  /** `go1.22.5`, from VERSION beside it. */
  readonly version: string | undefined;
  /** What the file is made for, from its header; undefined for a script. */
  readonly executable: Executable | undefined;
}

/** A line of Go's env file. */
export interface EnvLine {
  readonly file: string;
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** The machine of a context. */
export class Machine {
  readonly ctx: Context;
  readonly #known = new Map<string, unknown>();

  constructor(ctx: Context) {
    this.ctx = ctx;
    setMaxListeners(0, ctx.signal); // Each program that is started listens; Node warns of more than ten.
  }

  /** The folders of PATH, empty entries and doubled ones too. */
  get path(): readonly PathFolder[] {
    const { PATH } = this.ctx.env;
    return PATH === undefined ? [] : PATH.split(":").map((folder, i) => ({ folder, place: i + 1 }));
  }

  /** Every `go` on PATH, in its order. */
  get gos(): readonly FoundGo[] {
    return this.#once("gos", () => allOnPath(this.ctx, "go").map((path) => describeGo(this.ctx, path)));
  }

  /** Which version applies here, and who asked for it. */
  get here(): Promise<Resolution> {
    return this.#once("here", () => resolveVersion(this.ctx));
  }

  /** `go env -json` of the first go on PATH; undefined where there is none, or it fails. Nothing is downloaded for it. */
  get goEnv(): Promise<Readonly<Record<string, string>> | undefined> {
    return this.#asked.then(({ code, stdout, own }) => {
      const settings = code === 0 ? settingsIn(stdout) : undefined;
      return settings && { ...settings, ...own };
    });
  }

  /** What that go said where it failed. */
  get goFailure(): Promise<string | undefined> {
    return this.#asked.then(({ code, stderr }) => (code === 0 || code === undefined ? undefined : stderr));
  }

  get #asked(): ReturnType<typeof askGoEnv> {
    return this.#once("go env", () => askGoEnv(this));
  }

  /** The lines of the file that `go env -w` writes, and whose it is; no lines for GOENV=off. */
  get envLines(): readonly EnvLine[] {
    return this.#once("go/env", () => {
      const file = userEnvFile(this.ctx);
      return (file === undefined ? "" : (textOf(file) ?? "")).split("\n").flatMap((text, i) => {
        const [, name, value] = /^([A-Z][^=]*)=(.*?)\r?$/.exec(text) ?? [];
        return file === undefined || name === undefined || value === undefined
          ? []
          : [{ file, name, value, line: i + 1 }];
      });
    });
  }

  /** The environments that the shells in use have when they are started in each way. */
  get starts(): Promise<readonly Start[]> {
    return this.#once("starts", () => startsOf(this));
  }

  /** What a program prints. */
  run(program: string, words: readonly string[], options: ProbeOptions = {}): Promise<Said> {
    return probe(this.ctx, program, words, options);
  }

  /** The path of a file of the system's own, such as /proc/self/mountinfo. */
  at(path: string): string {
    return join(this.ctx.system, path);
  }

  /** A fact that is found out once, by its name: for those that several checks of one file share. */
  once<T>(name: string, find: () => T): T {
    return this.#once(`own: ${name}`, find);
  }

  #once<T>(name: string, find: () => T): T {
    if (!this.#known.has(name)) this.#known.set(name, find());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a name there is one type
    return this.#known.get(name) as T;
  }
}

function describeGo(ctx: Context, path: string): FoundGo {
  const real = realpathSync(path);
  const above = dirname(dirname(real));
  const [version] = (textOf(join(above, "VERSION")) ?? "").split("\n");
  return {
    path,
    real,
    owner: ownerOf(ctx, path, real),
    isShim: isShim(ctx, path),
    goroot: version ? above : undefined,
    version: version || undefined,
    executable: readExecutable(real),
  };
}

function settingsIn(json: string): Readonly<Record<string, string>> | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== "object" || parsed === null) return undefined;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return undefined;
  }
}
