/** gv as npm has it: packed from a copy of what is built, so that where it was built can go away. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect } from "vitest";

import type { Environment } from "../../src/context.ts";
import { gvVersion } from "../../src/context.ts";
import { distFolder, type Ran, type Sandbox } from "./sandbox.ts";
import { nodeFolder } from "./scene.ts";

const repository = join(distFolder, "..");

export interface Packed {
  /** Path of the .tgz. */
  readonly archive: string;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
}

/** Runs npm with this Node, without a network and with nothing of the machine's settings. */
export function npm(box: Sandbox, words: readonly string[]): Promise<Ran> {
  return box.run("npm", words, { env: npmEnvironment(box) });
}

/** npm's settings for a test: it asks no registry, and says nothing of itself. */
export const npmSettings = {
  npm_config_offline: "true",
  npm_config_update_notifier: "false",
  npm_config_fund: "false",
  npm_config_audit: "false",
};

/** What npm needs: itself on PATH behind this Node, and a cache of its own. */
export function npmEnvironment(box: Sandbox): Environment {
  return {
    ...npmSettings,
    PATH: `${nodeFolder}:${process.env["PATH"] ?? ""}`,
    npm_config_cache: join(box.home, "npm-cache"),
  };
}

/** `npm pack` of what is built, which is gone afterwards; as another version where one is named. */
export async function packGv(box: Sandbox, version = gvVersion): Promise<Packed> {
  const place = join(box.home, `built-${version}`);
  mkdirSync(place);
  for (const name of ["dist", "package.json", "README.md", "LICENSE"])
    cpSync(join(repository, name), join(place, name), { recursive: true });
  if (version !== gvVersion) {
    replaceIn(join(place, "package.json"), `"version": "${gvVersion}"`, `"version": "${version}"`);
    replaceIn(join(place, "dist/gv.cjs"), `gvVersion = "${gvVersion}"`, `gvVersion = "${version}"`);
  }
  const words = ["pack", place, "--ignore-scripts", "--json", "--pack-destination", box.home];
  const ran = await npm(box, words);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  rmSync(place, { recursive: true });
  const [{ filename, files }] = JSON.parse(ran.stdout);
  return {
    archive: join(box.home, filename),
    files: files.map(({ path }: { path: string }) => path).toSorted(),
  };
}

function replaceIn(file: string, before: string, after: string): void {
  const text = readFileSync(file, "utf8");
  expect(text.split(before)).toHaveLength(2);
  writeFileSync(file, text.replace(before, after));
}
