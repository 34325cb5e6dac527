import { describe, expect, it } from "vitest";

import { defaultDatabase, parseGosumdb } from "../../src/sumdb/database.ts";
import { ChecksumDatabase } from "../support/checksum-database.ts";

const own = new ChecksumDatabase("sum.example.com/go");
const china = "https://sum.golang.google.cn";

describe("parseGosumdb", () => {
  const table: [string, object][] = [
    ["", defaultDatabase],
    ["off", defaultDatabase],
    ["sum.golang.org", defaultDatabase],
    [defaultDatabase.key, defaultDatabase],
    ["sum.golang.google.cn", { ...defaultDatabase, url: china }],
    [`sum.golang.org ${china}/`, { ...defaultDatabase, url: china }],
    [" sum.golang.org\thttp://127.0.0.1:80/x ", { ...defaultDatabase, url: "http://127.0.0.1:80/x" }],
    ["sum.golang.org file:///srv/sumdb", { ...defaultDatabase, url: "file:///srv/sumdb" }],
    [own.verifierKey, { name: "sum.example.com/go", key: own.verifierKey }],
    [
      `${own.verifierKey} https://a.example`,
      { name: own.name, key: own.verifierKey, url: "https://a.example" },
    ],
  ];
  it.each(table)("%j", (gosumdb, database) => {
    expect(parseGosumdb(gosumdb)).toEqual(database);
  });

  const bad: [string, string][] = [
    ["a name without a known key", "sum.example.com"],
    ["a word that every object has", "constructor"],
    ["off with an address", "off https://a.example"],
    ["a damaged key", defaultDatabase.key.replace("033d", "033e")],
    ["three words", `sum.golang.org ${china} more`],
    ["an address that is none", "sum.golang.org sum.golang.google.cn"],
    ["another protocol", "sum.golang.org ftp://a.example"],
    ...["..", "../../etc", "a/../b", "a/.", "/a", "a/", "a//b", "https://a", "a?b", "a@b"].map(
      (name): [string, string] => [`the name ${name}`, new ChecksumDatabase(name).verifierKey],
    ),
  ];
  it.each(bad)("refuses %s", (_, gosumdb) => {
    expect(() => parseGosumdb(gosumdb)).toThrow(expect.objectContaining({ code: "BAD_GOSUMDB" }));
  });

  it("repeats no address, which may hold a password", () => {
    expect(() => parseGosumdb("sum.golang.org ftp://me:secret@a.example")).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining("secret"),
        hint: expect.not.stringContaining("secret"),
      }),
    );
  });
});
