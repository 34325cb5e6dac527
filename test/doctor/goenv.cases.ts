/** Faults of Go's other settings (src/checks/goenv.ts). */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Case, Scene } from "../support/doctor.ts";
import { freeze } from "./goroot.cases.ts";

const module = ({ write }: Scene): string => write("go.mod", "module example.com/x\n\ngo 1.21\n");

export const goenv: readonly Case[] = [
  {
    check: "goenv-frozen",
    fault: "a value that somebody wrote once, without its password",
    finds: /go\/env, line 2: GOPROXY=https:\/\/proxy\.example\n.*line 3: CC=\/opt\/llvm@15\/bin\/clang/,
    before: (scene) => freeze(scene, "# a note", "not a setting", "GOFLAGS="),
    put: (scene) =>
      freeze(scene, "# a note", "GOPROXY=https://me:secret@proxy.example", "CC=/opt/llvm@15/bin/clang"),
  },
  {
    check: "goflags-words",
    fault: "a flag without its dash",
    finds: /GOFLAGS=-v mod=mod, in the environment: "mod=mod" is no flag/,
    before: ({ env }) => (env["GOFLAGS"] = "-v '-ldflags=-X a.b=c d' --trimpath"),
    put: ({ env }) => (env["GOFLAGS"] = "-v mod=mod"),
  },
  {
    check: "goflags-words",
    fault: "quotes behind the equals sign, as a shell would take them",
    finds: /GOFLAGS=-v -ldflags='-s -w', in the environment: -ldflags='-s is a word of its own/,
    before: ({ env }) => (env["GOFLAGS"] = "-tags='e2e'"),
    put: ({ env }) => (env["GOFLAGS"] = "-v -ldflags='-s -w'"),
  },
  {
    check: "goflags-words",
    fault: "in a file that .bashrc sources",
    finds: /GOFLAGS=mod=mod, in new shells \(bash -i -c; .*\.env\.sh, line 1\): "mod=mod" is no flag/,
    // In a folder whose name begins as the root's: ~/.gvm beside ~/.gv.
    before: ({ home, root }) =>
      appendFileSync(join(home, ".bashrc"), `[ ! -r ${root}m/.env.sh ] || . "${root}m/.env.sh"\n`),
    put: ({ root, write }) => write(`${root}m/.env.sh`, "export GOFLAGS=mod=mod\n"),
  },
  {
    check: "goexperiment-known",
    fault: "one that this release hasn't got any more, frozen",
    finds: /GOEXPERIMENT=arenas,noloopvar, in .*go\/env, line 1: the Go in .*1\.22\.5 has no loopvar$/,
    before({ root, write, env }) {
      for (const name of ["arenas", "regabiwrappers"])
        write(`${root}/versions/linux-amd64/1.22.5/src/internal/goexperiment/exp_${name}_on.go`, "");
      env["GOEXPERIMENT"] = "none,noarenas,regabi";
    },
    put(scene) {
      scene.env["GOEXPERIMENT"] = undefined;
      freeze(scene, "GOEXPERIMENT=arenas,noloopvar");
    },
  },
  {
    check: "gocacheprog-gone",
    fault: "a program that was removed",
    finds: /GOCACHEPROG=cacher -v, in the environment: there is no program cacher/,
    before({ env, program }) {
      program("cacher2", "exit 0");
      env["GOCACHEPROG"] = "cacher2 -v";
    },
    put: ({ env }) => (env["GOCACHEPROG"] = "cacher -v"),
  },
  {
    check: "gotmpdir-gone",
    fault: "a folder that somebody cleaned up",
    finds: /GOTMPDIR=.*home\/tmp, in .*go\/env, line 1: there is no such folder/,
    before: (scene) => freeze(scene, `GOTMPDIR=${scene.home}`),
    put: (scene) => freeze(scene, `GOTMPDIR=${scene.home}/tmp`),
  },
  {
    check: "goflags-vendor",
    fault: "vendor is asked for, and gone",
    finds: /GOFLAGS=-mod=vendor, in .*go\/env, line 1, and there is no .*project\/vendor/,
    before(scene) {
      freeze(scene, "GOFLAGS=-mod=vendor"); // Nothing to do with a folder without a module.
    },
    put: module,
  },
  {
    check: "goflags-vendor",
    fault: "in a workspace, vendor is beside a module and not beside go.work",
    finds: /there is no .*project\/work\/vendor/,
    before(scene) {
      module(scene);
      mkdirSync(join(scene.project, "vendor"));
      scene.env["GOFLAGS"] = "-mod=mod";
    },
    put({ write, env, project }) {
      env["GOWORK"] = write(join(project, "work/go.work"), "go 1.22\nuse ..\n");
      env["GOFLAGS"] = "-mod=vendor";
    },
  },
  {
    check: "goflags-strip",
    fault: "-s -w, in quotes as one flag",
    finds: /GOFLAGS='-ldflags=-s -w', in the environment/,
    before: ({ env }) => (env["GOFLAGS"] = "-ldflags=-X=main.version=1-s -trimpath"),
    put: ({ env }) => (env["GOFLAGS"] = "'-ldflags=-s -w'"),
  },
  {
    check: "goflags-strip",
    fault: "-w alone, frozen",
    finds: /GOFLAGS=-ldflags=-w, in .*go\/env, line 1/,
    before: (scene) => freeze(scene, "GOFLAGS=-ldflags=-w=false -w"), // The last one is no flag of go build.
    put: (scene) => freeze(scene, "GOFLAGS=-ldflags=-w"),
  },
  ...["-ldflags=-s -ldflags=-w", "-ldflags=all=-s", "'-ldflags=-X a.b=c -s'", "-ldflags='-s'"].map(
    (flags): Case => ({
      check: "goflags-strip",
      fault: flags,
      finds: /GOFLAGS=.*, in the environment/,
      put: ({ env }) => (env["GOFLAGS"] = flags),
    }),
  ),
  {
    check: "goflags-strip",
    fault: "the compiler's own flag for it",
    finds: /GOFLAGS=-gcflags=all=-dwarf=false/,
    before: ({ env }) => (env["GOFLAGS"] = "-gcflags=all=-dwarflocationlists=false"),
    put: ({ env }) => (env["GOFLAGS"] = "-gcflags=all=-dwarf=false"),
  },
  {
    check: "godebug-asyncpreemptoff",
    fault: "a workaround of 2020 in a profile",
    finds: /asyncpreemptoff=1, in the environment \(.*\.bashrc, line 1\)/,
    before: ({ env }) => (env["GODEBUG"] = "asyncpreemptoff=0"),
    put({ env, home, write }) {
      write(join(home, ".bashrc"), "export GODEBUG=madvdontneed=1,asyncpreemptoff=1\n");
      env["GODEBUG"] = "madvdontneed=1,asyncpreemptoff=1";
    },
  },
  {
    check: "godebug-asyncpreemptoff",
    fault: "in a profile, and not in this process",
    finds: /asyncpreemptoff=1, in new shells \(bash -i -c; .*\.bashrc, line 1\)/,
    put({ home, write }) {
      write(join(home, ".bashrc"), "export GODEBUG=asyncpreemptoff=1\n");
    },
  },
  {
    check: "godebug-x509ignorecn",
    fault: "in the environment",
    finds: /x509ignoreCN=0, in the environment/,
    before: ({ env }) => (env["GODEBUG"] = "http2client=0"),
    put: ({ env }) => (env["GODEBUG"] = "http2client=0,x509ignoreCN=0"),
  },
  {
    check: "godebug-set",
    fault: "in the environment, in go.mod and in a source",
    finds:
      /http2client=0, in the environment\n.*panicnil=1, in .*go\.mod, line 5\n.*madvdontneed=1, in .*main\.go, line 1/,
    before({ env, write }) {
      env["GODEBUG"] = "asyncpreemptoff=1"; // Told by a check of its own.
      write("go.mod", "module example.com/x\n\ngodebug default=go1.21\n");
      write("main.go", "package main\n// //go:debug a=b\n");
    },
    put({ env, write }) {
      env["GODEBUG"] = "http2client=0";
      write("go.mod", "module example.com/x\n\ngodebug (\n\tdefault=go1.21\n\tpanicnil=1 // old\n)\n");
      write("main.go", "//go:debug madvdontneed=1\npackage main\n");
    },
  },
  {
    check: "gotoolchain-local",
    fault: "go.mod asks for more, and go may not switch",
    finds: /go\.mod, line 3: go 1\.23\.4, and go1\.22\.5 applies here; GOTOOLCHAIN=local, in the environment/,
    before({ env, write }) {
      env["GOTOOLCHAIN"] = "local";
      write("go.mod", "module example.com/x\n\ngo 1.22.5\n");
    },
    put: ({ write }) => write("go.mod", "module example.com/x\n\ngo 1.23.4\n"),
  },
  {
    check: "gotoolchain-local",
    fault: "a profile alone has it",
    finds:
      /go 1\.23\.4, and go1\.22\.5 applies here; GOTOOLCHAIN=local, in new shells \(bash -i -c; .*line 1\)/,
    before: ({ write }) => write("go.mod", "module example.com/x\n\ngo 1.23.4\n"),
    put: ({ home, write }) => write(join(home, ".bashrc"), "export GOTOOLCHAIN=local\n"),
  },
  {
    check: "gotoolchain-local",
    fault: "go.env of that Go was edited",
    finds: /go 1\.23\.4, and go1\.22\.5 applies here; GOTOOLCHAIN=local, in .*1\.22\.5\/go\.env, line 1/,
    before: ({ write }) => write("go.mod", "module example.com/x\n\ngo 1.23.4\n"),
    put: ({ root, write }) => write(join(root, "versions/linux-amd64/1.22.5/go.env"), "GOTOOLCHAIN=local\n"),
  },
  {
    check: "gotoolchain-invalid",
    fault: "a version without its go",
    finds: /GOTOOLCHAIN=1\.22\.5, in .*go\/env, line 1: invalid GOTOOLCHAIN "1\.22\.5"/,
    before: (scene) => freeze(scene, "GOTOOLCHAIN=go1.22.5+auto"),
    put: (scene) => freeze(scene, "GOTOOLCHAIN=1.22.5"),
  },
  {
    check: "gosumdb-off",
    fault: "switched off for all, where GOPRIVATE was meant",
    finds: /GOSUMDB=off, in .*go\/env, line 1/,
    before({ env }) {
      env["GOSUMDB"] = "sum.golang.google.cn";
      env["GOPRIVATE"] = "corp.example";
    },
    put(scene) {
      delete scene.env["GOSUMDB"];
      freeze(scene, "GOSUMDB=off");
    },
  },
  {
    check: "goproxy-list",
    fault: "a semicolon",
    finds: /it has "https:\/\/goproxy\.cn;direct": only a comma or \| is between entries/,
    before: ({ env }) => (env["GOPROXY"] = "https://goproxy.cn|https://goproxy.io,direct"),
    put: ({ env }) => (env["GOPROXY"] = "https://goproxy.cn;direct"),
  },
  {
    check: "goproxy-list",
    fault: "an entry behind direct",
    finds: /it has entries behind direct/,
    put: (scene) => freeze(scene, "GOPROXY=https://corp.example,direct,https://goproxy.cn"),
  },
  {
    check: "goproxy-list",
    fault: "none, which is no word of Go's",
    finds: /it has "none", which has no scheme/,
    before: ({ env }) => (env["GOPROXY"] = "direct"),
    put: ({ env }) => (env["GOPROXY"] = "none"),
  },
  {
    check: "goproxy-list",
    fault: "an empty list in Go's env file, which hides the usual one",
    finds: /GOPROXY=, in .*go\/env, line 1: it names no proxy/,
    put: (scene) => freeze(scene, "GOPROXY="),
  },
  {
    check: "goproxy-fallback",
    fault: "a comma between two proxies",
    finds: /GOPROXY=https:\/\/goproxy\.cn,https:\/\/goproxy\.io,direct, in the environment: a comma/,
    before: ({ env }) => (env["GOPROXY"] = "https://goproxy.cn,direct"),
    put: ({ env }) => (env["GOPROXY"] = "https://goproxy.cn,https://goproxy.io,direct"),
  },
];
