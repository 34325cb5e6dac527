import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { describe, expect, it } from "vitest";

import { archiveName, indexedSum, packagedSum } from "../src/archive-sums.ts";
import { parsePlatform } from "../src/platform.ts";
import { compareVersions, parseVersion } from "../src/version.ts";
import { sandbox } from "./support/sandbox.ts";

const repository = join(import.meta.dirname, "..");
const table = readFileSync(join(repository, "data", "SHA256SUMS"), "utf8");
const entries = table
  .trimEnd()
  .split("\n")
  .map((line) => line.split("  "));
const names = entries.map(([, name = ""]) => name);

function nameOf(version: string, platform: string): string {
  return archiveName({ version: versionNamed(version), platform: parsePlatform(platform) });
}

function versionNamed(text: string) {
  const version = parseVersion(text);
  if (!version) throw new Error(`${text} is no version`);
  return version;
}

describe("archiveName", () => {
  it.each([
    ["1.22.5", "linux/amd64", "go1.22.5.linux-amd64.tar.gz"],
    ["1.20.0", "linux/arm64", "go1.20.linux-arm64.tar.gz"],
    ["1.21.0", "windows/arm64", "go1.21.0.windows-arm64.zip"],
    ["1.23rc1", "linux/arm", "go1.23rc1.linux-armv6l.tar.gz"],
    ["1.22.5", "freebsd/arm", "go1.22.5.freebsd-arm.tar.gz"],
    ["1.6beta1", "linux/arm", "go1.6beta1.linux-arm6.tar.gz"],
    ["1.6beta2", "linux/arm", "go1.6beta2.linux-armv6l.tar.gz"],
    ["1.2.2", "darwin/amd64", "go1.2.2.darwin-amd64-osx10.8.tar.gz"],
    ["1.4rc2", "darwin/386", "go1.4rc2.darwin-386-osx10.8.tar.gz"],
    ["1.4.2", "darwin/amd64", "go1.4.2.darwin-amd64-osx10.8.tar.gz"],
    ["1.4.3", "darwin/amd64", "go1.4.3.darwin-amd64.tar.gz"],
    ["1.5beta1", "darwin/amd64", "go1.5beta1.darwin-amd64.tar.gz"],
  ])("%s for %s is %s", (version, platform, name) => {
    expect(nameOf(version, platform)).toBe(name);
  });

  it("gives each name that the table has", () => {
    const made = names.map((name) => {
      const [, version = "", os = "", arch = ""] =
        /^go(.+)\.([a-z0-9]+)-([a-z0-9]+)\.(?:tar\.gz|zip)$/.exec(name) ?? [];
      return nameOf(version, `${os}/${arch === "armv6l" ? "arm" : arch}`);
    });
    expect(made).toEqual(names);
  });
});

describe("the table", () => {
  it("is in the form of sha256sum: one line an archive, newest release first", () => {
    expect(table).toMatch(/^(?:[0-9a-f]{64} {2}go[0-9a-z.]+-[0-9a-z]+\.(?:tar\.gz|zip)\n)+$/);
    expect(new Set(names).size).toBe(names.length);
    const versions = names.map((name) => versionNamed(name.replace(/\.[a-z0-9]+-.*/, "")));
    expect(versions.toSorted((a, b) => compareVersions(b, a))).toEqual(versions);
  });

  it("is found beside the program, and searched by the whole name", () => {
    const ctx = sandbox().context();
    expect(packagedSum(ctx, "go1.22.5.linux-amd64.tar.gz")).toBe(
      "904b924d435eaea086515bc63235b192ea441bd8c9b198c507e85009e6e4c7f0",
    );
    for (const [sum = "", name = ""] of [entries[0], entries.at(-1)].filter((entry) => entry !== undefined))
      expect(packagedSum(ctx, name)).toBe(sum);
    for (const name of [
      "go1.22.5.linux-amd64.tar",
      "o1.22.5.linux-amd64.tar.gz",
      "",
      "go0.1.linux-amd64.tar.gz",
    ])
      expect(packagedSum(ctx, name)).toBeUndefined();
  });

  it("has nothing where it is not there", () => {
    const ctx = sandbox().context({ program: join(repository, "nowhere") });
    expect(packagedSum(ctx, "go1.22.5.linux-amd64.tar.gz")).toBeUndefined();
  });
});

function one(...files: unknown[]): string {
  return JSON.stringify([{ version: "go1.17.3", stable: true, files }]);
}

describe("go.dev's index", () => {
  const index = readFileSync(join(repository, "test", "data", "go-dl-2021-11.json"), "utf8");
  const name = "go1.17.3.linux-amd64.tar.gz";
  const sum = "550f9845451c0c94be679faf116291e7807a8d78b43149f9506c1b15eb89008c";

  it("has the sums of the releases in it, and agrees with the table", () => {
    const ctx = sandbox().context();
    expect(indexedSum(index, name)).toBe(sum);
    expect(indexedSum(index, "go1.16.10.windows-amd64.zip")).toBe(
      packagedSum(ctx, "go1.16.10.windows-amd64.zip"),
    );
    expect(indexedSum(index, "go1.17.2.linux-amd64.tar.gz")).toBeUndefined();
  });

  it.each([
    ["no releases", "[]"],
    ["no files", one()],
    ["an empty sum", one({ filename: name, sha256: "" })],
    ["other files", one({ filename: `x${name}`, sha256: sum }, { kind: "unheard of" }, "what", null)],
  ])("may have nothing on it: %s", (_, text) => {
    expect(indexedSum(text, name)).toBeUndefined();
  });

  it("may have more fields than today's", () => {
    const more = one({ filename: name, sha256: sum, sha512: "f00", signed: { by: [] } });
    expect(indexedSum(more, name)).toBe(sum);
  });

  it.each([
    ["nothing", ""],
    ["a page", "<!DOCTYPE html><html>log in</html>"],
    ["half of it", index.slice(0, 5000)],
    ["an object", JSON.stringify({ releases: [] })],
    ["no release", "[null]"],
    ["a release without files", '[{"version": "go1.17.3"}]'],
    ["a short sum", one({ filename: name, sha256: sum.slice(1) })],
    ["an upper-case sum", one({ filename: name, sha256: sum.toUpperCase() })],
    ["a sum that is a number", one({ filename: name, sha256: 550 })],
    ["no sum", one({ filename: name })],
  ])("is refused as malformed: %s", (_, text) => {
    expect(() => indexedSum(text, name)).toThrow(expect.objectContaining({ code: "NETWORK" }));
  });
});

describe("scripts/archive-sums.mjs", () => {
  const script = join(repository, "scripts", "archive-sums.mjs");
  const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(64));
  const older = `${a}  go1.21.0.linux-amd64.tar.gz\n`;

  function merge(before: string | undefined, index: unknown, ...words: string[]) {
    const box = sandbox();
    const path = before === undefined ? join(box.project, "sums") : box.write("sums", before);
    const ran = spawnSync(process.execPath, [script, "--table", path, ...words], {
      input: JSON.stringify(index),
      encoding: "utf8",
    });
    return {
      code: ran.status,
      stderr: ran.stderr,
      stdout: ran.stdout,
      table: () => readFileSync(path, "utf8"),
    };
  }

  it("adds archives, the newest release first, and leaves out what is none", () => {
    const file = (filename: string, sha256: string | undefined = b) => ({ filename, sha256 });
    const files = [
      file("go1.22rc1.linux-amd64.tar.gz"),
      file("go1.22.10.linux-amd64.tar.gz"),
      file("go1.22.9.windows-amd64.zip"),
      file("go1.22.9.linux-amd64.tar.gz"),
      file("go1.21.0.linux-amd64.tar.gz", a),
      file("go1.22.9.src.tar.gz"),
      file("go1.22.9.darwin-arm64.pkg"),
      file("go1.22.9.windows-amd64.msi"),
      file("go1.4-bootstrap-20170531.tar.gz"),
      file("go1.9.2rc2.linux-amd64.tar.gz"),
      file("go1.4.2.linux-amd64.tar.gz", ""),
    ];
    const merged = merge(older, [{ version: "go1.22.9", files }]);
    expect(merged.stderr).toBe("");
    expect(merged.table()).toBe(
      [
        `${b}  go1.22.10.linux-amd64.tar.gz\n`,
        `${b}  go1.22.9.linux-amd64.tar.gz\n`,
        `${b}  go1.22.9.windows-amd64.zip\n`,
        `${b}  go1.22rc1.linux-amd64.tar.gz\n`,
        older,
      ].join(""),
    );
    expect(merged.stdout).toContain("5 archives of 4 releases in the table, 4 of them new");
  });

  it("reads a table of releases and platforms, too, and starts with none", () => {
    const index = { "go1.22.9": { "linux-amd64": { filename: "go1.22.9.linux-amd64.tar.gz", sha256: c } } };
    expect(merge(undefined, index).table()).toBe(`${c}  go1.22.9.linux-amd64.tar.gz\n`);
  });

  it.each([
    [
      "contradicts the table",
      [{ filename: "go1.21.0.linux-amd64.tar.gz", sha256: b }],
      /go1\.21\.0.* is a+ in the table, and b+/,
    ],
    [
      "contradicts itself",
      [b, c].map((sha256) => ({ filename: "go1.22.9.linux-amd64.tar.gz", sha256 })),
      /go1\.22\.9.* is b+ in the table, and c+/,
    ],
    ["has what is no sum", [{ filename: "go1.22.9.linux-amd64.tar.gz", sha256: "0" }], /not a SHA-256/],
  ])("writes nothing where the index %s", (_, files, reason) => {
    const before = [{ filename: "go1.22.8.linux-amd64.tar.gz", sha256: b }];
    const merged = merge(older, [{ files: [...before, ...files] }]);
    expect(merged.code).toBe(1);
    expect(merged.stderr).toMatch(reason);
    expect(merged.table()).toBe(older);
  });

  it("changes nothing of the table in this repository", () => {
    const merged = merge(table, [], join(repository, "test", "data", "go-dl-2021-11.json"));
    expect(merged.stdout).toContain("25 of the index: agree with the table");
    expect(merged.table()).toBe(table);
  });
});
