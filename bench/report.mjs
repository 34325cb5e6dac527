/**
 * What a run of the bench becomes: docs/bench.md with every row, the charts, and the few rows that README shows.
 * `node bench/report.mjs` makes them anew from bench/results.json, without measuring.
 *
 * Whoever has the least of a column is marked as its winner, gv or not. A median is told; results.json has the least, too.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import * as prettier from "prettier";

import { barChart } from "./chart.mjs";

const repository = join(import.meta.dirname, "..");

const read = (path) => readFileSync(join(repository, path), "utf8");
const elsewhere = JSON.parse(read("bench/elsewhere.json"));

const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const seconds = (value) => `${value.toFixed(2)} s`;
const times = (value) => `${value.toFixed(2)} x`;

/** A table in Markdown. */
function table(heads, rows) {
  return [heads, heads.map(() => "---"), ...rows].map(tableLine).join("\n");
}

function tableLine(cells) {
  return `| ${cells.map((cell) => `${cell}`.replaceAll(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
}

/** One column's cells: the least is marked. */
function marked(values, format) {
  const least = Math.min(...values.filter((value) => value !== undefined));
  return values.map((value) =>
    value === undefined ? "" : value === least ? `**${format(value)}**` : format(value),
  );
}

function installLine({ name, megabytes, checks }, cell) {
  return [name, cell, megabytes ? `${megabytes.toFixed(0)} MB` : "", checks ?? ""];
}

function installTable({ rows }, isLink) {
  const those = rows.filter((row) => row.isLink === isLink && row.id !== "node");
  const whole = those.filter(({ id }) => id !== "curl, link" && id !== "patch, link");
  const done = whole.filter(({ failed }) => !failed);
  const cells = marked(
    done.map((row) => row.seconds),
    seconds,
  );
  return table(
    ["what", "time", "memory at most", "what it checks"],
    [
      ...done.map((row, i) => installLine(row, cells[i])),
      ...whole.filter(({ failed }) => failed).map((row) => [row.name, `failed: ${row.failed}`, "", ""]),
      ...those.filter((row) => !whole.includes(row)).map((row) => installLine(row, seconds(row.seconds))),
    ],
  );
}

/** gv's own values for the columns of the peers that were measured elsewhere. */
function ownColumns({ shim, install, list, shells }) {
  const over = (id, under) => secondsOf(install, id) / secondsOf(install, under);
  return {
    name: "gv (the run above)",
    shim: shimOf(shim, ".tool-versions 6").overMedian,
    install: over("gv", "tar"),
    link: over("gv, link", "tar, link"),
    list: list.more,
    shell: shells.find(({ name }) => name === "bash -i, first").more,
  };
}

function secondsOf({ rows }, id) {
  return rows.find((row) => row.id === id).seconds;
}

function shimOf(rows, part) {
  return rows.find(({ name }) => name.includes(part));
}

function elsewhereTable(results) {
  const rows = [ownColumns(results), ...elsewhere.peers];
  const columns = [
    ["go by it, more than go itself", "shim", ms],
    ["install, times curl, sha256sum and tar", "install", times],
    ["the same over the link", "link", times],
    ["list of 50 versions over 3", "list", ms],
    ["bash -i, more", "shell", ms],
  ];
  const cells = columns.map(([, key, format]) =>
    marked(
      rows.map((row) => row[key]),
      format,
    ),
  );
  return table(
    ["who", ...columns.map(([head]) => head)],
    rows.map(({ name }, i) => [name, ...cells.map((column) => column[i])]),
  );
}

/** docs/bench.md. */
function page(results) {
  const { date, machine, shim, commandLine, completions, install, verify, list, shells, standalone } =
    results;
  const medians = (rows, alike = /$^/) => {
    const best = Math.min(...rows.filter(({ name }) => alike.test(name)).map(({ median }) => median));
    return table(
      ["what", "median", "least"],
      rows.map(({ name, median, min }) => [
        name,
        median === best ? `**${ms(median)}**` : ms(median),
        ms(min),
      ]),
    );
  };
  return `# Figures

Made by \`npm run bench\` (${date}; ${machine}),
which anybody can repeat. The machine is shared and noisy, so every table is one run whose rows alternate, a figure is
a median, and what counts is the ratio of two rows.
\`bench/results.json\` holds all of it, with the least of each. The best of those that do the same work is bold: a peer
that wins is shown as winning.

## go by the shim

A tiny program in the place of go, so that nothing but the way to it is measured. 50 versions and 200 tools are
installed. \`go install\` is waited for, so that what it installs is found; no other shim starts a process.

![what each adds to go](switch.svg)

${table(
  ["what", "median", "least", "processes"],
  shim.map(({ name, median, min, processes }) => [name, ms(median), ms(min), processes]),
)}

## Install

${install.what}. A link is ${install.link.bytesASecond / 1e6} MB/s and ${install.link.latency} ms before each answer, from
a server on the same machine. The archive is the same release packed by gzip -9.

![seconds of an install](install.svg)

${installTable(install, false)}

Over the link:

${installTable(install, true)}

${table(
  ["ratio", ""],
  Object.entries(install.ratios).map(([name, value]) => [name, value.toFixed(2)]),
)}

## The command line

${medians([...commandLine, ...list.rows], /rehash|reshim/)}

A TAB:

${table(
  ["what", "median", "at most"],
  completions.map(({ name, median, max }) => [name, ms(median), ms(max)]),
)}

The start of a shell:

${table(
  ["what", "without gv's line", "more with it"],
  shells.map(({ name, without, more }) => [name, ms(without), ms(more)]),
)}

gv as one file, with Node inside: ${standalone.size.file.toFixed(0)} MB, ${standalone.size.gzip.toFixed(0)} MB by gzip.

${medians(standalone.rows)}

## Proof, again

${table(
  ["what", "time", "CPU"],
  verify.rows.map(({ name, seconds: taken, cpu }) => [name, seconds(taken), seconds(cpu)]),
)}

## The others

Those that no registry holds were built from their sources and measured on ${elsewhere.date}
(${elsewhere.machine}), so read the columns, not the last digit.
${elsewhere.note}
The first row is gv in the run above.

${elsewhereTable(results)}
`;
}

/** What README says in each language. */
const languages = {
  "README.md": {
    intro: (date, machine) =>
      `\`npm run bench\`, ${date}, ${machine}; shared and noisy.
Medians of one run whose rows alternate; [docs/bench.md](docs/bench.md) has all of them, and the peers that were measured elsewhere.`,
    heads: ["what", "gv", "beside it"],
    more: (time) => `${time} more`,
    wins: " (wins)",
    goVersion: "`go`, pinned six folders up by `.go-version`",
    emptyShell: "an empty `dash -c 'exec go'`",
    toolVersions: "the same by `.tool-versions`",
    byShim: "mise by its shim",
    tool: "`gopls` by its shim",
    switching: "the go command's GOTOOLCHAIN",
    install: (peak) => `\`gv install\` from a server on this machine, proven; ${peak} MB of memory at most`,
    unproven: "`curl \\| tar xz`, unproven",
    link: "the same over 50 MB/s and 50 ms",
    patch: "the next patch over that link",
    bytes: (share) => `${share} % of the bytes`,
    list50: "`gv list` of 50 versions, over 3",
    rehash: "`gv rehash` of 200 tools",
    tab: "a TAB behind `gv install`",
    start: "start of a shell with gv's line",
    verify: "`sha256sum` of the same tree",
    end: "A switcher that only moves a link adds nothing to `go` at all, and follows no version file.",
  },
  "README.zh-CN.md": {
    intro: (date, machine) =>
      `\`npm run bench\`，${date}，${machine}；机器共用，有噪声。各行在同一次运行里交替测量，取中位数；全部数据，以及另外测量的同类工具，见 [docs/bench.md](docs/bench.md)。`,
    heads: ["项目", "gv", "对照"],
    more: (time) => `多 ${time}`,
    wins: "（更快）",
    goVersion: "`go`，由六层之上的 `.go-version` 指定",
    emptyShell: "空的 `dash -c 'exec go'`",
    toolVersions: "由 `.tool-versions` 指定",
    byShim: "mise 的 shim",
    tool: "`gopls` 的 shim",
    switching: "go 命令自己的 GOTOOLCHAIN",
    install: (peak) => `\`gv install\`，服务器在本机，含验证；内存至多 ${peak} MB`,
    unproven: "`curl \\| tar xz`，不验证",
    link: "同上，经 50 MB/s、50 ms 的链路",
    patch: "经该链路升级一个补丁版本",
    bytes: (share) => `下载 ${share} % 的字节`,
    list50: "`gv list`，50 个版本比 3 个",
    rehash: "`gv rehash`，200 个工具",
    tab: "`gv install` 后按 TAB",
    start: "带 gv 那一行的 shell 启动",
    verify: "对同一目录树 `sha256sum`",
    end: "只移动一个符号链接的切换器对 `go` 没有任何开销，但不跟随版本文件。",
  },
};

const shellNames = ["bash", "zsh", "fish"];

/** The rows of README: what, gv's figure, and what stands beside it. */
function summary(results, words) {
  const { shim, commandLine, install, verify, list, completions, shells, machine, date } = results;
  const over = (part) => shimOf(shim, part).overMedian;
  const more = (value) => words.more(ms(value));
  const [node, listJson, , rehash, reshim] = commandLine;
  const [proof, sums] = verify.rows;
  const tab = (shell) =>
    `${shell} ${ms(completions.find(({ name }) => name === `${shell}: gv install `).median)}`;
  const start = (shell) => `${shell} ${more(shells.find(({ name }) => name === `${shell} -i, first`).more)}`;
  // What stands beside a figure of gv's, told as the winner where it is.
  const beside = (ours, ...others) =>
    others
      .map(([name, theirs, format]) => `${name}: ${format(theirs)}${theirs < ours ? words.wins : ""}`)
      .join("; ");
  const installRow = (head, end) => {
    const ours = secondsOf(install, `gv${end}`);
    const others = [
      [words.unproven, `tar${end}`],
      ["mise", `mise install${end}`],
    ].filter(([, id]) => install.rows.some((row) => row.id === id && !row.failed));
    return [
      head,
      seconds(ours),
      beside(ours, ...others.map(([name, id]) => [name, secondsOf(install, id), seconds])),
    ];
  };
  const peak = install.rows.find(({ id }) => id === "gv").megabytes.toFixed(0);
  const share = (install.ratios["patch / the zip, bytes"] * 100).toFixed(0);
  const [asdf, mise] = ["asdf", "mise"].map(
    (name) => elsewhere.peers.find((peer) => peer.name.startsWith(name)).list,
  );
  const rows = [
    [
      words.goVersion,
      more(over(".go-version 6")),
      beside(over(".go-version 6"), [words.emptyShell, over("dash -c"), more]),
    ],
    [
      words.toolVersions,
      more(over(".tool-versions 6")),
      beside(over(".tool-versions 6"), [words.byShim, over("mise"), more]),
    ],
    [
      words.tool,
      more(over("of a tool")),
      beside(
        over("of a tool"),
        [words.switching, over("switches to it"), more],
        ["golang.org/dl", over("golang.org/dl"), more],
      ),
    ],
    installRow(words.install(peak), ""),
    installRow(words.link, ", link"),
    [words.patch, seconds(secondsOf(install, "patch, link")), words.bytes(share)],
    ["`gv list --json`", ms(listJson.median), `\`node -e 0\`: ${ms(node.median)}`],
    [words.list50, more(list.more), beside(list.more, ["asdf", asdf, more], ["mise", mise, more])],
    [words.rehash, ms(rehash.median), beside(rehash.median, ["mise reshim", reshim.median, ms])],
    [words.tab, shellNames.map(tab).join(", "), ""],
    [words.start, shellNames.map(start).join(", "), ""],
    ["`gv verify`", seconds(proof.seconds), beside(proof.seconds, [words.verify, sums.seconds, seconds])],
  ];
  return `${words.intro(date, machine)}\n\n${table(words.heads, rows)}\n\n${words.end}`;
}

function charts({ shim, install }) {
  const whole = install.rows.filter(({ id, failed }) => id !== "node" && !failed);
  const bars = whole.map(({ name, isLink, isOurs, seconds: value }) => ({
    name: `${name}${isLink ? ", over the link" : ""}`,
    value,
    text: seconds(value),
    isOurs,
  }));
  const switching = [
    ".go-version 6",
    ".tool-versions 6",
    "dash -c",
    "GOTOOLCHAIN",
    "golang.org/dl",
    "mise",
  ].map((part) => {
    const { name, overMedian } = shimOf(shim, part);
    return { name, value: overMedian, text: ms(overMedian), isOurs: name.startsWith("shim") };
  });
  return {
    "docs/install.svg": barChart(`seconds: ${install.what}`, bars),
    "docs/switch.svg": barChart("what each adds to go, in ms", switching),
  };
}

/** Writes all that is made of the results. */
export async function report(results) {
  const files = { ...charts(results), "docs/bench.md": page(results) };
  for (const [path, words] of Object.entries(languages)) {
    const between = /(?<=<!-- figures -->\n)[^]*(?=<!-- \/figures -->)/;
    files[path] = read(path).replace(between, () => `\n${summary(results, words)}\n\n`);
  }
  for (const [path, text] of Object.entries(files)) {
    const isMarkdown = path.endsWith(".md");
    const written = isMarkdown ? await prettier.format(text, { parser: "markdown", printWidth: 110 }) : text;
    writeFileSync(join(repository, path), written);
  }
}

// node bench/report.mjs
if (process.argv[1] === import.meta.filename) await report(JSON.parse(read("bench/results.json")));
