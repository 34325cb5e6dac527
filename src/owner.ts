/**
 * Names of temporary files and folders that tell whose they are: the machine, the process with the time it was started,
 * and a word that no other has.
 *
 * Guarantees: what a live process of this machine is at is never taken for a dead one's.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

import { isRunning, ownId } from "./context.ts";
import { isOlder } from "./read.ts";

/** A name that no other file has, and that tells that it is this process's. */
export function ownName(): string {
  return `${machineTag()}-${ownId}-${startOf(ownId) ?? 0}-${crypto.randomUUID()}`;
}

/** What is known of the owner of a file of that name; undefined where it isn't such a name. */
export function ownerOf(name: string): "alive" | "dead" | "of another machine" | undefined {
  const [, machine, pid, start] = /^([A-Za-z0-9]+)-(\d+)-(\d+)-[0-9a-f-]{36}$/.exec(name) ?? [];
  if (machine === undefined) return undefined;
  if (machine !== machineTag()) return "of another machine";
  if (!isRunning(Number(pid))) return "dead";
  const now = startOf(Number(pid));
  return now === undefined || start === "0" || start === now ? "alive" : "dead";
}

/**
 * Whether nobody is at what has that name any more: its process is dead, or it is another machine's (or container's),
 * whose processes can't be asked for, and was written a day ago (`now` in ms since 1970). Undefined where it isn't such a
 * name.
 */
export function isAbandoned(path: string, name: string, now: number): boolean | undefined {
  const owner = ownerOf(name);
  if (owner === "of another machine") return isOlder(path, 86_400_000, now);
  return owner && owner === "dead";
}

/**
 * When a process was started, in ticks since the boot: the numbers of dead processes are given again. Undefined where
 * the system doesn't tell (macOS, hidepid). Its name, the second field, may have anything in it (proc(5), field 22).
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

let tag: string | undefined;

/** Tells this machine's process ids from another's that sees the same root (container, NFS), whatever it is called. */
function machineTag(): string {
  if (tag !== undefined) return tag;
  const namespace = orNothing(() => readlinkSync("/proc/self/ns/pid"));
  const machine = orNothing(() => readFileSync("/etc/machine-id", "latin1"));
  const all = `${hostname()}${namespace.replace("pid:", "")}${machine.slice(0, 12)}`;
  return (tag = all.replaceAll(/[^A-Za-z0-9]/g, ""));
}

/** Not every system says it. */
function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
