/**
 * Which settings the Go extension and gopls know: those that the extension declares (data/vscode-go-settings.json), what
 * became of others, and what gopls has dropped (gopls/internal/settings/settings.go: `deprecated`). What became of the
 * extension's is told in its changes (removed in October 2023 and before).
 */
import { join } from "node:path";

import type { Context } from "../../context.ts";
import { textOf } from "../../read.ts";

/** The names that the extension declares; none where the file in the package can't be read. */
export function declaredSettings(ctx: Context): ReadonlySet<string> {
  const data: unknown = JSON.parse(textOf(join(ctx.program, "data", "vscode-go-settings.json")) ?? "{}");
  const isList = typeof data === "object" && data !== null && "declared" in data;
  return new Set(isList && Array.isArray(data.declared) ? data.declared.map(String) : []);
}

const byGopls = "gopls does it";

/** What the extension has dropped, and what stands for it now. */
const successors: Readonly<Record<string, string>> = {
  "go.autocompleteUnimportedPackages": `${byGopls} (completeUnimported)`,
  "go.docsTool": `${byGopls}, at a hover`,
  "go.formatOnSave": '"[go]": {"editor.formatOnSave": true}',
  "go.gocodeAutoBuild": byGopls,
  "go.gocodeFlags": byGopls,
  "go.gocodePackageLookupMode": byGopls,
  "go.gotoSymbol.includeGoroot": '"gopls": {"ui.navigation.symbolScope": "all"}',
  "go.gotoSymbol.ignoreFolders": '"gopls": {"build.directoryFilters": ["-folder"]}',
  "go.languageServerExperimentalFeatures": byGopls,
  "go.liveErrors": byGopls,
  "go.useCodeSnippetsOnFunctionSuggest": '"gopls": {"ui.completion.usePlaceholders": true}',
  "go.useCodeSnippetsOnFunctionSuggestWithoutType": '"gopls": {"ui.completion.usePlaceholders": true}',
  "go.useGoProxyToCheckForToolUpdates": '"go.toolsManagement.checkForUpdates": "proxy"',
  "go.useDlvDap": '"go.delveConfig": {"debugAdapter": "dlv-dap"}',
  "go.dlvFlags": '"go.delveConfig": {"dlvFlags": []}',
  "go.dlvLoadConfig": "dlv-dap loads by itself",
};

/** What of go.delveConfig only the legacy adapter reads (the extension's docs/debugging.md), and what dlv-dap does. */
export const legacyOfDelve: Readonly<Record<string, string>> = {
  apiVersion: "dlv-dap has one alone",
  dlvLoadConfig: "dlv-dap loads by itself",
};

/** What stands for a setting that isn't declared: its successor, or the declared object that it is written into. */
export function successorOf(name: string, declared: ReadonlySet<string>): string | undefined {
  const known = successors[name];
  if (known !== undefined) return known;
  const object = [...declared].find((one) => name.startsWith(`${one}.`));
  return object === undefined
    ? undefined
    : `"${object}": {${JSON.stringify(name.slice(object.length + 1))}: ...}`;
}

/** What gopls no longer takes, by the last part of its name, and what it takes instead. */
const droppedByGopls: Readonly<Record<string, string>> = {
  experimentalWorkspaceModule: "a go.work: go work init",
  experimentalPackageCacheKey: "",
  experimentalUseInvalidMetadata: "",
  experimentalWatchedFileDelay: "",
  experimentalTemplateSupport: "templateExtensions",
  experimentalDiagnosticsDelay: "diagnosticsDelay",
  experimentalDisabledAnalyses: "analyses",
  allowModfileModifications: "",
  memoryMode: "",
  tempModFile: "",
  tempModfile: "",
  newDiff: "",
  codelens: "codelenses",
  disableDeepCompletion: "deepCompletion",
  disableFuzzyMatching: "matcher",
  wantCompletionDocumentation: "completionDocumentation",
  wantUnimportedCompletions: "completeUnimported",
  fuzzyMatching: "matcher",
  caseSensitiveCompletion: "matcher",
  wantSuggestedFixes: "",
  noIncrementalSync: "",
  watchFileChanges: "",
  "go-diff": "",
};

/** What gopls takes instead of a setting that it has dropped, empty for nothing; undefined for one that it takes. */
export function droppedSetting(name: string): string | undefined {
  return droppedByGopls[name.split(".").at(-1) ?? ""];
}
