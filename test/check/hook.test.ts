/** The pre-commit hook: put in and taken out without a trace, never in the way of another one, and run by a real git commit. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { realGo } from "../support/programs.ts";
import { basicPath, listTree, type Ran, type RunOptions, type Sandbox, sandbox } from "../support/sandbox.ts";
import { failedWith } from "../support/scene.ts";

const author = {
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
  GIT_CONFIG_NOSYSTEM: "1",
};

let box: Sandbox;
let hook: string;

/** Runs git as a desktop program starts it: PATH has the system's folders alone, and GV_ROOT isn't set. */
function git(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return box.run("git", words, {
    ...options,
    env: { ...author, PATH: basicPath, GV_ROOT: undefined, ...options.env },
  });
}

async function done(words: readonly string[], options?: RunOptions): Promise<string> {
  const ran = await git(words, options);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  return ran.stdout;
}

/** Commits a file that is new. */
let files = 0;
async function commit(options: RunOptions = {}, ...words: string[]): Promise<Ran> {
  const name = `file-${files++}`;
  box.write(join(options.cwd ?? box.project, name), "");
  await done(["add", name], options);
  return git(["commit", "-qm", name, ...words], options);
}

beforeEach(async () => {
  box = sandbox();
  hook = join(box.project, ".git/hooks/pre-commit");
  await done(["init", "-q"]);
  // The stage that fails while somebody wants it to.
  await done(["config", "gv.check", "echo looked; test ! -e bad"]);
});

describe("in a repository without hooks", () => {
  it("stops a commit that fails, lets one go on that doesn't, and is passed over by --no-verify", async () => {
    const ran = await box.gv(["check", "--install-hook"]);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`git runs gv check before each commit now, by ${hook}\n`);
    expect((await commit()).code).toBe(0);
    box.write("bad", "");
    const stopped = await commit();
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(
      /^own-1 {7}failed +\d+ ms {2}echo looked; test ! -e bad ended with 1\n {4}looked\n/m,
    );
    expect(stopped.stderr).toMatch(/\ngv: own-1 failed\n {4}echo looked; test ! -e bad\n$/);
    expect((await git(["commit", "-qm", "all the same", "--no-verify"])).code).toBe(0);
    expect((await done(["log", "--format=%s"])).split("\n")).toHaveLength(3);
    expect((await box.gv(["check", "--install-hook"])).stdout).toBe(`${hook} is there already\n`);
  });

  it("is taken out without a trace, and only as it was written", async () => {
    const before = listTree(box.project);
    expect((await box.gv(["check", "--uninstall-hook"])).stdout).toBe(
      `there is no hook of gv's: ${hook} isn't there\n`,
    );
    await box.gv(["check", "--install-hook"]);
    expect(statSync(hook).mode & 0o777).toBe(0o755);
    expect((await box.gv(["check", "--uninstall-hook"])).stdout).toBe(`${hook} is taken out\n`);
    expect(listTree(box.project)).toEqual(before);

    await box.gv(["check", "--install-hook"]);
    const text = `${readFileSync(hook, "utf8")}# and mine\n`;
    box.write(hook, text);
    expect(failedWith(1, await box.gv(["check", "--uninstall-hook"])).fact).toBe(
      `${hook} is not as gv wrote it`,
    );
    expect(readFileSync(hook, "utf8")).toBe(text);
  });

  it("says that gv is gone, and stops nobody", async () => {
    await box.gv(["check", "--install-hook"]);
    unlinkSync(join(box.root, "bin/gv"));
    box.write("bad", "");
    const ran = await commit();
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe(
      `gv: there is no ${box.root}/bin/gv any more: nothing was checked, and the commit goes on\n` +
        "    to take this hook out: rm '.git/hooks/pre-commit'\n",
    );
  });

  it("works by a root whose name a shell would take apart", async () => {
    const root = join(box.home, 'it\'s $HOME & "more"');
    await box.gv(["check", "--install-hook"], { env: { GV_ROOT: root } });
    expect((await commit()).code).toBe(0);
    box.write("bad", "");
    expect((await commit()).stderr).toContain("gv: own-1 failed");
  });

  it("works from a subfolder, in each working tree, and in a submodule for itself", async () => {
    await commit();
    await done(["worktree", "add", "-q", "../tree"]);
    const tree = join(box.project, "../tree");
    mkdirSync(join(tree, "sub"));
    expect((await box.gv(["check", "--install-hook"], { cwd: join(tree, "sub") })).stdout).toContain(
      `by ${hook}\n`,
    );
    box.write(join(tree, "bad"), "");
    expect((await commit({ cwd: tree })).code).toBe(1);
    expect((await commit()).code).toBe(0);
    await box.gv(["check", "--uninstall-hook"]);

    const folder = join(box.project, "module");
    await done(["-c", "protocol.file.allow=always", "submodule", "add", "-q", tree, "module"]);
    await box.gv(["check", "--install-hook"], { cwd: folder });
    expect(existsSync(hook)).toBe(false);
    await done(["config", "gv.check", "false"], { cwd: folder });
    expect((await commit({ cwd: folder })).code).toBe(1);
    box.write("bad", "");
    expect((await commit()).code).toBe(0);
  });

  it("lets own commands see what is committed, also by commit -a", async () => {
    await commit();
    await done(["config", "gv.check", "git diff --cached --name-only >../seen"]);
    await box.gv(["check", "--install-hook"]);
    box.write("file-changed", "one\n");
    await done(["add", "file-changed"]);
    await done(["commit", "-qm", "one"]);
    box.write("file-changed", "two\n");
    await done(["commit", "-qam", "two"]);
    expect(readFileSync(join(box.project, "../seen"), "utf8")).toBe("file-changed\n");
  });

  it.skipIf(!realGo)(
    "keeps git's variables from the go command: stamps in a module below, and tests that use git",
    async () => {
      const [go = "", cache = ""] = ["GOROOT", "GOCACHE"].map((name) =>
        execFileSync("go", ["env", name], { encoding: "utf8" }).trim(),
      );
      const env = {
        PATH: `${go}/bin:${basicPath}`,
        GOTOOLCHAIN: "local",
        GOCACHE: cache,
        GOFLAGS: "-buildvcs=true",
        GIT_DIR: undefined,
      };
      // Else go leaves a process behind that writes there for a while.
      box.write(join(box.home, ".config/go/telemetry/mode"), "off");
      box.write("sub/go.mod", "module example.com/p\n");
      box.write("sub/main.go", "package main\n\nfunc main() {}\n");
      // A linter that asks git where it is, as a test may that makes a repository of its own.
      box.write("sub/.golangci.yml", "");
      box.write(
        join(box.home, "bin/golangci-lint"),
        `#!/bin/sh\nenv | grep -E '^GIT_(DIR|INDEX_FILE)' && exit 1\ngo build -o /dev/null . && cd sub/.. && git rev-parse --show-toplevel\n`,
        0o755,
      );
      mkdirSync(join(box.project, "sub/sub"));
      await box.gv(["check", "--install-hook"]);
      const ran = await commit({ env: { ...env, PATH: `${box.home}/bin:${env.PATH}` } });
      expect(ran.stderr).toMatch(/^vet +ok/m);
      expect(ran.stderr).toMatch(/^lint +ok/m);
      expect(ran.code).toBe(0);
    },
  );
});

/** What it refuses, without a change on disk: the hint's lines, behind the one that says where they belong. */
async function refused(options: RunOptions = {}): Promise<{ fact: string; where: string; lines: string }> {
  const before = listTree(box.project);
  const { fact, hint } = failedWith(1, await box.gv(["check", "--install-hook"], options));
  expect(listTree(box.project)).toEqual(before);
  const [where = "", ...lines] = hint.split("\n");
  return { fact, where, lines: lines.join("\n") };
}

describe("where somebody else has the hooks", () => {
  it("a hook that is there stays, and the line that is printed works in it", async () => {
    const mine = "#!/bin/sh\necho mine >&2\n";
    box.write(hook, mine, 0o755);
    const { fact, lines } = await refused();
    expect(fact).toBe(`there is a hook already: ${hook}`);
    expect(readFileSync(hook, "utf8")).toBe(mine);
    box.write(hook, `${mine}${lines}\necho after >&2\n`);
    expect((await commit()).stderr).toMatch(/^mine\n[^]*\nafter\n$/);
    box.write("bad", "");
    const ran = await commit();
    expect(ran.code).toBe(1);
    expect(ran.stderr).not.toContain("after");
    expect((await box.gv(["check", "--install-hook"])).stdout).toBe(`${hook} runs gv check already\n`);
  });

  it("a link that leads nowhere is a hook, too", async () => {
    symlinkSync("/nowhere/pre-commit", hook);
    expect((await refused()).fact).toContain("there is a hook already");
  });

  it("core.hooksPath, by a relative path, or by one of the home folder", async () => {
    await done(["config", "core.hooksPath", "tools/hooks"]);
    const file = join(box.project, "tools/hooks/pre-commit");
    const { fact, where, lines } = await refused();
    expect([fact, where]).toEqual([
      "core.hooksPath has the hooks of this repository",
      `nothing was written; add to ${file}`,
    ]);
    expect(lines).toBe(`#!/bin/sh\n'${box.root}/bin/gv' check || exit\nthen: chmod +x '${file}'`);
    box.write(file, `${lines.split("\n").slice(0, 2).join("\n")}\n`, 0o755);
    box.write("bad", "");
    expect((await commit()).code).toBe(1);

    await done(["config", "--unset", "core.hooksPath"]);
    box.write(join(box.home, ".gitconfig"), "[core]\n\thooksPath = ~/hooks\n");
    expect((await refused()).where).toBe(`nothing was written; add to ${box.home}/hooks/pre-commit`);
    // One that names the repository's own folder is nobody else's.
    await done(["config", "core.hooksPath", join(box.project, ".git/hooks")]);
    expect((await box.gv(["check", "--install-hook"])).code).toBe(0);
  });

  it("husky, which sets core.hooksPath, or will", async () => {
    box.write(".husky/pre-push", "");
    const answer = {
      fact: "husky has the hooks of this repository",
      where: `nothing was written; add to ${box.project}/.husky/pre-commit`,
      lines: "gv check",
    };
    expect(await refused()).toEqual(answer);
    await done(["config", "core.hooksPath", ".husky/_"]);
    expect(await refused()).toEqual(answer);
    box.write(".husky/pre-commit", "gv check\n");
    expect((await box.gv(["check", "--install-hook"])).stdout).toBe(
      `${box.project}/.husky/pre-commit runs gv check already\n`,
    );
  });

  it("pre-commit, by its configuration", async () => {
    box.write(".pre-commit-config.yaml", "repos:\n");
    const { fact, where, lines } = await refused();
    expect(fact).toBe("pre-commit has the hooks of this repository");
    expect(where).toBe(`nothing was written; add to ${box.project}/.pre-commit-config.yaml`);
    expect(lines).toMatch(
      /^ {2}- repo: local\n {4}hooks:\n {6}- id: gv-check\n[^]* {8}entry: gv check\n {8}language: system\n/,
    );
    box.write(".pre-commit-config.yaml", `repos:\n${lines}\n`);
    expect((await box.gv(["check", "--install-hook"])).stdout).toContain("runs gv check already");
  });

  it("no repository, and a bare one", async () => {
    expect(failedWith(2, await box.gv(["check", "--install-hook"], { cwd: box.home })).fact).toBe(
      "this is no working tree of git",
    );
    await done(["init", "-q", "--bare", "../bare"]);
    const ran = await box.gv(["check", "--install-hook"], { cwd: join(box.project, "../bare") });
    expect(failedWith(2, ran).fact).toBe("this is a bare repository: nobody commits in it");
  });
});
