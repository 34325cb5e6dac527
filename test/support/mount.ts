/** Small file systems of their own for one test: full ones, read-only ones. Linux as root only. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

/** Says why a test with a file system of its own is skipped here; undefined where it can run. */
export const noMounts: string | undefined = findReason();

function findReason(): string | undefined {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root";
  const folder = mkdtempSync(join(tmpdir(), "gv-mount-"));
  try {
    mount("64k", folder);
    execFileSync("umount", [folder]);
    return undefined;
  } catch {
    return "needs mount";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Mounts a tmpfs of that size on a new folder until the test is over. */
export function tmpfs(path: string, size: string): void {
  mkdirSync(path, { recursive: true });
  mount(size, path);
  onTestFinished(() => void execFileSync("umount", ["-l", path]));
}

/** Says why a test with a file system from a file is skipped here; undefined where it can run. */
export const noLoops: string | undefined = noMounts ?? findLoopReason();

function findLoopReason(): string | undefined {
  if (!existsSync("/dev/loop-control")) return "needs loop devices";
  return spawnSync("/sbin/mkfs.btrfs", ["--version"]).error ? "needs mkfs.btrfs" : undefined;
}

/** Mounts a new file system of that kind and size on a new folder until the test is over. */
export function loopMount(path: string, kind: "btrfs", size: string): void {
  const image = `${path}.image`;
  execFileSync("truncate", ["-s", size, image]);
  execFileSync(`/sbin/mkfs.${kind}`, ["-q", image], { stdio: "ignore" });
  mkdirSync(path, { recursive: true });
  execFileSync("mount", ["-o", "loop", image, path]);
  onTestFinished(() => void execFileSync("umount", ["-l", path]));
}

/** Gives it another size. */
export function resize(path: string, size: string): void {
  execFileSync("mount", ["-o", `remount,size=${size}`, path]);
}

/** Makes it read-only. */
export function remountReadOnly(path: string): void {
  execFileSync("mount", ["-o", "remount,ro", path]);
}

function mount(size: string, path: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "gv-test", path], { stdio: "ignore" });
}
