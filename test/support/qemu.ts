/**
 * Programs for arm64 on another processor: qemu-user, registered with the kernel (binfmt_misc) in a user namespace
 * of its own, so that nothing of this machine changes. Needs Linux 6.7, from which on a namespace has its own.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

import { expect, type TestContext } from "vitest";

import { isRequired } from "./required.ts";
import { findProgram } from "./shell.ts";

/** e_ident and e_machine of an ELF program for arm64, and which of their bits count (qemu-binfmt-conf.sh). */
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

const inNamespace = `mount -t binfmt_misc none /proc/sys/fs/binfmt_misc &&
printf '%s' ":qemu-aarch64:M::${magic}:${mask}:$QEMU:F" >/proc/sys/fs/binfmt_misc/register && exec "$@"`;

/**
 * The words before a command that make arm64's programs run in it. Where that can't be, ends the test, which skips
 * unless GV_TEST_REQUIRE says qemu (or all).
 */
export function arm64Runner({ skip }: TestContext): readonly string[] {
  if (process.arch === "arm64") return ["/usr/bin/env"];
  const qemu = findProgram("qemu-aarch64-static") ?? findProgram("qemu-aarch64");
  const runner = ["/usr/bin/unshare", "--user", "--map-root-user", "--mount"];
  const words = [...runner, "/usr/bin/env", `QEMU=${qemu}`, "/bin/sh", "-c", inNamespace, "sh"];
  const [program = "", ...rest] = words;
  const { status, stderr } = spawnSync(program, [...rest, "true"], { encoding: "utf8" });
  if (qemu !== undefined && status === 0) return words;
  const why = qemu === undefined ? "no qemu-aarch64" : `no binfmt_misc of one's own: ${stderr.trim()}`;
  if (!isRequired("qemu")) skip(why);
  return expect.fail(why);
}
