/**
 * The matrix of set-ups: from `gv setup` to a tool that survives a switch. A sample; GV_MATRIX=whole runs all of them
 * and writes docs/matrix.md, GV_MATRIX=real its part on releases of Go itself. What fails must have a cause that is
 * known, and be mended by its line.
 */
import { createServer } from "node:http";
import { spawnSync } from "node:child_process";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startGoproxy } from "../support/goproxy.ts";
import { setupShells } from "../support/launch.ts";
import { patience } from "../support/online.ts";
import { arm64Runner } from "../support/qemu.ts";
import { isRequired } from "../support/required.ts";
import { findProgram } from "../support/shell.ts";
import { runReal } from "./real.ts";
import { type Network, type Outcome, runSetUp, toolchains } from "./run.ts";
import { nameOf, sample, setUps } from "./set-ups.ts";
import { enterWords } from "./systems.ts";
import { pageOf, realPartOf, writePage } from "./page.ts";

const asked = process.env["GV_MATRIX"];
const isWhole = asked === "whole";

/** Why it can't be run here. */
const reason = ((): string | undefined => {
  const missing = [...setupShells, "busybox", "tmux"].filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return `no ${missing.join(", ")}`;
  const [program = "", ...words] = enterWords;
  return spawnSync(program, [...words, "--", "true"]).status === 0 ? undefined : "no namespace of one's own";
})();

it.skipIf(reason === undefined || !isRequired("shells"))("needs shells and a namespace", () =>
  expect.fail(reason),
);

describe.skipIf(reason !== undefined || asked === "real")(
  "each set-up holds, or fails for a cause that is known",
  () => {
    let network: Network;
    const ends: (() => unknown)[] = [];
    const outcomes: Outcome[] = [];
    const started = Date.now();

    beforeAll(async () => {
      const proxy = await startGoproxy({ toolchains: toolchains() });
      const empty = createServer((_, response) => void response.writeHead(404).end());
      await new Promise<void>((resolve) => empty.listen(0, "127.0.0.1", resolve));
      const address = empty.address();
      ends.push(
        () => proxy.close(),
        () => empty.close(),
      );
      network = {
        good: proxy.url,
        empty: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
        dead: "http://127.0.0.1:1",
        sumdb: proxy.database.verifierKey,
      };
    });
    afterAll(async () => {
      if (isWhole) await writePage({ setUps: pageOf(outcomes, (Date.now() - started) / 60_000) });
      for (const end of ends) await end();
    });

    for (const setUp of isWhole ? setUps : sample)
      it.concurrent(nameOf(setUp), { timeout: 120_000 }, async () => {
        const outcome = await runSetUp(setUp, network);
        outcomes.push(outcome);
        expect(outcome.last, JSON.stringify(outcome.first)).toEqual({});
      });
  },
);

it("the sample has every row of every table", () => {
  for (const table of ["system", "shell", "start", "beside"] as const)
    expect(new Set(sample.map((setUp) => setUp[table]))).toEqual(
      new Set(setUps.map((setUp) => setUp[table])),
    );
});

it.runIf(asked === "real")("releases of Go itself", { timeout: patience }, async (test) => {
  const rows = await runReal(arm64Runner(test));
  await writePage({ real: realPartOf(rows) });
  expect(rows.filter(({ failure }) => failure !== undefined)).toEqual([]);
});
