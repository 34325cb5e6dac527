/**
 * The tiles of a transparency log, and what they prove about a tree. Pure.
 *
 * Follows https://pkg.go.dev/golang.org/x/mod/sumdb/tlog (Tile, TileHashReader) and
 * https://research.swtch.com/tlog: an AuthenticatedTiles exists only if every hash in it is part of the tree whose
 * head it was made with. No bit operators here either: sizes pass 2^31.
 */
import { emptyTree, hashSize, leftHalf, nodeHash, notProven, recordHash, type Tree } from "./tlog.ts";

/**
 * `width` hashes, from number 256n on, of one level of tiles. A hash of level L covers 256^L records:
 * level 0 holds record hashes, and a hash of level L+1 is the root over one full tile of level L.
 */
export interface Tile {
  readonly level: number;
  readonly n: number;
  readonly width: number;
}

const tileHeight = 8;
const fullWidth = 256;

/** `tile/8/0/x259/370.p/1`: groups of three digits, all but the last with an x; `.p/width` unless full. */
export function tilePath({ level, n, width }: Tile): string {
  let path = threeDigits(n);
  for (let high = Math.floor(n / 1000); high > 0; high = Math.floor(high / 1000))
    path = `x${threeDigits(high)}/${path}`;
  return `tile/${tileHeight}/${level}/${path}${width === fullWidth ? "" : `.p/${width}`}`;
}

/** True for a tile that no later record changes. */
export function isFull(tile: Tile): boolean {
  return tile.width === fullWidth;
}

/** The full tile that grows out of a partial one. */
export function fullTile(tile: Tile): Tile {
  return { ...tile, width: fullWidth };
}

/** How many bytes a tile has. */
export function tileLength(tile: Tile): number {
  return tile.width * hashSize;
}

/**
 * The tiles of a tree of `size` records that prove the records with these ids and the heads of these `older` sizes:
 * the right edge, which gives the tree's own hash, then what is asked for with its parents up to that edge. Throws
 * NOT_PROVEN for an id that is not in the tree. Each older size is at most `size`.
 */
export function tilesToProve(size: number, ids: readonly number[], older: readonly number[] = []): Tile[] {
  const beyond = ids.find((id) => id >= size);
  if (beyond !== undefined)
    throw notProven(
      `record ${beyond} is not in the log`,
      `the signed head has ${size} records, counted from 0`,
    );
  const tiles = new Map<string, Tile>();
  for (const { level, n } of [size, ...older].flatMap(rightEdge)) addWithParents(level, n);
  for (const id of ids) addWithParents(0, Math.floor(id / fullWidth));
  return [...tiles.values()];

  function addWithParents(level: number, n: number): void {
    const tile = tileIn(size, level, n);
    tiles.set(tilePath(tile), tile);
    // Only the right edge has partial tiles, and they need no parent.
    if (isFull(tile)) addWithParents(level + 1, Math.floor(n / fullWidth));
  }
}

/** Tiles that are proven to be part of one tree (Go: TileHashReader); it cannot be made with any other. */
export class AuthenticatedTiles {
  readonly tree: Tree;
  readonly #data = new Map<string, Buffer>();

  /**
   * Takes what tilesToProve asked for, by tile path. Throws NOT_PROVEN, with both hashes in the hint, unless
   * the right edge gives the tree's hash and each full tile hashes to its entry in the tile above it.
   */
  constructor(tree: Tree, tiles: readonly Tile[], data: ReadonlyMap<string, Buffer>) {
    this.tree = tree;
    for (const tile of tiles) {
      const bytes = data.get(tilePath(tile)) ?? Buffer.alloc(0);
      if (bytes.length !== tileLength(tile))
        throw notProven(
          `the log's ${tilePath(tile)} is malformed`,
          `it has ${bytes.length} bytes, not ${tileLength(tile)}`,
        );
      this.#data.set(tilePath(tile), bytes);
    }
    const root = this.treeHash(tree.size);
    if (!root.equals(tree.hash))
      throw notProven(
        `the tiles of the log do not belong to its signed head of ${tree.size} records`,
        `hash in the signed head:  ${tree.hash.toString("base64")}\n` +
          `hash made from the tiles: ${root.toString("base64")}`,
      );
    for (const tile of tiles) {
      if (!isFull(tile)) continue;
      const computed = subtreeHash(this.#tile(tile.level, tile.n));
      const entry = this.hash(tile.level + 1, tile.n);
      if (!computed.equals(entry))
        throw notProven(
          `the log's ${tilePath(tile)} does not belong to its signed head of ${tree.size} records`,
          `hash in the tile above it: ${entry.toString("base64")}\n` +
            `hash of the tile:          ${computed.toString("base64")}`,
        );
    }
  }

  /** Hash number `index` of a level of tiles; level 0 holds the record hashes. */
  hash(level: number, index: number): Buffer {
    return hashes(this.#tile(level, Math.floor(index / fullWidth)), index % fullWidth, 1);
  }

  /** The hash over the first `size` records (Go: TreeHash): an older head that is a prefix has this one. */
  treeHash(size: number): Buffer {
    return size === 0 ? emptyTree.hash : this.#rangeHash(0, size);
  }

  /**
   * The hashes that prove record `id` to whoever has the tree's hash: the sibling of each node on the way from
   * the record up to the root (RFC 6962 section 2.1.1; Go: ProveRecord). checkInclusion takes them.
   */
  inclusionProof(id: number): Buffer[] {
    const up = (low: number, high: number): Buffer[] => {
      if (high - low === 1) return [];
      const middle = low + leftHalf(high - low);
      return id < middle
        ? [...up(low, middle), this.#rangeHash(middle, high)]
        : [...up(middle, high), this.#rangeHash(low, middle)];
    };
    return up(0, this.tree.size);
  }

  /** The hash over records `low` to `high` (without that one), a range that the tree has a node for. */
  #rangeHash(low: number, high: number): Buffer {
    const count = high - low;
    const half = leftHalf(count);
    if (count > 1 && half * 2 !== count)
      return nodeHash(this.#rangeHash(low, low + half), this.#rangeHash(low + half, high));
    // A power of two: up to 128 neighbours on one level of tiles.
    let level = 0;
    while (fullWidth ** (level + 1) <= count) level++;
    const first = low / fullWidth ** level;
    const tile = this.#tile(level, Math.floor(first / fullWidth));
    return subtreeHash(hashes(tile, first % fullWidth, count / fullWidth ** level));
  }

  /** Throws NOT_PROVEN unless this text is the record with this id (Go: CheckRecord). */
  checkRecord(id: number, text: string): void {
    const computed = recordHash(Buffer.from(text));
    const logged = this.hash(0, id);
    if (!computed.equals(logged))
      throw notProven(
        `the answer is not record ${id} of the log`,
        `hash in the log:    ${logged.toString("base64")}\nhash of the answer: ${computed.toString("base64")}`,
      );
  }

  #tile(level: number, n: number): Buffer {
    const path = tilePath(tileIn(this.tree.size, level, n));
    const data = this.#data.get(path);
    if (data === undefined) throw new Error(`${path} is not among the authenticated tiles`);
    return data;
  }
}

/** The last tile of each level of a tree, bottom up, where it is partial: it holds what no level above covers. */
function rightEdge(size: number): Tile[] {
  const edge: Tile[] = [];
  for (let level = 0; hashesOn(level, size) > 0; level++) {
    const n = Math.floor(hashesOn(level, size) / fullWidth);
    const width = hashesOn(level, size) % fullWidth;
    if (width > 0) edge.push({ level, n, width });
  }
  return edge;
}

/** A tile as it is in a tree of this size. */
function tileIn(size: number, level: number, n: number): Tile {
  return { level, n, width: Math.min(fullWidth, hashesOn(level, size) - n * fullWidth) };
}

/** How many hashes a level of tiles has in a tree of this size. */
function hashesOn(level: number, size: number): number {
  return Math.floor(size / fullWidth ** level);
}

/** `count` hashes of a tile from number `from` on. */
function hashes(tile: Buffer, from: number, count: number): Buffer {
  return tile.subarray(from * hashSize, (from + count) * hashSize);
}

function threeDigits(number: number): string {
  return String(number % 1000).padStart(3, "0");
}

/** The root over a power of two of neighbouring hashes. */
function subtreeHash(neighbours: Buffer): Buffer {
  if (neighbours.length === hashSize) return neighbours;
  const half = neighbours.length / 2;
  return nodeHash(subtreeHash(neighbours.subarray(0, half)), subtreeHash(neighbours.subarray(half)));
}
