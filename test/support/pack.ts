/** What `npm install` takes: gv as it is published. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { distFolder, type Sandbox } from "./sandbox.ts";
import { nodeFolder } from "./scene.ts";

/** npm's settings for a test: it asks no registry, and says nothing of itself. */
export const npmSettings = {
  npm_config_offline: "true",
  npm_config_update_notifier: "false",
  npm_config_fund: "false",
  npm_config_audit: "false",
};

/** Packs what was built, and gives the tarball's path. */
export async function packed(box: Sandbox): Promise<string> {
  const folder = join(box.home, "..", "package");
  mkdirSync(folder, { recursive: true });
  cpSync(distFolder, join(folder, "dist"), { recursive: true });
  for (const name of ["package.json", "README.md", "LICENSE"])
    cpSync(join(distFolder, "..", name), join(folder, name));
  const env = { ...npmSettings, PATH: `${nodeFolder}:${box.env["PATH"]}` };
  const ran = await box.run("npm", ["pack", "--silent", "--ignore-scripts"], { cwd: folder, env });
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  return join(folder, ran.stdout.trim());
}
