/**
 * docs/gv.1, the manual page: every command with its options and examples, from the command line itself, in roff with the
 * macros of man(7), as man-db, mandoc and macOS read it.
 */

/** Text as roff takes it, without Markdown's quotes: nothing in it is a request, and a hyphen is one that can be typed. */
function plain(text) {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("`", "")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replaceAll(/^[.']/gm, "\\&$&");
}

const item = (term, text) => [".TP", `.B ${plain(term)}`, plain(text)];

/** A command, and those below it; `name` is what is typed for it. */
function section(command, name, examplesOf) {
  const help = command.createHelp();
  const usage = command.usage().replace("[options] [command]", "<command>");
  const words = help.visibleArguments(command);
  const options = help.visibleOptions(command).filter(({ long }) => long !== "--help");
  const aliases = command.aliases();
  return [
    `.SS "${plain(`${name} ${usage}`.trim())}"`,
    ...(command.description() === "" ? [] : [plain(command.description())]),
    ...(aliases.length > 0 ? [".br", plain(`Also called: ${aliases.join(", ")}.`)] : []),
    ...words.flatMap((word) => item(word.name(), help.argumentDescription(word))),
    ...options.flatMap((option) => item(option.flags, help.optionDescription(option))),
    ...examples(examplesOf(command)),
    ...command.commands.flatMap((below) => section(below, `${name} ${below.name()}`, examplesOf)),
  ];
}

/** What stands behind `Examples:` in --help. */
function examples(text) {
  const [, lines] = /\nExamples?:\n(.+)/s.exec(text) ?? [];
  return lines === undefined
    ? []
    : [
        ".PP",
        ".nf",
        ...lines
          .trimEnd()
          .split("\n")
          .map((line) => plain(line)),
        ".fi",
      ];
}

/**
 * The page. `gv` is the whole command line, `groups` the order of --help, `exits` and `variables` the tables of those
 * names, `textOf` gives what --help prints of a command.
 *
 * @returns {string}
 */
export function manualPage({ gv, groups, exits, variables, version, textOf }) {
  const commands = new Map(gv.commands.map((command) => [command.name(), command]));
  const files = {
    "~/.gv": "$GV_ROOT: versions, tools, receipts, shims.",
    "~/.gv/config": "gv's own settings: gv config.",
    ".go-version, .tool-versions": "Which version applies in a folder and below it.",
  };
  const lines = [
    '.\\" Made from src/cli/ by `npm run docs`.',
    `.TH GV 1 "" "gv ${version}" "gv manual"`,
    ".SH NAME",
    "gv \\- version manager for Go that proves what it installs",
    ".SH SYNOPSIS",
    ".B gv",
    ".I command",
    ".RI [ options ]",
    ".RI [ words ]",
    ".SH DESCRIPTION",
    "gv installs official builds of Go from any module proxy, proves each against Go's checksum database, and runs the",
    "version that a project asks for, by shims that start no process of their own.",
    ...groups.flatMap(({ title, often, also }) => [
      `.SH ${title.toUpperCase()}`,
      ...[...often, ...also].flatMap((name) => section(commands.get(name), `gv ${name}`, textOf)),
    ]),
    ".SH ENVIRONMENT",
    ...Object.entries(variables).flatMap(([name, meaning]) => item(name, meaning)),
    ".SH FILES",
    ...Object.entries(files).flatMap(([name, meaning]) => item(name, meaning)),
    ".SH EXIT STATUS",
    ...Object.entries(exits).flatMap(([code, meaning]) => item(code, meaning)),
    ".SH SEE ALSO",
    "gv",
    ".I command",
    "\\-\\-help; go help.",
  ];
  return `${lines.join("\n")}\n`;
}
