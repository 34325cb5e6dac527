import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import * as openpgp from "openpgp";
import { describe, expect, it } from "vitest";

import { GvError } from "../src/errors.ts";
import { checkSignature, signerOfGo, type Signer } from "../src/signature.ts";
import { distFolder, sandbox } from "./support/sandbox.ts";

const bytes = Buffer.from("the bytes that are signed\r\n");

/** In pieces, as a file is read. */
async function* inPieces(of: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.length; at += 7) yield of.subarray(at, at + 7);
}

function check(signer: Signer, armored: string, of: Uint8Array = bytes, now?: number) {
  return checkSignature(signer, armored, () => inPieces(of), "go.tar.gz", now);
}

function unasked(): never {
  expect.unreachable("asked for the data");
}

function refused(hint: RegExp) {
  return expect.objectContaining({ code: "NOT_PROVEN", hint: expect.stringMatching(hint) });
}

const noon = (day: string): Date => new Date(`${day}T12:00:00Z`);
const year = 365 * 24 * 60 * 60;

/** Ed25519, because an RSA key takes a second to make; RSA, as Google's, are the keys and signatures that gpg made. */
async function makeKey(subkeys: openpgp.SubkeyOptions[] = []): Promise<openpgp.PrivateKey> {
  const { privateKey } = await openpgp.generateKey({
    type: "curve25519",
    userIDs: [{ name: "Signer", email: "signer@example.org" }],
    date: noon("2020-01-01"),
    subkeys,
    format: "object",
  });
  return privateKey;
}

function signerOf(key: openpgp.Key, armoredKey = key.toPublic().armor()): Signer {
  return { fingerprint: key.getFingerprint().toUpperCase(), armoredKey: () => armoredKey };
}

async function sign(
  signingKeys: openpgp.PrivateKey | openpgp.PrivateKey[],
  day = "2020-06-01",
  options: Partial<openpgp.SignOptions> = {},
): Promise<string> {
  const message = await openpgp.createMessage({ binary: bytes });
  const signed = { message, signingKeys, date: noon(day), detached: true, ...options };
  return openpgp.sign({ ...signed, format: "armored" });
}

const keyIdOf = (key: openpgp.Key | openpgp.Subkey): string => key.getKeyID().toHex().toUpperCase();

const key = await makeKey();
const signer = signerOf(key);
const signature = await sign(key);

describe("checkSignature", () => {
  it("says which key signed, and when", async () => {
    expect(await check(signer, signature)).toEqual({
      fingerprint: signer.fingerprint,
      keyId: keyIdOf(key),
      signed: "2020-06-01T12:00:00.000Z",
    });
  });

  it("takes a block with headers and Windows line ends", async () => {
    const headers = signature.replace("\n", "\nVersion: GnuPG v1\nComment: a - b\n");
    await check(signer, headers.replaceAll(/\r?\n/g, "\r\n"));
  });

  it("takes any number of bytes, none too", async () => {
    for (const length of [0, 100_003]) {
      const other = Buffer.alloc(length, "go");
      const message = await openpgp.createMessage({ binary: other });
      await check(signer, await sign(key, "2020-06-01", { message }), other);
    }
  });

  it("refuses the signature of other bytes", async () => {
    const others = [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, bytes]), Buffer.alloc(0)];
    for (const other of [...others, Buffer.from("the bytes that are signed\n")])
      await expect(check(signer, signature, other)).rejects.toEqual(refused(/does not hold/));
  });

  it("refuses another key of the same name", async () => {
    const other = await makeKey();
    await expect(check(signer, await sign(other))).rejects.toEqual(refused(/by somebody else/));
    const both = signerOf(key, await blockOf(key, other));
    await expect(check(both, await sign(other))).rejects.toThrow(/own copy of the key .* is damaged/);
  });

  it("passes on what the data throws", async () => {
    const broken = new GvError("NETWORK", "gone");
    // oxlint-disable-next-line require-yield -- it is what breaks off
    async function* breakOff(): AsyncGenerator<Uint8Array> {
      throw broken;
    }
    await expect(checkSignature(signer, signature, breakOff, "go.tar.gz")).rejects.toBe(broken);
  });

  it("asks for no data where the signature can't hold", async () => {
    for (const armored of ["", await sign(await makeKey())])
      await expect(checkSignature(signer, armored, unasked, "go.tar.gz")).rejects.toEqual(refused(/./));
  });
});

describe("what is there instead of a signature", () => {
  it.each([
    ["nothing", ""],
    ["a page", "<!DOCTYPE html>\n<html><title>Downloads</title></html>\n"],
    ["a page around it", `<pre>\n${signature}</pre>\n`],
    ["a block without end", "-----BEGIN PGP SIGNATURE-----\n" + "a\n".repeat(10_000_000)],
    ["garbage", "\u0000\uFFFD".repeat(500)],
    ["a key", key.toPublic().armor()],
    ["half of it", signature.slice(0, signature.length / 2)],
    ["two of them", signature + signature],
    ["an empty block", "-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n"],
    ["a block of garbage", signature.replace(/(?<=\n\n)[^=-]+/, "AAAA\n")],
    ["no empty line", signature.replace(/\r?\n\r?\n/, "\n")],
  ])("%s is refused", async (_, armored) => {
    await expect(check(signer, armored)).rejects.toEqual(refused(/block/));
  });

  it("a message that holds the bytes is refused", async () => {
    const inline = await sign(key, "2020-06-01", { detached: false });
    expect(inline).toContain("BEGIN PGP MESSAGE");
    await expect(check(signer, inline)).rejects.toEqual(refused(/one block of PGP SIGNATURE/));
  });

  it("two signatures in one block are refused", async () => {
    await expect(check(signer, await sign([key, key]))).rejects.toEqual(refused(/one signature/));
    await expect(check(signer, await sign([key, await makeKey()]))).rejects.toEqual(refused(/one signature/));
  });
});

describe("when the key could sign", () => {
  const now = noon("2026-01-01").getTime();
  const day = 24 * 60 * 60 * 1000;

  it("is one day from now at most", async () => {
    const future = await sign(key, "2026-01-01");
    await check(signer, future, bytes, now - day);
    await expect(check(signer, future, bytes, now - day - 1000)).rejects.toEqual(refused(/a day to come/));
  });

  it("is while its subkey is valid, even if that has expired since", async () => {
    const rotated = await makeKey([{ sign: true, keyExpirationTime: year }]);
    const [subkey] = rotated.subkeys;
    const then = await sign(rotated);
    expect(await check(signerOf(rotated), then, bytes, now)).toMatchObject({
      fingerprint: signerOf(rotated).fingerprint,
      keyId: subkey && keyIdOf(subkey),
    });
    const late = await signAnyway(rotated, "2021-06-01");
    await expect(check(signerOf(rotated), late, bytes, now)).rejects.toEqual(refused(/expired/));
  });

  it("is not before the subkey was made", async () => {
    const young = await makeKey([{ sign: true, date: noon("2020-07-01") }]);
    const early = await signAnyway(young, "2020-06-01");
    await expect(check(signerOf(young), early, bytes, now)).rejects.toEqual(refused(/newer|future/));
  });

  it("is before a subkey was retired, and never where it was compromised", async () => {
    const whole = await makeKey([{ sign: true }]);
    const [before, after] = [await sign(whole), await sign(whole, "2022-06-01")];
    const retired = signerOf(await revoked(whole, openpgp.enums.reasonForRevocation.keyRetired));
    await check(retired, before, bytes, now);
    await expect(check(retired, after, bytes, now)).rejects.toEqual(refused(/revoked/));
    const compromised = signerOf(await revoked(whole, openpgp.enums.reasonForRevocation.keyCompromised));
    for (const armored of [before, after])
      await expect(check(compromised, armored, bytes, now)).rejects.toEqual(refused(/revoked/));
  });
});

describe("what gpg signed", () => {
  interface Vectors {
    readonly fingerprint: string;
    readonly subkey: string;
    readonly key: string;
    readonly data: string;
    readonly signatures: Record<"subkey" | "primary" | "sha1" | "md5" | "text" | "clear", string>;
  }
  const vectors = join(import.meta.dirname, "data", "gnupg-signatures.json");
  const gnupg = JSON.parse(readFileSync(vectors, "utf8")) as Vectors;
  const data = Buffer.from(gnupg.data, "base64");
  const gnupgSigner = { fingerprint: gnupg.fingerprint, armoredKey: () => gnupg.key };

  it("holds, by a subkey and by the primary key", async () => {
    expect(await check(gnupgSigner, gnupg.signatures.subkey, data)).toEqual({
      fingerprint: gnupg.fingerprint,
      keyId: gnupg.subkey,
      signed: "2020-06-15T12:00:00.000Z",
    });
    const byPrimary = await check(gnupgSigner, gnupg.signatures.primary, data);
    expect(byPrimary.keyId).toBe(gnupg.fingerprint.slice(-16));
  });

  it.each([
    ["sha1", /SHA1/],
    ["md5", /MD5/],
    ["text", /binary data/],
    ["clear", /one block/],
  ] as const)("does not as %s", async (kind, reason) => {
    await expect(check(gnupgSigner, gnupg.signatures[kind], data)).rejects.toEqual(refused(reason));
  });
});

describe("the key block", () => {
  it.each([
    ["nothing", () => ""],
    ["another key", async () => (await makeKey()).toPublic().armor()],
    ["two keys", async () => blockOf(key, await makeKey())],
    ["the key twice", () => blockOf(key, key)],
    ["the private key", () => key.armor()],
    ["half of the key", () => key.toPublic().armor().slice(0, 400)],
  ])("must be of the signer: %s", async (_, block) => {
    const damaged = signerOf(key, await block());
    await expect(check(damaged, signature)).rejects.toThrow(/gv's own copy of the key .* is damaged/);
  });

  it("is in the package: Google's, with the subkeys that sign", async () => {
    const google = signerOfGo(sandbox().context());
    const [googleKey, ...others] = await openpgp.readKeys({ armoredKeys: google.armoredKey() });
    expect(others).toEqual([]);
    expect(googleKey?.getFingerprint().toUpperCase()).toBe("EB4C1BFD4F042F6DDDCCEC917721F63BD38B4796");
    expect(google.fingerprint).toBe("EB4C1BFD4F042F6DDDCCEC917721F63BD38B4796");
    const subkeys = await Promise.all(
      (googleKey?.subkeys ?? []).map(async (subkey) => {
        const expires = await subkey.getExpirationTime(subkey.getCreationTime());
        const days = [subkey.getCreationTime(), new Date(Number(expires))].map((date) =>
          date.toISOString().slice(0, 10),
        );
        return [subkey.getFingerprint().toUpperCase(), ...days];
      }),
    );
    expect(subkeys).toEqual([
      ["3B068FB4789ABE4AEFA3BB491397BC53640DB551", "2016-04-12", "2019-04-12"],
      ["3E50F6D3EC278FDEB655C8CA6494C6D6997C215E", "2017-01-24", "2020-01-24"],
      ["2F528D36D67B69EDF998D85778BD65473CB3BD13", "2019-07-22", "2022-07-21"],
      ["8461EFA0E74ABAE010DE66994EB27DB2A3B88B8B", "2021-10-26", "2024-10-25"],
      ["A5F483CD733A4EBAEA378B2AE88979FB9B30ACF2", "2023-02-15", "2026-02-14"],
      ["0F06FF86BEEAF4E71866EE5232EE5355A6BC6E42", "2024-01-30", "2027-01-29"],
      ["0E225917414670F4442C250DFD533C07C264648F", "2025-01-07", "2028-01-07"],
    ]);
    for (const [index, [fingerprint = "", from = "", until = ""]] of subkeys.entries()) {
      const id = googleKey?.subkeys[index]?.getKeyID();
      const used = await googleKey?.getSigningKey(id, new Date(Date.parse(from) + (1000 * year) / 2));
      expect(used?.getFingerprint().toUpperCase()).toBe(fingerprint);
      await expect(
        googleKey?.getSigningKey(id, noon(until.replace(/^\d+/, (y) => `${Number(y) + 1}`))),
      ).rejects.toThrow("expired");
    }
  });

  it("is the only one that counts: others' signatures are refused", async () => {
    const google = signerOfGo(sandbox().context());
    await expect(check(google, signature)).rejects.toEqual(refused(/by somebody else/));
  });
});

it("the library in dist/ is the one that was tested", async () => {
  const built = createRequire(import.meta.url)(join(distFolder, "openpgp.cjs")) as typeof openpgp;
  const read = await built.readSignature({ armoredSignature: signature });
  expect(read.packets[0]?.created).toEqual(noon("2020-06-01"));
  expect(built.config.versionString).toBe(openpgp.config.versionString);
});

/** One block with several keys. */
async function blockOf(...keys: openpgp.PrivateKey[]): Promise<string> {
  const packets = keys.map((one) => one.toPublic().write());
  return openpgp.armor(openpgp.enums.armor.publicKey, Buffer.concat(packets));
}

/** Signs with the first subkey on a day when openpgp itself would not. */
async function signAnyway(of: openpgp.PrivateKey, day: string): Promise<string> {
  const forced = await copyOf(of);
  const [subkey] = forced.subkeys;
  if (subkey) Object.assign(forced, { getSigningKey: async () => subkey });
  return sign(forced, day);
}

/** The key with its first subkey revoked in 2021. */
async function revoked(
  of: openpgp.PrivateKey,
  flag: openpgp.enums.reasonForRevocation,
): Promise<openpgp.PrivateKey> {
  const copy = await copyOf(of);
  const [subkey] = copy.subkeys;
  if (subkey && copy.keyPacket instanceof openpgp.SecretKeyPacket)
    copy.subkeys = [await subkey.revoke(copy.keyPacket, { flag }, noon("2021-06-01"))];
  return copy;
}

function copyOf(of: openpgp.PrivateKey): Promise<openpgp.PrivateKey> {
  return openpgp.readPrivateKey({ armoredKey: of.armor() });
}
