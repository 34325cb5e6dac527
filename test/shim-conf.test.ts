/** src/shim-conf.ts: what tells one kind of system from another, and a root that several were set up on. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { parsePlatform } from "../src/platform.ts";
import { confPath, proofOf, servedPlatforms, shimConf, type System } from "../src/shim-conf.ts";
import { writeShims } from "../src/shims.ts";
import { sandbox } from "./support/sandbox.ts";

/** A kind of system: its platform, the files that tell, and what its kernel says (Linux 6.1 and newer). */
interface Kind {
  readonly platform: string;
  readonly files: readonly string[];
  readonly kernel?: string;
}

const amd64 = "/lib64/ld-linux-x86-64.so.2";
const arm64 = "/lib/ld-linux-aarch64.so.1";
const i386 = "/lib/ld-linux.so.2";
const armhf = "/lib/ld-linux-armhf.so.3";
const rosetta = "/Library/Apple/usr/libexec/oah/libRosettaRuntime";

const kinds: Readonly<Record<string, Kind>> = {
  amd64: { platform: "linux/amd64", files: [amd64], kernel: "x86_64" },
  "amd64, old kernel": { platform: "linux/amd64", files: [amd64] },
  "amd64 with i386 programs": { platform: "linux/amd64", files: [amd64, i386], kernel: "x86_64" },
  "amd64 that emulates arm64": { platform: "linux/amd64", files: [amd64, arm64], kernel: "x86_64" },
  "amd64 with musl": { platform: "linux/amd64", files: ["/lib/ld-musl-x86_64.so.1"], kernel: "x86_64" },
  "amd64 without a loader": { platform: "linux/amd64", files: [], kernel: "x86_64" },
  "i386 on a kernel of 64 bits": { platform: "linux/386", files: [i386], kernel: "x86_64" },
  arm64: { platform: "linux/arm64", files: [arm64], kernel: "aarch64" },
  "arm64, emulated on amd64": { platform: "linux/arm64", files: [arm64], kernel: "x86_64" },
  "arm64 with armhf programs": { platform: "linux/arm64", files: [arm64, armhf], kernel: "aarch64" },
  "arm64 that emulates amd64": { platform: "linux/arm64", files: [arm64, amd64], kernel: "aarch64" },
  "arm64 with musl": { platform: "linux/arm64", files: ["/lib/ld-musl-aarch64.so.1"], kernel: "aarch64" },
  "arm64 without a loader": { platform: "linux/arm64", files: [], kernel: "aarch64" },
  "armhf on a kernel of 64 bits": { platform: "linux/arm", files: [armhf], kernel: "aarch64" },
  riscv64: { platform: "linux/riscv64", files: ["/lib/ld-linux-riscv64-lp64d.so.1"], kernel: "riscv64" },
  "Apple silicon with Rosetta": { platform: "darwin/arm64", files: ["/usr/lib/dyld", rosetta] },
  "Intel Mac": { platform: "darwin/amd64", files: ["/usr/lib/dyld"] },
};

function systemOf({ files, kernel }: Kind): System {
  return {
    exists: (path) => files.includes(path),
    textOf: (path) => (path === "/proc/sys/kernel/arch" && kernel !== undefined ? `${kernel}\n` : undefined),
  };
}

/** Whether the tests of a proof hold on a system. */
function holds(proof: readonly string[], { exists, textOf }: System): boolean {
  let word: string | undefined;
  return proof.every((test) => {
    const [, not, path = ""] = /^\[ (! )?-[er] (\S+) \]$/.exec(test) ?? [];
    if (path === "/proc/sys/kernel/arch") return textOf(path) !== undefined;
    if (path !== "") return exists(path) === (not === undefined);
    const read = /^read -r _gv_word <(\S+)$/.exec(test)?.[1];
    if (read !== undefined) return (word = textOf(read)?.trim()) !== undefined;
    const name = /^\[ "\$_gv_word" = (\w+) \]$/.exec(test)?.[1];
    if (name === undefined) throw new Error(`${test} is no test`);
    return word === name;
  });
}

describe.each(Object.entries(kinds))("%s", (name, kind) => {
  const proof = proofOf(parsePlatform(kind.platform), systemOf(kind));

  it("proves itself, in few looks", () => {
    expect(proof.length).toBeGreaterThan(0);
    expect(holds(proof, systemOf(kind))).toBe(true);
    if (kind.files.length === 1) expect(proof.length).toBeLessThanOrEqual(5);
  });

  it.each(Object.entries(kinds).filter(([, other]) => other.platform !== kind.platform))(
    "is not %s",
    (other, { platform, files, kernel }) => {
      // An Intel processor doesn't run arm64: the kernel says so (Bad CPU type), and nothing else runs.
      if (name === "Apple silicon with Rosetta" && other === "Intel Mac") return;
      expect(holds(proof, systemOf({ platform, files, ...(kernel === undefined ? {} : { kernel }) }))).toBe(
        false,
      );
    },
  );
});

it("looks at three files on a usual system", () => {
  expect(proofOf(parsePlatform("linux/amd64"), systemOf(kinds["amd64"] as Kind))).toEqual([
    `[ -e ${amd64} ]`,
    `[ ! -e ${arm64} ]`,
    "[ ! -e /lib/ld-musl-aarch64.so.1 ]",
  ]);
});

/** Sets shim.conf as gv setup does on a system of this kind. */
function setUpOn(box: ReturnType<typeof sandbox>, name: string, node = "/usr/bin/node") {
  const kind = kinds[name] as Kind;
  const ctx = box.context({ platform: parsePlatform(kind.platform), node });
  mkdirSync(ctx.root.lib, { recursive: true });
  const text = shimConf(ctx, systemOf(kind));
  writeFileSync(confPath(ctx), text);
  expect(shimConf(ctx, systemOf(kind)), "a second time changes nothing").toBe(text);
  return ctx;
}

describe("lib/shim.conf", () => {
  it("keeps the lines of other systems, and has one for each", () => {
    const box = sandbox();
    setUpOn(box, "amd64", "/opt/node/bin/node");
    setUpOn(box, "arm64");
    setUpOn(box, "amd64 with musl", "/it's/node");
    const ctx = setUpOn(box, "amd64", "/opt/node 22/bin/node");
    expect(servedPlatforms(ctx).map(({ arch }) => arch)).toEqual(["arm64", "amd64", "amd64"]);
    const nodes = readFileSync(confPath(ctx), "utf8").matchAll(/_gv_node=('.+')$/gm);
    expect([...nodes].map(([, node]) => node)).toEqual([
      "'/usr/bin/node'",
      "'/it'\\''s/node'",
      "'/opt/node 22/bin/node'",
    ]);
  });

  it("drops what is no line of its own", () => {
    const box = sandbox();
    const ctx = setUpOn(box, "arm64");
    const text = readFileSync(confPath(ctx), "utf8");
    writeFileSync(confPath(ctx), `rm -rf /\n${text}`);
    setUpOn(box, "amd64");
    expect(readFileSync(confPath(ctx), "utf8")).not.toContain("rm -rf");
  });

  it("keeps the shims that another system needs", () => {
    const box = sandbox();
    box.write("../root/versions/linux-arm64/1.22.5/bin/go", "", 0o755);
    box.write("../root/tools/linux-arm64/1.22.5/bin/gopls", "", 0o755);
    box.write("../root/versions/darwin-arm64/1.26.8/bin/go", "", 0o755);
    box.write("../root/versions/linux-amd64/1.23.1/bin/go", "", 0o755);
    writeShims(setUpOn(box, "arm64"));
    const ctx = setUpOn(box, "amd64");
    writeShims(ctx);
    const shims = box.listing().filter((path) => /^shims\/./.test(path));
    expect(shims).toEqual(
      ["go", "go1.22.5", "go1.23.1", "gofmt", "gopls"].map((tool) => join("shims", tool)),
    );
  });
});
