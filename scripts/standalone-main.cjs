/**
 * What a standalone gv runs first: it is Node with gv's files inside (scripts/standalone.mjs).
 *
 * Where the launcher starts it, by `<this> <root>/lib/<version>/gv.cjs <words>`, it is what Node would be there. Where
 * somebody starts it by itself, it lays its files out in a temporary folder and is gv from there; `gv setup` copies
 * them, and this program, into the root.
 */
const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { tmpdir } = require("node:os");
const path = require("node:path");
const { getAssetKeys, getRawAsset } = require("node:sea");

/** Writes the files into a folder that goes away with this process; gives the path of gv.cjs. */
function layOut() {
  const folder = mkdtempSync(path.join(tmpdir(), "gv-standalone-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const name of getAssetKeys()) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), new Uint8Array(getRawAsset(name)));
  }
  return path.join(folder, "gv.cjs");
}

function start() {
  const first = process.argv[2] ?? "";
  // No command of gv's begins with a slash.
  const isNode = first.startsWith("/") && first.endsWith("/gv.cjs");
  const script = isNode ? first : layOut();
  process.argv.splice(1, isNode ? 2 : 1, script);
  createRequire(script)(script);
}

try {
  start();
} catch (error) {
  if (error.syscall === undefined) throw error;
  process.stderr.write(
    `gv: ${tmpdir()} can't be written (${error.code}), and gv lays its files out there until it is set up\n` +
      `    export TMPDIR=/a/folder/of/yours   then the same again\n`,
  );
  process.exitCode = 1;
}
