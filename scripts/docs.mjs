/**
 * Writes docs/commands.md from the command line itself (src/cli.ts). `--check` writes nothing and fails
 * where the file is not what would be written.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { format } from "prettier";

const path = fileURLToPath(new URL("../docs/commands.md", import.meta.url));

/** What docs/commands.md should hold. */
export async function commandDocs() {
  const folder = mkdtempSync(join(tmpdir(), "gv-docs-"));
  const outfile = join(folder, "cli.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../src/cli.ts", import.meta.url))],
    bundle: true,
    outfile,
    format: "esm",
    platform: "node",
    banner: {
      js: 'import{createRequire as gvRequire}from"node:module";const require=gvRequire(import.meta.url);',
    },
  });
  const { commandLineOf } = await import(outfile);
  rmSync(folder, { recursive: true });
  const gv = commandLineOf({ stdout: { write() {} }, stderr: { write() {} } });
  gv.configureHelp({ helpWidth: 100 });
  const sections = gv.commands.flatMap((command) => sectionsOf(command, `gv ${command.name()}`));
  const intro = "# Commands\n\nMade from `src/cli.ts` by `npm run docs`.\n";
  return format([intro, `\`\`\`text\n${gv.helpInformation().trimEnd()}\n\`\`\`\n`, ...sections].join("\n"), {
    parser: "markdown",
    printWidth: 110,
  });
}

/** A command's own section, and one for each of its subcommands. */
function sectionsOf(command, name) {
  command.configureHelp({ helpWidth: 100 });
  return [
    `## ${name}\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\`\n`,
    ...command.commands.flatMap((one) => sectionsOf(one, `${name} ${one.name()}`)),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await commandDocs();
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error("docs/commands.md is stale: npm run docs");
    process.exitCode = 1;
  }
}
