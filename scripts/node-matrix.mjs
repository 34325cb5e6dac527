/**
 * Runs the tests on each major version of Node that gv serves: vitest itself, the build, and every gv that a test starts
 * run on that Node. npm brings the Nodes, into a temporary folder (its package `node`).
 *
 *     node scripts/node-matrix.mjs            the files below, on the versions that this Node isn't
 *     node scripts/node-matrix.mjs --all 26   every test that needs no network, on Node 26
 *
 * Prints what failed, a line for each Node, and last "N passed, N failed". A Node that can't be had is a failure.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";

/** Each major version of long support that package.json's engines allow. */
const majors = ["20", "22", "24", "26"];

/**
 * What meets most of Node: its network, streams, zlib, crypto, threads and files, the start of the program, its
 * warnings. Half a minute on two processors.
 */
const chosen = [
  "test/archive/threads.test.ts",
  "test/closed-connection.test.ts",
  "test/connections.test.ts",
  "test/context.test.ts",
  "test/files.test.ts",
  "test/http.test.ts",
  "test/in-turn.test.ts",
  "test/install.test.ts",
  "test/quiet.test.ts",
  "test/signature.test.ts",
  "test/sumdb/client.test.ts",
  "test/sumdb/note.test.ts",
];

const repository = join(import.meta.dirname, "..");
const words = process.argv.slice(2);
const named = words.filter((word) => word !== "--all");
const unknown = named.filter((word) => !majors.includes(word));
if (unknown.length > 0)
  throw new Error(`gv is tried on Node ${majors.join(", ")}, not on ${unknown.join(", ")}`);
const own = process.versions.node.split(".")[0];
const files = words.includes("--all") ? ["--exclude", "test/real/**"] : chosen;

const top = mkdtempSync(join(tmpdir(), "gv-nodes-"));
chmodSync(top, 0o755); // A test starts the Node as nobody.
let [passed, failed] = [0, 0];
try {
  for (const major of named.length > 0 ? named : majors.filter((one) => one !== own)) {
    const started = Date.now();
    const { name, ...counts } = run(major);
    passed += counts.passed;
    failed += counts.failed;
    const seconds = Math.round((Date.now() - started) / 1000);
    console.log(
      `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${seconds} s`,
    );
  }
} finally {
  rmSync(top, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs the tests on one Node; what keeps them from running at all counts as a failure. */
function run(major) {
  const prefix = join(top, major);
  const node = join(prefix, "node_modules/node/bin/node");
  try {
    const install = ["install", "--prefix", prefix, "--no-save", "--silent", "--ignore-scripts=false"];
    execFileSync("npm", [...install, `node@${major}`], { cwd: top, stdio: ["ignore", "inherit", "inherit"] });
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    if (!version.startsWith(`v${major}.`)) throw new Error(`npm's node@${major} is ${version}`);
    const report = join(top, `${major}.json`);
    const vitest = [join(repository, "node_modules/vitest/vitest.mjs"), "run", ...files];
    const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
    const env = { ...process.env, PATH: `${join(node, "..")}${delimiter}${process.env.PATH}` };
    const { status } = spawnSync(node, [...vitest, ...reporters], { cwd: repository, env, stdio: "inherit" });
    const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(readFileSync(report, "utf8"));
    return {
      name: `Node ${version.slice(1)}`,
      passed: numPassedTests,
      failed: status === 0 ? 0 : Math.max(numFailedTests, 1),
      skipped: numTotalTests - numPassedTests - numFailedTests,
    };
  } catch (error) {
    console.log(String(error));
    return { name: `Node ${major}`, passed: 0, failed: 1, skipped: 0 };
  }
}
