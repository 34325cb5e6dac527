/** Names in a zip that would be written elsewhere, twice, or not as they are shown. */
import { expect, it } from "vitest";

import { countAttacks, refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { refusal, remade } from "../support/unzip.ts";
import { makeZip } from "../support/zip.ts";

type Name = string | Uint8Array;
const bytes = (...values: number[]): Buffer => Buffer.from(values);
const control = Array.from({ length: 32 }, (_, code) => `x${String.fromCharCode(code)}y`);

const refusedNames: [string, RegExp, readonly Name[]][] = [
  ["above the folder", /outside/, ["..", "../x", "x/..", "x/../../y", "x/../y", "../../../../etc/passwd"]],
  ["the folder itself", /outside/, [".", "./x", "x/.", "x/./y", "", "x//y", "//x"]],
  ["absolute", /outside/, ["/", "/x", "/etc/passwd", "//server/share"]],
  ["a folder", /outside the folder, or a folder/, ["x/", "x/y/", "bin/"]],
  [
    "of windows",
    /no name/,
    ["C:x", "C:\\x", "C:/x", "\\x", "..\\x", "x\\..\\y", "\\\\server\\x", "x:stream"],
  ],
  ["with control characters", /no name/, [...control, "x\u007fy"]],
  ["too long", /no name/, ["x".repeat(1025), "x".repeat(5000), "x/".repeat(2500) + "x", "é".repeat(513)]],
  [
    "not UTF-8",
    /not UTF-8/,
    [
      bytes(0xff),
      bytes(0x78, 0xe9), // latin1
      bytes(0xc0, 0xaf), // a slash in two bytes
      bytes(0xe0, 0x80, 0xaf), // and in three
      bytes(0xed, 0xa0, 0x80), // half of a pair
      bytes(0xf5, 0x80, 0x80, 0x80), // above U+10FFFF
      bytes(0x78, 0xc3), // cut short
    ],
  ],
];

/** So many that the directory may be as long as it is: otherwise that would be the reason. */
const others = Array.from({ length: 5 }, (_, i) => ({ name: `other${i}`, data: "" }));

it.for(refusedNames)("names %s are refused", async ([, reason, names], test) => {
  for (const name of names)
    expect(await refusal(makeZip([{ name, data: "" }, ...others])), String(name)).toMatch(reason);
  countAttacks(test, names.length);
});

it("the same names behind the module's own", async (test) => {
  const all = refusedNames.flatMap(([, , names]) => names);
  for (const name of all) {
    const behind = Buffer.concat([Buffer.from("m@v/"), Buffer.from(name)]);
    await refusal(makeZip([{ name: behind, data: "" }, ...others]));
  }
  countAttacks(test, all.length);
});

const oneName = /are one name in some places/;

it.each<[string, RegExp, string, string]>([
  ["the same", /twice/, "m/x", "m/x"],
  ["the same but for their case", oneName, "m/x", "M/X"],
  ["the same but for the case of é", oneName, "m/é", "m/É"],
  ["in folders that are the same but for their case", oneName, "m/a/x", "m/A/y"],
  ["far down in such folders", oneName, "m/a/b/c/x", "m/A/b/c/y"],
  ["a file and a folder", /both a file and a folder/, "m/x", "m/x/y"],
  ["a folder and a file", /both a file and a folder/, "m/x/y/z", "m/x"],
  ["a folder and a file in another case", /both a file and a folder/, "m/x/y", "m/X"],
])("twins are refused: %s", async (_, reason, ...names) => {
  expect(await refusal(makeZip(names.map((name) => ({ name, data: name }))))).toMatch(reason);
});

it.each(["../../../evil", "/../../../evil", "C:\\evil", "bin\\evil", "x\0y"])(
  "a release with the file %j is not installed",
  async (name) => {
    const asked = tinyToolchain("1.22.5", host);
    const evil = {
      name: `golang.org/toolchain@${asked.version}/${name}`,
      data: "#!/bin/sh\n",
      method: 0,
    } as const;
    const proxy = await localProxy({ toolchains: [await remade(asked, (honest) => [...honest, evil])] });
    const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
    expect(ran.stderr).toContain("not one that Go publishes");
  },
);
