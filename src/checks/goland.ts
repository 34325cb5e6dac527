/** GoLand, and IntelliJ IDEA with its Go plugin: the SDK that a project's .idea folder names. */
import { join } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import { projectFolders } from "../doctor/project.ts";
import { isProgram } from "../on-path.ts";
import { startOf } from "../read.ts";
import { gorootHere, versionOf } from "./editors/goroot.ts";

const longest = 4_000_000; // bytes: workspace.xml keeps the history of what was run

/** As the SDK is written: a component of its own, or a property (in XML, and in JSON since 2022). */
const forms = [
  /<component name="GOROOT" (?:url|path)="(?:file:\/\/)?([^"]+)"/,
  /name="go\.sdk\.path" value="(?:file:\/\/)?([^"]+)"/,
  /(?:"|&quot;)go\.sdk\.path(?:"|&quot;)\s*:\s*(?:"|&quot;)(?:file:\/\/)?([^"&]+)/,
];

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
        const help = `in GoLand: Settings > Go > GOROOT > + > Local: ${here ?? "the folder that gv env prints as GOROOT"}`;
        const reach = "this project in GoLand, its debugger and terminal; until the version here changes";
        if (!isProgram(join(goroot, "bin/go")))
          return [{ fact: `${place}, where no Go is`, help, reach, severity: "error" }];
        if (here === undefined || versionOf(goroot) === versionOf(here)) return [];
        return [
          { fact: `${place} (${versionOf(goroot)}), and here ${versionOf(here)} applies`, help, reach },
        ];
      });
    },
  },
];

interface Named {
  readonly file: string;
  readonly line: number;
  readonly goroot: string;
}

function sdksNamed(folder: string, home: string): readonly Named[] {
  return ["workspace.xml", "misc.xml"].flatMap((name) => {
    const file = join(folder, ".idea", name);
    const text = startOf(file, longest) ?? "";
    return forms.flatMap((form): Named[] => {
      const match = form.exec(text);
      if (!match?.[1]) return [];
      const goroot = match[1].replace("$USER_HOME$", home).replace("$PROJECT_DIR$", folder);
      // Another variable of the editor's, or an SDK in a container: gv can't look there.
      if (!goroot.startsWith("/") || goroot.includes("$")) return [];
      return [{ file, line: text.slice(0, match.index).split("\n").length, goroot }];
    });
  });
}
