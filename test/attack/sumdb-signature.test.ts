/** A tree head whose signature is missing, another key's, of another text, or written in another way. */
import { generateKeyPairSync, sign } from "node:crypto";

import { beforeEach, expect, it } from "vitest";

import { countAttacks } from "../support/attack.ts";
import { ChecksumDatabase } from "../support/checksum-database.ts";
import { type Asked, refusal, tool, toolInLog, toolPath } from "../support/lookup.ts";

let asked: Asked;
beforeEach(() => (asked = toolInLog()));

/** Lookups are answered with the right record and this note. */
function answerWith(note: string | Uint8Array): void {
  const { log, server } = asked;
  const answer = Buffer.concat([Buffer.from(`100\n${server.record(100)}\n`), Buffer.from(note)]);
  log.tamper = (path, bytes) => (path === toolPath() ? answer : bytes);
}

/** A signed note in parts. */
interface Parts {
  readonly text: string;
  readonly name: string;
  /** 4 bytes, of the key. */
  readonly hash: Buffer;
  /** 64 bytes. */
  readonly signature: Buffer;
}

function take(note: Buffer): Parts {
  const [, text = "", name = "", encoded = ""] = /^(.*\n)\n— (\S+) (\S+)\n$/s.exec(note.toString()) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  return { text, name, hash: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

function lineOf({ name, hash, signature }: Parts): string {
  return `— ${name} ${Buffer.concat([hash, signature]).toString("base64")}\n`;
}

function put(parts: Parts, lines = lineOf(parts)): string {
  return `${parts.text}\n${lines}`;
}

/** The signature with the order of the curve's group added to its scalar: the same point, other bytes. */
function plusOrder(signature: Buffer): Buffer {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const scalar = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString("hex")}`) + order;
  const bytes = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex").toReversed();
  return Buffer.concat([signature.subarray(0, 32), bytes]);
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const nextLetter = (letter: string): string => letters.charAt(letters.indexOf(letter) + 1);

const other = new ChecksumDatabase();
other.pad(300);
const stranger = `— stranger.example ${Buffer.alloc(68, 7).toString("base64")}\n`;

it("is accepted with what the database signed: what follows is refused for what was changed", async (test) => {
  answerWith(asked.server.head());
  expect(await asked.ask()).toMatchObject({ id: 100, h1: tool.h1 });
  answerWith(put(take(asked.server.head()), stranger.repeat(99) + lineOf(take(asked.server.head()))));
  expect(await asked.ask()).toMatchObject({ id: 100, h1: tool.h1 });
  countAttacks(test, 0);
});

type Forge = (right: Parts, server: ChecksumDatabase) => string | Uint8Array;

/** Why each is refused, as the hint says it. */
const isUnsigned = /^there is no blank line with signature lines/;
const isUnknown = /^no signature is by the key test\.sum/;
const isUnfit = /^the signature does not fit/;
const isMalformed = /^a signature line is malformed/;
const isNoText = /^it is not UTF-8 text without control characters/;

const zeros = Buffer.alloc(64);

it.each<[string, RegExp, Forge]>([
  ["no signature", isUnsigned, (right) => put(right, "")],
  ["no signature and no blank line", isUnsigned, ({ text }) => text],
  ["no newline at its end", isUnsigned, (right) => put(right).trimEnd()],
  ["signatures by unknown keys alone", isUnknown, (right) => put(right, stranger.repeat(2))],
  ["a signature by another key of the same name", isUnknown, ({ text }) => other.sign(text)],
  ["the right signature under another name", isUnknown, (right) => put({ ...right, name: "sum.golang.org" })],
  [
    "the right signature under another key's hash",
    isUnknown,
    (right) => put({ ...right, hash: take(other.head()).hash }),
  ],
  [
    "another log's head after it",
    isUnknown,
    (right) => Buffer.concat([Buffer.from(put(right)), other.head()]),
  ],
  [
    "a signature by another key, under the hash of the right one",
    isUnfit,
    (right) => {
      const { privateKey } = generateKeyPairSync("ed25519");
      return put({ ...right, signature: sign(null, Buffer.from(right.text), privateKey) });
    },
  ],
  ["the signature of an older head", isUnfit, ({ text }, server) => put({ ...take(server.head(299)), text })],
  [
    "the signature of the record",
    isUnfit,
    ({ text }, server) => put({ ...take(server.sign(server.record(100))), text }),
  ],
  [
    "the signature of one newline more",
    isUnfit,
    ({ text }, server) => put({ ...take(server.sign(`${text}\n`)), text }),
  ],
  [
    "a good signature and then a wrong one",
    isUnfit,
    (right) => put(right, lineOf(right) + lineOf({ ...right, signature: zeros })),
  ],
  [
    "a wrong signature and then a good one",
    isUnfit,
    (right) => put(right, lineOf({ ...right, signature: zeros }) + lineOf(right)),
  ],
  [
    "a signature of 63 bytes",
    isUnfit,
    (right) => put({ ...right, signature: right.signature.subarray(0, 63) }),
  ],
  [
    "a signature of 65 bytes",
    isUnfit,
    (right) => put({ ...right, signature: Buffer.concat([right.signature, Buffer.of(0)]) }),
  ],
  ["a signature of zeros", isUnfit, (right) => put({ ...right, signature: zeros })],
  // The neutral point and the scalar 0, which fit every text under a key of small order.
  [
    "a signature of nothing",
    isUnfit,
    (right) => put({ ...right, signature: Buffer.from(zeros).fill(1, 0, 1) }),
  ],
  [
    "the right signature with its scalar written another way",
    isUnfit,
    (right) => put({ ...right, signature: plusOrder(right.signature) }),
  ],
  [
    "another log's head before it",
    isUnfit,
    (right) => Buffer.concat([other.head(), Buffer.from(put(right))]),
  ],
  ["a line before its text", isUnfit, (right) => `go.sum database tree\n\n${put(right)}`],
  ["a line after its text", isUnfit, (right) => put({ ...right, text: `${right.text}more\n` })],
  ["base64 in two lines", isUnfit, (right) => put(right).replace(/(.{8}\n)$/, "\n$1")],
  ["bits after the end of base64", isMalformed, (right) => put(right).replace(/.(?==\n$)/, nextLetter)],
  ["base64 without its padding", isMalformed, (right) => put(right).replace(/=\n$/, "\n")],
  ["a space after the signature", isMalformed, (right) => put(right).replace(/\n$/, " \n")],
  ["a hyphen for the dash", isMalformed, (right) => put(right).replace("—", "-")],
  ["a signature of no bytes", isMalformed, (right) => put({ ...right, signature: Buffer.alloc(0) })],
  [
    "the right signature after 100 of unknown keys",
    /^101 signature lines are more than 100/,
    (right) => put(right, stranger.repeat(100) + lineOf(right)),
  ],
  ["carriage returns", isNoText, (right) => put(right).replaceAll("\n", "\r\n")],
  ["a NUL at its end", isNoText, (right) => `${put(right)}\0`],
  [
    "an escape sequence in an unknown key's name",
    isNoText,
    (right) => put(right) + stranger.replace("stranger", "\u001b[2K"),
  ],
  [
    "bytes that are no UTF-8",
    isNoText,
    (right) => Buffer.concat([Buffer.from(put(right)), Buffer.of(0xff, 0x0a)]),
  ],
])("a head with %s", async (_, reason, forge) => {
  const { log, server, ask } = asked;
  const forged = Buffer.from(forge(take(server.head()), server));
  expect(forged.equals(server.head())).toBe(false);
  answerWith(forged);
  expect((await refusal(ask())).hint).toMatch(reason);
  expect(log.files.size).toBe(0);
});
