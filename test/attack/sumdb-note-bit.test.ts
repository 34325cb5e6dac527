/** A signed tree head with one bit changed: of its text, the name, the key's hash, the signature, of anything. */
import { expect, it } from "vitest";

import { newVerifier, openNote } from "../../src/sumdb/note.ts";
import { countAttacks, flippedBits } from "../support/attack.ts";
import { ChecksumDatabase, publicVectors } from "../support/checksum-database.ts";

const server = new ChecksumDatabase();
server.pad(5);
const vectors = publicVectors();

const heads: [string, Buffer, string][] = [
  ["a log of 5 records", server.head(), server.verifierKey],
  ["the public log", Buffer.from(vectors.latest), vectors.publicKey],
];

it.for(heads)("each bit of a head of %s", ([, note, key], test) => {
  const verifier = newVerifier(key);
  expect(openNote(note, verifier)).toMatch(/^go\.sum database tree\n/);
  for (const { bit, flipped } of flippedBits(note))
    expect(() => openNote(flipped, verifier), `bit ${bit}`).toThrow(
      expect.objectContaining({ code: "NOT_PROVEN" }),
    );
  countAttacks(test, note.length * 8);
});

it.for(heads)("each bit of the bytes that base64 stands for: %s", ([, note, key], test) => {
  const verifier = newVerifier(key);
  const [, before = "", encoded = ""] = /^(.* )(\S+)\n$/s.exec(note.toString()) ?? [];
  const signature = Buffer.from(encoded, "base64");
  expect(signature).toHaveLength(4 + 64);
  for (const { bit, flipped } of flippedBits(signature)) {
    const reason = bit < 32 ? /^no signature is by the key/ : /^the signature does not fit/;
    expect(() => openNote(Buffer.from(`${before}${flipped.toString("base64")}\n`), verifier)).toThrow(
      expect.objectContaining({ code: "NOT_PROVEN", hint: expect.stringMatching(reason) }),
    );
  }
  countAttacks(test, signature.length * 8);
});
