/** src/config.ts and gv config: what the file says, and that a change leaves everything else as it is. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { configFlag, type ConfigKey, configWords, problemWith, writeSetting } from "../src/config.ts";
import { type Sandbox, sandbox } from "./support/sandbox.ts";
import { failedWith, hostFolder, jsonError, scene, succeeded } from "./support/scene.ts";

function withConfig(text: string | undefined): Sandbox & { config: string } {
  const box = sandbox();
  mkdirSync(box.root);
  const config = join(box.root, "config");
  if (text !== undefined) writeFileSync(config, text);
  return { ...box, config };
}

describe("reading", () => {
  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ["", true],
    ["tool-fallback = false\n", false],
    ["tool-fallback=false", false],
    ["\t tool-fallback =false # mine\r\n", false],
    ["# tool-fallback = false\n", true],
    ["tool-fallback = true\ntool-fallback = false\n", true],
    ["tool-fallback = no\n", true],
    ["other = x\ntool-fallback\n", true],
  ])("%j: tool-fallback is %s", (text, value) => {
    expect(configFlag(withConfig(text).context(), "tool-fallback")).toBe(value);
  });

  it("words stand between spaces or commas", () => {
    const text = "archive-mirrors = https://a.example,https://b.example , https://c.example\t# near\n";
    const words = ["a", "b", "c"].map((name) => `https://${name}.example`);
    expect(configWords(withConfig(text).context(), "archive-mirrors")).toEqual(words);
  });
});

describe("writing", () => {
  const many = "# top\n\nunknown = 1\nstrict-pin = false  # why\r\ntool-fallback = true\nstrict-pin = true";
  it.each<[string, string | undefined, ConfigKey, string | undefined, string | undefined]>([
    ["a new file", undefined, "strict-pin", "true", "strict-pin = true\n"],
    ["at the end", "a = b\n", "strict-pin", "true", "a = b\nstrict-pin = true\n"],
    ["after a line without an end", "a = b", "strict-pin", "true", "a = b\nstrict-pin = true\n"],
    [
      "in its place",
      many,
      "strict-pin",
      "true",
      "# top\n\nunknown = 1\nstrict-pin = true  # why\r\ntool-fallback = true\n",
    ],
    [
      "taken away, wherever it is",
      many,
      "strict-pin",
      undefined,
      "# top\n\nunknown = 1\ntool-fallback = true\n",
    ],
    ["nothing to take away", "a = b", "strict-pin", undefined, "a = b\n"],
    ["no file to take it from", undefined, "strict-pin", undefined, undefined],
  ])("%s", (_name, before, key, value, after) => {
    const box = withConfig(before);
    const { config } = box;
    writeSetting(box.context(), key, value);
    expect(existsSync(config) ? readFileSync(config, "utf8") : undefined).toBe(after);
  });

  it("follows a link, and does not write what it could not read", () => {
    const box = withConfig("a = b\n");
    const { config, home } = box;
    renameSync(config, join(home, "mine"));
    symlinkSync(join(home, "mine"), config);
    writeSetting(box.context(), "strict-pin", "true");
    expect(lstatSync(config).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(home, "mine"), "utf8")).toBe("a = b\nstrict-pin = true\n");

    const other = withConfig(undefined);
    mkdirSync(other.config);
    expect(() => writeSetting(other.context(), "strict-pin", "true")).toThrow("can't be read");
  });

  it("keeps the mode of a file that may hold passwords, and leaves one that is read-only", () => {
    const box = withConfig("archive-mirrors = https://me:secret@mirror.example\n");
    for (const mode of [0o600, 0o664]) {
      chmodSync(box.config, mode);
      writeSetting(box.context(), "strict-pin", `${mode === 0o600}`);
      expect(statSync(box.config).mode & 0o777).toBe(mode);
    }
    chmodSync(box.config, 0o444);
    expect(() => writeSetting(box.context(), "strict-pin", "true")).toThrow("is read-only");
    expect(configFlag(box.context(), "strict-pin")).toBe(false);
  });

  it.each<[ConfigKey, string, RegExp | undefined]>([
    ["strict-pin", "true", undefined],
    ["strict-pin", "yes", /neither true nor false/],
    ["archive-mirrors", "https://a.example/x, http://b.example", undefined],
    ["archive-mirrors", "https://a.example somewhere", /"somewhere", which is no address/],
    ["archive-mirrors", "https://a.example/#x", /has a #/],
    ["default-tools", "golang.org/x/tools/gopls@latest honnef.co/go/tools/cmd/staticcheck", undefined],
    ["default-tools", "a\nstrict-pin = true", /line break/],
    ["share", "link", undefined],
    ["share", "hard", /none of clone, link and off/],
    ["source", "file:///srv/go", undefined],
    ["source", "ext::sh -c date", /no address of a git repository/],
  ])("%s may be %j: %s", (key, value, problem) => {
    if (problem) expect(problemWith(key, value)).toMatch(problem);
    else expect(problemWith(key, value)).toBeUndefined();
  });
});

describe("gv config", () => {
  it("sets, gets, lists and unsets", async () => {
    const { gv, box } = await scene();
    expect(await gv("config", "get", "strict-pin")).toEqual(succeeded("false\n"));
    expect(await gv("config", "set", "strict-pin", "true")).toEqual(succeeded(""));
    expect(await gv("config", "set", "default-tools", "a.example/b@latest", "c.example/d@v1.0.0")).toEqual(
      succeeded(""),
    );
    expect(await gv("config", "get", "default-tools")).toEqual(
      succeeded("a.example/b@latest c.example/d@v1.0.0\n"),
    );
    expect(JSON.parse((await gv("config", "get", "--json", "default-tools")).stdout)).toEqual([
      "a.example/b@latest",
      "c.example/d@v1.0.0",
    ]);
    expect(readFileSync(join(box.root, "config"), "utf8")).toBe(
      "strict-pin = true\ndefault-tools = a.example/b@latest c.example/d@v1.0.0\n",
    );
    expect((await gv("config", "list")).stdout).toBe(
      [
        "archive-mirrors =  (default)",
        "default-tools   = a.example/b@latest c.example/d@v1.0.0",
        "share           = clone  (default)",
        "source          = https://go.googlesource.com/go  (default)",
        "strict-pin      = true",
        "tool-fallback   = true  (default)\n",
      ].join("\n"),
    );
    expect(await gv("config", "unset", "strict-pin")).toEqual(succeeded(""));
    expect(JSON.parse((await gv("config", "list", "--json")).stdout)).toContainEqual({
      key: "strict-pin",
      value: false,
      isSet: false,
    });
  });

  it("of several at once none is lost, in the file and in what the shims know", async () => {
    const { gv, box } = await scene();
    const settings = ["strict-pin true", "tool-fallback false", "share link", "default-tools gopls"];
    const ran = await Promise.all(settings.map((line) => gv("config", "set", ...line.split(" "))));
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const lines = readFileSync(join(box.root, "config"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => line.replace(" = ", " ")).toSorted()).toEqual(settings.toSorted());
    expect(readFileSync(join(box.root, "lib/shim.conf"), "utf8")).toContain(
      "_gv_tool_fallback=0 _gv_strict=1\n",
    );
    expect(readdirSync(join(box.root, "staging"))).toEqual([]);
  });

  it("refuses a key or a value that is none, and says which there are", async () => {
    const { gv, box } = await scene();
    expect(failedWith(2, await gv("config", "set", "strict-pins", "true"))).toEqual({
      fact: '"strict-pins" is no key of gv\'s config',
      hint: "did you mean strict-pin?\nthe keys are archive-mirrors, default-tools, share, source, strict-pin, tool-fallback",
    });
    expect(failedWith(2, await gv("config", "get", "zzz")).fact).toBe('"zzz" is no key of gv\'s config');
    expect(failedWith(2, await gv("config", "set", "strict-pin", "yes"))).toEqual({
      fact: "the value of strict-pin is neither true nor false",
      hint: "gv config set strict-pin true\nit is now: false",
    });
    expect(failedWith(2, await gv("config", "set", "archive-mirrors", "x")).hint).toBe(
      "gv config set archive-mirrors https://mirror.example/golang",
    );
    expect(failedWith(2, await gv("config", "set", "default-tools", "gopls", "dvl"))).toEqual({
      fact: '"dvl" is neither a short name of a tool nor a package\'s path',
      hint: expect.stringMatching(/^did you mean dlv\?\n/),
    });
    expect(failedWith(2, await gv("config", "set", "strict-pin", "")).hint).toBe(
      "gv config unset strict-pin",
    );
    expect(jsonError(2, await gv("config", "get", "zzz", "--json")).code).toBe("BAD_ARGUMENT");
    expect(existsSync(join(box.root, "config"))).toBe(false);
    for (const words of [["config"], ["config", "nonsense"], ["config", "set", "strict-pin"]])
      expect((await gv(...words)).code).toBe(2);
  });

  it("names what the file says and gv can't use", async () => {
    const { gv, box } = await scene();
    mkdirSync(box.root);
    const config = join(box.root, "config");
    writeFileSync(config, "# mine\nstrictpin = true\ntool-fallback = no\nshare = x\nshares = link\n");
    expect((await gv("config", "list")).stderr).toBe(
      [
        `gv: ${config}, line 2: strictpin is no key of this gv (is it strict-pin?), and counts as not set`,
        `gv: ${config}, line 3: tool-fallback is neither true nor false, and counts as not set`,
        `gv: ${config}, line 4: share is none of clone, link and off, and counts as not set`,
        `gv: ${config}, line 5: shares is no key of this gv (is it share?), and counts as not set\n`,
      ].join("\n"),
    );
  });
});

describe("what the shims know of it", () => {
  it("follows gv config at once, and a change by hand with the next setup or install", async () => {
    const there = await scene(["1.22.5", "1.23.1"]);
    const { gv, box, install } = there;
    await install("1.22.5");
    const toolchain = async () => (await there.inRoot("shims/go", ["env", "GOTOOLCHAIN"])).stdout;
    expect(await toolchain()).toBe("\n");
    const conf = () => readFileSync(join(box.root, "lib/shim.conf"), "utf8");
    expect(conf()).toContain("_gv_tool_fallback=1 _gv_strict=''\n");
    await gv("config", "set", "strict-pin", "true");
    await gv("config", "set", "tool-fallback", "false");
    expect(conf()).toContain("_gv_tool_fallback=0 _gv_strict=1\n");
    writeFileSync(join(box.root, "config"), "");
    await install("1.23.1");
    expect(conf()).toContain("_gv_strict=''\n");
    writeFileSync(join(box.root, "config"), "strict-pin = true\n");
    await gv("setup", "-q");
    expect(conf()).toContain("_gv_strict=1\n");
    expect(await toolchain()).toBe("local\n");
    const byNode = ["exec", "^1.22", "--", "go", "env", "GOTOOLCHAIN"];
    expect(await box.gv(byNode, { env: { GOTOOLCHAIN: "auto" } })).toEqual(succeeded("local\n"));
  });

  it("tool-fallback = false: gv which names who has a tool", async () => {
    const { gv, box, install } = await scene(["1.22.5", "1.23.1"]);
    await install("1.22.5", "1.23.1");
    box.write(`../root/tools/${hostFolder}/1.23.1/bin/dlv`, "#!/bin/sh\n", 0o755);
    expect((await gv("which", "dlv")).code).toBe(0);
    await gv("config", "set", "tool-fallback", "false");
    expect(failedWith(3, await gv("which", "dlv"))).toEqual({
      fact: "Go 1.22.5 has no dlv; these have: 1.23.1 (tool-fallback is off)",
      hint: "to build it with the version in use: go install <its package>@latest",
    });
  });
});
