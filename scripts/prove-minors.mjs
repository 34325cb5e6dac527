/**
 * Installs the newest release of each minor that your GOPROXY has for linux/amd64, one after the other, proves
 * it, runs it, verifies it again, removes it; writes docs/releases.md. `node scripts/prove-minors.mjs [1.4 1.13]`
 * does some of them and writes nothing. Takes a root of its own; about 90 MB of download for each.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const repository = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "gv-minors-"));
const env = { ...process.env, GV_ROOT: join(folder, "root"), GO111MODULE: "off", CGO_ENABLED: "0" };
for (const name of ["GOROOT", "GOFLAGS", "GV_VERSION"]) delete env[name];
Object.assign(env, { GOPATH: join(folder, "gopath"), GOCACHE: join(folder, "cache"), HOME: folder });

const gv = (...words) =>
  execFileSync(process.execPath, [join(repository, "dist/gv.cjs"), ...words], { env, encoding: "utf8" });

/** As gv writes it: 1.20.0 for Go's 1.20. */
function full(version) {
  return version.split(".").length < 3 ? `${version}.0` : version;
}

/** Oldest minor first, newest patch first. */
function byPatch(a, b) {
  const [x, y] = [a, b].map((version) => version.split(".").map(Number));
  return x[1] - y[1] || y[2] - x[2];
}

/** Installs the newest of these that the proxy gives out: a list may name what it refuses (403). */
function installFirst(versions) {
  for (const version of versions) {
    try {
      gv("install", "-q", version);
      return version;
    } catch (error) {
      if (error.status !== 5) throw error;
    }
  }
  throw new Error(`none of ${versions.join(", ")} can be had`);
}

function row(minor, candidates) {
  const version = installFirst(candidates);
  const [{ goroot }] = JSON.parse(gv("list", "--json"));
  const shim = (...words) =>
    execFileSync(join(env.GV_ROOT, "shims/go"), words, {
      env: { ...env, GV_VERSION: version },
      encoding: "utf8",
    }).trim();
  const [result] = JSON.parse(gv("verify", "--json", version)).results;
  const { proof, h1 } = result.evidence[0];
  const said = [shim("version"), shim("run", hello)];
  gv("uninstall", "-q", version);
  if (result.verdict !== "proven" || goroot !== result.goroot) throw new Error(JSON.stringify(result));
  console.error(`${minor}: ${said.join("; ")}`);
  return `| ${version} | \`${h1}\` | ${proof.id} | ${proof.treeSize} | ${result.files} | ${result.receipt.versionTime ?? ""} | \`${said[0]}\` | ${said[1]} |`;
}

const hello = join(folder, "hello.go");
writeFileSync(
  hello,
  'package main\n\nimport (\n\t"fmt"\n\t"runtime"\n)\n\nfunc main() { fmt.Println("hello from", runtime.Version()) }\n',
);
try {
  // A proxy's list may lack what it has: the table in the package names all releases.
  const packaged = readFileSync(join(repository, "data/SHA256SUMS"), "utf8");
  const named = [...packaged.matchAll(/ go([\d.]+)\.linux-amd64\.tar\.gz/g)].map(([, version]) => version);
  const all = [...new Set([...gv("list-remote").trim().split("\n"), ...named.map(full)])];
  const minors = new Map();
  for (const version of all.toSorted(byPatch)) {
    const minor = version.split(".").slice(0, 2).join(".");
    if (Number(minor.split(".")[1]) >= 4) minors.set(minor, [...(minors.get(minor) ?? []), version]);
  }
  const wanted = process.argv.slice(2);
  const rows = [...minors]
    .filter(([minor]) => wanted.length === 0 || wanted.includes(minor))
    .map(([minor, candidates]) => row(minor, candidates));
  const text = `# One release of each minor, proven and run

\`node scripts/prove-minors.mjs\` installed these for linux/amd64 one after the other from the GOPROXY of the machine,
on ${new Date().toISOString().slice(0, 10)}: each was proven by sum.golang.org, published after its trial, verified again from its receipt
alone (\`gv verify\`), and ran a program (\`go run hello.go\` by the shim). Of each minor it is the newest release that
that GOPROXY gives out.

| release | h1 | record | in the tree of | files | VERSION's time | \`go version\` | \`go run\` |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
  if (wanted.length === 0) writeFileSync(join(repository, "docs/releases.md"), text);
  else console.log(text);
} finally {
  execFileSync("chmod", ["-R", "u+w", folder]);
  rmSync(folder, { recursive: true, force: true });
}
