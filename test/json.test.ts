/**
 * docs/json/: what each command prints with --json has the shape that its schema says, in states that differ; every
 * command that has --json is asked here, and every property of a schema is printed by one of them.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { Command } from "commander";
import { describe, expect, it } from "vitest";

import { commandLineOf } from "../src/cli.ts";
import { formatPlatform } from "../src/platform.ts";
import { layGoroot } from "./support/foreign.ts";
import { tinyToolchain } from "./support/goproxy.ts";
import { noValidator, problems, schemaNames, unseen } from "./support/json-schema.ts";
import { buildable, buildingToolchain, serveModules, versions } from "./support/modules.ts";
import { buildInfoBlob } from "./support/programs.ts";
import { type RunOptions, type Sandbox, sandbox } from "./support/sandbox.ts";
import { host, hostFolder, scene } from "./support/scene.ts";
import { releaseThatMakes, sources } from "./support/sources.ts";

interface Asked {
  /** What was typed, without gv. */
  readonly line: string;
  readonly schema: string;
  readonly json: string;
}

const asked: Asked[] = [];

/** Runs a command with --json; what it prints has that schema, and an error stands on stdout alone. */
async function ask(
  box: Sandbox,
  schema: string,
  line: string,
  { code = 0, ...options }: RunOptions & { readonly code?: number } = {},
): Promise<void> {
  const ran = await box.gv([...line.split(" "), "--json"], options);
  const silent = schema === "error" ? { stderr: "" } : {};
  expect({ ...ran, line }).toMatchObject({ line, code, ...silent });
  asked.push({ line, schema, json: ran.stdout });
}

const other = { os: "linux", arch: host.arch === "arm64" ? "amd64" : "arm64" } as const;

/** A program as Go builds it, as far as its build information. */
const program = (go: string, settings: string): Buffer =>
  buildInfoBlob(`go${go}`, {
    modules: `path\texample.com/x\nmod\texample.com/x\tv1.0.0\th1:x=\n${settings}`,
  });

/** What takes a broken machine, minutes or go.dev's archives: seen in doctor/, and in archive-form.test.ts. */
const elsewhere = [
  "doctor checks[].reason",
  "doctor checks[].measured",
  "verify evidence.archive",
  "verify evidence.sha256",
  "verify evidence.tree",
  "verify evidence.fingerprint",
  "verify evidence.keyId",
  "verify evidence.signed",
];

/** Each a world, and what is asked in it. */
const states: Readonly<Record<string, () => Promise<void>>> = {
  "nothing is there": async () => {
    const { box, proxy } = await scene([]);
    await ask(box, "list", "list");
    await ask(box, "list-remote", "ls-remote");
    await ask(box, "whence", "whence gopls");
    await ask(box, "tools-list", "tools list");
    await ask(box, "verify", "verify");
    await ask(box, "prune", "prune");
    await ask(box, "import", "import --dry-run koala");
    await ask(box, "cache-list", "cache list");
    await ask(box, "ide", "ide");
    await ask(box, "doctor-list", "doctor --list");
    await ask(box, "check-list", "check --list");
    await ask(box, "check", "check");
    await ask(box, "doctor", "doctor --offline", { code: 1 });
    await ask(box, "error", "current", { code: 3 });
    await ask(box, "error", "which", { code: 3 });
    await ask(box, "error", "env", { code: 3 });
    await ask(box, "error", "verify 1.22.5", { code: 3 });
    await ask(box, "error", "verify /nowhere", { code: 2 });
    await ask(box, "error", "build nowhere", { code: 2 });
    await ask(box, "error", "ide emacs", { code: 2 });
    await ask(box, "error", "import sdkman", { code: 2 });
    await ask(box, "error", "check nonsuch", { code: 2 });
    await ask(box, "error", "snapshot check nowhere.json", { code: 2 });
    await ask(box, "error", "doctor --log nowhere", { code: 1 });
    await ask(box, "error", "config get nonsuch", { code: 2 });
    for (const line of ["doctor --undo", "doctor dlv-sign", "ide vscode --undo", "check --install-hook"])
      await ask(box, "error", line, { code: 2 });
    await proxy.close();
    await ask(box, "error", "list-remote", { code: 5 });
    await ask(box, "error", "mirror there 1.22.5", { code: 5 });
  },

  "versions and tools": async () => {
    const there = await scene([], {
      toolchains: [
        ...["1.25.14", "1.26.8"].map(buildingToolchain),
        tinyToolchain("1.26.8", other, {
          files: {
            "bin/go": program("1.26.8", `build\tGOARCH=${other.arch}\nbuild\tGOOS=linux\n`),
          },
        }),
      ],
    });
    const { box } = there;
    serveModules(there.proxy, versions("example.com/tiny", { "v1.0.0": "1.20" }));
    await there.install("1.25.14", "1.26.8");
    await there.gv("install", "--platform", formatPlatform(other), "1.26.8");
    await there.gv("link", "mygo", there.goroot("1.25.14"));
    buildable(box, "1.25.14", "example.com/tiny/cmd/tiny@v1.0.0");
    await box.gv(["tools", "install", "example.com/tiny/cmd/tiny@v1.0.0"], {
      env: { GV_TEST_PROGRAMS: join(box.project, "../programs") },
    });
    const tools = join(box.root, "tools", hostFolder);
    box.write(join(tools, "1.26.8/bin/x"), program("1.26.8", `build\tGOAMD64=v1\n`), 0o755);
    await there.gv("rehash");
    await ask(box, "list", "list");
    await ask(box, "list-remote", "list-remote 1 --all");
    await ask(box, "error", "list-remote nonsense", { code: 2 });
    await ask(box, "tools-list", "tools list");
    await ask(box, "whence", "whence tiny");
    await ask(box, "which", "which tiny");
    await ask(box, "error", "which nonsuch", { code: 3 });
    await ask(box, "verify", "verify");
    await ask(box, "cache-list", "cache list");
    await ask(box, "env", "env");
    await ask(box, "config-list", "config list");
    for (const key of ["strict-pin", "default-tools", "share"])
      await ask(box, "config-get", `config get ${key}`);
    await ask(box, "current", "current");
    const shims = { PATH: `${join(box.root, "shims")}:${box.env["PATH"]}` };
    await ask(box, "current", "current --explain", { env: { ...shims, GO111MODULE: "off" } });
    box.write("go.mod", "module example.com/x\n\ngo 1.26\n\ntoolchain go1.26.8\n");
    box.write(`${box.home}/.config/go/env`, "# mine\nGOTOOLCHAIN=auto\n");
    await ask(box, "current", "current --explain", { env: shims });
    await ask(box, "current", "current --explain");
    await ask(box, "current", "current --explain", { env: { GOWORK: "x" } });
    await ask(box, "current", "current", { env: { GV_VERSION: "1.26" } });
    box.write(".go-version", "1.26\n");
    await ask(box, "current", "current");
    await ask(box, "ide-plan", "ide vscode");
    await ask(box, "ide-plan", "ide goland");
    await ask(box, "ide-plan", "ide direnv --write");
    await ask(box, "prune", "prune --dry-run");
    await ask(box, "snapshot", "snapshot", { env: shims });
    box.write("broken/go", "#!/bin/sh\nexit 1\n", 0o755);
    await ask(box, "snapshot", "snapshot", { env: { PATH: `${box.project}/broken:${box.env["PATH"]}` } });
    await box.gv(["snapshot", "--output", "here.json"]);
    await ask(box, "snapshot-diff", "snapshot diff here.json -");
    await ask(box, "snapshot-diff", "snapshot check here.json", {
      env: { ...shims, GOFLAGS: "-race" },
      code: 1,
    });
  },

  "what is wrong": async () => {
    const there = await scene([], {
      toolchains: [
        tinyToolchain("1.22.5", host),
        tinyToolchain("1.22.6", host, { served: { "src/evil.go": "package evil\n" } }),
      ],
    });
    const { box } = there;
    await there.install("1.22.5");
    await there.gv("install", "--unproven", "1.22.6");
    box.write(join(there.goroot("1.22.5"), "src/fmt/print.go"), "changed\n");
    box.write(join(box.root, "config"), "nonsense = 1\nshare = never\n");
    await ask(box, "verify", "verify", { code: 4 });
    await ask(box, "verify", `verify ${box.project}`, { code: 4 });
    await ask(box, "error", "build --reproduce 1.22.5", { code: 4 });
    await ask(box, "config-list", "config list");
    await ask(box, "doctor", "doctor --offline", { code: 1 });
    await ask(box, "doctor", "doctor --offline --fix", { code: 1 });
    const input = "zsh: command not found: go\nfork/exec /x: exec format error\n";
    await ask(box, "doctor-log", "doctor --log -", { input });
    await ask(box, "doctor-log", "doctor --log -", { input: "all is well\n", code: 1 });
    await box.run("git", ["init", "-q"]);
    await box.run("git", ["config", "gv.check", "echo why; exit 2"]);
    await ask(box, "check", "check", { code: 1 });
    await there.gv("local", "1.22.6");
    rmSync(join(box.project, ".go-version"));
    await ask(box, "prune", "prune");
  },

  "other managers": async () => {
    const { box } = await scene(["1.22.5", "1.22.6"]);
    layGoroot(`${box.home}/.goenv/versions/1.22.5`, "1.22.5");
    layGoroot(`${box.home}/.goenv/versions/1.22.6`, "1.22.6", { files: { "go.env": "GOTOOLCHAIN=local\n" } });
    layGoroot(`${box.home}/.local/share/mise/installs/go/1.22.5`, "1.22.5");
    box.write(`${box.home}/.goenv/version`, "1.22.5\n");
    layGoroot(`${box.home}/.gvm/gos/go1.22.5`, "1.22.5");
    box.write(`${box.home}/.bashrc`, '[ -s "$HOME/.gvm/scripts/gvm" ] && . "$HOME/.gvm/scripts/gvm"\n');
    box.write("mise.toml", '[tools]\ngo = "1.22.5"\n');
    await ask(box, "import", "import --dry-run goenv");
    await ask(box, "import", "import goenv");
    await ask(box, "import", "import mise");
    await ask(box, "import", "import gvm");
    await ask(box, "verify", `verify ${box.home}/.goenv/versions/1.22.6`, { code: 4 });
  },

  "sources of Go": async () => {
    const { box } = await releaseThatMakes((files) => files.set("bin/go", "another\n"));
    await ask(box, "build-reproduce", "build --reproduce 1.22.5", { code: 4 });
    sources(box);
    await ask(box, "build", "build clone --name mygo");
    await ask(box, "error", "build clone --name latest", { code: 2 });
    rmSync(join(box.project, "clone/VERSION"));
    const git = ["-C", "clone", "-c", "user.name=x", "-c", "user.email=x@example.com"];
    for (const words of [
      ["init", "-q"],
      ["add", "-f", "."],
      ["commit", "-q", "-m", "x"],
    ])
      await box.run("git", [...git, ...words]);
    await ask(box, "build", "build clone");
    await ask(box, "list", "list");
    await ask(box, "verify", "verify");
  },

  "a mirror": async () => {
    const { box } = await scene(["1.22.5", "1.22.6"]);
    await ask(box, "mirror", "mirror there 1.22.5 1.22.6 --dry-run");
    await ask(box, "mirror", "mirror there 1.22.5 1.22.6");
    await ask(box, "mirror", "mirror there 1.22.5 --prune --refresh");
  },
};

describe.skipIf(noValidator)("--json", () => {
  it.each(Object.keys(states))("%s", { timeout: 120_000 }, async (name) => {
    const before = asked.length;
    await states[name]?.();
    expect(problems(...asked.slice(before))).toEqual([]);
  });

  it("of every command that has it was asked, and every schema was needed", () => {
    const commands = withJson(commandLineOf(sandbox().context()));
    const forgotten = commands.filter(
      (command) => !asked.some(({ line }) => `${line} `.startsWith(`${command} `)),
    );
    expect(forgotten).toEqual([]);
    expect(schemaNames.filter((name) => !asked.some(({ schema }) => schema === name))).toEqual([]);
    const page = readFileSync(join(import.meta.dirname, "../docs/json.md"), "utf8");
    expect(schemaNames.filter((name) => !page.includes(`(json/${name}.schema.json)`))).toEqual([]);
  });

  it("tells an error from data by the field error", () => {
    const roots = asked.map(({ schema, json }) => ({ schema, root: JSON.parse(json) as object | string }));
    const withError = roots.filter(({ root }) => typeof root === "object" && "error" in root);
    expect(new Set(withError.map(({ schema }) => schema))).toEqual(new Set(["error"]));
  });

  it("has each property that a schema names", () => {
    const missing = schemaNames.flatMap((name) => {
      const documents = asked
        .filter(({ schema }) => schema === name)
        .map(({ json }): unknown => JSON.parse(json));
      return unseen(name, documents).map((place) => `${name} ${place}`);
    });
    expect(missing).toEqual(elsewhere);
  });
});

/** `tools list`, ...: the commands that have --json. */
function withJson(command: Command, name = ""): string[] {
  const own = command.options.some(({ long }) => long === "--json") ? [name] : [];
  return [...own, ...command.commands.flatMap((one) => withJson(one, `${name} ${one.name()}`.trim()))];
}
