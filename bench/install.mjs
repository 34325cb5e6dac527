/**
 * Installing 1.22.5 from a server on loopback, proof included, beside `curl | tar xz` of the same release
 * from the same server. Rounds alternate, so noise hits both; medians, and the ratio of the medians.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { upstreamProxy } from "./server.mjs";

const version = "1.22.5";
const dist = join(import.meta.dirname, "..", "dist", "gv.cjs");

/** Runs a program to its end; seconds, and the peak memory of the process in MB (VmHWM, read while it runs). */
function timed(program, words, env) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, words, { env, stdio: ["ignore", "ignore", "inherit"] });
    let peak = 0;
    const poll = setInterval(() => {
      try {
        peak = Math.max(
          peak,
          Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0),
        );
      } catch {
        // It has just ended.
      }
    }, 5);
    child.on("exit", (code) => {
      clearInterval(poll);
      if (code !== 0) reject(new Error(`${program} ${words.join(" ")}: exit ${code}`));
      else resolve({ seconds: (performance.now() - started) / 1000, megabytes: peak / 1024 });
    });
  });
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export async function benchInstall(rounds) {
  const base = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "gv-bench-"));
  const site = join(base, "site");
  mkdirSync(site);
  const server = spawn(process.execPath, [join(import.meta.dirname, "server.mjs"), site, upstreamProxy()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await new Promise((resolve) =>
      server.stdout.once("data", (line) => resolve(String(line).trim())),
    );
    const run = (root) =>
      timed(process.execPath, [dist, "install", "-q", version], {
        HOME: base,
        GV_ROOT: root,
        PATH: "/usr/bin:/bin",
        GOPROXY: url,
      });
    const unpack = (folder) =>
      timed("/bin/sh", ["-c", `curl -fsS ${url}/release.tar.gz | tar xz -C ${folder}`], process.env);
    const root = join(base, "root");
    await run(root); // Fills the server's folder, and shows that it works.
    const tree = join(root, "versions/linux-amd64", version);
    execFileSync("tar", ["-C", tree, "-I", "gzip -9", "-cf", join(site, "release.tar.gz"), "."], {
      stdio: "inherit",
    });
    rmSync(root, { recursive: true });
    const [gv, tar, node] = [[], [], []];
    for (let i = 0; i < rounds; i++) {
      gv.push(await run(root));
      rmSync(root, { recursive: true });
      mkdirSync(root);
      tar.push(await unpack(root));
      rmSync(root, { recursive: true });
      node.push(await timed(process.execPath, ["-e", "0"], process.env));
    }
    const row = (name, list) => ({
      name,
      seconds: median(list.map((one) => one.seconds)),
      megabytes: Math.max(...list.map((one) => one.megabytes)),
    });
    const rows = [
      row("gv install, proof included", gv),
      { ...row("curl | tar xz of the same release from the same server", tar), megabytes: undefined },
      row("node -e 0", node),
    ];
    const where = base.startsWith("/dev/shm") ? "tmpfs" : "the disk";
    return {
      what: `install ${version} from loopback to ${where}, ${rounds} rounds`,
      rows,
      ratio: rows[0].seconds / rows[1].seconds,
    };
  } finally {
    server.kill();
    rmSync(base, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) console.log(await benchInstall(Number(process.argv[2] ?? 7)));
