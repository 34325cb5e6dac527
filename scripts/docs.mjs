/**
 * Writes docs/commands.md from the command line itself (src/cli/), docs/config.md from the table of keys
 * (src/config.ts), and the tables in completions/. `--check` writes nothing and fails where a file is not what would be written.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

import { completionFiles, completionScript } from "./completions.mjs";
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

function help(command) {
  command.configureHelp({ helpWidth: 100 });
  return `\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\`\n`;
}

/** A row of a table. */
function row(...cells) {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** What docs/commands.md should hold. */
function commandDocs({ commandLineOf }) {
  const gv = commandLineOf(ctx);
  const section = (command, name) => [
    `## ${name}\n\n${help(command)}`,
    ...command.commands.flatMap((part) => section(part, `${name} ${part.name()}`)),
  ];
  return [
    "# Commands\n\nMade from the tables in `src/cli/` by `npm run docs`.\n",
    help(gv),
    ...gv.commands.flatMap((command) => section(command, `gv ${command.name()}`)),
  ].join("\n");
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

| key | type | default | what it does | who reads it |
| --- | ---- | ------- | ------------ | ------------ |
${keys.join("\n")}

Words and addresses stand between spaces or commas. The shims start no Node and read no config: what they need is
in \`lib/shim.conf\`. \`gv config\` renews it; after a change by hand, \`gv setup\` does, and so does the next install.

## Environment

| variable | what it does |
| -------- | ------------ |
${Object.entries(variables)
  .map(([name, meaning]) => row(`\`${name}\``, meaning))
  .join("\n")}

Go's own settings (\`GOPROXY\`, \`GOSUMDB\`, \`GOENV\`, \`GOTOOLCHAIN\`, ...) are read as the go command reads them.
`;
}

/** As much of a Context as these parts look at. */
const ctx = { stdout: { write() {} }, stderr: { write() {} }, program: root };

const markdown = (make) => async (parts) => format(make(parts), { parser: "markdown", printWidth: 110 });
const table = (file) => (parts) =>
  completionScript(file, readFileSync(join(root, "completions", file), "utf8"), parts, ctx);
const pages = {
  "docs/commands.md": markdown(commandDocs),
  "docs/config.md": markdown(configDocs),
  ...Object.fromEntries(completionFiles.map((file) => [`completions/${file}`, table(file)])),
};
const parts = {};
for (const path of ["src/cli.ts", "src/cli/kinds.ts", "src/config.ts"])
  Object.assign(parts, await importSource(path));
for (const [name, make] of Object.entries(pages)) {
  const text = await make(parts);
  const path = join(root, name);
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    console.error(`${name} is stale: npm run docs`);
    process.exitCode = 1;
  }
}
