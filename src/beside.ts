/**
 * What others keep beside the files of a release, so that a Go of theirs is told from one that was changed: the go
 * command's module cache has each go.mod twice, golang.org/dl a mark of its own.
 *
 * Guarantees: it is known by the name of the folder, which each of them decides; a file that go reads is never passed
 * over: of a go.mod that isn't its `_go.mod` both stay.
 */
import { basename } from "node:path";

import type { TreeFile } from "./goroot.ts";
import { moduleVersion, type Release } from "./toolchain.ts";
import { releaseName } from "./version.ts";

/** The files without those, by their paths in a GOROOT; `told`: what was passed over, a sentence each. */
export interface Told {
  readonly files: readonly TreeFile[];
  readonly told: readonly string[];
}

export function withoutBeside(goroot: string, release: Release, files: readonly TreeFile[]): Told {
  const folder = basename(goroot);
  if (folder === `toolchain@${moduleVersion(release)}`) return ofModuleCache(files);
  if (folder !== releaseName(release.version)) return { files, told: [] };
  const rest = files.filter(({ path, size, sha256 }) => path !== ".unpacked-success" || size > 0 || !sha256);
  const told = rest.length < files.length ? ["its empty .unpacked-success is golang.org/dl's own mark"] : [];
  return { files: rest, told };
}

/**
 * It has the zip's files by their names there, and once the go command has run that toolchain a copy of each `_go.mod`
 * as `go.mod` (cmd/go/internal/toolchain/select.go).
 */
function ofModuleCache(files: readonly TreeFile[]): Told {
  const sums = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  const seen = files.flatMap((file): TreeFile[] => {
    if (!/(?:^|\/)_go\.mod$/.test(file.path)) return [file];
    const path = file.path.replace(/_go\.mod$/, "go.mod");
    if (!sums.has(path)) return [{ ...file, path, from: file.path }];
    return file.sha256 !== undefined && sums.get(path) === file.sha256 ? [] : [file];
  });
  const told = sums.has("src/_go.mod")
    ? ["each go.mod is there as _go.mod, as the module cache keeps it"]
    : [];
  return { files: seen, told };
}
