/**
 * Tools by short names, and what a person types for one: a name of this table or any package's path, with
 * `@version` or without. Pure.
 */
import { GvError } from "../errors.ts";
import { pathOfMajor } from "../module-version.ts";
import { didYouMean } from "../near.ts";

/** One row a tool. Its module and command were looked up at a GOPROXY. */
export interface KnownTool {
  /** The program. */
  readonly name: string;
  readonly module: string;
  /** Where in the module its package is; at the top where nothing is said. */
  readonly command?: string;
  /** What asdf and mise call it in .tool-versions, where that is another name. */
  readonly plugin?: string;
  /**
   * By minor of Go, the last version that is for it, where the tool wants a newer Go than its go.mod says.
   */
  readonly last?: Readonly<Record<string, string>>;
}

export const knownTools: readonly KnownTool[] = [
  { name: "gopls", module: "golang.org/x/tools/gopls" },
  {
    name: "dlv",
    module: "github.com/go-delve/delve",
    command: "cmd/dlv",
    plugin: "delve",
    // Its pkg/goversion/compat.go refuses programs of an older Go.
    last: { "1.16": "v1.9.0", "1.17": "v1.9.1", "1.18": "v1.21.0" },
  },
  { name: "golangci-lint", module: "github.com/golangci/golangci-lint/v2", command: "cmd/golangci-lint" },
  { name: "staticcheck", module: "honnef.co/go/tools", command: "cmd/staticcheck" },
  { name: "govulncheck", module: "golang.org/x/vuln", command: "cmd/govulncheck" },
  { name: "goimports", module: "golang.org/x/tools", command: "cmd/goimports" },
  { name: "stringer", module: "golang.org/x/tools", command: "cmd/stringer" },
  { name: "gofumpt", module: "mvdan.cc/gofumpt" },
  { name: "gomodifytags", module: "github.com/fatih/gomodifytags" },
  { name: "mockgen", module: "go.uber.org/mock", command: "mockgen" },
  { name: "protoc-gen-go", module: "google.golang.org/protobuf", command: "cmd/protoc-gen-go" },
  { name: "protoc-gen-go-grpc", module: "google.golang.org/grpc/cmd/protoc-gen-go-grpc" },
  { name: "air", module: "github.com/air-verse/air" },
];

/** What was asked for. */
export interface ToolRequest {
  /** The program that it is to be; of a path, the one that the go command makes of it. */
  readonly name: string;
  /** The package. */
  readonly path: string;
  /** The module that holds it, where that is known. */
  readonly module: string | undefined;
  /** What stood behind the @, as the go command takes it: v0.16.2, v0.16, latest, a branch. */
  readonly version: string | undefined;
}

/** Reads `gopls`, `gopls@v0.16.2`, `gopls@0.16.2` or `example.com/cmd/tool@latest`. Throws BAD_ARGUMENT. */
export function parseTool(word: string): ToolRequest {
  const [, name = "", typed] = /^([^@]*)(?:@(.*))?$/s.exec(word) ?? [];
  // A version as people and .tool-versions write it; nothing else that begins so has a meaning.
  const version = typed !== undefined && /^\d+\.\d/.test(typed) ? `v${typed}` : typed;
  if (version !== undefined && !/^[\w<>=.][\w<>=.+/-]*$/.test(version))
    throw new GvError("BAD_ARGUMENT", `"${word}" names no version behind the @`, {
      hint: "write it as gopls@v0.20.0, gopls@v0.20, or gopls@latest; without one gv takes the newest that your Go can build",
    });
  const known = knownTools.find((tool) => tool.name === name || tool.plugin === name);
  if (known) return requestOf(known, version);
  if (isPackagePath(name)) return { name: programName(name), path: name, module: undefined, version };
  throw unknown(word, name);
}

/** A path whose first element is a host; each element as module.CheckImportPath has it. */
export function isPackagePath(text: string): boolean {
  const [host = "", ...rest] = text.split("/");
  return (
    /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(host) &&
    rest.length > 0 &&
    rest.every((one) => /^[\w~+-][\w.~+-]*$/.test(one))
  );
}

/** A version that is named decides the major version, which is in the path: golangci-lint@v1.64.8 is of another module. */
export function requestOf(known: KnownTool, version: string | undefined): ToolRequest {
  const module = version === undefined ? known.module : pathOfMajor(known.module, version);
  const path = known.command === undefined ? module : `${module}/${known.command}`;
  return { name: known.name, path, module, version };
}

/** The program that a person means where one is there already: by its name, its other name, or its package. */
export function programMeant(word: string): string {
  if (/[/@]/.test(word)) return parseTool(word).name;
  return knownTools.find(({ plugin }) => plugin === word)?.name ?? word;
}

/** What a person types for it, without a version: its short name, or its path. */
export function wordFor({ name, path }: ToolRequest): string {
  return knownTools.some((known) => requestOf(known, undefined).path === path) ? name : path;
}

/** What the go command calls a package's program: the last element of its path that is no major version. */
export function programName(path: string): string {
  const elements = path.split("/");
  const last = elements.at(-1) ?? "";
  return (/^v(?:[2-9]|[1-9][0-9]+)$/.test(last) ? elements.at(-2) : last) ?? "";
}

function unknown(word: string, name: string): GvError {
  const names = knownTools.map((tool) => tool.name);
  return new GvError("BAD_ARGUMENT", `"${word}" is neither a short name of a tool nor a package's path`, {
    hint: `${didYouMean(name, names)}short names: ${names.join(", ")}\nany other by its package: gv tools install example.com/cmd/tool`,
  });
}
