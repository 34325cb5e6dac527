/** gv mirror: releases and what proves them, in a folder that any server can serve. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { type Context, pathFrom } from "../context.ts";
import { GvError, printableLine, systemCode } from "../errors.ts";
import { mirror as bringMirror, type Mirrored, type MirroredRelease, planMirror } from "../mirror/mirror.ts";
import { formatPlatform, type Platform } from "../platform.ts";
import { progressBar } from "../progress.ts";
import { megabytes } from "../space.ts";
import { requestOfModule } from "../switching.ts";
import type { Release } from "../toolchain.ts";
import { formatVersion, parseRequest } from "../version.ts";

interface Options {
  readonly platform?: readonly Platform[];
  readonly refresh?: boolean;
  readonly prune?: boolean;
  readonly knownHead?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function mirror(
  ctx: Context,
  folder: string,
  specs: readonly string[],
  options: Options,
): Promise<void> {
  const path = pathFrom(ctx.cwd, folder);
  const typed = specs.map(parseRequest);
  const wanted = {
    requests: typed.map((request) => (request.kind === "go.mod" ? requestOfModule(ctx) : request)),
    platforms: options.platform ?? [ctx.platform],
    refresh: options.refresh === true,
    prune: options.prune === true,
    knownHeads: (options.knownHead ?? []).map((file) => readHead(pathFrom(ctx.cwd, file))),
  };
  const isQuiet = options.quiet === true || options.json === true;
  const say = (text: string): void => {
    if (!isQuiet) ctx.stdout.write(`${printableLine(text)}\n`);
  };
  const outcome = options.dryRun
    ? await planMirror(ctx, path, wanted)
    : await bring(ctx, path, wanted, say, isQuiet);
  if (options.dryRun) for (const row of outcome.releases) say(describe(row));
  else for (const row of outcome.releases.filter(({ state }) => isLeft(state))) say(describe(row));
  for (const line of conclude(outcome, options)) say(line);
  if (options.json) ctx.stdout.write(`${JSON.stringify(asData(outcome, options), undefined, 2)}\n`);
}

const isLeft = (state: MirroredRelease["state"]): boolean => state === "not named" || state === "removed";

async function bring(
  ctx: Context,
  path: string,
  wanted: Parameters<typeof bringMirror>[2],
  say: (text: string) => void,
  isSilent: boolean,
): Promise<Mirrored> {
  let bar: { of: Release; bar: ReturnType<typeof progressBar> } | undefined;
  try {
    return await bringMirror(ctx, path, wanted, {
      onProgress: (release, received, total) => {
        if (bar?.of !== release) bar = { of: release, bar: progressBar(ctx, nameOf(release), { isSilent }) };
        bar.bar.update(received, total);
      },
      onRelease: (row) => {
        bar?.bar.clear();
        say(describe(row));
      },
      onWarning: (text) => ctx.stderr.write(`gv: ${text}\n`),
      onWait: () => say("another gv is at this mirror; waiting for that one"),
    });
  } finally {
    bar?.bar.clear();
  }
}

/** What the go command or gv keeps as `latest`. */
function readHead(path: string): { note: Uint8Array; from: string } {
  try {
    return { note: readFileSync(path), from: path };
  } catch (error) {
    throw new GvError("BAD_ARGUMENT", `${path} can't be read (${systemCode(error) ?? "no reason given"})`, {
      hint: "it is what a client has seen last: $(go env GOPATH)/pkg/sumdb/sum.golang.org/latest, or $GV_ROOT/sumdb/sum.golang.org/latest",
    });
  }
}

function nameOf({ version, platform }: Release): string {
  return `Go ${formatVersion(version)} for ${formatPlatform(platform)}`;
}

const words: Readonly<Record<MirroredRelease["state"], string>> = {
  fetched: "fetched and proven",
  there: "there, and proven",
  missing: "would be fetched",
  "not named": "stays, though it isn't named",
  removed: "goes, for it isn't named",
};

function describe({ release, bytes, state }: MirroredRelease): string {
  return `${nameOf(release).padEnd(32)} ${(bytes === undefined ? "?" : megabytes(bytes)).padStart(8)}  ${words[state]}`;
}

function* conclude({ path, releases, head, tiles, removed }: Mirrored, options: Options): Generator<string> {
  const sum = (states: readonly string[]): number =>
    releases
      .filter(({ state }) => states.includes(state))
      .reduce((total, { bytes }) => total + (bytes ?? 0), 0);
  if (options.dryRun) {
    const left = options.prune ? `, and ${megabytes(sum(["removed"]))} removed` : "";
    yield `${megabytes(sum(["missing"]))} would be fetched${left}`;
  }
  if (!head) return;
  const moved = head.before !== undefined && head.before !== head.size ? `, ${head.before} before` : "";
  yield `proven by ${tiles} tiles under a tree head of ${head.size} records${moved}`;
  if (removed.length > 0) yield `${removed.length} files are removed`;
  yield `use it:  GOPROXY=${pathToFileURL(path).href}   or the address of a web server with that folder`;
}

function asData({ path, releases, head, tiles, written, removed }: Mirrored, options: Options): object {
  return {
    mirror: path,
    dryRun: options.dryRun === true,
    releases: releases.map(({ release, bytes, state }) => ({
      version: formatVersion(release.version),
      platform: formatPlatform(release.platform),
      bytes,
      state,
    })),
    head,
    tiles,
    written,
    removed,
  };
}
