/** Faults in go.work (src/checks/workspaces.ts). */
import { rmSync } from "node:fs";
import { join } from "node:path";

import type { Case, Scene } from "../support/doctor.ts";

function module({ write }: Scene, folder: string, rest = "go 1.22\n"): void {
  write(`${folder}/go.mod`, `module example.com/${folder}\n\n${rest}`);
}

/** A monorepo that is well: a block, a path in quotes, and modules that are nobody's here. */
function monorepo(scene: Scene): void {
  scene.write("go.work", 'go 1.22\n\nuse (\n\t./api\n\t"./tool" // ours\n)\n');
  for (const folder of ["api", "tool", "api/testdata/x", "vendor/x", "_old", ".cache", "web/node_modules/x"])
    module(scene, folder);
}

export const workspaces: readonly Case[] = [
  {
    check: "go-work-missing-module",
    fault: "a module was added",
    finds: /go\.work hasn't \.\/web, \.\/k8s\.io\/new$/,
    before: monorepo,
    put(scene) {
      module(scene, "web");
      module(scene, "k8s.io/new");
    },
  },
  {
    check: "go-work-missing-module",
    fault: "the one in which this is",
    finds: /go\.work hasn't \., and this is \./,
    before: monorepo,
    put: (scene) => scene.write("go.mod", "module example.com\n"),
  },
  {
    check: "go-work-dead-use",
    fault: "a module was removed",
    finds: /go\.work uses \.\/tool, which has no go\.mod/,
    before: monorepo,
    put: ({ project }) => rmSync(join(project, "tool"), { recursive: true }),
  },
  {
    check: "go-work-below-module",
    fault: "a module asks for a newer Go",
    finds: /go\.work, line 1 says go 1\.22, and .*api\/go\.mod, line 3 1\.23\.0/,
    before: monorepo,
    put: (scene) => module(scene, "api", "go 1.23.0\n"),
  },
  {
    check: "modules-without-go-work",
    fault: "modules below a folder that is none",
    finds: /project has the modules \.\/a, \.\/b, and no go\.work/,
    // A folder of projects.
    before(scene) {
      module(scene, "a");
      module(scene, "b");
    },
    put: ({ write }) => write(".git/HEAD", "ref: refs/heads/main\n"),
  },
  {
    check: "modules-without-go-work",
    fault: "a module needs its neighbour",
    finds: /project has the modules \., \.\/(?:examples, \.\/lib|lib, \.\/examples), and no go\.work/,
    before(scene) {
      module(scene, "lib");
      module(scene, "examples");
      scene.write(
        "go.mod",
        "module example.com/top\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ./lib\n",
      );
    },
    put: ({ write }) => write("go.mod", "module example.com/top\n\nrequire example.com/lib v1.0.0\n"),
  },
];
