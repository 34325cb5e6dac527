/**
 * Asks a checksum database for one module, and answers only what is proven to be in its transparency log.
 *
 * Follows Client.Lookup of https://pkg.go.dev/golang.org/x/mod/sumdb: signed head, then one timeline of heads,
 * then inclusion. Guarantees: nothing is answered or kept before everything is proven; the kept head only grows.
 */
import { GvError } from "../errors.ts";
import type { Database } from "./database.ts";
import { describeHead, type Head, type Log, openHead, readTiles } from "./log.ts";
import { newVerifier, openNote, type Verifier } from "./note.ts";
import { type ModuleRecord, readRecord, type RecordProof } from "./record.ts";
import { type AuthenticatedTiles, isFull, tilePath, tilesToProve } from "./tile.ts";
import { emptyTree, parseTree } from "./tlog.ts";

/** A record, proven to be in the log against the newest head seen. */
export interface ProvenRecord extends ModuleRecord {
  readonly proof: RecordProof;
  /** The signed head that came with the record, which others who asked for it have seen, too. */
  readonly shown: Head;
  /** Whether a head from an earlier lookup was there to prove against; `damaged` if it could not be read. */
  readonly keptHead: "kept" | "none" | "damaged";
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
  const path = lookupPath(module, version);
  const answer = await log.fetch(path);
  if (answer === undefined) return undefined;
  const { note, record } = parseAnswer(answer, module, version);
  const head = openHead(note, verifier, `signed in the answer to ${path}`);
  const { newest, tiles, kept } = await onTimeline(log, verifier, head, record);
  return {
    ...record,
    proof: {
      id: record.id,
      text: record.text,
      treeSize: newest.size,
      treeHash: newest.hash.toString("base64"),
      head: Buffer.from(newest.note).toString(),
      inclusion: tiles.inclusionProof(record.id).map((hash) => hash.toString("base64")),
    },
    shown: head,
    keptHead: kept.state,
  };
}

/**
 * The newer one of a signed head and the newest that was seen, once one is proven to be a prefix of the other; it is
 * kept. Throws as lookup does; NOT_PROVEN where this key didn't sign it.
 */
export async function checkHead(database: Database, log: Log, note: Uint8Array, from: string): Promise<Head> {
  const verifier = newVerifier(database.key);
  return (await onTimeline(log, verifier, openHead(note, verifier, from))).newest;
}

/** `lookup/golang.org/toolchain@v0.0.1-go1.22.5.linux-amd64`: the path of a record below the database's base. */
export function lookupPath(module: string, version: string): string {
  return `lookup/${escapeName(module)}@${escapeName(version)}`;
}

/** Proves a head, and a record in it, against the kept head; the newer of both is kept. */
async function onTimeline(
  log: Log,
  verifier: Verifier,
  head: Head,
  record?: ModuleRecord,
): Promise<{ newest: Head; tiles: AuthenticatedTiles; kept: KeptHead }> {
  let kept = await keptHead(log, verifier);
  for (;;) {
    const proven = await prove(record, head, kept, log);
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
    return { ...proven, kept };
  }
}

/** Proves that the older head is a prefix of the newer one, and that the record is in that. */
async function prove(
  record: ModuleRecord | undefined,
  head: Head,
  kept: KeptHead,
  log: Log,
): Promise<{ newest: Head; tiles: AuthenticatedTiles }> {
  const [older, newer] = head.size < kept.size ? [head, kept] : [kept, head];
  const ids = record ? [record.id] : [];
  try {
    const needed = tilesToProve(newer.size, ids, [older.size]);
    const { tiles, fetched } = await readTiles(log, newer, needed, (path) => missingTile(path, head, kept));
    checkPrefix(tiles, older);
    if (record) tiles.checkRecord(record.id, record.text);
    for (const tile of needed.filter(isFull)) {
      const data = fetched.get(tilePath(tile));
      if (data) await log.save(tilePath(tile), data);
    }
    return { newest: newer, tiles };
  } catch (error) {
    if (!(error instanceof GvError) || error.code !== "NOT_PROVEN") throw error;
    const heads = older.size === 0 ? [newer] : [older, newer];
    const hint = [error.hint, ...heads.map(describeHead)].join("\n");
    throw new GvError("NOT_PROVEN", error.message, { hint, cause: error });
  }
}

/** Throws NOT_PROVEN unless a head of at most the tree's size is a prefix of that tree. */
export function checkPrefix(tiles: AuthenticatedTiles, older: Head): void {
  const prefix = tiles.treeHash(older.size);
  if (!prefix.equals(older.hash))
    throw new GvError("NOT_PROVEN", "the checksum database shows two different histories (a fork)", {
      hint: `hash of the first ${older.size} records of the newer head: ${prefix.toString("base64")}`,
    });
}

/** A copy of a part of the log has the tiles that its own head needs, and for older heads that its keeper knows. */
function missingTile(path: string, head: Head, kept: KeptHead): GvError {
  const seen = `the head of ${kept.size} records, ${kept.from}`;
  if (kept.size > head.size)
    return new GvError("NO_CHECKSUM_DATABASE", "the mirror is older than the log you have seen", {
      hint: [
        `its newest head has ${head.size} records, and it has no ${path}, by which`,
        `${seen}, shows that it goes on from there. Nothing says that either is wrong.`,
        "gv mirror <dir> --refresh   brings it up to date, where the mirror is kept",
      ].join("\n"),
    });
  if (kept.size > 0 && kept.size < head.size)
    return new GvError("NO_CHECKSUM_DATABASE", `the checksum database has no ${path}`, {
      hint: [
        `its head of ${head.size} records, ${head.from}, needs it to show that it goes on from`,
        `${seen}: is what answers an old or incomplete copy?`,
        "gv mirror <dir> --known-head <file>   adds it to a mirror, where that is kept; the file is your newest head",
      ].join("\n"),
    });
  return new GvError("NO_CHECKSUM_DATABASE", `the checksum database has no ${path}`, {
    hint: `its head of ${head.size} records, ${head.from}, needs it: is what answers an old or incomplete copy?`,
  });
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

/** Reads `<id>\n<two go.sum lines>\n<signed note>`; the lines must be those of this module and version. Throws NOT_PROVEN. */
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
    throw new GvError("BAD_ARGUMENT", `no module has the name or version ${JSON.stringify(name)}`, {
      hint: "it holds letters of ASCII, digits and . _ ~ + / - alone: type it as its go.mod has it",
    });
  return name.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
