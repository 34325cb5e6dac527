/**
 * go.dev/dl on 127.0.0.1: archives of releases and their index, in the shape of the real one (golang/website,
 * internal/dl): a file is a redirect to where it lies.
 */
import type { RequestListener } from "node:http";

import { createHash } from "node:crypto";

import type { Platform } from "../../src/platform.ts";
import { tinyFiles } from "./goproxy.ts";
import { serve } from "./http.ts";
import type { Tarball } from "./tar.ts";
import { makeZip, type ZipEntry } from "./zip.ts";

export interface Downloads {
  /** For Origins.downloads, or archive-mirrors. */
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
}

/** Serves these files by name; the index has their SHA-256, or for a name in `sums` another one ("" for none). */
export async function startDownloads(
  archives: readonly Tarball[],
  more: {
    readonly sums?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
    readonly index?: boolean;
  } = {},
): Promise<Downloads> {
  const asked: string[] = [];
  const index = archives.map(({ name, bytes, sha256 }) => ({
    version: /^(go.*?)\.[a-z]/.exec(name)?.[1],
    stable: true,
    files: [{ filename: name, kind: "archive", size: bytes.length, sha256: more.sums?.[name] ?? sha256 }],
  }));
  const answer: RequestListener = (request, response) => {
    const path = request.url ?? "/";
    asked.push(path);
    const name = path.split("/").at(-1) ?? "";
    const file = archives.find((one) => one.name === name)?.bytes ?? more.files?.[name];
    if (path === "/dl/?mode=json&include=all" && more.index !== false)
      response.setHeader("content-type", "application/json").end(JSON.stringify(index, undefined, 1));
    else if (file === undefined) response.writeHead(404).end();
    else if (path.startsWith("/dl/")) response.writeHead(302, { location: `/go/${name}` }).end();
    else response.setHeader("content-length", Buffer.byteLength(file)).end(file);
  };
  return { url: `${await serve(answer)}/dl`, asked };
}

/**
 * A release for Windows: the files of tinyToolchain and api/, and what `change` makes of them, with the modes that
 * they had up to 1.20.
 */
export function goZip(
  version: string,
  platform: Platform,
  change: (honest: readonly ZipEntry[]) => readonly ZipEntry[] = (honest) => honest,
): Tarball {
  const { name, files } = tinyFiles(version, platform);
  const entries = Object.entries({ ...files, "api/go1.txt": "pkg fmt\n" }).flatMap(([path, data]) =>
    data === undefined ? [] : [{ name: `go/${path.replace("_go.mod", "go.mod")}`, data, mode: 0o100666 }],
  );
  const bytes = makeZip(change(entries));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name: `${name}.${platform.os}-${platform.arch}.zip`, bytes, sha256 };
}
