/** What attacks on a checksum database start from: a module in its log, and clients that ask for that module. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import type { Environment } from "../../src/context.ts";
import { GvError } from "../../src/errors.ts";
import { prepareRoot } from "../../src/root.ts";
import { proxyList } from "../../src/goproxy.ts";
import { lookup, type ProvenRecord } from "../../src/sumdb/client.ts";
import type { Log } from "../../src/sumdb/log.ts";
import type { Database } from "../../src/sumdb/database.ts";
import { databaseInForce, openLog } from "../../src/sumdb/routes.ts";
import { ChecksumDatabase, MemoryLog } from "./checksum-database.ts";
import type { Sandbox } from "./sandbox.ts";

/** The module that is asked for: where nothing else is said, its v1.0.0. */
export const tool = {
  module: "example.com/tool",
  version: "v1.0.0",
  h1: `h1:${"A".repeat(43)}=`,
  goModH1: `h1:${"B".repeat(43)}=`,
} as const;

export type Ask = (version?: string) => Promise<ProvenRecord | undefined>;

export interface Asked {
  readonly server: ChecksumDatabase;
  readonly log: MemoryLog;
  readonly database: Database;
  /** Looks the tool up, in memory. */
  readonly ask: Ask;
}

/** A log of `size` records, of which number `id` is the tool's, and a client that has kept nothing yet. */
export function toolInLog({ id = 100, size = 300 } = {}): Asked {
  const server = new ChecksumDatabase();
  server.pad(id);
  addTool(server);
  server.pad(size - server.size);
  const log = new MemoryLog(server);
  const database = { name: server.name, key: server.verifierKey };
  return { server, log, database, ask: asking(database, log) };
}

/** Looks the tool up in any log. */
export function asking(database: Database, log: Log): Ask {
  return (version = tool.version) => lookup(database, log, tool.module, version);
}

/** Appends the tool's record of this version. */
export function addTool(server: ChecksumDatabase, version: string = tool.version): number {
  return server.add(tool.module, version, tool.h1, tool.goModH1);
}

/** Where the tool's record of this version is, below the database's base. */
export function toolPath(version: string = tool.version): string {
  return `lookup/${tool.module}@${version}`;
}

/** The log that gv itself would ask in this sandbox, with these settings: over servers, and kept on disk. */
export function logOnDisk(
  box: Sandbox,
  settings: Environment = {},
): { readonly log: Log; readonly ask: Ask } {
  const ctx = box.context({ env: { ...box.env, ...settings } });
  prepareRoot(ctx);
  const database = databaseInForce(ctx);
  const log = openLog(ctx, database, proxyList(ctx));
  return { log, ask: asking(database, log) };
}

/** Where gv keeps what it has seen of a database of a test, and the head that it has kept of it. */
export function keptFolder(box: Sandbox, { name, verifierKey }: ChecksumDatabase): string {
  return join(box.root, "sumdb", `${name}+${verifierKey.split("+")[1]}`);
}

export function keptHead(box: Sandbox, database: ChecksumDatabase): string {
  return readFileSync(join(keptFolder(box, database), "latest"), "utf8");
}

/** The error of a lookup that must be refused as not proven; `what` says which one it was. */
export async function refusal(looking: Promise<unknown>, what = ""): Promise<GvError> {
  const error = await looking.then(
    (answer) => new Error(`${what} was accepted: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GvError)) throw error;
  expect(error.code, what).toBe("NOT_PROVEN");
  return error;
}
