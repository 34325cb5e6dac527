/** The hook of an interactive shell: the table of cases that the shim passes, and what it does to a person's shell. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { textOf } from "../../src/read.ts";
import { type ResolveCase, resolveCases } from "../resolve.cases.ts";
import {
  canTrace,
  findProgram,
  makeRoot,
  run,
  type Scene,
  Scenes,
  shellNames,
  testsWithout,
  writeProgram,
  writeTree,
} from "../support/shell.ts";

const scenes = new Scenes();
afterAll(() => scenes.remove());

type Name = (typeof shellNames)[number] | "fish";

/** How each shell is started for a person, without that person's own files. */
const interactive: Readonly<Record<Name, readonly string[]>> = {
  dash: ["-i"],
  bash: ["--norc", "--noprofile", "-i"],
  busybox: ["sh", "-i"],
  ksh: ["-i"],
  mksh: ["-i"],
  yash: ["--norcfile", "-i"],
  zsh: ["-f", "-i"],
  fish: ["--no-config", "-i"],
};
const quoteSh = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
const quoteFish = (word: string) => `'${word.replaceAll(/[\\']/g, "\\$&")}'`;

function hookLine(name: Name, root: string): string {
  return name === "fish" ? `source ${quoteFish(root)}/hook.fish` : `. ${quoteSh(root)}/hook`;
}

/** Types the file `lines` into a shell at a terminal, each line when the one before is done. */
const atTerminal = `
set timeout 20
log_user 1
eval spawn -noecho $argv
set lines [split [read [open $env(HOME)/lines]] "\n"]
foreach line $lines { send -- "$line\r"; if {$line ne "exit 0"} { expect "ready> " } }
expect eof
`;

/** What the hook chose, by where it left PATH: a version's folder, or "shims". */
function chosen(root: string, path: string): string {
  const [first = "", second] = path.split(":");
  const folder = first.startsWith(`${root}/versions/linux-amd64/`) ? first.split("/").at(-2) : undefined;
  if (folder === undefined) return first === `${root}/shims` ? "shims" : `? ${path}`;
  return second === `${root}/tools/linux-amd64/${folder}/bin` ? folder : `? ${path}`;
}

/** What the hook leaves to the shims: what isn't installed, the system's, releases up to 1.8, a go command's own switch. */
function isForShims(row: ResolveCase): boolean {
  return /^(?:missing |refused|system|1\.8\.)/.test(row.expect) || row.origin.startsWith("GOTOOLCHAIN");
}

/** What it may leave to them, as the shims to Node; with dots in PWD it depends on what the shell makes of that. */
function mayBeLeft(row: ResolveCase): boolean {
  return row.byNode === true || /(?:^|\/)\.\.(?:\/|$)/.test(row.env?.["PWD"] ?? "");
}

/** What fish leaves to them besides. */
const leftByFish = [
  "byte order mark",
  "byte order mark, CR LF",
  "byte order mark before a comment",
  "byte order mark, and a second line for golang",
  "as much as sh reads",
  "a hundred other tools first",
  "UTF-16: NUL bytes",
  "several versions in a line",
  "golang indented by what is no space for read, and a second line",
  "1: the newest minor",
  "1: 1.10 is newer than 1.9",
  "1.x",
  "latest: no pre-release",
  "stable",
  "latest: pre-releases are all there is",
  "a folder with spaces, a newline and glob characters",
];

/** A root at a name that needs quoting, folders that ask for versions, and where the session tells what it sees. */
function place(env: Record<string, string> = {}) {
  const top = scenes.withRoot([]);
  const root = join(top, "my root's [x]*");
  const versions = ["1.21.0", "1.22.5"];
  makeRoot(root, { versions, tools: { "1.22.5": ["gopls"] }, shims: ["gopls"] });
  const files = { "p/.go-version": "1.22.5\n", "q/.go-version": "1.21\n", "r/.go-version": "1.9.9\n" };
  writeTree(top, { ...files, "p/in/": "", "user/": "", "none/": "" });
  const PATH = `${top}/sys/bin:/usr/bin:/bin`;
  const scene = { top, root, cwd: join(top, "p") };
  return {
    ...scene,
    PATH,
    env: { HOME: top, TERM: "dumb", LC_ALL: "C.UTF-8", PATH, OUT: join(top, "out"), ...env },
  };
}

const go = (version: string) => `versions/linux-amd64/${version}/bin/go`;

describe.each(([...shellNames, "fish"] as const).map((name) => ({ name, program: findProgram(name) })))(
  "$name",
  ({ name, program }) => {
    if (program === undefined) {
      testsWithout(name);
      return;
    }
    const isFish = name === "fish";
    const start = interactive[name];

    /** Runs a line in an interactive shell that has sourced the hook. */
    function type(line: string, { root, cwd, env }: Scene) {
      return run(program ?? "", [...start, "-c", `${hookLine(name, root)}\n_gv_hook\n${line}`], { cwd, env });
    }
    const print = isFish ? "string join : $PATH" : `printf '%s\\n' "$PATH"`;

    // In the locale C yash reads no byte beyond ASCII; it stops at a NUL, and zsh keeps it.
    const rows = resolveCases.filter((row) => {
      const text = JSON.stringify(row.files ?? {});
      if (row.args !== undefined || !/^(?:go|gofmt)?$/.test(row.tool ?? "")) return false;
      return !text.includes("\\u0000") || (name !== "yash" && name !== "zsh");
    });
    it.concurrent.each(rows)("$name", async (row) => {
      const scene = scenes.of(row);
      const ran = await type(print, { ...scene, env: { ...scene.env, LC_ALL: "C.UTF-8" } });
      const got = chosen(scene.root, ran.stdout.trimEnd().split("\n").at(-1) ?? "");
      const isLeft = isForShims(row) || (isFish && leftByFish.includes(row.name));
      if (!mayBeLeft(row) || got !== "shims") expect(got, ran.stderr).toBe(isLeft ? "shims" : row.expect);
    });

    describe("in a person's shell", () => {
      /** What the lines told by `>>$OUT`, typed at a terminal one after the other. */
      async function session(scene: ReturnType<typeof place>, lines: readonly string[], first = "") {
        const { top, root, cwd, env } = scene;
        const ready = isFish ? "function fish_prompt; echo 'rea''dy> '; end" : "PS1='ready> '";
        const all = [ready, first, hookLine(name, root), ...lines, "exit 0"].filter(Boolean);
        writeFileSync(join(top, "lines"), all.join("\n"));
        writeFileSync(join(top, "expect"), atTerminal);
        const ran = await run(findProgram("expect") ?? "", [join(top, "expect"), program ?? "", ...start], {
          cwd,
          env,
        });
        return {
          ...ran,
          told: (textOf(join(top, "out")) ?? "")
            .replaceAll(`${root}/`, "")
            .replaceAll(`${top}/`, "")
            .split("\n")
            .slice(0, -1),
        };
      }

      const set = (variable: string, value: string) =>
        isFish ? `set -gx ${variable} ${value}` : `export ${variable}=${value}`;
      const tellPath = isFish ? "string join : $PATH >>$OUT" : 'printf "%s\\n" "$PATH" >>"$OUT"';
      const tell = `sh -c 'command -v go' >>"$OUT"`;
      const hasPrompt = name === "bash" || name === "zsh" || isFish;

      it.skipIf(findProgram("expect") === undefined)(
        "the version is first on PATH after a cd, and goes again",
        async () => {
          const scene = place();
          const ran = await session(scene, [
            tell,
            `cd ../q && ${tell}`,
            `cd ../p/in && sh -c 'command -v gofmt; command -v gopls' >>"$OUT"`,
            `go version | head -1 >>"$OUT"`,
            set("PATH", isFish ? "/mine $PATH" : '/mine:"$PATH"'),
            `cd ../../r && ${tell}`,
            `cd ../none && ${tellPath}`,
            `cd ../p && ${tellPath}`,
            `cd ../nowhere || ${tell}`,
          ]);
          const [shims, base] = [`shims:bin:sys/bin:/usr/bin:/bin`, "go/bin"];
          expect(ran.told, ran.stdout).toEqual([
            go("1.22.5"),
            go("1.21.0"),
            "versions/linux-amd64/1.22.5/bin/gofmt",
            "tools/linux-amd64/1.22.5/bin/gopls",
            "ran go 1.22.5 <version>",
            "shims/go",
            `/mine:${shims}:${base}`,
            `versions/linux-amd64/1.22.5/bin:tools/linux-amd64/1.22.5/bin:/mine:${shims}:${base}`,
            go("1.22.5"),
          ]);
        },
      );

      it.skipIf(findProgram("expect") === undefined)("gv's own changes count at once", async () => {
        const scene = place();
        writeProgram(
          join(scene.root, "bin/gv"),
          `#!/bin/sh\ncase $1 in shell) echo '${set("GV_VERSION", "1.21.0")}' ;; *) echo 1.21.0 >.go-version; exit 5 ;; esac\n`,
        );
        const ran = await session(scene, [
          `gv local 1.21.0; echo $${isFish ? "status" : "?"} >>"$OUT"; ${tell}`,
          "cd ../r",
          `gv shell 1.21; ${tell}`,
        ]);
        expect(ran.told, ran.stdout).toEqual(["5", go("1.21.0"), go("1.21.0")]);
      });

      it.skipIf(!hasPrompt || findProgram("expect") === undefined)(
        "what is edited counts at the next prompt",
        async () => {
          const scene = place({ GOROOT: "/stale" });
          const status = isFish ? "$status" : "$?";
          const ran = await session(scene, [
            'echo "[$GOROOT]" >>"$OUT"; sh -c \'echo ${GOROOT-unset} >>"$OUT"\'',
            "echo 1.21.0 >.go-version",
            tell,
            set("GV_VERSION", "1.22.5"),
            tell,
            isFish ? "set -e GV_VERSION" : "unset GV_VERSION",
            tell,
            `rm -r "$HOME/my root's [x]*/versions/linux-amd64/1.21.0"`,
            tell,
            'sh -c "exit 7"',
            `echo ${status} >>"$OUT"`,
            'true one two; echo $_ >>"$OUT"',
          ]);
          const last = isFish ? [""] : ["two"];
          expect(ran.told.slice(0, 7), ran.stdout).toEqual([
            "[]",
            "unset",
            go("1.21.0"),
            go("1.22.5"),
            go("1.21.0"),
            "shims/go",
            "7",
          ]);
          if (!isFish) expect(ran.told.slice(7)).toEqual(last);
        },
      );

      it("takes what it put on PATH off again in a shell that inherits it", async () => {
        const scene = place();
        const { root, PATH } = scene;
        const stale = `${root}/versions/linux-amd64/1.21.0/bin:${root}/tools/linux-amd64/1.21.0/bin`;
        const env = { ...scene.env, PATH: `/a:${stale}:${PATH}` };
        const ours = `${root}/versions/linux-amd64/1.22.5/bin:${root}/tools/linux-amd64/1.22.5/bin:`;
        const rest = `${root}/shims:${root}/bin:/a:${PATH}:${scene.top}/go/bin`;
        expect((await type(print, { ...scene, env })).stdout.trimEnd().split("\n").at(-1)).toBe(ours + rest);
        const none = { ...scene, cwd: join(scene.top, "none") };
        expect((await type(print, { ...none, env })).stdout.trimEnd().split("\n").at(-1)).toBe(rest);
      });

      it("is no more than env in a script", async () => {
        const { root, cwd, env, PATH, top } = place();
        const words = start.filter((word) => word !== "-i");
        const ran = await run(program, [...words, "-c", `${hookLine(name, root)}\ncd .\n${print}`], {
          cwd,
          env,
        });
        expect(ran).toMatchObject({
          stdout: `${root}/shims:${root}/bin:${PATH}:${top}/go/bin\n`,
          stderr: "",
        });
      });

      it("leaves strict-pin to the shims", async () => {
        const scene = place();
        makeRoot(scene.root, { versions: [], strict: true });
        expect(chosen(scene.root, (await type(print, scene)).stdout.trimEnd().split("\n").at(-1) ?? "")).toBe(
          "shims",
        );
      });

      it("says nothing where the root is gone", async () => {
        const scene = place();
        const { root } = scene;
        const quiet = isFish ? `test $status = 0` : "true";
        const ran = await type(
          `cd ..; rm -r ${isFish ? quoteFish(root) : quoteSh(root)}; cd p; ${quiet}; echo fine`,
          scene,
        );
        expect([ran.stdout.trimEnd().split("\n").at(-1), ran.stderr.includes(root)]).toEqual(["fine", false]);
      });

      it.skipIf(!canTrace())("starts no process", async () => {
        const { root, cwd, env, top } = place();
        const log = join(top, "strace.log");
        const trace = ["-f", "-qq", "-o", log, "-e", "trace=execve,fork,vfork,clone,clone3"];
        const line = `${hookLine(name, root)}\ncd ../q; cd ../p/in; cd ../../r; cd /; _gv_hook`;
        await run(findProgram("strace") ?? "", [...trace, program, ...start, "-c", line], { cwd, env });
        const calls = (textOf(log) ?? "").split("\n").filter((call) => !/= -1 |CLONE_THREAD/.test(call));
        expect(calls.filter((call) => /execve\(|fork\(|clone3?\(/.test(call))).toHaveLength(1);
      });

      it.runIf(isFish)("is no more than env before fish 3.3, where no group sets a variable", async () => {
        const scene = place();
        for (const file of ["hook.fish", "lib/on-path.fish"].map((path) => join(scene.root, path)))
          writeFileSync(file, (textOf(file) ?? "").replaceAll(/string match(?!.* <\$)/g, "older match"));
        const older = "function older; string $argv; end"; // what it sets is its own
        const line = `${older}\n${hookLine(name, scene.root)}\n_gv_hook\ncd ../none\n${print}`;
        const ran = await run(findProgram("timeout") ?? "", ["9", program, ...start, "-c", line], scene);
        expect(chosen(scene.root, ran.stdout.trimEnd()), ran.stderr).toBe("shims");
      });

      it.skipIf(isFish)("leaves options, and exports nothing", async () => {
        const scene = place();
        const first = `set -euf\n${hookLine(name, scene.root)}\n_gv_hook`;
        const line = `set -a; had=$-; cd ../q; _gv_hook; ${tell}; [ "$had" = "$-" ]; env | grep _gv_ || echo none`;
        const ran = await run(program, [...start, "-c", `${first}\n${line}`], scene);
        expect(ran.stdout.trimEnd().split("\n").at(-1), ran.stderr).toBe("none");
        expect(textOf(join(scene.top, "out"))).toBe(`${scene.root}/${go("1.21.0")}\n`);
      });

      it.skipIf(isFish)("goes by the same rule whatever the options and aliases of the shell", async () => {
        const odd: Partial<Record<Name, string>> = {
          bash: "shopt -s failglob nocasematch nullglob dotglob extglob; set -o noclobber -E; alias read=false",
          zsh: "setopt ksh_arrays null_glob glob_dots warn_create_global no_unset err_return no_multios; alias read=false; alias -g golang=x found=y",
        };
        const line = `${odd[name] ?? "set -C"}; IFS=1.`;
        const scene = place();
        writeTree(scene.top, { "t/.tool-versions": "GOLANG 1.21.0\ngolang 1.9 1.22\n" });
        const source = hookLine(name, scene.root);
        const words = [...start, "-c", `${line}\n${source}\ncd ../q; ${tell}\ncd ../t; ${tell}\ntrue`];
        const ran = await run(program, words, scene);
        const told = textOf(join(scene.top, "out"))?.replaceAll(`${scene.root}/`, "");
        expect(told, ran.stderr).toBe(`${go("1.21.0")}\n${go("1.22.5")}\n`);
      });

      /** What a person had before, what is typed, what is told. */
      const before: Partial<
        Record<Name, readonly (readonly [string, string, readonly string[], readonly string[]])[]>
      > = {
        bash: [
          [
            "a PROMPT_COMMAND",
            'PROMPT_COMMAND="seen=\\$?; "',
            ["(exit 3)", 'echo $seen $? >>"$OUT"'],
            ["3 3"],
          ],
          [
            "a PROMPT_COMMAND of several",
            'PROMPT_COMMAND=(true "seen=\\$?")',
            ['PROMPT_COMMAND+=("later=\\$?")', "(exit 3)", 'echo $seen $later $? >>"$OUT"'],
            ["3 3 3"],
          ],
          [
            "a PROMPT_COMMAND of several, before 5.1, which runs the first",
            'BASH_VERSION=3.2.57; PROMPT_COMMAND=(true "seen=\\$?")',
            ['echo "${PROMPT_COMMAND[0]}" >>"$OUT"'],
            ["true", "_gv_keep 2>/dev/null && :"],
          ],
          ["set -eu", "set -eu; PROMPT_COMMAND=", ["false && true", 'echo $? >>"$OUT"'], ["1"]],
          [
            "a cd of one's own",
            'cd() { builtin cd "$@"; echo mine >>"$OUT"; }',
            ["cd ../q", tell],
            ["mine", go("1.21.0")],
          ],
          ["an alias cd", "alias cd='pushd >/dev/null'", [`cd ../q; ${tell}`], [go("1.21.0")]],
          ["pushd and popd", "", [`pushd ../q; ${tell}; popd; ${tell}`], [go("1.21.0"), go("1.22.5")]],
          [
            "the hook twice",
            ". ~/again",
            ['echo ${#PROMPT_COMMAND} >>"$OUT"'],
            [`${"_gv_keep 2>/dev/null && :".length}`],
          ],
        ],
        zsh: [
          [
            "a chpwd and a precmd",
            'chpwd() { echo mine >>"$OUT" }; precmd() { seen=$? }; precmd_functions=(other); other() { too=$? }',
            ["cd ../q", tell, "(exit 3)", 'echo $seen $too $? >>"$OUT"'],
            ["mine", go("1.21.0"), "3 3 3"],
          ],
          ["set -eu", "set -u", ["false", 'echo $? >>"$OUT"; cd ../q; ' + tell], ["1", go("1.21.0")]],
          [
            "the hook twice",
            ". ~/again",
            ['echo $chpwd_functions $precmd_functions >>"$OUT"'],
            ["_gv_hook _gv_hook"],
          ],
        ],
      };
      it.skipIf(findProgram("expect") === undefined).each(before[name] ?? [])(
        "keeps %s",
        async (_, first, lines, told) => {
          const scene = place();
          writeFileSync(join(scene.top, "again"), `${hookLine(name, scene.root)}\n`);
          const ran = await session(scene, lines, first);
          expect(ran.told, ran.stdout).toEqual(told);
        },
      );
    });
  },
);
