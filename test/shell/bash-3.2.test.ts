/**
 * macOS has bash 3.2 as its bash and its /bin/sh, and there is none to be had for a test. So: nothing of a newer bash in
 * the shell files that it reads. A row of the table is what is newer, with a line that has it, and one that hasn't.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

interface Newer {
  readonly what: string;
  /** Finds it in a line without its comment. */
  readonly pattern: RegExp;
  readonly has: string;
  readonly hasNot?: string;
}

const newer: readonly Newer[] = [
  {
    what: "4.0: an array by names",
    pattern: /\b(?:declare|local|readonly|typeset)\s+-\w*A/,
    has: "local -A seen",
    hasNot: "local -a sorted",
  },
  { what: "4.0: mapfile", pattern: /\b(?:mapfile|readarray)\b/, has: "mapfile -t lines <x" },
  {
    what: "4.0: upper and lower case",
    pattern: /\$\{!?\w+(?:\[[^\]]*\])?[,^]/,
    has: 'x=${word,,}; y="${words[0]^}"',
    hasNot: "${names//,/ } ${word%%,*} ${x:-^}",
  },
  { what: "4.0: |&", pattern: /\|&/, has: "go version |& cat", hasNot: "true || : & go 2>&1 | cat" },
  { what: "4.0: &>>", pattern: /&>>/, has: "go version &>>log", hasNot: "go version >>log 2>&1" },
  { what: "4.0: ;& and ;;&", pattern: /;&/, has: "x) a=1 ;;&", hasNot: "x) a=1 ;; y) b & ;;" },
  { what: "4.0: coproc", pattern: /\bcoproc\b/, has: "coproc cat" },
  {
    what: "4.0: complete -D, -E, -I; 4.4: nosort, where nothing stands for it",
    pattern: /\bcomplete\b.*\s-(?:[DEI]\b|o nosort\b(?!.*2>\/dev\/null \|\| complete))/,
    has: "complete -o nosort -F _gv gv",
    hasNot: "complete -o nosort -F _gv gv 2>/dev/null || complete -F _gv gv",
  },
  {
    what: "4.0: read -i, a part of a second; 4.1: read -N",
    pattern: /\bread\b.*\s-(?:\w*[iN]|\w*t\s*\d*\.)/,
    has: "read -r -t 0.5 word",
    hasNot: "IFS= read -r -d '' text <\"$1\"",
  },
  {
    what: "4.0 and newer: options of shopt",
    pattern:
      /\b(?:assoc_expand_once|autocd|checkjobs|dirspell|globasciiranges|globstar|inherit_errexit|lastpipe|localvar_\w+|progcomp_alias)\b/,
    has: "shopt -s globstar",
    hasNot: "shopt -u failglob nocasematch",
  },
  {
    what: "4.0 and newer: variables",
    pattern:
      /\b(?:BASHPID|BASH_ARGV0|BASH_COMPAT|BASH_XTRACEFD|EPOCHREALTIME|EPOCHSECONDS|PROMPT_DIRTRIM|PS0|SRANDOM)\b/,
    has: "echo $EPOCHREALTIME",
    hasNot: "echo $BASH_VERSION",
  },
  {
    what: "4.1: printf -v, to one of an array",
    pattern: /\bprintf\s+-v\s*["']?\w+\[/,
    has: 'printf -v "words[1]" %s x',
    hasNot: "printf -v word %s x",
  },
  {
    what: "4.1: {fd}<",
    pattern: /\{\w+\}[<>]/,
    has: "exec {fd}<x",
    hasNot: 'cat "${name}" >x; eval "${fd:+exec $fd<&0}"',
  },
  {
    what: "4.2: a subscript from the end",
    pattern: /\[\s*-\d|:\s*-\d+:|:[^}:]*:\s*-\d/,
    has: "${words[-1]}",
    hasNot: "${words[i - 1]} ${x:--1}",
  },
  {
    what: "4.2: -v",
    pattern: /(?:\[\[?|\btest)\s+(?:!\s+)?-v\s/,
    has: "[[ -v x ]]",
    hasNot: "command -v go",
  },
  { what: "4.2: declare -g", pattern: /\bdeclare\s+-\w*g/, has: "declare -ga words" },
  { what: "4.2: the time by printf", pattern: /%\([^)]*\)T/, has: "printf '%(%F)T' -1" },
  { what: "4.2: \\u", pattern: /\$'[^']*\\[uU]/, has: "x=$'\\u00e4'", hasNot: "IFS=$' \\t\\n'" },
  {
    what: "4.3: a name for another variable",
    pattern: /\b(?:declare|local|typeset)\s+-\w*n/,
    has: "local -n there=$1",
    hasNot: "local name=$1",
  },
  { what: "4.3: wait -n", pattern: /\bwait\s+-/, has: "wait -n", hasNot: 'wait "$_gv_child"' },
  { what: "4.4: ${x@Q}", pattern: /\$\{[^}]*@[A-Za-z]\}/, has: "${words[*]@Q}", hasNot: "${_gv_text%%@*}" },
  { what: "4.4: local -", pattern: /\blocal\s+-(?:\s|$)/, has: "local -", hasNot: "local -a x" },
  {
    what: "4.4: an empty array under set -u",
    pattern: /\$\{\w+\[[@*]\]\}/,
    has: 'for word in "${words[@]}"; do',
    hasNot: '"${words[*]-}" ${#words[@]}',
  },
  { what: "5.3: ${ command; }", pattern: /\$\{[\s|]/, has: "x=${ go version; }", hasNot: "x=${1-}" },
  // What 3.2 has, and reads wrong.
  {
    what: "case within $( ): its ) ends the command",
    pattern: /\$\((?!\()[^()]*\bcase\b/,
    has: "x=$(case $y in a) echo b ;; esac)",
    hasNot: "case $(uname -s) in Linux) ;; esac",
  },
  { what: "a here-document within $( )", pattern: /\$\([^()]*<<(?!<)/, has: "x=$(cat <<END" },
  { what: "<( ) is none in a /bin/sh", pattern: /(?:^|\s)[<>]\(/, has: "read x < <(go version)" },
];

const repository = join(import.meta.dirname, "../..");
const files = [
  ...readdirSync(join(repository, "shims"))
    .filter((name) => name.endsWith(".sh"))
    .map((name) => `shims/${name}`),
  "completions/gv.bash",
  "install.sh",
];

/** What a line does: no comment. */
const code = (line: string) => line.replace(/(?:^|\s)#\s.*/, "");

describe.each(newer)("$what", ({ pattern, has, hasNot }) => {
  it("would be found", () => {
    expect(has).toMatch(pattern);
    if (hasNot !== undefined) expect(hasNot).not.toMatch(pattern);
  });

  it.each(files)("is not in %s", (file) => {
    const lines = readFileSync(join(repository, file), "utf8").split("\n");
    const found = lines.flatMap((line, index) => (pattern.test(code(line)) ? [`${index + 1}: ${line}`] : []));
    expect(found).toEqual([]);
  });
});
