/** A release with a file more, one less, one twice, or one in another's place: each file of it as Go made it. */
import { expect, it } from "vitest";

import { refused } from "../support/attack.ts";
import { tinyToolchain } from "../support/goproxy.ts";
import { host, localProxy, settingsFor } from "../support/scene.ts";
import { sandbox } from "../support/sandbox.ts";
import { remade } from "../support/unzip.ts";
import type { ZipEntry } from "../support/zip.ts";

const asked = tinyToolchain("1.22.5", host);
const prefix = `golang.org/toolchain@${asked.version}/`;
const differs = /is not the v0\.0\.1-go1\.22\.5/;
const isGo = ({ name }: ZipEntry): boolean => name === `${prefix}bin/go`;
const isNotGo = (entry: ZipEntry): boolean => !isGo(entry);
const evil = { name: `${prefix}bin/go`, data: "#!/bin/sh\necho evil\n" };

it.each<[string, (honest: readonly ZipEntry[]) => readonly ZipEntry[], RegExp]>([
  ["a file more", (honest) => [...honest, { ...evil, name: `${prefix}bin/evil` }], differs],
  ["an empty file more", (honest) => [...honest, { name: `${prefix}a`, data: "" }], differs],
  ["a file less", (honest) => honest.slice(0, -1), differs],
  ["no file at all", () => [], differs],
  ["a program twice, the honest one first", (honest) => [...honest, evil], /in it twice/],
  ["a program twice, the honest one last", (honest) => [evil, ...honest], /in it twice/],
  [
    "a program of its name in capitals",
    (honest) => [...honest, { ...evil, name: `${prefix}bin/GO` }],
    /are one name in some places/,
  ],
  [
    "a program under another name",
    (honest) => [...honest.filter(isNotGo), { ...evil, name: `${prefix}bin/gO` }],
    differs,
  ],
  [
    "the contents of two files exchanged",
    ([a, b, ...rest]) => (a && b ? [{ ...a, data: b.data }, { ...b, data: a.data }, ...rest] : []),
    differs,
  ],
  [
    "go.mod for _go.mod",
    (honest) => honest.map((entry) => ({ ...entry, name: String(entry.name).replace("_go.mod", "go.mod") })),
    differs,
  ],
  [
    "both go.mod and _go.mod",
    (honest) => [...honest, { name: `${prefix}src/go.mod`, data: "module std\n" }],
    /can't be a file/,
  ],
  [
    "a newline more in a file",
    ([first, ...rest]) => (first ? [{ ...first, data: `${String(first.data)}\n` }, ...rest] : []),
    differs,
  ],
])("%s is refused", async (_, change, reason) => {
  const proxy = await localProxy({ toolchains: [await remade(asked, change)] });
  const ran = await refused(sandbox(settingsFor(proxy)), ["install", "1.22.5"]);
  expect(ran.stderr).toMatch(reason);
});
