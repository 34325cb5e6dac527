/**
 * Once before the tests: builds dist/, so that those which run the program run this source; and says where real releases
 * of Go keep what they build and download: in the caches of the go on PATH, else in folders of this run. Its tests share
 * them, since the std of each release takes a minute.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { bundle } from "../../scripts/build.mjs";
import { realGo } from "./programs.ts";

/** Go's settings for its caches, to be put into an environment. */
export interface GoCaches extends Record<string, string> {
  readonly GOCACHE: string;
  readonly GOMODCACHE: string;
}

declare module "vitest" {
  interface ProvidedContext {
    goCaches: GoCaches;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  await bundle();
  if (realGo !== undefined) {
    const said = execFileSync("go", ["env", "GOCACHE", "GOMODCACHE"], { encoding: "utf8" });
    const [GOCACHE = "", GOMODCACHE = ""] = said.split("\n");
    mkdirSync(GOCACHE, { recursive: true });
    project.provide("goCaches", { GOCACHE, GOMODCACHE });
    return () => undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "gv-go-caches-"));
  project.provide("goCaches", { GOCACHE: folder, GOMODCACHE: join(folder, "mod") });
  return () => rmSync(folder, { recursive: true, force: true });
}
