/**
 * `gv verify`: whether a Go on disk is, byte for byte, a release that Go published.
 *
 * The files are hashed anew, and their h1 must be in the log: under the record and signed head that a receipt
 * kept (checked with the key alone, so no network is needed), else under those that are asked for now. Nothing
 * is taken from a receipt but what proves itself; one thing excepted, and told: what no log covers (api/, doc/,
 * misc/, test/, and archives from before 1.21) is compared with what the archive held when it was proven.
 */
import { realpathSync } from "node:fs";

import { withoutBeside } from "./beside.ts";
import type { Context } from "./context.ts";
import { type Differences, findDifferences } from "./differences.ts";
import { GvError } from "./errors.ts";
import { mayWriteRoot } from "./root.ts";
import { withModuleCache, proxyList } from "./goproxy.ts";
import { moduleCacheFolder } from "./goenv.ts";
import { hashTree, releaseOf, type TreeFile } from "./goroot.ts";
import { findInstalled, type Installed, type Receipt } from "./store.ts";
import { hash1 } from "./sumdb/dirhash.ts";
import { checkRecordProof, type ModuleRecord, type RecordProof } from "./sumdb/record.ts";
import { databaseId } from "./sumdb/database.ts";
import { databaseInForce } from "./sumdb/routes.ts";
import { moduleFileName, moduleVersion, outsideModule, type Release, toolchainModule } from "./toolchain.ts";
import { type Evidence, expectRecord, isRecordedTree, logEvidence, type SumEvidence } from "./verify.ts";
import { formatVersion } from "./version.ts";

/** What is known of a Go on disk now. */
export interface Verdict {
  /** Its path, links resolved. */
  readonly goroot: string;
  readonly release: Release | undefined;
  readonly verdict: "proven" | "differs" | "not a release" | "unknown";
  /** Why it is no release, or not known; what the h1 alone can't tell; what is there beside the release. */
  readonly reason?: string;
  /** What proves it; for a tree that differs what it should have been. */
  readonly evidence: readonly Evidence[];
  /** Where the record came from: a receipt of this root, or the network. */
  readonly recordFrom?: "receipt" | "network";
  /** The h1 of the files as they are, by their names in the module. */
  readonly h1?: string;
  readonly files: number;
  readonly differences?: Differences;
  /** Folders that are there and that nothing was compared with. */
  readonly unchecked: readonly string[];
}

/**
 * Looks at one GOROOT; `release` says which it should be, where that is known. Throws NOT_READABLE; for a tree
 * with no receipt also NO_CHECKSUM_DATABASE, NETWORK, and NOT_PROVEN where the log itself can't be believed.
 */
export async function audit(
  ctx: Context,
  path: string,
  release: Release | undefined,
  warn: (text: string) => void,
): Promise<Verdict> {
  const goroot = realpathSync(path);
  const said = release ?? releaseOf(goroot);
  if (typeof said === "string") return noRelease(goroot, undefined, 0, said);
  const { files, told } = withoutBeside(goroot, said, await hashTree(ctx, goroot));
  const installed = findInstalled(ctx, said.platform, formatVersion(said.version));
  const sum = keptSum(installed, goroot, files);
  // An archive from before 1.21 has nothing else than its SHA-256.
  if (!isRecordedTree(said) && sum !== undefined && sum !== "differs")
    return { goroot, release: said, verdict: "proven", evidence: [sum], files: files.length, unchecked: [] };
  const found = await recordOf(ctx, said, installed?.receipt, warn);
  if (!found) return noRelease(goroot, said, files.length, "the checksum database has no record of it");
  const { record, from } = found;
  const h1 = h1Of(said, files);
  const outside = outsideModule.filter((name) => files.some((file) => file.path.startsWith(`${name}/`)));
  const covers = outside.length > 0 ? "all but api/, doc/, misc/, test/" : "all files";
  const evidence = logEvidence(said, found, covers);
  const facts = { goroot, release: said, recordFrom: from, h1, files: files.length } as const;
  const unchecked = sum === undefined ? outside : [];
  if (h1 !== record.h1) {
    const differences = await findDifferences(ctx, goroot, said, files, record.h1).catch(explain);
    const isTold = !(differences instanceof GvError);
    const more = isTold ? { differences } : { reason: `which files: ${differences.message}` };
    return { ...facts, verdict: "differs", evidence: [evidence], unchecked, ...more };
  }
  if (sum === "differs") {
    const reason = `something in ${outside.join(", ")} is not as it was installed, and no log tells what`;
    return { ...facts, verdict: "differs", evidence: [evidence], unchecked: [], reason };
  }
  const proofs = sum === undefined ? [evidence] : [evidence, sum];
  const reason = told.length > 0 ? { reason: told.join("\n") } : {};
  return { ...facts, verdict: "proven", evidence: proofs, unchecked, ...reason };
}

function explain(error: unknown): GvError {
  if (error instanceof GvError && error.code !== "INTERRUPTED") return error;
  throw error;
}

function noRelease(goroot: string, release: Release | undefined, files: number, reason: string): Verdict {
  return { goroot, release, verdict: "not a release", reason, evidence: [], files, unchecked: [] };
}

/** The log's record, and where it is from: as the receipt proves it, or asked for. Undefined where the log has none. */
export async function recordOf(
  ctx: Context,
  release: Release,
  receipt: Receipt | undefined,
  warn: (text: string) => void,
): Promise<{ record: ProvenModule; database: string; from: "receipt" | "network" } | undefined> {
  const database = databaseInForce(ctx);
  const version = moduleVersion(release);
  for (const kept of receipt?.evidence ?? []) {
    if (kept.by !== "checksum database" || kept.database !== databaseId(database)) continue;
    try {
      const record = checkRecordProof(database, kept.proof, toolchainModule, version);
      return { record: { ...record, proof: kept.proof }, database: databaseId(database), from: "receipt" };
    } catch (error) {
      if (!(error instanceof GvError)) throw error;
      warn(`the receipt of ${version} doesn't prove itself: ${error.message}; the log is asked again`);
    }
  }
  const list = withModuleCache(moduleCacheFolder(ctx), proxyList(ctx));
  // To look at a Go is no reason to write where gv may not: what the log says is then kept nowhere.
  const expected = await expectRecord(ctx, list, release, warn, mayWriteRoot(ctx));
  return expected && { ...expected, from: "network" };
}

export type ProvenModule = ModuleRecord & { readonly proof: RecordProof };

/** The h1 of a tree by the names that its files have in the module; what is no regular file counts as another. */
export function h1Of(release: Release, files: readonly TreeFile[]): string {
  return hashFiles(
    files.flatMap(({ path, sha256 }) => {
      const name = moduleFileName(release, path);
      return name === undefined ? [] : [{ name, sha256 }];
    }),
  );
}

/**
 * The receipt's word for an archive that was proven when it was unpacked. It counts where all files are as they
 * were then; where they aren't, that tells something of the tree in the store alone.
 */
function keptSum(
  installed: Installed | undefined,
  goroot: string,
  files: readonly TreeFile[],
): SumEvidence | "differs" | undefined {
  const kept = installed?.receipt?.evidence.find(isSum);
  if (!installed || !kept) return undefined;
  const all = files.map(({ path, sha256 }) => ({ name: `go/${path}`, sha256 }));
  if (hashFiles(all) === kept.tree) return kept;
  return realpathSync(installed.folder) === goroot ? "differs" : undefined;
}

function isSum(evidence: Evidence): evidence is SumEvidence {
  return evidence.by === "table in gv" || evidence.by === "index of go.dev";
}

/**
 * hash1 for whatever is in a tree: no name with a newline is in a release, so any other name will do, and what is no
 * regular file counts as another one.
 */
export function hashFiles(files: readonly { name: string; sha256: string | undefined }[]): string {
  return hash1(
    files.map(({ name, sha256 = "not a file" }) => ({ name: name.replaceAll("\n", "?"), sha256 })),
  );
}
