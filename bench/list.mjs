/**
 * `gv list` of a store of 50 versions with 200 tools beside one of 3 versions, in one run of hyperfine; the versions are
 * a stub of bin/go each, with a receipt of a real one's size. `node bench/list.mjs`. Needs hyperfine.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const dist = join(import.meta.dirname, "..", "dist", "gv.cjs");

/** Lays out a root; the tools are of the newest version. */
function makeRoot(root, versions, tools) {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const names = Array.from({ length: versions }, (_, i) => `1.${20 + Math.floor(i / 10)}.${i % 10}`);
  for (const name of names) {
    const goroot = join(root, "versions", platform, name);
    mkdirSync(join(goroot, "bin"), { recursive: true });
    writeFileSync(join(goroot, "VERSION"), `go${name}\n`);
    writeFileSync(join(goroot, "bin/go"), "#!/bin/sh\n", { mode: 0o755 });
    mkdirSync(join(root, "receipts", platform), { recursive: true });
    const proof = { inclusion: Array.from({ length: 26 }, () => "A".repeat(44)), head: "x".repeat(400) };
    const receipt = {
      version: name,
      platform,
      form: "module",
      from: "-",
      evidence: [{ by: "checksum database", proof }],
    };
    writeFileSync(join(root, "receipts", platform, `${name}.json`), JSON.stringify(receipt, undefined, 2));
  }
  const bin = join(root, "tools", platform, names.at(-1), "bin");
  mkdirSync(bin, { recursive: true });
  for (let i = 0; i < tools; i++) writeFileSync(join(bin, `tool${i}`), "#!/bin/sh\n", { mode: 0o755 });
}

/** Rows with the median and the fastest in ms, and how many ms the many take more. */
export function listRows(runs = 60) {
  const home = mkdtempSync(join(tmpdir(), "gv-bench-"));
  try {
    const roots = { "gv list, 3 versions": [3, 0], "gv list, 50 versions and 200 tools": [50, 200] };
    const words = Object.entries(roots).flatMap(([name, [versions, tools]]) => {
      const root = join(home, `root-${versions}`);
      makeRoot(root, versions, tools);
      return ["-n", name, `env GV_ROOT=${root} ${process.execPath} ${dist} list`];
    });
    const json = join(home, "results.json");
    const env = { HOME: home, PATH: "/usr/bin:/bin" };
    execFileSync(
      "hyperfine",
      ["-N", "--warmup", "5", "--runs", String(runs), "--style", "none", "--export-json", json, ...words],
      { env, stdio: "ignore" },
    );
    const { results } = JSON.parse(readFileSync(json, "utf8"));
    const rows = results.map(({ command, median, min }) => ({
      name: command,
      median: median * 1000,
      min: min * 1000,
    }));
    return { rows, more: rows[1].median - rows[0].median };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const { rows, more } = listRows();
  for (const { name, median, min } of rows)
    console.log(`${median.toFixed(1)} ms (${min.toFixed(1)})  ${name}`);
  console.log(`${more.toFixed(1)} ms more`);
}
