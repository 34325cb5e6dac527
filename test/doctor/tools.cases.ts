/** Faults of gopls, dlv and the linters (src/checks/tools.ts). */
import { join } from "node:path";

import type { Case, Scene } from "../support/doctor.ts";
import { elfFile } from "../support/executables.ts";
import { infoData } from "../support/programs.ts";

const modules = {
  gopls: "golang.org/x/tools/gopls",
  dlv: "github.com/go-delve/delve",
  "golangci-lint": "github.com/golangci/golangci-lint/v2",
} as const;

/** A program for linux/amd64 that says which Go built it, and of which version it is. */
function built(name: keyof typeof modules, version: string, go: string): Buffer {
  const text = `path\t${modules[name]}\nmod\t${modules[name]}\t${version}\t\nbuild\tGOARCH=amd64\nbuild\tGOOS=linux\n`;
  return elfFile({ data: infoData(go, { modules: text }) });
}

/** A tool that a version of gv's has, with its shim. */
function inStore(
  scene: Scene,
  go: string,
  name: keyof typeof modules,
  version: string,
  by = `go${go}`,
): void {
  const { root, write } = scene;
  write(join(root, "tools/linux-amd64", go, "bin", name), built(name, version, by), 0o755);
  write(join(root, "shims", name), '#!/bin/sh\n. "${0%/*}/../lib/shim.sh"\n', 0o755);
}

/** A tool where `go install` puts it. */
function inGobin({ home, write }: Scene, name: keyof typeof modules, version: string, by: string): void {
  write(join(home, "go/bin", name), built(name, version, by), 0o755);
}

function goLine({ write }: Scene, version: string): void {
  write("go.mod", `module example.com/a\n\ngo ${version}\n`);
}

export const tools: readonly Case[] = [
  {
    check: "tool-not-executable",
    fault: "gopls in the extension's own folder lost its x bit",
    finds: /extensions\/golang\.go-0\.50\.0\/bin\/gopls can't be executed/,
    before: ({ home, write }) => {
      write(join(home, ".vscode/extensions/golang.go-0.50.0/bin/gopls"), "", 0o755);
      write(join(home, ".vscode/extensions/golang.go-0.50.0/dist/goMain.js"), "", 0o644);
    },
    put: ({ home, write }) => write(join(home, ".vscode/extensions/golang.go-0.50.0/bin/gopls"), "", 0o644),
  },
  {
    check: "tool-not-executable",
    fault: "dlv in gv's own folder",
    finds: /tools\/linux-amd64\/1\.22\.5\/bin\/dlv can't be executed/,
    before: (scene) => inStore(scene, "1.22.5", "gopls", "v0.16.2"),
    put: ({ root, write }) => write(join(root, "tools/linux-amd64/1.22.5/bin/dlv"), "", 0o644),
  },
  {
    check: "tool-built-with-older-go",
    fault: "golangci-lint in GOPATH/bin, which an editor finds before the shim",
    finds:
      /golangci-lint v2\.3\.0 \(.*go\/bin\/golangci-lint, which an editor runs\) was built with go1\.21\.3, and the go line asks for 1\.22\.5/,
    before(scene) {
      goLine(scene, "1.22.5");
      // Of the same minor, and a script that says nothing of itself.
      inStore(scene, "1.22.5", "golangci-lint", "v2.3.0", "go1.22.1");
      scene.write(join(scene.home, "go/bin/gopls"), "#!/bin/sh\n", 0o755);
    },
    put: (scene) => inGobin(scene, "golangci-lint", "v2.3.0", "go1.21.3"),
  },
  {
    check: "tool-built-with-older-go",
    fault: "the shim's gopls is of an older minor",
    finds:
      /gopls v0\.15\.3 \(.*tools\/linux-amd64\/1\.20\.1\/bin\/gopls, which a terminal runs\) was built with go1\.20\.1/,
    before: (scene) => inStore(scene, "1.20.1", "gopls", "v0.15.3"),
    put: (scene) => goLine(scene, "1.22"),
  },
  {
    check: "tool-missing",
    fault: "another version has gopls",
    finds: /Go 1\.22\.5 has no gopls: its shim runs that of 1\.20\.1/,
    before: (scene) => inStore(scene, "1.22.1", "dlv", "v1.22.0"),
    put: (scene) => inStore(scene, "1.20.1", "gopls", "v0.15.3"),
  },
  {
    check: "tool-missing",
    fault: "and no other version's may be taken",
    finds: /Go 1\.22\.5 has no gopls, and tool-fallback is off/,
    before: ({ root, write }) => write(join(root, "config"), "tool-fallback = false\n"),
    put: (scene) => inStore(scene, "1.22.1", "gopls", "v0.16.2"),
  },
  {
    check: "tool-copies",
    fault: "two gopls of different versions",
    finds:
      /gopls is .*programs\/gopls \(v0\.16\.2, go1\.22\.5\) and .*go\/bin\/gopls \(v0\.15\.3, go1\.20\.1\)/,
    before(scene) {
      inStore(scene, "1.22.5", "gopls", "v0.16.2");
      inGobin(scene, "gopls", "v0.15.3", "go1.20.1");
    },
    put: ({ program }) => program("gopls", built("gopls", "v0.16.2", "go1.22.5")),
  },
  {
    check: "gopls-too-old",
    fault: "a gopls of before there were generics",
    finds: /gopls v0\.7\.5 \(.*go\/bin\/gopls, which a terminal runs\) has no generics/,
    before: (scene) => inGobin(scene, "gopls", "v0.8.0", "go1.18"),
    put: (scene) => inGobin(scene, "gopls", "v0.7.5", "go1.17.1"),
  },
  {
    check: "gopls-too-new",
    fault: "the newest gopls with an old go command",
    finds: /gopls v0\.16\.2 .* runs go 1\.20, and v0\.15\.3 is the last for that/,
    before: (scene) => inGobin(scene, "gopls", "v0.16.2", "go1.22.5"),
    put(scene) {
      scene.install("1.20.1");
      scene.write(".go-version", "1.20.1\n");
    },
  },
  {
    check: "dlv-range",
    fault: "a dlv of before this Go",
    finds: /dlv v1\.21\.2 .* is for Go 1\.19 to 1\.21, and here 1\.22 builds/,
    before: (scene) => inStore(scene, "1.22.5", "dlv", "v1.25.2"),
    put: (scene) => inStore(scene, "1.22.5", "dlv", "v1.21.2"),
  },
  {
    check: "dlv-range",
    fault: "go.mod asks for a Go that dlv doesn't know",
    finds: /dlv v1\.22\.1 .* is for Go 1\.19 to 1\.22, and here 1\.23 builds/,
    // Of a dlv that the table doesn't know nothing is said.
    before(scene) {
      inStore(scene, "1.22.5", "dlv", "v1.22.1");
      inGobin(scene, "dlv", "v1.40.0", "go1.22.5");
    },
    put: (scene) => goLine(scene, "1.23.1"),
  },
];
