/** Whose a temporary file is, by its name. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";

import { afterEach, expect, it } from "vitest";

import { ownerOf, ownName } from "../src/owner.ts";

const started: ChildProcess[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
});

/** A name as ownName() makes it, of another process. */
function nameOf(pid: number, start: string): string {
  const [tag, , , ...word] = ownName().split("-");
  return [tag, pid, start, ...word].join("-");
}

it("its own are of a live process, and what isn't made so is nobody's", () => {
  expect(ownerOf(ownName())).toBe("alive");
  expect(ownerOf(`${ownName()}x`)).toBeUndefined();
  expect(ownerOf("profile")).toBeUndefined();
  expect(ownerOf(`elsewhere${ownName()}`)).toBe("of another machine");
});

it("a process that ended is dead, and one of the same number that was started at another time, too", async () => {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  started.push(child);
  const pid = child.pid ?? 0;
  expect(ownerOf(nameOf(pid, "0"))).toBe("alive"); // Where the system didn't tell the time.
  if (existsSync("/proc/self/stat")) expect(ownerOf(nameOf(pid, "1"))).toBe("dead");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(ownerOf(nameOf(pid, "0"))).toBe("dead");
});
