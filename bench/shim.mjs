/**
 * What a shim costs: the same tiny program started directly, through the shim, by an empty shell, by mise's shim, by a
 * go command that switches to it (GOTOOLCHAIN), and by golang.org/dl's wrapper; and how many processes each starts.
 *
 * `node bench/shim.mjs` prints a table; `shimRows()` gives it to bench/run.mjs. Needs hyperfine, dash, strace, cc, go,
 * and npm for mise.
 * All rows of a table come from one run of hyperfine, so a busy machine slows them alike.
 */
import { execFileSync, spawnSync } from "node:child_process";
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

import { makeMise } from "./mise.mjs";
import { buildDl, goOnPath } from "./peers.mjs";

const repository = join(import.meta.dirname, "..");
/** 50 versions and 200 tools: more than anybody has. */
const versions = [
  "1.23rc1",
  ...[18, 19, 20, 21, 22].flatMap((minor) => Array.from({ length: 10 }, (_, patch) => `1.${minor}.${patch}`)),
].slice(0, 50);
const tools = Array.from({ length: 200 }, (_, index) => `tool${index}`);

/**
 * @typedef {{ name: string, runs: number, processes: number, median: number, min: number, overMedian: number, overMin: number }} Row
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
  const tiny = compile(top, "tiny", "int main(void) { return 0; }\n");
  const go = makeRoot(root, tiny);
  const [shim, gv] = [join(root, "shims/go"), join(root, "bin/gv")];
  const deep = makeProject(top, "deep", "1.22.5\n", ".go-version", 6);
  const deeper = makeProject(top, "deeper", "1.22.5\n", ".go-version", 30);
  const here = makeProject(top, "here/a/b/c/d/e/f", "1.22.5\n", ".go-version", 0);
  const asdf = makeProject(top, "asdf", "nodejs 20.1.0\ngolang 1.22.5\n", ".tool-versions", 6);
  const partial = makeProject(top, "partial", "1.22\n", ".go-version", 6);
  const mise = makeMise(top, tiny, tools);
  const switched = copyInto(join(top, "switched"), "go1.22.5", tiny);
  const dl = buildDl("1.22.5", top);
  copyInto(join(top, "sdk/go1.22.5/bin"), "go", tiny);
  writeFileSync(join(top, "sdk/go1.22.5/.unpacked-success"), "");
  const miseDeep = makeFolders(join(top, "mise/project"), 6);
  const commands = [
    ["direct exec", go, deep],
    ["dash -c 'exec go'", `dash -c 'exec ${go}'`, deep],
    ["shim, .go-version here", `dash ${shim}`, here],
    ["shim, .go-version 6 folders up", `dash ${shim}`, deep],
    ["shim, .go-version 30 folders up", `dash ${shim}`, deeper],
    ["shim, .tool-versions 6 folders up", `dash ${shim}`, asdf],
    ["shim, partial version 6 folders up", `dash ${shim}`, partial],
    ["shim of a tool, 6 folders up", `dash ${join(root, "shims/tool7")}`, deep],
    ["shim of go install, nothing new", `dash ${shim} install`, deep],
    ["shim of go install x@latest, nothing new", `dash ${shim} install example.com/cmd/tool7@latest`, deep],
    ["shim of go get", `dash ${shim} get example.com/x`, deep],
    ["dash that starts go and waits", `dash -c '${go} & wait $!'`, deep],
    [`mise ${mise.version.split(" ")[0]}, .tool-versions 6 folders up`, mise.shim, miseDeep],
    ["the go command that switches to it (GOTOOLCHAIN)", `${goOnPath()} version`, deep],
    ["golang.org/dl's go1.22.5", `${dl} version`, deep],
    ["gv --version", `dash ${gv} --version`, deep],
    ["gv current", `dash ${gv} current`, deep],
    ["gv which", `dash ${gv} which go`, deep],
    ["gv exec -- go", `dash ${gv} exec -- go`, deep],
  ];
  // hyperfine has one working directory for all: `inDir` changes to each row's, for the same small price.
  const inDir = compile(top, "in-dir", inDirSource);
  const words = commands.flatMap(([name, command, cwd]) => ["-n", name, `${inDir} ${cwd} ${command}`]);
  const json = join(top, "results.json");
  const env = {
    HOME: top,
    ...mise.env,
    PATH: `${root}/shims:/usr/bin:/bin:${switched}`,
    GOTOOLCHAIN: "go1.22.5", // Neither gv's shim nor the tiny program asks for it.
  };
  execFileSync(
    "hyperfine",
    ["-N", "--warmup", "30", "--runs", `${runs}`, "--style", "none", "--export-json", json, ...words],
    { env, stdio: "ignore" },
  );
  const results = JSON.parse(readFileSync(json, "utf8")).results;
  const [direct] = results;
  return results.map(({ command, median, min, times }, index) => ({
    name: command,
    runs: times.length,
    processes: processesOf(commands[index], env),
    median: median * 1000,
    min: min * 1000,
    overMedian: (median - direct.median) * 1000,
    overMin: (min - direct.min) * 1000,
  }));
}

/** How many processes a command starts besides its own, by strace. */
function processesOf([, command, cwd], env) {
  const traced = ["-f", "-qq", "-e", "trace=fork,vfork,clone,clone3", "sh", "-c", `exec ${command}`];
  const { stderr } = spawnSync("strace", traced, { cwd, env: { ...env, PWD: cwd }, encoding: "utf8" });
  const isThread = /CLONE_THREAD/;
  return stderr.split("\n").filter((line) => /(?:fork|clone3?)\(/.test(line) && !isThread.test(line)).length;
}

/** A root as setup makes it, whose 50 versions are all the tiny program, with 200 tools. Gives the path of 1.22.5's go. */
function makeRoot(root, tiny) {
  for (const version of versions) {
    const bin = join(root, "versions/linux-amd64", version, "bin");
    mkdirSync(bin, { recursive: true });
    copyFileSync(tiny, join(bin, "go"));
  }
  for (const folder of ["lib", "bin", "shims", "tools/linux-amd64/1.22.5/bin", "../go/bin"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const tool of tools)
    for (const folder of ["../go/bin", "tools/linux-amd64/1.22.5/bin"])
      copyFileSync(tiny, join(root, folder, tool));
  for (const name of ["shim.sh", "rehash.sh"])
    copyFileSync(join(repository, "shims", name), join(root, "lib", name));
  const conf = { platform: "linux-amd64", node: process.execPath, version: "0.1.0", tool_fallback: "1" };
  const lines = Object.entries(conf).map(([name, value]) => `_gv_${name}='${value}'\n`);
  writeFileSync(join(root, "lib/shim.conf"), lines.join(""));
  for (const name of ["go", ...tools])
    writeFileSync(join(root, "shims", name), '#!/bin/sh\n. "${0%/*}/../lib/shim.sh"\n', { mode: 0o755 });
  copyFileSync(join(repository, "shims/gv.sh"), join(root, "bin/gv"));
  chmodSync(join(root, "bin/gv"), 0o755);
  return join(root, "versions/linux-amd64/1.22.5/bin/go");
}

/** A copy of a program, in a folder of its own; gives the folder. */
function copyInto(folder, name, program) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(program, join(folder, name));
  return folder;
}

/** Folders one in another; gives the deepest. */
function makeFolders(top, depth) {
  const deepest = join(top, ...Array.from({ length: depth }, (_, index) => `d${index}`));
  mkdirSync(deepest, { recursive: true });
  return deepest;
}

/** A folder `depth` folders below the one that has the version file. */
function makeProject(top, name, text, file, depth) {
  const project = join(top, name);
  const deepest = makeFolders(project, depth);
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
  console.log("  median      min   over direct exec (median, min), ms; processes");
  for (const row of shimRows({ runs: Number(process.argv[2] ?? 1000) }))
    console.log(
      `${ms(row.median)} ${ms(row.min)}  ${ms(row.overMedian)} ${ms(row.overMin)} ${row.processes}   ${row.name}`,
    );
}
