/** A tar with what is neither file nor folder: devices, FIFOs, what only some tars know, what none does. */
import { expect, it } from "vitest";

import { countAttacks } from "../support/attack.ts";
import { sandbox } from "../support/sandbox.ts";
import { gnu, makeTar, pax, type TarEntry, ustar } from "../support/tar.ts";
import { attack, refusedTarball } from "../support/tar-attack.ts";

const after: TarEntry = { name: "go/after", data: "after" };

it.each<[string, TarEntry]>([
  [
    "a character device",
    { name: "go/null", type: "3", fields: { devmajor: "0000001", devminor: "0000003" } },
  ],
  ["a block device", { name: "go/sda", type: "4", fields: { devmajor: "0000010" } }],
  ["a FIFO", { name: "go/fifo", type: "6" }],
  ["a contiguous file", { name: "go/file", type: "7", data: "x" }],
  ["a folder with a list of its files", { name: "go/folder/", type: "D", data: "Yfile\0\0" }],
  ["what continues a file of another volume", { name: "go/file", type: "M", data: "x" }],
  ["a volume's name", { name: "go/", type: "V" }],
  ["a GNU sparse file", { name: "go/file", type: "S", data: "x" }],
  ["an inode alone", { name: "go/file", type: "I" }],
  ["a Solaris ACL", { name: "go/file", type: "A", data: "user::rwx" }],
  ["a Solaris extended header", { name: "go/file", type: "X", data: "16 path=go/other\n" }],
  ["an old GNU long name", { name: "go/file", type: "N", data: "go/other\0" }],
])("%s is refused", async (_, entry) => {
  const reason = /is a link, a device or something else that is no file/;
  expect(await refusedTarball(sandbox(), makeTar([entry, after]))).toMatch(reason);
  const asGnu = { ...entry, fields: { ...entry.fields, format: gnu } };
  expect(await refusedTarball(sandbox(), makeTar([asGnu, after]))).toMatch(reason);
});

it("any other type is refused", async (test) => {
  const box = sandbox();
  const known = ["0", "\0", "5", "x", "L"].map((type) => type.charCodeAt(0));
  const types = Array.from({ length: 256 }, (_, type) => type).filter((type) => !known.includes(type));
  for (const type of types)
    expect(
      await refusedTarball(box, makeTar([{ name: "go/x", fields: { type: Buffer.of(type) } }, after])),
    ).toMatch(/no file \(type/);
  countAttacks(test, types.length);
});

it.each<[string, string]>([
  ["of the seventh Unix, without a magic", ""],
  ["of another version", "ustar\u000001"],
  ["of a version that isn't there", "ustar\0"],
  ["of star", "ustar\u000000tar"],
  ["that is no ustar", "USTAR\u000000"],
  ["of GNU in another spelling", "ustar \0\0"],
])("a header %s is refused", async (_, format) => {
  const fields = format === `${ustar}tar` ? { padding: "\0\0\0\0\0\0\0\0tar\0" } : { format };
  expect(await refusedTarball(sandbox(), makeTar([{ name: "go/x", data: "x", fields }]))).toMatch(
    /a header of an unknown kind|more in it than there should be/,
  );
});

it.each<[string, TarEntry]>([
  ["behind the prefix", { name: "go/x", fields: { padding: "x" } }],
  ["in place of GNU's prefix", { name: "go/x", fields: { format: gnu, prefix: "go" } }],
  ["in place of GNU's second one", { name: "go/x", fields: { format: gnu, padding: "go" } }],
])("a header with something %s is refused", async (_, entry) => {
  expect(await refusedTarball(sandbox(), makeTar([entry]))).toMatch(/more in it than there should be/);
});

it("a header that starts as a gzip stream does is refused, before tar unpacks it", async () => {
  const first = { ...pax({ path: "go/x" }), name: Buffer.from("1f8b08", "hex") };
  expect(await refusedTarball(sandbox(), makeTar([first, after]))).toMatch(/a header of an unknown kind/);
});

it("bits of modes beyond the permissions are not set", async (test) => {
  const box = sandbox();
  const modes: number[] = [];
  const place = (name: string, mode = 0) => {
    modes.push(mode);
    return { path: name.slice(3), mode };
  };
  await attack(box, makeTar([{ name: "go/setuid", mode: 0o106755 }]), { place });
  expect(modes).toEqual([0o755]);
  countAttacks(test, 0);
});
