/**
 * Signed notes: the text that a checksum database signs, and whether the signature holds. Pure.
 *
 * Follows https://pkg.go.dev/golang.org/x/mod/sumdb/note: a note is text, a blank line, and signature lines
 * `— name base64(key hash, Ed25519 signature)`. Text leaves openNote only when a known key has signed it.
 */
import { isUtf8 } from "node:buffer";
import { createHash, createPublicKey, verify, type KeyObject } from "node:crypto";

import { GvError } from "../errors.ts";

/** A public key that may sign notes: newVerifier makes one from `name+hash+base64`. */
export interface Verifier {
  readonly name: string;
  /** First four bytes of SHA-256(name, newline, algorithm byte, key), in hex. */
  readonly hash: string;
  readonly publicKey: KeyObject;
}

const ed25519 = 1;
/** The DER header of an Ed25519 SubjectPublicKeyInfo, RFC 8410 section 4; the 32 bytes of the key follow it. */
const spkiHeader = Buffer.from("302a300506032b6570032100", "hex");
const maxSignatures = 100;
const signaturePrefix = "— ";

/** Bytes of standard, padded, canonical base64; undefined for anything else (Buffer.from takes anything). */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

/** Reads a verifier key `name+hash+base64` and checks its hash. Throws BAD_GOSUMDB for anything else. */
export function newVerifier(verifierKey: string): Verifier {
  // The base64 part may contain a plus of its own.
  const [, name, hash, key64] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(verifierKey) ?? [];
  const key = decodeBase64(key64 ?? "");
  if (!name || !isValidName(name) || !hash || !/^[0-9a-f]{8}$/i.test(hash) || !key || key.length !== 33)
    throw badKey("it is not of the form name+hash+key");
  if (key[0] !== ed25519) throw badKey(`its algorithm is ${key[0]}, and only ${ed25519} (Ed25519) is known`);
  const computed = keyHash(name, key);
  if (computed !== hash.toLowerCase())
    throw badKey(`the key hash written in it is ${hash}, but its key hashes to ${computed}`);
  const publicKey = createPublicKey({
    key: Buffer.concat([spkiHeader, key.subarray(1)]),
    format: "der",
    type: "spki",
  });
  return { name, hash: computed, publicKey };
}

/**
 * The text of a note that the verifier's key has signed.
 *
 * Signatures of other keys are ignored; each one that claims this key must hold, and there must be one.
 * Throws NOT_PROVEN, with the reason in the hint, for a malformed note, a wrong or a missing signature.
 */
export function openNote(message: Uint8Array, verifier: Verifier): string {
  const note = decodeText(message);
  if (note === undefined) throw notProven(verifier, "it is not UTF-8 text without control characters");
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || split + 2 === note.length || !note.endsWith("\n"))
    throw notProven(verifier, "there is no blank line with signature lines after it");
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > maxSignatures)
    throw notProven(verifier, `${lines.length} signature lines are more than ${maxSignatures}`);
  let signed = false;
  for (const line of lines) {
    const { name, hash, signature } = parseSignature(line, verifier);
    if (name !== verifier.name || hash !== verifier.hash) continue;
    if (!verify(null, Buffer.from(text), verifier.publicKey, signature))
      throw notProven(verifier, `the signature does not fit the text and the key ${name}+${hash}`);
    signed = true;
  }
  if (!signed) throw notProven(verifier, `no signature is by the key ${verifier.name}+${verifier.hash}`);
  return text;
}

/** UTF-8 without control characters except newline, as a string; undefined for anything else. */
function decodeText(bytes: Uint8Array): string | undefined {
  // The byte order mark stays, and UTF-8 is checked: so the text is what was signed, byte for byte.
  if (!isUtf8(bytes)) return undefined;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return /[\u0000-\u0009\u000b-\u001f]/.test(text) ? undefined : text;
}

/** First four bytes, in hex, of what identifies a key: its name and its encoded bytes. */
function keyHash(name: string, key: Uint8Array): string {
  return createHash("sha256").update(`${name}\n`).update(key).digest("hex").slice(0, 8);
}

function isValidName(name: string): boolean {
  return name !== "" && !/[\p{White_Space}+]/u.test(name);
}

function parseSignature(line: string, verifier: Verifier): { name: string; hash: string; signature: Buffer } {
  const space = line.indexOf(" ", signaturePrefix.length);
  const name = line.slice(signaturePrefix.length, space);
  const bytes = decodeBase64(line.slice(space + 1));
  if (!line.startsWith(signaturePrefix) || space < 0 || !isValidName(name) || !bytes || bytes.length < 5)
    throw notProven(verifier, `a signature line is malformed: ${JSON.stringify(line.slice(0, 120))}`);
  return { name, hash: bytes.toString("hex", 0, 4), signature: bytes.subarray(4) };
}

function badKey(reason: string): GvError {
  return new GvError("BAD_GOSUMDB", "the key of the checksum database cannot be used", { hint: reason });
}

function notProven(verifier: Verifier, reason: string): GvError {
  return new GvError("NOT_PROVEN", `a note that ${verifier.name} should have signed is not proven`, {
    hint: reason,
  });
}
