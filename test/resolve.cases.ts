/**
 * Which version applies: one table for src/resolve.ts (resolve.test.ts) and for the shim in every shell
 * (shell/resolve.test.ts). A row is a tree of files, where one stands in it, and what comes of it.
 *
 * Paths are relative to a fresh folder; `root/` is $GV_ROOT, `sys/bin` (with a go) is on PATH behind the shims.
 */

export interface ResolveCase {
  readonly name: string;
  /** Path -> content; a path that ends in a slash is a folder, `-> target` in the content a symbolic link. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where one stands; `p` when not said. */
  readonly cwd?: string;
  /** Folders in versions/; `standard` when not said. */
  readonly installed?: readonly string[];
  /** `<top>` in a value is the fresh folder. */
  readonly env?: Readonly<Record<string, string>>;
  readonly tool?: string;
  readonly args?: readonly string[];
  /** A version's folder, `system`, `missing <request>`, or `refused`. */
  readonly expect: string;
  /** `p/.go-version:1`, the name of a variable, or the argument. */
  readonly origin: string;
  /** True when the shim leaves it to Node. */
  readonly byNode?: boolean;
}

/** What is installed when a row doesn't say. */
export const standard = [
  "1.8.7",
  "1.9.7",
  "1.10.8",
  "1.20.0",
  "1.20.14",
  "1.21.0",
  "1.22rc2",
  "1.22.5",
  "1.22.10",
  "1.23rc1",
  "1.23rc2",
  "1.23beta1",
  "mygo",
  "go-tip_2.x",
];

const bom = "\uFEFF";
const pin = (content: string): Record<string, string> => ({ "p/.go-version": content });
const tools = (content: string): Record<string, string> => ({ "p/.tool-versions": content });
const [here, asdf] = ["p/.go-version:1", "p/.tool-versions:1"];

/** How the text of a .go-version is read. */
const texts: readonly ResolveCase[] = [
  { name: "exact", files: pin("1.22.5\n"), expect: "1.22.5", origin: here },
  { name: "no final newline", files: pin("1.22.5"), expect: "1.22.5", origin: here },
  { name: "CR LF", files: pin("1.22.5\r\n"), expect: "1.22.5", origin: here },
  { name: "CR without a newline", files: pin("1.22.5\r"), expect: "1.22.5", origin: here },
  { name: "byte order mark", files: pin(`${bom}1.22.5\n`), expect: "1.22.5", origin: here },
  { name: "byte order mark, CR LF", files: pin(`${bom}go1.22.5\r\n`), expect: "1.22.5", origin: here },
  {
    name: "byte order mark before a comment",
    files: pin(`${bom}# pinned\n1.22.5\n`),
    expect: "1.22.5",
    origin: "p/.go-version:2",
  },
  { name: "prefix go", files: pin("go1.22.5\n"), expect: "1.22.5", origin: here },
  { name: "prefix v", files: pin("v1.22.5\n"), expect: "1.22.5", origin: here },
  { name: "prefix go-", files: pin("go-1.22.5\n"), expect: "1.22.5", origin: here },
  { name: "prefix go-, a minor", files: pin("go-1.22\n"), expect: "1.22.10", origin: here },
  {
    name: "comments and blank lines first",
    files: pin("# why\n\n   \t\n#1.9.7\n1.22.5\n"),
    expect: "1.22.5",
    origin: "p/.go-version:5",
  },
  { name: "inline comment", files: pin("1.22.5 # until the move\n"), expect: "1.22.5", origin: here },
  { name: "inline comment without a space", files: pin("1.22.5#x\n"), expect: "1.22.5", origin: here },
  {
    name: "a comment that is longer than sh reads",
    files: pin(`1.22.5 # ${"x".repeat(1000)}\n`),
    expect: "1.22.5",
    origin: here,
    byNode: true,
  },
  {
    name: "more lines than sh reads",
    files: pin(`${"# why\n".repeat(200)}1.22.5\n`),
    expect: "1.22.5",
    origin: "p/.go-version:201",
    byNode: true,
  },
  {
    name: "as much as sh reads",
    files: pin(`#${"x".repeat(998)}\n${"# why\n".repeat(198)}1.22.5\n`),
    expect: "1.22.5",
    origin: "p/.go-version:200",
  },
  {
    name: "UTF-16: NUL bytes",
    files: pin(`${bom}${"1.22.5\r\n".split("").join("\0")}`),
    expect: "1.22.5",
    origin: here,
  },
  { name: "indented by a tab", files: pin("\t1.22.5\t\n"), expect: "1.22.5", origin: here },
  { name: "several versions in a line", files: pin("1.22.5 1.21.0\n"), expect: "1.22.5", origin: here },
  { name: "several lines", files: pin("1.22.5\n1.21.0\n"), expect: "1.22.5", origin: here },
  {
    name: "only the first line counts",
    files: pin("1.4.1\n1.21.0\n"),
    expect: "missing 1.4.1",
    origin: here,
  },
  { name: "system", files: pin("system\n"), expect: "system", origin: here },
  { name: "a linked name", files: pin("mygo\n"), expect: "mygo", origin: here },
  { name: "a linked name with - . and _", files: pin("go-tip_2.x\n"), expect: "go-tip_2.x", origin: here },
  { name: "a name that is not linked", files: pin("yourgo\n"), expect: "missing yourgo", origin: here },
  { name: "a glob is no name", files: pin("my*\n"), expect: "refused", origin: here, byNode: true },
  { name: "a path", files: pin("../../etc\n"), expect: "refused", origin: here },
  { name: "an absolute path", files: pin("/usr/local/go\n"), expect: "refused", origin: here },
  { name: "a slash inside", files: pin("1.22.5/../mygo\n"), expect: "refused", origin: here },
  { name: "two dots", files: pin("..\n"), expect: "refused", origin: here },
  { name: "an option", files: pin("--help\n"), expect: "refused", origin: here },
  { name: "path:", files: pin("path:x\n"), expect: "refused", origin: here },
  { name: "ref:", files: pin("ref:main\n"), expect: "refused", origin: here },
  { name: "quotes", files: pin('"1.22.5"\n'), expect: "refused", origin: here, byNode: true },
  { name: "go.mod", files: pin("go.mod\n"), expect: "refused", origin: here, byNode: true },
  { name: "sub- of mise", files: pin("sub-1:latest\n"), expect: "refused", origin: here, byNode: true },
  { name: "prefix: of a path", files: pin("prefix:../etc\n"), expect: "refused", origin: here },
  { name: "prefix: of a name", files: pin("prefix:mygo\n"), expect: "refused", origin: here, byNode: true },
  { name: "no version at all", files: pin("1.2.3.4\n"), expect: "refused", origin: here, byNode: true },
  {
    name: "a command",
    files: pin("$(touch${IFS}x);`touch x`\n"),
    expect: "refused",
    origin: here,
    byNode: true,
  },
  { name: "an escape sequence", files: pin("1\u001b[31m\n"), expect: "refused", origin: here, byNode: true },
];

/** What a word means among the installed versions. */
const words: readonly ResolveCase[] = [
  { name: "1.22: numbers, not text", files: pin("1.22\n"), expect: "1.22.10", origin: here },
  { name: "1.22.x", files: pin("1.22.x\n"), expect: "1.22.10", origin: here },
  { name: "1.22.X", files: pin("v1.22.X\n"), expect: "1.22.10", origin: here },
  { name: "1.22.*", files: pin("1.22.*\n"), expect: "1.22.10", origin: here, byNode: true },
  { name: "1.x", files: pin("1.x\n"), expect: "1.22.10", origin: here },
  { name: "1: the newest minor", files: pin("1\n"), expect: "1.22.10", origin: here },
  {
    name: "1: 1.10 is newer than 1.9",
    installed: ["1.9.7", "1.10.3"],
    files: pin("1\n"),
    expect: "1.10.3",
    origin: here,
  },
  { name: "1.2 is not 1.22", files: pin("1.2\n"), expect: "missing 1.2", origin: here },
  { name: "prefix:1.20 of mise", files: pin("prefix:1.20\n"), expect: "1.20.14", origin: here },
  { name: "latest:1.20 of asdf", files: pin("latest:1.20\n"), expect: "1.20.14", origin: here },
  { name: "tip: a name, linked or not", files: pin("tip\n"), expect: "missing tip", origin: here },
  { name: "1.22rc2", files: pin("1.22rc2\n"), expect: "1.22rc2", origin: here },
  { name: "1.20: the newest 1.20", files: pin("1.20\n"), expect: "1.20.14", origin: here },
  { name: "go1.20: the same in a file", files: pin("go1.20\n"), expect: "1.20.14", origin: here },
  { name: "1.20.0: the first 1.20", files: pin("1.20.0\n"), expect: "1.20.0", origin: here },
  { name: "1.8: has no GOROOT of its own", files: pin("1.8\n"), expect: "1.8.7", origin: here },
  { name: "1.8.7", files: pin("1.8.7\n"), expect: "1.8.7", origin: here },
  { name: "1.23: a pre-release only", files: pin("1.23\n"), expect: "1.23rc2", origin: here },
  {
    name: "1.22: a release before its rc",
    installed: ["1.22.0", "1.22rc9"],
    files: pin("1.22\n"),
    expect: "1.22.0",
    origin: here,
  },
  {
    name: "rc before beta",
    installed: ["1.24beta9", "1.24rc1"],
    files: pin("1.24\n"),
    expect: "1.24rc1",
    origin: here,
  },
  { name: "1.23rc1", files: pin("1.23rc1\n"), expect: "1.23rc1", origin: here },
  { name: "1.23beta1", files: pin("go1.23beta1\n"), expect: "1.23beta1", origin: here },
  { name: "1.23-rc.1", files: pin("1.23-rc.1\n"), expect: "1.23rc1", origin: here, byNode: true },
  { name: "1.23.0rc1", files: pin("1.23.0rc1\n"), expect: "1.23rc1", origin: here, byNode: true },
  { name: "latest: no pre-release", files: pin("latest\n"), expect: "1.22.10", origin: here },
  { name: "stable", files: pin("stable\n"), expect: "1.22.10", origin: here },
  {
    name: "latest: pre-releases are all there is",
    installed: ["1.22rc1", "1.23beta1"],
    files: pin("latest\n"),
    expect: "1.23beta1",
    origin: here,
  },
  {
    name: "latest of nothing",
    installed: [],
    files: pin("latest\n"),
    expect: "missing latest",
    origin: here,
  },
  { name: "oldstable", files: pin("oldstable\n"), expect: "1.21.0", origin: here, byNode: true },
  { name: "a range", files: pin("^1.20\n"), expect: "1.22.10", origin: here, byNode: true },
  {
    name: "a range of two words",
    files: pin(">=1.20 <1.22\n"),
    expect: "1.21.0",
    origin: here,
    byNode: true,
  },
  { name: "either", files: pin("1.9.7 || 1.20.x\n"), expect: "1.20.14", origin: here, byNode: true },
  { name: "between", files: pin("1.9.7 - 1.21.5\n"), expect: "1.21.0", origin: here, byNode: true },
  { name: "tip, a name", files: pin("tip\n"), expect: "missing tip", origin: here },
  { name: "not installed", files: pin("1.22.9\n"), expect: "missing 1.22.9", origin: here },
  { name: "a minor not installed", files: pin("1.24\n"), expect: "missing 1.24", origin: here },
  {
    name: "a folder without bin/go is no version",
    files: { ...pin("1.22\n"), "root/versions/linux-amd64/1.22.11/README": "" },
    expect: "1.22.10",
    origin: here,
  },
  {
    name: "folders with other names don't count",
    installed: ["1.22.5", "1.22.06", "1.22.7.1", "1.22.8-dirty", "1.22", "1.22.1000"],
    files: pin("1.22\n"),
    expect: "1.22.5",
    origin: here,
  },
];

/** Words and folders that look like a version; folders of these names are no versions. */
const lookalikes: readonly ResolveCase[] = (
  [
    ["1.22.06", "1.22.06", "missing 1.22.6"],
    ["1.22.06", "1.22.6", "1.22.6"],
    ["1.22.", "1.22.", "refused"],
    ["1..22", "1..22", "refused"],
    ["1.22.1000", "1.22.1000", "refused"],
    ["1.1000", "1.1000.1", "refused"],
  ] as const
).map(([word, installed, expect]) => ({
  name: `${word}, where there is a folder ${installed}`,
  installed: ["1.22.5", installed],
  files: pin(`${word}\n`),
  expect,
  origin: here,
  byNode: true,
}));

/** How the text of a .tool-versions is read. */
const toolVersions: readonly ResolveCase[] = [
  { name: "golang", files: tools("golang 1.22.5\n"), expect: "1.22.5", origin: asdf },
  { name: "go", files: tools("go 1.22.5\n"), expect: "1.22.5", origin: asdf },
  {
    name: "tabs, CR, and no final newline",
    files: tools("nodejs\t20\r\ngolang\t 1.22.5\r"),
    expect: "1.22.5",
    origin: "p/.tool-versions:2",
  },
  {
    name: "other tools and comments around it",
    files: tools("# golang 1.9.7\nnodejs 20.1.0\n\n  golang   1.22.5 # for CI\ngolang 1.21.0\n"),
    expect: "1.22.5",
    origin: "p/.tool-versions:4",
  },
  { name: "byte order mark", files: tools(`${bom}golang 1.22.5\n`), expect: "1.22.5", origin: asdf },
  {
    name: "byte order mark, and a second line for golang",
    files: tools(`${bom}golang 1.22.5\ngolang 1.21.0\n`),
    expect: "1.22.5",
    origin: asdf,
  },
  {
    name: "golang with a comment at once says nothing, nor does a second line",
    files: { ...tools("golang# 1.22.5\ngolang 1.22.10\n"), ".go-version": "1.21.0" },
    expect: "1.21.0",
    origin: ".go-version:1",
  },
  {
    name: "golang indented by what is no space for read, and a second line",
    files: tools("\r\fgolang 1.22.5\ngolang 1.21.0\n"),
    expect: "1.22.5",
    origin: asdf,
  },
  {
    name: "the options of another tool",
    files: tools("ubi:a/b[exe=c] 1.0\ngolang 1.22.5\n"),
    expect: "1.22.5",
    origin: "p/.tool-versions:2",
  },
  {
    name: "the first installed",
    files: tools("golang 1.22.9 1.21.0 1.22.5\n"),
    expect: "1.21.0",
    origin: asdf,
  },
  { name: "system as the first", files: tools("golang system 1.22.5\n"), expect: "system", origin: asdf },
  { name: "prefix:", files: tools("golang prefix:1.20\n"), expect: "1.20.14", origin: asdf },
  {
    name: "go and golang: the first line",
    files: tools("go 1.21.0\ngolang 1.22.5\n"),
    expect: "1.21.0",
    origin: asdf,
  },
  {
    name: "golang without a version, and again with one: the first line",
    files: { ...tools("golang\ngolang 1.22.5\n"), ".go-version": "1.21.0" },
    expect: "1.21.0",
    origin: ".go-version:1",
  },
  {
    name: "a hundred other tools first",
    files: tools(`${"nodejs 20\n".repeat(100)}golang 1.22.5\n`),
    expect: "1.22.5",
    origin: "p/.tool-versions:101",
  },
  {
    name: "beyond the first megabyte nothing counts",
    files: { ...tools(`${"nodejs 20\n".repeat(100_000)}golang 1.22.5\n`), ".go-version": "1.21.0" },
    expect: "1.21.0",
    origin: ".go-version:1",
    byNode: true,
  },
  { name: "system as the last", files: tools("golang 1.22.9 system\n"), expect: "system", origin: asdf },
  {
    name: "none of them installed: the first is missing",
    files: tools("golang 1.22.9 1.4.1\n"),
    expect: "missing 1.22.9",
    origin: asdf,
  },
  { name: "path:", files: tools("golang path:/usr/local/go\n"), expect: "refused", origin: asdf },
  {
    name: "ref: after one that is missing",
    files: tools("golang 1.4 ref:main\n"),
    expect: "refused",
    origin: asdf,
  },
  { name: "a partial version", files: tools("golang 1.22\n"), expect: "1.22.10", origin: asdf },
  {
    name: "a range in the list",
    files: tools("golang 1.4 ^1.20\n"),
    expect: "1.22.10",
    origin: asdf,
    byNode: true,
  },
  {
    name: "a last line for another tool, unfinished",
    files: { ...tools("nodejs 1.22.5"), ".go-version": "1.21.0" },
    expect: "1.21.0",
    origin: ".go-version:1",
  },
  {
    name: "golang-lint is another tool",
    files: { ...tools("golangci-lint 1.55.2\ngopls 1.22.5\n"), ".go-version": "1.21.0" },
    expect: "1.21.0",
    origin: ".go-version:1",
  },
  {
    name: "golang without a version says nothing",
    files: { ...tools("golang # later\n"), ".go-version": "1.21.0" },
    expect: "1.21.0",
    origin: ".go-version:1",
  },
];

/** Which file it is. */
const places: readonly ResolveCase[] = [
  {
    name: "six folders up",
    cwd: "p/a/b/c/d/e/f",
    files: pin("1.22.5\n"),
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "the nearest",
    cwd: "p/a/b",
    files: { ...pin("1.22.5\n"), "p/a/.go-version": "1.21.0\n" },
    expect: "1.21.0",
    origin: "p/a/.go-version:1",
  },
  {
    name: ".go-version before .tool-versions",
    files: { ...pin("1.22.5\n"), ...tools("golang 1.21.0\n") },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "a nearer .tool-versions before a .go-version",
    cwd: "p/a",
    files: { ...pin("1.22.5\n"), "p/a/.tool-versions": "golang 1.21.0\n" },
    expect: "1.21.0",
    origin: "p/a/.tool-versions:1",
  },
  {
    name: "a .tool-versions without Go shadows nothing",
    cwd: "p/a",
    files: { ...pin("1.22.5\n"), "p/a/.tool-versions": "nodejs 20\n" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "an empty .go-version shadows nothing",
    files: { ...pin(""), ...tools("golang 1.21.0\n") },
    expect: "1.21.0",
    origin: asdf,
  },
  {
    name: "a .go-version of comments shadows nothing",
    cwd: "p/a",
    files: { ...pin("1.22.5\n"), "p/a/.go-version": "# nothing\n\n" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "a folder named .go-version",
    cwd: "p/a",
    files: { ...pin("1.22.5\n"), "p/a/.go-version/": "" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "a .go-version that leads nowhere",
    cwd: "p/a",
    files: { ...pin("1.22.5\n"), "p/a/.go-version": "-> nowhere" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "a .go-version that is a loop of links",
    cwd: "p/a",
    files: { ...pin("1.22.5\n"), "p/a/.go-version": "-> .go-version" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "a .go-version that is a device",
    cwd: "p/a",
    files: { ...pin("1.22.5\n"), "p/a/.go-version": "-> /dev/zero", "p/a/.tool-versions": "-> /dev/zero" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "a .go-version that is a link",
    files: { "p/.go-version": "-> pinned", "p/pinned": "1.22.5\n" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "a folder with spaces, a newline and glob characters",
    cwd: "p/a b\n*[c]?'\"$x\\",
    files: { "p/a b\n*[c]?'\"$x\\/.go-version": "1.22.5\n" },
    expect: "1.22.5",
    origin: "p/a b\n*[c]?'\"$x\\/.go-version:1",
  },
  {
    name: "above a folder with glob characters",
    cwd: "p/[a-z]*/b",
    files: { "p/[a-z]*/.go-version": "1.22\n" },
    expect: "1.22.10",
    origin: "p/[a-z]*/.go-version:1",
  },
  {
    name: "reached by a link: the folders of the link's path",
    cwd: "q/link/in",
    files: { ...pin("1.22.5\n"), "p/real/in/": "", "q/.go-version": "1.21.0\n", "q/link": "-> ../p/real" },
    expect: "1.21.0",
    origin: "q/.go-version:1",
  },
  {
    name: "a PWD that is another folder is not believed",
    files: { ...pin("1.22.5\n"), "q/.go-version": "1.21.0\n" },
    env: { PWD: "<top>/q" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "a PWD with .. is not believed",
    cwd: "p/real",
    files: { ".go-version": "1.22.5\n", "p/x/.go-version": "1.21.0\n" },
    env: { PWD: "<top>/p/x/../real" },
    expect: "1.22.5",
    origin: ".go-version:1",
  },
  {
    name: "a PWD with .. is not believed, and a partial version",
    cwd: "p/real",
    files: { ".go-version": "1.22\n", "p/x/.go-version": "1.21.0\n" },
    env: { PWD: "<top>/p/x/../real" },
    expect: "1.22.10",
    origin: ".go-version:1",
  },
  {
    name: "a folder named like a version file",
    cwd: "p/.tool-versions,go",
    files: { "p/.tool-versions,go/.go-version": "1.22 # why\n" },
    expect: "1.22.10",
    origin: "p/.tool-versions,go/.go-version:1",
  },
  {
    name: "no PWD",
    files: pin("1.22.5\n"),
    env: { PWD: "" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "$HOME/.tool-versions, from outside $HOME",
    files: { "home/.tool-versions": "nodejs 20\ngolang 1.22.5\n", "root/version": "1.21.0\n" },
    env: { HOME: "<top>/home" },
    expect: "1.22.5",
    origin: "home/.tool-versions:2",
  },
  {
    name: "$HOME/.tool-versions with a partial version",
    files: { "home/.tool-versions": "go 1.22 # mise\n" },
    env: { HOME: "<top>/home/" },
    expect: "1.22.10",
    origin: "home//.tool-versions:1",
  },
  {
    name: "$HOME/.tool-versions without Go: the global version",
    files: { "home/.tool-versions": "nodejs 20\n", "root/version": "1.21.0\n" },
    env: { HOME: "<top>/home" },
    expect: "1.21.0",
    origin: "root/version:1",
  },
  {
    name: "a file above before $HOME/.tool-versions",
    files: { ...pin("1.22.5\n"), "home/.tool-versions": "golang 1.21.0\n" },
    env: { HOME: "<top>/home" },
    expect: "1.22.5",
    origin: here,
  },
  {
    name: "$HOME/.go-version is not read from outside $HOME",
    files: { "home/.go-version": "1.22.5\n" },
    env: { HOME: "<top>/home" },
    expect: "system",
    origin: "none",
  },
  {
    name: "a HOME that is relative is not read",
    files: { "p/home/.tool-versions": "golang 1.22.5\n" },
    env: { HOME: "home" },
    expect: "system",
    origin: "none",
  },
  {
    name: "a HOME that is empty",
    files: { "root/version": "1.21.0\n" },
    env: { HOME: "" },
    expect: "1.21.0",
    origin: "root/version:1",
  },
  {
    name: "a HOME that is a file",
    files: { home: "golang 1.22.5\n", "root/version": "1.21.0\n" },
    env: { HOME: "<top>/home" },
    expect: "1.21.0",
    origin: "root/version:1",
  },
  {
    name: "the global version",
    files: { "root/version": "1.22.5\n" },
    expect: "1.22.5",
    origin: "root/version:1",
  },
  {
    name: "a partial global version, with a comment",
    files: { "root/version": "# mine\n1.20\n" },
    expect: "1.20.14",
    origin: "root/version:2",
  },
  {
    name: "a file before the global version",
    files: { ...pin("1.22.5\n"), "root/version": "1.21.0\n" },
    expect: "1.22.5",
    origin: here,
  },
  { name: "nothing at all: the system's", expect: "system", origin: "none" },
  { name: "an empty global version", files: { "root/version": "\n" }, expect: "system", origin: "none" },
  {
    name: "the global version is system",
    files: { "root/version": "system" },
    expect: "system",
    origin: "root/version:1",
  },
];

/** What comes before the files. */
const overrides: readonly ResolveCase[] = [
  {
    name: "GV_VERSION",
    env: { GV_VERSION: "1.21.0" },
    files: pin("1.22.5\n"),
    expect: "1.21.0",
    origin: "GV_VERSION",
  },
  {
    name: "GV_VERSION, empty",
    env: { GV_VERSION: "" },
    files: pin("1.22.5\n"),
    expect: "1.22.5",
    origin: here,
  },
  { name: "GV_VERSION=1.20", env: { GV_VERSION: "1.20" }, expect: "1.20.14", origin: "GV_VERSION" },
  { name: "GV_VERSION=go1.22.5", env: { GV_VERSION: "go1.22.5" }, expect: "1.22.5", origin: "GV_VERSION" },
  {
    name: "GV_VERSION=system",
    env: { GV_VERSION: "system" },
    files: pin("1.22.5\n"),
    expect: "system",
    origin: "GV_VERSION",
  },
  { name: "GV_VERSION, a path", env: { GV_VERSION: "../mygo" }, expect: "refused", origin: "GV_VERSION" },
  { name: "GV_VERSION, missing", env: { GV_VERSION: "1.4" }, expect: "missing 1.4", origin: "GV_VERSION" },
  {
    name: "GV_VERSION, a range",
    env: { GV_VERSION: ">=1.20 <1.22" },
    expect: "1.21.0",
    origin: "GV_VERSION",
    byNode: true,
  },
  {
    name: "go +1.20 before GV_VERSION",
    args: ["+1.20", "build"],
    env: { GV_VERSION: "1.21.0" },
    expect: "1.20.14",
    origin: "+1.20",
  },
  { name: "go +system", args: ["+system"], files: pin("1.22.5\n"), expect: "system", origin: "+system" },
  { name: "go +1.4", args: ["+1.4"], files: pin("1.22.5\n"), expect: "missing 1.4", origin: "+1.4" },
  { name: "go +^1.20", args: ["+^1.20"], expect: "1.22.10", origin: "+^1.20", byNode: true },
  { name: "go +", args: ["+"], files: pin("1.22.5\n"), expect: "refused", origin: "+", byNode: true },
  { name: "go x +1.20", args: ["x", "+1.20"], files: pin("1.22.5\n"), expect: "1.22.5", origin: here },
  {
    name: "go1.22.5 is always 1.22.5",
    tool: "go1.22.5",
    args: ["+1.20"],
    env: { GV_VERSION: "1.21.0" },
    files: pin("1.9.7\n"),
    expect: "1.22.5",
    origin: "go1.22.5",
  },
  { name: "go1.20 is 1.20.0", tool: "go1.20", expect: "1.20.0", origin: "go1.20" },
  { name: "go1.21.0", tool: "go1.21.0", expect: "1.21.0", origin: "go1.21.0" },
  { name: "go1.23rc1", tool: "go1.23rc1", expect: "1.23rc1", origin: "go1.23rc1" },
  {
    name: "go1.22.9",
    tool: "go1.22.9",
    files: pin("1.22.5\n"),
    expect: "missing 1.22.9",
    origin: "go1.22.9",
  },
  {
    name: "go, after a switch of the go command",
    env: { GOTOOLCHAIN_INTERNAL_SWITCH_VERSION: "go1.21.0", GV_VERSION: "1.22.5" },
    expect: "1.21.0",
    origin: "GOTOOLCHAIN_INTERNAL_SWITCH_VERSION",
  },
];

export const resolveCases: readonly ResolveCase[] = [
  ...texts,
  ...words,
  ...lookalikes,
  ...toolVersions,
  ...places,
  ...overrides,
];
