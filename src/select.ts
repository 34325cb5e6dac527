/**
 * go.mod and go.work as the go command reads them when it starts, and which toolchain it runs by them. Pure.
 *
 * The rule is Select in cmd/go/internal/toolchain/select.go, told at https://go.dev/doc/toolchain#select; the
 * order of versions is internal/gover, where 1.21 < 1.21rc1 < 1.21.0. test/switching.test.ts holds both against
 * the table, test/real/switching.test.ts against real go commands.
 */
import { parseVersion, type Request, toSemver } from "./version.ts";

/** What stands behind a word, and on which line (from 1). */
export interface ModuleLine {
  readonly value: string;
  readonly line: number;
}

/** The two lines that name versions of Go. */
export interface ModuleLines {
  readonly go?: ModuleLine;
  readonly toolchain?: ModuleLine;
}

/** The first line of each word, comments cut: this reader of the go command knows no blocks and no quotes (GoModLookup). */
export function readModuleLines(text: string): ModuleLines {
  const lines = text.split("\n").map((content) => content.trim());
  const first = (word: string): ModuleLine | undefined => {
    const index = lines.findIndex((line) => line.startsWith(`${word} `) || line.startsWith(`${word}\t`));
    const [value = ""] = lines[index]?.slice(word.length).split("//") ?? [];
    return index < 0 ? undefined : { value: value.trim(), line: index + 1 };
  };
  const [go, toolchain] = [first("go"), first("toolchain")];
  return { ...(go ? { go } : {}), ...(toolchain ? { toolchain } : {}) };
}

/**
 * What `gv install go.mod` installs: the release of the toolchain line, or at least that of the go line, which is
 * the newest of its minor that is no older. Undefined where neither names a release.
 */
export function requestOf({ go, toolchain }: ModuleLines): Request | undefined {
  const minimum = go?.value ?? "";
  const named = toolchain && goVersionOf(toolchain.value);
  if (toolchain && named !== undefined && compareGoVersions(named, minimum) >= 0) {
    const version = parseVersion(toolchain.value);
    return version && { kind: "exact", version };
  }
  const version = compareGoVersions(minimum, "") > 0 ? parseVersion(minimum) : undefined;
  if (version === undefined) return undefined;
  if (isLanguage(minimum)) return { kind: "partial", major: version.major, minor: version.minor };
  return { kind: "range", range: `~${toSemver(version)}` };
}

/** What a go command does before anything else. */
export type Selection =
  /** It runs this toolchain: itself, or one that it switches to. */
  | {
      readonly kind: "runs";
      readonly toolchain: string;
      /** What named it. */
      readonly by: "itself" | "GOTOOLCHAIN" | "toolchain" | "go";
      /** With `path` a toolchain that is not on PATH is an error, else it is downloaded. */
      readonly mode: "auto" | "path" | "none";
      /** The go line asks for more than that toolchain is: it refuses to build. */
      readonly isTooOld: boolean;
    }
  /** It stops with that message. */
  | { readonly kind: "stops"; readonly message: string };

/** True for a go command that may switch: that came with Go 1.21. `toolchain` is its name, such as go1.22.5. */
export function canSwitch(toolchain: string): boolean {
  return compareGoVersions(goVersionOf(toolchain) ?? "", "1.21") >= 0;
}

/**
 * Which toolchain a go command of 1.21 or newer runs. `itself` is its own name, `setting` what GOTOOLCHAIN says
 * (empty: it never switches), `lines` those of the go.work or go.mod that applies.
 */
export function selectToolchain(itself: string, setting: string, lines: ModuleLines): Selection {
  const [, first = "", plus, suffix = ""] = /^([^+]*)(\+?)(.*)$/s.exec(setting) ?? [];
  const isPlain = setting === "auto" || setting === "path";
  const mode = isPlain ? setting : suffix;
  let [toolchain, by]: [string, "itself" | "GOTOOLCHAIN" | "toolchain" | "go"] = [itself, "itself"];
  if (!isPlain && first !== "local" && setting !== "") {
    if (goVersionOf(first) === undefined)
      return stops(`invalid GOTOOLCHAIN "${setting}"${plus ? `: invalid minimum toolchain "${first}"` : ""}`);
    [toolchain, by] = [first, "GOTOOLCHAIN"];
  }
  if (plus && mode !== "auto" && mode !== "path")
    return stops(`invalid GOTOOLCHAIN "${setting}": only version suffixes are +auto and +path`);

  let version = goVersionOf(toolchain) ?? "";
  const { go, toolchain: suggested } = lines;
  if ((mode === "auto" || mode === "path") && suggested?.value !== "default") {
    if (suggested && suggested.value !== "") {
      const wanted = goVersionOf(suggested.value);
      if (wanted === undefined) return stops(`invalid toolchain ${JSON.stringify(suggested.value)}`);
      if (compareGoVersions(wanted, version) > 0)
        [toolchain, by, version] = [suggested.value, "toolchain", wanted];
    }
    if (go && compareGoVersions(go.value, version) > 0) {
      const isShort = isLanguage(go.value) && compareGoVersions(go.value, "1.21") >= 0;
      [toolchain, by, version] = [`go${go.value}${isShort ? ".0" : ""}`, "go", go.value];
    }
  }
  if (toolchain === itself) by = "itself";
  else if (!/^go1|-go1/.test(toolchain)) return stops(`invalid GOTOOLCHAIN "${toolchain}"`);
  return {
    kind: "runs",
    toolchain,
    by,
    mode: mode === "auto" || mode === "path" ? mode : "none",
    isTooOld: go !== undefined && compareGoVersions(go.value, version) > 0,
  };
}

function stops(message: string): Selection {
  return { kind: "stops", message };
}

/** The version in a toolchain's name: go1.22.5, go1.22.5-custom; undefined where it has none (FromToolchain). */
export function goVersionOf(toolchain: string): string | undefined {
  const [, version = ""] = /^go([^ \t/\\-]*)(?:[ \t-][^/\\]*)?$/.exec(toolchain) ?? [];
  return versionPattern.test(version) ? version : undefined;
}

const versionPattern = /^(0|[1-9]\d*)(?:\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*)|([a-z]+)(0|[1-9]\d*)?)?)?$/;

/** A version without a patch: of the language since 1.21, before that of a release, too. */
function isLanguage(text: string): boolean {
  return /^\d+\.\d+$/.test(text);
}

/** Older is less; what is no version is less than any, and equal to each other. */
export function compareGoVersions(a: string, b: string): number {
  const [first, second] = [orderOf(a), orderOf(b)];
  for (const [index, part] of first.entries()) {
    const other = second[index] ?? part;
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

/** The parts of a version in the order in which they count. What is missing is less than 0. */
function orderOf(text: string): readonly (number | string)[] {
  const match = versionPattern.exec(text);
  if (!match) return [-1, -1, -1, "", -1];
  const [, major, minor = "0", patch, kind = "", number] = match;
  // Before 1.21 the first release of a minor was called by the minor alone.
  const isFirst = kind === "" && (Number(minor) < 21 || !text.includes("."));
  return [Number(major), Number(minor), Number(patch ?? (isFirst ? 0 : -1)), kind, Number(number ?? -1)];
}
