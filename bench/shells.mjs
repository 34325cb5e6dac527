/**
 * What gv's line costs the start of an interactive shell: `bash -i -c exit` and so on, in a home that `gv setup` has
 * been run in, beside the same without it. Some runs of one, some of the other, and so on, by hyperfine -N; the
 * difference is the median of the rounds' differences of medians.
 *
 *     node bench/shells.mjs [rounds] [file in place of shims/env.sh] [file in place of shims/env.fish]
 *
 * Needs hyperfine, bash, zsh, fish, and dist/.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const gv = join(import.meta.dirname, "..", "dist", "gv.cjs");
const shells = ["bash", "zsh", "fish"];
const runsARound = 15;

/**
 * @typedef {{ name: string, runs: number, without: number, with: number, more: number, cpu: number }} Row
 *   in milliseconds; `cpu`: `more` by the time of the processor, which other programs disturb less
 */

/**
 * Measures; everything happens in a temporary folder. `first`: PATH has nothing of gv's yet; `in a terminal`: all is
 * there already, and the files are read again.
 * @returns {Row[]}
 */
export function shellRows({ rounds = 40, env, fish } = {}) {
  const top = mkdtempSync(join(tmpdir(), "gv-bench-"));
  try {
    const [bare, ready] = [join(top, "bare"), join(top, "ready")];
    for (const home of [bare, ready]) {
      mkdirSync(join(home, ".config/fish"), { recursive: true });
      for (const name of [".zshrc", ".bashrc", ".config/fish/config.fish"])
        writeFileSync(join(home, name), "");
    }
    const plain = { PATH: "/usr/bin:/bin", TERM: "dumb", SHLVL: "1", LC_ALL: "C.UTF-8" };
    const words = [gv, "setup", "-q", "--shell", ...shells];
    execFileSync(process.execPath, words, { env: { ...plain, HOME: ready } });
    const root = join(ready, ".gv");
    for (const [name, file] of Object.entries({ env, "env.fish": fish }))
      if (file !== undefined)
        writeFileSync(join(root, name), readFileSync(file, "utf8").replaceAll("@GV_ROOT@", `'${root}'`));
    const inTerminal = { ...plain, PATH: `${root}/shims:${root}/bin:${plain.PATH}:${ready}/go/bin` };
    return shells.flatMap((shell) =>
      [
        { name: `${shell} -i, first`, env: plain },
        { name: `${shell} -i, in a terminal`, env: inTerminal },
      ].map((row) =>
        measure(row, (home) => startsOf(top, shell, { ...row.env, HOME: home }), bare, ready, rounds),
      ),
    );
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function measure({ name }, start, bare, ready, rounds) {
  const [without, having, more, cpu] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    // Each goes first as often as the other.
    const isBareFirst = round % 2 === 0;
    const [one, other] = isBareFirst ? [start(bare), start(ready)] : [start(ready), start(bare)];
    const [a, b] = isBareFirst ? [one, other] : [other, one];
    without.push(...a.times);
    having.push(...b.times);
    more.push(median(b.times) - median(a.times));
    cpu.push(b.cpu - a.cpu);
  }
  return {
    name,
    runs: without.length,
    without: median(without),
    with: median(having),
    more: median(more),
    cpu: median(cpu),
  };
}

/** Some starts: the time of each, and the processor's for one of them, in ms. */
function startsOf(top, shell, env) {
  const json = join(top, "times.json");
  const options = [
    "-N",
    "--warmup",
    "2",
    "--runs",
    `${runsARound}`,
    "--style",
    "none",
    "--export-json",
    json,
  ];
  execFileSync("hyperfine", [...options, `${shell} -i -c exit`], { env, stdio: "ignore" });
  const [{ times, user, system }] = JSON.parse(readFileSync(json, "utf8")).results;
  return { times: times.map((seconds) => seconds * 1000), cpu: (user + system) * 1000 };
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [rounds = "40", env, fish] = process.argv.slice(2);
  console.log("without     with     more      CPU, ms");
  for (const row of shellRows({ rounds: Number(rounds), env, fish }))
    console.log(
      [row.without, row.with, row.more, row.cpu].map((ms) => ms.toFixed(3).padStart(7)).join("  "),
      ` ${row.name}`,
    );
}
