import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { newVerifier, openNote } from "../../src/sumdb/note.ts";
import { ChecksumDatabase, publicVectors } from "../support/checksum-database.ts";

const vectors = publicVectors();
const peter = newVerifier(vectors.noteSelfTest.vkey);
const quote =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const peterLine = vectors.noteSelfTest.msg.slice(quote.length + 1);
/** From the documentation of golang.org/x/mod/sumdb/note: the same text signed by another key. */
const enochLine =
  "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

describe("newVerifier", () => {
  it("reads the key of the public database and checks its hash", () => {
    expect(newVerifier(vectors.publicKey)).toMatchObject({ name: "sum.golang.org", hash: "033de0ae" });
  });

  const [name, hash, key] = ["PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"];
  const table: [string, string][] = [
    ["nothing", ""],
    ["a name only", name],
    ["no key", `${name}+${hash}`],
    ["no name", `+${hash}+${key}`],
    ["a space in the name", `Peter Neumann+${hash}+${key}`],
    ["another name", `PeterNewman+${hash}+${key}`],
    ["another hash", `${name}+c74f20a4+${key}`],
    ["a short hash", `${name}+74f20a3+${key}`],
    ["no hex", `${name}+c74f20ax+${key}`],
    ["another key", `${name}+${hash}+${key.replace("10TW", "10TX")}`],
    ["no base64", `${name}+${hash}+${key.replace("/", "_")}`],
    ["a short key", `${name}+${hash}+${key.slice(0, -4)}`],
    ["an unknown algorithm", keyOfAlgorithm(2)],
  ];
  it.each(table)("refuses %s", (_, verifierKey) => {
    expect(() => newVerifier(verifierKey)).toThrow(expect.objectContaining({ code: "BAD_GOSUMDB" }));
  });
});

/** A key that is right in all but its algorithm. */
function keyOfAlgorithm(algorithm: number): string {
  const key = Buffer.concat([Buffer.of(algorithm), Buffer.alloc(32)]);
  const hash = createHash("sha256").update("test.sum\n").update(key).digest("hex").slice(0, 8);
  return `test.sum+${hash}+${key.toString("base64")}`;
}

function open(message: string): string {
  return openNote(Buffer.from(message), peter);
}

function refused(hint: RegExp) {
  return expect.objectContaining({ code: "NOT_PROVEN", hint: expect.stringMatching(hint) });
}

describe("openNote", () => {
  it("gives the text that was signed", () => {
    expect(open(vectors.noteSelfTest.msg)).toBe(quote);
    expect(openNote(Buffer.from(vectors.latest), newVerifier(vectors.publicKey))).toContain("\n71769961\n");
  });

  it("ignores signatures of unknown keys, and of another key with the same name", () => {
    const namesake = `— PeterNeumann ${Buffer.alloc(68, 7).toString("base64")}\n`;
    expect(open(`${quote}\n${enochLine}${namesake}${peterLine}`)).toBe(quote);
  });

  it("splits at the last blank line and keeps a byte order mark", () => {
    const database = new ChecksumDatabase();
    const text = "\ufeffone\n\n\ntwo\n\u2028\n";
    expect(openNote(database.sign(text), newVerifier(database.verifierKey))).toBe(text);
  });

  const table: [string, string, RegExp][] = [
    ["nothing", "", /no blank line/],
    ["no signature lines", `${quote}\n`, /no blank line/],
    ["no newline at the end", vectors.noteSelfTest.msg.trimEnd(), /no blank line/],
    ["no blank line", `${quote}${peterLine}`, /no blank line/],
    ["only unknown keys", `${quote}\n${enochLine}`, /no signature is by the key PeterNeumann\+c74f20a3/],
    ["a signature of another text", `${quote}.\n\n${peterLine}`, /does not fit the text/],
    [
      "a good and then a bad one",
      `${quote}\n${peterLine}${peterLine.replace("ZJku", "ZJkv")}`,
      /does not fit/,
    ],
    ["a hyphen for the dash", `${quote}\n${peterLine.replace("—", "-")}`, /malformed/],
    ["two spaces", `${quote}\n${peterLine.replace("n x", "n  x")}`, /malformed/],
    ["no name", `${quote}\n${peterLine.replace("PeterNeumann", "")}`, /malformed/],
    ["base64 without its end", `${quote}\n${peterLine.replace("AM=", "AM")}`, /malformed/],
    ["a signature of no bytes", `${quote}\n— Someone x08goQ==\n${peterLine}`, /malformed/],
    ["a carriage return", vectors.noteSelfTest.msg.replaceAll("\n", "\r\n"), /control characters/],
    ["101 signature lines", `${quote}\n${enochLine.repeat(100)}${peterLine}`, /101 signature lines/],
  ];
  it.each(table)("refuses %s", (_, message, hint) => {
    expect(() => open(message)).toThrow(refused(hint));
  });

  it("refuses bytes that are not UTF-8, also where their replacement was signed", () => {
    const database = new ChecksumDatabase();
    const note = database.sign("one \ufffd\n");
    const changed = Buffer.from(note.toString("latin1").replace("\xef\xbf\xbd", "\xff"), "latin1");
    expect(changed.length).toBe(note.length - 2);
    expect(() => openNote(changed, newVerifier(database.verifierKey))).toThrow(refused(/UTF-8/));
  });

  it("takes 100 signature lines", () => {
    expect(open(`${quote}\n${enochLine.repeat(99)}${peterLine}`)).toBe(quote);
  });

  it("refuses every note that differs in one bit", () => {
    const verifier = newVerifier(vectors.publicKey);
    for (let bit = 0; bit < Buffer.byteLength(vectors.latest) * 8; bit++) {
      const bytes = Buffer.from(vectors.latest);
      bytes[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
      expect(() => openNote(bytes, verifier), `bit ${bit}`).toThrow(
        expect.objectContaining({ code: "NOT_PROVEN" }),
      );
    }
  });

  it("refuses a signature by a key of the right name and other bytes", () => {
    const [ours, other] = [new ChecksumDatabase(), new ChecksumDatabase()];
    const verifier = newVerifier(ours.verifierKey);
    expect(() => openNote(other.head(), verifier)).toThrow(refused(/no signature is by the key test\.sum/));
  });
});
