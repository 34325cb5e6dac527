/**
 * Installing a release from a server on loopback, proof included: beside `curl | tar xz` that checks a SHA-256 and beside
 * others that install Go (peers.mjs); the same over a link of 50 MB/s and 50 ms, beside the transfer alone, and with the
 * patch before it installed beside a whole one.
 *
 * The rows of a round follow each other, so noise hits all of them; medians, and the ratios of medians.
 * `node bench/install.mjs [rounds]`. Needs curl, bash, tar, openssl, git, go, npm (for mise), and your
 * GOPROXY for the two releases, once.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { peersAt } from "./peers.mjs";
import { makeCertificate, startServer } from "./server.mjs";

const [older, version] = ["1.22.5", "1.22.6"];
const link = { bytesASecond: 50e6, latency: 50 };
const dist = join(import.meta.dirname, "..", "dist", "gv.cjs");
const archiveName = `go${version}.linux-amd64.tar.gz`;
const zipPath = `golang.org/toolchain/@v/v0.0.1-go${version}.linux-amd64.zip`;

/** Runs a program to its end; seconds, and the peak memory of the process in MB (VmHWM, read while it runs). */
function timed(program, words, env, stderr = "inherit") {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, words, { env, stdio: ["ignore", "ignore", stderr] });
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

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {boolean} [isOurs]
 * @property {boolean} [isLink] Over the link.
 * @property {string} [checks] Of a peer: what it checks.
 * @property {() => void} [prepare]
 * @property {() => Promise<{seconds: number, megabytes: number}>} run
 */

/** What is run: a whole install by everybody, on loopback and over the link, and what only gv or only curl does. */
function rowsOf({ url, gv, root, home, place, site, peers }) {
  const curl = (then) => () =>
    timed("bash", ["-c", `set -o pipefail; curl -fsS ${url}/${then}`], process.env);
  const env = { HOME: home, PATH: "/usr/bin:/bin" };
  const everybody = {
    gv: {
      name: `gv install ${version}`,
      checks: "the log's proof of every byte",
      isOurs: true,
      run: () => gv(version),
    },
    tar: {
      name: "curl | tee >(sha256sum) | tar xz",
      run: curl(`dl/${archiveName} | tee >(sha256sum >/dev/null) | tar xz -C ${place}`),
    },
    ...Object.fromEntries(
      peers.map(({ name, checks, program, words, env: own }) => [
        name,
        { name, checks, isPeer: true, run: () => timed(program, words, { ...env, ...own }, "ignore") },
      ]),
    ),
  };
  const overLink = Object.entries(everybody).map(([id, row]) => [`${id}, link`, { ...row, isLink: true }]);
  return {
    ...everybody,
    ...Object.fromEntries(overLink),
    "curl, link": {
      name: "curl of the zip alone, nothing unpacked",
      isLink: true,
      run: curl(`${zipPath} -o /dev/null`),
    },
    "patch, link": {
      name: `gv install ${version} where ${older} is installed`,
      isOurs: true,
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
  const [site, tools, home, place] = ["site", "tools", "home", "place"].map((name) => join(base, name));
  for (const folder of [join(site, "dl"), tools]) mkdirSync(folder, { recursive: true });
  const certificate = makeCertificate(site, "dl.google.com");
  const server = await startServer(site);
  try {
    const root = join(home, "root");
    const env = { HOME: home, GV_ROOT: root, PATH: "/usr/bin:/bin", GOPROXY: server.url };
    const gv = (...words) => timed(process.execPath, [dist, "install", "-q", ...words], env);
    // Fills the server's folder, and shows that it works.
    await gv(version);
    packArchive(join(root, "versions/linux-amd64", version), site);
    rmSync(root, { recursive: true });
    await gv(older);
    execFileSync("mv", [root, join(site, "older")]);
    const peers = peersAt({ url: server.url, certificate, version, tools, home });
    const rows = rowsOf({ url: server.url, gv, root, home, place, site, peers });
    const runs = Object.fromEntries(Object.keys(rows).map((id) => [id, []]));
    const failed = {};
    for (let i = 0; i < rounds; i++)
      for (const [id, { isLink, isPeer, prepare, run }] of Object.entries(rows)) {
        if (id in failed) continue;
        for (const folder of [home, place]) mkdirSync(folder, { recursive: true });
        prepare?.();
        await (isLink ? server.link(link.bytesASecond, link.latency) : server.link(0, 0));
        await server.sent();
        const before = used(base);
        try {
          runs[id].push({ ...(await run()), bytes: await server.sent(), disk: used(base) - before });
        } catch (error) {
          if (!isPeer) throw error;
          failed[id] = error.message;
        }
        for (const folder of [home, place]) rmSync(folder, { recursive: true, force: true });
      }
    const table = Object.entries(rows).map(([id, { name, checks, isOurs = false, isLink = false }]) => {
      if (id in failed) return { id, name, isLink, failed: failed[id] };
      const of = (key) => median(runs[id].map((one) => one[key]));
      // Of a pipe it would be bash's.
      const megabytes =
        id.startsWith("curl") || id.startsWith("tar")
          ? undefined
          : Math.max(...runs[id].map((one) => one.megabytes));
      return {
        id,
        name,
        checks,
        isOurs,
        isLink,
        seconds: of("seconds"),
        bytes: of("bytes"),
        disk: of("disk"),
        megabytes,
      };
    });
    return {
      what: `install ${version} into ${fileSystem(within)}, ${rounds} rounds`,
      link,
      rows: table,
      ratios: ratiosOf(table, site),
    };
  } finally {
    server.stop();
    rmSync(base, { recursive: true, force: true });
  }
}

/** The same tree as go.dev's archive has it, below go/, and its SHA-256 beside it. */
function packArchive(tree, site) {
  const archive = join(site, "dl", archiveName);
  execFileSync("tar", ["-C", tree, "-I", "gzip -9", "--transform", "s,^\\.,go,", "-cf", archive, "."]);
  const sum = execFileSync("sha256sum", [archive], { encoding: "utf8" }).slice(0, 64);
  writeFileSync(`${archive}.sha256`, sum);
  symlinkSync("dl", join(site, "go")); // Where golang.org/dl looks.
}

function fileSystem(folder) {
  return execFileSync("stat", ["-f", "-c", "%T", folder], { encoding: "utf8" }).trim();
}

function ratiosOf(table, site) {
  const row = Object.fromEntries(table.map((one) => [one.id, one]));
  const seconds = (over, under) => row[over].seconds / row[under].seconds;
  return {
    "full install / curl | sha256sum | tar xz": seconds("gv", "tar"),
    "full install over the link / the transfer alone": seconds("gv, link", "curl, link"),
    "curl | sha256sum | tar xz over the link / the transfer alone": seconds("tar, link", "curl, link"),
    "patch / full install over the link, seconds": seconds("patch, link", "gv, link"),
    "patch / the zip, bytes": row["patch, link"].bytes / statSync(join(site, zipPath)).size,
    "patch / full install, disk added": row["patch, link"].disk / row["gv, link"].disk,
  };
}

/** The table as text. */
export function installText({ what, rows, ratios }) {
  const lines = rows.map(({ name, isLink, failed, seconds, bytes, disk, megabytes }) => {
    const label = `   ${name}${isLink ? " (link)" : ""}`;
    if (failed) return `failed${label}: ${failed}`;
    const memory = megabytes ? `${megabytes.toFixed(0).padStart(4)} MB of memory` : "".padEnd(17);
    return `${seconds.toFixed(2).padStart(7)} s ${(bytes / 1e6).toFixed(1).padStart(6)} MB sent ${(disk / 1e6).toFixed(0).padStart(4)} MB of disk ${memory}${label}`;
  });
  return [
    what,
    ...lines,
    ...Object.entries(ratios).map(([name, value]) => `${value.toFixed(2).padStart(7)}   ${name}`),
  ].join("\n");
}

// node bench/install.mjs [rounds] [folder]
if (process.argv[1] === import.meta.filename)
  console.log(installText(await benchInstall(Number(process.argv[2] ?? 7), process.argv[3])));
