/** GoLand, and IntelliJ IDEA with its Go plugin: the SDK that a project's .idea folder names. */
import { join } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import { projectFolders } from "../doctor/project.ts";
import { isProgram } from "../on-path.ts";
import { sdksNamed } from "./editors/goland-sdk.ts";
import { gorootHere, versionOf } from "./editors/goroot.ts";

export const goland: readonly Check[] = [
  {
    id: "goland-sdk",
    severity: "warning",
    title: "GoLand's SDK is the Go that applies",
    why: "GoLand builds, runs and debugs with that one, whatever a version file says",
    find: async (machine) => {
      const named = projectFolders(machine.ctx).flatMap((folder) => sdksNamed(folder, machine.ctx.home));
      const here = named.length > 0 ? await gorootHere(machine) : undefined;
      return named.flatMap(({ file, line, goroot }): Finding[] => {
        const place = `${file}, line ${line}: the SDK is ${goroot}`;
        const remedy =
          here === undefined
            ? {
                help: "in GoLand: Settings > Go > GOROOT > + > Local: the folder that gv env prints as GOROOT",
              }
            : {
                fix: "gv ide goland --write",
                help: "close the project in GoLand first: it writes that file, too",
              };
        const reach = "this project in GoLand, its debugger and terminal; until the version here changes";
        if (!isProgram(join(goroot, "bin/go")))
          return [{ fact: `${place}, where no Go is`, ...remedy, reach, severity: "error" }];
        if (here === undefined || versionOf(goroot) === versionOf(here)) return [];
        return [
          { fact: `${place} (${versionOf(goroot)}), and here ${versionOf(here)} applies`, ...remedy, reach },
        ];
      });
    },
  },
];
