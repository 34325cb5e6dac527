/**
 * The installed versions: versions/<os-arch>/<version>/, each a GOROOT with nothing of gv's inside, and
 * a receipt beside them that says where it came from and how it was proven.
 *
 * Guarantees: a version that is listed was complete and proven when its name appeared, since the name
 * appears by one rename that never replaces; a receipt without a version is harmless; removing takes the
 * name away first.
 */
import { join } from "node:path";

import { type Named, placeOf, putBack, setAside, settle } from "./aside.ts";
import { type Context, gvVersion } from "./context.ts";
import { GvError } from "./errors.ts";
import { makeFolder, makeLink, move, writeAtomically } from "./files.ts";
import { didYouMean } from "./near.ts";
import { isExecutable } from "./on-path.ts";
import { formatPlatform, type Platform, platformOfFolder } from "./platform.ts";
import { entriesIn, linkTarget, namesIn, textOf, textsIn } from "./read.ts";
import { withStaging } from "./staging.ts";
import type { Form } from "./sources.ts";
import { goBinary } from "./toolchain.ts";
import type { Statement } from "./trial.ts";
import type { Evidence } from "./verify.ts";
import {
  compareVersions,
  formatRequest,
  formatVersion,
  matchesPartial,
  parseFolderName,
  parseRequest,
  type Request,
  type Version,
} from "./version.ts";

/** A version (or a linked Go) that is there. */
export interface Installed {
  /** `1.22.5`, or the name of a link. */
  readonly name: string;
  readonly version: Version | undefined;
  readonly platform: Platform;
  /** Its GOROOT. */
  readonly folder: string;
  /** Where a link leads. */
  readonly link: string | undefined;
  readonly receipt: Receipt | undefined;
}

/** What an install learns of a version. */
export interface Provenance extends Statement {
  /** "source": it was built here. */
  readonly form: Form | "source";
  /** Address of the zip or archive, or the place of the sources, without credentials. */
  readonly from: string;
  /** Of one that was built here: by which Go, and git's name of the sources where they have one. */
  readonly source?: { readonly bootstrap: string; readonly commit?: string };
  /** What proves it; none for what was installed with --unproven. */
  readonly evidence: readonly Evidence[];
  /** Why nothing proves it, where nothing does. */
  readonly unproven?: string;
}

/** What is known of an installed version; the file is JSON, for people and for `gv verify`. */
export interface Receipt extends Provenance {
  readonly version: string;
  readonly platform: string;
  /** When it was installed, ISO 8601. */
  readonly installed: string;
  /** The gv that installed it. */
  readonly gv: string;
}

/** True for a Go that gv built from source: nothing proves it, and nobody said that anything did. */
export function isBuilt(installed: Installed): boolean {
  return installed.version === undefined && installed.link === undefined;
}

/** True where a receipt holds evidence; whether that still holds of the tree is for `gv verify` to say. */
export function isProven(receipt: Receipt | undefined): boolean {
  return receipt !== undefined && receipt.evidence.length > 0;
}

/** Everything installed for a platform (every platform when none is named), oldest first, links last. */
export function listInstalled(ctx: Context, platform?: Platform): Installed[] {
  const platforms = platform ? [platform] : installedPlatforms(ctx);
  return platforms.flatMap((one) => installedFor(ctx, one));
}

function installedPlatforms(ctx: Context): Platform[] {
  return namesIn(join(ctx.root.path, "versions")).flatMap((name) => platformOfFolder(name) ?? []);
}

function installedFor(ctx: Context, platform: Platform): Installed[] {
  const versions = ctx.root.versions(platform);
  const links = new Set(entriesIn(versions).flatMap((one) => (one.isSymbolicLink() ? one.name : [])));
  const receipts = textsIn(ctx.root.receipts(platform));
  return namesWithGo(ctx, platform).map(({ name, version }) =>
    describe(
      { platform, name, version, folder: `${versions}/${name}` },
      receipts.get(`${name}.json`),
      links.has(name),
    ),
  );
}

/** The installed versions of a platform, oldest first, then the linked names. */
export function installedNames(ctx: Context, platform: Platform): string[] {
  return namesWithGo(ctx, platform).map(({ name }) => name);
}

/** The installed versions of a platform without the linked ones, oldest first. */
export function installedVersions(ctx: Context, platform: Platform): Version[] {
  return namesWithGo(ctx, platform).flatMap(({ version }) => version ?? []);
}

/**
 * What counts as installed, in that order: a folder with an executable bin/go and a name that gv itself would give it,
 * and what else is linked there.
 */
function namesWithGo(ctx: Context, platform: Platform): Pick<Installed, "name" | "version">[] {
  const [folder, go] = [ctx.root.versions(platform), goBinary(platform)];
  return namesIn(folder)
    .filter((name) => isExecutable(`${folder}/${name}/bin/${go}`))
    .map((name) => ({ name, version: parseFolderName(name) }))
    .filter(({ name, version }) => version !== undefined || isLinkName(name))
    .toSorted((a, b) => {
      if (a.version && b.version) return compareVersions(a.version, b.version);
      return a.version ? -1 : b.version ? 1 : a.name < b.name ? -1 : 1;
    });
}

/** Names that a linked Go may have: none that means a version or something else. */
export function isLinkName(name: string): boolean {
  try {
    const { kind } = parseRequest(name);
    return kind === "name" || kind === "tip";
  } catch {
    return false;
  }
}

/** Those of some installed versions and links that a request names: exactly, or by their minor. */
export function namedBy(installed: readonly Installed[], request: Request): Installed[] {
  if (request.kind === "partial")
    return installed.filter(({ version }) => version !== undefined && matchesPartial(version, request));
  const name = request.kind === "exact" ? formatVersion(request.version) : formatRequest(request);
  return installed.filter((one) => one.name === name);
}

/** The error where none of the platform's is named so. */
export function notInstalled(all: readonly Installed[], request: Request, platform: Platform): GvError {
  const [asked, names] = [formatRequest(request), all.map(({ name }) => name)];
  const there = names.length > 0 ? `installed: ${names.join(", ")}` : "gv list   shows what is";
  return new GvError("NOT_INSTALLED", `Go ${asked} is not installed for ${formatPlatform(platform)}`, {
    hint: `${didYouMean(asked, names)}${there}`,
  });
}

/** With the text of its receipt, and whether it may be a link. */
function describe(
  one: Pick<Installed, "platform" | "name" | "version" | "folder">,
  saved: string | undefined,
  mayLink: boolean,
): Installed {
  const link = mayLink ? linkTarget(one.folder) : undefined;
  const receipt = saved === undefined ? undefined : parseReceipt(saved, one);
  return { ...one, link, receipt };
}

/** The installed version of that exact name, or undefined. */
export function findInstalled(ctx: Context, platform: Platform, name: string): Installed | undefined {
  const folder = join(ctx.root.versions(platform), name);
  if (!isExecutable(join(folder, "bin", goBinary(platform)))) return undefined;
  const version = parseFolderName(name);
  return describe({ platform, name, version, folder }, textOf(receiptPath(ctx, platform, name)), true);
}

/**
 * Publishes a proven tree under its version: the receipt first, then one rename. False when another gv
 * was first: its tree was proven against the same log, and this one is dropped. A folder of that name that
 * is no whole Go (someone emptied it) is set aside, in `staging`; with `replace` a whole one, too. Between those two
 * renames the version is missing, and where a gv is killed there, until the next one sweeps `staging` (staging.ts).
 */
export function addVersion(
  ctx: Context,
  tree: string,
  { version, platform }: { version: Version; platform: Platform },
  provenance: Provenance,
  options: { staging: string; replace?: boolean },
): boolean {
  return publish(ctx, tree, { name: formatVersion(version), platform }, provenance, options);
}

/**
 * Publishes a Go that was built here under a name, in place of the one that was built under it before. Throws
 * BAD_ARGUMENT where the name is a link's.
 */
export function addBuilt(
  ctx: Context,
  tree: string,
  named: Named,
  provenance: Provenance,
  staging: string,
): void {
  checkFree(ctx, named.platform, named.name);
  publish(ctx, tree, named, provenance, { staging, replace: true });
}

/** Throws BAD_ARGUMENT where a name is a link's, or none that a Go of one's own may have. */
export function checkFree(ctx: Context, platform: Platform, name: string): void {
  checkName(name);
  const link = linkTarget(join(ctx.root.versions(platform), name));
  if (link === undefined) return;
  throw new GvError("BAD_ARGUMENT", `${name} is ${link} already`, {
    hint: `gv unlink ${name}\nor give this one another name: --name mygo`,
  });
}

/** Throws BAD_ARGUMENT for a name that no Go of one's own may have. */
export function checkName(name: string): void {
  if (isLinkName(name)) return;
  throw new GvError("BAD_ARGUMENT", `"${name}" can't be the name of a Go of your own`, {
    hint: "take a word that is no version, such as mygo: letters, digits, . _ + -, a letter first",
  });
}

/** What addVersion says, for any name. */
function publish(
  ctx: Context,
  tree: string,
  named: Named,
  provenance: Provenance,
  { staging, replace = false }: { staging: string; replace?: boolean },
): boolean {
  const { name, platform } = named;
  const { tree: target, receipt: path } = placeOf(ctx, named);
  if (!replace && findInstalled(ctx, platform, name)) return false;
  const receipt: Receipt = {
    version: name,
    platform: formatPlatform(platform),
    ...provenance,
    installed: new Date(ctx.now()).toISOString(),
    gv: gvVersion,
  };
  // All that needs room comes first; what follows are renames, and what was there comes back where one fails.
  const written = join(staging, "receipt.json");
  for (const folder of [ctx.root.receipts(platform), ctx.root.versions(platform)]) makeFolder(folder);
  writeAtomically(written, receiptText(receipt));
  try {
    setAside(ctx, staging, named);
    move(written, path);
    const isNew = move(tree, target) === "moved";
    if (isNew) settle(staging);
    else putBack(ctx, staging);
    return isNew;
  } catch (error) {
    putBack(ctx, staging);
    throw error;
  }
}

/** Links a GOROOT of the user's own under a name. Throws BAD_ARGUMENT where the name is taken by another. */
export function addLink(ctx: Context, name: string, goroot: string): void {
  const path = join(ctx.root.versions(ctx.platform), name);
  if (makeLink(goroot, path) || linkTarget(path) === goroot) return;
  const link = linkTarget(path);
  throw new GvError("BAD_ARGUMENT", `${name} is ${link ?? "a Go that was built here"} already`, {
    hint: link === undefined ? `gv uninstall ${name}` : `gv unlink ${name}`,
  });
}

/**
 * Takes a version (or a link) away, for who holds its lock: its name first, its receipt with it, then its files; with
 * `tools` also what it built. It may be one that is no whole Go. False when nothing of that name is there.
 */
export async function removeVersion(
  ctx: Context,
  platform: Platform,
  name: string,
  { tools = false } = {},
): Promise<boolean> {
  const work = async (staging: string): Promise<boolean> => {
    const moved = move(join(ctx.root.versions(platform), name), join(staging, "removed"));
    if (moved === "moved") move(receiptPath(ctx, platform, name), join(staging, "receipt.json"));
    if (moved === "moved" && tools) move(join(ctx.root.tools(platform), name), join(staging, "tools"));
    return moved === "moved";
  };
  return withStaging(ctx, work, { platform, name }); // What was set aside of it would come back else.
}

/** Keeps a receipt, in place of an older one. */
export function writeReceipt(ctx: Context, platform: Platform, receipt: Receipt): void {
  makeFolder(ctx.root.receipts(platform));
  writeAtomically(receiptPath(ctx, platform, receipt.version), receiptText(receipt));
}

function receiptText(receipt: Receipt): string {
  return `${JSON.stringify(receipt, undefined, 2)}\n`;
}

function receiptPath(ctx: Context, platform: Platform, name: string): string {
  return placeOf(ctx, { platform, name }).receipt;
}

/** A receipt that can't be read is no receipt: the version counts as unproven until it is verified again. */
function parseReceipt(
  text: string,
  { name, platform }: Pick<Installed, "name" | "platform">,
): Receipt | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isIts =
      isReceipt(parsed) && parsed.version === name && parsed.platform === formatPlatform(platform);
    return isIts ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isReceipt(value: unknown): value is Receipt {
  return (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    "evidence" in value &&
    Array.isArray(value.evidence) &&
    value.evidence.every((one: unknown) => typeof one === "object" && one !== null && "by" in one)
  );
}
