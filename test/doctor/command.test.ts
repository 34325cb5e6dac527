/** gv doctor as it is typed: what it prints, its exit codes, --fix and --undo, --json. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import type { Change } from "../../src/changes.ts";
import { doctor } from "../../src/commands/doctor.ts";
import { type Answer, wellOf } from "../../src/doctor/diagnose.ts";
import { fix, undoFix } from "../../src/doctor/fix.ts";
import { htmlOf } from "../../src/doctor/html.ts";
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
    text: "1 check is well\n",
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
    schema: 2,
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

it("writes the page into the file that a link leads to, which keeps its mode", async () => {
  const scene = await healthy();
  const [page, link] = [join(scene.home, "report.html"), join(scene.home, "link.html")];
  writeFileSync(page, "old");
  chmodSync(page, 0o600);
  symlinkSync(page, link);
  await typed(scene, ["path-entries"], { html: link });
  expect(readlinkSync(link)).toBe(page);
  expect(readFileSync(page, "utf8")).toContain("</html>");
  expect(statSync(page).mode & 0o777).toBe(0o600);
});

it("has what was measured on the page, and no unknown among what is well", () => {
  const check = { id: "goproxy", severity: "note", title: "t", why: "w", find: () => [] } as const;
  const measured = [{ entry: "https://a.example/<b>", hits: 2 }];
  const answers: readonly Answer[] = [
    { check, outcome: "ok", findings: [], measured, ms: 1 },
    { check, outcome: "unknown", findings: [], reason: "it took longer", ms: 1 },
  ];
  const html = htmlOf({ answers, ladder: [], chain: [], about: "" });
  expect(html).toContain(
    "<tr><th>entry</th><th>hits</th></tr>\n<tr><td>https://a.example/&lt;b&gt;</td><td>2</td></tr>",
  );
  expect(html).toContain("1 unknown");
  expect(html).not.toContain("checks are well");
  expect(wellOf(answers)).toBe("1 of 2 checks are well");
  expect(wellOf(answers.slice(1))).toBe("the check is not well");
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

/** An answer of a check with these changes, each of one finding. */
async function proposing(scene: Scene, ...changes: readonly Change[]): Promise<Answer[]> {
  const { check } = await scene.ask("shims-written");
  const findings = changes.map((one) => ({ fact: "x", fix: "y", changes: [one] }));
  return [{ check, outcome: "found", ms: 0, findings }];
}

/** What `--fix` of them prints. */
async function fixing(scene: Scene, ...changes: readonly Change[]): Promise<string> {
  let text = "";
  const out = { write: (more: string) => void (text += more), isTerminal: false, columns: 80 };
  await fix(scene.context({ stdout: out, stderr: out }), await proposing(scene, ...changes));
  return text;
}

it("--fix makes one change of what several findings change in a file", async () => {
  const scene = await healthy();
  const file = scene.write(join(scene.home, "settings"), "one\ntwo\nthree\nfour\n");
  const before = "one\ntwo\nthree\nfour\n";
  const text = await fixing(
    scene,
    change(file, before, "two\nthree\nfour\n"),
    change(file, before, "one\ntwo\n3\nfour\n"),
    change(file, before, "one\ntwo\nthree\n"),
    change(file, before, "one\ntwo\nthree\nfour\nfive\n"),
    change(file, before, "one\ntwo\nIII\nfour\n"), // At the same place as another one.
  );
  expect(readFileSync(file, "utf8")).toBe("two\n3\nfive\n");
  expect(text.match(/^\+\+\+ /gm)).toHaveLength(1);
  expect(text).toMatch(/settings is changed at the same place by shims-written; then type it again/);
});

it("--undo takes back one --fix after the other, the newest first", async () => {
  const scene = await healthy();
  const [one, two] = ["one", "two"].map((name) => scene.write(join(scene.home, name), "a\n"));
  const [file = "", other = ""] = [one, two];
  const made = join(scene.home, "made");
  await fixing(scene, change(file, "a\n", "b\n"), change(other, "a\n", "b\n"));
  await fixing(scene, change(file, "b\n", "c\n"), { path: made, before: undefined, after: Buffer.from("x") });
  await undoFix(scene.context());
  expect([readFileSync(file, "utf8"), existsSync(made)]).toEqual(["b\n", false]);
  await undoFix(scene.context());
  expect([file, other].map((path) => readFileSync(path, "utf8"))).toEqual(["a\n", "a\n"]);
  expect((await typed(scene, [], { undo: true })).text).toBe("gv doctor has changed none of your files\n");
});

it("--undo leaves what somebody has changed since, and says what puts it back", async () => {
  const scene = await healthy();
  const file = scene.write(join(scene.home, "settings"), "one\n");
  const other = scene.write(join(scene.home, "some thing"), "a\n");
  await fixing(scene, change(file, "one\n", "1\n"));
  await fixing(scene, change(file, "1\n", "2\n"), change(other, "a\n", "b\n"));
  scene.write(other, "somebody else's\n");
  const { error } = await typed(scene, [], { undo: true });
  expect(error).toMatchObject({
    code: "BUSY",
    message: expect.stringContaining("some thing was changed since"),
  });
  expect(readFileSync(file, "utf8")).toBe("1\n");
  expect(readFileSync(other, "utf8")).toBe("somebody else's\n");
  const [line = ""] = error instanceof GvError ? (error.hint ?? "").split("   ") : [];
  execFileSync("sh", ["-c", line]);
  expect(readFileSync(other, "utf8")).toBe("a\n");
  // The one before it is next.
  await undoFix(scene.context());
  expect(readFileSync(file, "utf8")).toBe("one\n");
});

it("--undo takes back what a --fix had done when it was killed", async () => {
  const scene = await healthy();
  const [first = "", second = "", third = ""] = ["one", "two", "three"].map((name) =>
    scene.write(join(scene.home, name), "a\n"),
  );
  await fixing(scene, change(first, "a\n", "b\n"));
  const killed = { write: () => {}, isTerminal: false, columns: 80 };
  const answers = await proposing(scene, change(second, "a\n", "b\n"), change(third, "a\n", "b\n"));
  let diffs = 0;
  killed.write = () => {
    if (++diffs === 3) throw new Error("killed"); // At the diff of the third file.
  };
  await expect(fix(scene.context({ stdout: killed }), answers)).rejects.toThrow("killed");
  expect([second, third].map((path) => readFileSync(path, "utf8"))).toEqual(["b\n", "a\n"]);
  diffs = 2;
  await expect(
    fix(scene.context({ stdout: killed }), await proposing(scene, change(third, "a\n", "b\n"))),
  ).rejects.toThrow("killed");
  await undoFix(scene.context());
  expect([first, second].map((path) => readFileSync(path, "utf8"))).toEqual(["b\n", "a\n"]);
  await undoFix(scene.context());
  expect(readFileSync(first, "utf8")).toBe("a\n");
});
