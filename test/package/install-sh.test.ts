/** install.sh, with a small program in place of gv's: which file it takes, what it checks, and what it says. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { listen } from "../support/http.ts";
import { distFolder, type Ran, sandbox, type Sandbox } from "../support/sandbox.ts";
import { failedWith } from "../support/scene.ts";
import { findProgram, testsWithout } from "../support/shell.ts";

const script = join(distFolder, "../install.sh");

/** What it needs of a system; a test leaves some out, or has others in their place. */
const needed = "sh cat chmod curl cp getconf gzip ldd mkdir mktemp printf rm sha256sum uname".split(" ");

/** Stands for gv: `setup` copies itself as gv does. */
const program = (platform: string): string => `#!/bin/sh
case $1 in
  --version) echo "gv 9.9.9" ;;
  setup)
    shift
    mkdir -p "$GV_ROOT/lib"
    [ "$0" = "$GV_ROOT/lib/node-${platform}" ] || cp "$0" "$GV_ROOT/lib/node-${platform}"
    echo "setup: $*"
    ;;
esac
`;

const notForHere = (): string => "#!/bin/sh\necho 'GLIBC_2.28 not found' >&2\nexit 1\n";

interface Release {
  readonly box: Sandbox;
  /** Its address. */
  readonly base: string;
  /** The files that were asked for. */
  readonly asked: string[];
  /** Runs install.sh with these programs on PATH, and no others but the test's own. */
  readonly install: (options?: {
    readonly programs?: readonly string[];
    readonly fakes?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly words?: readonly string[];
    readonly shell?: readonly string[];
  }) => Promise<Ran>;
}

function sum(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A server of what scripts/standalone.mjs writes; `change` gives other bytes than the sums are of. */
async function release(
  platforms: readonly string[],
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
  text = program,
): Promise<Release> {
  const files = new Map<string, Buffer>();
  for (const platform of platforms) {
    files.set(`gv-${platform}`, Buffer.from(text(platform)));
    files.set(`gv-${platform}.gz`, gzipSync(text(platform)));
  }
  const sums = [...files].map(([name, bytes]) => `${sum(bytes)}  ${name}\n`).join("");
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? "").slice("/v9/".length);
    asked.push(name);
    const bytes = files.get(name);
    if (name === "SHA256SUMS") response.end(sums);
    else if (bytes) response.end(change(bytes));
    else response.writeHead(404).end();
  });
  const base = `http://127.0.0.1:${await listen(server)}/v9`;
  const box = sandbox();
  let runs = 0;
  return {
    box,
    base,
    asked,
    install({ programs = needed, fakes = {}, env = {}, words = [], shell = ["sh"] } = {}) {
      const folder = join(box.home, `bin-${runs++}`);
      mkdirSync(folder);
      for (const name of programs)
        if (!Object.hasOwn(fakes, name)) symlinkSync(programOf(name), join(folder, name));
      for (const [name, body] of Object.entries(fakes))
        box.write(join(folder, name), `#!/bin/sh\n${body}\n`, 0o755);
      const [first = "", ...rest] = shell;
      const all = { PATH: folder, GV_DOWNLOAD_BASE: base, ...env };
      return box.run(findProgram(first) ?? first, [...rest, script, ...words], { env: all });
    },
  };
}

/** Busybox has the ones that not every machine has. */
function programOf(name: string): string {
  return findProgram(name) ?? findProgram("busybox") ?? name;
}

const uname = (system: string, machine: string): string =>
  `[ "$1" = -s ] && echo ${system} || echo ${machine}`;
const linux = { uname: uname("Linux", "x86_64"), getconf: "echo 64", ldd: "echo glibc" };

describe("install.sh", () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ["linux-amd64", "Linux on x86-64", linux],
    ["linux-arm64", "Linux on ARM", { ...linux, uname: uname("Linux", "aarch64") }],
    ["darwin-arm64", "a Mac with Apple silicon", { uname: uname("Darwin", "arm64"), sysctl: "echo 0" }],
    [
      "darwin-arm64",
      "a shell that Rosetta translates",
      { uname: uname("Darwin", "x86_64"), sysctl: "echo 1" },
    ],
    ["darwin-amd64", "a Mac with an Intel processor", { uname: uname("Darwin", "x86_64"), sysctl: "exit 1" }],
  ])("takes %s on %s", async (platform, _, fakes) => {
    const all = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];
    const { install, asked, box } = await release(all);
    const ran = await install({ fakes, words: ["--no-profiles", "-q"] });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^downloading http:.*\nsetup: --no-profiles -q\n$/);
    expect(asked).toEqual(["SHA256SUMS", `gv-${platform}.gz`]);
    expect(readdirSync(join(box.root, "lib"))).toEqual([`node-${platform}`]);
    expect(readdirSync(box.env["TMPDIR"] ?? "")).toEqual([]);
  });

  it("runs from a pipe, as behind curl", async () => {
    const { box, base } = await release(["linux-amd64"]);
    for (const [name, body] of Object.entries(linux)) box.write(`bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755);
    const env = { PATH: `${box.project}/bin:${box.env["PATH"]}`, GV_DOWNLOAD_BASE: base };
    const input = readFileSync(script, "utf8");
    const ran = await box.run("sh", ["-s", "--", "-q"], { env, input });
    expect(ran).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("\nsetup: -q\n") });
    const half = input.slice(0, input.lastIndexOf("install_gv"));
    expect(await box.run("sh", [], { env, input: half })).toMatchObject({ code: 0, stdout: "" });
  });

  it("asks for no program again that is there", async () => {
    const { install, asked } = await release(["linux-amd64"]);
    expect((await install({ fakes: linux })).code).toBe(0);
    const again = await install({ fakes: linux });
    expect(again).toMatchObject({ code: 0, stdout: "gv is that one already\nsetup: \n", stderr: "" });
    expect(asked).toEqual(["SHA256SUMS", "gv-linux-amd64.gz", "SHA256SUMS"]);
  });

  for (const name of ["dash", "bash", "busybox", "ksh", "mksh", "yash", "zsh"]) {
    if (findProgram(name) === undefined) {
      testsWithout(name);
      continue;
    }
    it(`runs in ${name}`, async () => {
      const { install } = await release(["linux-amd64"]);
      const shell = name === "busybox" ? ["busybox", "sh"] : [name];
      expect(await install({ fakes: linux, shell })).toMatchObject({ code: 0, stderr: "" });
    });
  }

  it("runs with busybox and nothing else", { skip: findProgram("busybox") === undefined }, async () => {
    const { install, box } = await release(["linux-amd64"]);
    const applets = join(box.home, "applets");
    mkdirSync(applets);
    for (const name of ["sh", "cat", "chmod", "cp", "gzip", "mkdir", "mktemp", "rm", "sha256sum", "wget"])
      symlinkSync(findProgram("busybox") ?? "", join(applets, name));
    // Not every busybox has these two, and what they say here is this machine's.
    const fakes = { uname: linux.uname, ldd: linux.ldd };
    for (const [name, body] of Object.entries(fakes))
      box.write(join(applets, name), `#!/bin/sh\n${body}\n`, 0o755);
    const ran = await install({ env: { PATH: applets }, shell: ["busybox", "sh"] });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    ["wget in place of curl", ["curl"], ["wget"]],
    ["shasum in place of sha256sum", ["sha256sum"], ["shasum"]],
    ["openssl in place of both", ["sha256sum"], ["openssl"]],
  ])("takes %s", async (_, without, instead) => {
    const { install } = await release(["linux-amd64"]);
    const programs = [...needed.filter((name) => !without.includes(name)), ...instead];
    // Where a machine has none of it, what stands for it says the same by another program.
    const shasum = `exec ${findProgram("sha256sum")}`;
    const fakes = instead.includes("shasum") ? { ...linux, shasum } : linux;
    expect(await install({ programs, fakes })).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("install.sh refuses, and says what to do", () => {
  it.each<[string, Readonly<Record<string, string>>, RegExp, RegExp]>([
    [
      "Git Bash on Windows",
      { uname: uname("MINGW64_NT-10.0-22631", "x86_64") },
      /native Windows is not served/,
      /WSL/,
    ],
    ["MSYS", { uname: uname("MSYS_NT-10.0", "x86_64") }, /native Windows is not served/, /WSL/],
    ["Cygwin", { uname: uname("CYGWIN_NT-10.0", "x86_64") }, /native Windows is not served/, /WSL/],
    ["FreeBSD", { uname: uname("FreeBSD", "amd64") }, /no gv for FreeBSD/, /npm/],
    ["a processor of 32 bits", { ...linux, uname: uname("Linux", "armv7l") }, /no gv for armv7l/, /npm/],
    [
      "a system of 32 bits on a kernel of 64",
      { ...linux, getconf: "echo 32" },
      /32 bits on a kernel of 64/,
      /npm/,
    ],
    ["musl", { ...linux, ldd: "echo 'musl libc (x86_64)' >&2; exit 1" }, /musl.*glibc/, /apk add nodejs npm/],
    [
      "a release without this system",
      { ...linux, uname: uname("Linux", "aarch64") },
      /no gv-linux-arm64\.gz/,
      /npm/,
    ],
  ])("%s", async (_, fakes, fact, hint) => {
    const { install, box } = await release(["linux-amd64"]);
    const said = failedWith(1, await install({ fakes }));
    expect(said.fact).toMatch(fact);
    expect(said.hint).toMatch(hint);
    expect(box.listing()).toEqual([]);
  });

  it.each([
    ["curl", /neither curl nor wget/],
    ["gzip", /no gzip/],
    ["sha256sum", /none of sha256sum, shasum and openssl/],
  ])("a system without %s", async (name, fact) => {
    const { install, box } = await release(["linux-amd64"]);
    const ran = await install({ programs: needed.filter((one) => one !== name), fakes: linux });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(fact);
    expect(ran.stderr).toContain("install ");
    expect(box.listing()).toEqual([]);
    expect(readdirSync(box.env["TMPDIR"] ?? "")).toEqual([]);
  });

  it("a file that isn't the one of SHA256SUMS", async () => {
    const { install, box } = await release(["linux-amd64"], (bytes) =>
      Buffer.concat([bytes, Buffer.from([0])]),
    );
    const ran = await install({ fakes: linux });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      /is not the file that SHA256SUMS has; nothing was installed\n {4}expected [0-9a-f]{64}\n {9}got [0-9a-f]{64}\n/,
    );
    expect(box.listing()).toEqual([]);
    expect(readdirSync(box.env["TMPDIR"] ?? "")).toEqual([]);
  });

  it("a program that doesn't start here", async () => {
    const { install, box } = await release(["linux-amd64"], (bytes) => bytes, notForHere);
    const ran = await install({ fakes: linux });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/doesn't start on this system:\n {4}GLIBC_2\.28 not found\n {4}.*glibc 2\.28/);
    expect(box.listing()).toEqual([]);
  });

  it("an address that isn't there, and none", async () => {
    const { install } = await release(["linux-amd64"]);
    const wrong = await install({ fakes: linux, env: { GV_DOWNLOAD_BASE: "http://127.0.0.1:9/none" } });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("gv: http://127.0.0.1:9/none/SHA256SUMS could not be downloaded");
    const none = failedWith(1, await install({ fakes: linux, env: { GV_DOWNLOAD_BASE: "" } }));
    expect(none.hint).toContain("GV_DOWNLOAD_BASE=");
  });
});
