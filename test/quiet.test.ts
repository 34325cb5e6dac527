/**
 * A tour of the commands, each of which prints nothing but its own words: no DeprecationWarning, no ExperimentalWarning,
 * nothing of Node's on stderr. scripts/node-matrix.mjs runs it on every Node that gv serves.
 */
import process from "node:process";

import { describe, expect, it } from "vitest";

import { scene, succeeded } from "./support/scene.ts";
import { httpsFront, makeCertificate, noTls } from "./support/tls.ts";

/** In this order: what one leaves, the next ones see. Of those that fail, what they say. */
const tour: readonly (readonly [words: string, stderr?: RegExp])[] = [
  ["--version"],
  ["--help"],
  ["list", /^gv: no Go is installed yet\n/],
  ["install -q 1.22.5 1.23.1"],
  ["install -q --force 1.22.5"],
  ["list"],
  ["list --json"],
  ["list-remote"],
  ["current"],
  ["current --explain"],
  ["which go"],
  ["whence gofmt"],
  ["local ^1.22"],
  ["global 1.23"],
  ["use 1.22"],
  ["exec 1.23 -- go version"],
  ["shell 1.22"],
  ["env"],
  ["env --json"],
  ["config list"],
  ["config set strict-pin true"],
  ["verify 1.22.5"],
  ["verify"],
  ["tools list", /^gv: no tools/],
  ["rehash"],
  ["doctor --offline --json"],
  ["doctor --quick --offline"],
  ["snapshot --json"],
  ["mirror ../mirror 1.22.5"],
  ["ide vscode", /^gv: no gopls, no dlv of gv's yet/],
  ["import goenv --dry-run", /^gv: /],
  ["check --offline", /./],
  ["prune --dry-run"],
  ["cache list"],
  ["cache clean"],
  ["completions zsh"],
  ["setup --dry-run", /^gv: nothing was changed \(--dry-run\)\n$/],
  ["setup -q"],
  ["setup --undo"],
  ["link mine .", /^gv: /],
  ["uninstall 1.22.5"],
  ["install 9.9.9", /^gv: /],
  ["nonsense", /^gv: /],
];

const ofNode = /\(node:\d+\)|Warning:|--trace-/;

describe(`on Node ${process.versions.node}`, () => {
  it("nothing but gv's own words is printed", { timeout: 180_000 }, async () => {
    const { gv } = await scene(["1.22.5", "1.23.1"]);
    const printed: Record<string, string> = {};
    for (const [words, expected] of tour) {
      const { stderr, code, stdout } = await gv(...words.split(" "));
      expect(stderr, words).not.toMatch(ofNode);
      expect(stderr, words).not.toContain("this is a bug");
      if (expected ? !expected.test(stderr) : stderr !== "") printed[words] = `${code} ${stderr}${stdout}`;
    }
    expect(printed).toEqual({});
  });

  it("nor by https, with a certificate that the system doesn't know", async (test) => {
    if (noTls) test.skip("openssl is not installed");
    const { gv, box, proxy } = await scene();
    const certificate = makeCertificate(box);
    const GOPROXY = await httpsFront(certificate, proxy.url, () => false);
    const env = { GOPROXY, NODE_EXTRA_CA_CERTS: certificate.file };
    expect(await box.gv(["install", "-q", "1.22.5"], { env })).toEqual(succeeded(""));
    expect(await gv("list")).toEqual(succeeded("* 1.22.5      global\n"));
  });
});
