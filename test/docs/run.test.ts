/**
 * Every line of every ```sh block in the documents is run, in its order, by a login shell in a folder of its own: as a
 * reader would who has typed `gv setup`. What can't be run here is in not-run.ts.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, inject, it } from "vitest";

import type { Environment } from "../../src/context.ts";
import { goSetting } from "../../src/goenv.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { type Modules, serveModules } from "../support/modules.ts";
import { online, patience } from "../support/online.ts";
import { npmSettings } from "../support/package.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { host, localProxy, nodeFolder, settingsFor } from "../support/scene.ts";
import { blocks, typedIn } from "./documents.ts";
import { notRun } from "./not-run.ts";
import { type Found, type Machine, scenes, tinyVersions } from "./scenes.ts";

declare module "vitest" {
  interface TaskMeta {
    /** How many lines of the documents were run, and how many are only parsed: `.ci/run` prints it. */
    documents?: { run: number; parsed: number };
  }
}

/** In Chinese: it shows what README shows, which is run once. */
const translated = "README.zh-CN.md";
const shown = blocks.filter(({ language, document }) => language === "sh" && document !== translated);
const pages = [...new Set(shown.map(({ document }) => document))];
const counts = { run: 0, parsed: 0 };

/** A line without what is said of it. */
function commandOf(line: string): string {
  return line.replace(/\s+#\s.*$/, "").trim();
}

/** The commands that a page shows. */
function linesOf(page: string): string[] {
  return blocks.filter(({ document }) => document === page).flatMap((block) => typedIn(block).map(commandOf));
}

/** A machine as a reader's, who has set gv up. */
async function machine(box: Sandbox, project: string): Promise<Machine> {
  mkdirSync(project, { recursive: true });
  // Its telemetry goes on in a process behind it, which writes to the home.
  box.write(join(box.home, ".config/go/telemetry/mode"), "off");
  box.write(join(box.home, ".bash_profile"), `PATH="$PATH:${nodeFolder}"\n`);
  box.write(join(project, "go.mod"), "module example.com/hello\n\ngo 1.21\n");
  const env = { ...npmSettings, SHELL: "/bin/bash", GV_ROOT: undefined };
  const type = (script: string, more: Environment = {}) =>
    box.run("bash", ["-lc", script], { cwd: project, env: { ...env, ...more } });
  expect(await box.gv(["setup", "-q"], { env })).toMatchObject({ code: 0 });
  return {
    box: { ...box, project },
    type,
    gv: async (...words) => {
      const ran = await type(["gv", ...words].join(" "));
      expect(ran, `gv ${words.join(" ")}: ${ran.stderr}`).toMatchObject({ code: 0 });
    },
  };
}

/** Runs what a page shows, a shell for each block. */
async function play(page: string, { type }: Machine, { env, instead = {} }: Found): Promise<void> {
  for (const block of shown.filter(({ document }) => document === page)) {
    const lines = typedIn(block);
    const runs = lines.filter((line) => !(commandOf(line) in notRun));
    counts.run += runs.length;
    counts.parsed += lines.length - runs.length;
    let script = ["set -ex", ...runs].join("\n");
    for (const [text, other] of Object.entries(instead)) script = script.replaceAll(text, other);
    const path = env?.["PATH"];
    if (path !== undefined) script = `PATH='${path}'\n${script}`;
    const ran = await type(script, env);
    expect.soft(ran.code, `${page}, line ${block.line}:\n${ran.stderr}\n${ran.stdout}`).toBe(0);
  }
}

describe("with tiny releases", () => {
  it.for(pages.filter((page) => scenes[page]?.releases === "tiny"))("%s", async (page, test) => {
    const toolchains = [host, { os: "darwin", arch: "arm64" }].flatMap((platform) =>
      tinyVersions.map((version) => tinyToolchain(version, platform)),
    );
    const proxy = await localProxy({ toolchains });
    const box = sandbox({
      ...settingsFor(proxy),
      PATH: `${nodeFolder}:/usr/bin:/bin`,
      GOFLAGS: "-modcacherw",
    });
    const there = await machine(box, box.project);
    await play(page, there, (await scenes[page]?.lay(there, test)) ?? {});
  });
});

/** Tools that are built in a second, under the names of the real ones; test/real has those. */
const standIns: Modules = {
  ...program("golang.org/x/tools/gopls", ["v0.16.2", "v0.20.0"]),
  ...program("github.com/go-delve/delve", ["v1.25.0", "v1.27.0"], "cmd/dlv/"),
  ...program("honnef.co/go/tools", ["v0.6.0"], "cmd/staticcheck/"),
  ...program("example.com/cmd/tool", ["v1.0.0"]),
};

function program(module: string, versions: readonly string[], folder = ""): Modules {
  const files = {
    "go.mod": `module ${module}\n\ngo 1.21\n`,
    [`${folder}main.go`]: `package main\n\nfunc main() { println("${module}") }\n`,
  };
  return { [module]: Object.fromEntries(versions.map((version) => [version, files])) };
}

it("with real releases", { timeout: patience }, async (test) => {
  const way = await online(test);
  const next = goSetting(way.context(), "GOPROXY")?.value;
  const proxy = await localProxy();
  serveModules(proxy, standIns);
  const { intercept } = proxy;
  // Whatever it isn't asked for as a stand-in is the next one's.
  proxy.intercept = (request, response) =>
    intercept?.(request, response) === true || (response.writeHead(404).end(), true);
  const settings = {
    GOPROXY: next === undefined ? proxy.url : `${proxy.url},${next}`,
    GONOSUMDB: Object.keys(standIns).join(","),
    PATH: `${nodeFolder}:/usr/bin:/bin`,
    GOCACHE: inject("goCaches").GOCACHE,
    GOFLAGS: "-modcacherw",
    CGO_ENABLED: "0",
  };
  const box: Sandbox = {
    ...way,
    run: (file, words, options) =>
      way.run(file, words, { ...options, env: { ...settings, ...options?.env } }),
    gv: (words, options) => way.gv(words, { ...options, env: { ...settings, ...options?.env } }),
  };
  for (const page of pages.filter((name) => scenes[name]?.releases === "real")) {
    const there = await machine(box, join(box.home, "projects", page));
    await play(page, there, (await scenes[page]?.lay(there, test)) ?? {});
  }
});

describe("the tables", () => {
  it("have a scene for each page with commands, and no other", () => {
    expect(pages.filter((page) => !(page in scenes))).toEqual([]);
    expect(Object.keys(scenes).filter((page) => !pages.includes(page))).toEqual([]);
  });
  it("have README's commands for its translation", () => {
    expect(linesOf(translated)).toEqual(linesOf("README.md"));
  });
  it("name no line that is gone", ({ task }) => {
    task.meta.documents = counts;
    const lines = shown.flatMap(typedIn).map(commandOf);
    expect(Object.keys(notRun).filter((line) => !lines.includes(line))).toEqual([]);
  });
});
