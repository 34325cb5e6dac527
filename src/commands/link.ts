/** gv link and gv unlink: a Go of the user's own, under a name that version files may say. */
import { realpathSync } from "node:fs";
import { join } from "node:path";

import { type Context, pathFrom } from "../context.ts";
import { GvError } from "../errors.ts";
import { didYouMean } from "../near.ts";
import { prepareRoot } from "../root.ts";
import { isProgram } from "../on-path.ts";
import { addLink, checkName, findInstalled, isBuilt, listInstalled, removeVersion } from "../store.ts";

export async function link(ctx: Context, name: string, folder: string): Promise<void> {
  checkName(name);
  const goroot = pathFrom(ctx.cwd, folder);
  if (!isProgram(join(goroot, "bin", "go")))
    throw new GvError("BAD_ARGUMENT", `${goroot} is no GOROOT: it has no bin/go that may be executed`, {
      hint: "name the folder that `go env GOROOT` of that Go prints; one built from source is there after src/make.bash",
    });
  prepareRoot(ctx);
  addLink(ctx, name, realpathSync(goroot));
  ctx.stdout.write(`${name} is ${goroot}; gv proves nothing about it\nuse it:  gv local ${name}\n`);
}

export async function unlink(ctx: Context, name: string): Promise<void> {
  const linked = findInstalled(ctx, ctx.platform, name);
  if (linked?.link === undefined)
    throw new GvError("NOT_INSTALLED", `no Go is linked as "${name}"`, {
      hint:
        linked && isBuilt(linked)
          ? `it was built here: gv uninstall ${name}`
          : `${didYouMean(name, linkedNames(ctx))}gv list   shows what is`,
    });
  prepareRoot(ctx);
  await removeVersion(ctx, ctx.platform, name);
  ctx.stdout.write(`${name} is no longer linked; ${linked.link} stays as it is\n`);
}

function linkedNames(ctx: Context): string[] {
  return listInstalled(ctx, ctx.platform).flatMap((one) => (one.link === undefined ? [] : one.name));
}
