/** Faults of Linux (src/checks/linux.ts). */
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";

import type { Case, Scene } from "../support/doctor.ts";
import { elfFile } from "../support/executables.ts";
import { noMounts, tmpfs } from "../support/mount.ts";

const root = "20 1 8:1 / / rw,relatime - ext4 /dev/root rw\n";
const mounts = ({ system, write }: Scene, lines: string): string =>
  write(join(system, "proc/self/mountinfo"), `${root}${lines}`);
const scope = ({ system, write }: Scene, value: number): string =>
  write(join(system, "proc/sys/kernel/yama/ptrace_scope"), `${value}\n`);
const asSomebody = ({ overrides, program }: Scene): void => {
  overrides.uid = 1000;
  program("dlv", elfFile());
};
const loader = "/lib/ld-gone.so.1";
const emulator = `interpreter /usr/bin/qemu-aarch64\nflags: OCF\noffset 0\nmagic 7f454c460201010000000000000000000200b700\n`;
const now = 1_795_000_000;

export const linux: readonly Case[] = [
  {
    check: "mount-noexec",
    fault: "a real file system, mounted noexec below gv's root",
    finds: /go\/bin \(where go install puts programs\) is on .*go\/bin, a tmpfs that is mounted noexec/,
    cannot: noMounts,
    before({ home, system }) {
      symlinkSync("/proc", join(system, "proc"));
      tmpfs(join(home, "go/bin"), "64k");
    },
    put: ({ home }) => execFileSync("mount", ["-o", "remount,noexec", join(home, "go/bin")]),
  },
  {
    check: "mount-noexec",
    fault: "TMPDIR is noexec",
    finds: /tmp \(where go run and go test build\) is on .*tmp, a tmpfs/,
    before: (scene) => mounts(scene, `21 20 0:5 / ${scene.env["TMPDIR"]} rw - tmpfs tmpfs rw\n`),
    put: (scene) => mounts(scene, `21 20 0:5 / ${scene.env["TMPDIR"]} rw,noexec - tmpfs tmpfs rw\n`),
  },
  {
    check: "mount-noexec",
    fault: "gv's root is on a noexec disk whose name has a space",
    finds: /root with space \(gv's root\) is on .*root with space, a vfat/,
    before(scene) {
      scene.overrides.root = { ...scene.context().root, path: `${scene.root} with space` };
      // GOTMPDIR comes before a TMPDIR that is noexec.
      scene.env["GOTMPDIR"] = join(scene.home, "tmp");
      mounts(scene, `21 20 0:5 / ${scene.env["TMPDIR"]} rw,noexec - tmpfs tmpfs rw\n`);
    },
    put: (scene) =>
      mounts(scene, `21 20 0:5 / ${scene.root}\\040with\\040space rw,noexec - vfat /dev/b rw\n`),
  },
  {
    check: "loader-missing",
    fault: "a gopls for glibc where its loader isn't",
    finds: /go\/bin\/gopls is started by \/lib\/ld-gone\.so\.1 \(glibc\), and there is none/,
    before: ({ home, write }) => write(join(home, "go/bin/gopls"), elfFile({ loader: "/bin/sh" }), 0o755),
    put: ({ home, write }) => write(join(home, "go/bin/gopls"), elfFile({ loader }), 0o755),
  },
  {
    check: "loader-missing",
    fault: "an old go that needs one",
    finds: /1\.22\.5\/bin\/go is started by \/lib\/ld-musl-gone\.so\.1 \(musl\)/,
    before: ({ root: at, write }) => write(join(at, "versions/linux-amd64/1.22.5/bin/go"), elfFile(), 0o755),
    put: ({ root: at, write }) =>
      write(
        join(at, "versions/linux-amd64/1.22.5/bin/go"),
        elfFile({ loader: "/lib/ld-musl-gone.so.1" }),
        0o755,
      ),
  },
  {
    check: "security-module",
    fault: "SELinux denied go",
    finds: /SELinux denied execute: go, gopls \(\/var\/log\/audit\/audit\.log\)/,
    before({ overrides, system, write }) {
      overrides.now = () => now * 1000;
      const old = `type=AVC msg=audit(${now - 90_000}.1:9): avc:  denied  { execute } for  pid=1 comm="go" name="gopls"\n`;
      const others = `type=AVC msg=audit(${now}.1:9): avc:  denied  { read } for  pid=1 comm="httpd" name="x"\n`;
      write(join(system, "var/log/audit/audit.log"), old + others);
    },
    put: ({ system, write }) =>
      write(
        join(system, "var/log/audit/audit.log"),
        `type=AVC msg=audit(${now - 60}.123:456): avc:  denied  { execute } for  pid=1 comm="go" name="gopls" dev="sda1" scontext=u:r:t:s0\n`,
      ),
  },
  {
    check: "security-module",
    fault: "AppArmor denied a program of gv's root",
    finds: /AppArmor denied exec: .*versions\/linux-amd64\/1\.22\.5\/bin\/go, node \(\/var\/log\/kern\.log\)/,
    before: ({ overrides }) => (overrides.now = () => now * 1000),
    put: ({ root: at, system, write }) =>
      write(
        join(system, "var/log/kern.log"),
        `kernel: audit: type=1400 audit(${now}.5:7): apparmor="DENIED" operation="exec" class="file" profile="snap.code" name="${at}/versions/linux-amd64/1.22.5/bin/go" pid=7 comm="node" requested_mask="x"\n`,
      ),
  },
  {
    check: "ptrace-scope",
    fault: "only children may be debugged",
    finds: /ptrace_scope is 1: dlv may attach to what it started/,
    before(scene) {
      asSomebody(scene);
      scope(scene, 0);
    },
    put: (scene) => scope(scene, 1),
  },
  {
    check: "ptrace-scope",
    fault: "nobody may debug",
    finds: /ptrace_scope is 3: nobody may debug, root neither/,
    before(scene) {
      asSomebody(scene);
      scene.overrides.uid = 0;
      scope(scene, 2);
    },
    put: (scene) => scope(scene, 3),
  },
  {
    check: "binfmt-missing",
    fault: "a Go for arm64 in the store, and its emulator is off",
    finds: /versions\/linux-arm64 has Go for linux\/arm64, and .* nothing that runs it/,
    before({ install, system, write }) {
      install("1.22.5", { os: "linux", arch: "arm64" });
      install("1.22.5", { os: "darwin", arch: "arm64" });
      write(join(system, "proc/sys/fs/binfmt_misc/qemu-aarch64"), `enabled\n${emulator}`);
    },
    put: ({ system, write }) =>
      write(join(system, "proc/sys/fs/binfmt_misc/qemu-aarch64"), `disabled\n${emulator}`),
  },
];
