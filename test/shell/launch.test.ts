/**
 * The launch matrix: after `gv setup`, every way of starting a program finds go, or the table says that it can't and
 * what to do. Started for real: shells, tmux, git, sudo, sshd, cron. docs/shells.md has the table.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { format } from "prettier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  fromTerminal,
  type Home,
  launch,
  makeHome,
  overwritePath,
  type Seen,
  seenBy,
  setUp,
  setupShells,
} from "../support/launch.ts";
import { makeMachine, noMachine } from "../support/machine.ts";
import { isRequired } from "../support/required.ts";
import { findProgram, removeTree } from "../support/shell.ts";
import { type Start, starts as typedStarts, startsOf } from "../support/starts.ts";
import { systemStarts } from "../support/system-starts.ts";

const starts = [...typedStarts, ...systemStarts];

const homes: Home[] = [];
const home = async (...made: Parameters<typeof makeHome>): Promise<Home> => {
  const one = await makeHome(...made);
  homes.push(one);
  return one;
};
afterAll(() => homes.forEach(({ top }) => removeTree(top)));

/** Why this can't be started here; undefined where it can. */
function reasonAgainst({ needs, onMachine }: Start): string | undefined {
  const missing = needs.filter((name) => !(name.startsWith("/") ? existsSync(name) : findProgram(name)));
  if (missing.length > 0) return `no ${missing.join(", ")}`;
  return onMachine ? noMachine : undefined;
}

const see = async (at: Home, words: readonly string[]): Promise<Seen> =>
  seenBy(await launch(words, at.top, at.env));

/** gv's shim, and nothing before it on PATH but what whoever starts it put there. */
function expectFound(at: Home, seen: Seen, { ahead = 0 }: Pick<Start, "ahead"> = {}): void {
  expect(seen).toMatchObject({ go: `${at.root}/shims/go`, version: "go version go1.22.5" });
  expect(seen.path.indexOf(`${at.root}/shims`), seen.path.join(":")).toBeLessThanOrEqual(ahead);
}

/** A test for each start; one that can't be here is skipped by its reason. */
function testEach(rows: readonly Start[], test: (start: Start) => Promise<void>): void {
  for (const start of rows) {
    const reason = reasonAgainst(start);
    const isForbidden = start.onMachine === true && reason === noMachine;
    if (reason === undefined) it.concurrent(`${start.name}: ${start.found}`, () => test(start));
    else if (isRequired("shells") && !isForbidden) it(start.name, () => expect.fail(reason));
    else it.skip(`${start.name}: skipped, ${reason}`, () => undefined);
  }
}

describe("in a home that had nothing", () => {
  let plain: Home;
  beforeAll(async () => {
    plain = await home();
    if (noMachine === undefined) makeMachine(plain, setupShells);
  });

  testEach(starts, async (start) => {
    const { words, found, mend, reads } = start;
    const alone = await see(plain, words(plain, []));
    expect(alone.read).toEqual(reads);
    if (found === "always") expectFound(plain, alone, start);
    else expect(alone.go).not.toContain(plain.root);

    if (!start.byDaemon) {
      const inherited = await see(plain, words(plain, fromTerminal));
      expect(inherited.read).toEqual(reads);
      if (found === "never") expect(inherited.go).not.toContain(plain.root);
      else expectFound(plain, inherited, start);
    }

    if (found !== "always") expect(mend).toBeDefined();
    if (mend?.words) expectFound(plain, await see(plain, mend.words(plain, [])), start);
  });
});

/** What macOS's path_helper does to PATH: the system's folders first, then what else there was. */
const pathHelper = `PATH=$(r=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin; IFS=:
for d in $PATH; do case :$r: in *":$d:"*) ;; *) r=$r:$d ;; esac; done; echo "$r")
`;
const debian = (name: string): string => readFileSync(join("/etc/skel", name), "utf8");

/** Homes as people have them. */
const lived: readonly { readonly name: string; readonly files: Readonly<Record<string, string>> }[] = [
  {
    name: "with Debian's own files",
    files: { ".bashrc": debian(".bashrc"), ".profile": debian(".profile") },
  },
  {
    name: "with path_helper and the like",
    files: {
      ".bash_profile": `${pathHelper}. ~/.bashrc\n`,
      ".profile": pathHelper,
      ".zprofile": pathHelper,
      ".zshrc": "path=(/usr/bin $path)\n",
      ".yash_profile": pathHelper,
      ".config/fish/config.fish":
        "fish_add_path -m /usr/bin; set -gx PATH /usr/local/bin /usr/bin /bin $PATH\n",
    },
  },
];
const always = starts.filter(({ found }) => found === "always");

describe.each(lived)("$name", ({ files }) => {
  let lively: Home;
  beforeAll(async () => {
    lively = await home({ files });
    if (noMachine === undefined) makeMachine(lively, setupShells);
  });

  testEach(always, async (start) => {
    expectFound(lively, await see(lively, start.words(lively, [])));
    if (!start.byDaemon) expectFound(lively, await see(lively, start.words(lively, fromTerminal)));
  });
});

describe.each(setupShells)("gv setup typed in %s alone", (shell) => {
  let own: Home;
  beforeAll(async () => {
    own = await home({ shells: [shell] });
  });

  testEach(startsOf(shell), async (start) => {
    const seen = await see(own, start.words(own, []));
    expect(seen.read).toEqual(start.reads);
    if (start.found === "always") expectFound(own, seen);
  });
});

it(".zlogin is read last, where there is one", async () => {
  const at = await home({ files: { ".zlogin": pathHelper }, shells: ["zsh"] });
  const seen = await see(at, ["zsh", "-l", "-c", at.line()]);
  expect(seen.read).toEqual([".zshenv", ".zprofile", ".zlogin"]);
  expectFound(at, seen);
});

/** Who logs in to zsh, from a terminal: PATH has gv already. */
const login = (at: Home) => see(at, [...fromTerminal, "zsh", "-l", "-i", "-c", at.line()]);

describe("where the files are elsewhere", () => {
  it("ENV, set by a profile: read by interactive shells, with and without it", async () => {
    const files = { ".profile": "ENV=$HOME/.shrc; export ENV\n" };
    const shells = ["dash", "ksh", "mksh"];
    const at = await home({ files, shells, env: { ENV: "$HOME/.shrc" } });
    for (const shell of shells) {
      const interactive = [shell, "-i", "-c", at.line()];
      const named = await see(at, ["env", `ENV=${at.path}/.shrc`, ...interactive]);
      expect(named.read).toEqual([".shrc"]);
      expectFound(at, named);
      expect((await see(at, [shell, "-l", "-i", "-c", at.line()])).read).toEqual([".profile", ".shrc"]);
      if (shell !== "dash") expectFound(at, await see(at, interactive));
    }
  });

  const moved = { "z/.zprofile": pathHelper, "z/.zshrc": "" };

  it("ZDOTDIR, exported by .zshenv", async () => {
    const files = { ...moved, ".zshenv": "export ZDOTDIR=$HOME/z\n" };
    const at = await home({ files, shells: ["zsh"] });
    const seen = await login(at);
    expect(seen.read).toEqual([".zshenv", "z/.zprofile", "z/.zshrc"]);
    expectFound(at, seen);
  });

  it("ZDOTDIR, not exported: gv setup has to be told", async () => {
    const files = { ...moved, ".zshenv": "ZDOTDIR=$HOME/z\n" };
    const at = await home({ files, shells: ["zsh"] });
    expect((await login(at)).path[0]).toBe("/usr/local/bin");
    await setUp(at, ["zsh"], { ZDOTDIR: `${at.path}/z` });
    expectFound(at, await login(at));
  });
});

it("yash does what it does without a .yashrc, where gv makes one", async () => {
  const at = await home({ shells: ["yash"] });
  const words = ["yash", "-i", "-c", "set -o; alias; echo $PROMPT_COMMAND"];
  const made = await launch(words, at.top, at.env);
  rmSync(join(at.path, ".yashrc"));
  const without = await launch(words, at.top, at.env);
  expect(without.stdout).toContain("Welcome to yash");
  expect(made.stdout).toBe(without.stdout);
});

describe("PATH is overwritten behind gv's line", () => {
  let overwritten: Home;
  let mended: Home;
  beforeAll(async () => {
    [overwritten, mended] = await Promise.all([home(), home()]);
    for (const one of [overwritten, mended]) overwritePath(one);
    await setUp(mended, setupShells);
  });

  const here = always.filter(({ onMachine }) => !onMachine);
  testEach(here, async ({ words }) => {
    expect((await see(overwritten, words(overwritten, []))).go).not.toContain(overwritten.root);
    expectFound(mended, await see(mended, words(mended, [])));
  });
});

it("docs/shells.md has the table", async () => {
  const cell = { always: "yes", inherited: "where its parent has it", never: "no" };
  const rows = starts.map(({ name, reads, found, mend }) => {
    const files = reads.map((file) => `\`${file}\``).join(", ") || "none";
    return `| ${[name, files, cell[found], mend?.text ?? ""].join(" | ")} |\n`;
  });
  const head = "| started as | reads | go is found | else |\n| --- | --- | --- | --- |\n";
  const table = (await format(head + rows.join(""), { parser: "markdown" })).trim();
  console.log(table);
  const page = new URL("../../docs/shells.md", import.meta.url);
  const text = readFileSync(page, "utf8");
  const [before = "", , after = ""] = text.split(/(?<=<!-- starts -->\n)|(?=<!-- end of starts -->)/);
  const fresh = `${before}\n${table}\n\n${after}`;
  if (process.env["GV_UPDATE_DOCS"]) writeFileSync(page, fresh);
  else expect(text).toBe(fresh);
});
