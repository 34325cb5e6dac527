/** bin/gv: what it answers itself, and what it hands to which Node. */
import { chmodSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { gvVersion } from "../../src/context.ts";
import {
  findProgram,
  makeRoot,
  run,
  Scenes,
  shellsAsSh,
  writeProgram,
  writeTree,
  testsWithout,
} from "../support/shell.ts";

const scenes = new Scenes();
afterAll(() => scenes.remove());

/** A root with two versions, a project that pins 1.22.5, and no Node on PATH. */
function place(options: { node?: string } = {}) {
  const top = scenes.withRoot([]);
  const [root, project] = [join(top, "gv's root"), join(top, "p")];
  makeRoot(root, {
    versions: ["1.8.7", "1.21.0", "1.22.5"],
    tools: { "1.21.0": ["dlv"], "1.22.5": ["gopls"] },
    shims: ["gopls", "dlv"],
    ...options,
  });
  writeTree(project, { ".go-version": "1.22.5\n" });
  for (const word of ["printf", "[", "sh"])
    writeTree(top, { [`basic/${word}`]: `-> ${findProgram(word) ?? ""}` });
  const env: Record<string, string> = {
    HOME: top,
    GV_ROOT: root,
    PATH: `${root}/shims:${root}/bin:${top}/sys/bin:${top}/basic`,
    LC_ALL: "C.UTF-8",
  };
  return { top, root, project, env, gv: join(root, "bin/gv") };
}

/** What the fake gv.cjs prints for `list`. */
function answer(named: string): string {
  return `node ["list"] GV_ROOT=${named}`;
}

describe.each(shellsAsSh(scenes.withRoot()))("$name", ({ name, sh }) => {
  if (sh === undefined) {
    testsWithout(name);
    return;
  }
  /** Runs bin/gv in the project; the answer in one line: exit code, stdout, first line of stderr. */
  const asker =
    ({ gv, project, env }: ReturnType<typeof place>, more: Record<string, string> = {}) =>
    async (...words: string[]) => {
      const ran = await run(sh, [gv, ...words], { cwd: project, env: { ...env, ...more } });
      return [ran.code, ran.stdout.trimEnd(), ran.stderr.split("\n")[0]];
    };

  it("says its version", async () => {
    const ask = asker(place({ node: "/nonexistent" }));
    expect(await ask("--version")).toEqual([0, `gv ${gvVersion}`, ""]);
    expect(await ask("-V")).toEqual([0, `gv ${gvVersion}`, ""]);
  });

  it("current: the version and nothing else; 3 when it isn't there", async () => {
    const here = place({ node: "/nonexistent" });
    expect(await asker(here)("current")).toEqual([0, "1.22.5", ""]);
    expect(await asker(here, { GV_VERSION: "1.21" })("current")).toEqual([0, "1.21.0", ""]);
    expect(await asker(here, { GV_VERSION: "system" })("current")).toEqual([0, "system", ""]);
    expect(await asker(here, { GV_VERSION: "1.4" })("current")).toEqual([
      3,
      "",
      "gv: Go 1.4 is not installed",
    ]);
    expect(await asker(here, { GV_VERSION: "a/b" })("current")).toEqual([
      2,
      "",
      'gv: "a/b" is a path or a reference, not a version of Go',
    ]);
    rmSync(join(here.top, "sys/bin/go"));
    expect(await asker(here, { GV_VERSION: "system" })("current")).toEqual([
      3,
      "",
      "gv: there is no go on PATH besides gv's own",
    ]);
  });

  it("which: the path that the shim executes", async () => {
    const here = place({ node: "/nonexistent" });
    const ask = asker(here);
    const [versions, tools] = [`${here.root}/versions/linux-amd64`, `${here.root}/tools/linux-amd64`];
    expect(await ask("which")).toEqual([0, `${versions}/1.22.5/bin/go`, ""]);
    expect(await ask("which", "gofmt")).toEqual([0, `${versions}/1.22.5/bin/gofmt`, ""]);
    expect(await ask("which", "gopls")).toEqual([0, `${tools}/1.22.5/bin/gopls`, ""]);
    expect(await ask("which", "dlv")).toEqual([0, `${tools}/1.21.0/bin/dlv`, ""]);
    expect(await ask("which", "go1.21.0")).toEqual([0, `${versions}/1.21.0/bin/go`, ""]);
    expect(await asker(here, { GV_VERSION: "system" })("which")).toEqual([0, `${here.top}/sys/bin/go`, ""]);
    expect(await ask("which", "nowhere")).toEqual([
      3,
      "",
      "gv: no installed version of Go has nowhere, and PATH has no other",
    ]);
  });

  it("exec: runs a command with a version, and what the command starts stays on it", async () => {
    const here = place({ node: "/nonexistent" });
    const ask = asker(here, { GOROOT: "/stale" });
    expect(await ask("exec", "--", "go", "a b", "")).toEqual([
      0,
      "ran go 1.22.5 <a b> <>\nGOROOT=unset GV_HOPS=unset",
      "",
    ]);
    expect((await ask("exec", "1.21", "--", "go", "x"))[1]).toMatch(/^ran go 1\.21\.0 <x>/);
    expect((await ask("exec", "1.21", "--", "gopls"))[1]).toMatch(/^ran gopls 1\.22\.5/);
    expect((await ask("exec", "1.21", "--", "go1.22.5"))[1]).toMatch(/^ran go 1\.22\.5/);
    expect((await ask("exec", "system", "--", "go"))[1]).toMatch(/^ran go system/);
    writeProgram(
      join(here.top, "sys/bin/make"),
      `#!/bin/sh\ngo from make\n"${here.root}/shims/go" by path\ndlv\n`,
    );
    expect((await ask("exec", "1.21", "--", "make"))[1]).toMatch(
      /^ran go 1\.21\.0 <from> <make>\n.*\nran go 1\.21\.0 <by> <path>\n.*\nran dlv 1\.21\.0/,
    );
    expect((await ask("exec", "1.21", "--", join(here.top, "sys/bin/make")))[1]).toMatch(/^ran go 1\.21\.0 /);
    expect((await ask("exec", "system", "--", "make"))[1]).toMatch(/^ran go system <from> <make>\n/);
    expect((await ask("exec", "1.8", "--", "go"))[1]).toContain(
      `GOROOT=${here.root}/versions/linux-amd64/1.8.7`,
    );
    expect(await ask("exec", "1.4", "--", "go")).toEqual([3, "", "gv: Go 1.4 is not installed"]);
    writeProgram(join(here.top, "sys/bin/fails"), "#!/bin/sh\nexit 42\n");
    expect((await ask("exec", "--", "fails"))[0]).toBe(42);
  });

  it("hands everything else to the Node that setup recorded", async () => {
    const here = place();
    const node = async (...words: string[]) =>
      expect(await asker(here)(...words)).toEqual([
        0,
        `node ${JSON.stringify(words)} GV_ROOT=${here.root}`,
        "",
      ]);
    await node();
    await node("install", "1.22", "a b", "");
    await node("current", "--json");
    await node("--version", "x");
    await node("which", "go", "--json");
    await node("which", "a/b");
    await node("which", "--help");
    await node("which", "gopsl");
    await node("exec", "--", "gopsl", "a b", "");
    await node("exec", "lates", "--", "go");
    await node("exec", "--help");
    await node("exec", "--");
    await node("exec", "1.22", "go");
    await node("exec", "--platform", "linux/arm64", "1.22", "--", "go");
    await node("exec", "^1.22", "--", "go", "a b", "");
    expect((await asker(here, { GV_VERSION: "^1.22" })("current"))[1]).toMatch(/^node \["current"\]/);
    expect((await asker(here, { GV_VERSION: "lates" })("current"))[1]).toMatch(/^node \["current"\]/);
    expect((await asker(here, { GV_VERSION: "^1.22" })("which", "gopls"))[1]).toMatch(
      /^node \["which","gopls"\]/,
    );
    expect((await asker(here, { GV_VERSION: "^1.22" })("exec", "--", "go", "x"))[1]).toMatch(
      /^node \["exec","--","go","x"\]/,
    );
  });

  it("finds its root above itself, through a link, or by GV_ROOT", async () => {
    const here = place();
    const { gv, top, root, project } = here;
    const plain: Record<string, string> = { PATH: here.env["PATH"] ?? "", HOME: top };
    const list = async (path: string, env: Record<string, string>, cwd = project) =>
      (await run(sh, [path, "list"], { cwd, env: { ...plain, ...env } })).stdout.trimEnd();
    // The root is no default here: Node knows it from where it lies.
    expect(await list(gv, {})).toBe(answer(root));
    expect(await list("./gv", {}, join(root, "bin"))).toBe(answer(root));
    // Another root: with its own Node code, and GV_ROOT kept.
    expect(await list(gv, { GV_ROOT: "/elsewhere" })).toBe(answer("/elsewhere"));
    expect((await asker(here, { GV_ROOT: "/elsewhere" })("current"))[1]).toBe(
      'node ["current"] GV_ROOT=/elsewhere',
    );
    // A link elsewhere: by GV_ROOT, else ~/.gv. Node knows its root from where it lies, links resolved.
    symlinkSync(gv, join(top, "gv"));
    expect(await list(join(top, "gv"), { GV_ROOT: root })).toBe(answer(root));
    symlinkSync(root, join(top, ".gv"));
    expect(await list(join(top, "gv"), {})).toBe(answer(root));
    const nowhere = await run(sh, [join(top, "gv"), "list"], {
      cwd: project,
      env: { ...plain, HOME: "/nonexistent" },
    });
    expect([nowhere.code, nowhere.stderr.split("\n")[0]]).toEqual([
      127,
      "gv: gv is not set up in /nonexistent/.gv",
    ]);
  });

  it("takes the node of PATH when the recorded one is gone, if it is new enough", async () => {
    const here = place({ node: "/nonexistent/node" });
    const ask = asker(here);
    expect(await ask("list")).toEqual([
      127,
      "",
      "gv: the Node that setup recorded is gone: /nonexistent/node",
    ]);
    const node = join(here.top, "basic/node");
    const fake = (version: string) =>
      writeProgram(node, `#!/bin/sh\n[ "$1" = --version ] && echo ${version} || echo "this node $*"\n`);
    for (const version of ["v20.19.0", "v20.20.2", "v22.1.0", "v100.0.0"]) {
      fake(version);
      expect((await ask("list"))[1]).toBe(`this node ${here.root}/lib/${gvVersion}/gv.cjs list`);
    }
    for (const version of ["v20.18.3", "v20.9.0", "v18.20.0", "v0.12.18", "v8.0.0"]) {
      fake(version);
      expect(await ask("list")).toEqual([127, "", `gv: gv needs Node 20.19 or newer; ${node} is older`]);
    }
    chmodSync(node, 0o644);
    expect((await ask("list"))[0]).toBe(127);
    expect(await ask("current")).toEqual([0, "1.22.5", ""]);
  });

  it("says that its own files are gone", async () => {
    const here = place();
    rmSync(join(here.root, "lib", gvVersion), { recursive: true });
    expect(await asker(here)("list")).toEqual([
      127,
      "",
      `gv: ${here.root}/lib/${gvVersion}/gv.cjs is missing`,
    ]);
  });
});

describe("the words that tell a Node", () => {
  it("are quoted in shim.conf", () => {
    const { root } = place({ node: "/it's/node" });
    expect(readFileSync(join(root, "lib/shim.conf"), "utf8")).toContain("_gv_node='/it'\\''s/node'\n");
  });
});
