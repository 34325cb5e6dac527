/**
 * A checksum database in memory, with a key of its own: what sum.golang.org serves, for any tree size.
 *
 * The tree is computed straight from RFC 6962 section 2.1, without any code of src/sumdb, so that a test
 * compares two independent computations. It can show an older head, fork, and drop partial tiles.
 */
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";

import type { Log } from "../../src/sumdb/log.ts";

const tileWidth = 256;

interface Key {
  readonly privateKey: KeyObject;
  /** With the algorithm byte in front. */
  readonly publicKey: Buffer;
  readonly hash: Buffer;
}

export class ChecksumDatabase {
  readonly name: string;
  /** The value for GOSUMDB: `name+hash+key`. */
  readonly verifierKey: string;
  /** The size of the tree it shows; undefined: all records. Tiles of the whole log are served all the same. */
  shownSize: number | undefined;
  /** False: once a tile is full, its partial forms are gone (404), as the protocol allows. */
  keepsPartialTiles = true;
  readonly #key: Key;
  /** Makes the padding of a fork differ. */
  #branch = "";
  readonly #records: string[] = [];
  readonly #ids = new Map<string, number>();
  /** Roots by `start/count`: records are never changed, so they stay. */
  readonly #roots = new Map<string, Buffer>();

  constructor(name = "test.sum", key = newKey(name)) {
    this.name = name;
    this.#key = key;
    this.verifierKey = `${name}+${key.hash.toString("hex")}+${key.publicKey.toString("base64")}`;
  }

  get size(): number {
    return this.#records.length;
  }

  /** Appends the record of a module and gives its id. Hashes are `h1:...`. */
  add(module: string, version: string, h1: string, goModH1: string): number {
    return this.addText(
      module,
      version,
      `${module} ${version} ${h1}\n${module} ${version}/go.mod ${goModH1}\n`,
    );
  }

  /** Appends a record with any text, found under this module and version. */
  addText(module: string, version: string, text: string): number {
    this.#ids.set(`${escapeUpper(module)}@${escapeUpper(version)}`, this.size);
    return this.#records.push(text) - 1;
  }

  has(module: string, version: string): boolean {
    return this.#ids.has(`${escapeUpper(module)}@${escapeUpper(version)}`);
  }

  /** Appends records of modules that nobody asks for. */
  pad(count: number): void {
    for (let i = 0; i < count; i++) {
      const h1 = `h1:${sha256(`${this.#branch}${this.size}`).toString("base64")}`;
      this.add(`example.com/padding${this.size}`, "v1.0.0", h1, h1);
    }
  }

  /** A database with the same key and the first `size` records of this one, that goes its own way from there. */
  fork(size: number): ChecksumDatabase {
    const other = new ChecksumDatabase(this.name, this.#key);
    other.#branch = `${this.#branch}fork at ${size}, `;
    for (const record of this.#records.slice(0, size)) other.#records.push(record);
    for (const [key, id] of this.#ids) if (id < size) other.#ids.set(key, id);
    return other;
  }

  /** The text of a record. */
  record(id: number): string {
    const text = this.#records[id];
    if (text === undefined) throw new RangeError(`no record ${id} in a log of ${this.size}`);
    return text;
  }

  /** The hash of the tree of the first `size` records. */
  treeHash(size = this.size): Buffer {
    return size === 0 ? sha256() : this.#root(0, size);
  }

  /** The signed head of the first `size` records. */
  head(size = this.shownSize ?? this.size): Buffer {
    return this.sign(`go.sum database tree\n${size}\n${this.treeHash(size).toString("base64")}\n`);
  }

  /** A note with this text, signed. */
  sign(text: string): Buffer {
    const signature = Buffer.concat([this.#key.hash, sign(null, Buffer.from(text), this.#key.privateKey)]);
    return Buffer.from(`${text}\n— ${this.name} ${signature.toString("base64")}\n`);
  }

  /** What is at a path below the base (`supported`, `latest`, `lookup/...`, `tile/...`); undefined is 404. */
  serve(path: string): Buffer | undefined {
    if (path === "supported") return Buffer.alloc(0);
    if (path === "latest") return this.head();
    if (path.startsWith("lookup/")) return this.#lookup(path.slice("lookup/".length));
    return this.#tile(path);
  }

  #lookup(key: string): Buffer | undefined {
    const id = this.#ids.get(key);
    if (id === undefined || id >= (this.shownSize ?? this.size)) return undefined;
    return Buffer.concat([Buffer.from(`${id}\n${this.record(id)}\n`), this.head()]);
  }

  #tile(path: string): Buffer | undefined {
    const match = /^tile\/8\/(\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path);
    if (!match?.[1] || !match[2]) return undefined;
    const level = Number(match[1]);
    const first = Number(match[2].replaceAll(/[x/]/g, "")) * tileWidth;
    const there = Math.floor(this.size / tileWidth ** level) - first;
    const width = Number(match[3] ?? tileWidth);
    const gone = width < tileWidth && there >= tileWidth && !this.keepsPartialTiles;
    if (width === 0 || width > there || gone) return undefined;
    const span = tileWidth ** level;
    return Buffer.concat(Array.from({ length: width }, (_, i) => this.#root((first + i) * span, span)));
  }

  /** MTH of RFC 6962 over `count` records from `start` on. */
  #root(start: number, count: number): Buffer {
    const key = `${start}/${count}`;
    const known = this.#roots.get(key);
    if (known) return known;
    if (count === 1) return this.#keep(key, sha256(Buffer.of(0), this.record(start)));
    const left = 2 ** Math.ceil(Math.log2(count) - 1);
    const root = sha256(Buffer.of(1), this.#root(start, left), this.#root(start + left, count - left));
    return this.#keep(key, root);
  }

  #keep(key: string, root: Buffer): Buffer {
    this.#roots.set(key, root);
    return root;
  }
}

/** A Log over a database, without a network, that remembers what was fetched and keeps files in a map. */
export class MemoryLog implements Log {
  database: ChecksumDatabase;
  readonly files = new Map<string, Uint8Array>();
  readonly fetched: string[] = [];
  /** Changes what the database answers, if a test sets it. */
  tamper: (path: string, bytes: Buffer | undefined) => Buffer | undefined = (_path, bytes) => bytes;

  constructor(database: ChecksumDatabase) {
    this.database = database;
  }

  /** The kept head; empty if there is none. */
  get latest(): string {
    return Buffer.from(this.files.get("latest") ?? []).toString();
  }

  fetch(path: string): Promise<Uint8Array | undefined> {
    this.fetched.push(path);
    return Promise.resolve(this.tamper(path, this.database.serve(path)));
  }

  load(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.files.get(name));
  }

  save(name: string, data: Uint8Array): Promise<void> {
    this.files.set(name, data);
    return Promise.resolve();
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}

/** What the public database answered in November 2026, with its tiles in base64, and a published signed note. */
export interface PublicVectors {
  readonly publicKey: string;
  readonly noteSelfTest: { readonly vkey: string; readonly msg: string };
  readonly latest: string;
  readonly tiles: Readonly<Record<string, string>>;
  readonly modules: readonly {
    readonly module: string;
    readonly version: string;
    readonly recordId: number;
    readonly recordText: string;
    readonly leafHash: string;
    readonly h1: string;
    readonly goModH1: string;
    readonly lookup: string;
    readonly lookupPath: string;
    readonly lookupTree: { readonly n: number; readonly hash: string };
    readonly latestTree: { readonly n: number; readonly hash: string };
    readonly inclusion: { readonly inLookupTreeTiles: string[]; readonly inLatestTreeTiles: string[] };
    readonly consistency: { readonly tiles: string[] };
  }[];
}

export function publicVectors(): PublicVectors {
  return JSON.parse(readFileSync(new URL("../data/sumdb-vectors.json", import.meta.url), "utf8"));
}

function newKey(name: string): Key {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const encoded = Buffer.concat([
    Buffer.of(1),
    publicKey.export({ format: "der", type: "spki" }).subarray(-32),
  ]);
  return { privateKey, publicKey: encoded, hash: sha256(`${name}\n`, encoded).subarray(0, 4) };
}

function escapeUpper(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}

function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
