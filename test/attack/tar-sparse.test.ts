/** A tar with files of holes, in each of the forms that GNU tar writes ("Storing Sparse Files" in its manual). */
import { expect, it } from "vitest";

import { sandbox } from "../support/sandbox.ts";
import { gnu, makeTar, pax, type TarEntry } from "../support/tar.ts";
import { refusedTarball } from "../support/tar-attack.ts";

const file: TarEntry = { name: "GNUSparseFile.0/go/file", data: "x".repeat(512) };

it.each<[string, readonly TarEntry[], RegExp]>([
  ["the old form", [{ name: "go/file", type: "S", data: "x", fields: { format: gnu } }], /type "S"/],
  [
    "the old form, with a map",
    [
      {
        name: "go/file",
        type: "S",
        data: "x",
        fields: { format: gnu, prefix: `${"\0".repeat(41)}00000000000\u000000000001000\0` },
      },
    ],
    /type "S"/,
  ],
  [
    "the old form's map in a file's header",
    [{ name: "go/file", data: "x", fields: { format: gnu, prefix: `${"\0".repeat(41)}0` } }],
    /more in it/,
  ],
  [
    "pax 0.0",
    [
      pax({
        "GNU.sparse.size": "1024",
        "GNU.sparse.numblocks": "1",
        "GNU.sparse.offset": "0",
        "GNU.sparse.numbytes": "512",
      }),
      file,
    ],
    /extended header that says/,
  ],
  [
    "pax 0.1",
    [
      pax({
        "GNU.sparse.size": "1024",
        "GNU.sparse.numblocks": "1",
        "GNU.sparse.name": "go/file",
        "GNU.sparse.map": "0,512",
      }),
      file,
    ],
    /extended header that says/,
  ],
  [
    "pax 1.0",
    [
      pax({
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "go/file",
        "GNU.sparse.realsize": "1024",
      }),
      file,
    ],
    /extended header that says/,
  ],
  [
    "pax 1.0 that names a place outside",
    [pax({ path: "go/file", "GNU.sparse.name": "../../canary" }), file],
    /extended header that says/,
  ],
  ["star's", [pax({ path: "go/file", "SCHILY.realsize": "1024" }), file], /extended header that says/],
])("%s is refused", async (_, entries, reason) => {
  expect(await refusedTarball(sandbox(), makeTar(entries))).toMatch(reason);
});
