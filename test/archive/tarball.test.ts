/** src/archive/tarball.ts: what is written is what the tar.gz holds, however it arrives; it holds little, and lets go of all. */
import { createHash, randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import type { Context } from "../../src/context.ts";
import { GvError } from "../../src/errors.ts";
import type { UnpackedTarball } from "../../src/archive/tarball.ts";
import { placeArchiveFile } from "../../src/toolchain.ts";
import { noMounts, tmpfs } from "../support/mount.ts";
import { listTree, sandbox } from "../support/sandbox.ts";
import { gnu, gnuLong, goTarball, gzip, makeTar, pax, type TarEntry } from "../support/tar.ts";
import { attack, pieces, target } from "../support/tar-attack.ts";

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const small: TarEntry[] = [
  { name: "go/" },
  { name: "go/VERSION", data: "go1.22.5\n" },
  { name: "go/bin/", mode: 0o700 },
  { name: "go/bin/go", data: "#!/bin/sh\n", mode: 0o755 },
  { name: "go/empty", data: "" },
  { name: "go/a-block", data: "x".repeat(512) },
  { name: "go/a-block-and-one", data: "x".repeat(513) },
  { name: "go/noise", data: randomBytes(200_000) },
  { name: "go/hollow/" },
];
const files = small.filter(({ name }) => !String(name).endsWith("/"));

async function unpack(...words: Parameters<typeof attack>): Promise<UnpackedTarball> {
  const result = await attack(...words);
  if (result instanceof Error) throw result;
  return result;
}

describe("unpacks", () => {
  it.each([1, 7, 512, 5000, 64 * 1024, 10_000_000])(
    "contents and hashes, from pieces of %i bytes",
    async (size) => {
      const box = sandbox();
      const bytes = makeTar(size === 1 ? small.slice(0, 7) : small);
      const result = await unpack(box, bytes, { data: pieces(bytes, size) });
      const wanted = size === 1 ? files.slice(0, 5) : files;
      expect(result).toEqual({
        files: wanted.map(({ name, data = "" }) => ({ name, sha256: sha256(data) })),
        sha256: sha256(bytes),
        size: bytes.length,
      });
      for (const { name, data = "" } of wanted)
        expect(readFileSync(join(target(box), String(name).slice(3)))).toEqual(Buffer.from(data));
    },
  );

  it("folders, the empty ones too", async () => {
    const box = sandbox();
    await unpack(box, makeTar(small));
    expect(listTree(target(box)).filter((path) => path.endsWith("/"))).toEqual(["bin/", "hollow/"]);
  });

  it.each(["1.21.0", "1.21.1", "1.22.5", "1.4.3"])("a release as %s is", async (version) => {
    const box = sandbox();
    const { bytes, sha256: hash, name } = goTarball(version);
    const result = await unpack(box, bytes);
    expect(result.sha256).toBe(hash);
    expect(name).toBe(`go${version}.linux-amd64.tar.gz`);
    expect(result.files.map((file) => file.name)).toContain("go/src/go.mod");
    expect(readFileSync(join(target(box), "VERSION"), "utf8")).toContain(version);
    expect(statSync(join(target(box), "bin/go")).mode & 0o777).toBe(0o755);
  });

  it("modes as place says, whatever the umask", async () => {
    const box = sandbox();
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const asked: [string, number | undefined][] = [];
    const place = (name: string, mode?: number) => {
      asked.push([name, mode]);
      return placeArchiveFile(name, mode);
    };
    const entries = [...small.slice(0, 4), { name: "go/odd", mode: 0o106751 }];
    await unpack(box, makeTar(entries), { ctx: { umask: 0o077 }, place });
    const modeOf = (name: string): number => statSync(join(target(box), name)).mode & 0o777;
    expect(["VERSION", "bin/go", "odd"].map(modeOf)).toEqual([0o644, 0o755, 0o755]);
    expect(asked).toEqual([
      ["go/", 0o755],
      ["go/VERSION", 0o644],
      ["go/bin/", 0o700],
      ["go/bin/go", 0o755],
      ["go/odd", 0o751],
    ]);
  });

  it.each<[string, string]>([
    ["100 bytes", `go/${"x".repeat(97)}`],
    ["a prefix", `go/${"x/".repeat(40)}${"y".repeat(60)}`],
    ["a prefix as long as can be", `go/${"x".repeat(152)}/${"y".repeat(100)}`],
    ["accents", "go/é/ß/漢字.go"],
  ])("names of %s", async (_, name) => {
    const box = sandbox();
    const short = { name: "go/x", data: "x" };
    const forms = [
      [{ name, data: "x" }],
      [pax({ path: name }), short],
      [gnuLong(name), { ...short, fields: { format: gnu } }],
    ];
    for (const entries of forms) {
      expect((await unpack(box, makeTar(entries))).files).toEqual([{ name, sha256: sha256("x") }]);
      expect(readFileSync(join(target(box), name.slice(3)), "utf8")).toBe("x");
    }
  });

  it("what other tars write, too", async () => {
    const times = { mtime: "1719519072.25", atime: "1719519072", ctime: "-1.5" };
    const entries: TarEntry[] = [
      pax(times),
      { name: "go/a", data: "a", fields: { format: gnu, uname: "root", gname: "root" } },
      { name: "go/b", data: "b", type: "\0", fields: { mode: "   644 \0", size: "          1 " } },
      { name: "go/c", data: "c", padding: Buffer.from("anything") },
    ];
    for (const blocks of [2, 3, 20])
      expect(await unpack(sandbox(), makeTar(entries, { end: Buffer.alloc(blocks * 512) }))).toMatchObject({
        files: ["a", "b", "c"].map((name) => ({ name: `go/${name}`, sha256: sha256(name) })),
      });
  });

  it("nothing from an empty one", async () => {
    expect((await unpack(sandbox(), makeTar([]))).files).toEqual([]);
  });

  it.each(["ustar", "pax", "gnu"])("what the system's tar writes as %s", async (format) => {
    const box = sandbox();
    const deep = `deep/${"x".repeat(90)}/${"y".repeat(90)}`;
    for (const path of ["VERSION", "bin/go", deep]) box.write(`made/go/${path}`, path);
    try {
      execFileSync("tar", [`--format=${format}`, "-cf", "made.tar", "-C", "made", "go"], {
        cwd: box.project,
        stdio: "pipe",
      });
    } catch {
      return; // No GNU tar here.
    }
    const result = await unpack(box, gzip(readFileSync(join(box.project, "made.tar"))));
    expect(result.files.map(({ name }) => name).toSorted()).toEqual([
      "go/VERSION",
      "go/bin/go",
      `go/${deep}`,
    ]);
    expect(readFileSync(join(target(box), deep), "utf8")).toBe(deep);
  });
});

describe("ends at once, and nothing is written afterwards", () => {
  const large = makeTar(
    Array.from({ length: 20 }, (_, i) => ({ name: `go/f${i}`, data: randomBytes(200_000) })),
  );
  const half = large.length / 2;

  /** The first half, then whatever is done there, then the second. */
  async function* interrupted(inTheMiddle: () => void): AsyncGenerator<Uint8Array> {
    yield* pieces(large.subarray(0, half));
    inTheMiddle();
    yield* pieces(large.subarray(half));
  }

  async function ends(
    data: AsyncGenerator<Uint8Array>,
    error: unknown,
    ctx: Partial<Context> = {},
  ): Promise<void> {
    const box = sandbox();
    let [asked, isOver] = [0, false];
    const place = (name: string, mode?: number) => {
      asked++;
      expect(isOver).toBe(false);
      return placeArchiveFile(name, mode);
    };
    expect(await attack(box, large, { data, ctx, place })).toBe(error);
    isOver = true;
    expect(await data.next()).toEqual({ done: true, value: undefined });
    const before = listTree(target(box)).map((path) => statSync(join(target(box), path)).size);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(listTree(target(box)).map((path) => statSync(join(target(box), path)).size)).toEqual(before);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(20);
  }

  it("on an interrupt", async () => {
    const interrupt = new AbortController();
    const reason = new GvError("INTERRUPTED", "interrupted");
    await ends(
      interrupted(() => interrupt.abort(reason)),
      reason,
      { signal: interrupt.signal },
    );
  });

  it("on what the source throws", async () => {
    const reason = new GvError("NETWORK", "the connection was cut");
    await ends(
      interrupted(() => {
        throw reason;
      }),
      reason,
    );
  });

  it("where a name is refused", async () => {
    const reason = new GvError("BAD_TOOLCHAIN", "not this one");
    const place = (name: string) => {
      if (name === "go/f5") throw reason;
      return { path: name.slice(3), mode: 0o644 };
    };
    const box = sandbox();
    expect(await attack(box, large, { place })).toBe(reason);
    expect(listTree(target(box))).toEqual(["f0", "f1", "f2", "f3", "f4"]);
  });

  it("with no source asked for more than is worked off", async () => {
    let read = 0;
    async function* data(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(large, 16 * 1024)) {
        read += piece.length;
        yield piece;
      }
    }
    const lead: number[] = [];
    const place = (name: string) => {
      lead.push(read - lead.length * 200_000);
      return { path: name.slice(3), mode: 0o644 };
    };
    await unpack(sandbox(), large, { data: data(), place });
    expect(Math.max(...lead)).toBeLessThan(1_000_000);
  });

  it.skipIf(noMounts)(`on a full disk${noMounts ? `: ${noMounts}` : ""}`, async () => {
    const box = sandbox();
    tmpfs(box.project, "600k");
    const error = await attack(box, large);
    expect(error).toMatchObject({ code: "NO_SPACE", exitCode: 1 });
  });
});
