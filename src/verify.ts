/**
 * What must be proven about a release before it may be published, and the proof.
 *
 * A module form is proven by its h1: the hash of the names and contents that were unpacked must be the one
 * recorded for golang.org/toolchain in the checksum database, and that record must be in the log under a
 * signed tree head (sumdb/client.ts). GONOSUMDB, GOPRIVATE and GOINSECURE don't apply to toolchains, and
 * GOSUMDB=off doesn't stop the proof: gv has the key. Anything else is NOT_PROVEN, and nothing is installed.
 */
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import type { ProxyList } from "./goproxy.ts";
import { lookup, type ProvenRecord } from "./sumdb/client.ts";
import { hash1, type HashedFile } from "./sumdb/dirhash.ts";
import { databaseInForce, openLog } from "./sumdb/routes.ts";
import { moduleVersion, type Release, toolchainModule } from "./toolchain.ts";

/** How a release was proven; kept in its receipt. */
export interface Proof {
  readonly by: "checksum database";
  readonly database: string;
  readonly module: string;
  readonly h1: string;
  readonly record: number;
  readonly treeSize: number;
  readonly treeHash: string;
}

/** A record of the log, proven to be in it. */
export interface Expectation {
  readonly database: string;
  readonly record: ProvenRecord;
}

/**
 * The log's record of a release, proven. Undefined when the log has none: then no such release was ever
 * served by a proxy. Throws NOT_PROVEN, NO_CHECKSUM_DATABASE, BAD_GOSUMDB.
 */
export async function expectRelease(
  ctx: Context,
  list: ProxyList,
  release: Release,
): Promise<Expectation | undefined> {
  const database = databaseInForce(ctx);
  const log = openLog(ctx, database, list);
  const record = await lookup(database, log, toolchainModule, moduleVersion(release));
  return record && { database: database.name, record };
}

/** Proves what was unpacked from `from`. Throws NOT_PROVEN with both hashes. */
export function proveFiles(
  release: Release,
  expected: Expectation,
  files: readonly HashedFile[],
  from: string,
): Proof {
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
  return {
    by: "checksum database",
    database,
    module: `${toolchainModule}@${moduleVersion(release)}`,
    h1,
    record: record.id,
    treeSize: record.head.size,
    treeHash: record.head.hash,
  };
}
