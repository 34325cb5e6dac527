/** Faults in which version a project pins (src/checks/projects.ts). */
import { rmSync } from "node:fs";
import { join } from "node:path";

import type { Case, Scene } from "../support/doctor.ts";

function goMod({ write }: Scene, lines: string): void {
  write("go.mod", `module example.com/a\n\n${lines}`);
}

function pin({ write }: Scene, spec: string): void {
  write(".go-version", `${spec}\n`);
}

export const projects: readonly Case[] = [
  {
    check: "pin-not-installed",
    fault: "the pinned version isn't there",
    finds: /Go 1\.21\.3 is not installed; asked for by: .*\.go-version, line 1/,
    before: (scene) => pin(scene, "1.22"),
    put: (scene) => pin(scene, "1.21.3"),
  },
  {
    check: "pin-not-installed",
    fault: "nor is the global one",
    finds: /Go 1\.19 is not installed; asked for by: .*root\/version, line 1/,
    before: (scene) => pin(scene, "system"),
    put({ root, write }) {
      write(".go-version", "");
      write(join(root, "version"), "1.19\n");
    },
  },
  {
    check: "pin-no-version",
    fault: "a path in .tool-versions",
    finds: /"path:\/opt\/go" is a path or a reference.*\.tool-versions, line 2/,
    before: ({ write }) => write(".tool-versions", "nodejs path:/opt/node\ngolang 1.22.5\n"),
    put: ({ write }) => write(".tool-versions", "nodejs 20\ngolang path:/opt/go\n"),
  },
  {
    check: "version-files-differ",
    fault: "two versions in one folder",
    finds: /\.go-version, line 1 says 1\.22\.5, and .*\.tool-versions, line 2 says 1\.21\.0/,
    before(scene) {
      pin(scene, "1.22.5");
      scene.write(".tool-versions", "nodejs 20.1.0\ngolang 1.21.0 1.22\n");
      scene.write("../.tool-versions", "golang 1.20\n");
    },
    put: ({ write }) => write(".tool-versions", "nodejs 20.1.0\ngolang 1.21.0\n"),
  },
  {
    check: "pin-below-go-line",
    fault: "go.mod asks for more, and the go command switches",
    finds:
      /\.go-version, line 1 says 1\.22, and .*go\.mod, line 3 asks for 1\.23\.1: go1\.23\.1 runs instead/,
    before(scene) {
      pin(scene, "1.22");
      goMod(scene, "go 1.22.3\n");
    },
    put: (scene) => goMod(scene, "go 1.23.1\n"),
  },
  {
    check: "pin-below-go-line",
    fault: "the same with GOTOOLCHAIN=local",
    finds: /asks for 1\.23\.1: it refuses to build/,
    // Nobody pinned the global version for this project: the go command may switch from it.
    before(scene) {
      scene.env["GOTOOLCHAIN"] = "local";
      goMod(scene, "go 1.23.1\n");
    },
    put: (scene) => pin(scene, "1.22.5"),
  },
  {
    check: "pin-below-go-line",
    fault: "a Go that can't switch, under a go.work",
    finds:
      /\.tool-versions, line 1 says 1\.20\.1, and .*go\.work, line 1 asks for 1\.21: a Go before 1\.21 can't/,
    before(scene) {
      scene.install("1.20.1");
      scene.write(".tool-versions", "golang 1.20.1\n");
      goMod(scene, "go 1.20\n");
    },
    put: ({ write }) => write("go.work", "go 1.21\n\nuse .\n"),
  },
  {
    check: "pin-below-toolchain",
    fault: "the toolchain line is newer",
    finds: /says 1\.22\.5, and by .*go\.mod, line 5, go1\.23\.4 runs instead/,
    before(scene) {
      pin(scene, "1.22.5");
      goMod(scene, "go 1.21\n\ntoolchain go1.22.5\n");
    },
    put: (scene) => goMod(scene, "go 1.21\n\ntoolchain go1.23.4\n"),
  },
  {
    check: "pin-past-support",
    fault: "a pin of 2022",
    finds: /says 1\.18\.2: Go 1\.18 ended when 1\.20 came/,
    before(scene) {
      scene.install("1.26.0");
      pin(scene, "1.26.0");
    },
    put: (scene) => pin(scene, "1.18.2"),
  },
  {
    check: "pin-past-support",
    fault: "by what a proxy listed since",
    finds: /says 1\.26\.0: Go 1\.26 ended when 1\.28 came/,
    before(scene) {
      scene.install("1.26.0");
      pin(scene, "1.26.0");
      scene.write(join(scene.root, "cache/releases-linux-amd64"), "1.27.4\n1.28rc1\n");
    },
    put: ({ root, write }) => write(join(root, "cache/releases-linux-amd64"), "1.28.0\n1.27.4\n"),
  },
  {
    check: "pin-has-newer-patch",
    fault: "an exact pin",
    finds: /\.go-version, line 1 says 1\.26\.0, and there is 1\.26\.\d+/,
    before(scene) {
      scene.install("1.27.0");
      pin(scene, "1.27.0");
    },
    put(scene) {
      scene.install("1.26.0");
      pin(scene, "1.26.0");
    },
  },
  {
    check: "pin-has-newer-patch",
    fault: "a pin of a minor, of which an old patch is installed",
    finds: /says 1\.27, 1\.27\.0 is installed, and there is 1\.27\.4/,
    before(scene) {
      scene.install("1.27.0");
      pin(scene, "1.27");
    },
    put: ({ root, write }) => write(join(root, "cache/releases-linux-amd64"), "1.27.4\n1.27.3\n"),
  },
  {
    check: "envrc-pin",
    fault: ".envrc pins another version",
    finds: /\.envrc, line 2 says GV_VERSION=1\.20, and .*\.go-version, line 1 says 1\.22\.5/,
    before(scene) {
      pin(scene, "1.22.5");
      scene.write(".envrc", 'use flake\nexport GV_VERSION="1.22"\nexport GOTOOLCHAIN=local\n');
    },
    put: ({ write }) => write(".envrc", 'source_up\nexport GV_VERSION="1.20" # old\n'),
  },
  {
    check: "envrc-pin",
    fault: "by GOTOOLCHAIN, in a folder above",
    finds: /\.envrc, line 1 says GOTOOLCHAIN=go1\.21\.0\+auto, and .*\.tool-versions/,
    before: ({ write }) => write(".tool-versions", "golang 1.22.5\n"),
    put: ({ write }) => write("../.envrc", "export GOTOOLCHAIN=go1.21.0+auto\n"),
  },
  {
    check: "envrc-goroot",
    fault: ".envrc exports GOROOT",
    finds: /\.envrc, line 2 sets GOROOT=\/usr\/local\/go/,
    before: ({ write }) => write(".envrc", "# export GOROOT=/usr/local/go\nunset GOROOT\nexport GOROOT=\n"),
    put: ({ write }) => write(".envrc", "# theirs\nexport GOROOT=/usr/local/go\n"),
  },
  {
    check: "envrc-goroot",
    fault: "among others in a line, and declared",
    finds: /\.envrc, line 1 sets GOROOT=\/usr\/local\/go[^]*\.envrc, line 2 sets GOROOT=\/opt\/go/,
    put: ({ write }) => write(".envrc", "export A=1 GOROOT=/usr/local/go\ndeclare -x GOROOT='/opt/go'\n"),
  },
  {
    check: "envrc-goroot",
    fault: "in one above, and in a file beside it, which a chain without an end sources",
    finds: /\/\.envrc, line 1 sets GOROOT=\/opt\/up\n.*project\/env\/\.envrc, line 2 sets GOROOT=\/opt\/env$/,
    before({ write, project }) {
      write(join(project, "../.envrc"), "export GOROOT=/opt/up\n");
      write("env/.envrc", "source_env ..\nexport GOROOT=/opt/env\n");
      write(".envrc", "# source_up\nexport A=1\n");
    },
    put: ({ write }) => write(".envrc", 'source_up_if_exists\nsource_env "./env" # ours\n'),
  },
  ...["goenv shell", "goenv local", "use golang"].map((call): Case => ({
    check: "envrc-pin",
    fault: `by ${call}`,
    finds: new RegExp(
      `\\.envrc, line 1 says ${call.replace("golang", "go")} 1\\.20\\.1, and .*\\.go-version`,
    ),
    before(scene) {
      pin(scene, "1.22.5");
      scene.write(".envrc", `${call} 1.22.5\n`);
    },
    put: ({ write }) => write(".envrc", `${call} 1.20.1\n`),
  })),
  {
    check: "envrc-path",
    fault: "a Go by PATH_add",
    finds: /\.envrc, line 3 puts .*home\/sdk\/bin\/go \(go1\.20\.1\) first on PATH/,
    before({ home, go, root, write }) {
      go(join(home, "sdk"), "1.20.1");
      write("bin/tool", "#!/bin/sh\n", 0o755);
      write(
        ".envrc",
        `PATH_add bin\nPATH_add ${root}/versions/linux-amd64/1.22.5/bin\nexport PATH="$PATH:$HOME/sdk/bin"\n`,
      );
    },
    put: ({ write }) => write(".envrc", 'layout go\n# ours\nPATH_add "$HOME/sdk/bin"\n'),
  },
  {
    check: "envrc-path",
    fault: "a Go by an assignment, from the folder of .envrc",
    finds: /\.envrc, line 1 puts .*project\/go\/bin\/go/,
    put({ go, project, write }) {
      go(join(project, "go"), "1.20.1");
      write(".envrc", "export PATH=$PWD/go/bin:$PATH\n");
    },
  },
  {
    check: "version-files-differ",
    fault: "a .go-version above, and a .tool-versions nearer",
    finds:
      /sub\/\.tool-versions, line 1 says 1\.21\.0, and above it .*project\/\.go-version, line 1 says 1\.22\.5/,
    before(scene) {
      // Two of a kind, and what lies above the project.
      pin(scene, "1.22.5");
      scene.write(".git/HEAD", "");
      scene.write("sub/.go-version", "1.21.0\n");
      scene.write("../.tool-versions", "golang 1.20.1\n");
      scene.overrides.cwd = join(scene.project, "sub");
    },
    put({ write, project }) {
      rmSync(join(project, "sub/.go-version"));
      write("sub/.tool-versions", "golang 1.21.0\n");
    },
  },
  ...["1.20.3", "1.20"].map((spec): Case => ({
    check: "pin-below-go-line",
    fault: `a pin to ${spec}, which isn't installed`,
    finds:
      /\.go-version, line 1 says 1\.20.*, which isn't installed, and .*go\.mod, line 3 asks for 1\.22\.1/,
    before(scene) {
      pin(scene, spec);
      goMod(scene, "go 1.20\n");
    },
    put: (scene) => goMod(scene, "go 1.22.1\n"),
  })),
];
