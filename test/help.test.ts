/** What gv says of itself: --help on a screen, help in each form that people type, and what they may have meant. */
import { describe, expect, it } from "vitest";

import { commandLineOf } from "../src/cli.ts";
import { groups } from "../src/cli/overview.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { sandbox } from "./support/sandbox.ts";
import { failedWith, host, scene, succeeded } from "./support/scene.ts";

describe("gv --help", () => {
  it("fits a screen, and names each command once", async () => {
    const box = sandbox();
    const { stdout } = await box.gv(["--help"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThan(24); // The prompt has one.
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const named = groups.flatMap(({ often, also }) => [...often, ...also]);
    const ctx = box.context();
    expect(named.toSorted()).toEqual(
      commandLineOf(ctx)
        .commands.map((command) => command.name())
        .toSorted(),
    );
    for (const name of named) expect(stdout).toMatch(new RegExp(`[( ]${name}[ ,)]`));
    expect(stdout).toContain("gv <command> --help");
    expect(stdout).toContain("man gv");
  });

  it("is what gv alone and gv help say, and stands below no name that is mistyped", async () => {
    const box = sandbox();
    const overview = await box.gv(["--help"]);
    expect(overview).toEqual(succeeded(expect.stringMatching(/^Usage: gv <command> /)));
    for (const words of [[], ["-h"], ["help"], ["help", "--help"], ["--help", "-q"]])
      expect([words, await box.gv(words)]).toEqual([words, overview]);
    for (const words of [
      ["instal", "--help"],
      ["help", "instal"],
      ["--help", "instal"],
    ])
      expect(failedWith(2, await box.gv(words))).toEqual({
        fact: "unknown command 'instal'",
        hint: "did you mean install?\ngv --help   shows the commands",
      });
  });

  it.each([["install"], ["tools", "install"], ["ls"]])("gv help %s %s", async (...words) => {
    const box = sandbox();
    const help = await box.gv([...words, "--help"]);
    expect(help.stdout).toMatch(/^Usage: gv \w+/);
    expect(await box.gv(["help", ...words])).toEqual(help);
    expect(await box.gv(["--help", ...words])).toEqual(help);
  });

  it("each command has a description and an example", async () => {
    const box = sandbox();
    const ctx = box.context();
    const said: string[] = [];
    const walk = (command: ReturnType<typeof commandLineOf>): void => {
      for (const below of command.commands) {
        const before = ctx.out().length;
        below.outputHelp();
        const text = ctx.out().slice(before);
        if (!/\nExamples?:\n {2}\S/.test(text) || below.description() === "" || below.summary() === "")
          said.push(below.name());
        walk(below);
      }
    };
    walk(commandLineOf(ctx));
    expect(said).toEqual([]);
  });
});

describe("did you mean", () => {
  it.each<[typed: string, meant: string, exitCode: number]>([
    ["instal 1.22.5", "install", 2],
    ["toosl list", "tools", 2],
    ["tools instal gopls", "install", 2],
    ["snapshot chck", "check", 2],
    ["rm 1.22.5", "uninstall", 2],
    ["versions", "list", 2],
    ["install --platfrom linux/amd64 1.22.5", "--platform", 2],
    ["current --explian", "--explain", 2],
    ["exec --platfrom linux/amd64 1.22.5 -- go", "--platform", 2],
    ["install 1.22.55", "1.22.5", 1],
    ["use 1.2.25", "1.22.5", 1],
    ["install 1.222", "1.22", 1],
    ["use lastest", "latest", 2],
    ["mirror folder lastest", "latest", 2],
    ["local lastest", "latest", 3],
    ["global sytem", "system", 3],
    ["local mygi", "mygo", 3],
    ["shell lastest", "latest", 3],
    ["uninstall 1.22.6", "1.22.5", 3],
    ["verify 1.22.6", "1.22.5", 3],
    ["unlink mygi", "mygo", 3],
    ["list-remote 1.222", "1.22", 1],
    ["list-remote --platform linux/amd46", "linux/amd64", 1],
    ["install --platform linux/amd46 1.22.5", "linux/amd64", 1],
    ["install --platform linxu/amd64 latest", "linux/amd64", 1],
    ["tools install goplz", "gopls", 2],
    ["whence goplz", "gopls", 3],
    ["which goplz", "gopls", 3],
    ["doctor path-shms", "shims-on-path", 2],
    ["check vat", "vet", 2],
    ["ide vscod", "vscode", 2],
    ["import asfd", "asdf", 2],
    ["config set sahre link", "share", 2],
    ["config get sahre", "share", 2],
    ["completions bsh", "bash", 2],
    ["env --shell fsh", "fish", 2],
    ["setup --shell bsh", "bash", 2],
    ["snapshot --start logn", "login", 2],
  ])("gv %s: %s", async (typed, meant, exitCode) => {
    const { gv, install, goroot } = await scene([], {
      toolchains: [tinyToolchain("1.22.5", host), tinyToolchain("1.22.5", { os: "linux", arch: "amd64" })],
    });
    await install("1.22.5");
    await gv("link", "mygo", goroot("1.22.5"));
    expect(failedWith(exitCode, await gv(...typed.split(" "))).hint).toMatch(
      new RegExp(`(^|\n)did you mean ${meant}\\?(\n|$)`),
    );
  });

  it("names tools that are there, not those that could be", async () => {
    const { box, gv } = await scene();
    box.write(`${box.root}/tools/${host.os}-${host.arch}/1.22.5/bin/mytool`, "#!/bin/sh\n", 0o755);
    expect(failedWith(3, await gv("tools", "remove", "mytol")).hint).toBe(
      "did you mean mytool?\nthere are mytool",
    );
  });

  it("says nothing of what is near to nothing", async () => {
    const { gv } = await scene([]);
    for (const words of [["frob"], ["toString"], ["ide", "emacs"], ["install", "--frob"]])
      expect(failedWith(2, await gv(...words)).hint).not.toContain("did you mean");
  });
});
