/** What a person sees at a terminal, a real one (a pty that util-linux's script makes), and a log doesn't. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { tinyToolchain } from "./support/goproxy.ts";
import { isRequired } from "./support/required.ts";
import {
  entry,
  holdZip,
  host,
  hostName,
  largeToolchain,
  type Running,
  type Scene,
  scene,
  start,
  succeeded,
} from "./support/scene.ts";
import { findProgram } from "./support/shell.ts";

const script = findProgram("script");
const isThere =
  script !== undefined && execFileSync(script, ["--version"], { encoding: "utf8" }).includes("util-linux");

/** Starts a command of sh at a terminal of 100 columns; what it prints is all that the terminal gets. */
function atTerminal(there: Scene, line: string): Running {
  return start(there, ["-qec", `stty cols 100 -echo; exec ${line}`, "/dev/null"], script);
}

const gv = `'${process.execPath}' '${entry}'`;

const erase = "\u001b[K";
const controls = new RegExp(`(\\r|${erase.replace("[", "\\[")})`);

/** The lines that are left on the screen: \r goes back to a line's start, ESC [ K erases what is behind it. */
function screen(printed: string): string[] {
  return printed.split("\n").map((line) => {
    let shown = "";
    let column = 0;
    for (const part of line.split(controls)) {
      if (part === "\r") column = 0;
      else if (part === erase) shown = shown.slice(0, column);
      else {
        shown = shown.slice(0, column) + part + shown.slice(column + part.length);
        column += part.length;
      }
    }
    return shown;
  });
}

const bar = /\rGo 1\.22\.5 {2}\[[= ]{24}\] {2}\d+\.\d of 7\.\d MB/;

describe(`at a terminal${isThere || isRequired("terminal") ? "" : ": skipped, no script of util-linux"}`, () => {
  const test = it.skipIf(!isThere && !isRequired("terminal"));

  test("an install shows how many MB have arrived, and takes that away at the end", async () => {
    const there = await scene([], { toolchains: [largeToolchain("1.22.5")] });
    const { code, stdout } = await atTerminal(there, `${gv} install 1.22.5`).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(bar);
    const left = screen(stdout);
    expect(left[0]).toBe(`Go 1.22.5 for ${hostName} is installed and proven`);
    expect(left.join("\n")).not.toMatch(/MB|\[=/);
  });

  test("it is gone where the install fails or is interrupted, too", async () => {
    const toolchain = largeToolchain("1.22.5");
    const there = await scene([], { toolchains: [toolchain] });
    const cut = holdZip(there.proxy, toolchain);
    const failing = atTerminal(there, `${gv} install 1.22.5`);
    await failing.said(" of 7.");
    cut.cut();
    const failed = await failing.ended;
    expect(failed.code).toBe(5);
    expect(screen(failed.stdout)[0]).toMatch(/^gv: .*\.zip changed while it was being read$/);

    const held = holdZip(there.proxy, toolchain);
    const interrupted = atTerminal(there, `${gv} install 1.22.5`);
    await interrupted.said(" of 7.");
    interrupted.type("\u0003"); // Ctrl-C
    const { code, stdout } = await interrupted.ended;
    expect(code).toBe(130);
    expect(screen(stdout).filter((line) => line.includes("MB"))).toEqual([]);
    expect(stdout).toContain("gv: interrupted");
    held.cut();
    expect(there.box.listing().filter((path) => path.startsWith("staging/"))).toEqual(["staging/"]);
  });

  test("-q shows nothing", async () => {
    const there = await scene([], { toolchains: [largeToolchain("1.22.5")] });
    expect(await atTerminal(there, `${gv} install -q 1.22.5`).ended).toEqual(succeeded(""));
  });

  test("the shim of go installs a missing version on the spot, and shows it", async () => {
    const there = await scene([], { toolchains: [tinyToolchain("1.21.3", host), largeToolchain("1.22.5")] });
    await there.install("1.21.3");
    there.box.write(".go-version", "1.22.5\n");
    const { code, stdout } = await atTerminal(there, `'${join(there.box.root, "shims/go")}' version`).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(bar);
    expect(screen(stdout)).toEqual([
      "gv: Go 1.22.5 is installed and proven",
      expect.stringContaining("gv: Go 1.22 is past its end of support"),
      `go version go1.22.5 ${hostName}`,
      "",
    ]);
  });

  test("but not another tool's, nor where GV_AUTO_INSTALL says no, nor a release from before 1.21", async () => {
    const there = await scene(["1.21.3", "1.22.5", "1.20.14"]);
    await there.install("1.21.3");
    const file = there.box.write(".go-version", "1.22.5\n");
    const shims = join(there.box.root, "shims");
    for (const line of [`'${shims}/gofmt'`, `env GV_AUTO_INSTALL=0 '${shims}/go' version`]) {
      const { code, stdout } = await atTerminal(there, line).ended;
      expect(code).toBe(127);
      expect(screen(stdout.replaceAll("\r", ""))).toEqual([
        "gv: Go 1.22.5 is not installed",
        `    asked for by: ${file}, line 1`,
        "    to mend it: gv install 1.22.5",
        "",
      ]);
    }
    there.box.write(".go-version", "1.20.14\n");
    expect((await atTerminal(there, `'${shims}/go' version`).ended).code).toBe(127);
    expect(there.proxy.zipDownloads).toBe(1);
  });

  test("gv shell says that its line has to be run", async () => {
    const there = await scene();
    await there.install("1.22.5");
    const { code, stdout } = await atTerminal(there, `${gv} shell '>=1.22'`).ended;
    expect(code).toBe(0);
    expect(screen(stdout)).toEqual([
      "export GV_VERSION=1.22.5",
      "gv: that line sets it, and nothing has run it yet",
      `    for this shell: eval "$(gv shell '>=1.22')"`,
      `    for good: put  . '${there.box.root}/env'  into your profile (gv setup), and gv shell does it`,
      "",
    ]);
  });

  test("Ctrl-C means the command that gv exec runs, once", async () => {
    const there = await scene();
    await there.install("1.22.5");
    const command = `trap "echo got INT" INT; echo ready; until read -r line && [ "$line" = end ]; do :; done; exit 7`;
    const running = atTerminal(there, `${gv} exec '^1.22.0' -- sh -c '${command}'`);
    await running.said("ready");
    running.type("\u0003");
    await running.said("got INT");
    running.type("end");
    const { code, stdout } = await running.ended;
    expect([code, stdout.replaceAll("\r", "")]).toEqual([7, "ready\ngot INT\n"]);
  });
});

describe("without a terminal", () => {
  it("there is no progress, and nothing on stderr", async () => {
    const there = await scene([], { toolchains: [largeToolchain("1.22.5")] });
    const ran = await there.gv("install", "1.22.5");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout.replace(/h1:\S+/, "")).not.toMatch(/MB|\r/); // A hash may have those two letters.
    expect(ran.stdout).not.toContain("\u001b");
  });
});
