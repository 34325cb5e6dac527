/**
 * Whether the project can be debugged: a test binary without optimizations is built, and dlv starts it without a
 * terminal, is asked for its state, and told to end it. It stops before the program's first instruction: no code of the
 * project is run.
 */
import { join } from "node:path";

import { signalGroup } from "../../context.ts";
import { causesIn } from "../../doctor/log-index.ts";
import type { Machine } from "../../doctor/machine.ts";
import { mayWriteRoot } from "../../root.ts";
import { withStaging } from "../../staging.ts";
import { askDelve } from "../delve.ts";
import { goHere, modulesHere, stageEnvironment, toolHere } from "../facts.ts";
import { type GroupOptions, runGroup } from "../group.ts";
import type { Outcome, Stage } from "../stage.ts";
import { fixFor, inFolder, noModules } from "./vet.ts";

const build = ["test", "-c", "-vet=off", "-gcflags=all=-N -l"];

export const debug: Stage = {
  id: "debug",
  title: "dlv starts a test binary that is built without optimizations",
  limit: 600,
  async skips(machine) {
    const none = await noModules(machine);
    if (none !== undefined) return none;
    if ((await toolHere(machine, "dlv")) === undefined) return "dlv isn't here: gv tools install dlv";
    return mayWriteRoot(machine.ctx) ? undefined : "gv may not write to its root, where the binary would be";
  },
  async run(machine, signal) {
    const { os, arch } = machine.ctx.platform;
    // What is built must run here.
    const env = { ...(await stageEnvironment(machine, { git: false })), GOOS: os, GOARCH: arch };
    for (const cwd of await modulesHere(machine)) {
      const found = await packageWithTests(machine, { cwd, env, signal });
      if (typeof found !== "string") return found;
      if (found !== "")
        return withStaging(machine.ctx, (folder) => start(machine, found, folder, { cwd, env, signal }));
    }
    return { kind: "skipped", why: "no package has tests" };
  },
};

/** The first package that has tests; empty where none has, and what is wrong where the go command can't tell. */
async function packageWithTests(machine: Machine, options: GroupOptions): Promise<string | Outcome> {
  const { program } = await goHere(machine);
  const format = "{{if or .TestGoFiles .XTestGoFiles}}gv:{{.ImportPath}}{{end}}";
  const { code, output } = await runGroup(program, ["list", "-f", format, "./..."], options);
  if (code === 0) return /^gv:(.+)$/m.exec(output)?.[1] ?? "";
  const fix = fixFor(output, inFolder(machine, options.cwd, "go list ./..."));
  return { kind: "failed", why: `go list ended with ${code ?? "a signal"}`, output, fix };
}

async function start(
  machine: Machine,
  name: string,
  folder: string,
  options: GroupOptions,
): Promise<Outcome> {
  const { program } = await goHere(machine);
  const file = join(folder, "debug.test");
  const built = await runGroup(program, [...build, "-o", file, name], options);
  if (built.code !== 0)
    return {
      kind: "failed",
      why: `the tests of ${name} can't be built`,
      output: built.output,
      fix: inFolder(machine, options.cwd, `go test -c -o /dev/null -gcflags='all=-N -l' ${name}`),
    };
  const dlv = (await toolHere(machine, "dlv")) ?? "dlv";
  const { output, state } = await startDelve(dlv, file, options);
  if (state !== undefined) return { kind: "ok", said: `a test binary of ${name}` };
  const [known] = causesIn(output);
  return {
    kind: "failed",
    why: `dlv can't start a test binary of ${name}`,
    output,
    fix: known?.cause.fix ?? "gv doctor dlv-range ptrace-scope tool-architecture",
  };
}

/** Starts dlv, and ends it when it has answered. */
async function startDelve(
  dlv: string,
  file: string,
  options: GroupOptions,
): Promise<{ output: string; state: { pid: number } | undefined }> {
  const done = new AbortController();
  let said = "";
  let asked: Promise<{ pid: number } | undefined> | undefined;
  const onText = (text: string): void => {
    said += text;
    const [, port] = /API server listening at: \S*:(\d+)\s/.exec(said) ?? [];
    if (port !== undefined) asked ??= askDelve(Number(port), options.signal).finally(() => done.abort());
  };
  const words = ["exec", "--headless", "--listen=127.0.0.1:0", "--api-version=2", file];
  const signal = AbortSignal.any([options.signal, done.signal]);
  const { output } = await runGroup(dlv, words, { ...options, signal, onText });
  const state = await asked;
  // Its program is in a group of its own, which would go on where dlv was killed.
  if (state !== undefined) signalGroup(state.pid, "SIGKILL");
  return { output, state };
}
