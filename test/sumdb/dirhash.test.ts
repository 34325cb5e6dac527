import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { hash1 } from "../../src/sumdb/dirhash.ts";

function file(name: string, data: string) {
  return { name, sha256: createHash("sha256").update(data).digest("hex") };
}

describe("hash1", () => {
  it("gives the go.mod hashes of the public database", () => {
    const toolchain = file("go.mod", "module golang.org/toolchain\n");
    expect(hash1([toolchain])).toBe("h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=");
    const quote = file("go.mod", 'module "rsc.io/quote"\n\nrequire "rsc.io/sampler" v1.3.0\n');
    expect(hash1([quote])).toBe("h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=");
  });

  it("sorts by bytes, as `LC_ALL=C sort | xargs sha256sum | sha256sum` does", () => {
    // U+FFFD sorts before an emoji in UTF-8 and after it in UTF-16; `-` is before `.` and `/`.
    const files = [
      file("😀", "three"),
      file("\ufffd", ""),
      file("a.d/x", "x"),
      file("a-b", "y"),
      file("a", "two"),
      file("Z", "one"),
    ];
    expect(hash1(files)).toBe("h1:tprzfJ86GhOu0amxNluY6zyRaDGp8lHZl11NNdfg4/Y=");
    expect(hash1(files.toReversed())).toBe(hash1(files));
  });

  it("depends on each name and each content", () => {
    const before = hash1([file("a", "1"), file("b", "2")]);
    expect(hash1([file("a", "2"), file("b", "1")])).not.toBe(before);
    expect(hash1([file("a", "1"), file("c", "2")])).not.toBe(before);
    expect(hash1([file("a", "1")])).not.toBe(before);
  });

  it("refuses a name with a newline, which could look like two files", () => {
    expect(() => hash1([file("a\nb", "")])).toThrow(expect.objectContaining({ code: "NOT_PROVEN" }));
  });
});
