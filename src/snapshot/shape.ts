/**
 * What a snapshot holds (docs/json/snapshot.schema.json), and what of a stranger's file may be read as one.
 *
 * Guarantees of a snapshot: no credentials (redact.ts), folders of the home as `~/...`, so that two machines compare.
 */
import { GvError } from "../errors.ts";
import { statOf, textOf } from "../read.ts";

/** The version of the shape: raised by a change that a reader of the old one could stumble over. */
export const schema = 1;

/** In bytes: a snapshot has some 20,000. */
const longest = 2 ** 20;

/** The 17 paths of Go's environment: 12 places, and the 5 programs that cgo and gccgo start. */
export const goPaths = {
  GOROOT: "folder",
  GOPATH: "folder",
  GOBIN: "folder",
  GOCACHE: "folder",
  GOMODCACHE: "folder",
  GOTMPDIR: "folder",
  GOTOOLDIR: "folder",
  GOTELEMETRYDIR: "folder",
  GOENV: "file",
  GOMOD: "file",
  GOWORK: "file",
  GOCACHEPROG: "program",
  AR: "program",
  CC: "program",
  CXX: "program",
  GCCGO: "program",
  PKG_CONFIG: "program",
} as const;

/** What is known of one path. */
export interface PathFacts {
  readonly path: string;
  readonly exists: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
  /** Behind links; undefined where nothing is there. */
  readonly kind?: "file" | "folder" | "other";
  readonly device?: number;
  readonly inode?: number;
  /** As the kernel calls it: ext4, apfs, nfs4. Undefined where the system doesn't say. */
  readonly filesystem?: string;
  /** In bytes, for this user; undefined also on a network's file system, which may never answer. */
  readonly free?: number;
}

/** The first program of a name on PATH. */
export interface Winner {
  readonly path: string;
  readonly isShim: boolean;
  /** Who put it there; undefined where nobody is known. */
  readonly owner?: string;
  /** The program behind gv's shim, or behind links; undefined where a shim finds none. */
  readonly runs?: string;
  /** `go1.22.5`, or of a tool its module's version. */
  readonly version?: string;
  /** The Go that built a tool. */
  readonly builtBy?: string;
  /** Processors that it is for; none for a script. */
  readonly archs: readonly string[];
}

export interface Snapshot {
  readonly schema: typeof schema;
  readonly gv: string;
  /** ISO 8601, UTC. */
  readonly taken: string;
  /** The working directory. */
  readonly folder: string;
  readonly system: {
    readonly os: string;
    readonly arch: string;
    readonly name?: string;
    readonly kernel: string;
    /** On macOS whether Rosetta translates this shell. */
    readonly translated: boolean;
  };
  readonly start: {
    readonly by: string;
    /** What says so: a variable, or a process. */
    readonly evidence: string;
    /** The processes above, the nearest first, as far as the one that opened the shell. */
    readonly chain: readonly string[];
  };
  readonly path: readonly string[];
  /** null: none on PATH. */
  readonly programs: Readonly<Record<"go" | "gopls" | "dlv", Winner | null>>;
  /** What the version here is, by gv's rule. */
  readonly version: {
    readonly kind: string;
    readonly name: string | null;
    readonly by: string;
    readonly file?: string;
    readonly line?: number;
    readonly text?: string;
  };
  /** What `go env -json` of the first go on PATH says; null where there is none, or it fails: `failure` says how. */
  readonly env: Readonly<Record<string, string>> | null;
  readonly failure?: string;
  /** Who sets a variable of it: the environment, or a file and its line. What isn't named is Go's default. */
  readonly set: Readonly<Record<string, string>>;
  /** By the names of `goPaths`, all of them; several in a GOPATH, none where a variable has no path. */
  readonly paths: Readonly<Record<string, readonly PathFacts[]>>;
}

/** A value of a snapshot by its place, such as `env.GOPROXY` or `paths.GOPATH.0.exists`. */
export type Leaves = ReadonlyMap<string, string | number | boolean | null>;

/** Between the items of a list, which is one value. */
export const listed = ", ";

/** Every value of a snapshot, or of what a file has in its place. */
export function leavesOf(snapshot: unknown, place = "", depth = 0): Leaves {
  if (typeof snapshot === "string" || typeof snapshot === "number" || typeof snapshot === "boolean")
    return new Map([[place, snapshot]]);
  if (snapshot === null) return new Map([[place, null]]);
  if (Array.isArray(snapshot) && snapshot.every((one) => typeof one === "string"))
    return new Map([[place, snapshot.join(listed)]]);
  if (typeof snapshot !== "object" || depth > 6) return new Map();
  return new Map(
    Object.entries(snapshot).flatMap(([name, value]) => [
      ...leavesOf(value, place === "" ? name : `${place}.${name}`, depth + 1),
    ]),
  );
}

/** What is in the file of a snapshot. Throws BAD_ARGUMENT where it is none, or of another version. */
export function readSnapshot(path: string): Leaves {
  const again = "gv snapshot --output FILE   takes a new one";
  const refuse = (fact: string, hint = again): never => {
    throw new GvError("BAD_ARGUMENT", `${path} ${fact}`, { hint });
  };
  const stats = statOf(path);
  if (!stats) return refuse("can't be read: nothing is there");
  if (!stats.isFile()) return refuse("is no regular file", `${again}; - and login need none`);
  if (stats.size > longest) return refuse(`is no snapshot: it has ${stats.size} bytes`);
  const text = textOf(path) ?? refuse("can't be read");
  const data = parsed(text);
  if (data === undefined) return refuse("is no JSON");
  const leaves = leavesOf(data);
  const version = leaves.get("schema");
  if (typeof version !== "number") return refuse("is no snapshot: it has no number `schema`");
  if (version > schema)
    return refuse(
      `is a snapshot of version ${version}, and this gv reads version ${schema}: a newer gv took it`,
      `upgrade gv, or take it with this one: ${again}`,
    );
  if (version < schema)
    return refuse(`is a snapshot of version ${version}, which this gv doesn't read any more`);
  const missing = ["gv", "folder", "system.os", "system.arch"].find(
    (name) => typeof leaves.get(name) !== "string",
  );
  return missing === undefined ? leaves : refuse(`is no whole snapshot: it has no \`${missing}\``);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
