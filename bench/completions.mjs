/**
 * What a TAB behind gv costs, in milliseconds: the median of many, in a root with 50 versions, 200 tools and 336 releases.
 *
 * `node bench/completions.mjs` prints a table; `completionRows()` gives it. Needs bash 5, zsh, fish, and util-linux's
 * script. bash: the completion function. zsh: the whole widget, at a terminal. fish: `complete -C` in a running fish.
 * The row of a load is the script itself, sourced, as at the first TAB.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const scripts = join(import.meta.dirname, "..", "completions");
const lines = [
  "gv ",
  "gv install ",
  "gv install 1.2",
  "gv install --platform ",
  "gv uninstall ",
  "gv list-remote ",
  "gv which ",
  "gv tools install gopls d",
  "gv install --full -",
];

/** @typedef {{ name: string, runs: number, median: number, max: number }} Row in milliseconds */

/** Measures; everything happens in a temporary folder. @returns {Row[]} */
export function completionRows({ runs = 100 } = {}) {
  const top = mkdtempSync(join(tmpdir(), "gv-bench-"));
  try {
    makeRoot(join(top, "root"));
    const env = {
      HOME: top,
      GV_ROOT: join(top, "root"),
      PATH: "/usr/bin:/bin",
      LC_ALL: "C.UTF-8",
      TERM: "dumb",
    };
    return Object.entries({ bash, zsh, fish }).flatMap(([name, times]) =>
      Object.entries(times(top, env, runs)).map(([line, all]) => summary(`${name}: ${line}`, all)),
    );
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function summary(name, times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { name, runs: times.length, median: sorted[times.length >> 1], max: sorted.at(-1) };
}

function makeRoot(root) {
  for (const minor of [18, 19, 20, 21, 22])
    for (let patch = 0; patch < 10; patch++) {
      const bin = join(root, `versions/linux-amd64/1.${minor}.${patch}/bin`);
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, "go"), "");
    }
  for (const folder of ["lib", "shims", "cache"]) mkdirSync(join(root, folder));
  for (let tool = 0; tool < 200; tool++) writeFileSync(join(root, "shims", `tool${tool}`), "");
  writeFileSync(
    join(root, "lib/shim.conf"),
    "[ -e / ] && _gv_platform='linux-amd64' _gv_node='/usr/bin/node'\n:\n",
  );
  const minors = Array.from({ length: 24 }, (_, index) => 27 - index);
  const releases = minors.flatMap((minor) =>
    Array.from({ length: 14 }, (_, index) => `1.${minor}.${13 - index}\n`),
  );
  writeFileSync(join(root, "cache/releases-linux-amd64"), releases.join(""));
}

/** Times that a script wrote, in seconds: `<line>\t<start>\t<end>`. */
function timesIn(path) {
  const times = {};
  for (const row of readFileSync(path, "utf8").trimEnd().split("\n")) {
    const [line, start, end] = row.split("\t");
    (times[line] ??= []).push((Number(end) - Number(start)) * 1000);
  }
  return times;
}

function bash(top, env, runs) {
  const script = `
    measure() { local start=$EPOCHREALTIME; "\${@:2}"; printf '%s\\t%s\\t%s\\n' "$1" $start $EPOCHREALTIME >&3; }
    for ((run = 0; run < ${runs}; run++)); do
      measure load . ${scripts}/gv.bash
      while IFS= read -r line; do
        read -r -a COMP_WORDS <<<"$line"
        case $line in *' ') COMP_WORDS+=('') ;; esac
        COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        measure "$line" _gv
      done <lines
    done 3>times`;
  return runScript("bash", ["--norc", "--noprofile", "-c", script], top, env);
}

function zsh(top, env, runs) {
  const script = `
    autoload -Uz compinit; compinit -u
    zmodload zsh/datetime
    measure() { local start=$EPOCHREALTIME; "\${@:2}"; print -r -- "$1\t$start\t$EPOCHREALTIME" >>times }
    zle-line-init() {
      local line
      local -a all=("\${(@f)$(<lines)}")
      repeat ${runs}; do
        measure load . ${scripts}/_gv
        for line in $all; do
          BUFFER=$line CURSOR=$#line
          measure $line zle list-choices
        done
      done
      exit
    }
    zle -N zle-line-init
    LISTMAX=0`;
  writeFileSync(join(top, ".zshrc"), script);
  const words = ["-qec", "stty cols 200 rows 1000; exec zsh --no-globalrcs -i", "/dev/null"];
  return runScript("script", words, top, { ...env, ZDOTDIR: top });
}

function runScript(program, words, top, env) {
  writeFileSync(join(top, "lines"), lines.map((line) => `${line}\n`).join(""));
  rmSync(join(top, "times"), { force: true });
  const { error, status, stderr } = spawnSync(program, words, { cwd: top, env, encoding: "utf8" });
  if (error || status !== 0) throw error ?? new Error(`${program}: ${stderr}`);
  return timesIn(join(top, "times"));
}

/** fish has no clock of its own: a process that does it many times, less one that does it never. */
function fish(top, env, runs) {
  const seconds = (script, times) => {
    const repeated = Array.from({ length: times }, () => script).join("\n");
    const start = process.hrtime.bigint();
    const words = ["--no-config", "-c", `source ${scripts}/gv.fish\n${repeated}`];
    const { status, stderr } = spawnSync("fish", words, { cwd: top, env, encoding: "utf8" });
    if (status !== 0 || stderr !== "") throw new Error(`fish: ${stderr}`);
    return Number(process.hrtime.bigint() - start) / 1e6;
  };
  const each = 20;
  const times = (script) =>
    Array.from({ length: Math.ceil(runs / each) }, () => (seconds(script, each) - seconds("", 0)) / each);
  return Object.fromEntries([
    ["load", times(`source ${scripts}/gv.fish`)],
    ...lines.map((line) => [line, times(`complete -C '${line}' >/dev/null`)]),
  ]);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log("  median      max, ms");
  for (const { name, median, max } of completionRows({ runs: Number(process.argv[2] ?? 100) }))
    console.log(`${median.toFixed(2).padStart(8)} ${max.toFixed(2).padStart(8)}   ${name}`);
}
