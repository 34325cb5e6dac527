/**
 * The real thing: a release of Go comes out of its own sources, built by another release, with the h1 of the log; and
 * the same sources, as a clone has them, become a Go of one's own that compiles a program.
 * A build takes minutes, and more where others work on the machine: GV_BUILD=1 runs this file, nothing else does.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, inject, it } from "vitest";

import { online } from "../support/online.ts";
import { hostFolder, hostName } from "../support/scene.ts";

/** In ms, for a build. */
const patience = 3_600_000;

describe.skipIf(process.env["GV_BUILD"] !== "1")("a real build", () => {
  it("reproduces a release, byte for byte", { timeout: patience }, async (test) => {
    const box = await online(test);
    expect(await box.gv(["install", "-q", "1.26.8", "1.25.14"])).toMatchObject({ code: 0 });
    const ran = await box.gv(["build", "--reproduce", "1.26.8", "--json"]);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      version: "1.26.8",
      platform: hostName,
      reproduced: true,
      bootstrap: "1.25.14",
      differences: { changed: [], added: [], missing: [] },
    });
  });

  it("of tip becomes a Go that compiles programs", { timeout: patience }, async (test) => {
    const box = await online(test);
    expect(await box.gv(["install", "-q", "1.26.8"])).toMatchObject({ code: 0 });
    const goroot = join(box.root, "versions", hostFolder, "1.26.8");
    const clone = join(box.home, "clone");
    const git = "git -c user.name=a -c user.email=a@example.com -c commit.gpgSign=false";
    // As the repository has it: no VERSION, nothing that a build makes.
    const lines = [
      `cp -r '${goroot}' '${clone}'`,
      `cd '${clone}'`,
      "rm -r VERSION bin pkg",
      "git init -q",
      "git add -A -f",
      `${git} commit -q -m one`,
    ];
    expect(await box.run("sh", ["-ec", lines.join("\n")])).toMatchObject({ code: 0 });
    expect(await box.gv(["config", "set", "source", `file://${clone}`])).toMatchObject({ code: 0 });
    const ran = await box.gv(["build", "tip", "--go", "1.26.8"]);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    box.write(".go-version", "tip\n");
    box.write("main.go", 'package main\n\nimport "runtime"\n\nfunc main() { println(runtime.Version()) }\n');
    const go = join(box.root, "shims/go");
    const env = { GOTOOLCHAIN: "local", GOCACHE: inject("goCaches").GOCACHE, GOFLAGS: "" };
    expect((await box.run(go, ["env", "GOROOT"], { env })).stdout).toBe(
      `${join(box.root, "versions", hostFolder, "tip")}\n`,
    );
    const program = await box.run(go, ["run", "main.go"], { env });
    expect(program.stderr).toMatch(/^go1\.26-devel_[0-9a-f]+ /);
    expect(readFileSync(join(box.root, "receipts", hostFolder, "tip.json"), "utf8")).toContain('"source"');
  });
});
