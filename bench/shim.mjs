/**
 * What a shim costs: the same tiny program started directly, through the shim, and by an empty shell.
 *
 * `node bench/shim.mjs` prints a table; `shimRows()` gives it to bench/run.mjs. Needs hyperfine and dash.
 * All rows of a table come from one run of hyperfine, so a busy machine slows them alike.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const repository = join(import.meta.dirname, "..");
const versions = ["1.20.14", "1.21.13", "1.22.4", "1.22.5", "1.22.10", "1.23rc1"];

/**
 * @typedef {{ name: string, runs: number, median: number, min: number, overMedian: number, overMin: number }} Row
 *   in milliseconds; `over...` is the difference to the direct exec
 */

/** Measures; everything happens in a temporary folder. @returns {Row[]} */
export function shimRows({ runs = 1000 } = {}) {
  const top = mkdtempSync(join(tmpdir(), "gv-bench-"));
  try {
    return measure(top, runs);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function measure(top, runs) {
  const root = join(top, "root");
  const go = makeRoot(root, top);
  const [shim, gv] = [join(root, "shims/go"), join(root, "bin/gv")];
  const deep = makeProject(top, "deep", "1.22.5\n", ".go-version", 6);
  const here = makeProject(top, "here/a/b/c/d/e/f", "1.22.5\n", ".go-version", 0);
  const asdf = makeProject(top, "asdf", "nodejs 20.1.0\ngolang 1.22.5\n", ".tool-versions", 6);
  const partial = makeProject(top, "partial", "1.22\n", ".go-version", 6);
  const commands = [
    ["direct exec", go, deep],
    ["dash -c 'exec go'", `dash -c 'exec ${go}'`, deep],
    ["shim, .go-version here", `dash ${shim}`, here],
    ["shim, .go-version 6 folders up", `dash ${shim}`, deep],
    ["shim, .tool-versions 6 folders up", `dash ${shim}`, asdf],
    ["shim, partial version 6 folders up", `dash ${shim}`, partial],
    ["gv --version", `dash ${gv} --version`, deep],
    ["gv current", `dash ${gv} current`, deep],
    ["gv which", `dash ${gv} which go`, deep],
    ["gv exec -- go", `dash ${gv} exec -- go`, deep],
  ];
  // hyperfine has one working directory for all: `inDir` changes to each row's, for the same small price.
  const inDir = compile(top, "in-dir", inDirSource);
  const words = commands.flatMap(([name, command, cwd]) => ["-n", name, `${inDir} ${cwd} ${command}`]);
  const json = join(top, "results.json");
  const env = { HOME: top, PATH: `${root}/shims:/usr/bin:/bin` };
  execFileSync(
    "hyperfine",
    ["-N", "--warmup", "30", "--runs", `${runs}`, "--style", "none", "--export-json", json, ...words],
    {
      env,
      stdio: "ignore",
    },
  );
  const results = JSON.parse(readFileSync(json, "utf8")).results;
  const [direct] = results;
  return results.map(({ command, median, min, times }) => ({
    name: command,
    runs: times.length,
    median: median * 1000,
    min: min * 1000,
    overMedian: (median - direct.median) * 1000,
    overMin: (min - direct.min) * 1000,
  }));
}

/** A root as setup makes it, whose versions are all the tiny program. Gives the path of 1.22.5's go. */
function makeRoot(root, top) {
  const tiny = compile(top, "tiny", "int main(void) { return 0; }\n");
  for (const version of versions) {
    const bin = join(root, "versions/linux-amd64", version, "bin");
    mkdirSync(bin, { recursive: true });
    copyFileSync(tiny, join(bin, "go"));
  }
  for (const folder of ["lib", "bin", "shims"]) mkdirSync(join(root, folder));
  copyFileSync(join(repository, "shims/shim.sh"), join(root, "lib/shim.sh"));
  const conf = { platform: "linux-amd64", node: process.execPath, version: "0.1.0", tool_fallback: "1" };
  const lines = Object.entries(conf).map(([name, value]) => `_gv_${name}='${value}'\n`);
  writeFileSync(join(root, "lib/shim.conf"), lines.join(""));
  writeFileSync(join(root, "shims/go"), '#!/bin/sh\n. "${0%/*}/../lib/shim.sh"\n', { mode: 0o755 });
  copyFileSync(join(repository, "shims/gv.sh"), join(root, "bin/gv"));
  chmodSync(join(root, "bin/gv"), 0o755);
  return join(root, "versions/linux-amd64/1.22.5/bin/go");
}

/** A folder `depth` folders below the one that has the version file. */
function makeProject(top, name, text, file, depth) {
  const project = join(top, name);
  const deepest = join(project, ...["a", "b", "c", "d", "e", "f"].slice(0, depth));
  mkdirSync(deepest, { recursive: true });
  writeFileSync(join(project, file), text);
  return deepest;
}

const inDirSource = `
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv) {
  if (argc < 3 || chdir(argv[1]) != 0) return 1;
  setenv("PWD", argv[1], 1);
  execvp(argv[2], argv + 2);
  return 1;
}
`;

/** A static program: its own start is the smallest there is. */
function compile(top, name, source) {
  const [from, to] = [join(top, `${name}.c`), join(top, name)];
  writeFileSync(from, source);
  execFileSync("cc", ["-static", "-O2", "-o", to, from]);
  return to;
}

function ms(value) {
  return value.toFixed(3).padStart(8);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log("  median      min   over direct exec (median, min), ms");
  for (const row of shimRows({ runs: Number(process.argv[2] ?? 1000) }))
    console.log(`${ms(row.median)} ${ms(row.min)}  ${ms(row.overMedian)} ${ms(row.overMin)}   ${row.name}`);
}
