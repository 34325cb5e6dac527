/**
 * The dev container Feature: install.sh as it is run when an image is built, with its own folders; and what the real
 * devcontainer program takes the Feature for, where it is installed.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import type { Environment } from "../../src/context.ts";
import { isRequired } from "../support/required.ts";
import { distFolder, type Ran } from "../support/sandbox.ts";
import { host, nodeFolder, type Scene, scene } from "../support/scene.ts";
import { findProgram, testsWithout } from "../support/shell.ts";
import { onThisPath } from "../support/workflow.ts";

const feature = join(import.meta.dirname, "../../features/gv");
const devcontainer = onThisPath("devcontainer");

/** The Feature as a container's build finds it: a copy, run by dash, with a root and an /etc/profile.d of its own. */
function install({ box }: Scene, options: Environment, withGv = true): Promise<Ran> {
  const folder = join(box.home, "feature");
  const profiles = join(box.home, "profile.d");
  cpSync(feature, folder, { recursive: true });
  if (withGv) cpSync(distFolder, join(folder, "dist"), { recursive: true });
  mkdirSync(profiles, { recursive: true });
  const env = { PATH: `${nodeFolder}:/usr/bin:/bin`, GV_FEATURE_PROFILES: profiles, ...options };
  return box.run("dash", [join(folder, "install.sh")], { env });
}

if (!findProgram("dash")) testsWithout("dash");

describe.runIf(findProgram("dash"))("install.sh", () => {
  it("puts gv and the version into the root, for shells that set PATH anew, too", async () => {
    const here = await scene(["1.22.5", "1.22.6"]);
    const ran = await install(here, { VERSION: "1.22.5" });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("Go 1.22.5");
    // As a login shell finds it, which read /etc/profile; and without Node.
    const profile = join(here.box.home, "profile.d/gv.sh");
    const login = await here.box.run("dash", ["-c", `. ${profile}; go version; gv current`]);
    expect(login).toMatchObject({
      code: 0,
      stdout: `go version go1.22.5 ${host.os}/${host.arch}\n1.22.5\n`,
    });
    // By containerEnv alone, with the folders that the file names.
    const { containerEnv } = JSON.parse(readFileSync(join(feature, "devcontainer-feature.json"), "utf8"));
    const path = String(containerEnv.PATH)
      .replaceAll(containerEnv.GV_ROOT, here.box.root)
      .replace("${PATH}", "/usr/bin:/bin");
    const plain = await here.box.run("dash", ["-c", "go version"], { env: { PATH: path } });
    expect(plain.stdout).toContain("go1.22.5");
  });

  it("installs no Go where none is asked for", async () => {
    const here = await scene();
    expect(await install(here, { VERSION: "none" })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(existsSync(join(here.box.root, "bin/gv"))).toBe(true);
    expect(here.proxy.requests).toEqual([]);
  });

  it("gives the root to the container's user", { skip: process.getuid?.() !== 0 }, async () => {
    const here = await scene();
    expect(await install(here, { VERSION: "1.22.5", _REMOTE_USER: "nobody" })).toMatchObject({ code: 0 });
    const nobody = (await here.box.run("id", ["-u", "nobody"])).stdout.trim();
    for (const path of ["", "versions", "shims/go"])
      expect(String(statSync(join(here.box.root, path)).uid)).toBe(nobody);
  });

  it("says what is missing: Node, or where gv is", async () => {
    const here = await scene();
    expect(await install(here, { PATH: "/usr/bin:/bin", VERSION: "1.22.5" }, false)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Node 20\.19|doesn't know where gv is/),
    });
    here.box.write("old/node", "#!/bin/sh\nexit 1\n", 0o755);
    expect(await install(here, { PATH: `${here.box.project}/old:/usr/bin:/bin` })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"ghcr.io/devcontainers/features/node:1": {}'),
    });
    const ran = await install({ ...here, box: { ...here.box, home: join(here.box.home, "x") } }, {}, false);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('"package": "') });
  });

  it("fetches gv from the place that is named, by npm", async () => {
    const here = await scene();
    const packed = await here.box.run(
      "sh",
      [
        "-c",
        `mkdir p && cp -R '${distFolder}' '${distFolder}/../package.json' p && cd p && npm pack --silent --ignore-scripts`,
      ],
      { env: { PATH: `${nodeFolder}:/usr/bin:/bin` } },
    );
    expect(packed, packed.stderr).toMatchObject({ code: 0 });
    const archive = join(here.box.project, "p", packed.stdout.trim());
    const ran = await install(here, { VERSION: "1.22.5", PACKAGE: archive }, false);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect((await here.inRoot("shims/go", ["version"])).stdout).toContain("go1.22.5");
    // What npm unpacked isn't needed any more.
    expect(here.box.listing().filter((path) => path.includes("node_modules"))).toEqual([]);
  });
});

it("is a Feature to the real devcontainer program, which packs it", async (test) => {
  if (!devcontainer && !isRequired("devcontainer")) test.skip("devcontainer is not installed");
  const { box } = await scene();
  cpSync(feature, join(box.project, "src/gv"), { recursive: true });
  const packed = await box.run(devcontainer ?? "", ["features", "package", "src", "-o", "out"], {
    env: { PATH: `${nodeFolder}:/usr/bin:/bin` },
  });
  expect(packed, packed.stderr).toMatchObject({ code: 0 });
  const collection = JSON.parse(readFileSync(join(box.project, "out/devcontainer-collection.json"), "utf8"));
  expect(collection.features).toEqual([
    JSON.parse(readFileSync(join(feature, "devcontainer-feature.json"), "utf8")),
  ]);
  expect(existsSync(join(box.project, "out/devcontainer-feature-gv.tgz"))).toBe(true);
});
