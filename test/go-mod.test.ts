/** src/go-mod.ts: what gv takes from a module file, and that nothing in one stops it. */
import { execFileSync } from "node:child_process";

import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";

import { parseGoMod } from "../src/go-mod.ts";
import { realGo } from "./support/programs.ts";
import { sandbox } from "./support/sandbox.ts";

const whole = `// a comment
module "example.com/me" // why

go 1.24.2
toolchain go1.25.1

godebug default=go1.21

require example.com/one v1.2.3
require (
	example.com/two/v2 v2.0.0 // indirect
	"example.com/three" v0.0.0-20240102030405-0123456789ab

)

tool example.com/one/cmd/x

tool (
	example.com/two/v2
)

replace example.com/one v1.2.3 => ../one
replace (
	example.com/two/v2 => example.com/fork v1.0.0
)
exclude example.com/one v1.0.0
retract v1.0.1
retract (
	[v1.1.0, v1.1.9] // broken
	v0.9.0
)
ignore ./x
`;

describe("a go.mod", () => {
  it("says its module, Go, requirements, tools and retractions", () => {
    expect(parseGoMod(whole)).toEqual({
      module: "example.com/me",
      go: "1.24.2",
      require: [
        { path: "example.com/one", version: "v1.2.3" },
        { path: "example.com/two/v2", version: "v2.0.0" },
        { path: "example.com/three", version: "v0.0.0-20240102030405-0123456789ab" },
      ],
      replaced: ["example.com/one", "example.com/two/v2"],
      retracted: [
        { from: "v1.0.1", to: "v1.0.1" },
        { from: "v1.1.0", to: "v1.1.9" },
        { from: "v0.9.0", to: "v0.9.0" },
      ],
      tools: ["example.com/one/cmd/x", "example.com/two/v2"],
    });
  });

  it.runIf(realGo)("means the same to the go command", () => {
    const box = sandbox();
    const file = box.write("go.mod", whole.replace("ignore ./x\n", ""));
    const read = JSON.parse(execFileSync("go", ["mod", "edit", "-json", file], { encoding: "utf8" }));
    const { module, go, require, tools, retracted } = parseGoMod(whole);
    expect([module, go]).toEqual([read.Module.Path, read.Go]);
    expect(require.map(({ path, version }) => [path, version])).toEqual(
      read.Require.map((one: { Path: string; Version: string }) => [one.Path, one.Version]),
    );
    expect(tools).toEqual(read.Tool.map((one: { Path: string }) => one.Path));
    expect(retracted.map(({ from, to }) => [from, to])).toEqual(
      read.Retract.map((one: { Low: string; High: string }) => [one.Low, one.High]),
    );
  });

  it.each([
    "",
    "module",
    "tool (\nexample.com/x",
    ")\n)\n",
    "require ((\n",
    "go",
    "\u0000\r\n(",
    "retract [v1",
  ])("%j is read without a failure", (text) => {
    expect(parseGoMod(text)).toHaveProperty("tools");
  });

  it("CRLF changes nothing", () => {
    expect(parseGoMod(whole.replaceAll("\n", "\r\n"))).toEqual(parseGoMod(whole));
  });

  it("never fails", () => {
    assert(
      property(string(), (text) => {
        parseGoMod(text);
      }),
    );
  });
});
