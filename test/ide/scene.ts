/** What the tests of gv ide share: a plan written and taken back in this process, and a folder's bytes. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

import { ide, type Options } from "../../src/commands/ide.ts";
import type { Scene } from "../support/doctor.ts";

/** Types `gv ide`; gives what it printed. */
export async function typed(
  scene: Scene,
  name?: string,
  options: Options = {},
): Promise<{ out: string; err: string }> {
  const said = { out: "", err: "" };
  const output = (to: "out" | "err") => ({
    write: (text: string) => void (said[to] += text),
    isTerminal: false,
    columns: 80,
  });
  await ide(scene.context({ stdout: output("out"), stderr: output("err") }), name, options);
  return said;
}

/** Every file below a folder with its bytes, every link with its target; not gv's own root. */
export function bytesBelow(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return Object.fromEntries(
    names.flatMap((name) => {
      const path = join(folder, name);
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) return [[name, `-> ${readlinkSync(path)}`]];
      return stats.isFile() ? [[name, `${stats.mode.toString(8)} ${readFileSync(path, "latin1")}`]] : [];
    }),
  );
}

/** What JavaScript itself takes a text of JSON with comments for: no parser of gv's. */
export function evaluated(text: string): unknown {
  // eslint-disable-next-line no-new-func
  return new Function(`return (${text.replace(/^\uFEFF/, "")}\n)`)();
}
