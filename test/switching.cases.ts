/**
 * What a go command makes of go.mod, go.work and GOTOOLCHAIN: one table for src/switching.ts (switching.test.ts)
 * and for the real Go 1.26.8 (real/switching.test.ts). GOTOOLCHAIN is auto where a row says nothing.
 *
 * Paths are relative to a fresh folder, which `<top>` stands for in values; one stands in `p`.
 */

/** The go command of every row. */
export const itself = "go1.26.8";

/** Programs of these names are on PATH, behind the go command. */
export const others = [
  "go1.22.5",
  "go1.26.0",
  "go1.26.9",
  "go1.27rc1",
  "go1.27.0",
  "go1.27.1",
  "go1.27.1-custom",
  "go1.27.3",
  "go1.28.1",
];

export interface SwitchingCase {
  readonly name: string;
  /** Path -> content; a path that ends in a slash is a folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The user's go/env file. */
  readonly goEnv?: string;
  /** The toolchain that runs in the end, or a part of the message that the go command stops with. */
  readonly runs: string | { readonly stops: string };
  /** True where it doesn't switch, and refuses to build since the go line asks for more. */
  readonly refuses?: boolean;
}

const mod = (lines: string): Record<string, string> => ({ "p/go.mod": `module example.com/x\n\n${lines}` });
const newer = mod("go 1.27.1\n");

const goLines: readonly SwitchingCase[] = [
  { name: "no go.mod", runs: itself },
  { name: "no go line", files: mod(""), runs: itself },
  { name: "newer", files: newer, runs: "go1.27.1" },
  { name: "a language version is its first release", files: mod("go 1.27\n"), runs: "go1.27.0" },
  { name: "older", files: mod("go 1.20\n"), runs: itself },
  { name: "its own language version", files: mod("go 1.26\n"), runs: itself },
  { name: "the same", files: mod("go 1.26.8\n"), runs: itself },
  { name: "the next patch", files: mod("go 1.26.9\n"), runs: "go1.26.9" },
  { name: "a release candidate", files: mod("go 1.27rc1\n"), runs: "go1.27rc1" },
  { name: "a release candidate of its own minor is older", files: mod("go 1.26rc1\n"), runs: itself },
  { name: "comments and tabs", files: mod("// go 1.28.1\n\t go \t1.27.1// why\n"), runs: "go1.27.1" },
  { name: "CR LF", files: mod("go 1.27.1\r\n"), runs: "go1.27.1" },
  { name: "no final newline", files: mod("go 1.27.1"), runs: "go1.27.1" },
  { name: "the first of two", files: mod("go 1.27.1\ngo 1.28.1\n"), runs: "go1.27.1" },
  { name: "the nearest folder upwards", files: { "go.mod": "go 1.27.1\n" }, runs: "go1.27.1" },
  { name: "the nearest one only", files: { ...mod("go 1.20\n"), "go.mod": "go 1.27.1\n" }, runs: itself },
  { name: "a folder of that name", files: { "p/go.mod/": "", "go.mod": "go 1.27.1\n" }, runs: "go1.27.1" },
  { name: "in the folder of temporary files", files: newer, env: { TMPDIR: "<top>/p" }, runs: itself },
];

const toolchainLines: readonly SwitchingCase[] = [
  { name: "newer", files: mod("go 1.26\ntoolchain go1.27.3\n"), runs: "go1.27.3" },
  { name: "without a go line", files: mod("toolchain go1.27.3\n"), runs: "go1.27.3" },
  { name: "older than the go command", files: mod("go 1.26\ntoolchain go1.22.5\n"), runs: itself },
  { name: "older than the go line", files: mod("go 1.28.1\ntoolchain go1.27.1\n"), runs: "go1.28.1" },
  { name: "a suffix", files: mod("go 1.26\ntoolchain go1.27.1-custom\n"), runs: "go1.27.1-custom" },
  { name: "a suffix, and equal", files: mod("go 1.26\ntoolchain go1.26.8-custom\n"), runs: itself },
  { name: "default", files: mod("go 1.26\ntoolchain default\n"), runs: itself },
  { name: "default, too old", files: mod("go 1.27.1\ntoolchain default\n"), runs: itself, refuses: true },
  { name: "no name", files: mod("toolchain 1.27.1\n"), runs: { stops: 'invalid toolchain "1.27.1"' } },
  {
    name: "quoted",
    files: mod('toolchain "go1.27.1"\n'),
    runs: { stops: 'invalid toolchain "\\"go1.27.1\\""' },
  },
];

const settings: readonly SwitchingCase[] = [
  { name: "local", files: newer, env: { GOTOOLCHAIN: "local" }, runs: itself, refuses: true },
  { name: "local+auto", files: newer, env: { GOTOOLCHAIN: "local+auto" }, runs: "go1.27.1" },
  { name: "path", files: newer, env: { GOTOOLCHAIN: "path" }, runs: "go1.27.1" },
  { name: "a name", env: { GOTOOLCHAIN: "go1.22.5" }, runs: "go1.22.5" },
  { name: "a name before go.mod", files: newer, env: { GOTOOLCHAIN: "go1.22.5" }, runs: "go1.22.5" },
  { name: "its own name", files: newer, env: { GOTOOLCHAIN: itself }, runs: itself, refuses: true },
  { name: "a name+auto", files: newer, env: { GOTOOLCHAIN: "go1.22.5+auto" }, runs: "go1.27.1" },
  { name: "a name+path", files: mod("go 1.20\n"), env: { GOTOOLCHAIN: "go1.27.1+path" }, runs: "go1.27.1" },
  {
    name: "an older name+auto: the go line counts from there",
    files: mod("go 1.26\n"),
    env: { GOTOOLCHAIN: "go1.22.5+auto" },
    runs: "go1.26.0",
  },
  {
    name: "a name and toolchain default",
    files: mod("go 1.20\ntoolchain default\n"),
    env: { GOTOOLCHAIN: "go1.22.5+auto" },
    runs: "go1.22.5",
  },
  { name: "the user's go/env file", files: newer, goEnv: "GOTOOLCHAIN=local\n", runs: itself, refuses: true },
  {
    name: "the last line of it",
    goEnv: "GOTOOLCHAIN=local\nGOTOOLCHAIN=go1.22.5\n",
    runs: "go1.22.5",
  },
  {
    name: "the environment before the file",
    files: newer,
    goEnv: "GOTOOLCHAIN=local\n",
    env: { GOTOOLCHAIN: "auto" },
    runs: "go1.27.1",
  },
  { name: "empty in the environment", files: newer, env: { GOTOOLCHAIN: "" }, runs: "go1.27.1" },
  { name: "empty in the file", files: newer, goEnv: "GOTOOLCHAIN=\n", runs: itself, refuses: true },
  { name: "no modules", env: { GOTOOLCHAIN: "go1.22.5", GO111MODULE: "off" }, runs: itself },
  { name: "modules where there is a go.mod", files: newer, env: { GO111MODULE: "auto" }, runs: "go1.27.1" },
  { name: "and where there is none", env: { GOTOOLCHAIN: "go1.22.5", GO111MODULE: "auto" }, runs: itself },
  { name: "bash", env: { GOTOOLCHAIN: "bash" }, runs: { stops: 'invalid GOTOOLCHAIN "bash"' } },
  { name: "1.27.1", env: { GOTOOLCHAIN: "1.27.1" }, runs: { stops: 'invalid GOTOOLCHAIN "1.27.1"' } },
  { name: "go1.9.2rc2", env: { GOTOOLCHAIN: "go1.9.2rc2" }, runs: { stops: "invalid GOTOOLCHAIN" } },
  { name: "go2.0", env: { GOTOOLCHAIN: "go2.0" }, runs: { stops: 'invalid GOTOOLCHAIN "go2.0"' } },
  {
    name: "a path",
    env: { GOTOOLCHAIN: "go1.27.1/bin" },
    runs: { stops: 'invalid GOTOOLCHAIN "go1.27.1/bin"' },
  },
  {
    name: "x+auto",
    env: { GOTOOLCHAIN: "x+auto" },
    runs: { stops: 'invalid GOTOOLCHAIN "x+auto": invalid minimum toolchain "x"' },
  },
  {
    name: "another suffix",
    env: { GOTOOLCHAIN: "go1.27.1+local" },
    runs: { stops: "only version suffixes are +auto and +path" },
  },
];

const work = { "go.work": "go 1.27.1\n\nuse ./p\n" };

const workspaces: readonly SwitchingCase[] = [
  { name: "before go.mod", files: { ...mod("go 1.28.1\n"), ...work }, runs: "go1.27.1" },
  { name: "toolchain", files: { "go.work": "go 1.26\ntoolchain go1.27.3\n" }, runs: "go1.27.3" },
  { name: "GOWORK=off", files: { ...mod("go 1.20\n"), ...work }, env: { GOWORK: "off" }, runs: itself },
  {
    name: "GOWORK=off in the file",
    files: { ...mod("go 1.20\n"), ...work },
    goEnv: "GOWORK=off\n",
    runs: itself,
  },
  {
    name: "GOWORK names one",
    files: { ...mod("go 1.20\n"), "w/go.work": "go 1.27.3\n" },
    env: { GOWORK: "<top>/w/go.work" },
    runs: "go1.27.3",
  },
  {
    name: "GOWORK names none",
    files: { ...newer, ...work },
    env: { GOWORK: "<top>/w/go.work" },
    runs: "go1.27.1",
  },
];

/** Every row, by what it is about. */
export const switchingCases: Readonly<Record<string, readonly SwitchingCase[]>> = {
  "go line": goLines,
  "toolchain line": toolchainLines,
  GOTOOLCHAIN: settings,
  "go.work": workspaces,
};
