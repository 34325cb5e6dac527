/** Faults of GOCACHE and GOMODCACHE (src/checks/caches.ts). */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Case, mac } from "../support/doctor.ts";
import { noMounts, remountReadOnly, tmpfs } from "../support/mount.ts";
import { freeze } from "./goroot.cases.ts";

const isRoot = process.getuid?.() === 0;

export const caches: readonly Case[] = [
  {
    check: "cache-path",
    fault: "GOCACHE=off, from before 1.12",
    finds: /GOCACHE=off, in .*go\/env, line 1/,
    before: (scene) => freeze(scene, "GOCACHE=/var/tmp/go-build"),
    put: (scene) => freeze(scene, "GOCACHE=off"),
  },
  {
    check: "cache-full",
    fault: "a disk with next to nothing left",
    finds: /GOMODCACHE, .*small\/mod \(environment\): \d+ MB are free there/,
    cannot: noMounts,
    before({ env, home }) {
      tmpfs(join(home, "small"), "300m");
      env["GOMODCACHE"] = join(home, "small/mod"); // Not made yet: it will be there.
    },
    put: ({ home }) => writeFileSync(join(home, "small/other"), Buffer.alloc(60 * 2 ** 20)),
  },
  {
    check: "cache-network",
    fault: "the home is on NFS",
    finds: /GOCACHE, .*\.cache\/go-build is on nfs4, mounted at .*home/,
    before: ({ program, home }) =>
      program(
        "mount",
        `echo "root on / type 9p (rw)"; echo "nas:/media on /media type nfs4 (rw)"; echo "nas:/x on ${home}/.cache/go-b type nfs4 (rw)"`,
      ),
    put: ({ program, home }) =>
      program(
        "mount",
        `echo "/dev/sda1 on / type ext4 (rw)"; echo "nas:/home on ${home} type nfs4 (rw,hard)"`,
      ),
  },
  {
    check: "cache-network",
    fault: "on a Mac, GOMODCACHE on a share",
    finds:
      /GOMODCACHE, \/Volumes\/team share\/mod \(environment\) is on smbfs, mounted at \/Volumes\/team share/,
    platform: mac,
    before({ program, env }) {
      env["GOMODCACHE"] = "/Volumes/team share/mod";
      program("mount", 'echo "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)"');
    },
    put: ({ program }) =>
      program(
        "mount",
        'echo "/dev/disk3s1s1 on / (apfs, local)"; echo "//me@nas/team on /Volumes/team share (smbfs, nodev, nosuid)"',
      ),
  },
  {
    check: "cache-not-writable",
    fault: isRoot ? "a read-only disk" : "no right to write",
    finds: isRoot ? /GOCACHE, .*work.*is on a read-only file system/ : /can't be written by this user/,
    cannot: isRoot ? noMounts : undefined,
    before({ env, home }) {
      env["GOCACHE"] = join(home, "work/cache");
      if (isRoot) tmpfs(join(home, "work"), "300m");
      else mkdirSync(join(home, "work"));
    },
    put({ home }) {
      if (isRoot) remountReadOnly(join(home, "work"));
      else chmodSync(join(home, "work"), 0o555);
    },
  },
  {
    check: "cache-of-another-user",
    fault: "go under sudo, in the cache of who typed it",
    finds: /GOCACHE, .*go-build belongs to user 12345, and go runs as root here, by sudo/,
    cannot: isRoot ? undefined : "needs root",
    before({ env, home }) {
      chownSync(join(home, ".cache/go-build"), 12_345, 12_345); // A volume of the host's, in a container.
      env["SUDO_UID"] = "1000";
    },
    put: ({ env }) => (env["SUDO_UID"] = "12345"),
  },
  {
    check: "gocache-process-id",
    fault: "the shell's number in a profile",
    finds: /\.bashrc, line 1: GOCACHE=\/tmp\/go-build-\$\$/,
    before: ({ home, write }) => write(join(home, ".bashrc"), "export GOCACHE=/tmp/go-build-1000\n"),
    put: ({ home, write }) => write(join(home, ".bashrc"), "export GOCACHE=/tmp/go-build-$$\n"),
  },
  {
    check: "gocache-process-id",
    fault: "in a file that a profile sources",
    finds: /\.config\/go\.sh, line 1: GOCACHE=\/tmp\/go-build-\$\$/,
    put({ home, write }) {
      write(join(home, ".zshenv"), '. "$HOME/.config/go.sh"\n');
      write(join(home, ".config/go.sh"), "export GOCACHE=/tmp/go-build-$$\n");
    },
  },
  {
    check: "gocache-process-id",
    fault: "by what a profile runs",
    finds: /GOCACHE is another one in each shell: .*go-build-\d+, .*go-build-\d+/,
    put({ home, write }) {
      write(join(home, ".zshenv"), 'eval "$(cat "$HOME/.config/go.sh")"\n');
      write(join(home, ".config/go.sh"), "export GOCACHE=/tmp/go-build-$$\n");
    },
  },
];
