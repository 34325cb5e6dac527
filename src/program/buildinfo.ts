/**
 * Which Go built a program, for which platform and how, read from the program itself without running it.
 *
 * The rule is debug/buildinfo's: the place that the program's headers name (executable.ts) holds, at a multiple of
 * 16, a header of 32 bytes that starts with "\xff Go buildinf:". Since Go 1.18 two strings follow it, each after its
 * length as a varint: the version and the module information. From Go 1.13 to 1.17 it points to two strings of the
 * running program; older programs have none. The lines of the module information are as runtime/debug writes them.
 *
 * Guarantees: whatever the file holds, the answer is one or undefined; a string is read to 1 MB, and the header is
 * looked for in the first 64 MB of the place.
 */
import { executableIn } from "./executable.ts";
import { bigEndian, type Image, littleEndian, memoryOf, type Range, type Read, withFile } from "./image.ts";
import type { Platform } from "../platform.ts";
import { parseVersion, type Version } from "../version.ts";

export interface BuildInfo {
  readonly version: Version;
  /** The version as it is in the file, with what was set for experiments: go1.22.5 X:boringcrypto. */
  readonly goVersion: string;
  /** By the build settings, else (Go before 1.18) by the file's headers. */
  readonly platform: Platform | undefined;
  /** Path of the main package, such as golang.org/x/tools/gopls. */
  readonly path: string | undefined;
  /** The module of the main package. */
  readonly module: { readonly path: string; readonly version: string } | undefined;
  /** How it was built: GOOS, CGO_ENABLED, -trimpath, vcs.revision, ... None before Go 1.18. */
  readonly settings: Readonly<Record<string, string>>;
}

const magic = Buffer.from("\xff Go buildinf:", "latin1");
const headerLength = 32;
const alignment = 16;
const step = 1 << 20;
const reach = 64 * step;
const longest = 1 << 20; // bytes of a string

/**
 * The build information of a program that a release of Go built; undefined for any other file. Of a universal
 * program it is that of the image for the host, else of the first one. An ELF file needn't name its system: where
 * it doesn't, nor its settings, it is taken to be the host's, if that runs ELF files.
 */
export function readBuildInfo(path: string, host?: Platform): BuildInfo | undefined {
  return withFile(path, (read) => {
    const images = executableIn(read)?.images ?? [];
    const image = images.find(({ arch }) => arch === host?.arch) ?? images[0];
    const found = image && stringsIn(image, read);
    // Experiments follow the version of Go after a space or a dash.
    const version = parseVersion(/^go[^ ]*?(?=$| |-X:)/.exec(found?.version ?? "")?.[0] ?? "");
    if (!found || !version) return undefined;
    const build = parseModules(found.modules);
    const platform = platformOf(image, build.settings, host);
    return { version, goVersion: found.version, platform, ...build };
  });
}

const systemsWithoutElf: ReadonlySet<string> = new Set(["aix", "darwin", "windows"]);

function platformOf(image: Image, settings: BuildInfo["settings"], host?: Platform): Platform | undefined {
  const assumed = host && !systemsWithoutElf.has(host.os) ? host.os : undefined;
  const os = settings["GOOS"] ?? image.os ?? assumed;
  const arch = settings["GOARCH"] ?? image.arch;
  return os && arch ? { os, arch } : undefined;
}

interface Strings {
  readonly version: string;
  readonly modules: string;
}

function stringsIn(image: Image, read: Read): Strings | undefined {
  const memory = memoryOf(image, read);
  const at = image.data && findHeader(memory, image.data);
  const header = at === undefined ? undefined : memory(at, headerLength);
  if (at === undefined || header?.length !== headerLength) return undefined;
  const isInline = ((header[magic.length + 1] ?? 0) & 2) !== 0;
  const [version, modules] = isInline ? inlineStrings(memory, at + headerLength) : pointedTo(memory, header);
  if (!version || !modules) return undefined;
  // Module information stands between two marks of 16 bytes.
  const isMarked = modules.length > 32 && modules.at(-17) === 10; // \n
  return { version: version.toString(), modules: isMarked ? modules.subarray(16, -16).toString() : "" };
}

/** The address of the first header in a range. */
function findHeader(memory: Read, { address, size }: Range): number | undefined {
  const end = address + Math.min(size, reach);
  for (let at = Math.ceil(address / alignment) * alignment; at < end; at += step) {
    const block = memory(at, Math.min(step, end - at));
    for (let i = block.indexOf(magic); i >= 0; i = block.indexOf(magic, i + 1))
      if (i % alignment === 0) return at + i;
    if (block.length < step) return undefined;
  }
  return undefined;
}

/** The strings since Go 1.18. */
function inlineStrings(memory: Read, at: number): (Buffer | undefined)[] {
  const [version, next] = inlineString(memory, at);
  return version ? [version, inlineString(memory, next)[0]] : [];
}

function inlineString(memory: Read, at: number): [text: Buffer | undefined, next: number] {
  let [length, start] = [0, at];
  for (const [i, byte] of memory(at, 10).entries()) {
    length += (byte & 127) * 128 ** i;
    if (byte >= 128) continue;
    start = at + i + 1;
    break;
  }
  return [start > at ? exactly(memory, start, length) : undefined, start + length];
}

/** The strings up to Go 1.17: the header tells the size and order of its pointers, which point to Go's strings. */
function pointedTo(memory: Read, header: Buffer): (Buffer | undefined)[] {
  const [size = 0, flags = 0] = header.subarray(magic.length);
  const { u32, u64 } = (flags & 1) === 0 ? littleEndian : bigEndian;
  const pointer = size === 4 ? u32 : size === 8 ? u64 : undefined;
  if (!pointer) return [];
  const string = (at: number): Buffer | undefined => {
    const value = exactly(memory, pointer(header, at), 2 * size);
    return value && exactly(memory, pointer(value, 0), pointer(value, size));
  };
  return [string(alignment), string(alignment + size) ?? Buffer.alloc(0)];
}

function exactly(memory: Read, at: number, length: number): Buffer | undefined {
  const bytes = length <= longest ? memory(at, length) : undefined;
  return bytes?.length === length ? bytes : undefined;
}

type Modules = Pick<BuildInfo, "path" | "module" | "settings">;

/** Reads lines of a word and columns after tabs; those that aren't understood are passed over. */
function parseModules(text: string): Modules {
  let path: Modules["path"];
  let module: Modules["module"];
  const settings: [key: string, value: string][] = [];
  for (const line of text.split("\n")) {
    const [word, name = "", version = ""] = line.split("\t", 3);
    if (word === "path") path = name;
    if (word === "mod") module = { path: name, version };
    const setting = /^build\t("(?:[^"\\]|\\.)*"|`[^`]*`|[^=\s"`]+)=(.*)$/s.exec(line);
    if (setting?.[1]) settings.push([unquote(setting[1]), unquote(setting[2] ?? "")]);
  }
  return { path, module, settings: Object.fromEntries(settings) };
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** A Go string literal's text, as strconv.Unquote gives it; a text without quotes is itself. */
function unquote(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "`") || !text.endsWith(quote)) return text;
  const content = text.slice(1, -1);
  if (quote === "`") return content;
  return content.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/g,
    (_, byte?: string, short?: string, long?: string, letter = "") => {
      const code = Number.parseInt(byte ?? short ?? long ?? "", 16);
      if (Number.isNaN(code)) return escapes[letter] ?? letter;
      return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
    },
  );
}
