/** gv uninstall: takes versions away, each named so that there is no doubt which. */
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { prepareRoot } from "../root.ts";
import { versionLock, withLock } from "../lock.ts";
import { formatPlatform, type Platform } from "../platform.ts";
import { namesIn, textOf } from "../read.ts";
import { writeShims } from "../shims.ts";
import { sweepStaging } from "../staging.ts";
import { listInstalled, namedBy, notInstalled, removeVersion } from "../store.ts";
import { formatRequest, formatVersion, parseRequest, type Request } from "../version.ts";

export async function uninstall(
  ctx: Context,
  specs: readonly string[],
  options: { platform?: Platform; quiet?: boolean },
): Promise<void> {
  const platform = options.platform ?? ctx.platform;
  prepareRoot(ctx);
  // Who was killed when the name was gone types it again, and is told that it isn't installed: the rest is done here.
  await sweepStaging(ctx);
  writeShims(ctx);
  const doomed = new Set(specs.map((spec) => theOne(ctx, platform, parseRequest(spec))));
  for (const name of doomed) {
    await withLock(ctx, versionLock(platform, name), () => removeVersion(ctx, platform, name));
    writeShims(ctx);
    if (options.quiet) continue;
    ctx.stdout.write(`Go ${name} for ${formatPlatform(platform)} is removed\n`);
    if (textOf(ctx.root.globalVersion)?.trim() === name)
      ctx.stdout.write("it was the global version: gv global <version>   sets another\n");
  }
}

function theOne(ctx: Context, platform: Platform, request: Request): string {
  const all = listInstalled(ctx, platform);
  const meant = namedBy(all, request);
  const [first, ...others] = meant;
  // A version that is no whole Go any more can be removed by its exact name, too.
  if (
    !first &&
    request.kind === "exact" &&
    namesIn(ctx.root.versions(platform)).includes(formatVersion(request.version))
  )
    return formatVersion(request.version);
  if (!first) throw notInstalled(all, request, platform);
  if (others.length > 0)
    throw new GvError(
      "BAD_ARGUMENT",
      `${formatRequest(request)} could be ${meant.map(({ name }) => name).join(" or ")}`,
      {
        hint: `gv uninstall ${first.name}`,
      },
    );
  return first.name;
}
