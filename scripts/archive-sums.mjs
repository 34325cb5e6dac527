/**
 * Merges published SHA-256 sums of Go's archives into data/SHA256SUMS, the table that gv carries.
 *
 *     node scripts/archive-sums.mjs [--table FILE] [INDEX]     INDEX is a file, else standard input
 *
 * INDEX is the JSON of https://go.dev/dl/?mode=json&include=all, or `{"go1.22.5": {"linux-amd64": {filename,
 * sha256}}}`. Guarantees: what the table says is never changed, and where an index contradicts it or itself,
 * nothing is written; the same entries make the same file, the newest release first, then by name.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { bundled } from "./source.mjs";

/** `go1.22.5.linux-amd64.tar.gz`, and the release in it; sources and installers have no such name. */
const archivePattern = /^(go[0-9a-z.]+)\.[0-9a-z]+-[0-9a-z.-]+\.(?:tar\.gz|zip)$/;
const lastColumn = 66;

const { values, positionals } = parseArgs({ options: { table: { type: "string" } }, allowPositionals: true });
const tablePath = values.table ?? fileURLToPath(new URL("../data/SHA256SUMS", import.meta.url));
const source = Buffer.from(await bundled("src/version.ts", "esm")).toString("base64");
const { parseVersion, compareVersions } = await import(`data:text/javascript;base64,${source}`);

const table = new Map();
if (existsSync(tablePath))
  for (const line of readFileSync(tablePath, "utf8").split("\n").filter(Boolean))
    table.set(line.slice(lastColumn), line.slice(0, 64));
const known = table.size;
const counts = { "agree with the table": 0, "not an archive": 0, "no version of Go": 0, "no SHA-256": 0 };

for (const { filename, sha256 } of filesOf(JSON.parse(readFileSync(positionals[0] ?? 0, "utf8")))) {
  const [, release] = archivePattern.exec(filename) ?? [];
  if (!release) counts["not an archive"]++;
  else if (!parseVersion(release)) counts["no version of Go"]++;
  else if (!sha256) counts["no SHA-256"]++;
  else if (!/^[0-9a-f]{64}$/.test(sha256)) refuse(`${filename}: "${sha256}" is not a SHA-256`);
  else if (!table.has(filename)) table.set(filename, sha256);
  else if (table.get(filename) === sha256) counts["agree with the table"]++;
  else refuse(`${filename} is ${table.get(filename)} in the table, and ${sha256} in this index`);
}

const names = [...table.keys()].toSorted(
  (a, b) => compareVersions(versionOf(b), versionOf(a)) || order(a, b),
);
writeFileSync(tablePath, names.map((name) => `${table.get(name)}  ${name}\n`).join(""));
const releases = new Set(names.map((name) => archivePattern.exec(name)[1]));
console.log(
  `${names.length} archives of ${releases.size} releases in the table, ${table.size - known} of them new`,
);
for (const [what, count] of Object.entries(counts)) console.log(`${count} of the index: ${what}`);

/** The entries of an index of either shape. */
function filesOf(index) {
  return Array.isArray(index)
    ? index.flatMap((release) => release.files)
    : Object.values(index).flatMap((files) => Object.values(files));
}

function versionOf(filename) {
  return parseVersion(archivePattern.exec(filename)[1]);
}

function order(a, b) {
  return a < b ? -1 : 1;
}

function refuse(reason) {
  console.error(`${reason}\nNothing was written.`);
  process.exit(1);
}
