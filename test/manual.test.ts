/** docs/gv.1 by the real man: it is found beside gv, and read without a complaint. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { commandLineOf } from "../src/cli.ts";
import { isRequired } from "./support/required.ts";
import { basicPath, sandbox } from "./support/sandbox.ts";
import { succeeded } from "./support/scene.ts";

const page = join(import.meta.dirname, "..", "docs", "gv.1");
const isThere = process.platform === "linux" && existsSync("/usr/bin/man"); // man-db

describe.skipIf(!isThere && !isRequired("man"))("the manual page", () => {
  it("is where man looks for what is on PATH, once gv is set up", async () => {
    const box = sandbox({ SHELL: "/bin/sh" });
    const found = join(box.root, "share", "man", "man1", "gv.1");
    expect((await box.gv(["setup", "-q"])).code).toBe(0);
    const profile = await box.run("sh", ["-c", ". ~/.profile; man -w gv"]);
    expect(profile).toEqual(succeeded(`${found}\n`));
    expect((await box.run("man", ["-w", "gv"], { env: { PATH: basicPath } })).code).not.toBe(0);
  });

  it("is read without a complaint, on 80 columns", async () => {
    const box = sandbox();
    const ran = await box.run("man", ["--warnings", "-E", "UTF-8", "-l", page], { env: { MANWIDTH: "80" } });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(
      ran.stdout.split("\n").filter((line) => line.length > 80 && !line.startsWith(" ".repeat(9))),
    ).toEqual([]);
    for (const command of commandLineOf(box.context()).commands) {
      expect(ran.stdout).toMatch(new RegExp(`^ {3}gv ${command.name()}( |$)`, "m"));
      for (const below of command.commands)
        expect(ran.stdout).toMatch(new RegExp(`^ {3}gv ${command.name()} ${below.name()}( |$)`, "m"));
    }
    // What roff would take for its own: a quote at the beginning, a backslash, ^ and ~.
    expect(ran.stdout).toContain("gv exec '^1.21' -- make");
    expect(ran.stdout).toContain("gv link mygo ~/src/go");
    expect(ran.stdout).toMatch(/EXIT STATUS\n(?:.+\n|\n)*? {7}4 +not proven/);
  });
});
