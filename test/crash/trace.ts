/**
 * The calls of a program that change the disk below a folder, one by one: what they are, and a run that is killed, or
 * given an error, at one of them. By strace.
 *
 * A call is known by its path, for threads and processes take turns as they like: the n-th call of a name on a path
 * by one thread. So that paths are the same in each run, unique names are counted (`counting`), and the program's own
 * process id in a path is written `$$`, which the shell that becomes the program puts in; and that they are the same in
 * each sandbox, its folder is `@`, and the link that records its project, which has a hash of that folder, `%`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { recordOf } from "../../src/projects.ts";
import type { Ran, RunOptions, Sandbox } from "../support/sandbox.ts";
import { findProgram } from "../support/shell.ts";

/** Says why nothing can be traced here; undefined where it can. */
export const noStrace: string | undefined = findProgram("strace") === undefined ? "needs strace" : undefined;

/** One call that changes the disk. */
export interface Point {
  readonly call: string;
  /** With `@`, `%` and `$$` in it. */
  readonly path: string;
  /** Which of the calls of that name on that path by one thread, from 1. */
  readonly nth: number;
}

/** What is done at a point. */
export type Injection = "SIGKILL" | "ENOSPC" | "EIO" | "EACCES";

const changing = [
  "open openat creat write pwrite64 writev pwritev ftruncate copy_file_range sendfile ioctl",
  "rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat mkdir mkdirat rmdir",
  "chmod fchmod fchmodat chown fchown lchown fchownat utimensat fsync fdatasync",
]
  .flatMap((line) => line.split(" "))
  .map((call) => `?${call}`); // Not every platform has each of them.

/**
 * Has Node count instead of throwing dice for a unique name, and say the same time in every name; when a process was
 * started is known of none (src/owner.ts).
 */
const counting = `let n = 0;
const fs = require("node:fs");
const { readFileSync } = fs;
fs.readFileSync = (path, ...options) => {
  if (/^\\/proc\\/\\d+\\/stat$/.test(path)) throw new Error("it isn't told");
  return readFileSync(path, ...options);
};
Date.prototype.toISOString = () => "2026-01-01T00:00:00.000Z";
Object.defineProperty(globalThis.crypto, "randomUUID", {
  value: () => "00000000-0000-4000-8000-" + String(++n).padStart(12, "0"),
});`;

/** Runs it, and gives every call that changed something in the sandbox, in no order. */
export async function pointsOf(
  box: Sandbox,
  program: readonly string[],
): Promise<{ ran: Ran; points: Point[] }> {
  const folder = mkdtempSync(join(tmpdir(), "gv-trace-"));
  try {
    const words = ["-y", "-ff", "-o", join(folder, "log"), "-e", "signal=none"];
    const ran = await traced(box, [...words, "-e", `trace=${changing.join()}`], program);
    const points = readdirSync(folder).flatMap((name) =>
      pointsIn(readFileSync(join(folder, name), "utf8"), box),
    );
    return { ran, points: points.map((point) => ({ ...point, path: withoutId(point.path, ran.pid) })) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs it, and does this to it at that point. Undefined where it never came there. */
export async function inject(
  box: Sandbox,
  program: readonly string[],
  { call, path, nth }: Point,
  what: Injection,
): Promise<Ran | undefined> {
  const log = join(box.home, "../strace.log");
  const how = `${what === "SIGKILL" ? "signal" : "error"}=${what}:when=${nth}`;
  const words = [
    "-P",
    path.replaceAll("%", recordOf(box.context())).replaceAll("@", join(box.home, "..")),
    "-o",
    log,
    "-e",
    `trace=${call}`,
    "-e",
    `inject=${call}:${how}`,
  ];
  const ran = await traced(box, words, program);
  return /\(INJECTED\)|SIGKILL/.test(readFileSync(log, "utf8")) ? ran : undefined;
}

/** As `-D` has it, the program is this process's child and strace is nobody's: what is seen is how the program ends. */
async function traced(
  box: Sandbox,
  words: readonly string[],
  program: readonly string[],
): Promise<Ran & { pid: number }> {
  const names = box.write("../names.cjs", counting);
  // One thread for what Node does beside: it then does the same in the same order.
  const env: RunOptions["env"] = { NODE_OPTIONS: `--require ${names}`, UV_THREADPOOL_SIZE: "1" };
  const all = ["strace", "-D", "-f", "-qqq", ...words, ...program];
  let pid = 0;
  const script = `exec ${all.map(quoted).join(" ")}`;
  const ran = await box.run("/bin/sh", ["-c", script], { env, onStart: (id) => (pid = id) });
  return { ...ran, pid };
}

/** A word for sh in which `$$` is its process id. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`).replaceAll("$$", () => `'"$$"'`)}'`;
}

function withoutId(path: string, pid: number): string {
  return path.replaceAll(new RegExp(`(?<=-)${pid}(?=-)`, "g"), "$$$$");
}

function pointsIn(log: string, box: Sandbox): Point[] {
  const top = join(box.home, "..");
  const record = recordOf(box.context());
  const counts = new Map<string, number>();
  const points: Point[] = [];
  for (const line of log.split("\n")) {
    // Of a symbolic link it is the second word: the first is what it says, and no path that the system looks at.
    const [, call = "", path = ""] =
      /^(symlink)\("[^"]*", "([^"]*)/.exec(line) ??
      /^(\w+)\((?:AT_FDCWD(?:<[^>]*>)?, )?(?:\d+<)?"?([^">]*)/.exec(line) ??
      [];
    if (!path.startsWith(`${top}/`)) continue;
    const nth = (counts.get(`${call} ${path}`) ?? 0) + 1;
    counts.set(`${call} ${path}`, nth);
    const isChange = !call.startsWith("open") || /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line);
    const isDone = / = \d/.test(line);
    const isReading = call === "ioctl" && !line.includes("FICLONE");
    const isRenewal = call === "utimensat" && nth > 1; // A lock's: as many as the time that it takes.
    if (isChange && isDone && !isReading && !isRenewal)
      points.push({ call, path: path.replaceAll(record, "%").replaceAll(top, "@"), nth });
  }
  return points;
}
