/** gv ide devcontainer: its files merged, taken in by the real devcontainer program where that is, and taken back. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { expect, it } from "vitest";

import { isRequired } from "../support/required.ts";
import { listTree } from "../support/sandbox.ts";
import { failedWith, nodeFolder, scene } from "../support/scene.ts";
import { onThisPath } from "../support/workflow.ts";

const from = "https://example.com/gv-0.1.0.tgz";
const devcontainer = onThisPath("devcontainer");

it("makes a container of its own, with the pinned version, that the doctor finds nothing in", async () => {
  const { box, gv } = await scene();
  box.write(".go-version", "1.22.5\n");
  const shown = await gv("ide", "devcontainer", "--from", from);
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.stdout).toContain('+        "GOOS": "linux"');
  expect(shown.stderr).toContain(`RUN npx --yes --package='${from}' gv install '1.22.5'`);
  expect(listTree(box.project)).toEqual([".go-version"]);

  expect(await gv("ide", "devcontainer", "--from", from, "--write")).toMatchObject({ code: 0 });
  const file = join(box.project, ".devcontainer/devcontainer.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    name: "project",
    image: "mcr.microsoft.com/devcontainers/base:bookworm",
    features: {
      "ghcr.io/devcontainers/features/node:1": {},
      "./gv": { version: "1.22.5", package: from },
    },
    remoteEnv: { GOOS: "linux" },
  });
  expect(listTree(join(box.project, ".devcontainer"))).toEqual([
    "devcontainer.json",
    "gv/",
    "gv/devcontainer-feature.json",
    "gv/install.sh",
  ]);
  const checked = await gv("doctor", "dev-container-mount", "dev-container-goos", "--offline");
  expect(checked).toMatchObject({ code: 0 });
  // A second time there is nothing to do, and where gv is need not be said again.
  expect((await gv("ide", "devcontainer")).stderr).toContain("nothing to change");
  box.write(".go-version", "1.22.6\n");
  expect((await gv("ide", "devcontainer")).stdout).toContain('+            "version": "1.22.6"');
});

it("leaves the rest of a file as it is, comments, too, and undo gives back the bytes", async () => {
  const { box, gv } = await scene();
  const before = '{\n\t// ours\n\t"image": "debian", /* why */\n\t"containerEnv": { "GOOS": "linux" },\n}\n';
  const file = box.write(".devcontainer.json", before);
  box.write("go.mod", "module example.com/x\n\ngo 1.22.5\n");
  expect(await gv("ide", "devcontainer", "--from", from, "--write")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("Node 20.19"),
  });
  const text = readFileSync(file, "utf8");
  expect(text).toContain('\t// ours\n\t"image": "debian", /* why */\n');
  expect(text).toContain('"./.devcontainer/gv"');
  expect(text).not.toContain("remoteEnv");
  expect(await gv("ide", "devcontainer", "--undo")).toMatchObject({ code: 0 });
  expect(readFileSync(file, "utf8")).toBe(before);
  expect(listTree(box.project).filter((path) => !path.endsWith("/"))).toEqual([
    ".devcontainer.json",
    "go.mod",
  ]);
});

it("asks where gv is, which it doesn't guess", async () => {
  const { gv } = await scene();
  expect(failedWith(2, await gv("ide", "devcontainer"))).toMatchObject({
    hint: expect.stringContaining("gv ide devcontainer --from"),
  });
});

it("is read by the real devcontainer program, the Feature with it", async (test) => {
  if (!devcontainer && !isRequired("devcontainer")) test.skip("devcontainer is not installed");
  const { box, gv } = await scene();
  box.write(".go-version", "1.22.5\n");
  box.write(".devcontainer/devcontainer.json", '{\n  // ours\n  "image": "debian"\n}\n');
  await gv("ide", "devcontainer", "--from", from, "--write");
  // The Features that it may be installed after would be asked for over the network.
  const metadata = join(box.project, ".devcontainer/gv/devcontainer-feature.json");
  const { installsAfter, ...rest } = JSON.parse(readFileSync(metadata, "utf8"));
  expect(installsAfter).toContain("ghcr.io/devcontainers/features/node");
  writeFileSync(metadata, JSON.stringify(rest));
  const read = await box.run(
    devcontainer ?? "",
    [
      "read-configuration",
      "--workspace-folder",
      box.project,
      "--include-features-configuration",
      "--docker-path",
      "/bin/true",
    ],
    { env: { PATH: `${nodeFolder}:${process.env["PATH"]}` } },
  );
  const { configuration, featuresConfiguration } = JSON.parse(read.stdout);
  expect(configuration.remoteEnv).toEqual({ GOOS: "linux" });
  expect(featuresConfiguration.featureSets[0].features[0]).toMatchObject({
    id: "gv",
    value: { version: "1.22.5", package: from },
  });
});
