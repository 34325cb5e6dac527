/**
 * Modules at the proxies of GOPROXY: which one a package is in, its versions, and a version's go.mod.
 *
 * https://go.dev/ref/mod#goproxy-protocol. Nothing here is trusted: what is built is what the go command fetches
 * and proves itself. Where the go command would ask no proxy (GONOPROXY, GOPRIVATE, direct), gv asks nobody.
 */
import type { Context } from "./context.ts";
import { GvError } from "./errors.ts";
import { parseGoMod, type GoMod } from "./go-mod.ts";
import { valueWithin } from "./goenv.ts";
import { askProxies, type ProxyList, proxyList } from "./goproxy.ts";
import { compareModuleVersions, isModuleVersion, isRelease } from "./module-version.ts";
import { readProxyFile } from "./proxy-file.ts";

/** A module that a proxy has. */
export interface Module {
  readonly path: string;
  /** Its releases, newest first; where it has none, its pre-releases, or the one that `@latest` is. */
  readonly versions: readonly string[];
}

/**
 * The proxies that the go command of this GOROOT would ask for a package, of which gv can; undefined where it would go
 * to the package's own repository, which gv leaves to it.
 */
export function proxiesFor(ctx: Context, path: string, goroot: string): ProxyList | undefined {
  const excepted = valueWithin(ctx, goroot, "GONOPROXY") ?? valueWithin(ctx, goroot, "GOPRIVATE");
  if (excepted && excepted.value !== "none" && matchesPrefix(excepted.value, path)) return undefined;
  const list = proxyList(ctx, valueWithin(ctx, goroot, "GOPROXY"));
  const proxies = list.proxies.filter(({ direct }) => !direct);
  return proxies.length > 0 || list.off ? { ...list, proxies } : undefined;
}

/** As module.MatchPrefixPatterns: patterns between commas, each against as many elements of the path as it has. */
function matchesPrefix(patterns: string, path: string): boolean {
  const elements = path.split("/");
  return patterns.split(",").some((pattern) => {
    const parts = pattern.trim().replace(/\/$/, "").split("/");
    return (
      parts[0] !== "" &&
      parts.length <= elements.length &&
      parts.every((part, i) => matchesElement(part, elements[i] ?? ""))
    );
  });
}

/** As path.Match: `*`, `?` and [classes]. */
function matchesElement(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/\\(.)|\[[^\]]*\]|[*?]|[^\w]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (found.length > 1) return found;
    return found === "*" ? ".*" : found === "?" ? "." : `\\${found}`;
  });
  try {
    return new RegExp(`^${source}$`).test(text);
  } catch {
    return false;
  }
}

/**
 * The module that holds a package: the longest part of its path that a proxy has versions of. Undefined where
 * none has. A proxy may refuse (403) what it doesn't have: that counts where no shorter part is a module either.
 */
export async function findModule(ctx: Context, list: ProxyList, path: string): Promise<Module | undefined> {
  let refusal: GvError | undefined;
  for (let module = path; module.includes("/"); module = module.slice(0, module.lastIndexOf("/"))) {
    try {
      const found = await moduleAt(ctx, list, module);
      if (found) return found;
    } catch (error) {
      if (!(error instanceof GvError) || error.code !== "PROXY_REFUSED") throw error;
      refusal ??= error;
    }
  }
  if (refusal) throw refusal;
  return undefined;
}

/** The module of that very path; undefined where no proxy has a version of it. */
export async function moduleAt(ctx: Context, list: ProxyList, path: string): Promise<Module | undefined> {
  const text = await ask(ctx, list, `${escapePath(path)}/@v/list`);
  const all = (text ?? "").split(/\s+/).filter(isModuleVersion);
  const releases = all.filter(isRelease);
  const versions = (releases.length > 0 ? releases : all).toSorted(compareModuleVersions).toReversed();
  if (versions.length > 0) return { path, versions };
  // A module without tags; some proxies answer an empty list for what is none, too.
  const latest = await ask(ctx, list, `${escapePath(path)}/@latest`);
  const version = /"Version"\s*:\s*"([^"]+)"/.exec(latest ?? "")?.[1] ?? "";
  return isModuleVersion(version) ? { path, versions: [version] } : undefined;
}

/** The go.mod of one version. Throws NO_SUCH_MODULE where no proxy has it. */
export async function goModOf(
  ctx: Context,
  list: ProxyList,
  module: string,
  version: string,
): Promise<GoMod> {
  const text = await ask(ctx, list, `${escapePath(module)}/@v/${escapePath(version)}.mod`);
  if (text !== undefined) return parseGoMod(text);
  throw new GvError(
    "NO_SUCH_MODULE",
    `no proxy of GOPROXY=${list.text} has the go.mod of ${module}@${version}`,
    { hint: `go list -m ${module}@${version}   asks the same proxies` },
  );
}

/** Throws what askProxies throws; what it says of Go's own releases isn't said of a module. */
async function ask(ctx: Context, list: ProxyList, file: string): Promise<string | undefined> {
  try {
    return await askProxies(ctx, list, async (inner, proxy) =>
      (await readProxyFile(inner, proxy, file))?.toString(),
    );
  } catch (error) {
    if (!(error instanceof GvError) || error.code === "INTERRUPTED") throw error;
    throw new GvError(error.code, error.message, { hint: byName, cause: error });
  }
}

const byName =
  "GOPROXY is asked which versions of the tool there are; for one that is named only the go command asks: gv tools install gopls@v1.2.3";

/** As module.EscapePath: `!` and the small letter for a capital one. */
export function escapePath(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
