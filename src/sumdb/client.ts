/**
 * Asks a checksum database for one module, and answers only what is proven to be in its transparency log.
 *
 * Follows Client.Lookup of https://pkg.go.dev/golang.org/x/mod/sumdb: signed head, then one timeline of heads,
 * then inclusion. Guarantees: nothing is answered or kept before everything is proven; the kept head only grows.
 */
import { GvError } from "../errors.ts";
import type { Database } from "./database.ts";
import { newVerifier, openNote, type Verifier } from "./note.ts";
import { type ModuleRecord, readRecord, type RecordProof } from "./record.ts";
import {
  AuthenticatedTiles,
  fullTile,
  isFull,
  tileLength,
  tilePath,
  tilesToProve,
  type Tile,
} from "./tile.ts";
import { emptyTree, parseTree, type Tree } from "./tlog.ts";

/** How the client reaches a database and what it has kept of it. */
export interface Log {
  /**
   * What is at a path below the database's base, such as `lookup/golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64`
   * or `tile/8/0/x259/370.p/1`; undefined for 404 and 410. Throws a GvError for any other failure.
   */
  fetch(path: string): Promise<Uint8Array | undefined>;
  /** A file kept for this database: `latest` or the path of a full tile; undefined if there is none. */
  load(name: string): Promise<Uint8Array | undefined>;
  save(name: string, data: Uint8Array): Promise<void>;
  /** Runs `work` while no other process runs such work on what is kept: a smaller head must not replace a larger. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** A record, proven to be in the log against the newest head seen. */
export interface ProvenRecord extends ModuleRecord {
  readonly proof: RecordProof;
  /** Whether a head from an earlier lookup was there to prove against; `damaged` if it could not be read. */
  readonly keptHead: "kept" | "none" | "damaged";
}

/** A tree head, the note that signs it, and where the note is from. */
interface Head extends Tree {
  readonly note: Uint8Array;
  readonly from: string;
}

/** The head kept from earlier lookups; the empty tree, a prefix of every log, where there is none. */
interface KeptHead extends Head {
  readonly state: ProvenRecord["keptHead"];
}

/**
 * The record of module@version, or undefined if the log has none (404).
 *
 * Throws NOT_PROVEN if a signature, hash or form is wrong, or if the log shows two histories (both heads are in
 * the hint); NO_CHECKSUM_DATABASE if tiles are missing; BAD_GOSUMDB for a malformed key; BAD_ARGUMENT for a name
 * that no module has; and what `log` throws.
 *
 * A kept head that is damaged (its signature does not verify) counts as none, and the answer says so. Whoever
 * can change that file could as well delete it, and to stop would leave gv unusable until somebody repairs it;
 * the record is still proven against a signed head, as it is on the first day.
 */
export async function lookup(
  database: Database,
  log: Log,
  module: string,
  version: string,
): Promise<ProvenRecord | undefined> {
  const verifier = newVerifier(database.key);
  const path = `lookup/${escapeName(module)}@${escapeName(version)}`;
  const answer = await log.fetch(path);
  if (answer === undefined) return undefined;
  const { note, record } = parseAnswer(answer, module, version);
  const head: Head = {
    ...parseTree(openNote(note, verifier)),
    note,
    from: `signed in the answer to ${path}`,
  };

  let kept = await keptHead(log, verifier);
  for (;;) {
    const { newest, inclusion } = await prove(record, head, kept, log);
    if (head.size > kept.size) {
      const before = kept;
      kept = await log.alone(async () => {
        const now = await keptHead(log, verifier);
        if (now.hash.equals(before.hash)) await log.save("latest", head.note);
        return now;
      });
      // Another process has kept a head meanwhile: it must be on the same timeline, too (Go: mergeLatest).
      if (!kept.hash.equals(before.hash)) continue;
    }
    return {
      ...record,
      proof: {
        id: record.id,
        text: record.text,
        treeSize: newest.size,
        treeHash: newest.hash.toString("base64"),
        head: Buffer.from(newest.note).toString(),
        inclusion: inclusion.map((hash) => hash.toString("base64")),
      },
      keptHead: kept.state,
    };
  }
}

/** Proves that the older head is a prefix of the newer one, and that the record is in that. */
async function prove(
  record: ModuleRecord,
  head: Head,
  kept: Head,
  log: Log,
): Promise<{ newest: Head; inclusion: Buffer[] }> {
  const [older, newer] = head.size < kept.size ? [head, kept] : [kept, head];
  try {
    const needed = tilesToProve(newer.size, record.id, older.size);
    const { tiles, fetched } = await readTiles(log, newer, needed);
    const prefix = tiles.treeHash(older.size);
    if (!prefix.equals(older.hash))
      throw new GvError("NOT_PROVEN", "the checksum database shows two different histories (a fork)", {
        hint: `hash of the first ${older.size} records of the newer head: ${prefix.toString("base64")}`,
      });
    tiles.checkRecord(record.id, record.text);
    for (const tile of needed.filter(isFull)) {
      const data = fetched.get(tilePath(tile));
      if (data) await log.save(tilePath(tile), data);
    }
    return { newest: newer, inclusion: tiles.inclusionProof(record.id) };
  } catch (error) {
    if (!(error instanceof GvError) || error.code !== "NOT_PROVEN") throw error;
    const heads = older.size === 0 ? [newer] : [older, newer];
    const hint = [error.hint, ...heads.map(describeHead)].join("\n");
    throw new GvError("NOT_PROVEN", error.message, { hint, cause: error });
  }
}

/**
 * Authenticated tiles: full ones from what is kept, the others fetched, all at once. If a kept tile does not
 * verify, what was kept is fetched as well, once. `fetched` holds what did not come from disk.
 */
async function readTiles(log: Log, head: Head, needed: readonly Tile[]) {
  const kept = await tileMap(needed.filter(isFull), (tile) => log.load(tilePath(tile)));
  const missing = needed.filter((tile) => !kept.has(tilePath(tile)));
  const fetched = await tileMap(missing, (tile) => fetchTile(log, head, tile));
  try {
    return { tiles: new AuthenticatedTiles(head, needed, new Map([...kept, ...fetched])), fetched };
  } catch (error) {
    if (kept.size === 0) throw error;
  }
  const damaged = needed.filter((tile) => kept.has(tilePath(tile)));
  const again = await tileMap(damaged, (tile) => fetchTile(log, head, tile));
  const all = new Map([...fetched, ...again]);
  return { tiles: new AuthenticatedTiles(head, needed, all), fetched: all };
}

/** The bytes of tiles by path, read in parallel; those that are undefined are left out. */
async function tileMap(
  tiles: readonly Tile[],
  read: (tile: Tile) => Promise<Uint8Array | undefined>,
): Promise<Map<string, Buffer>> {
  const entries = await Promise.all(tiles.map(async (tile) => [tilePath(tile), await read(tile)] as const));
  return new Map(entries.flatMap(([path, bytes]) => (bytes ? [[path, Buffer.from(bytes)]] : [])));
}

/** A tile from the log; the start of the full tile where the partial one is gone, as the log may do. */
async function fetchTile(log: Log, head: Head, tile: Tile): Promise<Uint8Array> {
  let bytes = await log.fetch(tilePath(tile));
  if (bytes === undefined && !isFull(tile))
    bytes = (await log.fetch(tilePath(fullTile(tile))))?.subarray(0, tileLength(tile));
  if (bytes === undefined)
    throw new GvError("NO_CHECKSUM_DATABASE", `the checksum database has no ${tilePath(tile)}`, {
      hint: `its head of ${head.size} records, ${head.from}, needs it: is what answers an old or incomplete copy?`,
    });
  return bytes;
}

/** The kept head. Only a signature that does not verify makes it `damaged`. */
async function keptHead(log: Log, verifier: Verifier): Promise<KeptHead> {
  const note = await log.load("latest");
  const none = { ...emptyTree, note: new Uint8Array(), from: "none" };
  if (note === undefined) return { ...none, state: "none" };
  let text: string;
  try {
    text = openNote(note, verifier);
  } catch (error) {
    if (error instanceof GvError && error.code === "NOT_PROVEN") return { ...none, state: "damaged" };
    throw error;
  }
  return { ...parseTree(text), note, from: "kept from an earlier lookup", state: "kept" };
}

/** Reads `<id>\n<two go.sum lines>\n<signed note>`; the lines must be those of this module and version. */
function parseAnswer(
  answer: Uint8Array,
  module: string,
  version: string,
): { record: ModuleRecord; note: Buffer } {
  const bytes = Buffer.from(answer);
  // One character a byte, so that what is left of the match is the note.
  const [whole = "", id = "", text = ""] =
    /^(\d+)\n([^\n]+\n[^\n]+\n)\n/.exec(bytes.toString("latin1")) ?? [];
  const record = readRecord(id, text, module, version);
  if (!record)
    throw new GvError("NOT_PROVEN", `the checksum database gave no record of ${module}@${version}`, {
      hint: `its answer starts ${JSON.stringify(bytes.toString("utf8", 0, 400))}`,
    });
  return { record, note: bytes.subarray(whole.length) };
}

/** A module path or version as the protocol writes it: `!x` for `X` (module.EscapePath). */
function escapeName(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._~+/-]*$/.test(name))
    throw new GvError("BAD_ARGUMENT", `no module has the name or version ${JSON.stringify(name)}`);
  return name.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}

function describeHead({ size, hash, from, note }: Head): string {
  const signed = Buffer.from(note).toString().trimEnd().replaceAll("\n", "\n  ");
  return `head of ${size} records, hash ${hash.toString("base64")}, ${from}:\n  ${signed}`;
}
