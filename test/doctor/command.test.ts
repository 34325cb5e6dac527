/** gv doctor as it is typed: what it prints, its exit codes, --fix and --undo, --json. */
import { readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import type { Change } from "../../src/changes.ts";
import { doctor } from "../../src/commands/doctor.ts";
import { fix, undoFix } from "../../src/doctor/fix.ts";
import { GvError } from "../../src/errors.ts";
import { healthy, type Scene } from "../support/doctor.ts";

function change(path: string, before: string, after: string): Change {
  return { path, before: Buffer.from(before), after: Buffer.from(after) };
}

/** What it prints, and the error that it ends with. */
async function typed(scene: Scene, ids: readonly string[], options: Parameters<typeof doctor>[2] = {}) {
  let text = "";
  const stdout = { write: (more: string) => void (text += more), isTerminal: false, columns: 80 };
  const error: unknown = await doctor(scene.context({ stdout }), ids, { offline: true, ...options }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { text, error };
}

it("ends well where nothing is worse than a note, and with 1 where something is", async () => {
  const scene = await healthy();
  expect(await typed(scene, ["shims-written"])).toEqual({
    text: "all 1 checks are well\n",
    error: undefined,
  });
  scene.path.push("/nowhere");
  expect((await typed(scene, ["path-entries"])).error).toBeUndefined();
  rmSync(join(scene.root, "shims/go"));
  const { text, error } = await typed(scene, ["shims-written"]);
  expect(text).toMatch(/^error {4}shims-written: .*shims\/go is missing\n .*\n +fix: gv setup\n/);
  expect(error).toMatchObject({ code: "UNHEALTHY", exitCode: 1, hint: expect.stringContaining("--fix") });
});

it("prints JSON of a version", async () => {
  const scene = await healthy();
  rmSync(join(scene.root, "shims/go"));
  const { text } = await typed(scene, ["shims-written"], { json: true });
  expect(JSON.parse(text)).toMatchObject({
    schema: 1,
    checks: [{ id: "shims-written", outcome: "found", findings: [{ severity: "error", fixable: true }] }],
  });
});

it("draws who wins on PATH, and where the version comes from, at a terminal", async () => {
  const scene = await healthy();
  scene.path.push(join(scene.go(join(scene.home, "other"), "1.20.1"), "bin"));
  scene.write(".go-version", "1.22\n");
  scene.write("go.mod", "module example.com/x\n\ngo 1.23.4\n");
  let text = "";
  const stdout = { write: (more: string) => void (text += more), isTerminal: true, columns: 300 };
  await doctor(scene.context({ stdout }), [], { offline: true }).catch(() => undefined);
  const [drawn = ""] = text.split(/\n\n(?=note|warning|error)/);
  expect(drawn.replaceAll(scene.root, "ROOT").replaceAll(scene.home, "HOME").replaceAll(scene.project, "P"))
    .toBe(`go on PATH, the first one runs
➜ 1 ROOT/shims/go${" ".repeat(scene.home.length + "/other/bin/go".length - scene.root.length - "/shims/go".length)}  gv's shim
  2 HOME/other/bin/go  go1.20.1, nobody known

the version here
  asked for by: P/.go-version, line 1
  └ version: 1.22.5
    └ P/go.mod: go 1.23.4
      └ runs: go1.23.4, to which the go command switches`);
});

it("writes a page that asks for nothing and holds nobody's markup", async () => {
  const scene = await healthy();
  scene.path.push("/<script>alert(1)</script>");
  const page = join(scene.home, "report.html");
  await typed(scene, ["path-entries"], { html: page });
  const html = readFileSync(page, "utf8");
  expect(html).toContain("/&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).not.toMatch(/<script|https?:|src=|@import|url\(/);
  expect(html).toContain('<article class="note">');
});

it("isn't held up by a profile that prints without end, nor by files of gigabytes", async () => {
  const scene = await healthy();
  scene.write(join(scene.home, ".bashrc"), "exec cat /dev/zero\n");
  for (const file of ["go.mod", join(scene.home, ".config/go/env"), ".vscode/settings.json"])
    truncateSync(scene.write(file, ""), 3_000_000_000);
  const { error } = await typed(scene, []);
  expect(error === undefined || error instanceof GvError).toBe(true);
});

it("--fix ends as what is left says", async () => {
  const scene = await healthy();
  rmSync(join(scene.root, "shims/go"));
  expect((await typed(scene, ["shims-written"], { fix: true })).error).toBeUndefined();
  scene.env["GOROOT"] = "/nowhere";
  expect((await typed(scene, ["goroot-gone"], { fix: true })).error).toMatchObject({ code: "UNHEALTHY" });
});

it("names a check that there isn't", async () => {
  expect((await typed(await healthy(), ["nonsense"])).error).toMatchObject({
    code: "BAD_ARGUMENT",
    hint: expect.stringContaining("--list"),
  });
});

it("--fix shows and makes the changes, and --undo takes back what nobody has touched since", async () => {
  const scene = await healthy();
  const file = scene.write(join(scene.home, "settings"), "one\ntwo\n");
  const other = scene.write(join(scene.home, "other"), "a\n");
  const { check } = await scene.ask("shims-written");
  const finding = { fact: "x", fix: "y" };
  const answers = [
    {
      check,
      outcome: "found" as const,
      ms: 0,
      findings: [
        { ...finding, changes: [change(file, "one\ntwo\n", "one\n")] },
        { ...finding, changes: [change(other, "a\n", "b\n")] },
        { ...finding, changes: [change(file, "one\ntwo\n", "two\n")] }, // of what isn't there any more
      ],
    },
  ];
  await fix(scene.context(), answers);
  expect(readFileSync(file, "utf8")).toBe("one\n");
  expect(readFileSync(other, "utf8")).toBe("b\n");
  scene.write(other, "somebody else's\n");
  await expect(undoFix(scene.context())).rejects.toMatchObject({ code: "BUSY" });
  expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
  expect(readFileSync(other, "utf8")).toBe("somebody else's\n");
});
