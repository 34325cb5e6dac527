/**
 * What a mirror is on disk: a folder with the paths of a GOPROXY, for golang.org/toolchain and a checksum database,
 * which any web server, object store or file:// can serve; and gv-mirror.json, by which gv knows its own.
 *
 *     golang.org/toolchain/@v/     list, and .info, .mod, .zip of each release
 *     sumdb/sum.golang.org/        supported, latest, lookup/..., tile/...
 *     gv-mirror.json               the database, and the signed heads that clients of this mirror may have seen
 *
 * Guarantees: a file is there as a whole or not at all, and can be read by all; what gv didn't put into a folder is
 * neither replaced nor removed.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Context } from "../context.ts";
import { diskError } from "../disk-error.ts";
import { GvError, systemCode } from "../errors.ts";
import { makeFolder, setMode, writeAtomically } from "../files.ts";
import { holds, namesIn, textOf } from "../read.ts";
import { quote } from "../shim-conf.ts";
import { moduleVersion, parseModuleVersion, type Release, toolchainModule } from "../toolchain.ts";
import type { Database } from "../sumdb/database.ts";

/** A mirror's folder, and the names in it. */
export interface MirrorFolder {
  readonly path: string;
  readonly database: Database;
  /** Below it are the files of a release: `<module version>.zip`, ... */
  readonly releases: string;
  /** The database's base. */
  readonly sumdb: string;
  /** The signed heads that its clients may have seen; empty for a new one. */
  readonly heads: readonly Uint8Array[];
}

/** What is there of each release, besides its record. */
export const releaseFiles = ["zip", "mod", "info"] as const;

const marker = "gv-mirror.json";

/**
 * A mirror that is there, or a folder that can become one: new, or without what a GOPROXY has. Throws BAD_ARGUMENT for
 * a folder that has it from somebody else (a module cache, say), and for a mirror of another database.
 */
export function openMirror(path: string, database: Database): MirrorFolder {
  const folder = {
    path,
    database,
    releases: join(path, toolchainModule, "@v"),
    sumdb: join(path, "sumdb", database.name),
  };
  const text = textOf(join(path, marker));
  if (text === undefined) {
    const taken = [toolchainModule, "sumdb"].find((name) => existsSync(join(path, name)));
    if (taken !== undefined)
      throw new GvError("BAD_ARGUMENT", `${path} has a ${taken} that no gv mirror made`, {
        hint: `it may be a module cache or somebody's proxy: name another folder\ngv mirror ${quote(join(path, "mirror"))} ...`,
      });
    return { ...folder, heads: [] };
  }
  const { name, heads } = readMarker(text);
  if (name === undefined || !heads)
    throw new GvError("BAD_ARGUMENT", `${join(path, marker)} can't be read`, {
      hint: `if that folder is a mirror: rm ${quote(join(path, marker))}, and mirror into a new folder`,
    });
  if (name !== database.name)
    throw new GvError("BAD_ARGUMENT", `${path} is a mirror of ${name}, and GOSUMDB means ${database.name}`, {
      hint: "name another folder, or unset GOSUMDB",
    });
  return { ...folder, heads };
}

function readMarker(text: string): { name?: string; heads?: Uint8Array[] } {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== "object" || data === null || !("database" in data && "heads" in data)) return {};
    const { database, heads } = data;
    if (typeof database !== "string" || !Array.isArray(heads)) return {};
    return { name: database, heads: heads.map((note) => Buffer.from(String(note))) };
  } catch {
    return {};
  }
}

/** Writes down which heads its clients may have seen. */
export function writeMarker(
  ctx: Context,
  { path, database }: MirrorFolder,
  heads: readonly Uint8Array[],
): void {
  const notes = heads.map((note) => Buffer.from(note).toString());
  put(
    ctx,
    join(path, marker),
    `${JSON.stringify({ schema: 1, database: database.name, heads: notes }, undefined, 2)}\n`,
  );
}

/** The releases whose files are all there, in the order of their names. */
export function releasesIn({ releases }: MirrorFolder): Release[] {
  const names = new Set(namesIn(releases));
  return [...names]
    .filter((name) => name.endsWith(".zip"))
    .map((name) => name.slice(0, -".zip".length))
    .filter((name) => releaseFiles.every((kind) => names.has(`${name}.${kind}`)))
    .toSorted()
    .map(parseModuleVersion)
    .filter((release) => release !== undefined);
}

/** The path of a file of a release. */
export function releaseFile(
  { releases }: MirrorFolder,
  release: Release,
  kind: (typeof releaseFiles)[number],
): string {
  return join(releases, `${moduleVersion(release)}.${kind}`);
}

/** The bytes of a file of a mirror; undefined where it isn't there. */
export function bytesOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
    throw diskError(error, path);
  }
}

/** Writes a small file that a web server can read, unless it is there as it is. True where it wrote. */
export function put(ctx: Context, path: string, data: string | Uint8Array): boolean {
  if (holds(path, Buffer.from(data))) return false;
  makeFolder(dirname(path), ctx.umask);
  writeAtomically(path, data);
  if (0o644 & ctx.umask) setMode(path, 0o644);
  return true;
}

/** Every file below a folder: paths relative to it. */
function filesBelow(folder: string, prefix = ""): string[] {
  let names;
  try {
    names = readdirSync(join(folder, prefix), { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw diskError(error, join(folder, prefix));
  }
  return names.flatMap((entry) =>
    entry.isDirectory() ? filesBelow(folder, `${prefix}${entry.name}/`) : [prefix + entry.name],
  );
}

/** The files of a mirror that are not among these, by their paths from the database's base, and of these releases. */
export function othersIn(
  folder: MirrorFolder,
  stay: ReadonlySet<string>,
  releases: readonly Release[],
): string[] {
  const names = new Set(releases.map(moduleVersion));
  const isOther = (name: string): boolean =>
    name.startsWith("v0.0.1-go") && !names.has(name.replace(/\.[a-z]+$/, ""));
  return [
    ...namesIn(folder.releases)
      .filter(isOther)
      .map((name) => join(folder.releases, name)),
    ...["lookup", "tile"].flatMap((part) =>
      filesBelow(join(folder.sumdb, part))
        .map((path) => `${part}/${path}`)
        .filter((path) => !stay.has(path))
        .map((path) => join(folder.sumdb, path)),
    ),
  ];
}
