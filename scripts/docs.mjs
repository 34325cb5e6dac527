/**
 * Writes docs/commands.md from the command line itself (src/cli/), docs/config.md from the table of keys
 * (src/config.ts), docs/doctor.md from the checks (src/checks/), docs/errors.md from the errors (src/cli/failures.ts), the
 * manual page docs/gv.1, README's list of commands, and the tables in completions/. `--check` writes nothing and fails
 * where a file is not what would be written.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

import { completionFiles, completionScript } from "./completions.mjs";
import { manualPage } from "./manpage.mjs";
import { bundled } from "./source.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A module of src/. From a file of its own, since commander loads parts of Node by where it is. */
async function importSource(path) {
  const folder = mkdtempSync(join(tmpdir(), "gv-docs-"));
  try {
    writeFileSync(join(folder, "source.mjs"), await bundled(path, "esm"));
    return await import(join(folder, "source.mjs"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `--help` prints, examples and all. */
function textOf(command) {
  command.configureHelp({ ...command.configureHelp(), helpWidth: 100 });
  printed = "";
  command.outputHelp();
  return printed;
}

function block(text) {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}

/** A row of a table. */
function row(...cells) {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** What docs/commands.md should hold. */
function commandDocs({ commandLineOf }) {
  const gv = commandLineOf(ctx);
  const section = (command, name) => [
    `## ${name}\n\n${block(textOf(command))}`,
    ...command.commands.flatMap((part) => section(part, `${name} ${part.name()}`)),
  ];
  return [
    "# Commands\n\nMade from the tables in `src/cli/` by `npm run docs`.\n",
    block(textOf(gv)),
    ...gv.commands.flatMap((command) => section(command, `gv ${command.name()}`)),
  ].join("\n");
}

/** README with its list of commands: what stands between the two marks. */
function readme({ commandLineOf }) {
  const rows = commandLineOf(ctx).commands.map((command) =>
    row(`[\`gv ${command.name()}\`](docs/commands.md#gv-${command.name()})`, command.summary()),
  );
  const list = ["| command | what it does |", "| --- | --- |", ...rows].join("\n");
  return readFileSync(join(root, "README.md"), "utf8").replace(
    /(?<=<!-- commands -->\n)[^]*(?=<!-- \/commands -->)/,
    () => `\n${list}\n\n`,
  );
}

/** What docs/config.md should hold. */
function configDocs({ configKeys, variables }) {
  const keys = Object.entries(configKeys).map(([key, { type, default: value, meaning, readBy }]) =>
    row(`\`${key}\``, type, value === "" ? "none" : `\`${value}\``, meaning, readBy),
  );
  return `# Settings

Made from \`src/config.ts\` by \`npm run docs\`.

\`$GV_ROOT/config\` (\`~/.gv/config\`) has gv's own settings, one \`key = value\` a line; \`#\` starts a comment. Write it
by hand, or with \`gv config set <key> <value>\` and \`gv config unset <key>\`, which leave comments and the other
lines as they are. \`gv config list\` shows every key, and names the lines that gv can't use.
An address may have a password in it: the file keeps its mode and owner.

| key | type | default | what it does | who reads it |
| --- | ---- | ------- | ------------ | ------------ |
${keys.join("\n")}

Words and addresses stand between spaces or commas. The shims start no Node and read no config: what they need is
in \`lib/shim.conf\`. \`gv config\` renews it; after a change by hand, \`gv setup\` does, and so does the next install.
Commands of your own for \`gv check\` are git's settings: [docs/check.md](check.md).

## Environment

| variable | what it does |
| -------- | ------------ |
${Object.entries(variables)
  .map(([name, meaning]) => row(`\`${name}\``, meaning))
  .join("\n")}

Go's own settings (\`GOPROXY\`, \`GOSUMDB\`, \`GOENV\`, \`GOTOOLCHAIN\`, ...) are read as the go command reads them.
`;
}

/** What docs/doctor.md should hold. */
function doctorDocs({ checks, causes }) {
  const when = {
    network: "not with `--offline`",
    deep: "only with `--deep`",
    "deep network": "only with `--deep`, not with `--offline`",
  };
  const rows = checks.map(({ id, severity, title, why, cost, only }) =>
    row(`\`${id}\``, severity, title, why, [...(only ?? []), ...(cost ? [when[cost]] : [])].join(", ")),
  );
  return `# gv doctor

Made from \`src/checks/\` and \`src/doctor/log-index.ts\` by \`npm run docs\`.

\`gv doctor\` asks every question below at once, each with a time limit, and says what is wrong with the fact (which
file and line, variable or program), the reason, and the line to type (fix), with words where that is not all (help). \`gv doctor ID...\` asks only some,
\`--offline\` no server, \`--json\` prints data ([the shape](json/doctor.schema.json)). The exit code is 0 where nothing is
worse than a note, else 1. It changes nothing.

\`--fix\` does what is safe: lines that gv understands in your files, each shown as a diff first, with a copy in
\`$GV_ROOT/backups\`; and what gv can mend in its own root. \`--undo\` takes back what the last \`--fix\` changed in your
files, typed again what the one before it changed, and so on. A file that somebody has changed since is left as it is,
and the line that copies the old one back is said; the other files of that \`--fix\` are taken back. \`gv doctor dlv-sign BINARY\` shows how a dlv is signed so that macOS lets
it debug; with \`--fix\` it is done.

\`--deep\` asks the slow ones, too, and nothing else does: no id asks a slow check without it. gopls is started as an editor
starts it, by LSP, in the folder of go.work or go.mod (at most 60 s); a cgo program of five lines is built in a temporary
folder, where cgo is on and its compiler is there (100 s: the first build of \`runtime/cgo\` takes long); \`go list -m all\`
runs in the project's module and in up to 20 below it that are not active (60 s each), and \`go mod verify\`. They use your
caches and settings, and fill the caches as each go command does. Where all was in the caches, gopls took 3 s here, the
build 4 s, and the others less than 3 s. A check that takes more than 120 s is given up, and said to be unknown.

\`gv doctor goproxy --deep\` asks each entry of GOPROXY for the go.mod and the list of versions of each module that the
project requires, the first 50, four at once and an entry after the other (90 s for all), and prints a table: how many it has
(200), hasn't (404, 410) and fails for, the median and the 95th percentile of the time to its whole answer, and of how many
another entry lists a newer release. What GOPRIVATE or GONOPROXY keep from proxies is asked of none, nor what is replaced.

\`gv doctor --quick\` is answered by the launcher, in sh and in 3 s, whatever hangs: does go run, is it the version that
is asked for here (and no older than the go line of go.work or go.mod), is GOROOT the one of that go and whole, does the
first entry of GOPROXY answer (by curl or wget; not with \`--offline\`). Each is a line: \`ok\`, \`error\` with the line to
type, or \`unknown\` where nobody could look. The exit code is 1 where there is an error. It never lets go switch to
another toolchain, which may be a download. Node is asked only where sh can't tell: for a version file with a range, for
a go line that go would have to switch for, and for a GOTOOLCHAIN that is no usual one.

\`gv doctor --log FILE\` (\`-\` for a pipe) tells the causes of the errors in a log.

| id | severity | what should be so | why it matters | where, when |
| -- | -------- | ----------------- | -------------- | ----------- |
${rows.join("\n")}

## Error texts

| id | what has happened | the line to type | what else |
| -- | ----------------- | ---------------- | --------- |
${causes.map((one) => row(`\`${one.id}\``, one.cause, one.fix ? `\`${one.fix}\`` : "", one.help ?? "")).join("\n")}
`;
}

/** What docs/errors.md should hold. */
function errorDocs({ failures, exits, codes }) {
  const of = (exit) => Object.keys(failures).filter((code) => codes[code] === exit);
  const sections = Object.entries(failures).map(([code, { meaning, remedy, typed, said }]) => {
    const shown = `gv: ${said.replaceAll("\n", "\n    ")}`;
    const text = block(typed === undefined ? shown : `$ ${typed}\n${shown}`);
    return `### ${code}\n\nExit code ${codes[code]}. ${meaning}\n\n${remedy}\n\n${text}`;
  });
  return `# Errors

Made from \`src/errors.ts\` and \`src/cli/failures.ts\` by \`npm run docs\`.

An error goes to stderr: the fact, and below it the reason and the line to type. With \`--json\` it goes to stdout as
\`{"error": {"code", "message", "hint"}}\`. The code is one of those below and stays what it is; the words may change.
What gv did not foresee is printed as a bug of gv, with a stack, and ends with 1.

## Exit codes

| code | what it means | errors |
| ---- | ------------- | ------ |
${Object.entries(exits)
  .map(([exit, meaning]) =>
    row(
      exit,
      meaning,
      of(Number(exit))
        .map((code) => `[\`${code}\`](#${code.toLowerCase()})`)
        .join(" "),
    ),
  )
  .join("\n")}

\`gv exec\` and the shims end as the program that they run does.

## Codes

${sections.join("\n")}`;
}

/** What docs/gv.1 should hold. */
function manual({ commandLineOf, groups, exits, variables, gvVersion }) {
  return manualPage({ gv: commandLineOf(ctx), groups, exits, variables, version: gvVersion, textOf });
}

/** As much of a Context as these parts look at. */
let printed = "";
const ctx = { stdout: { write: (text) => (printed += text) }, stderr: { write() {} }, program: root };

const markdown = (make) => async (parts) => format(make(parts), { parser: "markdown", printWidth: 110 });
const table = (file) => (parts) =>
  completionScript(file, readFileSync(join(root, "completions", file), "utf8"), parts, ctx);
const pages = {
  "README.md": markdown(readme),
  "docs/commands.md": markdown(commandDocs),
  "docs/config.md": markdown(configDocs),
  "docs/doctor.md": markdown(doctorDocs),
  "docs/errors.md": markdown(errorDocs),
  "docs/gv.1": manual,
  ...Object.fromEntries(completionFiles.map((file) => [`completions/${file}`, table(file)])),
};
const parts = {};
const sources = [
  "cli.ts",
  "cli/failures.ts",
  "cli/kinds.ts",
  "cli/overview.ts",
  "config.ts",
  "checks.ts",
  "context.ts",
  "doctor/log-index.ts",
  "errors.ts",
];
for (const path of sources) Object.assign(parts, await importSource(`src/${path}`));
for (const [name, make] of Object.entries(pages)) {
  const text = await make(parts);
  const path = join(root, name);
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    console.error(`${name} is stale: npm run docs`);
    process.exitCode = 1;
  }
}
