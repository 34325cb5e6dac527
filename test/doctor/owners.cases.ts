/** Other Gos on PATH (src/checks/owners.ts). */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { type Case, linux, type Scene } from "../support/doctor.ts";
import { elfFile, machines } from "../support/executables.ts";

/** One more Go at a place of the home, behind the shims. */
const behind = ({ home, path, go }: Scene, at: string): number =>
  path.push(join(go(join(home, at), "1.20.1", linux), "bin"));

export const owners: readonly Case[] = [
  {
    check: "other-go",
    fault: "goenv's, by the line of a profile that starts it",
    finds:
      /go 2 of 2 on PATH: .*\.goenv\/versions\/1\.20\.1\/bin\/go, goenv, go1\.20\.1 \(a script\), runs, mode 755 of uid \d+, on PATH by .*\.bashrc line \d+: eval "\$\(goenv init -\)"/,
    before: ({ home, write }) => write(join(home, ".bashrc"), '# goenv init\neval "$(goenv init -)"\n'),
    put: (scene) => behind(scene, ".goenv/versions/1.20.1"),
  },
  {
    check: "other-go",
    fault: "a build from source, by the line that names its folder",
    finds: /src\/go\/bin\/go, a build from source, .* line 2: export PATH="\$HOME\/src\/go\/bin:\$PATH"/,
    before: ({ home, write }) =>
      write(
        join(home, ".bashrc"),
        `export PATH="$HOME/src/go/bin2:$HOME/src/go/bin/x"\nexport PATH="$HOME/src/go/bin:$PATH"\n`,
      ),
    put(scene) {
      mkdirSync(join(scene.home, "src/go/.git"), { recursive: true });
      behind(scene, "src/go");
    },
  },
  {
    check: "other-go",
    fault: "nobody's, by paths.d",
    finds: /own\/bin\/go, of nobody known, .*\/etc\/paths\.d\/go line 1/,
    before: ({ home, system, write }) => write(join(system, "etc/paths.d/go"), `${home}/own/bin\n`),
    put: (scene) => behind(scene, "own"),
  },
  {
    check: "other-go",
    fault: "asdf's shim, by the line of its own documents",
    finds: /\.asdf\/shims\/go, asdf, .* on PATH by .*\.bashrc line 1: export PATH="\$\{ASDF_DATA_DIR:-/,
    before: ({ home, write }) =>
      write(join(home, ".bashrc"), 'export PATH="${ASDF_DATA_DIR:-$HOME/.asdf}/shims:$PATH"\n'),
    put({ home, path, write }) {
      write(join(home, ".asdf/shims/go"), "#!/bin/sh\nexec asdf exec go\n", 0o755);
      path.push(join(home, ".asdf/shims"));
    },
  },
  {
    check: "other-go",
    fault: "by variables, in a file that .bashrc sources",
    finds: /opt\/go\/bin\/go, of nobody known, .* by .*\.go\.sh line 3: PATH="\$GO_HOME\/bin:\$PATH"/,
    before({ home, write }) {
      write(join(home, ".bashrc"), ". ~/.go.sh\n");
      write(join(home, ".go.sh"), 'TOP=$HOME/opt\nGO_HOME="$TOP/go"\nPATH="$GO_HOME/bin:$PATH"\n');
    },
    put: (scene) => behind(scene, "opt/go"),
  },
  {
    check: "other-go-broken",
    fault: "one for another processor",
    finds: /own\/bin\/go can't run: it is for linux\/arm64, and this is linux\/amd64/,
    before: (scene) => behind(scene, "own"),
    put: ({ home, write }) =>
      write(join(home, "own/bin/go"), elfFile({ machine: machines.elf.arm64 }), 0o755),
  },
  {
    check: "other-go-broken",
    fault: "a shim whose interpreter is gone",
    finds: /\.asdf\/shims\/go can't run: it is started by \/gone\/bash, which isn't here/,
    before({ home, path, write }) {
      write(join(home, ".asdf/shims/go"), "#!/usr/bin/env bash\nexec asdf exec go\n", 0o755);
      path.push(join(home, ".asdf/shims"));
    },
    put: ({ home, write }) => write(join(home, ".asdf/shims/go"), "#!/gone/bash\n", 0o755),
  },
];
