/** src/context.ts: folders, the working directory as a shell sees it, and the process as one value. */
import { readFileSync, symlinkSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { gvVersion, isRunning, logicalCwd, rootAt, rootPath } from "../src/context.ts";
import { sandbox } from "./support/sandbox.ts";

it("has the version of package.json", () => {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  expect(gvVersion).toBe((JSON.parse(text) as { version: string }).version);
});

it.each([
  [{}, "/home/me/.gv"],
  [{ GV_ROOT: "" }, "/home/me/.gv"],
  [{ GV_ROOT: "/opt/gv" }, "/opt/gv"],
  [{ GV_ROOT: "relative" }, "relative"],
])("the root of %j is %s", (env, path) => {
  expect(rootPath(env, "/home/me", "/nowhere")).toBe(path);
});

it("names what is in the root", () => {
  const root = rootAt("/r");
  const platform = { os: "linux", arch: "amd64" };
  expect([root.path, root.shims, root.globalVersion, root.staging]).toEqual([
    "/r",
    "/r/shims",
    "/r/version",
    "/r/staging",
  ]);
  expect([root.versions(platform), root.tools(platform), root.receipts(platform)]).toEqual([
    "/r/versions/linux-amd64",
    "/r/tools/linux-amd64",
    "/r/receipts/linux-amd64",
  ]);
});

/** A folder, a link to it, and another folder. */
function scene() {
  const { project } = sandbox();
  const [real, link, other] = [join(project, "real"), join(project, "link"), join(project, "other")];
  for (const path of [real, other]) mkdirSync(path);
  symlinkSync("real", link);
  return { project, real, link, other };
}

describe("the working directory is $PWD", () => {
  it("where that names it, links kept", () => {
    const { real, link } = scene();
    expect(logicalCwd(link, real)).toBe(link);
    expect(logicalCwd(real, real)).toBe(real);
    expect(logicalCwd(`${real}//`, real)).toBe(`${real}//`);
  });

  it("not where it is missing, relative, has dots, or names another or no directory", () => {
    const { project, real, link, other } = scene();
    const wrong = [undefined, "", "link", ".", `${project}/./link`, `${project}/other/../link`, `${link}/.`];
    for (const pwd of [...wrong, other, join(project, "none"), `${link}/x/..`])
      expect(logicalCwd(pwd, real), pwd).toBe(real);
  });

  it("not where the directory is gone", () => {
    expect(logicalCwd("/nowhere/at/all", "/gone/too")).toBe("/gone/too");
  });
});

it("knows which processes run", async () => {
  expect([isRunning(process.pid), isRunning(1)]).toEqual([true, true]);
  let pid = 0;
  await sandbox().run("/bin/sh", ["-c", "exit"], { onStart: (id) => (pid = id) });
  expect(isRunning(pid)).toBe(false);
});
