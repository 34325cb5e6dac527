/** A signature with one bit changed, and bytes with one bit changed under a signature that is whole. */
import * as openpgp from "openpgp";
import { expect, it } from "vitest";

import { checkSignature, type Signer } from "../../src/signature.ts";
import { countAttacks, flippedBits } from "../support/attack.ts";

const bytes = Buffer.from("go1.22.5.tar.gz\n");

/** Ed25519 as in RFC 9580: a signature of 64 plain bytes, so that no bit of it is without meaning. */
const { privateKey } = await openpgp.generateKey({
  type: "curve25519",
  userIDs: [{ name: "Signer" }],
  format: "object",
});
const signature = await openpgp.sign({
  message: await openpgp.createMessage({ binary: bytes }),
  signingKeys: privateKey,
  detached: true,
  format: "binary",
  config: { nonDeterministicSignaturesViaNotation: false },
});
const armoredKey = privateKey.toPublic().armor();
const signer: Signer = {
  fingerprint: privateKey.getFingerprint().toUpperCase(),
  armoredKey: () => armoredKey,
};

function check(packet: Uint8Array, data: Uint8Array) {
  const armored = openpgp.armor(openpgp.enums.armor.signature, packet);
  async function* inOne(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(data);
  }
  return checkSignature(signer, armored, inOne, "go.tar.gz");
}

it("each bit of the signature counts", async (test) => {
  await check(signature, bytes);
  let attacks = 0;
  for (const { bit, flipped } of flippedBits(signature)) {
    await expect(check(flipped, bytes), `bit ${bit}`).rejects.toMatchObject({ code: "NOT_PROVEN" });
    attacks++;
  }
  expect(attacks).toBe(signature.length * 8);
  countAttacks(test, attacks);
});

it("each bit of the bytes counts", async (test) => {
  let attacks = 0;
  for (const { bit, flipped } of flippedBits(bytes)) {
    await expect(check(signature, flipped), `bit ${bit}`).rejects.toMatchObject({ code: "NOT_PROVEN" });
    attacks++;
  }
  countAttacks(test, attacks);
});
