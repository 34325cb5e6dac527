/**
 * Who else installs Go, on the same server and the same release: mise (from npm), the go command's own GOTOOLCHAIN,
 * golang.org/dl, and what is on PATH of those that are in no registry. One row each, of one type; how each is pointed at
 * a server is its own documents' word. A row that fails says so in the table instead of a time.
 *
 * golang.org/dl has its address in its code: its requests come by HTTPS_PROXY to the same server, which answers for
 * that host with a certificate made for this run (server.mjs).
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { fetchMise } from "./mise.mjs";

/**
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} checks What it checks of what it installs.
 * @property {string} program The file that is run.
 * @property {string[]} words
 * @property {Record<string, string>} env Besides HOME and PATH.
 */

/** The go command on PATH, and the wrapper that golang.org/dl has for a version. */
export function goOnPath() {
  return join(execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim(), "bin/go");
}

export function buildDl(version, folder) {
  execFileSync("go", ["install", `golang.org/dl/go${version}@latest`], {
    env: { ...process.env, GOBIN: folder },
    stdio: "ignore",
  });
  return join(folder, `go${version}`);
}

/** A git repository with the tags of some releases: where mise lists versions, even for an exact one. */
function tagsOf(folder, version) {
  const git = (...words) => execFileSync("git", ["-C", folder, ...words], { stdio: "ignore" });
  mkdirSync(folder, { recursive: true });
  git("init", "-q");
  git("-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "-q", "--allow-empty", "-m", "x");
  git("tag", `go${version}`);
  return folder;
}

/** A program on this process's PATH; undefined where there is none. */
function onPath(name) {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * The peers of one run; what they need is made below `tools`.
 * @param {{ url: string, certificate: string, version: string, tools: string, home: string }} at
 *   the server, the certificate of its TLS, and the home that is empty before each run
 * @returns {Peer[]}
 */
export function peersAt({ url, certificate, version, tools, home }) {
  const elsewhere = [
    { name: "goup", words: ["install", version], env: { GOUP_GO_DOWNLOAD_BASE_URL: `${url}/dl` } },
    { name: "g", words: ["install", version], env: { G_MIRROR: `official|${url}/dl/` } },
    { name: "gobrew", words: ["install", version], env: { GOBREW_REGISTRY: `${url}/dl/` } },
    { name: "goenv", words: ["install", version], env: { GO_BUILD_MIRROR_URL: `${url}/dl` } },
  ];
  return [
    {
      name: "mise install",
      checks: "a SHA-256 from the same server",
      program: process.env["MISE"] ?? fetchMise(join(tools, "mise")),
      words: ["install", `go@${version}`],
      env: {
        MISE_GO_DOWNLOAD_MIRROR: `${url}/dl`,
        MISE_GO_REPO: tagsOf(join(tools, "tags"), version),
        MISE_USE_VERSIONS_HOST: "0",
        MISE_YES: "1",
      },
    },
    {
      name: "the go command itself (GOTOOLCHAIN)",
      checks: "the log's h1, of the zip",
      program: goOnPath(),
      words: ["version"],
      env: {
        GOTOOLCHAIN: `go${version}`,
        GOPROXY: url,
        GOSUMDB: "sum.golang.org",
        GOFLAGS: "-modcacherw",
        GOPATH: join(home, "go"),
      },
    },
    {
      name: `golang.org/dl, go${version} download (over TLS)`,
      checks: "a SHA-256 from the same server",
      program: buildDl(version, tools),
      words: ["download"],
      env: { HTTPS_PROXY: url, SSL_CERT_FILE: certificate },
    },
    ...elsewhere.flatMap(({ name, ...rest }) => {
      const program = onPath(name);
      return program ? [{ name: `${name} install`, checks: "as it does", program, ...rest }] : [];
    }),
  ];
}
