/**
 * A root that several kinds of system see (a home in a container, on NFS): a shim runs the build of the system that
 * it is on, or says what to type. Here is linux/amd64 for the shell; where it is another, its uname says so.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { gvVersion } from "../../src/context.ts";
import type { System } from "../../src/shim-conf.ts";
import {
  findProgram,
  makeRoot,
  run,
  Scenes,
  shellsAsSh,
  teller,
  testsWithout,
  writeProgram,
  writeTree,
} from "../support/shell.ts";

const scenes = new Scenes();
afterAll(() => scenes.remove());

/** A system whose line of shim.conf doesn't hold here: with musl, what emulates arm64, and a kernel that isn't ours. */
const elsewhere: System = {
  exists: (path) => ["/lib/ld-musl-x86_64.so.1", "/lib/ld-linux-aarch64.so.1"].includes(path),
  textOf: () => "elsewhere\n",
};

/** A root that was set up elsewhere, and Go for these platforms. `uname` is what that program prints. */
function place({
  platforms,
  uname,
  system = elsewhere,
}: {
  platforms: string[];
  uname?: string;
  system?: System;
}) {
  const top = scenes.withRoot([]);
  const [root, project] = [join(top, "root 2"), join(top, "p")];
  makeRoot(root, { versions: [], shims: ["gopls"], system, node: "/nonexistent/node" });
  for (const platform of platforms) {
    for (const tool of ["go", "gofmt"])
      writeProgram(join(root, "versions", platform, "1.22.5/bin", tool), teller(`${tool} ${platform}`));
    writeProgram(join(root, "tools", platform, "1.22.5/bin/gopls"), teller(`gopls ${platform}`));
  }
  writeTree(project, { ".go-version": "1.22.5\n" });
  if (uname !== undefined) writeProgram(join(top, "fake/uname"), `#!/bin/sh\necho "${uname}"\n`);
  const env = { PATH: `${root}/shims:${root}/bin:${top}/fake:/usr/bin:/bin`, HOME: top, LC_ALL: "C.UTF-8" };
  return { top, root, project, env };
}

const ours = ["linux-arm64", "linux-amd64", "linux-386", "linux-arm", "darwin-arm64"];

describe.each(shellsAsSh(scenes.withRoot()))("$name", ({ name, sh }) => {
  if (sh === undefined) {
    testsWithout(name);
    return;
  }
  const call = async (there: ReturnType<typeof place>, program: string, ...words: string[]) => {
    const ran = await run(sh, [join(there.root, program), ...words], { cwd: there.project, env: there.env });
    return [ran.code, ran.stdout.split("\n")[0], ran.stderr];
  };

  it.each([
    ["Linux aarch64", "linux-arm64"],
    ["Linux armv7l", "linux-arm"],
    ["Linux armv6l", "linux-arm"],
    ["Linux i686", "linux-386"],
    ["Linux riscv64", "linux-riscv64"],
    ["Linux loongarch64", "linux-loong64"],
    ["Darwin arm64", "darwin-arm64"],
    ["Darwin x86_64", "darwin-amd64"],
  ])("on %s runs the build for %s", async (uname, platform) => {
    const there = place({ platforms: [...new Set([...ours, platform])], uname });
    expect(await call(there, "shims/go", "a b")).toEqual([0, `ran go ${platform} <a b>`, ""]);
    expect(await call(there, "shims/gofmt")).toEqual([0, `ran gofmt ${platform}`, ""]);
    expect(await call(there, "shims/gopls")).toEqual([0, `ran gopls ${platform}`, ""]);
    expect(await call(there, "bin/gv", "current")).toEqual([0, "1.22.5", ""]);
    expect(await call(there, "bin/gv", "exec", "1.22", "--", "go")).toEqual([0, `ran go ${platform}`, ""]);
  });

  it("never runs another system's build: it says which is missing, and the line", async () => {
    const there = place({ platforms: ["linux-amd64", "darwin-arm64"], uname: "Linux aarch64" });
    const said =
      "gv: Go 1.22.5 is not installed for linux-arm64, and this root was set up on another system\n" +
      `    asked for by: ${there.project}/.go-version, line 1\n` +
      "    to mend it, type on this system: gv install 1.22.5\n";
    expect(await call(there, "shims/go")).toEqual([127, "", said]);
    expect(await call(there, "bin/gv", "which")).toEqual([3, "", said]);
    const unknown = place({ platforms: ours, uname: "Plan9 vax" });
    expect((await call(unknown, "shims/go"))[2]).toContain("Go 1.22.5 is not installed for this system, and");
  });

  it("needs a node of this system's own", async () => {
    const there = place({ platforms: ours, uname: "Linux aarch64" });
    there.env.PATH = `${there.top}/fake:${there.top}/basic`;
    for (const word of ["printf", "["])
      writeTree(there.top, { [`basic/${word}`]: `-> ${findProgram(word) ?? ""}` });
    expect(await call(there, "bin/gv", "list")).toEqual([
      127,
      "",
      "gv: gv was set up on another system, and PATH has no node on this one\n" +
        "    install Node 20.19 or newer, then type: gv setup\n",
    ]);
    writeProgram(
      join(there.top, "fake/node"),
      '#!/bin/sh\n[ "$1" = --version ] && echo v22.1.0 || echo "this node $*"\n',
    );
    expect(await call(there, "bin/gv", "list")).toEqual([
      0,
      `this node ${there.root}/lib/${gvVersion}/gv.cjs list`,
      "",
    ]);
  });

  it("finds uname whatever PATH is", async () => {
    const there = place({ platforms: [] });
    there.env.PATH = `${there.root}/shims:${there.top}/basic`;
    // yash wants to see its own builtins there.
    for (const word of ["printf", "["])
      writeTree(there.top, { [`basic/${word}`]: `-> ${findProgram(word) ?? ""}` });
    const [code, , error] = await call(there, "bin/gv", "which");
    expect([code, error]).toEqual([
      3,
      expect.stringMatching(/^gv: Go 1\.22\.5 is not installed for \w+-\w+, and/),
    ]);
  });

  it("asks no uname where its own line holds", async () => {
    const there = place({ platforms: ours, uname: "Linux aarch64" });
    makeRoot(there.root, { versions: [] }); // As gv setup here: one more line.
    expect(readFileSync(join(there.root, "lib/shim.conf"), "utf8").match(/^\[/gm)).toHaveLength(2);
    expect(await call(there, "shims/go")).toEqual([0, "ran go linux-amd64", ""]);
  });

  it("does not run a program of another processor without a word", async () => {
    const there = place({ platforms: ["linux-amd64"] });
    makeRoot(there.root, { versions: [] });
    const go = join(there.root, "versions/linux-amd64/1.22.5/bin/go");
    // The header of an ELF file for a processor that this is not, and nothing else.
    const foreign = Buffer.alloc(4096);
    foreign.write("\x7fELF\x02\x01\x01", "latin1");
    foreign.set([2, 0, 0xf3, 0, 1], 16);
    writeProgram(go, foreign);
    const [code, out, error] = await call(there, "shims/go", "version");
    expect(out).toBe("");
    expect(code).not.toBe(0);
    expect(error).not.toBe("");
  });
});
