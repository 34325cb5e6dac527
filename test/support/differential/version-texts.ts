/**
 * Made-up version files for the differential test: words that ask for a version, in lines among comments, blanks
 * and noise. The more usual a form is, the oftener it comes.
 */
import * as fc from "fast-check";

/** One of them, each as often as its number says. */
export function chance<T>(...some: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...some.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** One of the words of a line. */
export function anyOf(line: string): fc.Arbitrary<string> {
  return fc.constantFrom(...line.split(" "));
}

/** The parts in a row. */
function joined(...parts: readonly fc.Arbitrary<string | readonly string[]>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((all) => all.flat().join(""));
}

/** Versions that are often there. */
export const releases = (
  "1.22.5 1.21.0 1.22.10 1.20.0 1.20.14 1.8.7 1.9.7 1.10.8 1.4.1 1.23.4 1.21.5 1.22.0 1.100.0 2.0.1 " +
  "1.22rc2 1.23rc1 1.23rc10 1.23beta1 1.8rc3"
).split(" ");

/** Names that a linked Go may have. */
export const names = ["mygo", "tip", "go-tip_2.x", "_x", "zgo+1", "x", "Stable", "rc1"];

/** What a glob or a straight look for a folder could take for a version. */
export const lookalikes = "1.22.06 1.22. 1..22 1.022.5 1.22.1000 1.1000.1 01.22.5 1.22".split(" ");

/** Names of folders that neither a version nor a linked Go has. */
export const oddFolders = (
  "1.22.7.1 1.22.8-dirty go1.22.5 v1.22.5 latest system oldstable .hidden 1.22rc03 1.23.0rc1 1.23-rc.1 -x * " +
  "1.22.x 1 1.23rc 1.22beta x..y"
)
  .split(" ")
  .concat("a b", "1.22.5 ", "1.22\n", lookalikes);

export const someRelease = chance(
  [4, fc.constantFrom(...releases)],
  [1, fc.tuple(fc.nat(25), fc.nat(12)).map(([minor, patch]) => `1.${minor}.${patch}`)],
);
export const someMinor = someRelease.map((release) => release.replace(/^(\d+\.\d+).*/, "$1"));

const range = fc.oneof(
  joined(anyOf("^ ~ >= < > ="), fc.oneof(someMinor, someRelease)),
  joined(someMinor, fc.constantFrom(" || ", " - ", " <", " ~", " ||", " \u00a0- "), someMinor),
  fc.constantFrom("*", "1.22.*", "1.*", "1.22.x.*", ">= 1.21 < 1.23"),
);

/** A byte: a character of ASCII, or a surrogate for one that is no UTF-8 (places.ts, bytesOf). */
const anyByte = fc.nat(255).map((byte) => String.fromCharCode(byte < 128 ? byte : 0xdc00 + byte));

/** Words that are no version, or spelled in another way than gv spells it. */
export const strange = fc.oneof(
  anyOf(
    "1.22.05 01.22 1.22. 1..22 1.23-rc.1 1.23.0rc1 1.22.1000 1.1000 1.2.3.4 1.22rc 1.x.5 1.22.5.x x.x 1.22, ,",
  ),
  anyOf(
    "gogo1.22 go0x vgo1.22.5 go1.22-own oldstable go.mod LATEST latest.1 system1 go v +1.22 1.22.5+x x..y",
  ),
  anyOf("/usr/local/go ../mygo .. . -x --help path:x ref:main a/b PATH:x"),
  anyOf("my* m?go [m]ygo $(touch `x` $IFS ~ \\ \"1.22.5\" 'x' =1.22"),
  anyOf("1.22.5\u00a0 1.22.5\u2003x 1\u001b[31m \u00e4 1.22\u007f \udcff 1.22.\udcb9"),
  fc.constantFrom(...oddFolders),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: anyByte, maxLength: 4 }),
);

/** A word that asks for a version; a range may be several. */
export const spec = chance(
  [10, someRelease],
  [6, someMinor],
  [3, joined(anyOf("go v"), fc.oneof(someRelease, someMinor))],
  [2, joined(someMinor, anyOf(".x .X .x.x"))],
  [3, anyOf("latest stable system 1 1.x go1")],
  [3, fc.constantFrom(...names)],
  [1, range],
  [1, strange],
  [1, fc.constantFrom(...lookalikes)],
);

const blank = chance(
  [6, fc.constantFrom(" ", "\t", "  ", " \t ")],
  [1, fc.constantFrom("\v", "\f", "\r", " \r", "\u2003", "\u00a0", "\0", "\u0085", "\u2028")],
);
const maybeBlank = chance([5, fc.constant("")], [2, blank]);
const comment = fc.constantFrom("", "", "", " # why", "#", "# golang 1.9.7", "\t#\u00e4", " #\udcff");
const words = (minLength: number): fc.Arbitrary<string> =>
  fc.array(joined(spec, blank), { minLength, maxLength: 3 }).map((all) => all.join(""));

const goVersionLine = chance(
  [3, joined(maybeBlank, spec, maybeBlank, comment)],
  [1, joined(maybeBlank, words(1), comment)],
);
const toolName = chance(
  [5, anyOf("golang go")],
  [2, anyOf("nodejs golangci-lint gopls Go #golang golang# golang: golang[x go\u00a0 \u00a0go\u00a0")],
);
const toolVersionsLine = joined(maybeBlank, toolName, blank, words(0), comment);

/** Lines around the one that asks. */
const noise = chance(
  [4, fc.constantFrom("", "# why", "#", "  ", "\t")],
  [1, fc.constantFrom("\r", "\u00a0", "#\udcff", "\0", `# ${"long ".repeat(400)}`, "\v", "\u2003")],
);

/** What may stand first: byte order marks, whole and not. */
const mark = chance(
  [5, fc.constant("")],
  [1, fc.constantFrom("\uFEFF", "\uFEFF ", "\u00e4", "\udcff\udcfe", "\u00a0", "\udcef\udcbb", "\uFEFF#")],
);

function fileText(line: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const noisy = fc.array(noise, { maxLength: 3 });
  const lines = fc.tuple(
    chance<string[]>([3, fc.constant([])], [1, noisy]),
    fc.array(line, { minLength: 1, maxLength: 3 }),
  );
  const text = fc
    .tuple(mark, lines, fc.constantFrom("\n", "\n", "\n", "\r\n", "\r"), fc.boolean())
    .map(([first, all, end, isEnded]) => first + all.flat().join(end) + (isEnded ? end : ""));
  return chance(
    [12, text],
    [1, fc.constantFrom("", "\n", "1", "\r", "#")],
    [1, fc.string({ unit: anyByte, maxLength: 20 })],
  );
}

export const goVersionText = fileText(goVersionLine);
export const toolVersionsText = fileText(toolVersionsLine);
