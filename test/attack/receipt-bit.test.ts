/** Every bit of the proof that a receipt keeps, flipped in turn: it proves nothing any more. */
import { expect, it } from "vitest";

import { checkRecordProof, type RecordProof } from "../../src/sumdb/record.ts";
import { countAttacks, flippedBits, flippedTexts } from "../support/attack.ts";
import { tool, toolInLog } from "../support/lookup.ts";

it("is refused", async (test) => {
  const { database, ask } = toolInLog({ id: 100, size: 300 });
  const proof = (await ask())?.proof;
  if (!proof) throw new Error("no record");
  const check = (some: RecordProof) => checkRecordProof(database, some, tool.module, tool.version);
  let attacks = 0;
  const refuse = (changed: RecordProof, what: string): void => {
    expect(() => check(changed), what).toThrow(expect.objectContaining({ code: "NOT_PROVEN" }));
    attacks++;
  };

  for (const field of ["text", "treeHash", "head"] as const) {
    // As it was, after the same way there and back.
    expect(check({ ...proof, [field]: Buffer.from(proof[field]).toString() })).toMatchObject({ id: 100 });
    for (const { bit, flipped } of flippedTexts(proof[field]))
      refuse({ ...proof, [field]: flipped }, `${field}, bit ${bit}`);
  }
  for (const [i, hash] of proof.inclusion.entries())
    for (const { bit, flipped } of flippedTexts(hash))
      refuse({ ...proof, inclusion: proof.inclusion.with(i, flipped) }, `hash ${i}, bit ${bit}`);

  // What base64 stands for: where it is well-formed all the same.
  const hashes = [proof.treeHash, ...proof.inclusion];
  const withHash = ([treeHash = "", ...inclusion]: string[]): RecordProof => ({
    ...proof,
    treeHash,
    inclusion,
  });
  const decoded = hashes.map((hash) => Buffer.from(hash, "base64"));
  expect(check(withHash(decoded.map((bytes) => bytes.toString("base64"))))).toMatchObject({ id: 100 });
  for (const [i, bytes] of decoded.entries())
    for (const { bit, flipped } of flippedBits(bytes))
      refuse(withHash(hashes.with(i, flipped.toString("base64"))), `bytes of hash ${i}, bit ${bit}`);
  const [, before = "", encoded = ""] = /^(.* )(\S+)\n$/s.exec(proof.head) ?? [];
  const signature = Buffer.from(encoded, "base64");
  expect(check({ ...proof, head: `${before}${signature.toString("base64")}\n` })).toMatchObject({ id: 100 });
  for (const { bit, flipped } of flippedBits(signature))
    refuse({ ...proof, head: `${before}${flipped.toString("base64")}\n` }, `bytes of signature, bit ${bit}`);

  for (let bit = 0; bit < 53; bit++) {
    const flip = (number: number): number => Number(BigInt(number) ^ (1n << BigInt(bit)));
    refuse({ ...proof, id: flip(proof.id) }, `id, bit ${bit}`);
    refuse({ ...proof, treeSize: flip(proof.treeSize) }, `size, bit ${bit}`);
  }
  countAttacks(test, attacks);
});
