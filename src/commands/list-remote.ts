/** gv list-remote: the releases that can be installed, as the proxies of GOPROXY list them. */
import { keepForCompletion } from "../completions.ts";
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import { proxyList } from "../goproxy.ts";
import { didYouMean } from "../near.ts";
import { formatPlatform, type Platform, samePlatform } from "../platform.ts";
import { listReleases, platformMeant } from "../releases.ts";
import { installedNames } from "../store.ts";
import { formatVersion, matchesPartial, parseRequest } from "../version.ts";

export async function listRemote(
  ctx: Context,
  prefix: string | undefined,
  options: { all?: boolean; json?: boolean; platform?: Platform },
): Promise<void> {
  const platform = options.platform ?? ctx.platform;
  const request = prefix === undefined ? undefined : parseRequest(prefix);
  if (request && request.kind !== "partial")
    throw new GvError("BAD_ARGUMENT", `"${prefix}" is no beginning of a version`, {
      hint: "gv list-remote 1.22",
    });
  const releases = await listReleases(ctx, proxyList(ctx));
  const listed = releases
    .filter((release) => samePlatform(release.platform, platform))
    .map(({ version }) => version);
  keepForCompletion(ctx, platform, listed);
  const installed = new Set(installedNames(ctx, platform));
  const rows = listed
    .filter(
      (version) =>
        (options.all || version.pre === undefined) && (!request || matchesPartial(version, request)),
    )
    .map((version) => ({ name: formatVersion(version), stable: version.pre === undefined }))
    .map((row) => ({ ...row, installed: installed.has(row.name) }));
  if (options.json) return ctx.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  if (rows.length === 0) {
    const name = formatPlatform(platform);
    const near =
      listed.length === 0
        ? platformMeant(platform, new Set(releases.map((release) => formatPlatform(release.platform))))
        : didYouMean(prefix ?? "", new Set(listed.map(({ major, minor }) => `${major}.${minor}`)));
    throw new GvError("NO_SUCH_RELEASE", `no release${prefix ? ` of ${prefix}` : ""} is listed for ${name}`, {
      hint: `${near}gv list-remote --all   shows betas and release candidates, too`,
    });
  }
  for (const row of rows) ctx.stdout.write(`${row.name}${row.installed ? "  installed" : ""}\n`);
}
