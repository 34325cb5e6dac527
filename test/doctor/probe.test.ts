/** Programs that gv doctor starts: what they print, and that nothing of them is left. */
import { execFileSync } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { Machine } from "../../src/doctor/machine.ts";
import { probe } from "../../src/doctor/probe.ts";
import { GvError } from "../../src/errors.ts";
import { onPath } from "../../src/on-path.ts";
import { sandbox } from "../support/sandbox.ts";

/** A pipe: `opened` when a process has it open for writing, `closed` when the last of those is gone. */
function pipe(): {
  readonly path: string;
  readonly opened: Promise<unknown>;
  readonly closed: Promise<unknown>;
} {
  const path = join(sandbox().home, "pipe");
  execFileSync("mkfifo", [path]);
  const opened = open(path);
  return { path, opened, closed: opened.then((file) => file.readFile().finally(() => file.close())) };
}

it("says what a program printed, and its exit code", async () => {
  const ctx = sandbox().context();
  const said = await probe(ctx, "sh", ["-c", "echo out; echo err >&2; exit 3"]);
  expect(said).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
  expect(await probe(ctx, "no-such-program", [])).toMatchObject({ code: undefined, stdout: "" });
});

it.each([
  ["sh", ["-c"]],
  ["bash", ["-i", "-c"]],
  ["zsh", ["-i", "-c"]],
  ["fish", ["-i", "-c"]],
])("ends what %s has started when the time is over", async (shell, words) => {
  const { path, closed } = pipe();
  const ctx = sandbox().context();
  if (onPath(ctx, shell) === undefined) return;
  const line = `echo begun; sleep 1000 >'${path}' & sleep 1000 >'${path}'; echo never`;
  const said = await probe(ctx, shell, [...words, line], { limit: 1000 });
  expect(said).toMatchObject({ code: undefined, stdout: "begun\n", cut: "time" });
  await closed;
});

it("doesn't wait for what a program has left behind with its output open, and ends it", async () => {
  const { path, closed } = pipe();
  const said = await probe(sandbox().context(), "sh", ["-c", `sleep 1000 3>'${path}' & echo out`], {
    limit: 60_000,
  });
  expect(said).toEqual({ code: 0, stdout: "out\n", stderr: "" });
  await closed;
});

it("starts many programs side by side without a warning of Node's", async () => {
  const warnings: string[] = [];
  const listener = ({ message }: Error): unknown => warnings.push(message);
  process.on("warning", listener);
  const machine = new Machine(sandbox().context());
  await Promise.all(Array.from({ length: 12 }, () => machine.run("true", [])));
  process.off("warning", listener);
  expect(warnings).toEqual([]);
});

it("ends who prints without end", async () => {
  const said = await probe(sandbox().context(), "cat", ["/dev/zero"], { limit: 60_000 });
  expect(said).toMatchObject({ code: undefined, cut: "output" });
});

it("ends all at an interrupt", async () => {
  const { path, opened, closed } = pipe();
  const stop = new AbortController();
  const ctx = sandbox().context({ signal: stop.signal });
  const said = probe(ctx, "sh", ["-c", `sleep 1000 >'${path}'; true`], { limit: 60_000 });
  await opened;
  stop.abort(new GvError("INTERRUPTED", "interrupted"));
  expect(await said).toMatchObject({ code: undefined });
  await closed;
});
