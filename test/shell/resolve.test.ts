/** The shim in every shell: the table of cases that src/resolve.ts passes, too. */
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { type ResolveCase, resolveCases } from "../resolve.cases.ts";
import { run, type Scene, Scenes, shellsAsSh, testsWithout } from "../support/shell.ts";

const scenes = new Scenes();
afterAll(() => scenes.remove());

/** What the shim said and did, in the words of the table. */
async function outcome(sh: string, row: ResolveCase, { root, cwd, env }: Scene): Promise<string> {
  const tool = row.tool ?? "go";
  const ran = await run(sh, [join(root, "shims", tool), ...(row.args ?? [])], { cwd, env });
  const node = ran.stdout.startsWith("by node\n") ? "by node: " : "";
  const [, name] = /^ran go (\S+)/m.exec(ran.stdout) ?? [];
  if (name !== undefined) return node + name;
  return `${node}${ran.code}: ${ran.stderr.split("\n", 2).join("\n")}`;
}

/** What the table wants to hear. */
function wanted(row: ResolveCase, { top }: Scene): RegExp | string {
  const by = row.byNode ? "by node: " : "";
  if (row.expect === "refused")
    return new RegExp(`^${by}127: gv: ".*" is (?:a path or a reference, )?not a version of Go\n`);
  if (!row.expect.startsWith("missing ")) return by + row.expect;
  const spec = row.expect.slice("missing ".length);
  const fact = { latest: "no Go is installed", yourgo: linked("yourgo"), tip: linked("tip") }[spec];
  const from = row.origin.startsWith("p/")
    ? `${top}/${row.origin.replace(/:(\d+)$/, ", line $1")}`
    : ({ "+1.4": "go +1.4", "go1.22.9": "the name go1.22.9" }[row.origin] ?? row.origin);
  const indent = row.byNode ? "" : "    ";
  return `${by}127: gv: ${fact ?? `Go ${spec} is not installed`}\n${indent}asked for by: ${from}`;
}

function linked(name: string): string {
  return `there is no linked Go named ${name}`;
}

/** yash stops at a NUL, and zsh keeps it: what a row means there is Node's to say. */
function hasNul(row: ResolveCase): boolean {
  return JSON.stringify(row.files ?? {}).includes("\\u0000");
}

function isAscii(row: ResolveCase): boolean {
  return /^[\0-\x7f]*$/.test(JSON.stringify(row.files ?? {}));
}

describe.each(shellsAsSh(scenes.withRoot()))("$name", ({ name, sh }) => {
  if (sh === undefined) {
    testsWithout(name);
    return;
  }
  // In the locale C yash reads no byte beyond ASCII; the others read bytes there, and characters in UTF-8.
  const cases = resolveCases.filter((row) => !hasNul(row) || (name !== "yash" && name !== "zsh"));
  const rows = [
    ...cases.filter((row) => name !== "yash" || isAscii(row)).map((row) => ({ row, LC_ALL: "C" })),
    ...cases.filter((row) => !isAscii(row)).map((row) => ({ row, LC_ALL: "C.UTF-8" })),
  ];
  it.concurrent.each(rows)("$row.name ($LC_ALL)", async ({ row, LC_ALL }) => {
    const scene = scenes.of(row);
    const got = await outcome(sh, row, { ...scene, env: { ...scene.env, LC_ALL } });
    const want = wanted(row, scene);
    if (typeof want === "string") expect(got).toBe(want);
    else expect(got).toMatch(want);
  });
});
