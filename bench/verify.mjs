/**
 * `gv verify 1.22.5` beside `find | xargs sha256sum` of the same tree, and what the proof costs in CPU over
 * reading: beside a Node that reads the same files with the same buffer and does nothing with them. Rounds
 * alternate; medians. The release comes from your GOPROXY, once.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { median } from "./install.mjs";
import { upstreamProxy } from "./server.mjs";

const version = "1.22.5";
const dist = join(import.meta.dirname, "..", "dist", "gv.cjs");

const reader = `
const { readdirSync, openSync, readSync, closeSync } = require("node:fs");
const buffer = Buffer.alloc(4 * 2 ** 20);
(function walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = folder + "/" + entry.name;
    if (entry.isDirectory()) walk(path);
    else { const fd = openSync(path, "r"); while (readSync(fd, buffer) > 0); closeSync(fd); }
  }
})(process.argv[1]);`;

/** Seconds by the clock, and of CPU (bash's \`times\`: user and system of what it ran). */
function timed(command, env) {
  const started = performance.now();
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
  const ran = spawnSync("bash", ["-c", script, "bash", ...command], { env, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`${command.join(" ")}: ${ran.stderr}`);
  const [user = 0, system = 0] = ran.stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { seconds: (performance.now() - started) / 1000, cpu: user + system };
}

export function benchVerify(rounds) {
  const base = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "gv-bench-"));
  try {
    const env = { HOME: base, GV_ROOT: join(base, "root"), PATH: "/usr/bin:/bin" };
    const gv = [process.execPath, dist];
    timed([...gv, "install", "-q", version], { ...process.env, ...env, GOPROXY: upstreamProxy() });
    const goroot = spawnSync(gv[0], [dist, "which"], { env, encoding: "utf8" })
      .stdout.trim()
      .replace(/\/bin\/go$/, "");
    const commands = {
      [`gv verify ${version}`]: [...gv, "verify", "-q", version],
      "find | xargs sha256sum": ["sh", "-c", `find ${goroot} -type f -print0 | xargs -0 sha256sum`],
      "a Node that reads the files": [process.execPath, "-e", reader, goroot],
    };
    const runs = Array.from({ length: rounds }, () =>
      Object.values(commands).map((command) => timed(command, env)),
    );
    const rows = Object.keys(commands).map((name, i) => ({
      name,
      seconds: median(runs.map((run) => run[i].seconds)),
      cpu: median(runs.map((run) => run[i].cpu)),
    }));
    const [verify, sums, read] = rows;
    return { rows, ratio: verify.seconds / sums.seconds, proof: verify.cpu - read.cpu };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(1, `${JSON.stringify(benchVerify(9), undefined, 2)}\n`);
}
