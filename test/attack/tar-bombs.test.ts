/** A tar.gz that would unpack to more than any disk or patience holds, and ends before it does. */
import { statSync, readdirSync } from "node:fs";

import { expect, it } from "vitest";

import { countAttacks } from "../support/attack.ts";
import { sandbox } from "../support/sandbox.ts";
import { gzip, makeTar, pax, type TarEntry } from "../support/tar.ts";
import { attack, refusedTarball, target } from "../support/tar-attack.ts";

const zeros = (size: number, data = ""): TarEntry => ({
  name: `go/${size}-${data.length}`,
  data,
  fields: { size: size.toString(8).padStart(11, "0") },
});

it.each<[string, readonly TarEntry[]]>([
  ["one file of 1 GiB", [zeros(2 ** 30)]],
  ["one of 8 GiB", [zeros(2 ** 33 - 1)]],
  ["a small one, and one of 1000 MiB", [{ name: "go/a", data: "a" }, zeros(1000 * 2 ** 20)]],
])("%s is refused before a byte of it is written", async (_, entries) => {
  const box = sandbox();
  expect(await refusedTarball(box, makeTar(entries))).toMatch(/would unpack to/);
  expect(readdirSync(target(box)).filter((name) => name !== "a")).toEqual([]);
});

/** What is counted are headers: so that few folders are made. */
const inOnePlace = (name: string) => ({ path: name.slice(3, 4), mode: 0o755 });

it("40,001 entries are refused", async () => {
  const box = sandbox();
  const entries = Array.from({ length: 40_001 }, (_, i) => ({ name: `go/${i}/` }));
  const refused = await refusedTarball(box, makeTar(entries), { place: inOnePlace });
  expect(refused).toMatch(/holds more than 40000 files/);
});

it("extended headers without end are refused", async () => {
  const entries = Array.from({ length: 1000 }, () => pax({ mtime: "1719519072" }));
  expect(await refusedTarball(sandbox(), makeTar(entries))).toMatch(/two extended headers/);
});

it("zeros without end are refused, and no further read", async () => {
  const box = sandbox();
  const megabyte = 2 ** 20;
  const packed = gzip(
    Buffer.concat([makeTar([{ name: "go/a" }], { gzip: false }), Buffer.alloc(200 * megabyte)]),
  );
  let read = 0;
  async function* data(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < packed.length; at += 1024) {
      read += 1024;
      yield packed.subarray(at, at + 1024);
    }
  }
  expect(await refusedTarball(box, packed, { data: data() })).toMatch(/doesn't end as a tar does/);
  expect(read).toBeLessThan(packed.length / 2);
});

it("a stream that is longer than 500 MiB is refused", async () => {
  const box = sandbox();
  const start = makeTar([{ name: "go/a" }]).subarray(0, 10);
  const stored = Buffer.alloc(5 + 65_535);
  stored.writeUInt16LE(65_535, 1);
  stored.writeUInt16LE(0, 3);
  const header = makeTar([zeros(900 * 2 ** 20)], { gzip: false }).subarray(0, 512);
  header.copy(stored, 5);
  const empty = Buffer.from([0, 0, 0, 0xff, 0xff]); // A stored block of nothing, and so on without end.
  const nothing = Buffer.concat(Array.from({ length: 200_000 }, () => empty));
  async function* data(): AsyncGenerator<Uint8Array> {
    yield start;
    yield stored;
    for (;;) yield nothing;
  }
  expect(await refusedTarball(box, start, { data: data() })).toMatch(/longer than 524288000 bytes/);
  expect(statSync(target(box)).isDirectory()).toBe(true);
}, 120_000);

it("what is small and packs well is no bomb", async (test) => {
  countAttacks(test, 0);
  const result = await attack(sandbox(), makeTar([{ name: "go/zeros", data: Buffer.alloc(20 * 2 ** 20) }]));
  expect(result).toMatchObject({ files: [{ name: "go/zeros" }] });
});
