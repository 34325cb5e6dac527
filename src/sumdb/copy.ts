/**
 * A part of a log that stands by itself: one signed head, some records, and the tiles that prove these, and older
 * heads, to whoever has the database's key and nothing else.
 *
 * Which tiles a client asks for follows from the head that it is shown (here always this one, whatever head the
 * database sent along with a record), the record, and the newest head that it has seen: all are of the tree of the
 * newer head (Go: checkTrees, TileHashReader). The go command looks at the head that it has kept first, in that head's
 * own tree, whose last tiles have another width (mergeLatest); it has them in its module cache, unless that was
 * emptied. An older head that isn't among `older` may need a tile that isn't here:
 * all tiles of the first level would be gigabytes.
 */
import { GvError } from "../errors.ts";
import { checkPrefix, lookupPath } from "./client.ts";
import { type Head, type Log, readTiles } from "./log.ts";
import type { ModuleRecord } from "./record.ts";
import { tilesToProve } from "./tile.ts";

/** A record with the module and version that it is of. */
export interface NamedRecord extends ModuleRecord {
  readonly module: string;
  readonly version: string;
}

/** Files by their paths below the database's base. */
export interface LogCopy {
  /** Full and partial tiles, each proven to be of the head's tree, or of an older one's. */
  readonly tiles: ReadonlyMap<string, Uint8Array>;
  /** The answers to lookups, each with the head. */
  readonly lookups: ReadonlyMap<string, Uint8Array>;
}

/**
 * Copies what proves these records, and `older` heads, under `head`. Tiles that `log` has kept are not fetched. Throws
 * NOT_PROVEN where one isn't in the tree, NO_CHECKSUM_DATABASE where the log lacks a tile.
 */
export async function copyLog(
  log: Log,
  head: Head,
  records: readonly NamedRecord[],
  older: readonly Head[],
): Promise<LogCopy> {
  const needed = tilesToProve(
    head.size,
    records.map(({ id }) => id),
    older.map(({ size }) => size),
  );
  const { tiles, all } = await readTiles(log, head, needed, (path) => missing(path, head));
  for (const one of older) checkPrefix(tiles, one);
  for (const { id, text } of records) tiles.checkRecord(id, text);
  const own = await Promise.all(
    older.map(async (one) => {
      const edge = tilesToProve(one.size, []);
      return (await readTiles(log, one, edge, (path) => missing(path, one))).all;
    }),
  );
  const lookups = records.map(({ module, version, id, text }): [string, Uint8Array] => {
    const record = Buffer.from(`${id}\n${text}\n`);
    return [lookupPath(module, version), Buffer.concat([record, head.note])];
  });
  return { tiles: new Map([...own.flatMap((one) => [...one]), ...all]), lookups: new Map(lookups) };
}

function missing(path: string, { size, from }: Head): GvError {
  return new GvError("NO_CHECKSUM_DATABASE", `the checksum database has no ${path}`, {
    hint: `the head of ${size} records, ${from}, needs it: take the mirror from a proxy that has the whole log`,
  });
}
