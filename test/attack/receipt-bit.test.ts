/** Every bit of the proof that a receipt keeps, flipped in turn: it proves nothing any more. */
import { expect, it } from "vitest";

import { GvError } from "../../src/errors.ts";
import { checkRecordProof, type RecordProof } from "../../src/sumdb/record.ts";
import { countAttacks, flippedBits } from "../support/attack.ts";
import { tool, toolInLog } from "../support/lookup.ts";

it("is refused", async (test) => {
  const { database, ask } = toolInLog({ id: 100, size: 300 });
  const proof = (await ask())?.proof;
  if (!proof) throw new Error("no record");
  let attacks = 0;
  const refuse = (changed: RecordProof): void => {
    expect(() => checkRecordProof(database, changed, tool.module, tool.version)).toThrow(GvError);
    attacks++;
  };
  for (const field of ["text", "treeHash", "head"] as const)
    for (const { flipped } of flippedBits(Buffer.from(proof[field])))
      refuse({ ...proof, [field]: flipped.toString("latin1") });
  for (const [i, hash] of proof.inclusion.entries())
    for (const { flipped } of flippedBits(Buffer.from(hash)))
      refuse({ ...proof, inclusion: proof.inclusion.with(i, flipped.toString("latin1")) });
  for (let bit = 0; bit < 53; bit++) {
    const flip = (number: number): number => Number(BigInt(number) ^ (1n << BigInt(bit)));
    refuse({ ...proof, id: flip(proof.id) });
    refuse({ ...proof, treeSize: flip(proof.treeSize) });
  }
  countAttacks(test, attacks);
});
