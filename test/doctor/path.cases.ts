/** Faults of PATH (src/checks/path.ts). */
import { chmodSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import type { Case } from "../support/doctor.ts";

export const path: readonly Case[] = [
  {
    check: "shims-written",
    fault: "the shim of go was deleted",
    finds: /shims\/go is missing/,
    put: ({ root }) => rmSync(join(root, "shims/go")),
    mends: true,
  },
  {
    check: "shims-written",
    fault: "a shim lost its x bit",
    finds: /shims\/gofmt can't be executed/,
    put: ({ root }) => chmodSync(join(root, "shims/gofmt"), 0o644),
    mends: true,
  },
  {
    check: "shims-on-path",
    fault: "PATH hasn't got them",
    finds: /PATH of this shell has no .*shims/,
    put: ({ path: folders }) => folders.shift(),
  },
  {
    check: "shims-first",
    fault: "an official package comes first",
    finds: /other\/bin\/go \(go1\.20\.1, nobody known\) comes before the shim/,
    before: ({ home, path: folders, go }) => folders.push(join(go(join(home, "other"), "1.20.1"), "bin")),
    put: ({ path: folders }) => folders.unshift(folders.pop() ?? ""),
  },
  {
    check: "shims-first",
    fault: "asdf comes first",
    finds: /\.asdf\/shims\/go \(.*asdf\) comes before/,
    put({ home, path: folders, write }) {
      write(join(home, ".asdf/shims/go"), "#!/bin/sh\n", 0o755);
      folders.unshift(join(home, ".asdf/shims"));
    },
  },
  {
    check: "path-entries",
    fault: "a folder twice",
    finds: /entry 7 of PATH is entry 4 again: \/usr\/bin/,
    put: ({ path: folders }) => folders.push("/usr/bin"),
  },
  {
    check: "path-entries",
    fault: "an empty entry",
    finds: /entry 7 of PATH is empty/,
    put: ({ path: folders }) => folders.push(""),
  },
  {
    check: "path-entries",
    fault: "a relative one",
    finds: /entry 1 of PATH is relative: node_modules/,
    put: ({ path: folders }) => folders.unshift("node_modules/.bin"),
  },
  {
    check: "path-entries",
    fault: "a folder that is gone",
    finds: /^entry 7 of PATH is no folder: \/nowhere$/,
    // gv's env file has it there before anything was installed.
    before: ({ home }) => rmSync(join(home, "go/bin"), { recursive: true, force: true }),
    put: ({ path: folders }) => folders.push("/nowhere"),
  },
  {
    check: "path-dead-link",
    fault: "a link to a Go that was removed",
    finds: /programs\/gopls is a link that leads nowhere/,
    put: ({ home }) => symlinkSync("/nowhere/gopls", join(home, "programs/gopls")),
  },
  {
    check: "path-dead-link",
    fault: "a dlv without the x bit",
    finds: /programs\/dlv can't be executed/,
    before: ({ program }) => program("dlv", "exit 0"),
    put: ({ home }) => chmodSync(join(home, "programs/dlv"), 0o644),
  },
];
