/**
 * The tables in completions/: every command with its options, and what stands for its words, in the language of each
 * shell. Made from the command line itself, and from the kinds of its words (src/cli/kinds.ts).
 */

/**
 * @typedef {{ flags: string[], name: string, kind: string | undefined, help: string }} OptionRow
 * @typedef {{ name: string, kind: string, isLast: boolean }} WordRow  `isLast`: it stands for all that follow, too
 * @typedef {{ paths: string[], commands: [string, string][], options: OptionRow[], words: WordRow[] }} Row
 *   one command; `paths` are the words that lead to it, with each name that it has
 */

/** The rows of a command and of those below it. @returns {Row[]} */
function rowsOf(command, paths = [""]) {
  const help = command.createHelp();
  const below = help.visibleCommands(command);
  const row = {
    paths,
    commands: below.flatMap((one) => namesOf(one).map((name) => [name, one.summary()])),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      name: /<(.+)>/.exec(option.flags)?.[1] ?? "",
      kind: option.required ? kindOf(paths[0], option.flags, option) : undefined,
      help: option.description,
    })),
    words: command.registeredArguments.flatMap((argument) =>
      [kindOf(paths[0], argument.name(), argument)].flat().map((kind, index, all) => ({
        name: argument.name(),
        kind,
        isLast: argument.variadic && index === all.length - 1,
      })),
    ),
  };
  const pathsOf = (one) => paths.flatMap((path) => namesOf(one).map((name) => `${path} ${name}`.trim()));
  return [row, ...below.flatMap((one) => rowsOf(one, pathsOf(one)))];
}

function namesOf(command) {
  return [command.name(), ...command.aliases()];
}

function kindOf(path, name, { kind }) {
  if (kind === undefined)
    throw new Error(`gv ${path}: ${name} has no kind: write it by argument() or optionWith()`);
  return kind;
}

/** `-q,--quiet`, `--platform=platform`: the names of an option, and the kind of its word. */
function optionText({ flags, kind }) {
  return flags.join(",") + (kind === undefined ? "" : `=${kind}`);
}

/** `release...`: the kind of a word, and whether it is that of all that follow. */
function wordText({ kind, isLast }) {
  return kind + (isLast ? "..." : "");
}

const shQuoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const fishQuoted = (text) => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
/** As _arguments takes a text: colons and brackets count in it. */
const plain = (text) => text.replaceAll(/[\\:[\]]/g, "\\$&");

/** `name=(` and an item a line; nothing where there is none. */
function zshList(name, items) {
  return items.length > 0
    ? [`      ${name}=(`, ...items.map((item) => `        ${shQuoted(item)}`), "      )"]
    : [];
}

/** An option for _arguments, once for each of its names, of which one is enough. */
function zshOption({ flags, name, kind, help }) {
  const others = flags.length > 1 ? `(${flags.join(" ")})` : "";
  const word = kind === undefined ? "" : `:${plain(name)}:_gv_kind ${kind}`;
  return flags.map((flag) => `${others}${flag}${word && "="}[${plain(help)}]${word}`);
}

/** `set name` and an item with its description a line; nothing where there is none. */
function fishList(name, items) {
  const lines = items.map(([word, help]) => `                ${word}\\t${fishQuoted(help)}`);
  return items.length > 0 ? [`            set ${name} \\`, lines.join(" \\\n")] : [];
}

/**
 * A language writes two functions, each a case a row: `commands` for what may follow a command, `kinds` for what stands
 * for a word of a kind. Of each: how it begins, a row, how it ends.
 */
const bash = {
  commands: {
    head: `_gv_row() { # <the commands so far>: what may follow; of each word its kind, behind = for that of an option
  commands='' options='' words=''
  case $1 in`,
    row: ({ paths, commands, options, words }) => [
      `    ${paths.map(shQuoted).join(" | ")})`,
      ...(commands.length > 0 ? [`      commands='${commands.map(([name]) => name).join(" ")}'`] : []),
      `      options='${options.map(optionText).join(" ")}'`,
      ...(words.length > 0 ? [`      words='${words.map(wordText).join(" ")}'`] : []),
      "      ;;",
    ],
    tail: "  esac\n}",
  },
  kinds: {
    head: `_gv_kind_row() { # <kind>: what is offered always, and what is found on disk
  case $1 in`,
    row: ([kind, words, from]) => [`    ${kind}) fixed='${words.join(" ")}' from='${from.join(" ")}' ;;`],
    tail: "  esac\n}",
  },
};

const zsh = {
  commands: {
    head: `_gv_row() { # <the commands so far>: what may follow, as _describe and _arguments take it
  verbs=() flags=() operands=()
  case $1 in`,
    row: ({ paths, commands, options, words }) => [
      `    (${paths.map(shQuoted).join("|")})`,
      ...zshList(
        "verbs",
        commands.map(([name, help]) => `${name}:${help}`),
      ),
      ...zshList("flags", options.flatMap(zshOption)),
      ...zshList(
        "operands",
        words.map(({ name, kind, isLast }, i) => `${isLast ? "*" : i + 1}:${plain(name)}:_gv_kind ${kind}`),
      ),
      "      ;;",
    ],
    tail: "  esac\n}",
  },
  kinds: {
    head: bash.kinds.head,
    row: ([kind, words, from]) => [`    (${kind}) fixed=(${words.join(" ")}) from=(${from.join(" ")}) ;;`],
    tail: "  esac\n}",
  },
};

const fish = {
  commands: {
    head: `function __gv_row -S # <the commands so far>: what may follow; of each word its kind, behind = for that of an option
    set commands
    set options
    set words
    switch $argv[1]`,
    row: ({ paths, commands, options, words }) => [
      `        case ${paths.map(fishQuoted).join(" ")}`,
      ...fishList("commands", commands),
      ...fishList(
        "options",
        options.map((option) => [optionText(option), option.help]),
      ),
      ...(words.length > 0 ? [`            set words ${words.map(wordText).join(" ")}`] : []),
    ],
    tail: "    end\nend",
  },
  kinds: {
    head: `function __gv_kind_row -S # <kind>: what is offered always, and what is found on disk
    switch $argv[1]`,
    row: ([kind, words, from]) => [
      `        case ${kind}`,
      `            set fixed ${words.join(" ")}`.trimEnd(),
      `            set from ${from.join(" ")}`.trimEnd(),
    ],
    tail: "    end\nend",
  },
};

const languages = { "gv.bash": bash, _gv: zsh, "gv.fish": fish };
const [start, end] = ["# --- made from src/cli/ ---\n", "# --- until here ---\n"];

/** The scripts in completions/. */
export const completionFiles = Object.keys(languages);

/** The text of a script, given what it is now: its table is made anew, the rest stays. */
export function completionScript(file, text, { commandLineOf, kinds }, ctx) {
  const { commands: one, kinds: two } = languages[file];
  const [before, rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`completions/${file} has no place for its table`);
  const kindRows = Object.entries(kinds).map(([kind, { words, from = [] }]) => [
    kind,
    words?.(ctx) ?? [],
    from,
  ]);
  const rows = rowsOf(commandLineOf(ctx));
  const first = [one.head, ...rows.flatMap(one.row), one.tail];
  const second = [two.head, ...kindRows.flatMap(two.row), two.tail];
  return `${before}${start}${[...first, "", ...second].join("\n")}\n${end}${after}`;
}
