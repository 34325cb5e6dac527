/**
 * src/resolve.ts against shims/shim.sh: whatever the world, the shim does what src/ says, or hands over to Node
 * what it may hand over. The worlds are made up (support/differential/); the seed is fixed, so that CI says the
 * same of the same code. A longer search, from another seed: npm run fuzz (GV_FUZZ_SEED, GV_FUZZ_CASES a shell).
 */
import process from "node:process";

import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";

import { answerOfShell, answerOfSource } from "../support/differential/answers.ts";
import { calling, canRead, Worlds } from "../support/differential/places.ts";
import { call, type Call, type World, world } from "../support/differential/worlds.ts";
import { removeTree, shellsAsSh, temporaryFolder, testsWithout } from "../support/shell.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What the differential test found in a shell; CI prints the sums. */
    differential?: Readonly<Record<"cases" | "handedOver" | "differ", number>>;
  }
}

const shells = temporaryFolder();
const worlds = new Worlds();
afterAll(() => {
  worlds.remove();
  removeTree(shells);
});

const seed = Number(process.env["GV_FUZZ_SEED"] ?? 1);
const casesIn = (shell: string): number =>
  Number(process.env["GV_FUZZ_CASES"] ?? (shell === "dash" ? 2000 : 200));

describe.each(shellsAsSh(shells))("$name", ({ name, sh }) => {
  if (sh === undefined) {
    testsWithout(name);
    return;
  }

  it("does as src/ says, or hands over", { timeout: 7_200_000 }, async ({ task }) => {
    const count = { cases: 0, handedOver: 0, differ: 0 };
    const property = fc.asyncProperty(
      world,
      fc.array(call, { minLength: 1, maxLength: 8, size: "max" }),
      async (here, calls) => {
        fc.pre(canRead(name, here));
        await compare(here, calls);
      },
    );

    async function compare(here: World, calls: readonly Call[]): Promise<void> {
      const top = worlds.make(here, calls);
      const answers = calls.map(async (one) => {
        const place = calling(name, top, here, one);
        const wanted = answerOfSource(place, here.isToolFallback);
        return { one, place, got: await answerOfShell(sh ?? "", place), ...(await wanted) };
      });
      for (const { one, place, got, answer, isForNode } of await Promise.all(answers).finally(() =>
        worlds.drop(top),
      )) {
        count.cases += 1;
        if (got.kind === "handed over" && isForNode) {
          count.handedOver += 1;
          expect(got.words.slice(1)).toEqual(["exec", "--shim", one.tool, "--", ...place.words]);
        } else expect(got, rowOf(here, one)).toEqual(answer);
      }
    }

    task.meta.differential = { cases: 1, handedOver: 0, differ: 1 }; // until the end
    for (let round = 0; count.cases < casesIn(name); round++)
      await fc.assert(property, { seed: seed + round, numRuns: 25, interruptAfterTimeLimit: 120_000 });
    task.meta.differential = count;
    const same = count.cases - count.handedOver;
    console.log(
      `${name}, seed ${seed}: ${count.cases} cases, ${same} the same, ${count.handedOver} handed over`,
    );
    // Where the shim leaves everything to Node, nothing is compared.
    expect(count.handedOver / count.cases).toBeLessThan(0.3);
  });
});

/** A call in its world as a row of test/resolve.cases.ts, as far as that can say it; in ASCII. */
function rowOf({ chain, ...rest }: World, one: Call): string {
  const cwd = chain.slice(0, Math.max(one.depth, 0)).join("/");
  const row = JSON.stringify({ cwd, ...rest, ...one }, undefined, 2).replace(
    /[^\n -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `to be a row of test/resolve.cases.ts: ${row}\n`;
}
