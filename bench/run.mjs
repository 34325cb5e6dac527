/**
 * `npm run bench`: what a shim costs, what the command line costs, a TAB, an install, and a proof. Every table is one
 * run in which the rows alternate; medians; the machine is named. Writes bench/results.json, and what report.mjs
 * makes of it: docs/bench.md, its charts, and README's rows.
 * Needs hyperfine, dash, bash, zsh, fish, strace, curl, cc, go, git, openssl, npm (for mise), your GOPROXY for the
 * releases (once a run), and what `npm run build:standalone` wrote.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { completionRows } from "./completions.mjs";
import { benchInstall, installText } from "./install.mjs";
import { listRows } from "./list.mjs";
import { makeMise } from "./mise.mjs";
import { report } from "./report.mjs";
import { shellRows } from "./shells.mjs";
import { shimRows } from "./shim.mjs";
import { standaloneRows } from "./standalone.mjs";
import { benchVerify } from "./verify.mjs";

const dist = join(import.meta.dirname, "..", "dist", "gv.cjs");

/** Commands that need Node beside Node alone: with an empty root, and with 200 tools beside mise's reshim of as many. */
function commandLineRows() {
  const home = mkdtempSync(join(tmpdir(), "gv-bench-"));
  try {
    const json = join(home, "results.json");
    const tools = Array.from({ length: 200 }, (_, index) => `tool${index}`);
    const tool = goProgram(home);
    mkdirSync(join(home, "go/bin"), { recursive: true });
    for (const name of tools) copyFileSync(tool, join(home, "go/bin", name));
    const mise = makeMise(home, tool, tools);
    const env = { HOME: home, GV_ROOT: join(home, "root"), PATH: "/usr/bin:/bin", ...mise.env };
    const node = process.execPath;
    const gv = `${node} ${dist}`;
    execFileSync(node, [dist, "rehash"], { env, stdio: "ignore" });
    const rows = [
      ["node -e 0", `${node} -e 0`],
      ["gv list --json", `${gv} list --json`],
      ["gv whence tool7", `${gv} whence tool7`],
      ["gv rehash, 200 tools", `${gv} rehash`],
      [`mise ${mise.version.split(" ")[0]} reshim, 200 tools`, `${mise.mise} reshim`],
    ];
    const words = rows.flatMap(([name, command]) => ["-n", name, command]);
    execFileSync(
      "hyperfine",
      ["-N", "--warmup", "5", "--runs", "60", "--style", "none", "--export-json", json, ...words],
      { env, stdio: "ignore" },
    );
    const { results } = JSON.parse(readFileSync(json, "utf8"));
    return results.map(({ command, median, min }) => ({
      name: command,
      median: median * 1000,
      min: min * 1000,
    }));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A small program that the go on PATH builds. */
function goProgram(folder) {
  writeFileSync(join(folder, "main.go"), "package main\n\nfunc main() {}\n");
  execFileSync("go", ["build", "-o", "tool", "main.go"], { cwd: folder });
  return join(folder, "tool");
}

function ms(value) {
  return value.toFixed(3).padStart(8);
}

function print(title, rows) {
  console.log(`\n${title}\n  median      min   over the first row (median, min), ms`);
  const [first] = rows;
  for (const { name, median, min } of rows)
    console.log(`${ms(median)} ${ms(min)}  ${ms(median - first.median)} ${ms(min - first.min)}   ${name}`);
}

const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, ${release()}, Node ${process.version}`;
console.log(machine);
const shim = shimRows({ runs: 1000 });
print("a tiny go, by its path and by the shim (dash)", shim);
const commandLine = commandLineRows();
print("the command line", commandLine);
const [node, listJson, whence, rehash] = commandLine;
const times = (row) => (row.median / node.median).toFixed(2);
console.log(`gv list --json is ${times(listJson)} times node -e 0, gv whence ${times(whence)}`);
console.log(`gv rehash of 200 tools is ${(rehash.median - node.median).toFixed(1)} ms more than node -e 0`);
const over = (name) => shim.find((row) => row.name.startsWith(name)).overMedian;
console.log(`mise adds ${(over("mise") / over("shim, .tool-versions")).toFixed(1)} times what the shim adds`);
const list = listRows();
print("gv list", list.rows);
const completions = completionRows();
console.log("\na TAB, ms (median, max)");
for (const { name, median, max } of completions) console.log(`${ms(median)} ${ms(max)}   ${name}`);
const shells = shellRows({ rounds: 20 });
console.log("\nthe start of a shell, ms (without gv's line, more with it)");
for (const { name, without, more } of shells) console.log(`${ms(without)} ${ms(more)}   ${name}`);
const standalone = standaloneRows();
console.log(
  `\nthe standalone gv: ${standalone.size.file.toFixed(0)} MB, ${standalone.size.gzip.toFixed(0)} by gzip; ms (median, min, CPU)`,
);
for (const { name, median, min, cpu } of standalone.rows)
  console.log(`${ms(median)} ${ms(min)} ${ms(cpu)}   ${name}`);
const install = await benchInstall(7);
console.log(`\n${installText(install)}`);
const verify = benchVerify(9);
console.log("\nwhat is installed, proven again");
for (const { name, seconds, cpu } of verify.rows)
  console.log(`${seconds.toFixed(2).padStart(8)} s ${cpu.toFixed(2)} s of CPU   ${name}`);
console.log(
  `gv verify is ${verify.ratio.toFixed(2)} times sha256sum; the proof is ${verify.proof.toFixed(2)} s of CPU over reading`,
);
const date = new Date().toISOString().slice(0, 10);
const results = { date, machine, shim, commandLine, list, completions, shells, standalone, install, verify };
writeFileSync(join(import.meta.dirname, "results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
await report(results);
