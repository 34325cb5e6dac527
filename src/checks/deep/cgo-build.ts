/**
 * A cgo program of a few lines, built with the Go that applies here and the user's settings.
 *
 * In a folder of its own, which is removed again: nothing of the project can fail it, and nothing is left but what the
 * build cache keeps.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Machine } from "../../doctor/machine.ts";
import type { Said } from "../../doctor/probe.ts";
import { goSetting } from "../../goenv.ts";

/** Builds one; at most `limit` ms. */
export async function buildCgo(machine: Machine, limit: number): Promise<Said> {
  const { ctx } = machine;
  const here = await machine.here;
  const folder = mkdtempSync(join(realpathSync(ctx.env["TMPDIR"] || tmpdir()), "gv-cgo-"));
  try {
    writeFileSync(join(folder, "go.mod"), "module example.com/cgo\n");
    writeFileSync(join(folder, "main.go"), program);
    // A -mod or -modfile is about the project's go.mod.
    const flags = (goSetting(ctx, "GOFLAGS")?.value ?? "")
      .split(/\s+/)
      .filter((flag) => !/^--?mod(?:file)?=/.test(flag));
    const env = {
      ...ctx.env,
      PWD: folder,
      GOWORK: "off",
      GO111MODULE: "on",
      GOFLAGS: flags.join(" ") || " ", // An empty one counts as none, and Go's env file is read.
      ...(here.kind === "version" ? { GV_VERSION: here.name } : {}),
      ...(here.kind === "system" ? { GV_VERSION: "system" } : {}),
    };
    return await machine.run("go", ["build", "-o", "program", "."], {
      cwd: folder,
      env,
      limit,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A header of the system's, and a function of its library. */
const program = `package main

// #include <stdlib.h>
import "C"

func main() {
	if C.abs(-1) != 1 {
		panic("C.abs")
	}
}
`;
