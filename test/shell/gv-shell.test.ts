/** gv shell: the line that it prints, and the function gv that runs it, in every shell that sources env. */
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { basicPath } from "../support/sandbox.ts";
import { failedWith, hostName, scene, succeeded } from "../support/scene.ts";
import { canTrace, findProgram, shellNames, testsWithout, writeProgram } from "../support/shell.ts";

const says = (version: string) => `go version go${version} ${hostName}`;

describe("the line", () => {
  it("names the installed version that the spec means", async () => {
    const { gv, box, install, goroot } = await scene(["1.21.3", "1.22.5"]);
    await install("1.21.3", "1.22.5");
    await gv("link", "mygo", goroot("1.21.3"));
    box.write("go.mod", "go 1.21\n");
    for (const [spec, name] of [
      ["1.22", "1.22.5"],
      ["^1.21", "1.22.5"],
      ["oldstable", "1.21.3"],
      ["go.mod", "1.21.3"],
      ["mygo", "mygo"],
    ] as const) {
      expect(await gv("shell", spec)).toEqual(succeeded(`export GV_VERSION=${name}\n`));
      expect(await gv("shell", "--fish", spec)).toEqual(succeeded(`set -gx GV_VERSION ${name}\n`));
    }
    expect(await gv("shell", "--unset")).toEqual(succeeded("unset GV_VERSION\n"));
    expect(await gv("shell", "--unset", "--fish")).toEqual(succeeded("set -e GV_VERSION\n"));
    const go = writeProgram(join(box.home, "sys/go"), "#!/bin/sh\n");
    expect(await box.gv(["shell", "system"], { env: { PATH: join(go, "..") } })).toEqual(
      succeeded("export GV_VERSION=system\n"),
    );
  });

  it("there is none for what isn't installed; without a spec it prints what is set", async () => {
    const { gv, box, install } = await scene();
    await install("1.22.5");
    expect(failedWith(3, await gv("shell", "1.23"))).toEqual({
      fact: "Go 1.23 is not installed",
      hint: "asked for by: the argument 1.23\nto install it: gv install 1.23",
    });
    failedWith(3, await gv("shell", "system"));
    failedWith(2, await gv("shell", "../x"));
    failedWith(2, await gv("shell", "--unset", "1.22"));
    expect(failedWith(3, await gv("shell")).hint).toBe("gv shell 1.22   sets one");
    expect(await box.gv(["shell"], { env: { GV_VERSION: "1.4" } })).toEqual(succeeded("1.4\n"));
  });
});

/** What a person types, and what comes of it. */
const session = `
go version
gv shell 1.21
go version
gv shell
gv current
gv shell 9.9 || echo "code $?"
gv shell --help >/dev/null
gv shell --unset
gv shell || echo "code $?"
go version
gv exec 1.21 -- go version
`;
const answers = [
  says("1.22.5"),
  says("1.21.3"),
  "1.21.3",
  "1.21.3",
  "code 3",
  "code 3",
  says("1.22.5"),
  says("1.21.3"),
  "",
].join("\n");

describe.each([...shellNames, "fish"].map((name) => ({ name, program: findProgram(name) })))(
  "$name",
  ({ name, program }) => {
    if (program === undefined) {
      testsWithout(name);
      return;
    }
    const words = { busybox: ["sh", "-c"], fish: ["--no-config", "-c"] }[name] ?? ["-c"];
    const isFish = name === "fish";

    /** A root whose global version is 1.22.5, and the line that sources its env. */
    async function place() {
      const there = await scene(["1.21.3", "1.22.5"]);
      await there.install("1.22.5", "1.21.3");
      const { box } = there;
      const source = isFish ? `source ${box.root}/env.fish` : `. ${box.root}/env`;
      const run = (script: string) =>
        box.run(program ?? "", [...words, script], { env: { GV_ROOT: "", SHLVL: "2" } });
      return { ...there, source, run };
    }

    it("the function changes the shell, and passes everything else on", async () => {
      const { source, run } = await place();
      const start = isFish ? `${source}; ${source}` : `set -eu; ${source}; ${source}`;
      const script = isFish ? session.replaceAll("$?", "$status") : session;
      const ran = await run(`${start}\n${script}`);
      expect({ ...ran, stderr: "" }).toEqual(succeeded(answers));
      const facts = ran.stderr.split("\n").filter((line) => line.startsWith("gv: "));
      expect(facts).toEqual(["gv: Go 9.9 is not installed", "gv: no version is set for this shell"]);
      expect(ran.stderr.split("\n")).toHaveLength(6);
      // The program that the shell starts next has it, too.
      const child = `${source}\ngv shell 1.21\nsh -c 'echo $GV_VERSION; go version'`;
      expect(await run(child)).toEqual(succeeded(`1.21.3\n${says("1.21.3")}\n`));
    });

    it.skipIf(isFish)("leaves an alias of that name alone", async () => {
      const { source, run } = await place();
      expect(await run(`alias gv='echo mine'\nset -eu; ${source}\ngo version`)).toEqual(
        succeeded(`${says("1.22.5")}\n`),
      );
    });

    it.skipIf(isFish || !canTrace())("sourcing it starts no process", async () => {
      const { box, source } = await place();
      const log = join(box.home, "strace.log");
      const trace = ["-f", "-qq", "-o", log, "-e", "trace=execve,fork,vfork,clone,clone3"];
      const ran = await box.run(findProgram("strace") ?? "", [...trace, program, ...words, source], {
        env: { PATH: basicPath },
      });
      expect(ran).toEqual(succeeded(""));
      const calls = (await box.run("/bin/cat", [log])).stdout
        .split("\n")
        .filter((line) => !/= -1 /.test(line));
      expect(calls.filter((line) => /execve\(|fork\(|clone3?\(/.test(line))).toHaveLength(1);
    });
  },
);
