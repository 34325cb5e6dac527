/**
 * src/resolve.ts against the hook, in the worlds of differential.test.ts: where it puts a version on PATH, that is the
 * one that src/ says; and it does, where neither the shim may hand over to Node nor PWD is odd. fish may leave any.
 */
import { dirname } from "node:path";
import process from "node:process";

import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";

import { answerOfSource } from "../support/differential/answers.ts";
import { calling, canRead, Worlds } from "../support/differential/places.ts";
import { call, type Call, type World, world } from "../support/differential/worlds.ts";
import { findProgram, run, testsWithout } from "../support/shell.ts";

const worlds = new Worlds();
afterAll(() => worlds.remove());

const seed = Number(process.env["GV_FUZZ_SEED"] ?? 1);
const cases = Number(process.env["GV_FUZZ_CASES"] ?? 200);

const print = { sh: `printf '%s\\0' "$PATH" "\${GOROOT-unset}"`, fish: `printf '%s\\0' "$PATH" unset` };
/** How each is started for a person, and what it is told. */
const shells = [
  ["bash", ["--norc", "--noprofile", "-i", "-c", `. "$world_root/hook"; _gv_hook; ${print.sh}`]],
  ["zsh", ["-f", "-i", "-c", `. "$world_root/hook"; _gv_hook; ${print.sh}`]],
  ["fish", ["--no-config", "-i", "-c", `source $world_root/hook.fish; _gv_hook; ${print.fish}`]],
] as const;

describe.each(shells)("%s", (name, words) => {
  const program = findProgram(name);
  if (program === undefined) {
    testsWithout(name);
    return;
  }
  // zsh as itself, not as sh, takes PWD as others do.
  const habit = name === "zsh" ? "dash" : "bash";

  it("puts on PATH what src/ says", { timeout: 7_200_000 }, async () => {
    const count = { all: 0, put: 0 };
    async function compare(here: World, calls: readonly Call[]): Promise<void> {
      const top = worlds.make(here, calls);
      const answers = calls.map(async (one) => {
        const place = calling(habit, top, here, one);
        const env = { ...place.given, world_root: place.root } as Record<string, string>;
        const ran = await run(program ?? "", words, { cwd: place.cwd, env });
        return { one, place, ran, ...(await answerOfSource(place, here.isToolFallback)) };
      });
      for (const { one, place, ran, answer, isForNode } of await Promise.all(answers).finally(() =>
        worlds.drop(top),
      )) {
        const about = JSON.stringify({ ...here, call: one, answer, stderr: ran.stderr }, undefined, 2);
        const [path = "", goroot] = ran.stdout.split("\0").slice(-3);
        const [first = ""] = path.split(":");
        const versions = `${place.root}/versions/linux-amd64/`;
        count.all += 1;
        if (first.startsWith(versions)) {
          count.put += 1;
          expect(goroot, about).toBe("unset");
          // A folder bin/go is passed over on PATH: the shim, behind it, says what it is.
          if (answer.kind === "stopped") expect(answer.fact, about).toBe("the program is a folder");
          else expect(answer.kind === "ran" && dirname(answer.path), about).toBe(first);
          continue;
        }
        expect(first, about).toBe(`${place.root}/shims`);
        const isOdd = one.pwd !== "physical" && one.pwd !== "logical";
        const isSwitched = (place.env["GOTOOLCHAIN_INTERNAL_SWITCH_VERSION"] ?? "") !== "";
        if (name === "fish" || isForNode || isOdd || isSwitched || answer.kind !== "ran") continue;
        const isRelease = answer.path.startsWith(versions) && !/\/1\.[0-8][^\d]/.test(answer.path);
        expect(isRelease, about).toBe(false);
      }
    }

    const plain = call.map((one) => ({ ...one, tool: "go", args: [], isRelative: false }));
    const property = fc.asyncProperty(
      world,
      fc.array(plain, { minLength: 1, maxLength: 8, size: "max" }),
      async (here, calls) => {
        fc.pre(canRead(habit, here));
        await compare(here, calls);
      },
    );
    for (let round = 0; count.all < cases; round++)
      await fc.assert(property, { seed: seed + round, numRuns: 25, interruptAfterTimeLimit: 120_000 });
    console.log(`${name}, seed ${seed}: ${count.all} cases, ${count.put} put on PATH`);
    // Where all is left to the shims, nothing is compared.
    expect(count.put / count.all).toBeGreaterThan(name === "fish" ? 0.03 : 0.15);
  });
});
