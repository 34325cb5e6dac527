/**
 * The real thing: releases of Go from your GOPROXY, proven by sum.golang.org, and what they build. Finds the
 * GOPROXY as gv does; skips where none answers, unless GV_TEST_REQUIRE says network (or all).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { goEnvironment, online, patience } from "../support/online.ts";
import { hostFolder, hostName } from "../support/scene.ts";

const files = {
  "go.mod": "module example.com/hello\n\ngo 1.22\n",
  "main.go": `package main

import (
	"fmt"
	"runtime"
)

func greeting() string { return "hello from " + runtime.Version() }

func main() { fmt.Println(greeting()) }
`,
  "main_test.go": `package main

import "testing"

func TestGreeting(t *testing.T) {
	if got := greeting(); got != "hello from go1.22.5" {
		t.Fatal(got)
	}
}
`,
};

describe("a release of Go", () => {
  it(
    "is proven, builds, tests, and installs a tool that its shim runs",
    { timeout: patience },
    async (test) => {
      const box = await online(test);
      const installed = await box.gv(["install", "1.22.5"]);
      expect(installed).toMatchObject({ code: 0, stderr: "" });
      const [first, h1, record] = installed.stdout.split("\n");
      expect(first).toBe(`Go 1.22.5 for ${hostName} is installed and proven`);
      expect(h1).toMatch(/^ {2}h1:[A-Za-z0-9+/]{43}=$/);
      if (hostName === "linux/amd64") expect(h1).toBe("  h1:LQChnsjY/4sr12W+7pci1Qg1+X/n7vmLOOaq2aTBG0w=");
      expect(record).toMatch(/^ {2}is record \d+ of sum\.golang\.org, in its signed tree of \d+$/);

      for (const [name, text] of Object.entries(files)) box.write(name, text);
      box.write(".go-version", "1.22\n");
      const env = goEnvironment(box);
      const run = async (tool: string, ...words: string[]): Promise<string> => {
        const ran = await box.run(join(box.root, "shims", tool), words, { env });
        expect(ran, ran.stderr).toMatchObject({ code: 0 });
        return ran.stdout;
      };
      expect(await run("go", "version")).toBe(`go version go1.22.5 ${hostName}\n`);
      expect(await run("go", "env", "GOROOT")).toBe(`${box.root}/versions/${hostFolder}/1.22.5\n`);
      expect(await run("go", "run", ".")).toBe("hello from go1.22.5\n");
      expect(await run("go", "test", "./...")).toMatch(/^ok\s+example\.com\/hello/);
      expect(await run("gofmt", "-l", ".")).toBe("");

      await run("go", "install", "golang.org/x/tools/gopls@v0.16.2");
      expect(await box.gv(["rehash"], { env })).toMatchObject({
        code: 0,
        stdout: "gopls (built by Go 1.22.5)\n",
      });
      expect(await box.gv(["rehash"], { env })).toMatchObject({ code: 0, stdout: "nothing new\n" });
      expect(await run("gopls", "version")).toContain("golang.org/x/tools/gopls v0.16.2");
      expect(await box.gv(["which", "gopls"], { env })).toMatchObject({
        stdout: `${box.root}/tools/${hostFolder}/1.22.5/bin/gopls\n`,
      });

      expect((await box.gv(["uninstall", "1.22.5"])).code).toBe(0);
      const left = box.listing();
      expect(
        left.filter((path) => /^(?:versions|receipts|staging)\/./.test(path) && !path.endsWith("/")),
      ).toEqual([]);
      expect(left).not.toContain("shims/go1.22.5");
      expect(left).toContain(`tools/${hostFolder}/1.22.5/bin/gopls`);
    },
  );

  it("for another platform is proven and unpacked, and not run", { timeout: patience }, async (test) => {
    const box = await online(test);
    const ran = await box.gv(["install", "--platform", "darwin/arm64", "1.26.8"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const goroot = join(box.root, "versions/darwin-arm64/1.26.8");
    expect(ran.stdout).toMatch(
      /^Go 1\.26\.8 for darwin\/arm64 is installed and proven\n {2}h1:.{44}\n {2}is record \d+ of sum\.golang\.org, /,
    );
    expect(ran.stdout).toContain(`its GOROOT is ${goroot}\n`);
    expect(readFileSync(join(goroot, "VERSION"), "utf8")).toMatch(/^go1\.26\.8\n/);
    // A Mach-O program for arm64.
    expect(readFileSync(join(goroot, "bin/go")).subarray(0, 8).toString("hex")).toBe("cffaedfe0c000001");
    expect(readFileSync(join(goroot, "src/go.mod"), "utf8")).toContain("module std");
    expect(JSON.parse((await box.gv(["list", "--json"])).stdout)).toMatchObject([
      { name: "1.26.8", platform: "darwin/arm64", proven: true, current: false, global: false },
    ]);
    expect(box.listing().filter((path) => path.startsWith("staging/"))).toEqual(["staging/"]);
  });
});
