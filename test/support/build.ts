/**
 * Once before the tests: builds dist/, so that those which run the program run this source; and makes a folder for what
 * real releases of Go build, which the tests of one run share, since each release's std takes a minute of this time.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { bundle } from "../../scripts/build.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** GOCACHE of this run. */
    buildCache: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  await bundle();
  const cache = mkdtempSync(join(tmpdir(), "gv-build-cache-"));
  project.provide("buildCache", cache);
  return () => rmSync(cache, { recursive: true, force: true });
}
