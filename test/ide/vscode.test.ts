/** gv ide vscode: what it writes is what the Go extension declares, and what gv's own doctor finds well. */
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { checks } from "../../src/checks.ts";
import { largeFilters } from "../../src/ide/vscode.ts";
import declared from "../data/vscode-go.json" with { type: "json" };
import { healthy, type Scene } from "../support/doctor.ts";
import { bytesBelow, evaluated, typed } from "./scene.ts";

interface Settings {
  readonly [name: string]: unknown;
}

function read(path: string): Settings {
  return evaluated(readFileSync(path, "utf8")) as Settings;
}

/** A project in git, with a gv in ~/.gv that has gopls. */
async function project(): Promise<Scene> {
  const scene = await healthy();
  mkdirSync(join(scene.project, ".git"));
  scene.write(join(scene.root, "shims/gopls"), readFileSync(join(scene.root, "shims/go"), "utf8"), 0o755);
  return scene;
}

const own = `{\r
\t// mine\r
\t"editor.tabSize": 4, // four\r
\t"go.goroot": "/opt/go", // old\r
\t"go.alternateTools": {\r
\t\t"dlv": "/opt/dlv" // own\r
\t},\r
\t"go.toolsManagement.autoUpdate": true,\r
\t"go.toolsEnvVars": "FOO=1",\r
}\r
`;

it("writes only settings that the extension declares, none of them dropped, each of its type", async () => {
  const scene = await project();
  await typed(scene, "vscode", { write: true, large: true });
  const settings = read(join(scene.project, ".vscode/settings.json"));
  const known = new Map<string, { type: string | string[]; deprecated?: boolean }>(
    Object.entries(declared.settings),
  );
  for (const [name, value] of Object.entries(settings)) {
    expect(known.get(name), name).toBeDefined();
    expect(known.get(name)?.deprecated, name).toBeUndefined();
    expect(typeof value, name).toBe(known.get(name)?.type);
  }
  expect(settings).toEqual({
    "go.alternateTools": { go: `${scene.root}/shims/go`, gopls: `${scene.root}/shims/gopls` },
    "go.toolsEnvVars": { PATH: `${scene.root}/shims:\${env:PATH}` },
    "go.terminal.activateEnvironment": false,
    "go.toolsManagement.autoUpdate": false,
    gopls: { "build.directoryFilters": largeFilters },
  });
  expect(JSON.stringify(settings)).not.toMatch(/goroot/i);
});

it("debugs by attributes and values that the extension declares", async () => {
  const scene = await project();
  await typed(scene, "vscode", { write: true });
  const { configurations } = read(join(scene.project, ".vscode/launch.json")) as {
    configurations: Record<string, string>[];
  };
  const tasks = read(join(scene.project, ".vscode/tasks.json"))["tasks"] as {
    label: string;
    args: string[];
  }[];
  expect(configurations.map(({ mode }) => mode)).toEqual(["debug", "test", "exec", "local"]);
  for (const { name, type, request, preLaunchTask, ...attributes } of configurations) {
    expect(type).toBe(declared.type);
    const known: Record<string, { enum?: (string | number)[] }> = declared[request as "launch" | "attach"];
    for (const [key, value] of Object.entries(attributes)) {
      expect(known[key], `${name}: ${key}`).toBeDefined();
      expect(known[key]?.enum ?? [value], `${name}: ${key}`).toContain(value);
    }
    if (preLaunchTask !== undefined) {
      const task = tasks.find(({ label }) => label === preLaunchTask);
      expect(task?.args).toContain("-gcflags=all=-N -l");
      expect(task?.args).toContain(attributes["program"]);
    }
  }
  expect(read(join(scene.project, ".vscode/extensions.json"))).toEqual({ recommendations: ["golang.go"] });
  expect(readFileSync(join(scene.project, ".gitignore"), "utf8")).toBe("/.vscode/__debug_bin\n");
});

it("keeps a person's own values, comments, order, tabs and CRLF; takes out what harms; gives back the bytes", async () => {
  const scene = await project();
  const file = scene.write(".vscode/settings.json", own);
  scene.write(
    ".vscode/launch.json",
    '{ // debug\n  "configurations": [\n    {"name": "Go: debug this package", "type": "go"}, // mine\n  ],\n}\n',
  );
  scene.write(".vscode/extensions.json", '{"unwantedRecommendations": ["golang.go"]}');
  scene.write(".gitignore", "bin");
  const before = bytesBelow(scene.project);
  const { err, out } = await typed(scene, "vscode");
  expect(bytesBelow(scene.project)).toEqual(before);
  expect(out).toMatch(/^-\t"go\.goroot": "\/opt\/go",/m);
  expect(err).toMatch(
    /go\.alternateTools: dlv stays \/opt\/dlv|nothing was changed; to do it: gv ide vscode --write/,
  );
  await typed(scene, "vscode", { write: true });
  const text = readFileSync(file, "utf8");
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  expect(text).toMatch(
    /^\{\r\n\t\/\/ mine\r\n\t"editor\.tabSize": 4, \/\/ four\r\n\t"go\.alternateTools": \{\r\n\t\t"dlv": "\/opt\/dlv", \/\/ own\r\n/,
  );
  expect(read(file)).toMatchObject({
    "go.toolsManagement.autoUpdate": false,
    "go.toolsEnvVars": { PATH: expect.stringContaining("shims:") },
  });
  expect(read(file)).not.toHaveProperty(["go.goroot"]);
  const launch = readFileSync(join(scene.project, ".vscode/launch.json"), "utf8");
  expect(launch).toContain('{"name": "Go: debug this package", "type": "go"}, // mine\n');
  expect((evaluated(launch) as { configurations: object[] }).configurations).toHaveLength(4);
  expect(readFileSync(join(scene.project, ".vscode/extensions.json"), "utf8")).not.toContain(
    'recommendations":',
  );
  // Twice is once.
  expect((await typed(scene, "vscode", { write: true })).err).toContain("nothing to change");
  await typed(scene, "vscode", { undo: true });
  expect(bytesBelow(scene.project)).toEqual(before);
});

it("is what the doctor finds well, in the workspace and in the user's own settings of each editor", async () => {
  const scene = await project();
  for (const editor of ["Code", "Cursor"])
    mkdirSync(join(scene.home, ".config", editor, "User"), { recursive: true });
  await typed(scene, "vscode", { write: true, large: true });
  await typed(scene, "vscode", { write: true, user: true });
  await typed(scene, "vscode", { write: true, remote: true });
  for (const place of [".config/Code/User", ".config/Cursor/User", ".vscode-server/data/Machine"])
    expect(read(join(scene.home, place, "settings.json"))).toHaveProperty(["go.alternateTools"]);
  for (const { id } of checks.filter((check) => check.id.startsWith("vscode-")))
    expect((await scene.ask(id)).findings, id).toEqual([]);
});

it("writes ~ for a root below home, so that a file in git serves others, too", async () => {
  const scene = await healthy();
  const root = join(scene.home, ".gv");
  symlinkSync(scene.root, root);
  const context = scene.context();
  scene.overrides.root = { ...context.root, path: root, shims: join(root, "shims") };
  await typed(scene, "vscode", { write: true });
  const settings = read(join(scene.project, ".vscode/settings.json"));
  expect(settings["go.alternateTools"]).toEqual({ go: "~/.gv/shims/go" });
  expect(settings["go.toolsEnvVars"]).toEqual({ PATH: "~/.gv/shims:${env:PATH}" });
});

it("hands a dev container the paths that hold in it", async () => {
  const scene = await project();
  await expect(typed(scene, "vscode", { container: true })).rejects.toMatchObject({
    code: "NOT_READABLE",
    hint: expect.stringContaining("gv ide devcontainer --write"),
  });
  const file = scene.write(
    ".devcontainer/devcontainer.json",
    '{\n  // ours\n  "image": "debian:12",\n  "containerEnv": { "GV_ROOT": "/opt/gv" }\n}\n',
  );
  await typed(scene, "vscode", { write: true, container: true });
  expect(read(file)).toMatchObject({
    image: "debian:12",
    customizations: {
      vscode: {
        extensions: ["golang.go"],
        settings: { "go.alternateTools": { go: "/opt/gv/shims/go", dlv: "/opt/gv/shims/dlv" } },
      },
    },
  });
  expect(readFileSync(file, "utf8")).toMatch(/^\{\n {2}\/\/ ours\n {2}"image": "debian:12",\n/);
  await typed(scene, "vscode", { undo: true });
  expect(readFileSync(file, "utf8")).toContain('"containerEnv": { "GV_ROOT": "/opt/gv" }\n}\n');
});

it("leaves a file with mistakes, one that isn't UTF-8, and what another program has changed since", async () => {
  const scene = await project();
  for (const text of ['{"a": }', Buffer.from('{"a": "\xfc"}', "latin1")]) {
    const file = scene.write(".vscode/settings.json", text);
    await expect(typed(scene, "vscode", { write: true })).rejects.toMatchObject({ code: "NOT_READABLE" });
    expect(readFileSync(file)).toEqual(Buffer.from(text));
  }
  const file = scene.write(".vscode/settings.json", "{}");
  await typed(scene, "vscode", { write: true });
  writeFileSync(file, '{"mine": 1}');
  await expect(typed(scene, "vscode", { undo: true })).rejects.toMatchObject({
    code: "BUSY",
    hint: expect.stringMatching(
      /^cp '.*backups.*' '.*settings\.json' {3}makes it what it was before gv ide vscode --write/,
    ),
  });
  expect(readFileSync(file, "utf8")).toBe('{"mine": 1}');
});

it("changes the file behind a link into dotfiles, and says which one is read-only", async () => {
  const scene = await project();
  const dotfile = scene.write(join(scene.home, "dotfiles/settings.json"), "{}\n");
  mkdirSync(join(scene.home, ".config/Code/User"), { recursive: true });
  symlinkSync(dotfile, join(scene.home, ".config/Code/User/settings.json"));
  const before = bytesBelow(join(scene.home, ".config"));
  await typed(scene, "vscode", { write: true, user: true });
  expect(bytesBelow(join(scene.home, ".config"))).toEqual(before);
  expect(read(dotfile)).toHaveProperty(["go.alternateTools", "go"]);
  await typed(scene, "vscode", { undo: true, user: true });
  expect(readFileSync(dotfile, "utf8")).toBe("{}\n");
  chmodSync(dotfile, 0o444);
  await expect(typed(scene, "vscode", { write: true, user: true })).rejects.toMatchObject({
    code: "NOT_WRITABLE",
    hint: expect.stringContaining("chmod u+w"),
  });
  expect(readFileSync(dotfile, "utf8")).toBe("{}\n");
});

it("takes back what one that was killed between two files had done, and no other project's", async () => {
  const scene = await project();
  const elsewhere = { cwd: join(scene.home, "other") };
  mkdirSync(join(elsewhere.cwd, ".git"), { recursive: true });
  const files = bytesBelow(scene.project);
  let lines = 0;
  const killed = {
    write: (text: string) => {
      if (/ made\n$/.test(text) && ++lines === 2) throw new Error("killed"); // Behind the second file.
    },
    isTerminal: false,
    columns: 80,
  };
  const { ide } = await import("../../src/commands/ide.ts");
  await expect(ide(scene.context({ stderr: killed }), "vscode", { write: true })).rejects.toThrow("killed");
  expect(Object.keys(bytesBelow(scene.project))).toEqual([".vscode/launch.json", ".vscode/settings.json"]);
  await ide(scene.context({ ...elsewhere }), "vscode", { undo: true });
  expect(Object.keys(bytesBelow(scene.project))).toHaveLength(2);
  await typed(scene, "vscode", { undo: true });
  expect(bytesBelow(scene.project)).toEqual(files);
});

it("names what there is, and refuses what an integration doesn't take", async () => {
  const scene = await healthy();
  expect((await typed(scene)).out).toMatch(/^vscode +VS Code.*\ngoland +.*\ndirenv +/m);
  await expect(typed(scene, "emacs")).rejects.toMatchObject({ code: "BAD_ARGUMENT" });
  await expect(typed(scene, "goland", { large: true })).rejects.toMatchObject({
    message: "gv ide goland has no --large",
  });
  const json = JSON.parse((await typed(scene, "vscode", { json: true })).out);
  expect(json).toMatchObject({
    name: "vscode",
    files: [{ path: expect.stringContaining("settings.json") }, {}, {}, {}],
  });
});
