/**
 * gv ide vscode: settings of VS Code's Go extension by which it runs gv's shims, and what debugs and builds.
 *
 * How the extension reads them (golang/vscode-go: extension/src/util.ts, goInstallTools.ts, goEnvironmentStatus.ts):
 * go.alternateTools knows ~, ${env:NAME} and ${workspaceFolder}, and passes over a path where no program is, so that a
 * file with ~ in it serves everybody. Where it has a `go`, the extension puts that one's GOROOT/bin first on the PATH of
 * tools and terminals, as it was when the window was loaded, unless go.terminal.activateEnvironment is off: it is, and
 * PATH of go.toolsEnvVars has the shims instead. go.goroot and GOROOT are never written, and taken out.
 */
import { join } from "node:path";

import { isChange } from "../changes.ts";
import { settingsPlaces } from "../checks/editors/settings.ts";
import type { Context } from "../context.ts";
import { projectTop } from "../doctor/project.ts";
import { GvError } from "../errors.ts";
import { type Edit, type Json, stringsIn } from "../jsonc.ts";
import { isProgram } from "../on-path.ts";
import { statOf } from "../read.ts";
import { ignoring } from "./git-ignore.ts";
import type { IdeOptions, IdePlan, Integration } from "./integration.ts";
import { isSameJson, jsonAt, jsonChange } from "./json-file.ts";
import { debugProgram, extension, launchEdits, recommendationEdits, taskEdits } from "./vscode-debug.ts";

export const vscode: Integration = {
  name: "vscode",
  title: "VS Code and what is made from it: the Go extension runs gv's shims; debugging, tasks",
  takes: ["user", "remote", "container", "large"],
  plan: (ctx, options) => {
    if (options.container) return containerPlan(ctx, options);
    return options.user || options.remote ? userPlan(ctx, options) : workspacePlan(ctx, options);
  },
};

async function workspacePlan(ctx: Context, options: IdeOptions): Promise<IdePlan> {
  const folder = join(projectTop(ctx), ".vscode");
  const notes: string[] = [];
  const tools = toolsHere(ctx, notes);
  const launch = await jsonChange(join(folder, "launch.json"), launchEdits);
  const changes = [
    await jsonChange(join(folder, "settings.json"), (json) =>
      settingsEdits(json, [], shimsAsWritten(ctx), tools, options, notes),
    ),
    launch,
    await jsonChange(join(folder, "tasks.json"), taskEdits),
    await jsonChange(join(folder, "extensions.json"), (json) => recommendationEdits(json, notes)),
    ...(isChange(launch) ? ignoring(projectTop(ctx), `/${debugProgram}`) : []),
  ];
  return { changes, notes };
}

/** The settings of a person, or of this machine for windows that are connected to it: of each editor that is there. */
async function userPlan(ctx: Context, options: IdeOptions): Promise<IdePlan> {
  const notes: string[] = [];
  const tools = toolsHere(ctx, notes);
  const places = settingsPlaces(ctx, options.remote ? "server" : "own");
  const there = places.filter((folder) => statOf(folder)?.isDirectory() === true);
  const folders = there.length > 0 ? there : places.slice(0, 1);
  const changes = await Promise.all(
    folders.map((folder) =>
      jsonChange(join(folder, "settings.json"), (json) =>
        settingsEdits(json, [], shimsAsWritten(ctx), tools, options, notes),
      ),
    ),
  );
  return { changes, notes: [...new Set(notes)] };
}

/** What devcontainer.json hands to the editor in the container, where gv's root is another one. */
async function containerPlan(ctx: Context, options: IdeOptions): Promise<IdePlan> {
  const top = projectTop(ctx);
  const path = [".devcontainer/devcontainer.json", ".devcontainer.json"]
    .map((name) => join(top, name))
    .find((file) => statOf(file)?.isFile() === true);
  if (path === undefined)
    throw new GvError("NOT_READABLE", `there is no devcontainer.json in ${top}`, {
      hint: "gv ide devcontainer --write   makes one",
    });
  const notes: string[] = [];
  const within = ["customizations", "vscode", "settings"];
  const change = await jsonChange(path, (json) => {
    const root = ["containerEnv", "remoteEnv"].map((name) => jsonAt(json, [name, "GV_ROOT"])?.value);
    const named = root.find((one): one is string => typeof one === "string" && one.startsWith("/"));
    const list = ["customizations", "vscode", "extensions"];
    const isThere = stringsIn(jsonAt(json, list)?.value).includes(extension);
    return [
      ...settingsEdits(json, within, `${named ?? "~/.gv"}/shims`, ["go", "gopls", "dlv"], options, notes),
      ...(isThere ? [] : [{ path: list, value: extension, isElement: true }]),
    ];
  });
  notes.push("it holds when the container is built again; gopls and dlv: gv tools install gopls dlv   in it");
  return { changes: [change], notes };
}

/** The tools that the extension starts by name, besides go (extension/src/goToolsInformation.ts). */
const tools = [
  "gopls",
  "dlv",
  "staticcheck",
  "golangci-lint",
  "goimports",
  "gofumpt",
  "gotests",
  "gomodifytags",
  "impl",
  "goplay",
  "revive",
];

/** Those that have a shim: of one that isn't there the extension would neither find its own nor install it. */
function toolsHere({ root }: Context, notes: string[]): readonly string[] {
  const here = tools.filter((tool) => isProgram(join(root.shims, tool)));
  const missing = ["gopls", "dlv"].filter((tool) => !here.includes(tool));
  if (missing.length > 0)
    notes.push(
      `no ${missing.join(", no ")} of gv's yet: gv tools install ${missing.join(" ")}   then this again`,
    );
  return ["go", ...here];
}

/** The folder of the shims with ~ where it is below home: so it is right for everybody who has gv there. */
function shimsAsWritten({ root, home }: Context): string {
  return root.shims.startsWith(`${home}/`) ? `~${root.shims.slice(home.length)}` : root.shims;
}

/** Folders that never hold a Go package of the workspace's own, as gopls names them; the first is its default. */
export const largeFilters: readonly string[] = [
  "-**/node_modules",
  "-**/.venv",
  "-**/.direnv",
  "-**/.gopath",
  "-**/bazel-bin",
  "-**/bazel-out",
  "-**/bazel-testlogs",
];

/** What must change in settings, which are at `within` in their file. What was left of a person's own is told. */
function settingsEdits(
  json: Json | undefined,
  within: readonly string[],
  shims: string,
  names: readonly string[],
  { large }: IdeOptions,
  notes: string[],
): readonly Edit[] {
  const settings = jsonAt(json, within);
  const edits: Edit[] = [];
  const set = (path: readonly string[], value: unknown): void => {
    if (!isSameJson(jsonAt(settings, path)?.value, value)) edits.push({ path: [...within, ...path], value });
  };
  /** A value of a person's own stays, and is named. */
  const offer = (path: readonly string[], value: string, isRight: (own: string) => boolean): void => {
    const own = jsonAt(settings, path)?.value;
    if (typeof own !== "string" || own === "") return set(path, value);
    if (!isRight(own)) notes.push(`${path.join(": ")} stays ${own}; gv would write ${value}`);
  };
  if (jsonAt(settings, ["go.goroot"])) edits.push({ path: [...within, "go.goroot"], value: undefined });
  for (const name of ["go.alternateTools", "go.toolsEnvVars", ...(large ? ["gopls"] : [])])
    if (!isObject(jsonAt(settings, [name])?.value)) edits.push({ path: [...within, name], value: {} });
  set(["go.alternateTools", "go"], `${shims}/go`);
  for (const name of names.slice(1))
    offer(["go.alternateTools", name], `${shims}/${name}`, (own) => own.endsWith(`/shims/${name}`));
  if (jsonAt(settings, ["go.toolsEnvVars", "GOROOT"]))
    edits.push({ path: [...within, "go.toolsEnvVars", "GOROOT"], value: undefined });
  offer(["go.toolsEnvVars", "PATH"], `${shims}:\${env:PATH}`, (own) => own.startsWith(`${shims}:`));
  set(["go.terminal.activateEnvironment"], false);
  set(["go.toolsManagement.autoUpdate"], false);
  if (large) {
    const path = ["gopls", "build.directoryFilters"];
    const own = stringsIn(jsonAt(settings, path)?.value);
    const lacking = largeFilters.filter((one) => !own.includes(one));
    edits.push(...lacking.map((value) => ({ path: [...within, ...path], value, isElement: true })));
  }
  return edits;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
