/** What gv makes of the bytes of a zip: read and unpacked by its own code, in this process and without a disk. */
import { expect } from "vitest";

import { GvError } from "../../src/errors.ts";
import { unpackEntry } from "../../src/archive/inflate.ts";
import { readZipDirectory, type ZipForm } from "../../src/archive/zip.ts";
import type { Toolchain } from "./goproxy.ts";
import { makeZip, type ZipEntry, type ZipOptions } from "./zip.ts";

export interface UnzippedFile {
  readonly name: string;
  readonly data: Buffer;
}

/** The files of a zip with their contents, in its order. Throws what gv throws. */
export async function unzip(zip: Buffer, form?: ZipForm): Promise<UnzippedFile[]> {
  const read = (offset: number, length: number) => Promise.resolve(zip.subarray(offset, offset + length));
  const { entries, start } = await readZipDirectory(zip.length, read, form);
  return entries.map((entry, i) => {
    const content: Uint8Array[] = [];
    const region = zip.subarray(entry.offset, entries[i + 1]?.offset ?? start);
    unpackEntry(entry, region, (part) => content.push(part));
    return { name: entry.name, data: Buffer.concat(content) };
  });
}

/** The message with which gv refuses a zip; a failure of the test where it doesn't, or not as BAD_ARCHIVE. */
export async function refusal(zip: Buffer, form?: ZipForm): Promise<string> {
  const error: unknown = await unzip(zip, form).then(
    () => new Error("it was not refused"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof GvError)) throw error;
  expect(error).toMatchObject({ code: "BAD_ARCHIVE", exitCode: 4 });
  expect(error.hint).toMatch(/nothing was installed/i);
  return error.message;
}

/** A toolchain whose zip has other entries than its record: what `change` makes of the honest ones. */
export async function remade(
  toolchain: Toolchain,
  change: (honest: readonly ZipEntry[]) => readonly ZipEntry[],
  options?: ZipOptions,
): Promise<Toolchain> {
  return { ...toolchain, zip: makeZip(change(await unzip(toolchain.zip)), options) };
}
