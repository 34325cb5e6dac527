/** Faults that only another start of a shell shows (src/checks/starts.ts); the shells are real. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { type Case, mac, type Scene } from "../support/doctor.ts";

/** Why a case with that shell can't be made here. */
const needs = (shell: string): string | undefined =>
  existsSync(`/usr/bin/${shell}`) ? undefined : `there is no ${shell}`;

/** Puts lines before what a start-up file has. */
function prepend({ home, write }: Scene, name: string, text: string): void {
  const file = join(home, name);
  write(file, `${text}\n${readFileSync(file, "utf8")}`);
}

function append({ home, write }: Scene, name: string, text: string): void {
  const file = join(home, name);
  write(file, `${readFileSync(file, "utf8")}\n${text}\n`);
}

export const starts: readonly Case[] = [
  {
    check: "start-hangs",
    fault: "a profile waits for a program",
    finds: /^bash -i -c: not up after 3 s, and waits for: sleep 1000 \(probably .*\.bashrc, line 2\)$/,
    before: (scene) => prepend(scene, ".bashrc", "sleep 0.2; (sleep 300 &)"),
    put: (scene) => prepend(scene, ".bashrc", "# sleep\n(sleep 1000)"),
  },
  {
    check: "start-hangs",
    fault: "a shell turns round and round",
    finds: /^zsh -l -i -c, zsh -l -c: not up after 3 s$/,
    put: (scene) => prepend(scene, ".zprofile", "while :; do :; done"),
  },
  {
    check: "shims-in-starts",
    fault: "gv's line is gone from .bashrc alone",
    finds: /^bash -i -c: PATH has no .*shims$/,
    // The login shell of passwd is another one than SHELL, which gv setup serves; nobody has files of it.
    before: ({ overrides }) => (overrides.loginShell = "/bin/ksh"),
    put: ({ home, write }) => write(join(home, ".bashrc"), "alias ll='ls -l'\n"),
    mends: true,
  },
  {
    check: "shims-in-starts",
    fault: "PATH was an image's ENV, and this is no container",
    finds: /^bash -i -c: PATH has no .*shims$/,
    before({ home, root, system, write }) {
      write(join(home, ".bashrc"), "");
      write(join(system, ".dockerenv"), "");
      write(join(system, "proc/1/environ"), `PATH=${root}/shims:${root}/bin:/usr/bin:/bin\0HOME=/root\0`);
    },
    put: ({ system }) => rmSync(join(system, ".dockerenv")),
  },
  {
    check: "shims-in-starts",
    fault: "a login zsh puts another Go first",
    finds: /^zsh -l -c: go is .*other\/bin\/go$/,
    before(scene) {
      scene.go(join(scene.home, "other"), "1.20.1");
      prepend(scene, ".zprofile", 'export PATH="$HOME/other/bin:$PATH"');
    },
    // The .zshrc, which comes later, has gv's line again.
    put: (scene) => append(scene, ".zprofile", 'export PATH="$HOME/other/bin:$PATH"'),
  },
  {
    check: "start-hangs",
    fault: "a profile prints without end",
    finds: /^bash -i -c: prints without end$/,
    before: (scene) => prepend(scene, ".bashrc", "echo hello; head -c 100000 /dev/zero"),
    put: (scene) => prepend(scene, ".bashrc", "cat /dev/zero"),
  },
  {
    check: "starts-differ",
    fault: "GOCACHE for a terminal alone",
    finds:
      /^GOCACHE is \/var\/tmp\/go-build in bash -i -c; nothing in bash -l -i -c, .*\(set in .*\.bashrc, line 1\)$/,
    before(scene) {
      for (const name of [".profile", ".bashrc", ".zshenv"])
        prepend(scene, name, "export GOFLAGS=-mod=mod GOPROXY=https://proxy.example");
    },
    put: (scene) => prepend(scene, ".bashrc", "export GOCACHE=/var/tmp/go-build"),
  },
  {
    check: "starts-differ",
    fault: "GOPROXY is one for zsh, another one for its logins",
    finds:
      /GOPROXY is https:\/\/a\.example in bash .*, zsh -i -c, zsh -c.*; https:\/\/b\.example in zsh -l -i -c, zsh -l -c/,
    put(scene) {
      for (const name of [".profile", ".bashrc", ".zshenv"])
        scene.write(join(scene.home, name), "export GOPROXY=https://a.example\n");
      prepend(scene, ".zprofile", "export GOPROXY=https://me:secret@b.example");
    },
  },
  {
    check: "starts-differ",
    fault: "on a Mac, the Dock has another one",
    finds: /GOFLAGS is -mod=mod in .*; nothing in the desktop/,
    platform: mac,
    put(scene) {
      for (const name of [".profile", ".bashrc", ".zshenv"]) prepend(scene, name, "export GOFLAGS=-mod=mod");
    },
  },
  {
    check: "path-drops-system",
    fault: "zsh's array without the old one, over several lines",
    finds: /\.zshenv, line 1: path=\( *~\/bin *\/x *\); without \/usr\/bin and \/bin is zsh -l -i -c/,
    before: (scene) => prepend(scene, ".zshenv", "path=(\n ~/bin\n $path\n)"),
    put: ({ home, write }) => write(join(home, ".zshenv"), "path=(\n~/bin\n/x\n)\n"),
  },
  {
    check: "path-drops-system",
    fault: "a PATH without the old one",
    finds: /\.zshenv, line 1: PATH=\$HOME\/go\/bin; without \/usr\/bin and \/bin is zsh -l -i -c, .*zsh -c/,
    before(scene) {
      prepend(scene, ".zshenv", 'if false; then export PATH=$HOME/bin; fi\nPATH="$HOME/bin:$PATH"');
      prepend(scene, ".bashrc", "path=(~/bin) PATH=$PATH:$HOME/x");
    },
    put: ({ home, write }) => write(join(home, ".zshenv"), "export PATH=$HOME/go/bin\n"),
  },
  {
    check: "path-drops-system",
    fault: "the same in fish's conf.d",
    finds:
      /fish\/conf\.d\/go\.fish, line 2: PATH=\/opt\/go\/bin; without \/usr\/bin and \/bin is .*fish -i -c/,
    before({ home, env, write }) {
      env["SHELL"] = "/usr/bin/fish";
      write(join(home, ".config/fish/conf.d/go.fish"), "# Go\nset -gx PATH /opt/go/bin $PATH\n");
    },
    put: ({ home, write }) =>
      write(join(home, ".config/fish/conf.d/go.fish"), "# Go\nset -gx PATH /opt/go/bin\n"),
    cannot: needs("fish"),
  },
  {
    check: "path-drops-system",
    fault: "in a file that .bashrc's loop over a folder sources",
    finds: /\.bashrc\.d\/go\.sh, line 1: PATH=\$HOME\/go\/bin; without \/usr\/bin and \/bin is bash -i -c/,
    before: (scene) =>
      prepend(scene, ".bashrc", 'for rc in ~/.bashrc.d/*.sh; do [ -r "$rc" ] && . "$rc"; done'),
    put: ({ home, write }) => write(join(home, ".bashrc.d/go.sh"), "export PATH=$HOME/go/bin\n"),
  },
];
