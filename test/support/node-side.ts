/** A small gv.cjs: `exec --shim` by src/resolve.ts, and anything else printed back. */
import { spawnSync } from "node:child_process";
import process from "node:process";

import { processContext } from "../../src/context.ts";
import { whichTool } from "../../src/find-tool.ts";
import { noVersion, resolveVersion } from "../../src/resolve.ts";

const words = process.argv.slice(2);
const [command, option, tool = "", , ...args] = words;
const here = processContext(import.meta.dirname);

async function answer(): Promise<void> {
  const ctx = { ...here, platform: { os: "linux", arch: "amd64" } };
  const chosen = await resolveVersion(ctx, { tool, args });
  if (chosen.kind === "missing" || chosen.kind === "refused") {
    const error = noVersion(chosen);
    console.error(`gv: ${error.message}\n${error.hint}`);
    process.exit(127);
  }
  const found = whichTool(ctx, tool, chosen);
  if (found.kind === "found")
    spawnSync(found.path, args[0]?.startsWith("+") ? args.slice(1) : args, { stdio: "inherit" });
}

if (command === "exec" && option === "--shim") {
  console.log("by node");
  void answer();
} else console.log(`node ${JSON.stringify(words)} GV_ROOT=${here.root.path}`);
