/**
 * The standalone gv beside the one that a Node runs: its size, and what its start takes, the three of one run of
 * hyperfine; the same Node in all. `node bench/standalone.mjs [--node PATH]`: a Node of the version in
 * scripts/standalone.mjs. Needs hyperfine, and what `npm run build:standalone` wrote.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const top = join(import.meta.dirname, "..");
const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
const file = join(top, "standalone", `gv-${platform}`);

/** Sizes in MB; of each row the median wall time and the mean time of the processor, in ms. */
export function standaloneRows({ node = process.execPath, runs = 60 } = {}) {
  const home = mkdtempSync(join(tmpdir(), "gv-bench-"));
  try {
    const json = join(home, "results.json");
    const env = { HOME: home, GV_ROOT: join(home, "root"), PATH: "/usr/bin:/bin" };
    execFileSync(file, ["setup", "-q", "--no-profiles"], { env });
    const inRoot = `${env.GV_ROOT}/lib/node-${platform} ${env.GV_ROOT}/lib/${version()}/gv.cjs`;
    const rows = [
      [`node -e 0 (${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()})`, `${node} -e 0`],
      ["node gv.cjs list", `${node} ${join(top, "dist/gv.cjs")} list`],
      ["standalone list, set up", `${inRoot} list`],
      ["standalone list, the file itself", `${file} list`],
    ];
    const words = rows.flatMap(([name, command]) => ["-n", name, command]);
    execFileSync(
      "hyperfine",
      ["-N", "--warmup", "3", "--runs", String(runs), "--style", "none", "--export-json", json, ...words],
      { env, stdio: "ignore" },
    );
    const { results } = JSON.parse(readFileSync(json, "utf8"));
    return {
      size: { file: statSync(file).size / 1e6, gzip: statSync(`${file}.gz`).size / 1e6 },
      rows: results.map(({ command, median, min, user, system }) => ({
        name: command,
        median: median * 1000,
        min: min * 1000,
        cpu: (user + system) * 1000,
      })),
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function version() {
  return JSON.parse(readFileSync(join(top, "package.json"), "utf8")).version;
}

if (process.argv[1] === import.meta.filename) {
  const at = process.argv.indexOf("--node");
  const { size, rows } = standaloneRows(at < 0 ? {} : { node: process.argv[at + 1] });
  console.log(`${size.file.toFixed(0)} MB, ${size.gzip.toFixed(0)} MB by gzip`);
  for (const { name, median, min, cpu } of rows)
    console.log(`${median.toFixed(1)} ms (${min.toFixed(1)}), ${cpu.toFixed(1)} ms of CPU   ${name}`);
}
