/**
 * gv doctor beside a mise that was really installed, from npm: whose the other go is, which line puts it on PATH, and what
 * mise does to Go's variables; nothing else.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { expect, it, onTestFinished } from "vitest";

import { diagnose } from "../../src/doctor/diagnose.ts";
import { healthy } from "../support/doctor.ts";
import { patience } from "../support/online.ts";
import { isRequired } from "../support/required.ts";

/** As bench/mise.mjs has it: the package with mise's binary for this machine. */
const npmPackage = "@jdxcode/mise-linux-x64@2026.9.15";
const isHere = process.platform === "linux" && process.arch === "x64";

/** mise's binary in a folder of its own, which goes with the test; undefined where npm can't get it. */
function mise(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "gv-test-mise-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const words = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", npmPackage];
    execFileSync("npm", words, { stdio: "ignore", cwd: folder });
  } catch (error) {
    if (isRequired("network")) throw error;
    return undefined;
  }
  return join(folder, "node_modules/@jdxcode/mise-linux-x64/bin/mise");
}

it.skipIf(!isHere)("tells mise's go, its line and its GOROOT", { timeout: patience }, async ({ skip }) => {
  const program = mise() ?? skip("npm has no mise here");
  const scene = await healthy();
  const { home, env, path, write, go } = scene;
  const data = join(home, ".local/share/mise");
  go(join(data, "installs/go/1.20.1"), "1.20.1");
  write(join(home, ".config/mise/config.toml"), '[tools]\ngo = "1.20.1"\n\n[settings]\noffline = true\n');
  const bashrc = join(home, ".bashrc");
  write(bashrc, `eval "$(${program} activate bash)"\n${readFileSync(bashrc, "utf8")}`);
  const run = { cwd: home, env: { HOME: home, PATH: "/usr/bin:/bin" }, encoding: "utf8" } as const;
  execFileSync(program, ["reshim"], run);
  // mise's own word that it is set up.
  expect(execFileSync(program, ["which", "go"], run).trim()).toBe(join(data, "installs/go/1.20.1/bin/go"));
  path.push(join(data, "installs/go/1.20.1/bin"), join(data, "shims"));
  env["LANG"] = "C.UTF-8";
  const answers = await diagnose(scene.context(), { ids: [], offline: true, deep: false });
  expect(answers.filter(({ outcome }) => outcome === "unknown")).toEqual([]);
  const told = answers.flatMap(({ check, findings }) => findings.map(({ fact }) => `${check.id}: ${fact}`));
  expect(told).toEqual([
    expect.stringMatching(
      /^other-go: go 2 of 3 .*installs\/go\/1\.20\.1\/bin\/go, mise, .* by .*\.bashrc line 1: eval .* activate bash/,
    ),
    expect.stringMatching(
      /^other-go: go 3 of 3 .*mise\/shims\/go -> .*, mise, .* by .*\.bashrc line 1: eval/,
    ),
    expect.stringMatching(/^goroot-version: GOROOT=.*installs\/go\/1\.20\.1, in new shells \(bash -i -c\)/),
  ]);
});
