/**
 * Counts what vitest's JSON report says: the attacks of test/attack, the cases of the differential test, the lines of
 * the documents, what was skipped, and last "N passed, N failed". An attack that was not refused, or not tried, is a failure.
 */
import { readFileSync } from "node:fs";
import process from "node:process";

const [, , path] = process.argv;
if (path === undefined) throw new Error("usage: node scripts/count-tests.mjs report.json");
const report = JSON.parse(readFileSync(path, "utf8"));

const files = report.testResults.filter(({ name }) => name.includes("/test/attack/"));
const tests = files.flatMap((file) => file.assertionResults);
const withStatus = (...known) => tests.filter(({ status }) => known.includes(status));
/** A test is one attack, unless it says how many it made (test/support/attack.ts). */
const attacks = (some) => some.reduce((sum, { meta }) => sum + (meta?.attacks ?? 1), 0);
/** A file that can't be loaded has no tests. */
const unread = files.filter(
  ({ status, assertionResults }) => status === "failed" && !assertionResults.length,
);
const notRefused = attacks(withStatus("failed")) + unread.length;
const notTried = tests.length - withStatus("passed", "failed").length;

const { numPassedTests: passed, numFailedTests, numTotalTests, success } = report;
const failures = numFailedTests + notTried;
const failed = success && notRefused === 0 ? failures : Math.max(failures, 1);

console.log(
  `attack suite: ${attacks(withStatus("passed"))} attacks refused, ${notRefused} not, ${notTried} skipped`,
);

const metas = report.testResults.flatMap((file) => file.assertionResults).map(({ meta }) => meta);
const compared = metas.flatMap((meta) => meta?.differential ?? []);
const sum = (count) => compared.reduce((all, one) => all + one[count], 0);
const same = sum("cases") - sum("handedOver") - sum("differ");
console.log(
  `differential test: ${sum("cases")} cases in ${compared.length} shells, ${same} the same, ` +
    `${sum("handedOver")} handed over to Node, ${sum("differ")} differ`,
);
for (const { run, parsed } of metas.flatMap((meta) => meta?.documents ?? []))
  console.log(`documents: ${run} lines of sh were run, ${parsed} only parsed`);
console.log(`${numTotalTests - passed - numFailedTests} skipped`);
console.log(`${passed} passed, ${failed} failed`);
