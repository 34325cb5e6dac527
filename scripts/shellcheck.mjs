/** Runs shellcheck on the shell files where it is installed; says so where it isn't (CI has it). */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";

const files = readdirSync("shims")
  .filter((name) => name.endsWith(".sh"))
  .map((name) => `shims/${name}`);
for (const words of [
  ["-s", "sh", ...files, "features/gv/install.sh", "install.sh"],
  ["-s", "bash", "completions/gv.bash"],
]) {
  const { error, status } = spawnSync("shellcheck", words, { stdio: "inherit" });
  if (error) console.error("shellcheck is not installed: the shell files were not checked");
  process.exitCode ||= error ? (process.env["CI"] ? 1 : 0) : (status ?? 1);
}
