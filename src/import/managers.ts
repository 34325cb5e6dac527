/**
 * The other version managers, and other places that have a Go: where each keeps its versions, its global version and
 * its pins, and what is left of it once its versions are gv's. One row each.
 *
 * The places are those of each one's own documents, moved by its own variable where it has one. Whose a folder is, the
 * line that removes one version, and what a start-up file has for it: doctor/owners.ts. Nothing is started or changed.
 */
import { join } from "node:path";

import type { Context } from "../context.ts";
import { moduleCacheFolder } from "../goenv.ts";
import { entriesIn, startOf, statOf, textOf } from "../read.ts";
import { homeFile } from "../resolve.ts";
import { goVersionFile, readLimit, toolVersionsFile, type VersionFile } from "../version-files.ts";
import { miseFiles, miseGlobalFile, miseSpec } from "./mise.ts";

/** A word in a file of another manager that asks for a version. */
export interface Said {
  readonly spec: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** gv reads that file, too: there is nothing to take over. */
  readonly isRead: boolean;
}

export interface Manager {
  /** The word behind `gv import`. */
  readonly id: string;
  /** As people call it. */
  readonly title: string;
  /** GOROOTs; in a part of the path `*` stands for anything. */
  readonly goroots: (ctx: Context) => readonly string[];
  /** Why this GOROOT isn't whole, by the manager's own word. */
  readonly unfinished?: (goroot: string) => string | undefined;
  /** What it puts into a GOROOT itself, and no release has. */
  readonly marks?: readonly string[];
  /** The version that it uses where nothing is pinned. */
  readonly global?: (ctx: Context) => Said | undefined;
  /** Who reads what a project pins for it, for people. */
  readonly pins: string;
  /** What a file of its own in the current directory asks for, where gv reads no such file. */
  readonly pinHere?: (ctx: Context) => Said | undefined;
  /** The folders that a start-up file puts on PATH for it. */
  readonly onPath: (ctx: Context) => readonly string[];
  /** The variable that moves it: a start-up file's line with it is for that manager. */
  readonly variable?: string;
  /** It manages more than Go: a start-up file's line for it may be needed still. */
  readonly managesMore?: true;
  /** The line that removes one version, where that is another than doctor/owners.ts has. */
  readonly removeOne?: (goroot: string) => string;
  /** The line that removes all that it has of Go, once no version is linked there. */
  readonly removeAll?: (ctx: Context) => string;
}

export const managers: readonly Manager[] = [
  {
    id: "goenv",
    title: "goenv",
    goroots: (ctx) => [join(goenvRoot(ctx), "versions/*")],
    global: (ctx) => said(goVersionFile, join(goenvRoot(ctx), "version")),
    pins: "its pins are .go-version files, which gv reads as it does",
    onPath: (ctx) => ["shims", "bin"].map((name) => join(goenvRoot(ctx), name)),
    variable: "GOENV_ROOT",
    removeAll: (ctx) => `rm -rf '${goenvRoot(ctx)}'`,
  },
  {
    id: "asdf",
    title: "asdf",
    goroots: (ctx) => [join(asdfData(ctx), "installs/golang/*/go")],
    global: (ctx) => {
      const file = homeFile(ctx);
      return file === undefined ? undefined : said(toolVersionsFile, file, true);
    },
    pins: "its pins are .tool-versions files, which gv reads as it does",
    onPath: (ctx) => [join(asdfData(ctx), "shims")],
    variable: "ASDF_DATA_DIR",
    managesMore: true,
    removeAll: () => "asdf plugin remove golang",
  },
  {
    id: "gvm",
    title: "gvm",
    goroots: (ctx) => [join(gvmRoot(ctx), "gos/*")],
    unfinished: (goroot) =>
      statOf(join(goroot, "manifest")) === undefined && statOf(join(goroot, "bin/go")) === undefined
        ? "gvm didn't finish it: it has no manifest"
        : undefined,
    global: gvmDefault,
    pins: "its pins are .go-version files, which gv reads; .go-pkgset has no like in gv",
    onPath: (ctx) => [join(gvmRoot(ctx), "bin")],
    variable: "GVM_ROOT",
    removeAll: () => "gvm implode",
  },
  {
    id: "mise",
    title: "mise",
    goroots: (ctx) => [join(miseData(ctx), "installs/go/*")],
    global: (ctx) => miseSaid(miseGlobalFile(ctx)),
    pins: "of its pins gv reads .tool-versions and .go-version, and no mise.toml",
    pinHere: (ctx) => {
      for (const file of miseFiles) {
        const pin = miseSaid(join(ctx.cwd, file));
        if (pin) return pin;
      }
      return undefined;
    },
    onPath: (ctx) => [join(miseData(ctx), "shims")],
    variable: "MISE_DATA_DIR",
    managesMore: true,
    removeAll: () => "mise uninstall --all go && mise unuse -g go",
  },
  {
    // Its layout is in no document that was found: any GOROOT in its folder is one of its.
    id: "koala",
    title: "koala",
    goroots: ({ home }) => ["*", "*/*", "*/*/*"].map((below) => join(home, ".koala", below)),
    pins: "which pins it has is not known",
    onPath: ({ home }) => [join(home, ".koala", "bin")],
  },
  {
    id: "homebrew",
    title: "Homebrew",
    goroots: (ctx) =>
      brewPrefixes(ctx).flatMap((prefix) =>
        ["Cellar/go/*/libexec", "Cellar/go@*/*/libexec"].map((below) => join(prefix, below)),
      ),
    pins: "it has no pins",
    onPath: () => [], // brew shellenv, which is there for all of Homebrew.
    managesMore: true,
  },
  {
    id: "usrlocal",
    title: "/usr/local/go",
    goroots: ({ system }) => [join(system, "usr/local/go")],
    pins: "it has no pins",
    onPath: ({ system }) => [join(system, "usr/local/go/bin")],
  },
  {
    id: "dl",
    title: "golang.org/dl",
    goroots: ({ home }) => [join(home, "sdk/go*")],
    unfinished: (goroot) =>
      statOf(join(goroot, ".unpacked-success")) === undefined
        ? "its download never ended: it has no .unpacked-success"
        : undefined,
    marks: [".unpacked-success"],
    pins: "it has no pins: go1.22.5 is a command of its own, and gv has one of that name",
    onPath: ({ home }) => [join(home, "sdk/*/bin")],
  },
  {
    id: "modcache",
    title: "the go command's module cache",
    goroots: (ctx) => [join(moduleCacheFolder(ctx), "golang.org/toolchain@*")],
    pins: "what it switches to by go.mod it finds on PATH from now on, and downloads no more",
    onPath: () => [],
    // Its folders can't be written. go clean -modcache, which is the owner's line, takes all modules along.
    removeOne: (goroot) => `chmod -R u+w '${goroot}' && rm -rf '${goroot}'`,
  },
];

/** The GOROOTs that one manager has, in the order of their names; a link among them counts as where it leads. */
export function gorootsOf(ctx: Context, manager: Manager): string[] {
  return manager.goroots(ctx).flatMap((pattern) => matching(pattern).filter(looksLikeGo));
}

/** The folders that a pattern means: `*` stands for any characters within one part. */
export function matching(pattern: string): string[] {
  const at = pattern.split("/").findIndex((part) => part.includes("*"));
  if (at < 0) return [pattern];
  const parts = pattern.split("/");
  const [before, part = "", after] = [parts.slice(0, at), parts[at], parts.slice(at + 1)];
  const [start = "", end = ""] = part.split("*");
  return entriesIn(before.join("/") || "/")
    .map(({ name }) => name)
    .filter((name) => name.length >= start.length + end.length && !(part === "*" && name.startsWith(".")))
    .filter((name) => name.startsWith(start) && name.endsWith(end))
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .flatMap((name) => matching([...before, name, ...after].join("/")));
}

/** Something that is or was to be a GOROOT. */
function looksLikeGo(folder: string): boolean {
  const has = (name: string): boolean => statOf(join(folder, name))?.isFile() === true;
  return has("bin/go") || has("bin/go.exe") || (has("VERSION") && statOf(join(folder, "src")) !== undefined);
}

function said(format: VersionFile, file: string, isRead = false): Said | undefined {
  const [first] = format.read(startOf(file, readLimit) ?? "");
  return first && { ...first, file, isRead };
}

/** `gvm use --default` copies the environment of that Go there: gvm_go_name="go1.22.5". */
function gvmDefault(ctx: Context): Said | undefined {
  const file = join(gvmRoot(ctx), "environments/default");
  for (const [i, text] of (textOf(file) ?? "").split("\n").entries()) {
    const spec = /\bgvm_go_name="([^"]+)"/.exec(text)?.[1];
    if (spec !== undefined) return { spec, file, line: i + 1, isRead: false };
  }
  return undefined;
}

function miseSaid(file: string): Said | undefined {
  const found = miseSpec(startOf(file, readLimit) ?? "");
  return found && { ...found, file, isRead: false };
}

function goenvRoot(ctx: Context): string {
  return moved(ctx, "GOENV_ROOT") ?? join(ctx.home, ".goenv");
}

function asdfData(ctx: Context): string {
  return moved(ctx, "ASDF_DATA_DIR") ?? join(ctx.home, ".asdf");
}

function gvmRoot(ctx: Context): string {
  return moved(ctx, "GVM_ROOT") ?? join(ctx.home, ".gvm");
}

function miseData(ctx: Context): string {
  return (
    moved(ctx, "MISE_DATA_DIR") ?? join(moved(ctx, "XDG_DATA_HOME") ?? join(ctx.home, ".local/share"), "mise")
  );
}

/** Where Homebrew is on Apple silicon, on Intel, and on Linux. */
function brewPrefixes(ctx: Context): string[] {
  const usual = ["opt/homebrew", "usr/local", "home/linuxbrew/.linuxbrew"].map((path) =>
    join(ctx.system, path),
  );
  const own = moved(ctx, "HOMEBREW_PREFIX");
  return own === undefined || usual.includes(own) ? usual : [own, ...usual];
}

/** Where a variable puts a folder; undefined where it names none. */
function moved({ env }: Context, variable: string): string | undefined {
  const folder = env[variable];
  return folder?.startsWith("/") === true ? folder.replace(/(?<=.)\/+$/, "") : undefined;
}
