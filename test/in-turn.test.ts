/** src/in-turn.ts: who is asked when somebody is silent, who wins, and that the others are let go of. */
import process from "node:process";

import { expect, it } from "vitest";

import type { Context } from "../src/context.ts";
import { GvError } from "../src/errors.ts";
import { askInTurn } from "../src/in-turn.ts";
import { usualPatience } from "../src/patience.ts";
import { sandbox } from "./support/sandbox.ts";

type Says = "has" | "hasnt" | "fails" | "silent" | "slow" | "late";

/** What a place does: `silent` till it is let go of, `slow` answers and then nothing, `late` has it when another was asked. */
async function outcomeOf(places: readonly Says[], hedged = true, fallBackOn: "any" | "missing" = "any") {
  const asked: string[] = [];
  const ended: string[] = [];
  let another: (() => void) | undefined;
  const anotherAsked = new Promise<void>((resolve) => (another = resolve));
  const ask = async ({ signal, onAnswer }: Context, place: Says): Promise<string | undefined> => {
    asked.push(place);
    if (asked.length > 1) another?.();
    if (place === "fails") throw new GvError("NETWORK", `${asked.length} fails`);
    if (place === "slow") onAnswer?.();
    if (place === "slow") return new Promise((resolve) => setTimeout(resolve, 100, "slow"));
    if (place === "silent")
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          ended.push(place);
          reject(new GvError("INTERRUPTED", "interrupted"));
        }),
      );
    if (place === "late") await anotherAsked;
    return place === "hasnt" ? undefined : place;
  };
  const ctx = sandbox().context({ patience: { ...usualPatience, nextSource: 20 } });
  const turns = places.map((place) => ({ place, fallBackOn, hedged }));
  const found = await askInTurn(ctx, turns, ask).catch((error: unknown) =>
    error instanceof GvError ? error.message : error,
  );
  return { found, asked, ended };
}

it.each<[Says[], unknown, Says[], Says[]]>([
  [["has", "fails"], "has", ["has"], []],
  [["silent", "has"], "has", ["silent", "has"], ["silent"]],
  [["silent", "silent", "has"], "has", ["silent", "silent", "has"], ["silent", "silent"]],
  [["late", "silent"], "late", ["late", "silent"], ["silent"]],
  [["late", "hasnt"], "late", ["late", "hasnt"], []],
  [["late", "fails"], "late", ["late", "fails"], []],
  [["slow", "has"], "slow", ["slow"], []],
  [["hasnt", "hasnt"], undefined, ["hasnt", "hasnt"], []],
  [["fails", "hasnt"], "1 fails", ["fails", "hasnt"], []],
])("%j: %s", async (places, found, asked, ended) => {
  expect(await outcomeOf(places)).toEqual({ found, asked, ended });
});

it("an answer begun late is waited for where nobody else may be asked", async () => {
  expect(await outcomeOf(["slow", "has"], false)).toMatchObject({ found: "slow", asked: ["slow"] });
  expect(await outcomeOf(["fails", "has"], false, "missing")).toMatchObject({
    found: "1 fails",
    asked: ["fails"],
  });
});

it("an interrupt ends all of it", async () => {
  const interrupt = new AbortController();
  const ctx = sandbox().context({ signal: interrupt.signal });
  const asking = askInTurn(ctx, [{ place: "a", fallBackOn: "any", hedged: true }], ({ signal }) => {
    const ended = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(new GvError("INTERRUPTED", "interrupted"))),
    );
    interrupt.abort();
    return ended;
  });
  await expect(asking).rejects.toMatchObject({ code: "INTERRUPTED" });
});

it("Node warns of nobody who listens, however many do", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  await askInTurn(sandbox().context(), [{ place: "a", fallBackOn: "any", hedged: false }], ({ signal }) => {
    for (let i = 0; i < 14; i++) signal.addEventListener("abort", () => undefined);
    return Promise.resolve("has");
  });
  await new Promise((resolve) => setImmediate(resolve)); // It warns in the next turn.
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});
