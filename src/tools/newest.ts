/**
 * Which version of a tool a Go gets: the newest release whose go.mod asks for no newer Go than that.
 *
 * The `go` line is a minimum (https://go.dev/ref/mod#go-mod-file-go): from Go 1.21 on the go command refuses to
 * build below it, and before that it mostly failed. That an old release doesn't build with a newer Go is in no
 * file; taking the newest one avoids it.
 */
import type { Context } from "../context.ts";
import { GvError } from "../errors.ts";
import type { GoMod } from "../go-mod.ts";
import { gorootAbove } from "../goenv.ts";
import { compareModuleVersions } from "../module-version.ts";
import { findModule, goModOf, moduleAt, proxiesFor } from "../modules.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "../version.ts";
import type { Builder } from "./build.ts";
import { knownTools, type ToolRequest, wordFor } from "./known.ts";

export interface Choice {
  readonly version: string;
  /** The newest release of all and the Go that it needs, where that is another one. */
  readonly newest?: { readonly version: string; readonly needs: string };
}

/**
 * The newest release of the tool that `go` can build; undefined where the go command would ask no proxy, so that
 * gv can't know (GOPRIVATE, GOPROXY=direct). Throws NO_SUCH_MODULE, NO_FITTING_VERSION, and what the proxies throw.
 *
 * In a module's life the go line only grows, so it is looked for by halving: a dozen small files at most. What is
 * chosen fits in any case.
 */
export async function newestFor(
  ctx: Context,
  tool: ToolRequest,
  { version: go, program }: Pick<Builder, "version" | "program">,
): Promise<Choice | undefined> {
  const proxies = proxiesFor(ctx, tool.path, gorootAbove(program));
  if (!proxies) return undefined;
  const module = await (tool.module === undefined
    ? findModule(ctx, proxies, tool.path)
    : moduleAt(ctx, proxies, tool.module));
  const [newest] = module?.versions ?? [];
  if (!module || newest === undefined) {
    if (proxies.reachesDirect) return undefined;
    throw new GvError(
      "NO_SUCH_MODULE",
      `no proxy of GOPROXY=${proxies.text} has a module with ${tool.path}`,
      {
        hint: `is the path right? where the proxies come from: ${proxies.origin}`,
      },
    );
  }

  const read = new Map<string, GoMod>();
  const goMod = async (version: string): Promise<GoMod> => {
    const text = read.get(version) ?? (await goModOf(ctx, proxies, module.path, version));
    read.set(version, text);
    return text;
  };
  const needs = async (version: string): Promise<string> => (await goMod(version)).go ?? "1.16";
  const { retracted } = await goMod(newest);
  const bound = lastFor(tool, go);
  const candidates = module.versions.filter(
    (version) =>
      (bound === undefined || compareModuleVersions(version, bound) <= 0) &&
      retracted.every(
        ({ from, to }) => compareModuleVersions(version, from) < 0 || compareModuleVersions(version, to) > 0,
      ),
  );
  const [first = newest] = candidates;
  const version = await firstThat(candidates, async (one) => canBuild(go, await needs(one)));
  if (version === first) return { version };
  if (version !== undefined) return { version, newest: { version: first, needs: await needs(first) } };
  const oldest = candidates.at(-1) ?? newest;
  throw new GvError(
    "NO_FITTING_VERSION",
    `none of the ${module.versions.length} releases of ${tool.name} that GOPROXY lists can be built with Go ${formatVersion(go)}`,
    {
      hint: [
        `the oldest, ${oldest}, needs Go ${await needs(oldest)}`,
        `gv tools install ${wordFor(tool)} --go latest   builds it with a newer Go`,
        `gv tools install ${wordFor(tool)}@v1.2.3   builds a version that you know of`,
      ].join("\n"),
    },
  );
}

/** The last version that is for this Go, where the table knows one. */
function lastFor(tool: ToolRequest, go: Version): string | undefined {
  const known = knownTools.find(({ name, module }) => name === tool.name && tool.module === module);
  return known?.last?.[`${go.major}.${go.minor}`];
}

/** The first of a row that fits, where all behind one that fits do, too. */
async function firstThat(
  row: readonly string[],
  fits: (version: string) => Promise<boolean>,
): Promise<string | undefined> {
  const [first] = row;
  if (first === undefined || (await fits(first))) return first;
  let [misfit, fitting] = [0, row.length]; // indexes; the end of the row stands for none
  while (fitting - misfit > 1) {
    const middle = Math.floor((misfit + fitting) / 2);
    if (await fits(row[middle] ?? "")) fitting = middle;
    else misfit = middle;
  }
  return row[fitting];
}

/** True where a go line asks for no newer Go; `1.22` is that language, which its release candidates have, too. */
export function canBuild(go: Version, line: string): boolean {
  const needed = parseVersion(line);
  if (!needed) return false;
  const isLanguage = /^\d+\.\d+$/.test(line);
  return isLanguage
    ? go.major > needed.major || (go.major === needed.major && go.minor >= needed.minor)
    : compareVersions(go, needed) >= 0;
}
