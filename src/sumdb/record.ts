/**
 * A record of the log with everything that proves it to whoever has the database's key: its text, the hashes
 * up to the root, the signed head. It is what a receipt keeps, so that a proof can be made again without a
 * network, years later, by anyone. Pure.
 */
import { GvError } from "../errors.ts";
import type { Database } from "./database.ts";
import { decodeBase64, newVerifier, openNote } from "./note.ts";
import { checkInclusion, isCount, parseTree } from "./tlog.ts";

/** The two go.sum lines of a module, as the log records them. */
export interface ModuleRecord {
  /** Its number in the log, from 0. */
  readonly id: number;
  /** Both lines, as they are hashed. */
  readonly text: string;
  /** Hash of the module's zip, `h1:...` */
  readonly h1: string;
  /** Hash of its go.mod, `h1:...` */
  readonly goModH1: string;
}

/** What proves a record; JSON. */
export interface RecordProof {
  readonly id: number;
  readonly text: string;
  /** Size of the tree, and its hash in base64: what the head says. */
  readonly treeSize: number;
  readonly treeHash: string;
  /** The signed tree head: a note. */
  readonly head: string;
  /** The siblings from the record up to the root, base64 (RFC 6962 section 2.1.1). */
  readonly inclusion: readonly string[];
}

const linesPattern = /^(\S+ \S+) (h1:[A-Za-z0-9+/]{43}=)\n(\S+ \S+)\/go\.mod (h1:[A-Za-z0-9+/]{43}=)\n$/;

/** The record with this id and text; undefined unless its lines are those of this module and version. */
export function readRecord(
  id: string,
  text: string,
  module: string,
  version: string,
): ModuleRecord | undefined {
  const [, name, h1, goModName, goModH1] = linesPattern.exec(text) ?? [];
  const isNamed = name === `${module} ${version}` && goModName === name;
  if (!isNamed || !h1 || !goModH1 || !isCount(id)) return undefined;
  return { id: Number(id), text, h1, goModH1 };
}

/** A receipt is a file that anyone may have edited. */
function isWellFormed(proof: RecordProof | null | undefined): proof is RecordProof {
  const { id, text, treeSize, treeHash, head, inclusion } = proof ?? {};
  return (
    [id, treeSize].every(Number.isSafeInteger) &&
    [text, treeHash, head].every((field) => typeof field === "string") &&
    Array.isArray(inclusion) &&
    inclusion.every((hash) => typeof hash === "string")
  );
}

const damaged =
  "its receipt was changed or damaged: gv install --force <version>   installs it anew, with a proof of its own";

/** Checks a kept proof with nothing but the key. Throws NOT_PROVEN where it doesn't hold, BAD_GOSUMDB. */
export function checkRecordProof(
  database: Database,
  proof: RecordProof,
  module: string,
  version: string,
): ModuleRecord {
  const record = isWellFormed(proof) && readRecord(String(proof.id), proof.text, module, version);
  if (!record)
    throw new GvError("NOT_PROVEN", `the proof that was kept is not one of ${module}@${version}`, {
      hint: damaged,
    });
  const tree = parseTree(openNote(Buffer.from(proof.head), newVerifier(database.key)));
  if (tree.size !== proof.treeSize || tree.hash.toString("base64") !== proof.treeHash)
    throw new GvError("NOT_PROVEN", "the proof that was kept names another tree than its signed head", {
      hint: damaged,
    });
  const path = proof.inclusion.map((hash) => decodeBase64(hash) ?? Buffer.alloc(0));
  checkInclusion(tree, record.id, record.text, path);
  return record;
}
