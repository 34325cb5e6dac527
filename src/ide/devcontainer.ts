/**
 * gv ide devcontainer: gv's dev container Feature beside devcontainer.json, and what makes the container use it: the
 * version that is pinned here, and Linux as the platform, whatever the host's go env froze.
 *
 * By https://containers.dev/implementors/features-distribution/ a Feature of the project's own lies below
 * .devcontainer/. No folder of one person's machine is mounted. What is in the file already stays.
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { bytesAt, type Change } from "../changes.ts";
import type { Context } from "../context.ts";
import { projectFolders } from "../doctor/project.ts";
import { GvError } from "../errors.ts";
import type { Edit, Json } from "../jsonc.ts";
import { statOf } from "../read.ts";
import { requestHere } from "../resolve.ts";
import { quote } from "../shim-conf.ts";
import { requestOfModule } from "../switching.ts";
import { formatRequest } from "../version.ts";
import type { Integration } from "./integration.ts";
import { jsonAt, jsonChange } from "./json-file.ts";

export const devcontainer: Integration = {
  name: "devcontainer",
  title: "dev containers: devcontainer.json, and a Feature that installs gv and the pinned Go",
  takes: ["from"],
  plan: async (ctx, { from }) => {
    const top = projectFolders(ctx).at(-1) ?? ctx.cwd;
    const version = await pinned(ctx);
    const [file = ""] = files.map((name) => join(top, name)).filter((path) => statOf(path)?.isFile());
    const isNew = file === "";
    let place = from;
    const change = await jsonChange(isNew ? join(top, files[0]) : file, (json) => {
      const feature = ["features", file.endsWith(files[1]) ? "./.devcontainer/gv" : "./gv"];
      const there = jsonAt(json, [...feature, "package"])?.value;
      place ??= typeof there === "string" ? there : undefined;
      if (place === undefined) throw unknownPlace();
      const wanted: readonly Edit[] = [
        ...(isNew ? newFile(basename(top)) : []),
        { path: [...feature, "version"], value: version },
        { path: [...feature, "package"], value: place },
        ...(saysPlatform(json) ? [] : [{ path: ["remoteEnv", "GOOS"], value: "linux" }]),
      ];
      return wanted.filter(({ path, value }) => jsonAt(json, path)?.value !== value);
    });
    return {
      changes: [change, ...featureFiles(ctx, join(top, ".devcontainer/gv"))],
      notes: notesOf(version, place ?? "", isNew),
    };
  },
};

/** Where https://containers.dev/implementors/spec/#devcontainerjson looks for a project's only one. */
const files = [".devcontainer/devcontainer.json", ".devcontainer.json"] as const;

const node = "ghcr.io/devcontainers/features/node:1";

/** What a new one begins with: an image of all platforms, and the Node that gv needs when it is built. */
function newFile(name: string): readonly Edit[] {
  return [
    { path: ["name"], value: name },
    { path: ["image"], value: "mcr.microsoft.com/devcontainers/base:bookworm" },
    { path: ["features", node], value: {} },
  ];
}

function saysPlatform(json: Json | undefined): boolean {
  return ["remoteEnv", "containerEnv"].some((name) => jsonAt(json, [name, "GOOS"]) !== undefined);
}

/** What a version file asks for here, else go.mod; the newest where nobody asks. */
async function pinned(ctx: Context): Promise<string> {
  for (const ask of [async () => (await requestHere(ctx)).request, () => requestOfModule(ctx)])
    try {
      return formatRequest(await ask());
    } catch (error) {
      if (!(error instanceof GvError) || error.code !== "NO_SPEC") throw error;
    }
  return "latest";
}

/** The Feature, from gv's own package. */
function featureFiles(ctx: Context, folder: string): readonly Change[] {
  return ["devcontainer-feature.json", "install.sh"].map((name) => {
    const path = join(folder, name);
    return { path, before: bytesAt(path), after: readFileSync(join(ctx.program, "features/gv", name)) };
  });
}

function notesOf(version: string, place: string, isNew: boolean): readonly string[] {
  const needsNode = `gv needs Node 20.19 when the image is built; where that has none, put in: "features": {"${node}": {}}`;
  const dockerfile = [
    "for a Dockerfile, in place of the Feature (docs/docker.md):",
    "ENV GV_ROOT=/usr/local/gv PATH=/usr/local/gv/shims:/usr/local/gv/bin:$PATH",
    `RUN npx --yes --package=${quote(place)} gv install ${quote(version)}`,
  ];
  const settings = "the editor's settings in the container: gv ide vscode --container";
  return [...(isNew ? [] : [needsNode]), dockerfile.join("\n    "), settings];
}

function unknownPlace(): GvError {
  return new GvError("BAD_ARGUMENT", "it isn't said where the container's build finds gv", {
    hint: "gv ide devcontainer --from PLACE   what npm install takes: the address of a package, github:OWNER/REPOSITORY#REF",
  });
}
