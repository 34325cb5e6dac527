/** Faults of gv's own root (src/checks/store.ts). */
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Case, Scene } from "../support/doctor.ts";

const version = ({ root }: Scene, name = "1.22.5"): string => join(root, "versions/linux-amd64", name);

export const store: readonly Case[] = [
  {
    check: "root-safe",
    fault: "everyone may write there",
    finds: /root can be written by everyone/,
    put: ({ root }) => chmodSync(root, 0o777),
  },
  {
    check: "root-set-up",
    fault: "another gv's launcher",
    finds: /was set up by another gv/,
    put: ({ write, root }) => write(join(root, "lib/shim.conf"), "# of another gv\n"),
    mends: true,
  },
  {
    check: "shims-current",
    fault: "a version without a shim",
    finds: /^go1\.22\.5 has no shim$/,
    put: ({ root }) => rmSync(join(root, "shims/go1.22.5")),
    mends: true,
  },
  {
    check: "shims-current",
    fault: "a tool without a shim",
    finds: /^gopls has no shim$/,
    put: ({ write, root }) => write(join(root, "tools/linux-amd64/1.22.5/bin/gopls"), "", 0o755),
    mends: true,
  },
  {
    check: "shims-current",
    fault: "a program of another in the place of a shim",
    finds: /shims\/gofmt is no shim of gv's/,
    put: ({ write, root }) => write(join(root, "shims/gofmt"), "#!/bin/sh\necho other\n", 0o755),
  },
  {
    check: "store-whole",
    fault: "another version under the name",
    finds: /says that it is go1\.21\.0/,
    put: (scene) => writeFileSync(join(version(scene), "VERSION"), "go1.21.0\n"),
  },
  {
    check: "store-whole",
    fault: "a folder that was emptied",
    finds: /1\.22\.9 has no bin\/go/,
    put: (scene) => mkdirSync(version(scene, "1.22.9")),
  },
  {
    check: "store-proven",
    fault: "a version that was copied there",
    finds: /Go 1\.22\.7 for linux\/amd64 has no receipt/,
    before: ({ install }) => install("1.22.7"),
    put: ({ root }) => rmSync(join(root, "receipts/linux-amd64/1.22.7.json")),
  },
  {
    check: "links-alive",
    fault: "a linked Go that was moved away",
    finds: /mygo is a link that leads nowhere/,
    before(scene) {
      symlinkSync(scene.go(join(scene.home, "mygo"), "1.22.5"), version(scene, "mygo"));
    },
    put: ({ home }) => renameSync(join(home, "mygo"), join(home, "elsewhere")),
  },
  {
    check: "global-installed",
    fault: "a global version that was removed",
    finds: /root\/version says 1\.23\.1, which is not installed/,
    put: ({ write, root }) => write(join(root, "version"), "1.23.1\n"),
  },
  {
    check: "config-known",
    fault: "a key with a typing mistake",
    finds: /config, line 2: strict-pins is no key/,
    before: ({ write, root }) => write(join(root, "config"), "strict-pin = true\n"),
    put: ({ write, root }) => write(join(root, "config"), "strict-pin = true\nstrict-pins = true\n"),
  },
  {
    check: "staging-clean",
    fault: "a folder of a process that is dead",
    finds: /staging\/.* is of a process that is gone/,
    before: ({ root }) => mkdirSync(join(root, "staging/rehash-1-1"), { recursive: true }),
    put({ root }) {
      const folder = join(root, "staging", `elsewhere-1-7-${crypto.randomUUID()}`);
      mkdirSync(folder);
      utimesSync(folder, 1, 1);
    },
    mends: true,
  },
];
