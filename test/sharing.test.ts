/** What a near version has is taken from disk, only the rest is fetched, and a file that isn't the one never gets in. */
import { execFileSync } from "node:child_process";
import { createCipheriv } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { install, type Outcome } from "../src/install.ts";
import type { Platform } from "../src/platform.ts";
import { parseRequest } from "../src/version.ts";
import { type Goproxy, startGoproxy, type Toolchain, tinyToolchain } from "./support/goproxy.ts";
import { loopMount, noLoops } from "./support/mount.ts";
import { type Sandbox, sandbox } from "./support/sandbox.ts";

const arm: Platform = { os: "linux", arch: "arm64" };
/** More than gv reads at a zip's end: what stands before it is fetched only where it is wanted. */
const big = (seed: number): string => noise(2_200_000, seed).toString("base64");
/** As much as the programs of a release have at least, which never are those of another one. */
const programs = 6_100_000;
const files = { "src/big/first.txt": big(1), "src/big/second.txt": big(2), "src/same.txt": "the same\n" };
const toolchains: Toolchain[] = [];
const ofArm: Toolchain[] = [];

beforeAll(() => {
  // Laid out as a release is, programs and VERSION first; of the two big files the next patch changes one.
  const patch = { "src/big/second.txt": big(3) };
  const made = [tiny("1.22.5"), tiny("1.22.6", undefined, patch), tiny("1.23.1")];
  toolchains.push(...made);
  ofArm.push(tiny("1.22.6", arm));
});

let built = 10;

function tiny(version: string, platform?: Platform, changed = {}): Toolchain {
  const own = { "bin/gofmt": noise(programs, built++) };
  return tinyToolchain(version, platform, { files: { ...own, ...files, ...changed } });
}

interface Place {
  readonly box: Sandbox;
  readonly server: Goproxy;
  readonly warnings: string[];
  readonly install: (spec: string, platform?: Platform) => Promise<Outcome>;
  /** Bytes of zips that were asked for since the last call. */
  readonly fetched: () => number;
}

async function place(): Promise<Place> {
  const server = await startGoproxy({ toolchains: [...toolchains, ...ofArm] });
  onTestFinished(() => server.close());
  const box = sandbox({ GOPROXY: server.url, GOSUMDB: server.database.verifierKey });
  const warnings: string[] = [];
  const ctx = box.context();
  return {
    box,
    server,
    warnings,
    install: (spec, platform = ctx.platform) =>
      install(ctx, parseRequest(spec), platform, {
        onProgress: () => undefined,
        onWait: () => undefined,
        onNote: () => undefined,
        onWarning: (text) => warnings.push(text),
      }),
    fetched() {
      const zips = server.requests.filter((one) => one.path.endsWith(".zip"));
      server.requests.length = 0;
      return zips.reduce((sum, { range = "" }) => sum + bytesOf(range), 0);
    },
  };
}

/** Of `bytes=-n` and `bytes=a-b`. */
function bytesOf(range: string): number {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d+)$/.exec(range) ?? [];
  return from === "" ? Number(to) : Number(to) - Number(from) + 1;
}

const tail = 2_500_000;

describe("with the patch before it installed", () => {
  it("fetches what differs, and has what a whole install has", async () => {
    const { install: installed, fetched, box, warnings } = await place();
    await installed("1.22.5");
    expect(fetched()).toBeGreaterThan(tail + programs + 1_800_000);
    const near = await installed("1.22.6");
    const bytes = fetched();
    expect(bytes).toBeGreaterThan(tail + programs);
    // The changed file is in the tail; the other isn't asked for, and nothing twice.
    expect(bytes).toBeLessThan(tail + programs + 100_000);
    const { folder } = near.installed;
    expect(near.installed.receipt?.evidence).toHaveLength(1);
    expect(readFileSync(join(folder, "src/big/first.txt"), "utf8")).toBe(files["src/big/first.txt"]);
    expect(readFileSync(join(folder, "src/big/second.txt"), "utf8")).toBe(big(3));
    expect(statSync(join(folder, "src/big/first.txt")).mode & 0o777).toBe(0o644);
    expect(warnings).toEqual([]);
    expect(readdirSync(join(box.root, "staging"))).toEqual([]);
    const whole = await place();
    const alone = await whole.install("1.22.6");
    expect(execFileSync("diff", ["-r", folder, alone.installed.folder]).toString()).toBe("");
  });

  it("takes nothing of another minor, of a linked Go, or with share = off", async () => {
    const { install: installed, fetched, box } = await place();
    await installed("1.23.1");
    fetched();
    const linked = join(box.root, "versions/linux-amd64/1.22.4");
    symlinkSync(join(box.root, "versions/linux-amd64/1.23.1"), linked);
    await installed("1.22.5");
    expect(fetched()).toBeGreaterThan(tail + programs + 1_800_000);
    rmSync(linked);
    writeFileSync(join(box.root, "config"), "share = off\n");
    await installed("1.22.6");
    expect(fetched()).toBeGreaterThan(tail + programs + 1_800_000);
  });

  it("takes what another platform's build has", async () => {
    const { install: installed, fetched } = await place();
    await installed("1.22.5");
    fetched();
    const { installed: other } = await installed("1.22.6", arm);
    expect(fetched()).toBeLessThan(tail + programs + 100_000);
    expect(readFileSync(join(other.folder, "src/big/second.txt"), "utf8")).toBe(big(2));
  });
});

describe("what isn't the file is fetched", () => {
  const rows: Record<string, (path: string) => void> = {
    "other bytes of the same length": (path) => writeFileSync(path, big(9)),
    "one byte more": (path) => appendFileSync(path, "x"),
    "cut short": (path) => truncateSync(path, 1000),
    missing: (path) => rmSync(path),
    "a link to the right bytes": (path) => {
      writeFileSync(`${path}.real`, readFileSync(path));
      rmSync(path);
      symlinkSync(`${path}.real`, path);
    },
    "a folder": (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    "a pipe": (path) => {
      rmSync(path);
      execFileSync("mkfifo", [path]);
    },
    "its folder gone": (path) => rmSync(join(path, ".."), { recursive: true }),
  };
  for (const [name, spoil] of Object.entries(rows))
    it(name, async () => {
      const { install: installed, fetched, warnings } = await place();
      const { installed: older } = await installed("1.22.5");
      spoil(join(older.folder, "src/big/first.txt"));
      fetched();
      const { installed: newer } = await installed("1.22.6");
      expect(fetched()).toBeGreaterThan(tail + programs + 1_800_000);
      expect(readFileSync(join(newer.folder, "src/big/first.txt"), "utf8")).toBe(files["src/big/first.txt"]);
      expect(warnings).toEqual([]);
    });

  it("other bytes of the same length and CRC-32: the proof finds them, and all is fetched", async () => {
    const { install: installed, warnings } = await place();
    const { installed: older } = await installed("1.22.5");
    const path = join(older.folder, "src/big/first.txt");
    const right = readFileSync(path);
    const forged = withCrc(Buffer.from(right).fill("e", 10, 20), crc32(right));
    expect([forged.length, crc32(forged), forged.equals(right)]).toEqual([right.length, crc32(right), false]);
    writeFileSync(path, forged);
    const { installed: newer } = await installed("1.22.6");
    expect(readFileSync(join(newer.folder, "src/big/first.txt")).equals(right)).toBe(true);
    expect(warnings.join()).toMatch(/^what Go 1\.22\.5 shares with it is passed over: .* is not the /);
    expect(warnings.join()).toContain("gv verify 1.22.5");
  });
});

describe("share = link", () => {
  it("makes hard links that nobody writes to by mistake", async () => {
    const { install: installed, box } = await place();
    mkdirSync(box.root);
    writeFileSync(join(box.root, "config"), "share = link\n");
    const { installed: older } = await installed("1.22.5");
    const { installed: newer } = await installed("1.22.6");
    const [was, is] = [older, newer].map(({ folder }) => statSync(join(folder, "src/same.txt")));
    expect(is?.ino).toBe(was?.ino);
    expect((is?.mode ?? 0) & 0o777).toBe(0o444);
    expect(statSync(join(newer.folder, "bin/go")).mode & 0o777).toBe(0o755);
    // Both are whole, and one goes without the other.
    for (const version of ["1.22.5", "1.22.6"])
      expect((await box.gv(["verify", "-q", version])).code).toBe(0);
    expect((await box.gv(["uninstall", "1.22.5"])).code).toBe(0);
    expect((await box.gv(["verify", "-q", "1.22.6"])).code).toBe(0);
  });
});

describe.skipIf(noLoops !== undefined)("where the file system has clones", () => {
  it("shares the blocks, and an edit of one file doesn't reach the other", async () => {
    const { install: installed, box } = await place();
    loopMount(box.root, "btrfs", "200M");
    const used = (): number =>
      Number(execFileSync("sh", ["-c", `sync -f "$1"; df --output=used -B1 "$1" | tail -1`, "sh", box.root]));
    const empty = used();
    const { installed: older } = await installed("1.22.5");
    const one = used();
    const { installed: newer } = await installed("1.22.6");
    const both = used();
    expect(one - empty).toBeGreaterThan(programs + 5_800_000);
    expect(both - one).toBeLessThan(one - empty - 2_500_000); // The first of the big files takes no room.
    writeFileSync(join(older.folder, "src/big/first.txt"), "edited");
    expect(readFileSync(join(newer.folder, "src/big/first.txt"), "utf8")).toBe(files["src/big/first.txt"]);
    expect(statSync(join(newer.folder, "src/big/first.txt")).mode & 0o777).toBe(0o644);
  });
});

/** Bytes that no compressor makes smaller. */
function noise(length: number, seed: number): Buffer {
  const key = Buffer.alloc(32, seed);
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** The same bytes but for four in their middle, so that they have that CRC-32. */
function withCrc(bytes: Buffer, wanted: number): Buffer {
  const at = bytes.length >> 1;
  // CRC-32 is linear: each of the 32 bits changes it by what doesn't depend on the others.
  const zero = Buffer.from(bytes).fill(0, at, at + 4);
  const base = crc32(zero);
  const rows = Array.from({ length: 32 }, (_, bit) => {
    const one = Buffer.from(zero);
    one.writeUInt32LE(2 ** bit, at);
    return { change: (crc32(one) ^ base) >>> 0, bits: 2 ** bit };
  });
  let [rest, bits] = [(wanted ^ base) >>> 0, 0];
  for (let column = 0; column < 32; column++) {
    const mask = 2 ** column;
    const pivot = rows.findIndex((row, i) => i >= column && (row.change & mask) !== 0);
    [rows[column], rows[pivot]] = [rows[pivot] as (typeof rows)[0], rows[column] as (typeof rows)[0]];
    const chosen = rows[column] as (typeof rows)[0];
    for (const row of rows)
      if (row !== chosen && (row.change & mask) !== 0) {
        row.change = (row.change ^ chosen.change) >>> 0;
        row.bits = (row.bits ^ chosen.bits) >>> 0;
      }
  }
  for (let column = 0; column < 32; column++) {
    const row = rows[column] as (typeof rows)[0];
    if ((rest & (2 ** column)) !== 0) bits = (bits ^ row.bits) >>> 0;
  }
  zero.writeUInt32LE(bits, at);
  return zero;
}
