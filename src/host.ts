/**
 * The platform that Go programs run on here. Node's own word is that of the Node program, which may be one for
 * another processor: translated by Rosetta 2, or of 32 bits on a system of 64.
 *
 * Linux: what /bin/sh is built for, since it runs the shims: a userland of 32 bits on a kernel of 64 (Raspberry Pi
 * OS) gets Go for 32 bits, whose cgo fits the libraries that are there; a container of another processor gets its
 * own. macOS: arm64 where the kernel translates this process (sysctl.proc_translated,
 * https://developer.apple.com/documentation/apple-silicon/about-the-rosetta-translation-environment).
 */
import { type Platform, platformOfNode } from "./platform.ts";
import { elfArch } from "./program/elf.ts";
import { withFile } from "./program/image.ts";

/** What is known of the machine. */
export interface HostFacts {
  /** Node's `process.platform` and `process.arch`. */
  readonly os: string;
  readonly arch: string;
  /** GOARCH of a program of the system's own; undefined where it can't be told. Asked for on Linux. */
  readonly shell: () => string | undefined;
  /** What `sysctl -in <name>` prints. Asked for on macOS by a Node for Intel processors. */
  readonly sysctl: (name: string) => string;
}

export function hostPlatform({ os, arch, shell, sysctl }: HostFacts): Platform {
  const node = platformOfNode(os, arch);
  if (node.os === "linux") return { ...node, arch: shell() ?? node.arch };
  const isTranslated =
    node.os === "darwin" && node.arch === "amd64" && sysctl("sysctl.proc_translated").trim() === "1";
  return isTranslated ? { ...node, arch: "arm64" } : node;
}

/** GOARCH of the ELF program in a file; undefined where it is none. */
export function archOf(path: string): string | undefined {
  return withFile(path, elfArch);
}
