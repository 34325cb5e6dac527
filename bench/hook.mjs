/**
 * What the hook costs: a cd in a shell that has it beside one in a shell that doesn't, and what a shell's start costs
 * with env, and with the hook, in its profile.
 *
 * `node bench/hook.mjs` prints a table. Needs hyperfine, dist/ (npm run build), and those of bash, zsh and fish that are
 * to be measured. All rows of a shell come from one run of hyperfine, so a busy machine slows them alike.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const dist = join(import.meta.dirname, "..", "dist", "gv.cjs");
const times = 300;

/** What is typed `times` times, in sh and in fish. */
const repeat = {
  sh: (line) => `i=0; while [ $i -lt ${times} ]; do ${line}; i=$((i+1)); done`,
  fish: (line) => `set i 0; while test $i -lt ${times}; ${line}; set i (math $i+1); end`,
};
const shells = [
  { name: "bash", words: "--norc --noprofile -i -c", ...kind("sh") },
  { name: "zsh", words: "-f -i -c", ...kind("sh") },
  { name: "fish", words: "--no-config -i -c", ...kind("fish") },
];

function kind(name) {
  const source = { sh: (path) => `. ${path}`, fish: (path) => `source ${path}.fish` };
  return { repeat: repeat[name], source: source[name] };
}

function makeRoot(root, env) {
  execFileSync(process.execPath, [dist, "setup", "--quiet"], { env });
  const platform = /_gv_platform='([a-z0-9-]+)'/.exec(readFileSync(join(root, "lib/shim.conf"), "utf8"))?.[1];
  for (const version of ["1.20.14", "1.21.0", "1.21.13", "1.22.0", "1.22.5"]) {
    const bin = join(root, "versions", platform ?? "", version, "bin");
    mkdirSync(bin, { recursive: true });
    copyFileSync("/bin/true", join(bin, "go"));
  }
}

function measure(top, { name, words, repeat: loop, source }) {
  const root = join(top, "root");
  const deep = join(top, "deep/1/2/3/4/5/6");
  const [hook, env] = [source(join(root, "hook")), source(join(root, "env"))];
  const rows = [
    ["nothing", "true"],
    ["env", env],
    ["hook", hook],
    ["hook, and what the first prompt does", `${hook}; _gv_hook`],
    ["cd", loop(`cd ${deep}; cd ${top}/minor`)],
    ["cd, exact 6 folders up", loop(`cd ${deep}`)],
    ["cd, hook, exact 6 folders up", `${hook}; ${loop(`cd ${deep}`)}`],
    ["cd, hook, to another version and back", `${hook}; ${loop(`cd ${deep}; cd ${top}/minor`)}`],
    ["prompt, hook, exact 6 folders up", `${hook}; cd ${deep}; ${loop("_gv_hook")}`],
    ["prompt, nothing", loop(":")],
  ];
  const commands = rows.flatMap(([row, line]) => ["-n", row, `${name} ${words} '${line}'`]);
  const json = join(top, "results.json");
  execFileSync(
    "hyperfine",
    [
      "-N",
      "--warmup",
      "5",
      "--runs",
      process.argv[2] ?? "40",
      "--style",
      "none",
      "--export-json",
      json,
      ...commands,
    ],
    { env: { HOME: top, PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", TERM: "dumb" }, stdio: "ignore" },
  );
  const { results } = JSON.parse(readFileSync(json, "utf8"));
  const [of, min] = ["median", "min"].map(
    (key) => (row) => 1000 * results.find(({ command }) => command === row)[key],
  );
  const print = (title, number) =>
    console.log(`${number(of).toFixed(3).padStart(8)} ${number(min).toFixed(3).padStart(8)}   ${title}`);
  console.log(`${name}: ms more, by the medians and by the fastest of each`);
  print("start, env", (ms) => ms("env") - ms("nothing"));
  print("start, hook", (ms) => ms("hook") - ms("nothing"));
  print(
    "start, hook, and its first prompt",
    (ms) => ms("hook, and what the first prompt does") - ms("nothing"),
  );
  const [exact, both, prompt] = rows.slice(6, 9).map(([row]) => row);
  print(
    "a cd, exact version 6 folders up",
    (ms) => (ms(exact) - ms("hook") - ms("cd, exact 6 folders up") + ms("nothing")) / times,
  );
  print(
    "a cd to another version, every second a minor",
    (ms) => (ms(both) - ms("hook") - ms("cd") + ms("nothing")) / times / 2,
  );
  print("a prompt", (ms) => (ms(prompt) - ms("hook") - ms("prompt, nothing") + ms("nothing")) / times);
}

const top = mkdtempSync(join(tmpdir(), "gv-bench-"));
try {
  makeRoot(join(top, "root"), { HOME: top, GV_ROOT: join(top, "root"), PATH: "/usr/bin:/bin" });
  mkdirSync(join(top, "deep/1/2/3/4/5/6"), { recursive: true });
  mkdirSync(join(top, "minor"));
  writeFileSync(join(top, "deep/.go-version"), "1.22.5\n");
  writeFileSync(join(top, "minor/.go-version"), "1.21\n");
  for (const shell of shells)
    if (existsSync(`/usr/bin/${shell.name}`) || existsSync(`/bin/${shell.name}`)) measure(top, shell);
} finally {
  rmSync(top, { recursive: true, force: true });
}
