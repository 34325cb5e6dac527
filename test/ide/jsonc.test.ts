/** Edits of JSON with comments (src/jsonc.ts): what is there stays, and what was put in is there. */
import { expect, it } from "vitest";

import { type Edit, withEdits } from "../../src/jsonc.ts";
import { evaluated } from "./scene.ts";

const put: readonly Edit[] = [
  { path: ["go.alternateTools", "go"], value: "~/.gv/shims/go" },
  { path: ["list"], value: "one", isElement: true },
  { path: ["flag"], value: false },
];
const wanted = { "go.alternateTools": { go: "~/.gv/shims/go" }, list: ["one"], flag: false };

/** [what it is, the text, what else it must say then] */
const texts: readonly (readonly [string, string, object])[] = [
  ["nothing", "", {}],
  ["blanks", "\n\n", {}],
  ["an empty object", "{}", {}],
  ["an empty object over lines", "{\n}\n", {}],
  ["a comment alone", "// mine\n", {}],
  ["a comment alone without a line end", "// mine", {}],
  ["an object of a comment", "{\n  // mine\n}\n", {}],
  ["an object that ends behind a comment", "{ /* mine */ }", {}],
  ["one line", '{"a": 1}', { a: 1 }],
  ["a trailing comma", '{\n  "a": 1,\n}\n', { a: 1 }],
  ["a trailing comma behind a comment", '{\n  "a": 1 /* one */ , // first\n  // last\n}\n', { a: 1 }],
  ["a comment behind the last member", '{\n  "a": 1 // the first, with a , in it\n}\n', { a: 1 }],
  ["a comment on the last line's own", '{\n  "a": 1\n  // , not a comma\n}', { a: 1 }],
  [
    "tabs and CRLF",
    '{\r\n\t"a": 1, // x\r\n\t"b": {\r\n\t\t"c": [1,\r\n\t\t2]\r\n\t}\r\n}\r\n',
    { a: 1, b: { c: [1, 2] } },
  ],
  ["a byte order mark", '\uFEFF{\n "a": "\u00fc"\n}\n', { a: "\u00fc" }],
  [
    "members that are there",
    '{\n  "flag": true, // yes\n  "go.alternateTools": {\n    "gopls": "g" // own\n  },\n  "list": [\n    "zero", // nought\n  ]\n}\n',
    { "go.alternateTools": { go: "~/.gv/shims/go", gopls: "g" }, list: ["zero", "one"] },
  ],
  ["values of another kind", '{\n  "go.alternateTools": null, "list": "x"\n}\n', {}],
  ["a name twice: the last one counts", '{\n  "flag": 1,\n  "flag": 2\n}\n', {}],
];

it.each(texts)("puts what should be there into %s", async (_, text, others) => {
  const after = (await withEdits(text, put)) ?? "";
  expect(evaluated(after)).toEqual({ ...others, ...wanted, ...others });
  if (text.includes("\r\n")) expect(after.replaceAll("\r\n", "")).not.toMatch(/\n/);
  expect(after.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
  // Every line that was there is still there, in its order, apart from a comma and what is set.
  const bare = (whole: string): string[] =>
    whole
      .split(/\r?\n/)
      .map((line) => line.replaceAll(/[,\s{}[\]]/g, ""))
      .filter((line) => line !== "");
  const now = bare(after);
  for (const line of bare(text))
    if (!/flag|list|alternate/.test(line))
      expect(now.splice(0, now.findIndex((one) => one.includes(line)) + 1).length, line).toBeGreaterThan(0);
});

it("leaves what isn't asked for byte for byte: only lines are added, a comma before them", async () => {
  const before =
    '{\r\n\t// mine\r\n\t"a": 4, // four\r\n\t"b": {"gopls": "/x"} // own\r\n\t/* end */\r\n}\r\n';
  expect(await withEdits(before, [{ path: ["c", "d"], value: 1 }])).toBe(
    '{\r\n\t// mine\r\n\t"a": 4, // four\r\n\t"b": {"gopls": "/x"}, // own\r\n\t"c": {\r\n\t\t"d": 1\r\n\t}\r\n\t/* end */\r\n}\r\n',
  );
});

it("changes no text with mistakes", async () => {
  for (const text of ['{"a": }', "{", '{"a": 1} x', "{'a': 1}"])
    expect(await withEdits(text, put)).toBeUndefined();
});

it.each([
  ['{\n  "a": 1, // one\n  "x": "/x", // it\n  "b": 2\n}\n', '{\n  "a": 1, // one\n  "b": 2\n}\n'],
  ['{\n  "a": 1, // one\n  "x": "/x"\n  // last\n}\n', '{\n  "a": 1 // one\n  // last\n}\n'],
  ['{\r\n  "x": {\r\n    "y": 1\r\n  },\r\n  "b": 2,\r\n}\r\n', '{\r\n  "b": 2,\r\n}\r\n'],
  ['{ "a": 1, "x": 2 }', '{ "a": 1 }'],
  ['{ "x": 2, "a": 1 }', '{ "a": 1 }'],
  ['{"x": 2}', "{}"],
  ['{"a": 2}', '{"a": 2}'],
])("takes a member out of %j", async (text, rest) => {
  const after = await withEdits(text, [{ path: ["x"], value: undefined }]);
  expect(evaluated(after ?? "")).toEqual(evaluated(rest));
  expect(after?.replaceAll(/ +(?=\})/g, " ")).toBe(rest);
});
