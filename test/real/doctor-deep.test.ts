/**
 * gv doctor --deep with the real ones: a gopls that gv built, a Go that it installed, the machine's C compiler and GOPROXY.
 * Where a go is on PATH its caches are used, so that only the first run compiles everything.
 */
import { join } from "node:path";

import { expect, inject, it } from "vitest";

import { online, patience } from "../support/online.ts";
import { findProgram } from "../support/shell.ts";

it(
  "is content with a project that is well, and tells what gopls, go and the compiler say",
  { timeout: patience },
  async (test) => {
    const box = await online(test);
    const env = {
      ...inject("goCaches"),
      GOFLAGS: "-modcacherw",
      GOTOOLCHAIN: "local",
      PATH: `${box.root}/shims:${box.env["PATH"]}`,
    };
    for (const words of [
      ["install", "-q", "1.26.8"],
      ["tools", "install", "gopls"],
    ]) {
      const ran = await box.gv(words, { env });
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
    }
    const ask = async (id: string, more = {}) => {
      const ran = await box.gv(["doctor", "--deep", "--json", id], { env: { ...env, ...more } });
      expect(ran.stderr).toBe("");
      return (JSON.parse(ran.stdout) as { checks: unknown[] }).checks[0];
    };
    const required = "\nrequire golang.org/x/mod v0.20.0\n";
    box.write("go.mod", `module example.com/x\n\ngo 1.22\n${required}`);
    box.write("main.go", 'package main\n\nimport _ "golang.org/x/mod/semver"\n\nfunc main() {}\n');
    expect(await box.run("go", ["mod", "tidy"], { env })).toMatchObject({ code: 0 });

    for (const id of ["gopls-starts", "cgo-builds", "modules-load", "modules-unchanged"])
      expect(await ask(id)).toMatchObject({ outcome: "ok" });
    expect(await ask("goproxy")).toMatchObject({
      outcome: "ok",
      measured: expect.arrayContaining([expect.anything()]),
    });

    const gcc = findProgram("gcc");
    if (gcc !== undefined) {
      const CC = box.write(join(box.home, "cc"), `#!/bin/sh\nexec ${gcc} -nostdinc "$@"\n`, 0o755);
      expect(await ask("cgo-builds", { CC, CGO_ENABLED: "1" })).toMatchObject({
        outcome: "found",
        findings: [{ fact: expect.stringMatching(/^CC=.*\/cc: .*\.h: No such file or directory/) }],
      });
    }
    box.write("go.mod", `module example.com/x\n\ngo 1.99\n${required}`);
    const tooOld = /go\.mod requires go >= 1\.99 \(running go 1\.26\.8; GOTOOLCHAIN=local\)/;
    for (const id of ["gopls-starts", "modules-load"])
      expect(await ask(id)).toMatchObject({
        outcome: "found",
        findings: [{ fact: expect.stringMatching(tooOld), fix: "gv install go.mod && gv use go.mod" }],
      });
  },
);
