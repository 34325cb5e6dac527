/**
 * Writes tar archives by hand for tests: honest ones as Go writes them, and any hostile one.
 *
 * Follows POSIX pax ("ustar Interchange Format", "pax Extended Header") and tar(5) of FreeBSD for GNU's
 * headers. Whatever a header says can be overridden field by field, so that it disagrees with the data.
 */
import { createHash } from "node:crypto";
import { crc32, gzipSync } from "node:zlib";

import type { Platform } from "../../src/platform.ts";
import { type Files, tinyFiles } from "./goproxy.ts";

type Bytes = string | Uint8Array;

export interface TarEntry {
  /** Of more than 100 bytes is divided into name and prefix, as long as that fits. */
  readonly name: Bytes;
  readonly data?: Bytes;
  /** Default: 0644, 0755 for a folder. */
  readonly mode?: number;
  /** The typeflag; default: "5" where the name ends in a slash, else "0". */
  readonly type?: string;
  readonly link?: Bytes;
  /** What stands in these fields instead, filled up with NULs. */
  readonly fields?: Partial<Record<Field, Bytes>>;
  /** What fills up the last block of the data; default: zeros. */
  readonly padding?: Uint8Array;
}

export interface TarOptions {
  /** False: not compressed. */
  readonly gzip?: boolean;
  /** What stands at the end; default: two blocks of zeros, as Go writes it. */
  readonly end?: Uint8Array;
}

/** Where each field starts, and its length. */
const layout = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  link: [157, 100],
  /** Magic and version. */
  format: [257, 8],
  uname: [265, 32],
  gname: [297, 32],
  devmajor: [329, 8],
  devminor: [337, 8],
  prefix: [345, 155],
  padding: [500, 12],
} as const;

export type Field = keyof typeof layout;

export const ustar = "ustar\u000000";
export const gnu = "ustar  \0";

/** The bytes of an archive with these entries, in this order. */
export function makeTar(entries: readonly TarEntry[], options: TarOptions = {}): Buffer {
  const tar = Buffer.concat([...entries.flatMap(writeEntry), options.end ?? Buffer.alloc(1024)]);
  return options.gzip === false ? tar : gzip(tar);
}

/** One stream, whose header is the same everywhere. */
export function gzip(data: Uint8Array): Buffer {
  const bytes = gzipSync(data);
  bytes.writeUInt8(255, 9); // The system, unknown: Go's compress/gzip.
  return bytes;
}

/** The same of up to 64 KiB that are not compressed: much faster to make (RFC 1951, 3.2.4). */
export function stored(data: Buffer): Buffer {
  const start = Buffer.from("1f8b08000000000000ff0100000000", "hex");
  start.writeUInt16LE(data.length, 11);
  start.writeUInt16LE(data.length ^ 0xffff, 13);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(data), 0);
  end.writeUInt32LE(data.length, 4);
  return Buffer.concat([start, data, end]);
}

function writeEntry(entry: TarEntry): Buffer[] {
  const data = Buffer.from(entry.data ?? "");
  const fill = (512 - (data.length % 512)) % 512;
  return [tarHeader(entry, data.length), data, Buffer.concat([entry.padding ?? Buffer.alloc(0)], fill)];
}

function tarHeader({ name, mode, type, link = "", fields = {} }: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(512);
  const put = (field: Field, value: Bytes): void => {
    const [at, length] = layout[field];
    block.fill(0, at, at + length);
    Buffer.from(value).copy(block, at, 0, length);
  };
  const text = Buffer.from(name).toString();
  const isFolder = type === "5" || (type === undefined && text.endsWith("/"));
  const cut = Buffer.byteLength(text) > 100 ? text.lastIndexOf("/", 155) : -1;
  put("name", cut > 0 ? text.slice(cut + 1) : name);
  if (cut > 0) put("prefix", text.slice(0, cut));
  put("mode", octal(mode ?? (isFolder ? 0o755 : 0o644), 8));
  for (const field of ["uid", "gid", "devmajor", "devminor"] as const) put(field, octal(0, 8));
  put("size", octal(size, 12));
  put("mtime", octal(1719519072, 12));
  put("type", type ?? (isFolder ? "5" : "0"));
  put("link", link);
  put("format", ustar);
  for (const [field, value] of Object.entries(fields)) put(field as Field, value);
  block.fill(" ", 148, 156);
  const sum = block.reduce((a, b) => a + b, 0);
  put("checksum", `${sum.toString(8).padStart(6, "0")}\0 `);
  if (fields.checksum !== undefined) put("checksum", fields.checksum);
  return block;
}

function octal(value: number, length: number): string {
  return value.toString(8).padStart(length - 1, "0");
}

/** A number that takes all bits of a field but the first (GNU, star). */
export function base256(value: bigint, length = 12): Buffer {
  const bytes = Buffer.alloc(length);
  for (let [i, rest] = [length - 1, value]; i >= 0; i--, rest >>= 8n)
    bytes.writeUInt8(Number(BigInt.asUintN(8, rest)), i);
  bytes.writeUInt8(bytes.readUInt8(0) | 0x80, 0);
  return bytes;
}

/** A pax header: for the next file, or for all (type "g"). */
export function pax(
  records: Readonly<Record<string, string>> | string,
  type: "x" | "g" | "X" = "x",
): TarEntry {
  const data =
    typeof records === "string"
      ? records
      : Object.entries(records)
          .map(([key, value]) => paxRecord(key, value))
          .join("");
  return { name: "PaxHeaders.0/file", type, data };
}

/** `length key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const size = Buffer.byteLength(rest);
  let length = size + 1;
  while (size + String(length).length !== length) length++;
  return `${length}${rest}`;
}

/** GNU's header before a file with a long name ("L") or a long target of a link ("K"). */
export function gnuLong(name: Bytes, type: "L" | "K" | "N" = "L"): TarEntry {
  const data = Buffer.concat([Buffer.from(name), Buffer.alloc(1)]);
  return { name: "././@LongLink", type, data, mode: 0, fields: { format: gnu } };
}

/** A release as Go's site publishes it. */
export interface Tarball {
  /** `go1.22.5.linux-amd64.tar.gz` */
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A release of the same files as tinyToolchain's, with api/, doc/, misc/ and test/. `files` are named as in GOROOT. */
export function goTarball(
  version: string,
  platform: Platform = { os: "linux", arch: "amd64" },
  files: Files = {},
): Tarball {
  const { name, files: usual } = tinyFiles(version, platform);
  const more = { "api/go1.txt": "pkg fmt\n", "misc/go.mod": "module misc\n", "test/a.go": "package a\n" };
  const all = Object.entries({ ...usual, ...more }).map(([path, data]) => [
    path.replace("_go.mod", "go.mod"),
    data,
  ]);
  const entries = Object.entries({ ...Object.fromEntries(all), ...files } as Files).flatMap(([path, data]) =>
    data === undefined ? [] : [{ name: `go/${path}`, data, mode: modeOf(path) }],
  );
  // Go 1.21.0 and its candidates have no folders.
  const folders = /^go1\.21(?:\.0|rc\d+)$/.test(name) ? [] : foldersOf(entries.map((entry) => entry.name));
  const bytes = makeTar([...folders.map((folder) => ({ name: folder })), ...entries]);
  return {
    name: `${name}.${platform.os}-${platform.arch === "arm" ? "armv6l" : platform.arch}.tar.gz`,
    bytes,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

function modeOf(path: string): number {
  return /^(?:bin|pkg\/tool)\/|\.bash$/.test(path) ? 0o755 : 0o644;
}

/** Each folder before what is in it. */
function foldersOf(names: readonly string[]): string[] {
  const folders = names.flatMap((name) =>
    [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index + 1)),
  );
  return [...new Set(folders)].toSorted();
}
