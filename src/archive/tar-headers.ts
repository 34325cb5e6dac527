/**
 * What a header and a name in a release's tar may be. Pure.
 *
 * Guarantees: what passes here is read alike by every tar, and a name stays in the folder that it is unpacked
 * to: what Go's own releases hold (POSIX ustar with pax headers, or GNU's, for long names; files and folders
 * below go/) passes, the rest is refused with BAD_ARCHIVE.
 */
import { isUtf8 } from "node:buffer";

import { GvError } from "../errors.ts";
import { type Names, shown } from "./names.ts";

/** In bytes, and headers. Go 1.27 for linux/amd64 has 70 MB, 244 MB and 17,000. */
export const tarballLimits = { packed: 500 * 2 ** 20, unpacked: 1000 * 2 ** 20, entries: 40_000 } as const;

export const blockSize = 512;

/** At the end: two blocks of zeros, and what fills up a record of twenty (tar(5)). */
const mostZeros = 2 + 19;

/** Looks at all blocks but those of files' contents, one after the other. */
export class HeaderChecks {
  /** What the last header is for, and its name: tar must come to the same. */
  isFolder = false;
  name = "";
  /** The header whose one block of content comes next, and what such a block said of the next header. */
  #extension: Header | undefined;
  #extended: { readonly name?: string } | undefined;
  #zeros = 0;
  #entries = 0;
  #unpacked = 0;

  /** "end" for the zeros at the end. Throws BAD_ARCHIVE. */
  check(block: Buffer): "header" | "extension" | "end" {
    if (this.#extension) {
      this.#extended = readExtension(this.#extension, block);
      this.#extension = undefined;
      return "extension";
    }
    if (block.every((byte) => byte === 0)) {
      if (this.#extended || ++this.#zeros > mostZeros) throw badTarball("it doesn't end as a tar does");
      return "end";
    }
    if (this.#zeros > 0) throw badTarball("something follows its end");
    const header = readHeader(block);
    if (isExtension(header) && this.#extended) throw badTarball("a file in it has two extended headers");
    if (isExtension(header)) this.#extension = header;
    this.isFolder = header.kind === "folder";
    this.name = this.#extended?.name ?? header.name;
    this.#extended = undefined;
    this.#unpacked += header.size;
    if (++this.#entries > tarballLimits.entries)
      throw badTarball(`it holds more than ${tarballLimits.entries} files`);
    if (this.#unpacked > tarballLimits.unpacked)
      throw badTarball(`it would unpack to ${this.#unpacked} bytes`);
    return "header";
  }

  get isAtEnd(): boolean {
    return this.#zeros >= 2;
  }
}

/** What a header says, as far as it isn't left to tar. */
interface Header {
  /** The latter two have a block of content, which names what the next header is for. */
  readonly kind: "file" | "folder" | "pax" | "long name";
  readonly size: number;
  readonly name: string;
}

const kinds: Readonly<Record<string, Header["kind"]>> = {
  "0": "file",
  "\0": "file",
  "5": "folder",
  x: "pax",
  L: "long name",
};

const isExtension = ({ kind }: Header): boolean => kind === "pax" || kind === "long name";

/** POSIX (pax, "ustar Interchange Format"), and GNU's (tar(5)), which leaves out what follows the device. */
const ustar = "ustar\u000000";
const gnu = "ustar  \0";

/**
 * Reads a header: only octal numbers (tar would read "12x" as 10, and a negative size as none), only strings
 * that end where they seem to, nothing in places that are nobody's. tar looks at the checksum.
 */
function readHeader(block: Buffer): Header {
  const field = (at: number, length: number): string => block.toString("latin1", at, at + length);
  const [name, mode, digits] = [field(0, 100), field(100, 8), field(124, 12)];
  const [type, format, prefix] = [field(156, 1), field(257, 8), field(345, 155)];
  const refused = (reason: string): GvError => badTarball(`${shown(name)} ${reason}`);
  // A first block that starts as gzip does is unpacked once more by tar.
  if ((format !== ustar && format !== gnu) || block.readUInt16BE(0) === 0x1f8b)
    throw refused("has a header of an unknown kind");
  const kind = kinds[type];
  if (!kind) throw refused(`is a link, a device or something else that is no file (type ${shown(type)})`);
  if (/[^\0]/.test(field(500, 12)) || (format === gnu && /[^\0]/.test(prefix)))
    throw refused("has a header with more in it than there should be");
  if ([name, prefix].some((text) => /\0[^\0]/.test(text))) throw refused("goes on behind its end");
  if ([mode, digits].some((number) => !/^ *[0-7]+[ \0]*$/.test(number)))
    throw refused("has a mode or a size that is no number");
  const parts = [prefix, name].map(decoded).filter((part) => part !== "");
  const header: Header = { kind, size: Number.parseInt(digits, 8), name: parts.join("/") };
  if (kind === "folder" && header.size > 0) throw refused("is a folder with content");
  if (isExtension(header) && (header.size === 0 || header.size > blockSize))
    throw refused(`is an extended header of ${header.size} bytes`);
  return header;
}

/** `length key=value\n` (POSIX, "pax Extended Header"). Of size, linkpath, GNU.sparse.* and others, none is Go's. */
const record = /([1-9]\d*) (path|[acm]time)=([^\0\n]+)\n/gy;

/** An extended header gives a file another name, once, and at most times. */
function readExtension({ kind, size }: Header, block: Buffer): { name?: string } {
  const text = block.toString("latin1", 0, size);
  const refused = (): GvError => badTarball(`it holds an extended header that says ${shown(text)}`);
  if (!isUtf8(block) || /[^\0]/.test(block.toString("latin1", size))) throw refused();
  if (kind === "long name") {
    if (!/^[^\0]+\0*$/.test(text)) throw refused();
    return { name: decoded(text) };
  }
  const said = new Map<string, string>();
  let length = 0;
  for (const [whole, digits, key = "", value = ""] of text.matchAll(record)) {
    if (whole.length !== Number(digits) || said.has(key)) throw refused();
    said.set(key, value);
    length += whole.length;
  }
  if (length !== text.length) throw refused();
  const name = said.get("path");
  return name === undefined ? {} : { name: decoded(name) };
}

/** A string of bytes, up to the NUL that may end it, as tar reads it: what is no UTF-8 as U+FFFD. */
function decoded(bytes: string): string {
  return Buffer.from(bytes.replace(/\0+$/, ""), "latin1").toString();
}

/** Takes a name of the archive among the others. A folder's ends in a slash. */
export function addName(names: Names, name: string, isFolder: boolean): void {
  if (isFolder && !name.endsWith("/")) throw badTarball(`${shown(name)} is both a file and a folder`);
  names.add(isFolder ? name.slice(0, -1) : name, isFolder ? "folder" : "file");
}

export function badTarball(reason: string): GvError {
  return new GvError("BAD_ARCHIVE", `the archive is not one that Go publishes: ${reason}`, {
    hint: "nothing was installed. The server or something before it sent a damaged file: try again, or elsewhere",
  });
}
