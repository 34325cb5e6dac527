/** env and env.fish: what PATH becomes when a profile sources them, in every shell. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { findProgram, removeTree, run, shellNames, temporaryFolder, testsWithout } from "../support/shell.ts";

const top = temporaryFolder();
afterAll(() => removeTree(top));

const root = join(top, "it's my \\ root $x");
const source = (name: string) => readFileSync(join(import.meta.dirname, "../../shims", name), "utf8");
const [sh, fish] = [join(top, "env"), join(top, "env.fish")];
// As a profile gets them: the root as a quoted word of the shell.
writeFileSync(
  sh,
  source("env.sh").replaceAll("@GV_ROOT@", () => `'${root.replaceAll("'", `'\\''`)}'`),
);
writeFileSync(
  fish,
  source("env.fish").replaceAll(
    "@GV_ROOT@",
    () => `'${root.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`,
  ),
);

const [shims, bin] = [`${root}/shims`, `${root}/bin`];
const base = ["/usr/bin", "/bin"];
/** In a first shell (SHLVL) whose stdin is a socket bash would read a ~/.bashrc. */
const clean: Record<string, string> = { LC_ALL: "C.UTF-8", SHLVL: "2" };

/** Environment besides PATH, PATH before, PATH after. */
const rows: readonly { name: string; env: Record<string, string>; before: string[]; after: string[] }[] = [
  { name: "a plain PATH", env: { HOME: "/h" }, before: base, after: [shims, bin, ...base, "/h/go/bin"] },
  {
    name: "in it already, further back",
    env: { HOME: "/h" },
    before: ["/a", bin, "/h/go/bin", shims, ...base, shims],
    after: [shims, bin, "/a", "/h/go/bin", ...base],
  },
  {
    name: "GOBIN",
    env: { HOME: "/h", GOBIN: "/my gobin" },
    before: base,
    after: [shims, bin, ...base, "/my gobin"],
  },
  {
    name: "GOPATH",
    env: { HOME: "/h", GOPATH: "/g:/g2" },
    before: base,
    after: [shims, bin, ...base, "/g/bin"],
  },
  {
    name: "a GOBIN that go refuses",
    env: { HOME: "/h", GOBIN: "rel" },
    before: base,
    after: [shims, bin, ...base],
  },
  { name: "an empty HOME", env: { HOME: "" }, before: base, after: [shims, bin, ...base] },
  {
    name: "names that look alike",
    env: { HOME: "/h", GOBIN: "/usr" },
    before: [`${shims}x`, ...base],
    after: [shims, bin, `${shims}x`, ...base, "/usr"],
  },
];

describe.each(shellNames.map((name) => ({ name, program: findProgram(name) })))(
  "$name",
  ({ name, program }) => {
    if (program === undefined) {
      testsWithout(name);
      return;
    }
    const words = name === "busybox" ? ["sh"] : [];
    const print = `printf '%s\\n' "$PATH"; set | while read -r l; do case $l in _gv_*) printf '%s\\n' "$l" ;; esac; done`;
    const script = (options: string, times: number) => [
      ...words,
      "-c",
      `set ${options}; for f in 1 2; do [ $f -gt ${times} ] || . "$1"; done; unset f; ${print}`,
      name,
      sh,
    ];

    it.each(rows)("$name", async ({ env, before, after }) => {
      const options = { cwd: top, env: { ...clean, ...env, PATH: before.join(":") } };
      for (const times of [1, 2])
        expect(await run(program, script("-eu", times), options)).toMatchObject({
          stdout: `${after.join(":")}\n`,
          stderr: "",
          code: 0,
        });
    });

    it("keeps empty entries where they are", async () => {
      const ran = await run(program, script("-eu", 2), {
        cwd: top,
        env: { ...clean, HOME: "", PATH: "/usr/bin::/bin:" },
      });
      expect(ran.stdout).toBe(`${shims}:${bin}:/usr/bin::/bin:\n`);
    });

    it("works without a PATH and a HOME", async () => {
      const line = `set -eu; unset PATH HOME; . "$1"; case $PATH in "$2") exit 7 ;; esac`;
      const ran = await run(program, [...words, "-c", line, name, sh, `${shims}:${bin}`], {
        cwd: top,
        env: clean,
      });
      expect(ran).toMatchObject({ code: 7, stderr: "" });
    });
  },
);

describe("fish", () => {
  const program = findProgram("fish");
  if (program === undefined) {
    testsWithout("fish");
    return;
  }
  // fish gives itself a HOME where there is none.
  it.each(rows.filter(({ env }) => env["HOME"]))("$name", async ({ env, before, after }) => {
    const line = `source $argv[1]; source $argv[1]; string join : $PATH; set -n | string match 'gv_*'; true`;
    const ran = await run(program, ["--no-config", "-c", line, fish], {
      cwd: top,
      env: { ...env, PATH: before.join(":") },
    });
    expect([ran.stdout, ran.stderr]).toEqual([`${after.join(":")}\n`, ""]);
  });
});
