/**
 * Worlds for the differential test of src/resolve.ts against shims/shim.sh: what is installed, which version files
 * lie where, and calls of shims in them. All is made up by fast-check, with more of what makes a difference.
 *
 * Files are written as in test/resolve.cases.ts, so that a world that tells the two apart can become a row there.
 */
import * as fc from "fast-check";

import {
  anyOf,
  chance,
  goVersionText,
  lookalikes,
  names,
  oddFolders,
  releases,
  someMinor,
  someRelease,
  spec,
  strange,
  toolVersionsText,
} from "./version-texts.ts";

type Files = Readonly<Record<string, string>>;

/** A root and the folders around it. Paths start from the world's own folder; `root` is $GV_ROOT. */
export interface World {
  /** Folders in versions/ that have bin/go and bin/gofmt. */
  readonly installed: readonly string[];
  /** Tools that were built: version -> names. */
  readonly tools: Readonly<Record<string, readonly string[]>>;
  readonly isToolFallback: boolean;
  /** Programs in sys/bin. */
  readonly system: readonly string[];
  /** As in ResolveCase: version files, broken versions, links. */
  readonly files: Files;
  /** The folders that a call stands in, each in the one before. */
  readonly chain: readonly string[];
  /** `w/ln` is a link to that many folders of the chain. */
  readonly linked: number;
}

/** One call of a shim. */
export interface Call {
  readonly tool: string;
  readonly args: readonly string[];
  /** By a path from the working directory instead of from `/`. */
  readonly isRelative: boolean;
  /** How many folders of the chain one stands in; -1 is `/`. */
  readonly depth: number;
  readonly pwd: keyof typeof pwds;
  readonly path: readonly (keyof typeof pathEntries)[];
  /** `<top>` in a value is the world's folder, `<cwd>` the working directory. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where a call stands, in absolute paths: the working directory, and the same through a link. */
export interface Place {
  readonly top: string;
  readonly physical: string;
  readonly logical: string;
}

/** What PWD may say. */
export const pwds = {
  physical: ({ physical }) => physical,
  logical: ({ logical }) => logical,
  unset: () => undefined,
  empty: () => "",
  relative: () => ".",
  other: ({ top }) => `${top}/w`,
  gone: ({ top }) => `${top}/gone`,
  slash: ({ physical }) => `${physical}/`,
  slashes: ({ top, logical }) => logical.replace(top, `${top}/`),
  dot: ({ top, logical }) => logical.replace(top, `${top}/.`),
  dots: ({ top, logical }) => logical.replace(top, `${top}/w/..`),
  "dots behind a link": ({ logical }) => `${logical}/..`,
  "dots through a link": ({ top, physical }) => physical.replace(top, `${top}/w/ln/..`),
} satisfies Record<string, (place: Place) => string | undefined>;

/** What PATH is made of. */
export const pathEntries = {
  shims: "<top>/root/shims",
  "shims in other words": "<top>/root//shims/../shims/",
  system: "<top>/sys/bin",
  "not executable": "<top>/sys/text",
  folders: "<top>/sys/folders",
  empty: "",
  relative: "sys/bin",
  here: ".",
  gone: "<top>/gone",
} as const;

const tools = ["gopls", "dlv", "godoc"];
const nothing = fc.constant<Files>({});

/** A version file, or what else may have its name. */
function entry(path: string, text: fc.Arbitrary<string>): fc.Arbitrary<Files> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const others = [
    { [`${path}/`]: "" },
    { [path]: "-> nowhere" },
    { [path]: `-> ${name}` },
    { [path]: "-> /dev/null" },
  ];
  return chance<Files>(
    [12, text.map((content) => ({ [path]: content }))],
    [1, text.map((content) => ({ [path]: `-> ${name}.real`, [`${path}.real`]: content }))],
    [1, fc.constantFrom<Files>(...others)],
  );
}

function filesIn(folder: string): fc.Arbitrary<Files> {
  return fc
    .tuple(
      chance([3, nothing], [2, entry(`${folder}/.go-version`, goVersionText)]),
      chance([2, nothing], [1, entry(`${folder}/.tool-versions`, toolVersionsText)]),
    )
    .map(([one, other]) => ({ ...one, ...other }));
}

const folderName = chance(
  [2, anyOf("a b")],
  [1, anyOf("* [a-z]* -n ... a.. $HOME ~ '\" \\ \u00e4 # \t ? \u001b[1m .tool-versions,go")],
  [1, fc.constantFrom("a b", "x\ny", " ", "a\n")],
);

/** What is in versions/: mostly much, so that what is asked for is often there. */
const installed = fc
  .tuple(
    fc.oneof({ withCrossShrink: true }, fc.subarray(releases), fc.subarray(releases, { minLength: 9 })),
    fc.subarray(names, { maxLength: 4 }),
    chance<string[]>(
      [1, fc.constant([])],
      [1, fc.subarray(lookalikes)],
      [1, fc.subarray(oddFolders, { maxLength: 6 })],
    ),
  )
  .map((all) => all.flat());

/** A folder in versions/ that is no whole Go: empty, bin/go not executable or a folder, or a link to nowhere. */
const broken = fc.record({
  version: chance([3, someRelease], [1, fc.constantFrom(...names)]),
  what: fc.constantFrom("/", "/bin/go", "/bin/go/", "/bin/", ""),
});

const built = fc.dictionary(
  chance([6, someRelease], [1, fc.constantFrom(...oddFolders, ...names)]),
  fc.uniqueArray(fc.constantFrom(...tools), { minLength: 1, maxLength: tools.length }),
  { maxKeys: 4 },
);

/** Folders with version files; a number stands for so many folders of the chain. */
const levels = ["0", "1", "2", "3", "4", "w", "home"];

export const world: fc.Arbitrary<World> = fc
  .record({
    chain: fc.array(folderName, { minLength: 1, maxLength: 4 }),
    installed,
    broken: fc.uniqueArray(broken, { selector: ({ version }) => version, maxLength: 3 }),
    tools: built,
    isToolFallback: fc.boolean(),
    system: fc.subarray(["go", "gofmt", ...tools]),
    linked: fc.nat(4),
    files: fc.tuple(...levels.map(filesIn)),
    global: fc.oneof(nothing, entry("root/version", goVersionText)),
  })
  .map(({ broken: some, files, global, ...rest }) => {
    const { chain } = rest;
    const versions = some
      .filter(({ version }) => !rest.installed.includes(version))
      .map(({ version, what }) => [
        `root/versions/linux-amd64/${version}${what}`,
        what === "" ? "-> nowhere" : "",
      ]);
    const placed = files
      .flatMap((one) => Object.entries(one))
      .filter(([path]) => !(Number(path[0]) > chain.length))
      .map(([path, content]) => {
        const [level = "", ...name] = path.split("/");
        const folders = /\d/.test(level) ? chain.slice(0, Number(level)) : [level];
        return [[...folders, ...name].join("/"), content];
      });
    const all: Files = Object.fromEntries([...versions, ...placed, ...Object.entries(global)]);
    return { ...rest, linked: rest.linked % (chain.length + 1), files: all };
  });

/** Unset but for one in `every`. */
function variable(every: number, value: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> {
  return chance<string | undefined>([every - 1, fc.constant(undefined)], [1, value]);
}

const environment = fc
  .record({
    GV_VERSION: variable(6, chance([3, spec], [1, fc.constantFrom("", " ", "1.22.5 ", "\t1.22", "1.22\n")])),
    GOTOOLCHAIN_INTERNAL_SWITCH_VERSION: variable(
      20,
      fc.oneof(someRelease, someMinor, strange).map((word) => `go${word}`),
    ),
    GV_AUTO_INSTALL: variable(12, fc.constantFrom("1", "0", "")),
    GV_HOPS: variable(
      3,
      fc.constantFrom("", "0", "1", "9", "10", "18", "19", "20", "21", "100", "x", "007", "-1"),
    ),
    GOROOT: variable(2, fc.constantFrom("", "/usr/lib/go", "<top>/root")),
    HOME: fc.constantFrom("<top>/home", "<top>/home", "<top>/w/ln", "", "<cwd>", "home"),
    OLDPWD: variable(2, fc.constantFrom("/", "<top>/w", "<cwd>")),
    IFS: variable(6, fc.constantFrom("", "1", ".", "/", "go", "x")),
    CDPATH: variable(10, fc.constantFrom("<top>", "/", "")),
    LC_ALL: variable(2, fc.constantFrom("C", "C.UTF-8")),
    POSIXLY_CORRECT: variable(10, fc.constant("1")),
  })
  .map((all) =>
    Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  );

const word = fc.constantFrom("build", "", "a b", "*", "-n", "+1.22", "./...", "line\nbreak", "\\", "\u00e4");
const release = fc.oneof(someRelease, someMinor, anyOf("1 1.22.x 1.22.05 1.22.5.1 -x"));

/** The keys of a table. */
function keyOf<T extends object>(table: T): fc.Arbitrary<keyof T> {
  return fc.constantFrom(...(Object.keys(table) as (keyof T)[]));
}

export const call: fc.Arbitrary<Call> = fc.record({
  tool: chance(
    [6, fc.constant("go")],
    [2, fc.constantFrom("gofmt", ...tools)],
    [1, release.map((name) => `go${name}`)],
  ),
  args: chance(
    [3, fc.array(word, { maxLength: 3 })],
    [1, fc.tuple(spec, word).map(([asked, next]) => [`+${asked}`, next])],
  ),
  isRelative: fc.nat(7).map((number) => number === 7),
  depth: fc.integer({ min: -1, max: 4 }),
  pwd: chance([3, fc.constantFrom<keyof typeof pwds>("physical", "logical")], [1, keyOf(pwds)]),
  path: chance<(keyof typeof pathEntries)[]>(
    [1, fc.constant(["shims", "system"])],
    [1, fc.array(keyOf(pathEntries), { maxLength: 5 })],
  ),
  env: environment,
});
