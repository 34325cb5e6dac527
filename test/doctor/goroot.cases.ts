/** Faults of GOROOT (src/checks/goroot.ts). */
import { appendFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { type Case, linux, mac, type Scene } from "../support/doctor.ts";

/** Go's env file, as `go env -w` writes it. */
export function freeze(scene: Scene, ...lines: readonly string[]): string {
  return scene.write(join(scene.home, ".config/go/env"), `${lines.join("\n")}\n`);
}

const store = ({ root }: Scene): string => join(root, "versions/linux-amd64/1.22.5");

export const goroot: readonly Case[] = [
  {
    check: "goroot-gone",
    fault: "a Mac's was inherited",
    finds: /GOROOT=\/opt\/homebrew\/opt\/go\/libexec, in the environment: there is no such folder/,
    before: ({ env }) => (env["GOROOT"] = ""),
    put: ({ env }) => (env["GOROOT"] = "/opt/homebrew/opt/go/libexec"),
  },
  {
    check: "goroot-gone",
    fault: "a profile sets a folder that has no Go any more",
    finds: /GOROOT=.*sdk, in the environment \(.*\.bashrc, line \d+\): there is no Go in it/,
    put(scene) {
      const { env, home, write, go } = scene;
      go(join(home, "sdk.old"), "1.20.1");
      env["GOROOT"] = join(home, "sdk");
      write(join(home, "sdk/README"), "");
      write(join(home, ".bashrc"), '# Go\nexport GOROOT="$HOME/sdk"\n');
    },
  },
  {
    check: "goroot-platform",
    fault: "a Go for another system",
    finds: /it is a Go for darwin\/arm64, and this is linux\/amd64/,
    before: (scene) => (scene.env["GOROOT"] = store(scene)),
    put: ({ env, home, go }) => (env["GOROOT"] = go(join(home, "other"), "1.22.5", mac)),
  },
  {
    check: "goroot-version",
    fault: "a Go of another version",
    finds: /it is go1\.20\.1, and go1\.22\.5 applies here/,
    before: (scene) => (scene.env["GOROOT"] = store(scene)),
    put: ({ env, home, go }) => (env["GOROOT"] = go(join(home, "other"), "1.20.1")),
  },
  {
    check: "goroot-version",
    fault: "a profile alone sets it: this process hasn't got it",
    finds:
      /GOROOT=.*other, in new shells \(zsh -l -i -c; .*\.zshenv, line \d+.*\): it is go1\.20\.1, and go1\.22\.5/,
    before({ home, go, write }) {
      go(join(home, "other"), "1.20.1");
      write(join(home, ".zlogin"), '[ -z "$NOT_SET" ] || export GOROOT="$HOME/other"\n');
    },
    put: ({ home }) => appendFileSync(join(home, ".zshenv"), 'export GOROOT="$HOME/other"\n'),
  },
  {
    check: "goroot-set",
    fault: "the one in force, by a link",
    finds: /it is go1\.22\.5, which finds itself/,
    put(scene) {
      symlinkSync(store(scene), join(scene.home, "current"));
      scene.env["GOROOT"] = join(scene.home, "current");
    },
  },
  {
    check: "goroot-frozen",
    fault: "a GOROOT that is gone, where every go stops",
    finds: /go\/env, line 2: GOROOT=\/gone: there is no such folder/,
    before: (scene) => freeze(scene, "GOFLAGS=-mod=mod", "GOROOT="),
    put: (scene) => freeze(scene, "GOFLAGS=-mod=mod", "GOROOT=/gone", "GOBIN=/x"),
    mends: true,
  },
  {
    check: "goroot-frozen",
    fault: "on a Mac, one of another version",
    finds: /Application Support\/go\/env, line 1: GOROOT=.*it is go1\.20\.1, and go1\.22\.5 applies here/,
    platform: mac,
    put: ({ home, write, go }) =>
      write(join(home, "Library/Application Support/go/env"), `GOROOT=${go(join(home, "old"), "1.20.1")}`),
    mends: true,
  },
  {
    check: "goroot-frozen",
    fault: "in the file that GOENV names",
    finds: /mine, line 1: GOROOT=.*a Go for linux\/amd64, and this is darwin\/arm64/,
    platform: mac,
    put({ home, env, write, go }) {
      env["GOENV"] = write(join(home, "mine"), `GOROOT=${go(join(home, "old"), "1.22.5", linux)}\r\n`);
    },
  },
];
