/** Where GoLand, and IntelliJ IDEA with its Go plugin, keep the SDK of a project: files in .idea, and forms in them. */
import { join } from "node:path";

import { startOf } from "../../read.ts";
import { unescaped } from "../../xml.ts";

const longest = 4_000_000; // bytes: workspace.xml keeps the history of what was run

export const golandFiles = ["workspace.xml", "misc.xml"] as const;

/** As the SDK is written: a component of its own, or a property (in XML, and in JSON since 2022). */
export const golandForms = [
  /(?<before><component name="GOROOT" (?:url|path)=")(?<sdk>[^"]*)/,
  /(?<before>name="go\.sdk\.path" value=")(?<sdk>[^"]*)/,
  /(?<before>(?:"|&quot;)go\.sdk\.path(?:"|&quot;)\s*:\s*(?:"|&quot;))(?<sdk>[^"&]*)/,
];

/** An SDK that a file of a project names. */
export interface NamedSdk {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly goroot: string;
}

/** The SDKs that the files of a project's folder name, as far as they are folders of this machine. */
export function sdksNamed(folder: string, home: string): readonly NamedSdk[] {
  return golandFiles.flatMap((name) => {
    const file = join(folder, ".idea", name);
    const text = startOf(file, longest) ?? "";
    return golandForms.flatMap((form): NamedSdk[] => {
      const match = form.exec(text);
      const goroot = sdkFolder(match?.groups?.["sdk"] ?? "", folder, home);
      if (!match || goroot === undefined) return [];
      return [{ file, line: text.slice(0, match.index).split("\n").length, goroot }];
    });
  });
}

/** The folder that an SDK means; undefined for none, for one in a container, and with other variables of the editor's. */
export function sdkFolder(sdk: string, project: string, home: string): string | undefined {
  const path = sdk
    .replace(/^file:\/\//, "")
    .replace("$USER_HOME$", home)
    .replace("$PROJECT_DIR$", project);
  return path.startsWith("/") && !path.includes("$") ? unescaped(path) : undefined;
}
