/**
 * `go install` by the shim with a real Go: what it builds for another platform, what go starts itself, and Ctrl-C at a
 * terminal, as without gv.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";

import { expect, it, onTestFinished, type TestContext, vi } from "vitest";

import { goEnvironment, online, patience } from "../support/online.ts";
import { hostFolder, type Running, start } from "../support/scene.ts";
import { findProgram } from "../support/shell.ts";

const hello = {
  "go.mod": "module example.com/hello\n\ngo 1.22\n",
  "cmd/hello/main.go": 'package main\n\nfunc main() { println("hello") }\n',
};

/** A project in a sandbox with Go 1.22.5. */
async function place(test: TestContext) {
  const box = await online(test);
  expect(await box.gv(["install", "1.22.5"])).toMatchObject({ code: 0 });
  box.write(".go-version", "1.22.5\n");
  for (const [name, text] of Object.entries(hello)) box.write(name, text);
  return { box, env: goEnvironment(box), go: join(box.root, "shims/go"), bin: join(box.home, "gopath/bin") };
}

it("builds for here and for elsewhere, and what go starts itself", { timeout: patience }, async (test) => {
  const { box, env, go, bin } = await place(test);
  const collected = (): string[] => readdirSync(join(box.root, "tools", hostFolder, "1.22.5/bin"));

  const built = await box.run(go, ["install", "./cmd/hello"], { env });
  expect(built, built.stderr).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect((await box.run(join(box.root, "shims/hello"), [], { env })).stderr).toBe("hello\n");

  // For another platform it goes into a folder of its own, and no shim is made.
  const target = { GOOS: "darwin", GOARCH: "arm64" };
  const crossed = await box.run(go, ["install", "./cmd/hello"], { env: { ...env, ...target } });
  expect(crossed, crossed.stderr).toMatchObject({ code: 0 });
  expect(existsSync(join(bin, "darwin_arm64/hello"))).toBe(true);
  expect(collected()).toEqual(["hello"]);

  // go generate starts go itself, past the shims.
  box.write("cmd/nested/main.go", hello["cmd/hello/main.go"]);
  box.write("gen.go", "package hello\n\n//go:generate go install ./cmd/nested\n");
  expect(await box.run(go, ["generate"], { env })).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(bin, "nested"))).toBe(true);
  const byPath = await box.run("sh", ["-c", "nested"], { env: { ...env, PATH: `${env["PATH"]}:${bin}` } });
  expect(byPath.stderr).toBe("hello\n");
  expect((await box.gv(["rehash"], { env })).stdout).toBe("nested (built by Go 1.22.5)\n");
  expect(collected()).toEqual(["hello", "nested"]);
});

it("is ended by Ctrl-C as go is", { timeout: patience }, async (test) => {
  const { box, env, go, bin } = await place(test);
  const atTerminal = (line: string): Running =>
    start({ box }, ["-qec", line, "/dev/null"], findProgram("script"), env);

  // Ctrl-C while it downloads: go has no handler for it there.
  const silent = createServer(() => running.type("\u0003"));
  onTestFinished(() => {
    silent.close().closeAllConnections();
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const proxy = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const line = `trap : INT; GOPROXY=${proxy} GOSUMDB=off '${go}' install example.com/x@latest; echo "ended by $?"`;
  const running = atTerminal(line);
  expect((await running.ended).stdout).toMatch(/ended by 130/);

  // While it builds it ends as it does without the shim. What it waits for stays: were that to end by the same Ctrl-C,
  // go could be quicker to see its end than its own.
  const begun = join(box.home, "begun");
  const wait = `#!/bin/sh
case $* in *-V=full*) exec "$@" ;; esac
trap '' INT
echo $$ >${begun}
exec /bin/sleep 60
`;
  const slow = box.write("wait.sh", wait, 0o755);
  box.write("cmd/late/main.go", hello["cmd/hello/main.go"]);
  const ends: (string | undefined)[] = [];
  for (const program of [go, join(box.root, "versions", hostFolder, "1.22.5/bin/go")]) {
    const building = atTerminal(
      `trap : INT; '${program}' install -a -p 1 -toolexec '${slow}' ./cmd/late; echo "ended by $?"`,
    );
    await vi.waitFor(() => expect(readFileSync(begun, "utf8")).toMatch(/\n/), 60_000);
    const waited = Number(readFileSync(begun, "utf8"));
    rmSync(begun);
    building.type("\u0003");
    ends.push(/ended by \d+/.exec((await building.ended).stdout)?.[0]);
    process.kill(waited);
  }
  expect(ends).toEqual(["ended by 130", "ended by 130"]);
  expect(existsSync(join(bin, "late"))).toBe(false);
  expect(readdirSync(join(box.root, "staging"))).toEqual([]);
});
