/** The Go versions of other managers, laid out as each does: a GOROOT of a tiny toolchain in a folder. */
import { readdirSync, writeFileSync } from "node:fs";
import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Platform } from "../../src/platform.ts";
import { type Files, tinyFiles } from "./goproxy.ts";
import { host } from "./scene.ts";

export interface LayOptions {
  /** Added to the files of the release, or in their place; undefined leaves one out. */
  readonly files?: Files;
  readonly platform?: Platform;
  /** As the go command leaves it in its module cache: each go.mod twice, nothing that may be written. */
  readonly inModuleCache?: boolean;
}

/** Lays out a GOROOT with the files of tinyToolchain(version), and gives its path. */
export function layGoroot(folder: string, version: string, options: LayOptions = {}): string {
  const { platform = host, files = {}, inModuleCache = false } = options;
  for (const [name, data] of Object.entries({ ...tinyFiles(version, platform).files, ...files })) {
    if (data === undefined) continue;
    const plain = name.replace(/(^|\/)_go\.mod$/, "$1go.mod");
    for (const path of inModuleCache ? new Set([name, plain]) : [plain]) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      const isProgram = /^(?:bin|pkg\/tool)\/|\.bash$/.test(path);
      writeFileSync(target, data);
      chmodSync(target, (isProgram ? 0o755 : 0o644) & (inModuleCache ? 0o555 : 0o777));
    }
  }
  if (inModuleCache) setFolders(folder, 0o555);
  return folder;
}

/** Gives a folder and all below it a mode. */
export function setFolders(folder: string, mode: number): void {
  chmodSync(folder, mode | 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) setFolders(join(folder, entry.name), mode);
  chmodSync(folder, mode);
}
