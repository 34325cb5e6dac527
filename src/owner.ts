/**
 * Names of temporary files and folders that tell whose they are: the machine, the process, and a word that no other has.
 *
 * Guarantees: what a live process of this machine is at is never taken for a dead one's.
 */
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";

import { isRunning, ownId } from "./context.ts";

/** A name that no other file has, and that tells that it is this process's. */
export function ownName(): string {
  return `${machineTag()}-${ownId}-${crypto.randomUUID()}`;
}

/** What is known of the owner of a file of that name; undefined where it isn't such a name. */
export function ownerOf(name: string): "alive" | "dead" | "of another machine" | undefined {
  const [, machine, pid] = /^([A-Za-z0-9]+)-(\d+)-[0-9a-f-]{36}$/.exec(name) ?? [];
  if (machine === undefined) return undefined;
  if (machine !== machineTag()) return "of another machine";
  return isRunning(Number(pid)) ? "alive" : "dead";
}

let tag: string | undefined;

/** Tells this machine's process ids from another's that sees the same root (container, NFS). */
function machineTag(): string {
  if (tag !== undefined) return tag;
  let namespace = "";
  try {
    namespace = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Not Linux: the host's name alone.
  }
  return (tag = `${hostname()}${namespace}`.replaceAll(/[^A-Za-z0-9]/g, ""));
}
