/**
 * What must be proven about a release before it may be published, and the proof.
 *
 * The module form is proven by its h1: the hash of the names and contents that were unpacked must be the one
 * recorded for golang.org/toolchain in the checksum database, and that record must be in the log under a
 * signed tree head (sumdb/client.ts). GONOSUMDB, GOPRIVATE and GOINSECURE don't apply to toolchains, and
 * GOSUMDB=off doesn't stop the proof: gv has the key.
 *
 * The archive form is proven by its SHA-256, which never comes from where the archive did; since 1.21 its tree
 * without api/, doc/, misc/ and test/ must have the module's h1 as well; with --gpg Google's signature must
 * hold, too. Anything else is NOT_PROVEN, and nothing is installed.
 */
import type { Context } from "./context.ts";
import type { ExpectedSum, UnpackedArchive } from "./downloads.ts";
import { GvError } from "./errors.ts";
import type { ProxyList } from "./goproxy.ts";
import { checkSignature, signerOfGo, type Signature } from "./signature.ts";
import { lookup, type ProvenRecord } from "./sumdb/client.ts";
import { databaseId } from "./sumdb/database.ts";
import { hash1, type HashedFile } from "./sumdb/dirhash.ts";
import type { RecordProof } from "./sumdb/record.ts";
import { databaseInForce, openLog } from "./sumdb/routes.ts";
import { moduleFileName, moduleVersion, type Release, toolchainModule } from "./toolchain.ts";

/** One reason to believe that a tree is the release; kept in its receipt. */
export type Evidence = LogEvidence | SumEvidence | SignatureEvidence;

/** The tree's h1 is in the log. */
export interface LogEvidence {
  readonly by: "checksum database";
  /** All files of the tree, or those that the module has. */
  readonly covers: "all files" | "all but api/, doc/, misc/, test/";
  /** Its name; for one whose key is not in gv, the hash of the key with it. */
  readonly database: string;
  readonly module: string;
  readonly h1: string;
  readonly proof: RecordProof;
}

/** The archive has the SHA-256 that Go publishes. */
export interface SumEvidence extends ExpectedSum {
  readonly covers: "the archive";
  /** The hash of all its files by their names in it, as hash1 makes it: what gv verify compares a tree with. */
  readonly tree: string;
}

/** Google signed the archive. */
export interface SignatureEvidence extends Signature {
  readonly by: "signature";
  readonly covers: "the archive";
}

/** A record of the log, proven to be in it. */
export interface Expectation {
  readonly database: string;
  readonly record: ProvenRecord;
}

/**
 * The log's record of a release, proven. Undefined when the log has none: then no such release was ever
 * served by a proxy. `warn` hears of a kept head that was damaged; without `keep` none is. Throws NOT_PROVEN, NO_CHECKSUM_DATABASE,
 * BAD_GOSUMDB.
 */
export async function expectRecord(
  ctx: Context,
  list: ProxyList,
  release: Release,
  warn: (text: string) => void,
  keep = true,
): Promise<Expectation | undefined> {
  const database = databaseInForce(ctx);
  const log = openLog(ctx, database, list, keep);
  const record = await lookup(database, log, toolchainModule, moduleVersion(release));
  if (record?.keptHead === "damaged")
    warn(
      `the newest tree head of ${database.name} that was kept in ${ctx.root.sumdb} is damaged: ` +
        "this record is proven as on the first day, and the head is kept anew",
    );
  return record && { database: databaseId(database), record };
}

/** Proves files, by their names in the module, that came from `from`. Throws NOT_PROVEN with both hashes. */
export function proveModule(
  release: Release,
  expected: Expectation | undefined,
  files: readonly HashedFile[],
  from: string,
): LogEvidence {
  if (!expected) {
    const module = `${toolchainModule}@${moduleVersion(release)}`;
    throw new GvError("NOT_PROVEN", `the checksum database has no record of ${module}`, {
      hint: `${from} serves it all the same: name another server. Nothing was installed.`,
    });
  }
  const { database, record } = expected;
  const h1 = hash1(files);
  if (h1 !== record.h1)
    throw new GvError(
      "NOT_PROVEN",
      `${from} is not the ${moduleVersion(release)} that ${database} recorded`,
      {
        hint: [
          `recorded ${record.h1} (record ${record.id})`,
          `     got ${h1}`,
          "Nothing was installed. That server, or something before it, hands out another file: name another one in GOPROXY.",
        ].join("\n"),
      },
    );
  return logEvidence(release, { database, record }, "all files");
}

/** What a record that was proven says of a release's tree. */
export function logEvidence(
  release: Release,
  { database, record }: { readonly database: string; readonly record: Pick<ProvenRecord, "h1" | "proof"> },
  covers: LogEvidence["covers"],
): LogEvidence {
  const module = `${toolchainModule}@${moduleVersion(release)}`;
  return { by: "checksum database", covers, database, module, h1: record.h1, proof: record.proof };
}

/** What an archive must be: its sum always, its record since 1.21, its signature where that was asked for. */
export interface ArchiveExpectation {
  readonly sum: ExpectedSum | undefined;
  readonly record?: Expectation | undefined;
  readonly signature?: string;
}

/** True for a release whose archive's tree is, file by file, the module's: they are made by cmd/distpack. */
export function isRecordedTree({ version }: Release): boolean {
  return version.major > 1 || version.minor >= 21;
}

/** Proves an unpacked archive. Throws NOT_PROVEN with both hashes. */
export async function proveArchive(
  ctx: Context,
  release: Release,
  { sum, record, signature }: ArchiveExpectation,
  archive: UnpackedArchive,
  from: string,
): Promise<Evidence[]> {
  if (!sum)
    throw new GvError("NOT_PROVEN", `nobody's word is known for the SHA-256 of ${from}`, {
      hint: "neither the table in gv nor the index of go.dev has one, and gv takes none from a mirror: install it without --full",
    });
  if (archive.sha256 !== sum.sha256)
    throw new GvError("NOT_PROVEN", `${from} is not the ${sum.archive} that Go published`, {
      hint: [
        `published ${sum.sha256} (${sum.by})`,
        `      got ${archive.sha256}`,
        "Nothing was installed. That server, or something before it, hands out another file.",
      ].join("\n"),
    });
  const evidence: Evidence[] = [{ ...sum, covers: "the archive", tree: hash1(archive.files) }];
  if (isRecordedTree(release)) {
    const files = inModule(release, archive.files);
    const proven = proveModule(release, record, files, from);
    evidence.push({ ...proven, covers: "all but api/, doc/, misc/, test/" });
  }
  if (signature !== undefined)
    evidence.push({
      by: "signature",
      covers: "the archive",
      ...(await checkSignature(signerOfGo(ctx), signature, archive.content, from, ctx.now())),
    });
  return evidence;
}

/** The files of an archive that the module has, by their names there. */
function inModule(release: Release, files: readonly HashedFile[]): HashedFile[] {
  return files.flatMap(({ name, sha256 }) => {
    const inThere = moduleFileName(release, name.slice("go/".length));
    return inThere === undefined ? [] : [{ name: inThere, sha256 }];
  });
}
