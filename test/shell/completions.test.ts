/** What a TAB behind gv offers, in the real shells: bash and zsh at a terminal, fish by `complete -C`. */
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import {
  type Completed,
  openPrompt,
  type Prompt,
  type PromptOptions,
  type PromptShell,
} from "../support/prompt.ts";
import {
  canTrace,
  findProgram,
  makeRoot,
  removeTree,
  run,
  temporaryFolder,
  testsWithout,
  writeProgram,
  writeTree,
} from "../support/shell.ts";

const scripts = join(import.meta.dirname, "../../completions");

interface Row {
  readonly line: string;
  readonly offers: readonly string[];
  /** Versions stand in their order; of other words the order is the shell's. */
  readonly isOrdered?: boolean;
  readonly zsh?: readonly string[];
}

const newest = ["latest", "stable", "oldstable", "go.mod"];
const released = ["1.27.1", "1.27.0", "1.26.10", "1.26.9", "1.27rc1"];
const installed = ["1.22.10", "1.22.9", "1.22.5", "1.9.7", "1.23rc1", "1.23beta2", "mygo"];
const linux = ["linux/amd64", "linux/arm", "linux/arm64"];

const rows: readonly Row[] = [
  { line: "gv l", offers: ["list", "ls", "list-remote", "ls-remote", "link", "local"] },
  { line: "gv inst", offers: ["install"] },
  { line: "gv install ", offers: [...newest, ...released], isOrdered: true },
  { line: "gv install 1.2", offers: released, isOrdered: true },
  { line: "gv install 1.26.9 1.27r", offers: ["1.27rc1"] },
  { line: "gv use l", offers: ["latest"] },
  {
    line: "gv install -",
    offers: ["--platform", "--full", "--force", "--gpg", "--unproven", "-q", "--quiet", "-h", "--help"],
  },
  { line: "gv install --full -q --", offers: ["--platform", "--force", "--gpg", "--unproven", "--help"] },
  { line: "gv install --un", offers: ["--unproven"] },
  { line: "gv install -- -", offers: [] },
  { line: "gv install --platform linux/a", offers: linux },
  { line: "gv install --platform=linux/ris", offers: ["linux/riscv64"] },
  { line: "gv install --platform linux/arm64 ", offers: [...newest, "1.26.8"], isOrdered: true },
  { line: "gv install --platform=linux/arm64 1", offers: ["1.26.8"] },
  { line: "gv install --platform plan9/arm 1", offers: [] },
  { line: "gv uninstall --platform=linux/s390x ", offers: ["1.27.0"] },
  { line: "gv uninstall ", offers: installed, isOrdered: true },
  { line: "gv local ", offers: [...newest, "system", ...installed], isOrdered: true },
  { line: "gv ls --", offers: ["--json", "--help"] },
  // Where no word may stand, zsh offers the options.
  { line: "gv ls ", offers: [], zsh: ["--json", "-h", "--help"] },
  { line: "gv ls-remote ", offers: ["1.27", "1.26"], isOrdered: true },
  { line: "gv unlink ", offers: ["mygo"] },
  { line: "gv which go", offers: ["go", "gofmt", "gopls"] },
  { line: "gv which d", offers: ["dlv"] },
  { line: "gv tools in", offers: ["install"] },
  { line: "gv tools install gop", offers: ["gopls"] },
  { line: "gv tools install gopls govul", offers: ["govulncheck"] },
  { line: "gv tools remove ", offers: ["dlv", "gopls"] },
  { line: "gv tools sync --from 1.22", offers: ["1.22.10", "1.22.9", "1.22.5"], isOrdered: true },
  { line: "gv exec 1.22 ", offers: ["--"] },
  { line: "gv exec 1.22 -- gopl", offers: ["gopls"] },
  { line: "gv exec -- only-he", offers: ["only-here"] },
  { line: "gv config set t", offers: ["tool-fallback"] },
  { line: "gv config set tool-fallback ", offers: [] },
  { line: "gv completions ", offers: ["bash", "zsh", "fish"] },
  { line: "gv verify sub", offers: ["subfolder/"] },
  { line: "gv verify s", offers: ["system", "subfolder/"], zsh: ["system", "subfolder"] },
  { line: "gv doctor shims-w", offers: ["shims-written"] },
  { line: "gv doctor --log sub", offers: ["subfolder/"] },
  { line: "gv nonsense ", offers: [] },
];

/** The last word of a line: what a candidate takes the place of. */
const typed = /[^ =]*$/;

/** What a profile sources, as setup writes it. */
function shellFile(name: string, root: string): string {
  return readFileSync(join(import.meta.dirname, "../../shims", name), "utf8").replaceAll("@GV_ROOT@", root);
}

/** A root with versions, tools, and a list of releases, in a folder of its own. */
function place() {
  const top = temporaryFolder();
  onTestFinished(() => removeTree(top));
  const root = join(top, "root");
  const shims = ["gopls", "dlv", "go1.22.5"];
  makeRoot(root, { versions: installed.toSorted(), tools: { "1.22.5": ["gopls", "dlv"] }, shims });
  writeTree(top, {
    "root/versions/linux-s390x/1.27.0/bin/go": "",
    "root/versions/linux-amd64/1.x.5/bin/go": "", // no name that gv gives
    "root/versions/linux-amd64/1.24.1/": "", // no Go
    "root/shims/d $x": "", // no shim of gv's
    "root/cache/releases-linux-amd64": released.map((name) => `${name}\n`).join(""),
    "root/cache/releases-linux-arm64": "1.26.8\n",
    "my home/work/subfolder/": "",
    "completions/gv": `-> ${scripts}/gv.bash`,
    "root/lib/completions": `-> ${scripts}`,
    "root/env": shellFile("env.sh", `'${root}'`),
    "root/env.fish": shellFile("env.fish", `'${root}'`),
  });
  writeProgram(join(top, "bin/only-here"), "");
  const PATH = [join(root, "shims"), join(root, "bin"), join(top, "bin"), "/usr/bin", "/bin"].join(":");
  const env = { HOME: join(top, "my home"), PATH, LC_ALL: "C.UTF-8", BASH_COMPLETION_USER_DIR: top };
  return { top, root, env, folder: join(top, "my home/work") };
}

/** Holds what a TAB did to a row: one candidate is put in, several are listed. */
function expectRow({ line, offers, isOrdered = false }: Row, completed: Completed): void {
  const sorted = (words: readonly string[]) => (isOrdered ? words : words.toSorted());
  const [only = ""] = offers;
  if (offers.length > 1) expect([line, ...sorted(completed.shown)]).toEqual([line, ...sorted(offers)]);
  else {
    const after = `${line.replace(typed, only)}${only.endsWith("/") ? "" : " "}`;
    expect(completed).toEqual({ line: offers.length === 0 ? line : after, shown: [] });
  }
}

const bash = `. ${scripts}/gv.bash`;
const bashCompletion = "/usr/share/bash-completion/bash_completion";
const compinit = "autoload -Uz compinit; compinit -u -d $HOME/.zcompdump";

interface Way {
  readonly name: string;
  readonly shell: PromptShell;
  readonly rc: string;
  /** A file that it needs. */
  readonly needs?: string;
  /** It sorts what it lists, and knows no compopt. */
  readonly isUnordered?: boolean;
}

/** How a shell comes to its script. */
const ways: readonly Way[] = [
  { name: "bash", shell: "bash", rc: bash },
  {
    name: "bash by bash-completion",
    shell: "bash",
    rc: `. ${bashCompletion}`,
    needs: bashCompletion,
  },
  // As bash 3.2 (macOS) is.
  { name: "bash without compopt", shell: "bash", rc: `enable -n compopt\n${bash}`, isUnordered: true },
  { name: "bash with options of its own", shell: "bash", rc: `set -u\nshopt -s failglob\nIFS=/\n${bash}` },
  { name: "zsh by fpath", shell: "zsh", rc: `fpath=(${scripts} $fpath)\n${compinit}` },
  { name: "zsh, sourced", shell: "zsh", rc: `${compinit}\n. ${scripts}/_gv` },
];

describe.each(ways)("$name", ({ shell, rc, needs, isUnordered = false }) => {
  const program = findProgram(shell);
  if (program === undefined || findProgram("script") === undefined) {
    testsWithout(program === undefined ? shell : "script");
    return;
  }
  if (needs !== undefined && !existsSync(needs)) {
    testsWithout(needs);
    return;
  }

  async function open(
    there: ReturnType<typeof place>,
    options: Partial<PromptOptions> = {},
  ): Promise<Prompt> {
    const { folder, root, env } = there;
    return openPrompt(shell, program ?? "", { folder, rc, env: { ...env, GV_ROOT: root }, ...options });
  }

  it("offers what may stand there", async () => {
    const prompt = await open(place());
    for (const row of rows) {
      // Where nothing may stand, a bash that can't be told what is a folder offers files.
      if (isUnordered && row.offers.length === 0) continue;
      // Beside words of gv's it offers none.
      if (isUnordered && row.line === "gv verify s") continue;
      const offers = (shell === "zsh" ? row.zsh : undefined) ?? row.offers;
      const isOrdered = row.isOrdered === true && !isUnordered;
      expectRow({ ...row, offers, isOrdered }, await prompt.complete(row.line));
    }
    await prompt.close();
  });

  it("finds the root without GV_ROOT: by the launcher on PATH, else in the home", async () => {
    const there = place();
    const byPath = await open(there, { env: there.env });
    expectRow({ line: "gv uninstall 1.9", offers: ["1.9.7"] }, await byPath.complete("gv uninstall 1.9"));
    await byPath.close();
    renameSync(there.root, join(there.top, "my home/.gv"));
    const byHome = await open(there, { env: there.env });
    expectRow({ line: "gv uninstall 1.9", offers: ["1.9.7"] }, await byHome.complete("gv uninstall 1.9"));
    await byHome.close();
  });

  it("without a list of releases, and without any root", async () => {
    const there = place();
    removeTree(join(there.root, "cache"));
    const prompt = await open(there);
    const rowsWithout: Row[] = [
      { line: "gv install 1.9", offers: ["1.9.7"] },
      { line: "gv ls-remote ", offers: ["1.22", "1.9", "1.23"], isOrdered: !isUnordered },
    ];
    for (const row of rowsWithout) expectRow(row, await prompt.complete(row.line));
    removeTree(there.root);
    const none: Row[] = [
      { line: "gv install ", offers: newest },
      { line: "gv uninstall 1", offers: [] },
      { line: "gv which ", offers: ["go", "gofmt"] },
    ];
    for (const row of none) expectRow(row, await prompt.complete(row.line));
    await prompt.close();
  });

  it.skipIf(!canTrace() || needs !== undefined)("starts no process at a TAB", async () => {
    const there = place();
    const lines = [
      "gv ",
      "gv install 1",
      "gv uninstall ",
      "gv tools remove ",
      "gv which g",
      "gv install --platform ",
    ];
    const counts = [];
    await (await open(there)).close(); // zsh's compinit keeps what it found.
    for (const pressed of [[], lines]) {
      const log = join(there.top, "strace.log");
      const under = [
        findProgram("strace") ?? "",
        "-f",
        "-qq",
        "-o",
        log,
        "-e",
        "trace=execve,fork,vfork,clone,clone3",
      ];
      const prompt = await open(there, { under });
      for (const line of pressed) expect((await prompt.complete(line)).shown.length).toBeGreaterThan(1);
      await prompt.close();
      const calls = readFileSync(log, "utf8").split("\n");
      counts.push(calls.filter((call) => /(?:execve|fork|clone3?)\(/.test(call)).length);
    }
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBe(counts[0]);
  });
});

const bashProgram = findProgram("bash");

/** What bash's function answers to an option and its word in one; from 4.0 on a TAB gives it none while = is a word break. */
async function answerOfBash(breaks: string): Promise<string[]> {
  const { root, env, folder } = place();
  const script = `${bash}; COMP_WORDBREAKS=$1 COMP_WORDS=(gv install --platform=linux/a) COMP_CWORD=2
_gv; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const options = { cwd: folder, env: { ...env, GV_ROOT: root } };
  const ran = await run(bashProgram ?? "", ["-c", script, "bash", breaks], options);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return ran.stdout.split("\n").filter(Boolean);
}

describe.runIf(bashProgram)("bash, an option and its word in one", () => {
  it("is replaced behind the =, as by bash 3.2", async () => {
    expect(await answerOfBash(` "'><=;|&(:`)).toEqual(linux);
  });

  it("is replaced as a whole where = is no word break", async () => {
    expect(await answerOfBash(` "'><;|&(:`)).toEqual(linux.map((name) => `--platform=${name}`));
  });
});

const zsh = findProgram("zsh");
const sourced = `. "$GV_ROOT/env"; . "$GV_ROOT/env"`;

/** By the line that setup puts into a profile, and no other. */
describe.each<Way>([
  { name: "bash by env", shell: "bash", rc: sourced },
  {
    name: "bash by env, with options of its own",
    shell: "bash",
    rc: `set -u\nshopt -s failglob\nIFS=/\n${sourced}`,
  },
  {
    name: "bash by env, behind bash-completion",
    shell: "bash",
    rc: `. ${bashCompletion}\n${sourced}`,
    needs: bashCompletion,
  },
  // As `.zprofile` reads `.profile` in many homes.
  {
    name: "zsh by env, read as sh",
    shell: "zsh",
    rc: `setopt ksh_arrays\n${sourced}\nunsetopt ksh_arrays\nemulate sh -c '${sourced}'\n${compinit}`,
  },
  { name: "zsh by env, before compinit", shell: "zsh", rc: `${sourced}\n${compinit}` },
  { name: "zsh by env, behind compinit", shell: "zsh", rc: `setopt nounset\n${compinit}\n${sourced}` },
])("$name", ({ shell, rc, needs }) => {
  const program = findProgram(shell);
  if (program === undefined || findProgram("script") === undefined || (needs && !existsSync(needs))) {
    testsWithout(needs ?? shell);
    return;
  }
  it("offers what may stand there", async () => {
    const there = place();
    const settings = { folder: there.folder, rc, env: { ...there.env, GV_ROOT: there.root } };
    // The first TAB is the one that loads the script.
    const prompt = await openPrompt(shell, program, settings);
    const [install] = rows.filter(({ line }) => line === "gv install ");
    for (const row of [...(install ? [install] : []), ...rows.slice(0, 12)])
      expectRow(
        { ...row, offers: (shell === "zsh" ? row.zsh : undefined) ?? row.offers },
        await prompt.complete(row.line),
      );
    expect(await prompt.close()).not.toMatch(/_gv_(?:dir|root|path)=|not found|parameter not set/);
  });
});

describe.runIf(zsh)("zsh without compinit", () => {
  it("says what to put before it", async () => {
    const ran = await run(zsh ?? "", ["-f", "-c", `. ${scripts}/_gv`], { cwd: scripts, env: {} });
    expect(ran.stderr).toBe(
      "gv: zsh's completion isn't on: put this line before it:  autoload -Uz compinit && compinit\n",
    );
  });
});

describe("fish", () => {
  const fish = findProgram("fish");
  if (fish === undefined) {
    testsWithout("fish");
    return;
  }

  /** What `complete -C` prints for each line, without descriptions. */
  async function offered(
    there: ReturnType<typeof place>,
    lines: readonly string[],
    env: Record<string, string>,
  ) {
    const commands = lines.map((line) => `echo "> ${line}"; complete -C "${line}"`);
    const script = [`source ${scripts}/gv.fish`, ...commands].join("\n");
    const ran = await run(fish ?? "", ["--no-config", "-c", script], { cwd: there.folder, env });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const [, ...answers] = ran.stdout.split(/^> .*\n/m);
    return answers.map((text) =>
      text
        .split("\n")
        .map((one) => one.replace(/\t.*/, ""))
        .filter(Boolean),
    );
  }

  it("offers what may stand there", async () => {
    const there = place();
    const answers = await offered(
      there,
      rows.map(({ line }) => line),
      { ...there.env, GV_ROOT: there.root },
    );
    for (const [index, { line, offers, isOrdered = false }] of rows.entries()) {
      const before = /\S*=(?=\S*$)/.exec(line)?.[0] ?? "";
      const sorted = (words: readonly string[] = []) => (isOrdered ? words : words.toSorted());
      expect([line, ...sorted(answers[index])]).toEqual([
        line,
        ...sorted(offers.map((word) => before + word)),
      ]);
    }
  });

  it("finds the script by env.fish", async () => {
    const there = place();
    const script = `source ${there.root}/env.fish; complete -C "gv install --un"`;
    const words = ["--no-config", "-i", "-c", script];
    const ran = await run(fish, words, { cwd: there.folder, env: { ...there.env, GV_ROOT: there.root } });
    expect(ran.stdout).toMatch(/^--unproven\t/);
  });

  it("finds the root without GV_ROOT: by the launcher on PATH, else in the home", async () => {
    const there = place();
    expect(await offered(there, ["gv uninstall 1.9"], there.env)).toEqual([["1.9.7"]]);
    renameSync(there.root, join(there.top, "my home/.gv"));
    expect(await offered(there, ["gv uninstall 1.9"], there.env)).toEqual([["1.9.7"]]);
  });

  it("without a list of releases, and without any root", async () => {
    const there = place();
    const env = { ...there.env, GV_ROOT: there.root };
    removeTree(join(there.root, "cache"));
    expect(await offered(there, ["gv install 1.9", "gv ls-remote "], env)).toEqual([
      ["1.9.7"],
      ["1.22", "1.9", "1.23"],
    ]);
    removeTree(there.root);
    const lines = ["gv install ", "gv uninstall 1", "gv which "];
    expect(await offered(there, lines, env)).toEqual([newest, [], ["go", "gofmt"]]);
  });

  it.skipIf(!canTrace())("starts no process at a TAB", async () => {
    const there = place();
    const log = join(there.top, "strace.log");
    const trace = ["-f", "-qq", "-o", log, "-e", "trace=execve,fork,vfork,clone,clone3"];
    const lines = [
      "gv ",
      "gv install ",
      "gv uninstall ",
      "gv tools remove ",
      "gv which g",
      "gv install --platform ",
    ];
    const counts = [];
    for (const pressed of [[], lines]) {
      const script = [`source ${scripts}/gv.fish`, ...pressed.map((line) => `complete -C "${line}"`)].join(
        "\n",
      );
      const words = [...trace, fish, "--no-config", "-c", script];
      const env = { ...there.env, GV_ROOT: there.root };
      expect((await run(findProgram("strace") ?? "", words, { cwd: there.folder, env })).code).toBe(0);
      const calls = readFileSync(log, "utf8").split("\n");
      // fish completes in threads of its own.
      const started = calls.filter(
        (call) => /(?:execve|fork|clone3?)\(/.test(call) && !call.includes("CLONE_THREAD"),
      );
      counts.push(started.length);
    }
    expect(counts).toEqual([1, 1]);
  });
});
