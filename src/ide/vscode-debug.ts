/**
 * What gv ide vscode puts into launch.json, tasks.json and extensions.json. A configuration or task that has the name of
 * one of these already stays as it is.
 *
 * Attributes as the extension declares them for dlv-dap (extension/package.json: debuggers, taskDefinitions). A task of
 * the type `go` runs the extension's own go, and so what go.alternateTools says.
 */
import { type Edit, type Json, stringsIn } from "../jsonc.ts";
import { jsonAt } from "./json-file.ts";

export const extension = "golang.go";

/** What the task builds, relative to the workspace. */
export const debugProgram = ".vscode/__debug_bin";

const task = "go: build to debug";

const common = { type: "go", debugAdapter: "dlv-dap" };

export const configurations = [
  { name: "Go: debug this package", ...common, request: "launch", mode: "debug", program: "${fileDirname}" },
  {
    name: "Go: debug this package's tests",
    ...common,
    request: "launch",
    mode: "test",
    program: "${fileDirname}",
  },
  {
    name: "Go: debug what a task built",
    ...common,
    request: "launch",
    mode: "exec",
    program: `\${workspaceFolder}/${debugProgram}`,
    preLaunchTask: task,
  },
  {
    name: "Go: attach to a process",
    ...common,
    request: "attach",
    mode: "local",
    processId: "${command:pickGoProcess}",
  },
] as const;

/** -N -l: neither optimized nor inlined, in every package, so that each line and variable is there. */
export const tasks = [
  {
    label: task,
    type: "go",
    command: "build",
    args: ["-gcflags=all=-N -l", "-o", `\${workspaceFolder}/${debugProgram}`, "."],
    options: { cwd: "${fileDirname}" },
    problemMatcher: ["$go"],
    group: "build",
  },
] as const;

export function launchEdits(json: Json | undefined): readonly Edit[] {
  return listEdits(json, "0.2.0", "configurations", "name", configurations);
}

export function taskEdits(json: Json | undefined): readonly Edit[] {
  return listEdits(json, "2.0.0", "tasks", "label", tasks);
}

/** What is missing of a list in a file, by the member that tells its elements apart. */
function listEdits<Key extends string>(
  json: Json | undefined,
  version: string,
  list: string,
  key: Key,
  wanted: readonly Readonly<Record<Key, string>>[],
): readonly Edit[] {
  const there: unknown = jsonAt(json, [list])?.value;
  const names: readonly unknown[] = (Array.isArray(there) ? there : []).map((one: unknown) =>
    typeof one === "object" && one !== null && key in one ? Reflect.get(one, key) : undefined,
  );
  return [
    ...(jsonAt(json, ["version"]) ? [] : [{ path: ["version"], value: version }]),
    ...wanted
      .filter((one) => !names.includes(one[key]))
      .map((value) => ({ path: [list], value, isElement: true })),
  ];
}

/** Recommends the extension, unless the workspace says that it isn't wanted. */
export function recommendationEdits(json: Json | undefined, notes: string[]): readonly Edit[] {
  if (stringsIn(jsonAt(json, ["unwantedRecommendations"])?.value).includes(extension)) {
    notes.push(`extensions.json has ${extension} among unwantedRecommendations: it stays so`);
    return [];
  }
  const path = ["recommendations"];
  if (stringsIn(jsonAt(json, path)?.value).includes(extension)) return [];
  return [{ path, value: extension, isElement: true }];
}
