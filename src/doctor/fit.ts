/**
 * How a program gets on with this machine, told from its bytes: it runs, something translates it, or it can't run, and
 * why. Nothing is started.
 *
 * Rules: execve(2), and binfmt_misc (kernel documentation, admin-guide/binfmt-misc); Rosetta 2 runs programs for amd64 on
 * Apple silicon, and no Mac for Intel processors runs one for arm64.
 */
import { join } from "node:path";

import { formatPlatform } from "../platform.ts";
import { type Executable, readExecutable } from "../program/executable.ts";
import { namesIn, startOf, statOf, textOf } from "../read.ts";
import type { Machine } from "./machine.ts";

export type Fit =
  | { readonly kind: "native" }
  /** `by`: what translates it. */
  | { readonly kind: "translated"; readonly by: string }
  | { readonly kind: "refused"; readonly reason: string };

/** How a file gets on here: by its system and processor, then by the loader or interpreter that it names. */
export function fitOf(machine: Machine, path: string): Fit {
  const program = readExecutable(path);
  const fit: Fit = program ? processorFit(machine, program) : { kind: "native" };
  const missing = missingLoader(machine, program) ?? missingInterpreter(path, program);
  return fit.kind === "native" && missing !== undefined
    ? { kind: "refused", reason: `it is started by ${missing}, which isn't here` }
    : fit;
}

/** Systems whose programs no other one has. */
const systems: Readonly<Record<Executable["format"], string | undefined>> = {
  elf: undefined,
  "mach-o": "darwin",
  pe: "windows",
  xcoff: "aix",
};

/** Processors that run another one's programs, too. */
const runsToo: Readonly<Record<string, string>> = { "linux/amd64": "386", "linux/arm64": "arm" };

/** The same by system and processor alone. */
export function processorFit(machine: Machine, { format, images }: Executable): Fit {
  const { platform } = machine.ctx;
  const [first] = images;
  const os = systems[format] ?? first?.os ?? (isElfSystem(platform.os) ? platform.os : "linux");
  const arches = images.map(({ arch }) => arch);
  const made = formatPlatform({ os, arch: arches.find((arch) => arch !== undefined) ?? "another processor" });
  const here = formatPlatform(platform);
  const refuse = (error: string): Fit => ({
    kind: "refused",
    reason: `it is for ${made}, and this is ${here} (${error})`,
  });
  if (os !== platform.os && !(os === "android" && platform.os === "linux"))
    return refuse("exec format error");
  const runs = [platform.arch, runsToo[here]];
  if (arches.some((arch) => arch !== undefined && runs.includes(arch))) return { kind: "native" };
  if (os !== "darwin") {
    const emulator = emulatorFor(machine, arches[0]);
    return emulator === undefined ? refuse("exec format error") : { kind: "translated", by: emulator };
  }
  return platform.arch === "arm64" && arches.includes("amd64")
    ? { kind: "translated", by: "Rosetta 2" }
    : refuse("bad CPU type in executable");
}

function isElfSystem(os: string): boolean {
  return !Object.values(systems).includes(os);
}

/** e_machine of ELF, as a mask of binfmt_misc has it: little-endian, big-endian for s390x and ppc64. */
const machines: Readonly<Record<string, string>> = {
  "386": "0300",
  amd64: "3e00",
  arm: "2800",
  arm64: "b700",
  loong64: "0201",
  ppc64: "0015",
  ppc64le: "1500",
  riscv64: "f300",
  s390x: "0016",
};

/** What the kernel starts for programs of that processor (`qemu-aarch64`); undefined where it starts nothing. */
export function emulatorFor(machine: Machine, arch: string | undefined): string | undefined {
  const folder = machine.at("/proc/sys/fs/binfmt_misc");
  return namesIn(folder).find((name) => {
    const text = textOf(join(folder, name)) ?? "";
    const [, magic = ""] = /^magic ([0-9a-f]+)$/m.exec(text) ?? [];
    return (
      text.startsWith("enabled") &&
      magic.startsWith("7f454c46") &&
      arch !== undefined &&
      magic.slice(36, 40) === machines[arch]
    );
  });
}

/** The loader that an ELF program for this machine names, where it isn't there. */
export function missingLoader(machine: Machine, program: Executable | undefined): string | undefined {
  const { arch } = machine.ctx.platform;
  const loader = program?.images.find((image) => image.arch === arch)?.loader;
  return loader?.startsWith("/") === true && statOf(loader) === undefined ? loader : undefined;
}

/** The interpreter in a script's first line, where it isn't there. */
function missingInterpreter(path: string, program: Executable | undefined): string | undefined {
  if (program) return undefined;
  const [, interpreter] = /^#! *(\/[^\s]+)/.exec(startOf(path, 512) ?? "") ?? [];
  return interpreter !== undefined && statOf(interpreter) === undefined ? interpreter : undefined;
}
