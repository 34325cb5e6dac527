/** gv env: what each shell, a GitHub job and readers of .env files make of what it prints. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

import { describe, expect, it } from "vitest";

import type { Environment } from "../../src/context.ts";
import { basicPath, type Sandbox, sandbox } from "../support/sandbox.ts";
import { failedWith, jsonError, succeeded } from "../support/scene.ts";
import { findProgram, shellNames, testsWithout } from "../support/shell.ts";

const odd = `it's "my" \\\\ $HOME \${PATH} \`x\` % root; *`;
const spaced = `my $HOME # (root)`;

/** A root in a folder of that name, set up. */
async function place(name: string): Promise<Sandbox> {
  const box = sandbox();
  const root = join(box.home, name);
  const there: Sandbox = {
    ...box,
    root,
    gv: (words, options) => box.gv(words, { ...options, env: { GV_ROOT: root, ...options?.env } }),
  };
  expect((await there.gv(["setup", "-q"])).code).toBe(0);
  return there;
}

/** What PATH becomes where `go install` has no folder of its own. */
const pathIn = ({ root, home }: Sandbox, before = basicPath) =>
  `${root}/shims:${root}/bin:${before}:${home}/go/bin`;

describe.each([...shellNames, "fish"].map((name) => ({ name, program: findProgram(name) })))(
  "$name",
  ({ name, program }) => {
    if (program === undefined) {
      testsWithout(name);
      return;
    }
    const words = { busybox: ["sh", "-c"], fish: ["--no-config", "-c"] }[name] ?? ["-c"];

    it.each([odd, spaced, "plain"])("evaluates it for a root named %s", async (folder) => {
      const box = await place(folder);
      const shell = name === "fish" ? ["--shell", "fish"] : [];
      const { stdout } = await box.gv(["env", ...shell]);
      const evaluate = name === "fish" ? "printf %s $GV_LINE | source" : 'set -eu; eval "$GV_LINE"';
      const print = name === "fish" ? "string join : $PATH" : `printf '%s\\n' "$PATH"`;
      const env = { GV_LINE: stdout, GV_ROOT: "", SHLVL: "2" };
      expect(
        await box.run(program, [...words, `${evaluate}; ${evaluate}; ${print}; gv --version`], { env }),
      ).toEqual(succeeded(`${pathIn(box)}\n${(await box.gv(["--version"])).stdout}`));
    });
  },
);

describe("the variables", () => {
  const rows: readonly Environment[] = [
    {},
    { PATH: "" },
    { PATH: "/usr/bin::/bin:" },
    { PATH: "/usr/bin:<root>/bin:/x:<root>/shims:<root>/shims" },
    { GOBIN: "/my gobin" },
    { GOBIN: "relative" },
    { GOPATH: "/g:/g2" },
    { GOPATH: ":/g2" },
    { GOBIN: "/bin" },
    { HOME: "" },
  ];

  it.each(rows)("are what $GV_ROOT/env makes of %j", async (row) => {
    const box = await place("root");
    const env = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value?.replaceAll("<root>", box.root)]),
    );
    const bySh = await box.run("/bin/sh", ["-c", `. "$1/env"; printf %s "$PATH"`, "sh", box.root], { env });
    expect(JSON.parse((await box.gv(["env", "--json"], { env })).stdout)).toEqual({
      GV_ROOT: box.root,
      PATH: bySh.stdout,
    });
  });

  it("have GV_ROOT only where it is set", async () => {
    const box = await place(".gv");
    const { stdout } = await box.gv(["env", "--json"], { env: { GV_ROOT: "" } });
    expect(JSON.parse(stdout)).toEqual({ PATH: pathIn(box) });
    expect((await box.gv(["env", "--shell", "dotenv"], { env: { GV_ROOT: "" } })).stdout).toBe(
      `PATH=${pathIn(box)}\n`,
    );
  });

  it.each(["plain", spaced, "it's", "two\nlines"])("as a .env file are read alike: %j", async (folder) => {
    const box = await place("root");
    const PATH = `/${folder}:${basicPath}`;
    const { stdout } = await box.gv(["env", "--shell", "dotenv"], { env: { PATH } });
    const expected = { GV_ROOT: box.root, PATH: pathIn(box, PATH) };
    expect(parseEnv(stdout)).toEqual(expected);
    const script = `set -a; . "$1"; printf '%s\\0' "$GV_ROOT" "$PATH"`;
    const file = box.write(".env", stdout);
    const bySh = await box.run("/bin/sh", ["-c", script, "sh", file]);
    expect(bySh).toEqual(succeeded(`${expected.GV_ROOT}\0${expected.PATH}\0`));
  });

  it("are refused as a .env file where its readers differ", async () => {
    const box = await place(odd);
    expect(failedWith(2, await box.gv(["env", "--shell", "dotenv"])).fact).toContain("GV_ROOT has quotes");
    expect(JSON.parse((await box.gv(["env", "--json"])).stdout)).toEqual({
      GV_ROOT: box.root,
      PATH: pathIn(box),
    });
  });
});

describe("in a GitHub job", () => {
  it("appends to the runner's files, and says from when it holds", async () => {
    const box = await place(odd);
    const [path, env] = [box.write("path", "/first\n"), box.write("env", "A=b\n")];
    const ran = await box.gv(["env", "--shell", "github"], { env: { GITHUB_PATH: path, GITHUB_ENV: env } });
    expect(ran).toMatchObject({ code: 0, stdout: "" });
    expect(ran.stderr).toContain("from the next step on");
    // The runner puts each line before those above it.
    expect(readFileSync(path, "utf8")).toBe(`/first\n${box.root}/bin\n${box.root}/shims\n`);
    expect(readFileSync(env, "utf8")).toBe(`A=b\nGV_ROOT=${box.root}\n`);
  });

  it("prints it where there is no runner", async () => {
    const box = await place(".gv");
    const { root } = box;
    expect(await box.gv(["env", "--shell", "github"])).toEqual(
      succeeded(`# for $GITHUB_PATH\n${root}/bin\n${root}/shims\n# for $GITHUB_ENV\nGV_ROOT=${root}\n`),
    );
    expect(await box.gv(["env", "--shell", "github"], { env: { GV_ROOT: "" } })).toEqual(
      succeeded(`# for $GITHUB_PATH\n${root}/bin\n${root}/shims\n`),
    );
  });

  it("says so where a file can't be written", async () => {
    const box = await place("root");
    const env = { GITHUB_PATH: join(box.project, "none/path") };
    expect(failedWith(1, await box.gv(["env", "--shell", "github"], { env })).fact).toContain(
      "can't be written",
    );
  });
});

describe("refuses", () => {
  it("a root that is not set up", async () => {
    const box = sandbox();
    expect(failedWith(3, await box.gv(["env"])).hint).toBe("gv setup");
    expect(jsonError(3, await box.gv(["env", "--json"])).code).toBe("NOT_INSTALLED");
  });

  it.each(["relative", "/a:b", "/a\nb"])("a root that PATH can't hold: %j", async (root) => {
    const ran = await sandbox().gv(["env"], { env: { GV_ROOT: root } });
    expect(failedWith(1, ran).hint).toBe('export GV_ROOT="$HOME/.gv"');
  });

  it("shells that it doesn't know, and two formats at once", async () => {
    const box = await place("root");
    expect(failedWith(2, await box.gv(["env", "--shell", "tcsh"])).fact).toContain(
      "sh, fish, github, dotenv",
    );
    expect(jsonError(2, await box.gv(["env", "--shell", "sh", "--json"])).message).toContain(
      "cannot be used",
    );
  });
});
