/**
 * A checksum database's log as it is reached and kept: its signed heads, and its tiles, of which none is given that
 * isn't proven to be part of a head's tree.
 */
import type { GvError } from "../errors.ts";
import { openNote, type Verifier } from "./note.ts";
import { AuthenticatedTiles, fullTile, isFull, tileLength, tilePath, type Tile } from "./tile.ts";
import { parseTree, type Tree } from "./tlog.ts";

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

/** A tree head, the note that signs it, and where the note is from. */
export interface Head extends Tree {
  readonly note: Uint8Array;
  readonly from: string;
}

/** The head that a note signs. Throws NOT_PROVEN where this key didn't sign it, or it is none. */
export function openHead(note: Uint8Array, verifier: Verifier, from: string): Head {
  return { ...parseTree(openNote(note, verifier)), note, from };
}

/** A head as evidence: its size, its hash, where it is from, and the signed note. */
export function describeHead({ size, hash, from, note }: Head): string {
  const signed = Buffer.from(note).toString().trimEnd().replaceAll("\n", "\n  ");
  return `head of ${size} records, hash ${hash.toString("base64")}, ${from}:\n  ${signed}`;
}

/**
 * Authenticated tiles of a head's tree: those that are kept, the others fetched, all at once. If a kept tile does not
 * verify, what was kept is fetched as well, once. `all` holds their bytes by path, `fetched` those that did not come
 * from disk. Throws NOT_PROVEN, and what `missing` makes of the path of a tile that the log hasn't got.
 */
export async function readTiles(
  log: Log,
  head: Head,
  needed: readonly Tile[],
  missing: (path: string) => GvError,
): Promise<{ tiles: AuthenticatedTiles; all: Map<string, Buffer>; fetched: Map<string, Buffer> }> {
  const kept = await tileMap(needed, (tile) => log.load(tilePath(tile)));
  const others = needed.filter((tile) => !kept.has(tilePath(tile)));
  const fetched = await tileMap(others, (tile) => fetchTile(log, tile, missing));
  try {
    const all = new Map([...kept, ...fetched]);
    return { tiles: new AuthenticatedTiles(head, needed, all), all, fetched };
  } catch (error) {
    if (kept.size === 0) throw error;
  }
  const damaged = needed.filter((tile) => kept.has(tilePath(tile)));
  const again = await tileMap(damaged, (tile) => fetchTile(log, tile, missing));
  const all = new Map([...fetched, ...again]);
  return { tiles: new AuthenticatedTiles(head, needed, all), all, fetched: all };
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
async function fetchTile(log: Log, tile: Tile, missing: (path: string) => GvError): Promise<Uint8Array> {
  let bytes = await log.fetch(tilePath(tile));
  if (bytes === undefined && !isFull(tile))
    bytes = (await log.fetch(tilePath(fullTile(tile))))?.subarray(0, tileLength(tile));
  if (bytes === undefined) throw missing(tilePath(tile));
  return bytes;
}
