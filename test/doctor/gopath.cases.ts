/** Faults of GOPATH and of modules that are switched off (src/checks/gopath.ts). */
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Case } from "../support/doctor.ts";
import { noMounts, remountReadOnly, tmpfs } from "../support/mount.ts";
import { freeze } from "./goroot.cases.ts";

const isRoot = process.getuid?.() === 0;

export const gopath: readonly Case[] = [
  {
    check: "gopath-in-goroot",
    fault: "the same as the Go in force",
    finds: /GOPATH=.*1\.22\.5, in the environment: there is a Go in it/,
    put: ({ env, root }) => (env["GOPATH"] = join(root, "versions/linux-amd64/1.22.5")),
  },
  {
    check: "gopath-in-goroot",
    fault: "Go was unpacked to ~/go",
    finds: /home\/go, which is GOPATH where nothing is set, has a Go in it/,
    put: ({ home, go }) => go(join(home, "go"), "1.20.1"),
  },
  {
    check: "gopath-path",
    fault: "a tilde that no shell expanded",
    finds: /GOPATH=~\/work, in .*go\/env, line 1/,
    before: (scene) => freeze(scene, "GOPATH=/usr:/var"),
    put: (scene) => freeze(scene, "GOPATH=~/work"),
  },
  {
    check: "gopath-path",
    fault: "a relative one",
    finds: /GOPATH=\/usr:work, in the environment/,
    put: ({ env }) => (env["GOPATH"] = "/usr:work"),
  },
  {
    check: "gopath-missing",
    fault: "on a disk that isn't there",
    finds: /GOPATH=\/Volumes\/code, in the environment: there is no \/Volumes\/code/,
    before: ({ env, home }) => (env["GOPATH"] = join(home, "go")),
    put: ({ env }) => (env["GOPATH"] = "/Volumes/code"),
  },
  {
    check: "gopath-not-writable",
    fault: isRoot ? "a read-only disk" : "no right to write",
    finds: isRoot ? /work is on a read-only file system/ : /work can't be written by this user/,
    cannot: isRoot ? noMounts : undefined,
    before({ env, home }) {
      env["GOPATH"] = join(home, "work");
      if (isRoot) tmpfs(env["GOPATH"], "64k");
      else mkdirSync(env["GOPATH"]);
    },
    put({ env }) {
      if (isRoot) remountReadOnly(env["GOPATH"] ?? "");
      else chmodSync(env["GOPATH"] ?? "", 0o555);
    },
  },
  {
    check: "go111module",
    fault: "switched off, with a go.mod here",
    finds: /GO111MODULE=off, in .*go\/env, line 1, and there is .*project\/go\.mod/,
    before(scene) {
      scene.write("go.mod", "module example.com/x\n");
      freeze(scene, "GO111MODULE=on");
    },
    put: (scene) => freeze(scene, "GO111MODULE=off"),
  },
  {
    check: "go111module",
    fault: "auto, from the time before 1.16",
    finds: /GO111MODULE=auto, in the environment/,
    put: ({ env }) => (env["GO111MODULE"] = "auto"),
  },
  ...["OFF", "no", "ON"].map((value): Case => ({
    check: "go111module",
    fault: `${value}, which go doesn't know`,
    finds: new RegExp(`GO111MODULE=${value}, in the environment: go knows on, off and auto alone`),
    before: ({ env }) => (env["GO111MODULE"] = "on"),
    put: ({ env }) => (env["GO111MODULE"] = value),
  })),
  {
    check: "gobin-path",
    fault: "a ~ that nobody expands",
    finds: /GOBIN=~\/bin, in .*go\/env, line 1/,
    before: (scene) => freeze(scene, `GOBIN=${scene.home}/go/bin`),
    put: (scene) => freeze(scene, "GOBIN=~/bin"),
  },
  {
    check: "project-in-gopath",
    fault: "a go.mod in GOPATH/src",
    finds: /project\/go\.mod is in .*go\/src/,
    before: ({ write }) => write("go.mod", "module example.com/x\n"),
    put: ({ home, project }) => symlinkSync(dirname(project), join(home, "go/src")),
  },
  {
    check: "gobin-on-path",
    fault: "GOBIN was frozen, and no profile knows it",
    finds: /GOBIN=.*tools, in .*go\/env, line 1 is not on PATH: mockgen can't be found/,
    before: ({ home, write }) => write(join(home, "go/bin/stringer"), "#!/bin/sh\n", 0o755),
    put(scene) {
      freeze(scene, `GOBIN=${join(scene.home, "tools")}`);
      scene.write(join(scene.home, "tools/mockgen"), "#!/bin/sh\n", 0o755);
    },
  },
  {
    check: "gobin-on-path",
    fault: "~/go/bin isn't there on PATH, and has programs",
    finds: /home\/go\/bin is not on PATH: stringer can't be found/,
    before: ({ path }) => path.pop(),
    put: ({ home, write }) => write(join(home, "go/bin/stringer"), "#!/bin/sh\n", 0o755),
  },
];
