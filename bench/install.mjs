/**
 * Installing a release from a server on loopback, proof included: beside `curl | tar xz` that checks a SHA-256, over a
 * link of 50 MB/s and 50 ms beside the transfer alone, and with the patch before it installed beside a whole one.
 *
 * The rows of a round follow each other, so noise hits all of them; medians, and the ratios of medians.
 * `node bench/install.mjs [rounds]`. Needs curl, bash, tar, and your GOPROXY for the two releases, once.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { barChart } from "./chart.mjs";
import { startServer } from "./server.mjs";

const [older, version] = ["1.22.5", "1.22.6"];
const link = { bytesASecond: 50e6, latency: 50 };
const dist = join(import.meta.dirname, "..", "dist", "gv.cjs");
const zipPath = `golang.org/toolchain/@v/v0.0.1-go${version}.linux-amd64.zip`;

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

/** Each row: over which link, what is there before, and what is run. */
function rowsOf({ url, gv, root, place, site }) {
  const curl = (then) => () =>
    timed("bash", ["-c", `set -o pipefail; curl -fsS ${url}/${then}`], process.env);
  const unpacked = `tar xz -C ${place}`;
  return {
    gv: { name: `gv install ${version}, proof included`, run: () => gv(version) },
    tar: {
      name: "curl | tee >(sha256sum) | tar xz of the same",
      run: curl(`release.tar.gz | tee >(sha256sum >/dev/null) | ${unpacked}`),
    },
    linkGv: { name: `gv install ${version} over the link`, isLink: true, run: () => gv(version) },
    linkCurl: {
      name: "curl of the same zip over the link, nothing unpacked",
      isLink: true,
      run: curl(`${zipPath} -o /dev/null`),
    },
    linkTar: {
      name: "curl | tee >(sha256sum) | tar xz over the link",
      isLink: true,
      run: curl(`release.tar.gz | tee >(sha256sum >/dev/null) | ${unpacked}`),
    },
    linkPatch: {
      name: `gv install ${version} over the link, ${older} installed`,
      isLink: true,
      prepare: () => execFileSync("cp", ["-a", join(site, "older"), root]),
      run: () => gv(version),
    },
    node: { name: "node -e 0", run: () => timed(process.execPath, ["-e", "0"], process.env) },
  };
}

/** Bytes that are used on the file system of a folder. */
function used(folder) {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return (blocks - bfree) * bsize;
}

/** Measures in `within`, by default a tmpfs where there is one. */
export async function benchInstall(rounds, within = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()) {
  const base = mkdtempSync(join(within, "gv-bench-"));
  const site = join(base, "site");
  mkdirSync(site);
  const server = await startServer(site);
  try {
    const [root, place] = [join(base, "root"), join(base, "place")];
    const env = { HOME: base, GV_ROOT: root, PATH: "/usr/bin:/bin", GOPROXY: server.url };
    const gv = (...words) => timed(process.execPath, [dist, "install", "-q", ...words], env);
    // Fills the server's folder, and shows that it works.
    await gv(version);
    const tree = join(root, "versions/linux-amd64", version);
    const archive = join(site, "release.tar.gz");
    execFileSync("tar", ["-C", tree, "-I", "gzip -9", "-cf", archive, "."], { stdio: "inherit" });
    rmSync(root, { recursive: true });
    await gv(older);
    execFileSync("mv", [root, join(site, "older")]);
    const rows = rowsOf({ url: server.url, gv, root, place, site });
    const runs = Object.fromEntries(Object.keys(rows).map((id) => [id, []]));
    for (let i = 0; i < rounds; i++)
      for (const [id, { isLink, prepare, run }] of Object.entries(rows)) {
        mkdirSync(place, { recursive: true });
        prepare?.();
        await (isLink ? server.link(link.bytesASecond, link.latency) : server.link(0, 0));
        await server.sent();
        const before = used(base);
        runs[id].push({ ...(await run()), bytes: await server.sent(), disk: used(base) - before });
        for (const folder of [root, place]) rmSync(folder, { recursive: true, force: true });
      }
    const table = Object.entries(rows).map(([id, { name }]) => {
      const of = (key) => median(runs[id].map((one) => one[key]));
      const isOneProcess = id === "node" || id.toLowerCase().endsWith("gv") || id === "linkPatch";
      return {
        id,
        name,
        seconds: of("seconds"),
        bytes: of("bytes"),
        disk: of("disk"),
        megabytes: isOneProcess ? Math.max(...runs[id].map((one) => one.megabytes)) : undefined,
      };
    });
    return {
      what: `install ${version} into ${fileSystem(within)}, ${rounds} rounds`,
      rows: table,
      ratios: ratiosOf(table, site),
    };
  } finally {
    server.stop();
    rmSync(base, { recursive: true, force: true });
  }
}

function fileSystem(folder) {
  return execFileSync("stat", ["-f", "-c", "%T", folder], { encoding: "utf8" }).trim();
}

function ratiosOf(table, site) {
  const row = Object.fromEntries(table.map((one) => [one.id, one]));
  return {
    "full install / curl | sha256sum | tar xz": row.gv.seconds / row.tar.seconds,
    "full install over the link / the transfer alone": row.linkGv.seconds / row.linkCurl.seconds,
    "curl | sha256sum | tar xz over the link / the transfer alone":
      row.linkTar.seconds / row.linkCurl.seconds,
    "patch / full install over the link, seconds": row.linkPatch.seconds / row.linkGv.seconds,
    "patch / the zip, bytes": row.linkPatch.bytes / statSync(join(site, zipPath)).size,
    "patch / full install, disk added": row.linkPatch.disk / row.linkGv.disk,
  };
}

/** The table as text. */
export function installText({ what, rows, ratios }) {
  const lines = rows.map(
    ({ name, seconds, bytes, disk, megabytes }) =>
      `${seconds.toFixed(2).padStart(7)} s ${(bytes / 1e6).toFixed(1).padStart(6)} MB sent ${(disk / 1e6).toFixed(0).padStart(4)} MB of disk ${megabytes ? `${megabytes.toFixed(0).padStart(4)} MB of memory` : "".padEnd(17)}   ${name}`,
  );
  return [
    what,
    ...lines,
    ...Object.entries(ratios).map(([name, value]) => `${value.toFixed(2).padStart(7)}   ${name}`),
  ].join("\n");
}

/** The rows as bars of seconds. */
export function installChart({ what, rows }) {
  const bars = rows
    .filter(({ id }) => id !== "node")
    .map(({ id, name, seconds }) => ({
      name,
      value: seconds,
      text: `${seconds.toFixed(2)} s`,
      isOurs: id.toLowerCase().endsWith("gv") || id === "linkPatch",
    }));
  return barChart(`${what}; a link is ${link.bytesASecond / 1e6} MB/s and ${link.latency} ms`, bars);
}

// node bench/install.mjs [rounds] [folder]
if (process.argv[1] === import.meta.filename)
  console.log(installText(await benchInstall(Number(process.argv[2] ?? 7), process.argv[3])));
