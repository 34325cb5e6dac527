/** What a shim does besides choosing: it is an exec, changes nothing else, and says why when it can't. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import {
  canTrace,
  findProgram,
  makeRoot,
  run,
  type RunOptions,
  Scenes,
  shellsAsSh,
  teller,
  writeProgram,
  writeTree,
  testsWithout,
} from "../support/shell.ts";

const scenes = new Scenes();
afterAll(() => scenes.remove());

/** A folder with a root at a name that needs quoting, and a project that pins 1.22.5. */
function place(
  options: { tools?: Record<string, readonly string[]>; toolFallback?: boolean; strict?: boolean } = {},
) {
  const top = scenes.withRoot([]);
  const [root, project] = [join(top, "my root's [x]*"), join(top, "p")];
  const shims = ["gopls", "dlv", "godoc", "other", "go1.22.5"];
  makeRoot(root, { versions: ["1.8.7", "1.21.0", "1.22.5"], shims, ...options });
  writeTree(project, { ".go-version": "1.22.5\n" });
  const go = join(root, "versions/linux-amd64/1.22.5/bin/go");
  const env: Record<string, string> = {
    PATH: `${root}/shims:${top}/sys/bin:/usr/bin:/bin`,
    LC_ALL: "C.UTF-8",
  };
  return { top, root, project, go, env, shim: (name: string) => join(root, "shims", name) };
}

/** Makes the pinned go another program. */
function replaceGo(go: string, program: string | undefined): void {
  rmSync(go);
  symlinkSync(program ?? "/bin/true", go);
}

describe.each(shellsAsSh(scenes.withRoot()))("$name", ({ name, sh }) => {
  if (sh === undefined) {
    testsWithout(name);
    return;
  }
  const call = (words: readonly string[], options: RunOptions) => run(sh, words, options);

  it("passes every argument on as it is", async () => {
    const { shim, project, env } = place();
    const words = ["", "a b", "*", "line\nbreak", "-n", "'\"$HOME`x`\\", "--", "ä", ""];
    const ran = await call([shim("go"), ...words], { cwd: project, env });
    expect(ran.stdout).toContain(`ran go 1.22.5${words.map((word) => ` <${word}>`).join("")}\n`);
    expect(ran.stderr).toBe("");
  });

  it("leaves stdin and the exit code alone", async () => {
    const { shim, project, env, go } = place();
    writeProgram(go, `#!/bin/sh\ncat\nexit 42\n`);
    const ran = await call([shim("go")], { cwd: project, env, input: "to the program\n" });
    expect([ran.code, ran.stdout]).toEqual([42, "to the program\n"]);
  });

  it("becomes the program: a signal to its process reaches it", async () => {
    const { shim, project, env, go } = place();
    writeProgram(
      go,
      `#!/bin/sh\ntrap 'echo caught; exit 7' TERM\necho "ready $$"\nwhile :; do sleep 0.05; done\n`,
    );
    let pid = 0;
    const running = call([shim("go")], { cwd: project, env, onStart: (id) => (pid = id) });
    await new Promise((resolve) => setTimeout(resolve, 400));
    process.kill(pid, "SIGTERM");
    const ran = await running;
    expect([ran.code, ran.stdout]).toEqual([7, `ready ${pid}\ncaught\n`]);

    replaceGo(go, findProgram("sleep"));
    const killed = call([shim("go"), "30"], { cwd: project, env, onStart: (id) => (pid = id) });
    setTimeout(() => process.kill(pid, "SIGTERM"), 300);
    expect((await killed).signal).toBe("SIGTERM");
  });

  it.each([
    ["1.22.5", "an exact version"],
    ["1.22 # comment", "the general case"],
  ])("changes GOROOT in the environment and nothing else: %s (%s)", async (pin) => {
    const { shim, project, env, go } = place();
    replaceGo(go, findProgram("env"));
    writeFileSync(join(project, ".go-version"), pin);
    // Names that a script might use for itself.
    const names = [
      "root",
      "dir",
      "file",
      "line",
      "word",
      "tool",
      "name",
      "version",
      "i",
      "p",
      "path_",
      "spec",
      "text",
    ];
    const user = Object.fromEntries(names.map((word) => [word, `the user's ${word}`]));
    const full = {
      ...env,
      ...user,
      GOROOT: "/stale",
      GOBIN: "/b",
      GOFLAGS: "-x",
      GV_HOPS: "3",
      OLDPWD: "/tmp",
    };
    const without: Record<string, string> = { ...full };
    delete without["GOROOT"];
    delete without["GV_HOPS"];
    const ran = await call([shim("go")], { cwd: project, env: full });
    // What sh itself does to an environment is its own affair.
    const plain = await call(["-c", `exec "$0"`, go], { cwd: project, env: without });
    expect(variables(ran.stdout)).toEqual(variables(plain.stdout));
  });

  it("passes on a variable whose name is no identifier only where the shell does", async () => {
    const { shim, project, env, go } = place();
    replaceGo(go, findProgram("env"));
    const odd = { "a.b": "1", "A-B": "2", "1x": "3", "BASH_FUNC_f%%": "() { :; }" };
    const ran = await call([shim("go")], { cwd: project, env: { ...env, ...odd, ok_: "4", empty: "" } });
    const names = new Set(ran.stdout.split("\n").map((line) => line.split("=")[0]));
    expect(["ok_", "empty"].filter((word) => names.has(word))).toEqual(["ok_", "empty"]);
    expect(Object.keys(odd).filter((word) => names.has(word))).toEqual(
      ["dash", "busybox", "mksh"].includes(name) ? [] : Object.keys(odd),
    );
  });

  it("sets GOROOT for a release that does not find its own tree", async () => {
    const { shim, project, env, root } = place();
    writeFileSync(join(project, ".go-version"), "1.8.7");
    const ran = await call([shim("go")], { cwd: project, env: { ...env, GOROOT: "/stale" } });
    expect(ran.stdout).toContain(`GOROOT=${root}/versions/linux-amd64/1.8.7 GV_HOPS=unset`);
  });

  it("strict-pin: GOTOOLCHAIN=local for what gv chose, over the environment; not for what others chose", async () => {
    const { shim, project, env, root, top, go } = place({ strict: true });
    const told = "#!/bin/sh\necho ${GOTOOLCHAIN-unset}\n";
    for (const program of [go, join(root, "versions/linux-amd64/1.21.0/bin/go"), join(top, "sys/bin/go")])
      writeProgram(program, told);
    const toolchain = async (words: readonly string[], more: Record<string, string> = {}) =>
      (await call(words, { cwd: project, env: { ...env, GOTOOLCHAIN: "auto", ...more } })).stdout.trimEnd();
    const shims = shim("go");
    expect(await toolchain([shims])).toBe("local");
    expect(await toolchain([shims], { GV_VERSION: "1.21" })).toBe("local");
    expect(await toolchain([shims, "+1.21.0"])).toBe("local");
    expect(await toolchain([shim("go1.22.5")])).toBe("local");
    expect(await toolchain([join(root, "bin/gv"), "exec", "1.21", "--", "go"])).toBe("local");
    expect(await toolchain([shims], { GV_VERSION: "system" })).toBe("auto");
    const switched = { GOTOOLCHAIN_INTERNAL_SWITCH_VERSION: "go1.22.5" };
    expect(await toolchain([shim("go1.22.5")], switched)).toBe("auto");

    const loose = place();
    writeProgram(loose.go, told);
    const ran = await call([loose.shim("go")], { cwd: loose.project, env: loose.env });
    expect(ran.stdout).toBe("unset\n");
  });

  it("a go command that switched to this version gets GV_VERSION, for what it starts in other folders", async () => {
    const { shim, project, env, go } = place();
    writeProgram(go, "#!/bin/sh\necho ${GV_VERSION-unset}\n");
    const told = async (tool: string, more: Record<string, string> = {}) =>
      (await call([shim(tool)], { cwd: project, env: { ...env, ...more } })).stdout.trimEnd();
    expect(await told("go1.22.5", { GOTOOLCHAIN_INTERNAL_SWITCH_VERSION: "go1.22.5" })).toBe("1.22.5");
    expect(await told("go1.22.5")).toBe("unset");
    expect(await told("go")).toBe("unset");
  });

  it("opens no file for the program", async () => {
    const { shim, project, env, go } = place();
    writeProgram(go, `#!/bin/sh\nls /proc/self/fd\n`);
    const direct = await run(go, [], { cwd: project, env });
    for (const pin of ["1.22.5", "1.22.x"]) {
      writeFileSync(join(project, ".go-version"), pin);
      expect((await call([shim("go")], { cwd: project, env })).stdout).toBe(direct.stdout);
    }
  });

  it.skipIf(!canTrace())("starts no process: strace sees sh and go, and no fork", async () => {
    const { shim, project, env, go, top, root } = place();
    replaceGo(go, findProgram("true"));
    const log = join(top, "strace.log");
    const trace = ["-f", "-qq", "-o", log, "-e", "trace=execve,fork,vfork,clone,clone3", sh];
    const calls = async (words: readonly string[], more: Record<string, string> = {}) => {
      await run(findProgram("strace") ?? "", [...trace, ...words], {
        cwd: project,
        env: { ...env, ...more },
      });
      const lines = readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => !/= -1 /.test(line));
      return [/execve\(/, /fork\(|clone3?\(/].map((kind) => lines.filter((line) => kind.test(line)).length);
    };
    for (const pin of ["1.22.5\n", "1.22 # x", "latest\r\n"]) {
      writeFileSync(join(project, ".go-version"), pin);
      expect(await calls([shim("go")])).toEqual([2, 0]);
    }
    symlinkSync(findProgram("true") ?? "", join(top, "sys/bin/other"));
    expect(await calls([shim("other")])).toEqual([2, 0]);
    expect(await calls([shim("go"), "+1.22.5"])).toEqual([2, 0]);
    // yash finds even its own printf by PATH, but starts nothing for it.
    expect(await calls([shim("go")], { GV_VERSION: "1.4" })).toEqual([1, 0]);
    expect(await calls([join(root, "bin/gv"), "which"])).toEqual([1, 0]);
  });

  it("reads no more of itself than the straight way, for what is usual", async () => {
    const { shim, project, env, root, top } = place({ tools: { "1.22.5": ["gopls"] } });
    const path = join(root, "lib/shim.sh");
    const [straight = ""] = readFileSync(path, "utf8").split("# The general case");
    writeFileSync(path, `${straight}\nexit 99\n`);
    for (const version of ["1.22", "1.22.5"]) {
      for (const [file, text] of [
        [join(project, ".go-version"), `${version}\n`],
        [join(project, ".tool-versions"), `nodejs 20\ngolang ${version}\n`],
        [join(top, ".tool-versions"), `golang ${version}\n`],
        [join(root, "version"), version],
      ] as const) {
        rmSync(join(project, ".go-version"), { force: true });
        writeFileSync(file, text);
        for (const tool of ["go", "gofmt", "gopls"]) {
          const ran = await call([shim(tool), "x"], { cwd: project, env: { ...env, HOME: top } });
          expect([file, ran.code, ran.stdout.split("\n")[0]]).toEqual([file, 0, `ran ${tool} 1.22.5 <x>`]);
        }
        rmSync(file);
      }
    }
  });

  it("does not take its own settings from the environment", async () => {
    const { shim, project, env } = place();
    const hostile = {
      _gv_ask: "which",
      _gv_tool: "x",
      _gv_root: "/x",
      _gv_conf: "/x",
      _gv_given: "1.4",
      _gv_plus: "y",
    };
    for (const word of ["build", "+1.22"])
      expect((await call([shim("go"), word], { cwd: project, env: { ...env, ...hostile } })).stdout).toMatch(
        /^ran go 1\.22\.5/,
      );
  });

  it("finds its root from any way to itself", async () => {
    const { shim, project, env, root, top } = place();
    symlinkSync(join(root, "shims"), join(top, "links"));
    const ran = async (path: string, cwd: string) =>
      (await call([path], { cwd, env: { ...env, GV_VERSION: "1.22", GV_ROOT: "/elsewhere" } })).stdout;
    for (const [path, cwd] of [
      [shim("go"), project],
      ["./go", join(root, "shims")],
      ["shims/go", root],
      ["../shims/go", join(root, "bin")],
      [join(top, "links/go"), project],
      [`${root}//shims/../shims/go`, project],
    ] as const)
      expect(await ran(path, cwd)).toMatch(/^ran go 1\.22\.5/);
  });

  it("takes no other folder for the one it stands in, where a shell shortens PWD", async () => {
    const { shim, top, env } = place();
    const files = { "q/real/.go-version": "1.22.5\n", "q/in/": "", "p/real/.go-version": "1.21.0\n" };
    writeTree(top, { ...files, "p/link": "-> ../q/in" });
    const PWD = `${top}/p/link/../real`;
    const ran = await call([shim("go")], { cwd: join(top, "q/real"), env: { ...env, PWD } });
    expect(ran.stdout).toMatch(/^(?:by node\n)?ran go 1\.22\.5\n/);
  });

  it("says the whole path of what it executes, whatever the way to it", async () => {
    const { project, env, root, go } = place();
    writeProgram(go, `#!/bin/sh\nprintf '%s\\n' "$0"\n`);
    const ran = await call(["my root's [x]*/shims/go"], {
      cwd: join(root, ".."),
      env: { ...env, GV_VERSION: "1.22.5" },
    });
    expect(ran.stdout).toBe(`${go}\n`);
    const straight = await call(["../my root's [x]*/shims/go"], { cwd: project, env });
    expect(straight.stdout).toBe(`${project}/../my root's [x]*/versions/linux-amd64/1.22.5/bin/go\n`);
  });

  it("counts the programs outside gv that it calls", async () => {
    const { shim, project, env, top } = place();
    writeFileSync(join(project, ".go-version"), "system");
    const ran = await call([shim("go"), "a"], { cwd: project, env: { ...env, GOROOT: "/stale" } });
    expect(ran.stdout).toBe("ran go system <a>\nGOROOT=unset GV_HOPS=1\n");
    const path = `relative:.::${join(top, "nothing")}:${env["PATH"]}`;
    const again = await call([shim("go")], { cwd: project, env: { ...env, PATH: path, GV_HOPS: "18" } });
    expect(again.stdout).toContain("GV_HOPS=19");
  });

  /** Another manager's shim, which looks for the next go on PATH, too, and finds ours; it notes each call. */
  const otherShim = (log: string, ours: string) =>
    `#!/bin/sh\necho call >>"${log}"\nexec ${sh} "${ours}" "$@"\n`;

  it.each<[string, (top: string, text: string) => void]>([
    ["a script", (top, text) => writeProgram(join(top, "sys/bin/go"), text)],
    [
      "a link to its program",
      (top, text) => {
        rmSync(join(top, "sys/bin/go"));
        symlinkSync(writeProgram(join(top, "other/libexec/dispatch"), text), join(top, "sys/bin/go"));
      },
    ],
  ])("ends a loop with another manager's shim at the 20th program: %s", async (_kind, make) => {
    const { shim, project, env, top, root } = place();
    writeFileSync(join(project, ".go-version"), "system");
    const log = join(top, "calls");
    make(top, otherShim(log, shim("go")));
    const ran = await call([shim("go")], { cwd: project, env });
    expect(ran.code).toBe(127);
    expect(ran.stderr.split("\n")).toEqual([
      `gv: ${top}/sys/bin/go and ${root}/shims/go call each other without end`,
      "    both are shims; take one of their folders out of PATH, or choose a version: gv global latest",
      "",
    ]);
    expect(readFileSync(log, "utf8")).toBe("call\n".repeat(19));
  });

  it("ends a loop of two roots, and the second one's version ends the count", async () => {
    const { shim, project, env, top } = place();
    const second = join(top, "second");
    makeRoot(second, { versions: ["1.21.0"] });
    for (const root of [join(shim("go"), "../.."), second])
      // the interpreter of both is the shell of this test
      writeProgram(join(root, "shims/go"), `#!${sh}\n. "\${0%/*}/../lib/shim.sh"\n`);
    writeFileSync(join(project, ".go-version"), "system");
    const PATH = `${join(shim("go"), "..")}:${second}/shims:${env["PATH"]}`;
    const ran = await call([shim("go")], { cwd: project, env: { ...env, PATH } });
    expect([ran.code, ran.stderr.split("\n")[0]]).toEqual([
      127,
      `gv: ${shim("go")} and ${second}/shims/go call each other without end`,
    ]);
    // A word that only the second root knows as its own: there is no loop then.
    writeFileSync(join(project, ".go-version"), "");
    writeFileSync(join(second, "version"), "1.21.0\n");
    const well = await call([shim("go")], { cwd: project, env: { ...env, PATH } });
    expect(well.stdout).toBe("ran go 1.21.0\nGOROOT=unset GV_HOPS=unset\n");
  });

  it("passes over its own folder and links to its own shims where it looks for the system's Go", async () => {
    const { shim, project, env, root, top } = place();
    writeFileSync(join(project, ".go-version"), "system");
    symlinkSync(join(root, "shims"), join(top, "same folder"));
    writeTree(top, { "link/go": `-> ${shim("go")}` });
    const PATH = `${top}/same folder:${root}//shims/.:${top}/link:${env["PATH"]}`;
    const ran = await call([shim("go")], { cwd: project, env: { ...env, PATH } });
    expect(ran.stdout).toBe("ran go system\nGOROOT=unset GV_HOPS=1\n");
  });

  it("takes a tool that the version built, then one of the same minor, then the newest, then PATH", async () => {
    const { shim, project, env, top, root } = place({
      tools: { "1.22.5": ["gopls"], "1.21.0": ["gopls", "dlv"], "1.21.9": ["dlv"], "1.24rc1": ["dlv"] },
    });
    writeProgram(join(root, "versions/linux-amd64/1.8.7/bin/godoc"), teller("godoc 1.8.7"));
    writeProgram(join(top, "sys/bin/other"), teller("other outside"));
    const first = async (tool: string, version: string) =>
      (await call([shim(tool), "x"], { cwd: project, env: { ...env, GV_VERSION: version } })).stdout.split(
        "\n",
      )[0];
    expect(await first("gopls", "1.22.5")).toBe("ran gopls 1.22.5 <x>");
    expect(await first("gopls", "1.21.0")).toBe("ran gopls 1.21.0 <x>");
    expect(await first("dlv", "1.21.0")).toBe("ran dlv 1.21.0 <x>");
    expect(await first("dlv", "1.22.5")).toBe("ran dlv 1.21.9 <x>");
    expect(await first("godoc", "1.8.7")).toBe("ran godoc 1.8.7 <x>");
    expect(await first("godoc", "1.22")).toBe("ran godoc 1.8.7 <x>");
    expect(await first("other", "1.22")).toBe("ran other outside <x>");
    expect(await first("dlv", "system")).toBe("ran dlv 1.21.9 <x>");
    writeProgram(join(top, "sys/bin/dlv"), teller("dlv outside"));
    expect(await first("dlv", "system")).toBe("ran dlv outside <x>");
  });

  it("says who has a tool where no other version's copy is wanted", async () => {
    const { shim, project, env } = place({
      tools: { "1.21.0": ["dlv"], "1.8.7": ["dlv"] },
      toolFallback: false,
    });
    const ran = await call([shim("dlv")], { cwd: project, env });
    expect(ran.code).toBe(127);
    expect(ran.stderr).toMatch(/^gv: Go 1\.22\.5 has no dlv; these have: 1\.21\.0, 1\.8\.7 /);
    const none = await call([shim("other")], { cwd: project, env });
    expect([none.code, none.stderr.split("\n")[0]]).toEqual([
      127,
      "gv: no installed version of Go has other, and PATH has no other",
    ]);
    const missing = await call([shim("dlv")], { cwd: project, env: { ...env, GV_VERSION: "1.4" } });
    expect([missing.code, missing.stderr.split("\n")[0]]).toEqual([127, "gv: Go 1.4 is not installed"]);
  });

  it("says what to type where there is no Go at all", async () => {
    const { shim, top, env, root } = place();
    rmSync(join(top, "sys/bin/go"));
    const PATH = `${root}/shims:${join(top, "basic")}`;
    // A PATH without any go, wherever this machine has one; yash wants to see its own builtins there.
    for (const word of ["printf", "[", "test"])
      writeTree(top, { [`basic/${word}`]: `-> ${findProgram(word) ?? "none"}` });
    const ran = await call([shim("go")], { cwd: top, env: { ...env, PATH } });
    expect([ran.code, ran.stdout]).toEqual([127, ""]);
    expect(ran.stderr).toMatch(/no version of Go is chosen here.*\n.*gv install latest.*gv global latest/);
    const system = await call([shim("go"), "+system"], { cwd: top, env: { ...env, PATH } });
    expect(system.stderr).toMatch(
      /^gv: there is no go on PATH besides gv's own\n {4}asked for by: go \+system\n/,
    );
  });

  it("does not pass control characters of a file on to the terminal", async () => {
    const { shim, project, env } = place();
    const strange = join(project, "\u001b[31mred\u0007");
    writeTree(strange, { ".go-version": "x/\u001b[2Jy\n" });
    const ran = await call([shim("go")], { cwd: strange, env });
    expect(ran.code).toBe(127);
    // oxlint-disable-next-line no-control-regex
    expect(ran.stderr).not.toMatch(/[\0-\x09\x0b-\x1f]/);
    expect(ran.stderr).toContain('"x/?[2Jy"');
  });

  it("tells a program that may not be executed from one that is missing", async () => {
    const { shim, project, env, go } = place();
    chmodSync(go, 0o644);
    const ran = await call([shim("go")], { cwd: project, env });
    expect(ran.code).toBe(126);
    expect(ran.stderr).toContain(`${go} may not be executed`);
  });

  it.skipIf(!canTrace())("doesn't say so of one that was missing when it was looked for", async () => {
    const { shim, project, env, go, top } = place();
    const log = join(top, "strace.log");
    /** Runs the shim where the first so many looks find nothing, and counts them. */
    const without = async (looks: string) => {
      const inject = `inject=?access,?faccessat,?faccessat2:error=ENOENT:when=${looks}`;
      const words = ["-qq", "-o", log, "-P", go, "-e", inject, sh, shim("go"), "version"];
      const ran = await run(findProgram("strace") ?? "", words, { cwd: project, env });
      return { ran, count: readFileSync(log, "utf8").match(/INJECTED/g)?.length ?? 0 };
    };
    const { ran: always, count } = await without("1+");
    if (count === 0) return; // This shell asks the system in another way.
    expect(always.code).toBe(126);
    // The last look is the one behind which that is said.
    const { ran } = await without(`1..${count - 1}`);
    expect(ran).toMatchObject({ code: 127, stderr: expect.stringContaining("Go 1.22.5 is not installed") });
  });

  it("has a message and 126 or 127 when exec itself fails", async () => {
    const { shim, project, env, go } = place();
    writeProgram(go, "#!/no/such/interpreter\n");
    const ran = await call([shim("go")], { cwd: project, env });
    expect([126, 127]).toContain(ran.code);
    expect(ran.stderr).toContain(go);
  });

  it("lets Node install what is missing where that is wanted", async () => {
    const { shim, project, env, root } = place();
    writeProgram(join(root, "bin/gv"), `#!/bin/sh\nprintf 'gv'\nprintf ' <%s>' "$@"\n`);
    const go = async (words: readonly string[], more: Record<string, string>) => {
      const ran = await call([shim("go"), ...words], {
        cwd: project,
        env: { ...env, GV_AUTO_INSTALL: "1", ...more },
      });
      return ran.stdout || `${ran.code}`;
    };
    expect(await go(["a b", ""], { GV_VERSION: "1.22.9" })).toBe("gv <exec> <--shim> <go> <--> <a b> <>");
    expect(await go(["+1.24"], {})).toBe("gv <exec> <--shim> <go> <--> <+1.24>");
    expect(await go([], { GV_VERSION: "1.20.99" })).toBe("127");
    expect(await go([], { GV_VERSION: "1.9" })).toBe("127");
    expect(await go([], { GV_VERSION: "1.22.9", GV_AUTO_INSTALL: "0" })).toBe("127");
  });

  it.runIf(name === "bash")("is not disturbed by options that bash hands down", async () => {
    const { shim, project, env } = place();
    for (const pin of ["1.22.5", "1.22"]) {
      writeFileSync(join(project, ".go-version"), pin);
      const ran = await call([shim("go"), "x"], {
        cwd: project,
        env: { ...env, SHELLOPTS: "errexit:nounset:noglob" },
      });
      expect([ran.stdout.split("\n")[0], ran.stderr]).toEqual(["ran go 1.22.5 <x>", ""]);
    }
  });

  it("passes over a FIFO named as a version file, and does not wait for it", async () => {
    const { shim, project, env } = place();
    const inner = join(project, "inner");
    mkdirSync(inner);
    spawnSync("mkfifo", [join(inner, ".go-version"), join(inner, ".tool-versions")]);
    expect(readdirSync(inner)).toEqual([".go-version", ".tool-versions"]);
    expect((await call([shim("go")], { cwd: inner, env })).stdout).toMatch(/^ran go 1\.22\.5/);
  });

  // yash knows no path but UTF-8, and macOS has none.
  it.runIf(name !== "yash" && process.platform === "linux")(
    "follows a folder that is not UTF-8",
    async () => {
      const { shim, project, env } = place();
      const script = `cd "$1" && d=$(printf 'caf\\351') && mkdir "$d" && cd "$d" && echo 1.21.0 >.go-version && exec "$0" "$2"`;
      for (const LC_ALL of ["C", "C.UTF-8"]) {
        const ran = await call(["-c", script, sh, project, shim("go")], {
          cwd: project,
          env: { ...env, LC_ALL },
        });
        rmSync(Buffer.from(`${project}/caf\xe9`, "latin1"), { recursive: true });
        expect(ran.stdout).toMatch(/^ran go 1\.21\.0/);
      }
    },
  );

  it("lets no byte of a stranger's file or folder steer the terminal", async () => {
    const { shim, project, env } = place();
    const folder = join(project, "a [x] \u009b2J");
    mkdirSync(folder);
    for (const [word, cwd] of [
      ["./\u009b31mRED\u202eabc", project],
      ["9.9.9", folder],
    ] as const) {
      writeFileSync(join(cwd, ".go-version"), `${word}\n`);
      for (const LC_ALL of ["C", "C.UTF-8"]) {
        const ran = await call([shim("go")], { cwd, env: { ...env, LC_ALL } });
        expect(ran.code).toBe(127);
        expect(ran.stderr).not.toMatch(/[\u0080-\u009f\u202a-\u202e]/);
      }
    }
  });

  it("runs in a folder that was deleted by the files above it, as Node finds them", async () => {
    const { shim, project, env, root } = place();
    writeFileSync(join(root, "version"), "1.21.0\n");
    const gone = join(project, "gone");
    mkdirSync(gone);
    const script = `cd "$1" && rmdir "$1" && exec "$0" "$2"`;
    const ran = await call(["-c", script, sh, gone, shim("go")], { cwd: project, env });
    expect(ran.stdout).toMatch(/^by node\nran go 1\.22\.5\nGOROOT/);
  });

  it.runIf(process.getuid?.() !== 0)("passes over a version file that may not be read", async () => {
    const { shim, project, env } = place();
    const inner = join(project, "inner");
    mkdirSync(inner);
    writeFileSync(join(inner, ".go-version"), "1.21.0", { mode: 0o000 });
    expect((await call([shim("go")], { cwd: inner, env })).stdout).toMatch(/^ran go 1\.22\.5/);
  });
});

it("keeps every shim the same two lines", () => {
  const { root } = place();
  const texts = readdirSync(join(root, "shims")).map((name) =>
    readFileSync(join(root, "shims", name), "utf8"),
  );
  expect(new Set(texts)).toEqual(new Set(['#!/bin/sh\n. "${0%/*}/../lib/shim.sh"\n']));
});

/** What env printed, sorted, without the one that bash and ksh set for each command. */
function variables(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("_="))
    .toSorted();
}
