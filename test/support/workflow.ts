/**
 * The steps of a GitHub job, run as its runner does, with its files (GITHUB_ENV, GITHUB_PATH, GITHUB_OUTPUT) and no
 * network: the YAML is read by Python's parser, the expressions are evaluated, each run is a bash of its own. The three
 * actions of GitHub's own that gv's steps use are played by copies of folders.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { runInNewContext } from "node:vm";

import type { Environment } from "../../src/context.ts";
import { isRequired } from "./required.ts";
import type { Ran, Sandbox } from "./sandbox.ts";
import { nodeFolder } from "./scene.ts";

const python = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";

/** Why no YAML can be read here; undefined where it can. */
export const noYaml: string | undefined =
  spawnSync("python3", ["-c", "import yaml"]).status === 0 || isRequired("yaml")
    ? undefined
    : "python3-yaml is not installed";

/** Where this machine's PATH has a program; undefined where it hasn't. */
export function onThisPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** A step as the file has it. */
export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly "working-directory"?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** An action, and the folder that its steps find themselves in. */
export interface Own {
  readonly folder: string;
  readonly action: Action;
}

/** What a YAML file says, by a parser that isn't gv's; `on` is true there, as YAML 1.1 has it. */
export function readYaml(text: string): unknown {
  return JSON.parse(execFileSync("python3", ["-c", python], { input: text, encoding: "utf8" }));
}

interface Done {
  readonly outputs: Record<string, string>;
  readonly outcome: "success" | "failure" | "skipped";
}

/** A job: what its steps have set so far. Jobs of one `kept` folder share its caches. */
export class Job {
  readonly steps: Record<string, Done> = {};
  readonly ran: (Ran & { readonly name: string })[] = [];
  /** The artifacts, by name. */
  readonly artifacts: Record<string, string> = {};
  env: Environment;
  private readonly box: Sandbox;
  private readonly kept: string;
  private readonly temp: string;
  private readonly saved: (() => void)[] = [];

  constructor(box: Sandbox, kept: string, env: Environment = {}) {
    [this.box, this.kept] = [box, kept];
    mkdirSync(kept, { recursive: true });
    this.temp = mkdtempSync(join(kept, "job-"));
    const path = `${nodeFolder}:${box.env["PATH"] ?? ""}`;
    const runner = { RUNNER_OS: "Linux", RUNNER_ARCH: process.arch.toUpperCase(), RUNNER_TEMP: this.temp };
    this.env = { ...box.env, PATH: path, GITHUB_ACTIONS: "true", ...runner, ...env };
  }

  get isFailed(): boolean {
    return Object.values(this.steps).some(({ outcome }) => outcome === "failure");
  }

  /** The steps of a composite action, in order. Gives its outputs. */
  async use({ folder, action }: Own, given: Readonly<Record<string, string>> = {}) {
    const inputs = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? ""]),
    );
    for (const step of action.runs.steps) await this.step(step, inputs, { GITHUB_ACTION_PATH: folder });
    return Object.fromEntries(
      Object.entries(action.outputs).map(([name, { value }]) => [name, this.fill(value, inputs)]),
    );
  }

  /** What the runner does when a job is well: caches that weren't hit are kept. */
  end(): void {
    if (!this.isFailed) for (const save of this.saved) save();
  }

  async step(
    step: Step,
    inputs: Readonly<Record<string, string>> = {},
    env: Environment = {},
  ): Promise<void> {
    const id = step.id ?? `step-${Object.keys(this.steps).length}`;
    const isWanted = this.evaluate(step.if ?? "true", inputs) === true;
    if (!isWanted || (this.isFailed && !step.if?.includes("always()")))
      this.steps[id] = { outputs: {}, outcome: "skipped" };
    else if (step.uses !== undefined)
      this.steps[id] = { outputs: this.play(step.uses, step.with ?? {}, inputs), outcome: "success" };
    else this.steps[id] = await this.run(step, inputs, env);
  }

  private async run(step: Step, inputs: Readonly<Record<string, string>>, env: Environment): Promise<Done> {
    const files = Object.fromEntries(
      ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT"].map((name) => [name, join(this.temp, name)]),
    );
    for (const file of Object.values(files)) writeFileSync(file, "");
    const script = join(this.temp, "run.sh");
    writeFileSync(script, this.fill(step.run ?? "", inputs));
    const own = Object.entries(step.env ?? {}).map(([name, text]) => [name, this.fill(text, inputs)]);
    const ran = await this.box.run("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], {
      cwd: join(this.box.project, this.fill(step["working-directory"] ?? ".", inputs)),
      env: { ...this.env, ...files, ...env, ...Object.fromEntries(own) },
    });
    this.ran.push({ name: step.name ?? step.run ?? "", ...ran });
    const [set = "", path = "", out = ""] = Object.values(files).map((file) => readFileSync(file, "utf8"));
    const folders = path.split("\n").filter((line) => line !== "");
    this.env = { ...this.env, ...pairs(set), PATH: [...folders.toReversed(), this.env["PATH"]].join(":") };
    return { outputs: pairs(out), outcome: ran.code === 0 ? "success" : "failure" };
  }

  /** GitHub's own actions, as far as gv's steps see them. */
  private play(uses: string, given: NonNullable<Step["with"]>, inputs: Readonly<Record<string, string>>) {
    const asked = (name: string): string => this.fill(String(given[name] ?? ""), inputs);
    switch (uses.replace(/@v\d+$/, "")) {
      case "actions/checkout":
        return {};
      case "actions/cache": {
        const paths = asked("path").trim().split("\n");
        const folder = join(this.kept, "caches", asked("key"));
        const isHit = existsSync(folder);
        const places = paths.map((path) => [path, join(folder, hash(path))] as const);
        if (isHit) for (const [path, copied] of places) copy(copied, path);
        else this.saved.push(() => places.forEach(([path, copied]) => copy(path, copied)));
        return { "cache-hit": String(isHit) };
      }
      case "actions/upload-artifact":
        this.artifacts[asked("name")] = asked("path");
        return {};
      default:
        throw new Error(`no test plays ${uses}`);
    }
  }

  private fill(text: string, inputs: Readonly<Record<string, string>>): string {
    return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
      const value = this.evaluate(expression, inputs);
      return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
    });
  }

  private evaluate(expression: string, inputs: Readonly<Record<string, string>>): unknown {
    const dashes = expression.replaceAll(/\.([a-z]+(?:-[a-z]+)+)/g, '["$1"]');
    const { RUNNER_OS: os, RUNNER_ARCH: arch } = this.env;
    const read = (pattern: string): string => {
      const path = join(this.box.project, pattern.replace("**/", ""));
      return existsSync(path) ? readFileSync(path, "utf8") : "";
    };
    // What isn't there is empty in an expression, however deep: here a skipped step has outputs, and none is named.
    return runInNewContext(dashes, {
      inputs,
      steps: this.steps,
      runner: { os, arch, temp: this.temp },
      github: { workspace: this.box.project, job: "test" },
      strategy: { "job-index": 0 },
      always: () => true,
      format: (text: string, ...words: string[]) =>
        text.replaceAll(/\{(\d)\}/g, (_, i) => words[Number(i)] ?? ""),
      hashFiles: (...patterns: string[]) => hash(patterns.map(read).join("\0")),
    });
  }
}

function copy(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The action of this repository: the folder, and what its file says. */
export function ownAction(): Own {
  const folder = dirname(dirname(import.meta.dirname));
  const action = readYaml(readFileSync(join(folder, "action.yml"), "utf8")) as Action;
  return { folder, action };
}
