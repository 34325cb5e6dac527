/** The commands that are swept: what is there before each, and what is typed. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { setAside } from "../../src/aside.ts";
import { folderOfDead } from "../support/dead.ts";
import { goScript, tinyToolchain, type Toolchain } from "../support/goproxy.ts";
import { buildInfoBlob } from "../support/programs.ts";
import type { Sandbox } from "../support/sandbox.ts";
import { entry, host } from "../support/scene.ts";
import type { Operation } from "./sweep.ts";

export const operations: readonly Operation[] = [
  gv("the first install", [], "install 1.22.5"),
  gv("install of a near version", ["install 1.22.5"], "install 1.22.6"),
  { ...gv("install --force", ["install 1.22.5"], "install --force 1.22.5"), setsAside: true },
  { ...gv("uninstall", ["install 1.22.5 1.22.6"], "uninstall 1.22.5"), already: 3 },
  gv("rehash", ["install 1.22.5", built], "rehash"),
  gv("rehash behind a dead install --force", ["install 1.22.5", stopped], "rehash"),
  {
    name: "the shim of go install",
    prepare: async (box) => {
      await typed(box, "install 1.22.5");
      mkdirSync(join(box.home, "go/bin"), { recursive: true });
    },
    program: (box) => [join(box.root, "shims/go"), "install", "example.com/hello@v1.0.0"],
    others: /^@\/home\/go\//,
    env: ({ home }) => ({ GOBIN: join(home, "go/bin") }),
  },
  gv("setup", ["install 1.22.5", profiles], "setup --shell bash zsh fish"),
  gv("setup --gui", ["install 1.22.5"], "setup --no-profiles --gui"),
  gv("setup --proxy", ["install 1.22.5", goEnv], "setup --no-profiles --proxy https://proxy.example"),
  gv(
    "setup --undo",
    [
      "install 1.22.5",
      profiles,
      goEnv,
      "setup --shell bash zsh fish",
      "setup --gui --proxy https://proxy.example",
    ],
    "setup --undo",
  ),
  gv("local", ["install 1.22.5", pin], "local 1.22"),
  gv("global", ["install 1.22.5"], "global 1.22"),
  gv(
    "config set",
    ["install 1.22.5", "config set archive-mirrors https://a.example"],
    "config set strict-pin true",
  ),
];

type Step = string | ((box: Sandbox) => void);

function gv(name: string, before: readonly Step[], line: string): Operation {
  return {
    name,
    prepare: async (box) => {
      for (const step of before) await (typeof step === "string" ? typed(box, step) : step(box));
    },
    program: () => [process.execPath, entry, ...line.split(" ")],
  };
}

async function typed(box: Sandbox, line: string): Promise<void> {
  const ran = await box.gv(line.split(" "));
  if (ran.code !== 0) throw new Error(`gv ${line}: ${JSON.stringify(ran)}`);
}

/** A program that Go 1.22.5 built, where go install puts it. */
function built(box: Sandbox): void {
  const info = `path\texample.com/hello\nmod\texample.com/hello\tv1.0.0\th1:x=\nbuild\tGOARCH=${host.arch}\nbuild\tGOOS=${host.os}\n`;
  box.write("../home/go/bin/hello", buildInfoBlob("go1.22.5", { modules: info }), 0o755);
}

/** As `install --force 1.22.5` leaves it that was killed when it had moved the old tree, and shims are made anew. */
function stopped(box: Sandbox): void {
  const ctx = box.context();
  setAside(ctx, folderOfDead(ctx), { platform: host, name: "1.22.5" });
  rmSync(join(ctx.root.shims, "go1.22.5"));
}

function profiles(box: Sandbox): void {
  box.write("../home/.bashrc", "export EDITOR=vi\n", 0o600);
  box.write("../home/.zshrc", "# no newline at the end");
}

function goEnv(box: Sandbox): void {
  box.write("../home/.config/go/env", "GOPROXY=https://old.example\nGOFLAGS=-mod=mod\n");
}

function pin(box: Sandbox): void {
  box.write(".go-version", "1.21.0\n");
}

/** A toolchain whose `go install` puts a program into GOBIN, and whose `go version -m` tells of it. */
export function goThatInstalls(version: string): Toolchain {
  const script = goScript(`go${version}`, host)
    .replace(
      "exit) exit",
      `install) printf '#!/bin/sh\\necho hello\\n' >"$GOBIN/hello" && chmod 755 "$GOBIN/hello" ;;\nexit) exit`,
    )
    .replace(
      "version) ",
      `version)
  [ "\${2-}" != -m ] || {
    printf '%s: go${version}\\n\\tbuild\\tGOARCH=${host.arch}\\n\\tbuild\\tGOOS=${host.os}\\n' "$3"
    exit
  }
  `,
    );
  return tinyToolchain(version, host, { files: { "bin/go": script } });
}
