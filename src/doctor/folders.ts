/**
 * Folders that go writes to: whether it can, who owns them, and on what file system they lie.
 *
 * Guarantees: nothing is written; a file system is asked for its space only where it is known and no network's, since a
 * dead server's never answers.
 */
import { accessSync, constants } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";

import type { Context } from "../context.ts";
import { systemCode } from "../errors.ts";
import type { Setting } from "../goenv.ts";
import { statOf } from "../read.ts";
import { freeOf } from "../space.ts";
import type { Machine } from "./machine.ts";
import { goHere, settingHere } from "./settings.ts";

/** One of Go's folders, with what sets it; undefined setting: Go's default. */
export interface GoFolder {
  readonly name: string;
  readonly path: string;
  readonly setting: Setting | undefined;
}

/** The folders of GOPATH; none where the default is GOROOT itself, which Go doesn't take. */
export async function gopath(machine: Machine): Promise<readonly GoFolder[]> {
  const setting = await settingHere(machine, "GOPATH");
  if (setting)
    return setting.value
      .split(":")
      .filter((path) => path !== "")
      .map((path) => ({ name: "GOPATH", path, setting }));
  const path = join(machine.ctx.home, "go");
  const go = await goHere(machine);
  return go?.goroot === path ? [] : [{ name: "GOPATH", path, setting }];
}

/** GOCACHE and GOMODCACHE, as the go command finds them (cmd/go/internal/cache, cfg). */
export async function caches(machine: Machine): Promise<readonly GoFolder[]> {
  const { ctx } = machine;
  const [cache, modules, [first]] = await Promise.all([
    settingHere(machine, "GOCACHE"),
    settingHere(machine, "GOMODCACHE"),
    gopath(machine),
  ]);
  const usual = ctx.platform.os === "darwin" ? join(ctx.home, "Library", "Caches") : xdgCache(ctx);
  const beside = first && join(first.path, "pkg", "mod");
  return [
    { name: "GOCACHE", path: cache?.value ?? join(usual, "go-build"), setting: cache },
    ...[modules?.value ?? beside].flatMap((path) =>
      path === undefined ? [] : [{ name: "GOMODCACHE", path, setting: modules }],
    ),
  ];
}

function xdgCache({ home, env }: Context): string {
  const folder = env["XDG_CACHE_HOME"];
  return folder && isAbsolute(folder) ? folder : join(home, ".cache");
}

/** The folder, or the nearest one above it that is there: where it would be made. */
export function nearestThere(path: string): string {
  let at = path;
  while (statOf(at) === undefined && dirname(at) !== at) at = dirname(at);
  return at;
}

/** Why nothing can be written there; undefined where something can. */
export function writeProblem(folder: string): "read-only" | "permission" | undefined {
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return systemCode(error) === "EROFS" ? "read-only" : "permission";
  }
}

/** A line of what `mount` prints. */
interface Mount {
  readonly at: string;
  readonly type: string;
}

/** The file system that a path is on; undefined where `mount` doesn't say. */
export async function mountOf(machine: Machine, path: string): Promise<Mount | undefined> {
  const { stdout } = await machine.once("mount", () => machine.run("mount", [], { limit: 1000 }));
  const mounts = stdout.split("\n").flatMap((line): Mount[] => {
    // Linux: `host:/x on /y type nfs4 (rw)`; macOS: `//me@host/x on /y (smbfs, nodev)`.
    const [, at, type, macType] = /^.* on (\/.*?)(?: type (\S+))? \((\w+)?.*\)$/.exec(line) ?? [];
    return at === undefined ? [] : [{ at, type: type ?? macType ?? "" }];
  });
  const above = mounts.filter(({ at }) => at === "/" || path === at || path.startsWith(`${at}/`));
  return above.toSorted((a, b) => a.at.length - b.at.length).at(-1);
}

/** File systems behind a network, or behind a virtual machine's border, by the names that the kernels use. */
const remote =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|afpfs|webdav|davfs|9p|drvfs|afs|ceph|lustre|gpfs|glusterfs|vboxsf|prl_fs|virtiofs|fuse\.(?:sshfs|rclone|s3fs|gcsfuse|glusterfs|davfs2?|vmhgfs-fuse|grpcfuse|osxfs)|fakeowner|macfuse|osxfuse)$/;

/** Whether it is one. A sandbox or a small virtual machine has its own root on 9p or virtiofs: that is its disk. */
export function isRemote({ at, type }: Mount): boolean {
  return remote.test(type) && !(at === "/" && /^(?:9p|virtiofs)$/.test(type));
}

/** What is free there, in bytes, and whether any file can be made; undefined where it isn't known. */
export async function spaceAt(
  machine: Machine,
  path: string,
): Promise<{ bytes: number; hasInodes: boolean } | undefined> {
  const mount = await mountOf(machine, path);
  if (mount === undefined || isRemote(mount)) return undefined;
  try {
    const stats = await statfs(path);
    const bytes = freeOf(stats);
    return bytes === undefined ? undefined : { bytes, hasInodes: stats.files === 0 || stats.ffree > 0 };
  } catch {
    return undefined;
  }
}
