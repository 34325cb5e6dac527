/**
 * docs/tour.md, played as a new user would: a home with nothing in it, a machine with only Node, gv by npm, and all of
 * it undone again. GV_TOUR=write writes the page; else what is printed must be what the page says.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, inject, it } from "vitest";

import type { Environment } from "../../src/context.ts";
import { goSetting } from "../../src/goenv.ts";
import { online, patience } from "../support/online.ts";
import { npmSettings, packGv } from "../support/package.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { hostName, nodeFolder } from "../support/scene.ts";

interface Step {
  readonly title: string;
  readonly says: string;
  /** What is typed, each a line, in a new login shell of bash. */
  readonly types: readonly string[];
  /** Below the home; the home itself where none is said. */
  readonly folder?: string;
}

const steps: readonly Step[] = [
  {
    title: "Install gv",
    says: "There is no Go on this machine yet. What npm itself says is left out.",
    types: ["command -v go || echo none", "npm install --global --silent ./gv.tgz", "gv --version"],
  },
  {
    title: "Let your shells find it",
    says: "`gv setup --dry-run` would show this as a diff, and change nothing.",
    types: ["gv setup"],
  },
  {
    title: "The first Go",
    says: "On a terminal there is a bar while it comes.",
    types: ["gv install 1.27.1"],
  },
  { title: "A new terminal", says: "It finds go by itself.", types: ["go version"] },
  {
    title: "A project with another Go",
    says: "Its go.mod says `go 1.26`. The pin is a file, and everybody who works on the project has it.",
    types: ["gv use 1.26.8", "go version", "gv current --explain"],
    folder: "hello",
  },
  {
    title: "gopls for it",
    says: "The newest that this Go can build. What go says while it downloads is left out.",
    types: ["gv tools install gopls", "gv whence gopls", "gopls version"],
    folder: "hello",
  },
  {
    title: "VS Code",
    says: "Without `--write` it shows the diffs alone. They are left out here.",
    types: ["gv ide vscode --write"],
    folder: "hello",
  },
  {
    title: "Is all well?",
    says: "Every question of [gv doctor](doctor.md).",
    types: ["gv doctor"],
    folder: "hello",
  },
  {
    title: "All of it undone",
    says: "gv takes its lines out of your files. The rest is one folder, and the package.",
    types: [
      "gv ide vscode --undo",
      "gv setup --undo",
      "rm -rf ~/.gv",
      "npm uninstall --global --silent gv",
      "ls -A ~ ~/hello",
    ],
    folder: "hello",
  },
  {
    title: "What is left",
    says: "Go's own caches (`~/.cache/go-build`, `~/go`), which gv doesn't own, and the project with its pin.",
    types: ["command -v go gv || echo none"],
  },
];

const page = join(import.meta.dirname, "../../docs/tour.md");

/** The parts of an output that are other ones each time. */
const varies: readonly [RegExp, string][] = [
  [/\brecord \d+\b/g, "record N"],
  [/\btree of \d+\b/g, "tree of N"],
  [/\b[\d.]+ (?:ms|s|kB|MB|GB|KiB|MiB|GiB)\b/g, "N"],
  // A note is of the machine that it was played on: it's neither an error nor a warning.
  [/^note .*\n(?: {9}.*\n)*\n/gm, ""],
  [/^(?:all \d+|\d+ of \d+) checks are well$/gm, "all checks are well"],
  [/\b\d{4}-\d\d-\d\dT[\d:.-]+Z\b/g, "DATE"],
  [/^gopls .* needs Go .*\n/gm, ""], // while the newest is for a newer Go
  [/\bgopls(@| |\t)v\d+\.\d+\.\d+(?: h1:\S+)?/g, "gopls$1vN"],
  [/\bgv 0\.\d+\.\d+/g, "gv N"],
];

/** Lines of others, or of a file's diff: what the page leaves out. */
const leftOut = /^(?:go: downloading |--- |\+\+\+ |@@ |[-+](?: |[{}]|$)).*\n/gm;

function normal(text: string): string {
  return varies.reduce((all, [pattern, word]) => all.replaceAll(pattern, word), text);
}

/**
 * A home as npm's users have it: a folder of their own for what is installed globally, and that is on PATH. What go
 * builds is kept where the other tests have it.
 */
async function newHome(box: Sandbox): Promise<{ env: Environment; home: string }> {
  const home = join(box.home, "you");
  mkdirSync(join(home, "hello"), { recursive: true });
  const bin = ".npm-global/bin";
  const node = `case $PATH: in *${nodeFolder}:*) ;; *) PATH=$PATH:${nodeFolder} ;; esac`;
  box.write(join(home, ".profile"), `PATH="$HOME/${bin}:$PATH"\n${node}\n`);
  box.write(join(home, ".config/go/telemetry/mode"), "off");
  mkdirSync(join(home, ".cache"));
  symlinkSync(inject("goCaches").GOCACHE, join(home, ".cache/go-build"));
  // Without `direct`, which not every machine reaches.
  const proxy = goSetting(box.context(), "GOPROXY")?.value.split(/[,|]/)[0];
  box.write(join(home, "hello/go.mod"), "module example.com/hello\n\ngo 1.26\n");
  box.write(join(home, "hello/main.go"), "package main\n\nfunc main() {}\n");
  const env = {
    ...npmSettings,
    npm_config_cache: join(box.home, "npm"),
    npm_config_prefix: join(home, ".npm-global"),
    HOME: home,
    GV_ROOT: undefined,
    PATH: `${nodeFolder}:/usr/bin:/bin`,
    SHELL: "/bin/bash",
    GOPROXY: proxy,
    GOFLAGS: "-modcacherw",
  };
  return { env, home };
}

/** Types a step's lines, and gives what a terminal would show of them. */
async function play(box: Sandbox, env: Environment, { types, folder = "" }: Step): Promise<string> {
  const home = env["HOME"] ?? "";
  let seen = "";
  for (const line of types) {
    const cwd = join(home, folder);
    const ran = await box.run("bash", ["-lc", `exec 2>&1; ${line}`], { env, cwd });
    expect(ran, `${line}: ${ran.stdout}`).toMatchObject({ code: 0 });
    seen += `$ ${line}\n${ran.stdout.replaceAll(leftOut, "")}`;
  }
  return seen;
}

it("is what docs/tour.md says", { timeout: 2 * patience, skip: hostName !== "linux/amd64" }, async (test) => {
  const box = await online(test);
  const { env, home } = await newHome(box);
  const { archive: tarball } = await packGv(box);
  writeFileSync(join(home, "gv.tgz"), readFileSync(tarball));
  const sections = [];
  for (const step of steps) {
    const seen = await play(box, env, step);
    const shown = seen.replaceAll(home, "/home/you").replaceAll(env["GOPROXY"] ?? "?", "your GOPROXY");
    sections.push(`## ${step.title}\n\n${step.says && `${step.says}\n\n`}\`\`\`text\n${shown}\`\`\`\n`);
  }
  expect(existsSync(join(home, ".gv"))).toBe(false);
  const text = `# A tour

Made by \`test/real/tour.test.ts\`, which plays it on a machine that has Node and no Go, each command in a new login shell of
bash, and fails where something else is printed. \`GV_TOUR=write\` makes this page anew.

${sections.join("\n")}`;
  if (process.env["GV_TOUR"] === "write") writeFileSync(page, text);
  else expect(normal(text)).toBe(normal(readFileSync(page, "utf8")));
});
