/**
 * Which installed Go builds a Go: Go's compiler is written in Go, and each asks for a certain one, or a newer one.
 *
 * The sources say it themselves: `bootgo=1.24.6` in src/make.bash, since 1.20; before, any from 1.4 on will do. The
 * rule behind it is in https://go.dev/doc/install/source#go14.
 */
import { join } from "node:path";

import { newestOf } from "../choose.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { statOf, textOf } from "../read.ts";
import { findInstalled, type Installed, installedVersions, isProven, listInstalled } from "../store.ts";
import {
  compareVersions,
  formatRequest,
  formatVersion,
  parseRequest,
  parseVersion,
  type Version,
} from "../version.ts";

/** The oldest Go that may build these sources. Throws BAD_ARGUMENT for those that C compiles. */
export function oldestBootstrap(tree: string): Version {
  const text = textOf(join(tree, "src", "make.bash")) ?? "";
  const said = parseVersion(/^bootgo=(\S+)$/m.exec(text)?.[1] ?? "");
  if (said) return said;
  if (statOf(join(tree, "src", "cmd", "dist", "buildtool.go")) !== undefined)
    return { major: 1, minor: 4, patch: 0 };
  throw new GvError(
    "BAD_ARGUMENT",
    "these sources are from before Go 1.5: a C compiler builds them, and gv doesn't",
    {
      hint: "build them by hand, and then:  gv link mygo <their folder>",
    },
  );
}

/**
 * The newest installed and proven release that may build `tree`, or the one that `spec` means. With `but` another one
 * than that where there is any: a Go that builds itself says less. Throws NOT_INSTALLED, BAD_ARGUMENT, BAD_SPEC.
 */
export async function bootstrapFor(
  ctx: Context,
  tree: string,
  { spec, but }: { spec?: string | undefined; but?: Version } = {},
): Promise<Installed> {
  const oldest = oldestBootstrap(tree);
  if (spec !== undefined) return named(ctx, spec, oldest);
  const fit = listInstalled(ctx, ctx.platform)
    .filter(({ version, receipt }) => version && isProven(receipt) && compareVersions(version, oldest) >= 0)
    .toReversed();
  const isOther = ({ version }: Installed): boolean =>
    !but || (version !== undefined && compareVersions(version, but) !== 0);
  const chosen =
    fit.find((one) => one.version?.pre === undefined && isOther(one)) ?? fit.find(isOther) ?? fit[0];
  if (chosen) return chosen;
  throw new GvError(
    "NOT_INSTALLED",
    `these sources are built by Go ${formatVersion(oldest)} or newer, and no such release is installed`,
    { hint: `gv install ${oldest.major}.${oldest.minor}` },
  );
}

/** What a person names may be a Go of their own; make.bash itself tells whether that is new enough. */
async function named(ctx: Context, spec: string, oldest: Version): Promise<Installed> {
  const request = parseRequest(spec);
  const isName = request.kind === "name" || request.kind === "tip";
  const newest = await newestOf(installedVersions(ctx, ctx.platform), request);
  const name = isName ? formatRequest(request) : newest && formatVersion(newest);
  const found = name === undefined ? undefined : findInstalled(ctx, ctx.platform, name);
  if (!found)
    throw new GvError("NOT_INSTALLED", `Go ${formatRequest(request)} is not installed`, {
      hint: `gv install ${formatRequest(request)}`,
    });
  if (found.version && compareVersions(found.version, oldest) < 0)
    throw new GvError(
      "BAD_ARGUMENT",
      `Go ${found.name} can't build these sources: ${formatVersion(oldest)} or newer can`,
      {
        hint: `gv install ${oldest.major}.${oldest.minor}`,
      },
    );
  return found;
}
