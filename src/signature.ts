/**
 * Detached OpenPGP signatures: whether these are the bytes that the signer signed (`--gpg`).
 *
 * Follows RFC 9580 as gpg applies it: what counts is whether the key could sign on the day that it did, since
 * signing subkeys change every few years, and old ones have expired. Guarantees: the signer is known by the
 * fingerprint of its primary key (Origins); anything but one good signature is NOT_PROVEN; the
 * data is read once, as a stream. openpgp is loaded when the first signature is checked, and only here.
 */
import { join } from "node:path";
import { ReadableStream, WritableStream } from "node:stream/web";

import type * as OpenPgp from "openpgp";

import type { Context } from "./context.ts";
import { GvError, setUpAgain } from "./errors.ts";
import { textOf } from "./read.ts";

/** Who signs. */
export interface Signer {
  /** Of the primary key, in upper-case hex. */
  readonly fingerprint: string;
  /** The armored key block; asked for when a signature is checked. */
  readonly armoredKey: () => string;
}

/** A signature that holds. */
export interface Signature {
  /** Of the signer's primary key. */
  readonly fingerprint: string;
  /** Of the primary key or subkey that signed: upper-case hex, as gpg prints it. */
  readonly keyId: string;
  /** When, in ISO 8601. */
  readonly signed: string;
}

/**
 * Who signs Go's archives, with the key block in the package: every tar.gz since 1.8.5 but those of 1.9.1
 * (`<file>.asc` beside it), and no zip.
 */
export function signerOfGo(ctx: Context): Signer {
  return {
    fingerprint: ctx.origins.signer,
    armoredKey: () => textOf(join(ctx.program, "data", "linux-packages-keymaster.asc")) ?? "",
  };
}

const dayInMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Checks the text of a detached signature against the bytes of `what`, which are asked for once the signature is
 * known to be of the right form, day and key.
 *
 * Throws NOT_PROVEN unless there is just one signature, of binary data, with a stronger hash than SHA-1, made by
 * the signer's primary key or a signing subkey while that was valid (one that was retired or superseded later
 * was; one that was revoked for another reason never was), and not more than a day after `now`, in milliseconds;
 * also where the key block is not the signer's. What `data` throws goes through.
 */
export async function checkSignature(
  signer: Signer,
  armored: string,
  data: () => AsyncIterable<Uint8Array>,
  what: string,
  now: number = Date.now(),
): Promise<Signature> {
  const openpgp = await import("openpgp");
  const refuse: Refuse = (reason, cause) =>
    new GvError("NOT_PROVEN", `${what} has no valid signature of the key ${signer.fingerprint}`, {
      hint: reason,
      cause,
    });
  const key = await readKey(openpgp, signer);
  const { signature, keyID, created } = await readSignature(openpgp, armored, refuse);
  const keyId = keyID.toHex().toUpperCase();
  const signed = created.toISOString();
  const named = `the signature of ${signed} by the key ${keyId}`;
  if (created.getTime() > now + dayInMilliseconds) throw refuse(`${named} is of a day to come`);
  if (key.getKeys(keyID).length === 0)
    throw refuse(`${named} is by somebody else: that key is not the signer's`);

  const { data: read, signatures } = await openpgp.verify({
    message: await openpgp.createMessage({ binary: ReadableStream.from(data()) }),
    signature,
    verificationKeys: key,
    format: "binary",
    date: new Date(Math.max(now, created.getTime())),
  });
  await read.pipeTo(new WritableStream()); // What is read here is what openpgp hashes.
  try {
    // What openpgp doesn't check, it leaves out of these.
    if (!(await signatures[0]?.verified)) throw new Error("it was not checked");
  } catch (error) {
    throw refuse(`${named} does not hold for these bytes: ${messageOf(error)}`, error);
  }
  return { fingerprint: signer.fingerprint, keyId, signed };
}

type Refuse = (reason: string, cause?: unknown) => GvError;

/** The key of a block that must hold this one and no other. */
async function readKey(openpgp: typeof OpenPgp, signer: Signer): Promise<OpenPgp.PublicKey> {
  const damaged = (cause?: unknown): GvError =>
    new GvError("NOT_PROVEN", `gv's own copy of the key ${signer.fingerprint} is damaged`, {
      hint: setUpAgain,
      cause,
    });
  let keys: OpenPgp.PublicKey[];
  try {
    keys = await openpgp.readKeys({ armoredKeys: signer.armoredKey() });
  } catch (error) {
    throw damaged(error);
  }
  const [key] = keys;
  if (!key || keys.length > 1 || key.isPrivate() || key.getFingerprint().toUpperCase() !== signer.fingerprint)
    throw damaged();
  return key;
}

/** Sixty times as long as Google's. */
const longest = 50_000;
/** openpgp alone would skip what stands around the first block. */
const oneBlock = /^-----BEGIN PGP SIGNATURE-----\r?\n(?:(?!-----).*\r?\n)*-----END PGP SIGNATURE-----\s*$/;

async function readSignature(openpgp: typeof OpenPgp, armored: string, refuse: Refuse) {
  const start = `what is there instead starts ${JSON.stringify(armored.slice(0, 120))}`;
  if (armored.length > longest || !oneBlock.test(armored))
    throw refuse(`a signature is one block of PGP SIGNATURE; ${start}`);
  let signature: OpenPgp.Signature;
  try {
    signature = await openpgp.readSignature({ armoredSignature: armored });
  } catch (error) {
    throw refuse(`the block is no signature (${messageOf(error)}); ${start}`, error);
  }
  const [packet] = signature.packets;
  if (
    signature.packets.length !== 1 ||
    packet?.signatureType !== openpgp.enums.signature.binary ||
    !packet.created
  )
    throw refuse("the block must hold one signature of binary data, and nothing else");
  return { signature, keyID: packet.issuerKeyID, created: packet.created };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
