/**
 * gv ide goland: the SDK of a project in GoLand, or in IntelliJ IDEA with its Go plugin: the GOROOT of the version that
 * applies here, which is a real folder and no shim, since GoLand reads VERSION and src/ in it.
 *
 * Guarantees: of the XML only the SDK's own text is changed. It is one version's folder: after a change of the version
 * it must be written again, which `gv local`, `gv use` and the doctor's goland-sdk say.
 *
 * Where it is kept: `<component name="GOROOT" url="file://..." />` in .idea/workspace.xml, as GoLand writes it; a
 * project that was never opened may have that component alone.
 */
import { basename, dirname, join } from "node:path";

import { bytesAt, type Change, isChange } from "../changes.ts";
import { golandFiles, golandForms, sdkFolder } from "../checks/editors/goland-sdk.ts";
import { gorootHere } from "../checks/editors/goroot.ts";
import type { Context } from "../context.ts";
import { Machine } from "../doctor/machine.ts";
import { projectFolders, projectTop } from "../doctor/project.ts";
import { GvError } from "../errors.ts";
import { charactersOf, encoded, fileOf } from "../latin1.ts";
import { isProgram } from "../on-path.ts";
import { realPath, statOf } from "../read.ts";
import { noVersion, resolveVersion } from "../resolve.ts";
import type { Integration } from "./integration.ts";
import { escaped } from "../xml.ts";

export const goland: Integration = {
  name: "goland",
  title: "GoLand, IntelliJ IDEA: the project's SDK is the Go that applies here",
  takes: [],
  plan: async (ctx) => {
    const goroot = await gorootOf(ctx);
    const folder =
      projectFolders(ctx).find((one) => statOf(join(one, ".idea"))?.isDirectory()) ?? projectTop(ctx);
    const notes: string[] = [];
    const changes = golandFiles.map((name) => sdkChange(ctx, folder, name, goroot, notes));
    if (changes.some(isChange))
      notes.push(
        "close the project in GoLand before --write: it writes this file when it closes",
        "after a change of the version here: gv ide goland --write",
      );
    return { changes, notes };
  },
};

/** The GOROOT that applies here, behind the link of a Go of the user's own. Throws as `noVersion`, and NOT_INSTALLED. */
async function gorootOf(ctx: Context): Promise<string> {
  const here = await resolveVersion(ctx);
  if (here.kind === "missing" || here.kind === "refused") throw noVersion(here);
  const goroot = await gorootHere(new Machine(ctx));
  if (goroot === undefined || !isProgram(join(goroot, "bin/go")))
    throw new GvError("NOT_INSTALLED", "there is no GOROOT here that GoLand could take", {
      hint: "gv use 1.22   installs a Go and pins it in this folder",
    });
  const own = join(realPath(dirname(goroot)), basename(goroot));
  return realPath(goroot) === own ? goroot : realPath(goroot);
}

function sdkChange(
  ctx: Context,
  folder: string,
  name: (typeof golandFiles)[number],
  goroot: string,
  notes: string[],
): Change {
  const path = join(folder, ".idea", name);
  const before = bytesAt(path);
  const sdk = `file://${written(ctx, goroot)}`;
  if (before === undefined)
    return { path, before, after: name === "workspace.xml" ? Buffer.from(fresh(sdk)) : undefined };
  let text = charactersOf(before);
  let isNamed = false;
  for (const form of golandForms)
    text = text.replace(form, (whole: string, prefix: string, old: string) => {
      isNamed = true;
      const there = Buffer.from(old, "latin1").toString("utf8");
      const isElsewhere = /^(?!file:)\w+:\/\//.test(there);
      if (isElsewhere) notes.push(`${path}: the SDK stays ${there}, which is no folder of this machine`);
      if (isElsewhere || sdkFolder(there, folder, ctx.home) === goroot) return whole;
      const isPath = there !== "" && !there.startsWith("file:");
      return prefix + encoded(isPath ? sdk.slice("file://".length) : sdk);
    });
  if (!isNamed && name === "workspace.xml") text = withComponent(text, path, sdk);
  return { path, before, after: fileOf(text) };
}

/** A path as GoLand writes it: below home by its variable. */
function written({ home }: Context, path: string): string {
  return escaped(path.startsWith(`${home}/`) ? `$USER_HOME$${path.slice(home.length)}` : path);
}

function fresh(sdk: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<project version="4">\n  <component name="GOROOT" url="${sdk}" />\n</project>\n`;
}

function withComponent(text: string, path: string, sdk: string): string {
  const end = text.lastIndexOf("</project>");
  if (end < 0)
    throw new GvError("NOT_READABLE", `${path} has no end of its project`, {
      hint: "it was left as it is; open the project in GoLand once, which writes it anew, then type it again",
    });
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text.slice(0, end).endsWith("\n") ? "" : eol;
  return `${text.slice(0, end)}${gap}  <component name="GOROOT" url="${encoded(sdk)}" />${eol}${text.slice(end)}`;
}
